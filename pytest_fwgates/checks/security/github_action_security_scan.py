"""Workflows and actions run nothing that others can choose, and may do no more than they need.

zizmor audits them; what it leaves out is `workflow/rules.py`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from pytest_fwgates.checks.security.workflow import context, rules
from pytest_fwgates.checks.security.workflow.files import find
from pytest_fwgates.tools.adapter import Scan
from pytest_fwgates.tools.zizmor import Zizmor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_fwgates.checks.security.workflow.files import File
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding

_SHOWN: Final = 3
_GITHUB: Final = ("unpinned-uses: actions/", "unpinned-uses: github/")


def audit(framework: Framework) -> Scan:
    """Audit every workflow, action and dependabot.yml.

    Why: a workflow has the secrets of the repository and may change it; who gets a word into it, owns both.

    Rule: nothing that somebody else writes (a title, a branch's name, a pull request's files, a download) is
    run; actions and images are pinned to what cannot be exchanged; permissions are those that are needed
    (https://docs.zizmor.sh/audits/, https://docs.github.com/en/actions/reference/security/secure-use).

    Mend: the message says how. A comment `zizmor: ignore` hides nothing that is high.

    Raises:
        Unproven: zizmor is missing, or does not work here.
    """
    found = find(framework)
    auditor = Zizmor()
    own = [file for file in found.files if file.at_top]
    others = [file for file in found.files if not file.at_top]
    scans = [auditor.run(framework.root, [file.path for file in some]) for some in (own, others) if some]
    findings = _refined([one for scan in scans for one in scan.findings], found.files)
    findings = _joined(findings, [one for file in found.files for one in rules.of_file(file)])
    findings.sort(key=lambda one: (one.path or "", one.line or 0, one.column or 0))
    unread = [*found.unread[:_SHOWN], *([scans[0].unproven] if own and scans[0].unproven else [])]
    return Scan(tuple(findings), len(found.files) + len(found.unread), "; ".join(unread))


def insecure_workflows(framework: Framework) -> list[Finding]:
    """What `audit` finds."""
    return list(audit(framework).findings)


def examined(framework: Framework) -> int:
    """How many workflows, actions and dependabot.yml files are audited."""
    found = find(framework)
    return len(found.files) + len(found.unread)


def _rule(finding: Finding) -> str:
    return finding.message.partition(":")[0]


def _joined(audited: Iterable[Finding], ours: Iterable[Finding]) -> list[Finding]:
    """Both; where both say the same of a line, what is more severe."""
    kept: dict[tuple[object, ...], Finding] = {}
    findings: list[Finding] = []
    for one in audited:
        findings.append(one)
        kept.setdefault((one.path, one.line, _rule(one)), one)
    for one in ours:
        known = kept.get((one.path, one.line, _rule(one)))
        if known is None:
            findings.append(one)
        elif known.severity != "high" and one.severity == "high":
            findings[findings.index(known)] = one
    return findings


def _refined(findings: Iterable[Finding], files: Iterable[File]) -> list[Finding]:
    """Without what is no harm here; and what a file says again and again, once."""
    by_path = {file.path: file for file in files}
    kept = [weighed for one in findings if (weighed := _weighed(one, by_path[one.path or ""], by_path))]
    return list(_with_github_together(list(_once(kept))))


def _weighed(finding: Finding, file: File, own: Mapping[str, File]) -> Finding | None:
    """The finding, as severe as what surrounds it makes it."""
    rule, _, rest = finding.message.partition(": ")
    if rule == "dangerous-triggers" and not context.brings_foreign_code(file, own):
        return None
    if rule == "template-injection":
        expression = rest.partition(": ")[0]
        if context.is_number(expression) or context.is_chosen_from_list(file, expression):
            return None
        if context.is_known_ref(file, expression):
            return None
        if expression in context.REFS or context.is_input(expression):
            # who may push a branch of that name, or start the workflow, may change it, too
            return structs.replace(finding, severity="medium")
    if rule == "excessive-permissions" and "at the workflow level" in rest:
        return structs.replace(finding, severity="medium")
    return finding


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The first of those that say the same of a file."""
    seen: set[tuple[str | None, str]] = set()
    for one in findings:
        key = (one.path, _group(one))
        if not key[1] or key not in seen:
            yield one
        seen.add(key)


def _group(finding: Finding) -> str:
    """What findings have in common that one edit mends; empty where each is its own."""
    rule = _rule(finding)
    if rule == "excessive-permissions" and finding.severity == "medium":
        return rule
    return finding.message if rule == "unpinned-uses" or finding.severity == "medium" else ""


def _with_github_together(findings: list[Finding]) -> Iterator[Finding]:
    """Actions of GitHub's own, which runs the workflow anyway, as one finding a file that does not block."""
    together: dict[str | None, list[Finding]] = {}
    for one in findings:
        if one.message.startswith(_GITHUB):
            together.setdefault(one.path, []).append(one)
        else:
            yield one
    for some in together.values():
        names = ", ".join(one.message.split(": ")[1] for one in some)
        rest = some[0].message.split(": ", 2)[2]
        yield structs.replace(
            some[0], message=f"unpinned-uses: {names}: {rest}", severity="medium", subject=f"unpinned {names}"
        )
