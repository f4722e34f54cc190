"""`--gate-bypass`: typed, reasoned, and only where the profile allows it."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates import catalogue
from pytest_fwgates.model import Bypass
from pytest_fwgates.session.plan import typed

if TYPE_CHECKING:
    from pytest_fwgates.profile import Profile


def asked_for(config: pytest.Config, profile: Profile) -> tuple[Bypass, ...]:
    """The bypasses that the person typed.

    Raises:
        pytest.UsageError: bypass is not allowed here, has no reason, or comes from somewhere else.
    """
    names = config.getoption("gate_bypasses")
    reason = (config.getoption("gate_bypass_reason") or "").strip()
    if not names and not reason:
        return ()
    if not profile.quality_gates.bypass_allowed:
        raise pytest.UsageError(f"--gate-bypass: {profile.source} does not have bypass_allowed: true")
    if not typed(config, "--gate-bypass"):
        raise pytest.UsageError("--gate-bypass is for the command line only, with the name of a criterion")
    if not reason:
        raise pytest.UsageError("--gate-bypass needs --gate-bypass-reason TEXT, for those who read it later")
    known = catalogue.load()
    ids = dict.fromkeys(known.criterion_id(name) for name in names)
    return tuple(Bypass(identifier, reason, actor()) for identifier in ids)


def actor() -> str:
    """Who runs this, as far as the run knows."""
    account = os.environ.get("GITHUB_ACTOR") or os.environ.get("GITLAB_USER_LOGIN")
    if account:
        return account
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "unknown"
