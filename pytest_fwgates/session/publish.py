"""The reports of a run: begun as not run, replaced when it is judged; on GitHub also shown by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from pytest_fwgates import fixtures
from pytest_fwgates.decision import decide
from pytest_fwgates.model import Evidence, Result
from pytest_fwgates.policy import lock
from pytest_fwgates.reports import files, formats, plots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.model import Verdict
    from pytest_fwgates.reports.formats import Format
    from pytest_fwgates.session.gather import About
    from pytest_fwgates.session.plan import Plan

OPTIONS: Final[dict[str, Format]] = {
    "gate_junit": "junit",
    "gate_sarif": "sarif",
    "gate_html": "html",
    "gate_verdict": "json",
}
"""The format of each option, by the option's name in the configuration."""

PLOTS: Final = "plots"
"""The folder of plots within that for what a run leaves behind."""
_UNFINISHED: Final = "the run has not come to its end"


def unfinished(plan: Plan, about: About) -> Verdict:
    """The verdict of a run that has only begun: whatever must run was not run, and that blocks."""
    must = lock.expectation((), about.local, about.shipped).expected
    due = tuple(one for one in must if one.stage in plan.stages)
    evidence = Evidence(
        runs=(about.run,),
        sources=(about.source,),
        expected=due,
        results=tuple(Result(one.id, "not_run", reason=_UNFINISHED) for one in due),
        gates=tuple(sorted({gate for one in must for gate in one.gates})),
        problems=(_UNFINISHED,),
    )
    return decide(evidence, plan.profile, dt.datetime.now(dt.UTC))


def begin(config: pytest.Config, plan: Plan, about: About) -> None:
    """Whoever reads a report of a run that dies must read that nothing was proven; a verdict there is none.

    Raises:
        pytest.UsageError: one cannot be written.
    """
    reports = [one for one in _places(config) if one.format != "json"]
    problems = _write(reports, unfinished(plan, about)) if reports else ()
    if problems:
        raise pytest.UsageError(problems[0])


def write(config: pytest.Config, verdict: Verdict) -> tuple[str, ...]:
    """Put everything that was asked for in its place, whole; why what could not be written was not."""
    return (*_write(_places(config), verdict), *_draw(config, verdict))


def _draw(config: pytest.Config, verdict: Verdict) -> tuple[str, ...]:
    """Plots of what was measured, where a run leaves things; those of an earlier run go."""
    state = fixtures.state_folder(config)
    if state is None:
        return ()
    folder = state / PLOTS
    try:
        if folder.is_symlink():
            return (f"{folder} is a symbolic link; no plots were written",)
        for old in folder.glob("*.svg"):
            if old.read_bytes().startswith(plots.MARK.encode()):
                old.unlink()
        for name, content in plots.plots(verdict):
            files.write_whole(folder / name, content)
    except OSError as error:
        return (f"{folder}: plots cannot be written: {error.strerror}",)
    return ()


def check(config: pytest.Config) -> None:
    """Refuse places where reports would overwrite something else, before anything is written.

    Raises:
        pytest.UsageError: two reports have the same place, or something else lies there.
    """
    seen: dict[Path, str] = {}
    for one in _places(config):
        if one.path in seen:
            raise pytest.UsageError(f"{one.option} and {seen[one.path]} name the same file: {one.path}")
        seen[one.path] = one.option
        if one.format != "json" and not files.is_report(one.path, one.format):
            raise pytest.UsageError(
                f"{one.option}: {one.path} exists and is no {one.format} report of fwgates; name another file"
            )


class _Place(NamedTuple):
    option: str
    format: Format
    path: Path


def _places(config: pytest.Config) -> list[_Place]:
    given = ((option, name, config.getoption(option)) for option, name in OPTIONS.items())
    start = config.invocation_params.dir
    return [
        _Place(f"--{option.replace('_', '-')}", name, Path(start, path))
        for option, name, path in given
        if path
    ]


def _write(places: Iterable[_Place], verdict: Verdict) -> tuple[str, ...]:
    problems = []
    for one in places:
        try:
            files.write_whole(one.path, formats.render(one.format, verdict))
        except OSError as error:
            problems.append(f"{one.option} {one.path}: cannot be written: {error.strerror}")
    return tuple(problems)


def add_to_junitxml(config: pytest.Config, verdict: Verdict, status: int) -> None:
    """Let the report that pytest writes itself carry the decision as properties of its suite."""
    report: Any = next((one for one in config.pluginmanager.get_plugins() if _is_junitxml(one)), None)
    if report is None:
        return
    properties = {
        "environment": verdict.environment,
        "decision": verdict.decision,
        "partial": str(verdict.partial).lower(),
        "exit": str(status),
        "commit": verdict.commit or "",
        "tree_digest": verdict.tree_digest,
        "policy_digest": verdict.policy_digest,
        "ledger": verdict.ledger,
    }
    for name, value in properties.items():
        report.add_global_property(f"fwgates.{name}", value)
    report.pytest_sessionfinish()  # it has written its file already; now with the properties


def _is_junitxml(plugin: object) -> bool:
    return type(plugin).__name__ == "LogXML" and hasattr(plugin, "add_global_property")
