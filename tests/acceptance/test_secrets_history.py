"""`--secrets-history`: what was taken out of a file is still in every clone."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project


def token() -> str:
    """Put together here, so that none is stored."""
    letters = string.ascii_letters + string.digits
    return "npm" + "_" + "".join(random.Random(3).choices(letters, k=36))


def test_a_secret_that_was_taken_out(project: Project) -> None:
    """Is found by the commit that had it, only where that is asked for, and not printed."""
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    project.pytester.run("git", "init", "-q")
    project.write(".npmrc", f"//registry.npmjs.org/:_authToken={token()}\n")
    project.pytester.run(*git, "add", "-A")
    project.pytester.run(*git, "commit", "-qm", "one")
    project.write(".npmrc", "\n")
    project.pytester.run(*git, "commit", "-qam", "two")
    assert project.run(scanners=True).criterion("secret_detection")["outcome"] == "passed"
    done = project.run("--secrets-history", scanners=True)
    (finding,) = done.criterion("secret_detection")["findings"]
    assert finding["path"] == ".npmrc"
    assert "revoke it" in finding["message"]
    assert token()[8:20] not in done.text + str(done.verdict)
