"""What a job trusts: the machine that it runs on, the commits that it names, what it gives away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates.checks.security.supply.shown import short
from pytest_fwgates.checks.security.workflow import context, files
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.checks.security.workflow.files import File, Step
    from pytest_fwgates.model import Severity

_OF_FORKS: Final = frozenset({"pull_request", "pull_request_target"})
_NOT_OF_FORKS: Final = re.compile(r"head\.repo\.(?:full_name|fork|owner)|author_association")
_MATRIX: Final = re.compile(r"\bmatrix\.")
_WORKSPACE: Final = re.compile(r"\A\$\{\{\s{0,9}github\.workspace\s{0,9}\}\}/?")
_GIT: Final = ("", ".", "**", "**/*", ".git", ".git/", ".git/**", ".git/*", ".git/config")
_COMPROMISED: Final = {
    ("tj-actions/changed-files", "0e58ed8671d6b60d0890c21b07f8835ace038e67"): "CVE-2025-30066",
    ("reviewdog/action-setup", "f0d342d24037bb11d26b9bd8496e0808ba32e9ec"): "CVE-2025-30154",
}
"""Commits of known attacks: pinning to one is worse than a tag, which has been moved back."""


def found(file: File) -> Iterator[Finding]:
    """What our own rules say of machines, commits and credentials."""
    for name, job in files.jobs(file):
        yield from _own_machine(file, name, job)
        yield from _given_away(file, list(files.steps_of(job, ("jobs", name))))
    for place, used in _uses(file):
        action, _, commit = used.partition("@")
        if not used.isascii():
            odd = next(sign for sign in used if not sign.isascii())
            message = (
                f"U+{ord(odd):04X} in the name of an action makes it look like another; write it in ASCII"
            )
            yield _finding(file, place, "high", f"hidden-characters: {message}")
        elif known := _COMPROMISED.get((action.lower(), commit.lower())):
            message = f"{short(used)} is the commit of an attack ({known}); use a later version"
            yield _finding(file, place, "high", f"known-vulnerable-actions: {message}")


def _uses(file: File) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, job in files.jobs(file):
        if isinstance(used := job.get("uses"), str):
            yield ("jobs", name, "uses"), used
    for step in files.steps(file):
        if isinstance(used := step.value.get("uses"), str):
            yield (*step.place, "uses"), used


def _own_machine(file: File, name: str, job: dict[Any, Any]) -> Iterator[Finding]:
    """A pull request of anybody on a machine that the next job finds as it was left."""
    if not _OF_FORKS & set(context.events(file)) or _NOT_OF_FORKS.search(str(job.get("if", ""))):
        return
    words = list(_texts(job.get("runs-on")))
    if any(_MATRIX.search(word) for word in words):
        strategy = job.get("strategy")
        words += _texts(strategy.get("matrix")) if isinstance(strategy, dict) else ()
    if "self-hosted" in words:
        message = (
            "whoever opens a pull request can leave something on this machine for later jobs; run those of"
            " forks on a hosted or fresh one, or say if: github.event.pull_request.head.repo.fork == false"
        )
        yield _finding(file, ("jobs", name, "runs-on"), "medium", f"self-hosted-runner: {message}")


def _texts(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            pending += one
        elif isinstance(one, dict):
            pending += one.values()


def _given_away(file: File, steps: list[Step]) -> Iterator[Finding]:
    """An artifact with `.git/config` in it, where checkout has left the token of the job."""
    folders: dict[str, Step] = {}
    for step in steps:
        used, given = str(step.value.get("uses", "")).lower(), step.value.get("with")
        said = given if isinstance(given, dict) else {}
        if used.startswith("actions/checkout@") and str(said.get("persist-credentials")).lower() != "false":
            folders[_folder(str(said.get("path") or "."))] = step
        elif used.startswith(("actions/upload-artifact@", "actions/upload-pages-artifact@")):
            listed = {_folder(line) for line in str(said.get("path", "")).split("\n") if line.strip()}
            for folder, checkout in folders.items():
                inside = {f"{folder}/{one}".removeprefix("/") if folder else one for one in _GIT}
                if listed & ({folder} | inside) or (folder and "" in listed):
                    message = (
                        "the token that checkout leaves in .git/config is uploaded with the artifact; set"
                        " persist-credentials: false, and do not upload the whole work tree"
                    )
                    yield _finding(file, (*checkout.place, "uses"), "high", f"artipacked: {message}")
                    return


def _folder(path: str) -> str:
    plain = _WORKSPACE.sub("", path.strip()).removeprefix("./").rstrip("/")
    return "" if plain == "." else plain


def _finding(file: File, place: tuple[str | int, ...], severity: Severity, message: str) -> Finding:
    line, column = file.loaded.position(*place)
    return Finding(message, file.path, line, column, severity=severity)
