"""The gate tests, the profiles and the pages of the criteria that ship with the package.

A wheel holds copies of `gate_tests/`, `environments/` and `docs/criteria/` in this folder. In a checkout
(an editable install) they stand at the top of the repository, and this package finds them there instead.
"""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
ROOT: Final = _HERE if (_HERE / "gate_tests").is_dir() else _HERE.parents[1]
"""The folder that holds `gate_tests`, `environments` and `docs/criteria`."""

GATE_TESTS: Final = ROOT / "gate_tests"
ENVIRONMENTS: Final = ROOT / "environments"
PAGES: Final = ROOT / "docs" / "criteria"

__path__ = [str(ROOT)]
