"""Scripts have no vulnerabilities that a scanner knows to be serious."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.tools.adapter import Scan
from pytest_fwgates.tools.bandit import Bandit, python_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding, Severity

SEVERITIES: Final[tuple[Severity, ...]] = ("low", "medium", "high", "critical")


def vulnerable_scripts(framework: Framework) -> list[Finding]:
    """Scripts have no vulnerabilities that a scanner knows to be serious.

    Why: modules run their scripts on a developer's machine and in CI, with everything that can be had there.

    Rule: bandit (https://bandit.readthedocs.io/) over every Python file, by suffix or first line, ignored or
    not, and every SARIF report that the profile names. Running of data (`exec`, `eval`, pickle, marshal,
    unsafe YAML, members of archives) counts as high, which bandit has as medium; weak digests as medium;
    what is no vulnerability (assert, temporary paths, time-outs, every `urlopen`) as low. Neither `# nosec`
    nor a configuration hides what is high.

    Mend: as bandit's page of the id says; parse data with `json` or `yaml.safe_load`, and start programs by a
    list of arguments.

    Raises:
        Unproven: bandit is not installed.
    """
    return list(scan(framework).findings)


def scan(framework: Framework) -> Scan:
    """What bandit finds, in how many files, and which it could not read.

    Raises:
        Unproven: it is not installed.
    """
    paths = python_files(framework.root, framework.everything)
    return Bandit().run(framework.root, paths) if paths else Scan((), 0)


def reported(found: Iterable[Finding], least: Severity) -> list[Finding]:
    """The findings of at least that severity."""
    return [one for one in found if SEVERITIES.index(one.severity) >= SEVERITIES.index(least)]


def excess(found: Iterable[Finding], limits: Mapping[Severity, int | None]) -> int:
    """How many findings there are beyond the limits of their severities; without a limit there are none."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for one in found:
        counts[one.severity] += 1
    return sum(max(0, counts[severity] - limit) for severity, limit in limits.items() if limit is not None)
