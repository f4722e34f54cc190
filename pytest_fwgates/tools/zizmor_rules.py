"""What zizmor's audits mean to us: how severe a finding is, and how it is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pytest_fwgates.model import Severity

BLOCKING: Final = frozenset({"critical", "high"})
"""Severities that no comment in a workflow may hide."""

_SEVERITIES: Final[dict[tuple[str, str], Severity]] = {
    ("High", "High"): "high",
    ("High", "Medium"): "high",
    ("High", "Low"): "medium",
    ("Medium", "High"): "medium",
    ("Medium", "Medium"): "medium",
}
"""Of zizmor's severity and confidence; what is not here is not reported."""

_HABITS: Final = frozenset({
    "anonymous-definition",
    "artipacked",
    "concurrency-limits",
    "dependabot-cooldown",
    "secrets-outside-env",
    "self-repository",
    "superfluous-actions",
    "undocumented-permissions",
    "use-trusted-publishing",
})  # fmt: skip
"""Audits of good habits: they count only where zizmor is as sure of harm as it can be."""

MENDING: Final[dict[str, str]] = {
    "artipacked": "set persist-credentials: false at checkout, and do not upload the whole work tree",
    "bot-conditions": "compare github.event.pull_request.user.login, which an attacker cannot choose",
    "cache-poisoning": "do not restore caches in a workflow that publishes",
    "dangerous-triggers": "use pull_request, or neither check out nor run anything of the pull request",
    "dependabot-execution": "remove insecure-external-code-execution, so that updates run no foreign code",
    "excessive-permissions": "set permissions: {} for the workflow and give each job only what it needs",
    "github-app": "limit the token to the repositories and permissions that the job needs",
    "github-env": "pass the value as an output or an argument; what is in GITHUB_ENV runs in later steps",
    "hardcoded-container-credentials": "take the password from secrets",
    "insecure-commands": "remove ACTIONS_ALLOW_UNSECURE_COMMANDS and write to GITHUB_OUTPUT or GITHUB_ENV",
    "insecure-url-scheme": "use https",
    "obfuscation": "write the expression or path plainly",
    "overprovisioned-secrets": "name the one secret that is needed instead of all of them",
    "secrets-inherit": "name the secrets that the called workflow needs",
    "template-injection": "set it as env: of the step and use the shell's own variable, in quotes",
    "unpinned-images": "name the image by its digest: image@sha256:...",
    "unpinned-tools": "name the version of the tool",
    "unpinned-uses": "pin it to the full commit SHA, with the version as a comment",
    "unredacted-secrets": "keep every value in a secret of its own; parts of one are not masked in logs",
    "unsound-condition": "write the condition without a block scalar's newline, or it is always true",
    "unsound-contains": "compare with a list (fromJSON), not with a part of a string",
}

NAMED: Final = frozenset({"template-injection", "unpinned-images", "unpinned-uses", "unpinned-tools"})
"""Audits whose place may be quoted in a message: never a password."""


def severity(ident: str, severity: str, confidence: str) -> Severity | None:
    """How severe a finding is, or None where it is not reported.

    Args:
        ident: The audit.
        severity: As zizmor says.
        confidence: As zizmor says.
    """
    if ident == "obfuscation":
        return "medium"  # nobody writes actions/checkout/../checkout without a reason
    if ident in _HABITS and (severity, confidence) != ("High", "High"):
        return None
    return _SEVERITIES.get((severity, confidence))
