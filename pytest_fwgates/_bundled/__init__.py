"""The gate tests and profiles that ship with the package.

A wheel holds copies of `gate_tests/` and `environments/` in this folder. In a checkout (an editable
install) they stand at the top of the repository, and this package finds them there instead.
"""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
ROOT: Final = _HERE if (_HERE / "gate_tests").is_dir() else _HERE.parents[1]
"""The folder that holds `gate_tests` and `environments`."""

GATE_TESTS: Final = ROOT / "gate_tests"
ENVIRONMENTS: Final = ROOT / "environments"

__path__ = [str(ROOT)]
