"""`fwgates policy lint`: rules that nothing can satisfy or that contradict each other."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pytest_fwgates import catalogue, exitstatus, yamldoc
from pytest_fwgates._bundled import ENVIRONMENTS
from pytest_fwgates.cli.context import UsageError, profile_of, where
from pytest_fwgates.policy import (
    allowlist,
    approval_files,
    baseline,
    consistency,
    exemption_signatures,
    exemptions,
    lock,
    places,
    signing,
)
from pytest_fwgates.policy.approvals import normal
from pytest_fwgates.policy.consistency import Known
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.policy.problem import Problem
    from pytest_fwgates.profile import Profile

app = typer.Typer(help="Check the policy of this repository.", no_args_is_help=True)


@app.command()
def lint(
    env: Annotated[
        list[str] | None, typer.Option("--env", help="An environment (default: every one there is).")
    ] = None,
    profiles: Annotated[str | None, typer.Option("--profiles", help="The folder of the profiles.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="List what will have lapsed on that day.")
    ] = None,
) -> int:
    """Find what can never be satisfied; exit 10 where there is anything, and where something lapses."""
    now = dt.datetime.now(dt.UTC)
    until = _day(as_of, now.date())
    read = {name: profile_of(name, profiles) for name in env or _environments(profiles)}
    every = {name: profile for name, (_, profile) in read.items()}
    root, known = where().root, _known()
    parsed = exemptions.read(root / places.EXEMPTIONS, places.EXEMPTIONS)
    if any(one.kind == "unreadable" for one in parsed.problems):
        raise UsageError(str(parsed.problems[0]))
    allowed = allowlist.read(root / places.ALLOWLIST, places.ALLOWLIST)
    problems = [
        *(allowed.problems if allowed else ()),
        *_of_profiles(read, known),
        *consistency.of_exemptions(parsed, _all_of(every, profiles), known, now),
        *_of_baseline(root, every, known),
    ]
    for problem in problems:
        typer.echo(printable(str(problem)))
    line_of = partial(_line, {name: path for name, (path, _) in read.items()})
    lapsing = consistency.lapses(parsed.exemptions, every, line_of, now.date(), until) if as_of else []
    for lapse in lapsing:
        typer.echo(printable(f"{lapse.place}: lapses at the end of {lapse.day}: {lapse.what}"))
    found = len(problems) + len(lapsing)
    typer.echo(printable(f"fwgates: policy of {', '.join(sorted(every))}: {found or 'nothing'} found"))
    return exitstatus.BLOCK if found else exitstatus.ALLOW


@app.command()
def sign(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The exemption.")],
    key: Annotated[Path, typer.Option("--key", help="The approver's private SSH key.")],
) -> int:
    """Sign an exemption as its approver; commit the file that it writes."""
    root = where().root
    parsed = exemptions.read(root / places.EXEMPTIONS, places.EXEMPTIONS)
    one = next((one for one in parsed.exemptions if one.id == identifier), None)
    if one is None:
        wrong = f" ({parsed.problems[0]})" if parsed.problems else ""
        raise UsageError(f"{places.EXEMPTIONS}: no sound exemption {identifier!r}{wrong}")
    path = exemption_signatures.path_of(one)
    content, now = exemption_signatures.content_of(one), dt.datetime.now(dt.UTC)
    try:
        signature = signing.sign(content, key, exemption_signatures.NAMESPACE)
        signers = approval_files.read_signers(root)
        signer = signing.verify(content, signature, signers, now, exemption_signatures.NAMESPACE)
        approval_files.refuse_links(root, path)
        if normal(signer) != normal(one.approver):
            raise UsageError(f"not signed: the key is {signer}'s, the approver is {one.approver}")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(signature)
    except (signing.SigningError, OSError) as error:
        raise UsageError(f"not signed: {error}") from None
    typer.echo(printable(f"{one.id}: {one.criterion}, until {one.expires}, owner {one.owner}: {one.text}"))
    typer.echo(printable(f"wrote {path}; commit it"))
    return exitstatus.ALLOW


def _day(text: str | None, today: dt.date) -> dt.date:
    if text is None:
        return today
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {text}: write a day as 2026-03-31") from None
    if day < today:
        raise UsageError(f"--as-of {text}: that day is past")
    return day


def _environments(folder: str | None) -> list[str]:
    """Every environment that a run could ask for here."""
    here = where()
    folders = (
        [Path(here.start, folder)]
        if folder
        else [*(one / "environments" for one in places.upwards(here.start, here.root)), ENVIRONMENTS]
    )
    known = {path.stem for one in folders for path in one.glob("*.yml")} - places.NO_PROFILES
    if not known:
        raise UsageError(f"{folder}: no profiles")
    return sorted(known)


def _all_of(every: dict[str, Profile], folder: str | None) -> dict[str, Profile]:
    """`every` and the other environments, which an exemption may name."""
    names = _environments(folder)
    return {**{name: profile_of(name, folder)[1] for name in names if name not in every}, **every}


def _known() -> Known:
    """The criteria, stages and signers that exist here."""
    here = where()
    own = here.gate_tests / lock.NAME if here.gate_tests else None
    local = lock.read(own, places.shown(own, here)) if own and own.exists() else None
    rows = (*lock.bundled().criteria, *(local.criteria if local else ()))
    criteria = {one.id: one.gates for one in catalogue.load().entries.values()}
    criteria |= {row.id: row.gates for row in rows}
    stages = catalogue.load().stages | {row.stage for row in rows}
    if here.gate_tests and local is None:
        typer.echo(
            f"{places.shown(here.gate_tests, here)}: no {lock.NAME}, so its own criteria are unknown here"
        )
    return Known(criteria, stages, _signers(approval_files.read_signers(here.root)))


def _signers(content: bytes) -> tuple[str, ...]:
    """The principals of the lines of `allowed_signers`: what stands before the first space."""
    lines = [line.split(None, 1) for line in content.decode("utf-8", "replace").splitlines()]
    first = [words[0].strip('"') for words in lines if words and not words[0].startswith("#")]
    return tuple(name for names in first for name in names.split(",") if name)


def _of_profiles(read: dict[str, tuple[Path, Profile]], known: Known) -> Iterator[Problem]:
    for name, (path, profile) in read.items():
        yield from consistency.of_profile(profile, partial(_line, {name: path}, name), known)


def _line(paths: dict[str, Path], environment: str, *path: str | int) -> int:
    """The line of a key of the environment's own file, or of what it would stand in."""
    document = yamldoc.load(paths[environment].read_text(encoding="utf-8-sig"))
    return document.position(environment, *path)[0]


def _of_baseline(root: Path, every: dict[str, Profile], known: Known) -> list[Problem]:
    """What stands in the baseline and cannot count in some environment, once each."""
    read = baseline.read(root / places.BASELINE, places.BASELINE)
    if read.problems:
        raise UsageError(str(read.problems[0]))
    found = (
        problem
        for profile in every.values()
        for problem in baseline.faults(read.baseline, profile.baseline, known.criteria, places.BASELINE)
    )
    return list(dict.fromkeys(found))
