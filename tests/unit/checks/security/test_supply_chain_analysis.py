"""What a framework is built from: the labelled set, and what the set does not hold."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from pytest_fwgates.checks.security.supply_chain_analysis import exposed_supplies
from pytest_fwgates.framework.index import load
from tests.unit.checks.security import labelled_supply

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.model import Finding


SAYS = {
    "no lock": ("no lock for", "no hash for"),
    "stale lock": ("does not hold",),
    "no hash in the lock": ("its content is not checked",),
    "weak hash": ("MD5 or SHA-1",),
    "poisoned lock": ("names that registry", "from the tarball of", "but takes", "without TLS"),
    "source without TLS": ("without TLS", "check of certificates"),
    "moving source": ("from a branch or tag", "address without a hash"),
    "confusion": ("may be taken from PyPI",),
    "unpinned action": ("not pinned to a commit",),
    "unpinned image": ("not pinned to a digest",),
    "look-alike name": ("is nearly",),
}
"""How the finding of each class is worded: another defect found in its stead is a miss."""


def found(folder: Path, files: dict[str, str]) -> list[Finding]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return exposed_supplies(load(folder))


def test_labelled_set(tmp_path: Path) -> None:
    """Recall and precision over all classes, and what each of them contributes."""
    table: Counter[tuple[str, str]] = Counter()
    wrong = []
    for number, case in enumerate(labelled_supply.cases()):
        said = found(tmp_path / str(number), case.files)
        hit = any(words in one.message for one in said for words in SAYS[case.kind])
        outcome = ("hit" if hit else "miss") if case.is_bad else ("alarm" if said else "quiet")
        table[case.kind, outcome] += 1
        if outcome in {"miss", "alarm"}:
            wrong.append((case.kind, outcome, case.files, [one.message for one in said]))
    total = Counter(
        {one: sum(table[key] for key in table if key[1] == one) for one in ("hit", "miss", "alarm", "quiet")}
    )
    kinds = sorted({kind for kind, _ in table})
    rows = [f"{kind:24} {[table[kind, one] for one in total]}" for kind in kinds]
    shown = [f"{'':24} {list(total)}", *rows, *map(str, wrong[:12])]
    sys.stdout.write("\n".join(shown))
    assert total["hit"] + total["miss"] > 500
    assert total["quiet"] + total["alarm"] > 300
    assert total["hit"] / (total["hit"] + total["miss"]) >= 0.95
    assert total["hit"] / (total["hit"] + total["alarm"]) >= 0.95
