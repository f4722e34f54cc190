"""The exit statuses, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pytest_fwgates.model import Decision, Verdict

ALLOW: Final = 0
TESTS_FAILED: Final = 1
USAGE_ERROR: Final = 4
BLOCK: Final = 10
REQUIRE_APPROVAL: Final = 11

# pytest: ok, tests failed, no tests collected; pytest-rerunfailures: flaky tests.
_REPLACED: Final = {0, 1, 5, 7}
_HIGHEST: Final = 125  # above it a shell means something else, and 256 wraps to 0


def of_decision(decision: Decision) -> int:
    """The status that `decision` exits with."""
    return {"allow": ALLOW, "require_approval": REQUIRE_APPROVAL, "block": BLOCK}[decision]


def of_run(
    native: int, verdict: Verdict, *, follows_selection: bool, interrupted: bool, ordinary_failed: bool
) -> int:
    """The status of a pytest run.

    Args:
        native: What pytest would exit with.
        verdict: What the gates came to.
        follows_selection: Whether a partial run exits by what it ran.
        interrupted: Whether a person interrupted it; only then pytest's 2 stays.
        ordinary_failed: Whether anything but gate tests failed.
    """
    partial = verdict.partial and follows_selection
    ours = of_decision(verdict.selected_decision if partial else verdict.decision)
    if native == 2 and not interrupted:  # noqa: PLR2004 - pytest's number for errors during collection too
        return ours or native
    if native not in _REPLACED and 0 < native <= _HIGHEST:
        return native
    if not 0 <= native <= _HIGHEST:
        return ours or BLOCK
    return TESTS_FAILED if ours == ALLOW and native == TESTS_FAILED and ordinary_failed else ours


def of_plan(native: int) -> int:
    """The status of a run that only collected: it proves nothing, so it never exits 0."""
    return native if native not in _REPLACED and 0 < native <= _HIGHEST else BLOCK
