"""No password, key or token stands in a file.

Whoever can read the repository can use it, and whoever has ever cloned it keeps it. Revoke what was found,
then have it read from the environment or a secret store; taking it out of the file alone changes nothing.

Kingfisher and rules of ours say where secrets may be, the strings themselves whether they are: see
`tools/candidates.py`. A finding never holds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates.tools.kingfisher import Kingfisher

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding
    from pytest_fwgates.tools.adapter import Scan


def scan(framework: Framework) -> Scan:
    """Search every file, also what git or a configuration ignores.

    Raises:
        Unproven: the scanner is missing, or does not work here.
    """
    return Kingfisher().run(framework.root, framework.everything)


def exposed_secrets(framework: Framework) -> list[Finding]:
    """Every secret in a file of the framework."""
    return list(scan(framework).findings)


def examined(framework: Framework) -> int:
    """How many files are searched."""
    return len(framework.everything)
