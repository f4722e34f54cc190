"""Whether planted defects are found, at the right line, by the criterion that owns them.

    python benchmarks/mutations.py FRAMEWORK [FRAMEWORK ...] [--seed N] [--count N] [--only CRITERION]

Defects of every class that `planting` knows are planted one at a time at random places of copies of the
frameworks, COUNT for each criterion. A row says how many of a class were found by the criterion that owns
it, at the right path and line, and how many another criterion reported, too. Then the copies are edited in
ways that keep their meaning (`planting/edits.py`); each finding that such an edit adds is a false one. The
frameworks are only read. Exit status 1: a criterion found fewer than 97 of 100, or an edit added a finding.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planting.run import Row, Search, planted_rows, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planting.plant import Plant

ENOUGH: Final = 0.97
SHOWN: Final = 20


def main() -> int:
    """Plant, edit, count and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("frameworks", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=51)
    parser.add_argument("--only", action="append", default=[], help="criteria to plant defects of")
    given = parser.parse_args()
    rows: list[Row] = []
    added = 0
    each = -(-given.count // len(given.frameworks))
    for source in given.frameworks:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, "framework")
            shutil.copytree(source, root, symlinks=True)
            search = Search(root, Path(folder, "facts.sqlite3"))
            name = source.resolve().name
            for row in planted_rows(search, each, random.Random(f"{given.seed} {name}"), given.only):
                rows.append(row)
                if not row.is_found:
                    print(f"missed: {row.criterion}: {row.name}: {name}: {_shown(row.plant)}: {row.seen}")
            if not given.only:
                added += _edited(search, name, random.Random(f"{given.seed} {name}"))
    return int(not _print_table(rows) or added > 0)


def _shown(plant: Plant) -> str:
    """Where a defect was to be found, and the line that it stands in."""
    places = []
    for path, line in plant.places:
        content = plant.files.get(path)
        lines = content.split("\n") if isinstance(content, str) else []
        places.append(f"{path}:{line} {lines[line - 1 : line]}")
    return ", ".join(places)


def _edited(search: Search, name: str, rng: random.Random) -> int:
    total = 0
    for edit in unchanged(search, rng):
        print(f"{name}: {edit.name}: {edit.files} files; findings added {len(edit.added)}, gone {edit.gone}")
        for finding in edit.added[:SHOWN]:
            print(f"  {finding.criterion}: {finding.path}:{finding.line}: {finding.message}")
        total += len(edit.added)
    return total


def _print_table(rows: Iterable[Row]) -> bool:
    """The table, and whether every criterion found enough."""
    by_class: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        for name in (row.name, ""):
            by_class[row.criterion, name, "planted"] += 1
            by_class[row.criterion, name, "found"] += row.is_found
            by_class[row.criterion, name, "others"] += bool(row.others)
    is_enough = True
    print(f"{'criterion':<31} {'class':<34} planted found recall  by others, too")
    for criterion, name in sorted({key[:2] for key in by_class}):
        planted, found, others = (by_class[criterion, name, word] for word in ("planted", "found", "others"))
        is_enough &= bool(name) or found >= ENOUGH * planted
        print(
            f"{criterion:<31} {name or 'all':<34} {planted:>7} {found:>5} {found / planted:>6.3f} {others:>8}"
        )
    return is_enough


if __name__ == "__main__":
    sys.exit(main())
