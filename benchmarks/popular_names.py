"""Writes the lists of names that look-alikes are told from: the most downloaded ones, in that order.

    python benchmarks/popular_names.py pypi RANKED.txt

RANKED.txt has one name a line, the most downloaded first; such rankings are published for PyPI and npm. Names
are all that is kept.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

COUNT = 8000
FOLDER = Path(__file__).parents[1] / "pytest_fwgates/checks/security/supply"


def main(ecosystem: str, ranked: str) -> None:
    """Write the list of one registry."""
    names = list(dict.fromkeys(Path(ranked).read_text(encoding="utf-8").split()))[:COUNT]
    target = FOLDER / f"{ecosystem}.txt.xz"
    target.write_bytes(lzma.compress("\n".join(names).encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{target}: {len(names)} names, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
