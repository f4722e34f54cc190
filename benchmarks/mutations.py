"""Whether planted defects are found, at the right line, by the criterion that owns them, and by no other.

    python benchmarks/mutations.py FRAMEWORK [FRAMEWORK ...] [--seed N] [--count N]

For each criterion COUNT defects are planted one at a time at random places of copies of the frameworks; a
row says how many were found. Then edits that keep the meaning (line ends, list markers, blank lines at the
end) are made to every document of a copy; each finding that they add is a false one. The frameworks are only
read.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pytest_fwgates import catalogue
from pytest_fwgates.framework import index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding


class Planted(NamedTuple):
    """A text with a defect, and the 1-based line where it must be found (0: anywhere in the file)."""

    text: str
    line: int


Mutation = "Callable[[str, random.Random], Planted | None]"
_FENCE = re.compile(r"\s*(?:[-*+>]|\d+[.)])?\s*(```|~~~)")
_CLOSING = re.compile(r"^</([A-Za-z][\w-]*)>\s*$")


def open_lines(text: str) -> list[int]:
    """Indices of blank lines in plain text: outside frontmatter, fences, comments and tags."""
    lines = text.split("\n")
    start = lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0
    if "<!--" in text:
        return []
    fenced, found = False, []
    for number in range(start, len(lines)):
        if _FENCE.match(lines[number]):
            fenced = not fenced
        before = lines[number - 1] if number else ""
        if not fenced and not lines[number].strip() and not before.startswith((" ", "\t", "<", "|")):
            found.append(number)
    return [] if fenced else found


def inserted(line: str) -> Mutation:  # type: ignore[valid-type]
    """Plant a line of its own at a random blank line."""

    def mutate(text: str, rng: random.Random) -> Planted | None:
        places = open_lines(text)
        if not places:
            return None
        place = rng.choice(places)
        lines = text.split("\n")
        planted = [*lines[: place + 1], line.format(rng.randrange(10**6)), "", *lines[place + 1 :]]
        return Planted("\n".join(planted), place + 2)

    return mutate


def in_frontmatter(line: str) -> Mutation:  # type: ignore[valid-type]
    """Plant a line at the end of the frontmatter."""

    def mutate(text: str, rng: random.Random) -> Planted | None:
        lines = text.split("\n")
        if lines[0] != "---" or "---" not in lines[1:]:
            return None
        end = lines.index("---", 1)
        if end < 2:
            return None
        return Planted("\n".join([*lines[:end], line.format(rng.randrange(10**6)), *lines[end:]]), end + 1)

    return mutate


def without_closing_tag(text: str, rng: random.Random) -> Planted | None:
    """Take away a closing tag that stands alone on its line and whose opening one does, too."""
    lines = text.split("\n")
    places = [number for number in open_lines(text) if number + 1 < len(lines)]
    closing = [number for number, line in enumerate(lines) if _CLOSING.match(line)]
    rng.shuffle(closing)
    for number in closing:
        match = _CLOSING.match(lines[number])
        name = match[1] if match else ""
        opening = [n for n, line in enumerate(lines[:number]) if line.rstrip() == f"<{name}>"]
        if places and len(opening) == 1 and sum(line.rstrip() == f"</{name}>" for line in lines) == 1:
            return Planted("\n".join([*lines[:number], *lines[number + 1 :]]), opening[0] + 1)
    return None


def unclosed_fence(text: str, rng: random.Random) -> Planted | None:
    """Open a fence at the end and never close it."""
    places = open_lines(text)
    if not places or text.count("```") % 2:
        return None
    return Planted(f"{text.rstrip()}\n\n```bash\necho {rng.random()}\n", len(text.rstrip().split("\n")) + 2)


MUTATIONS: dict[str, Mutation] = {  # type: ignore[valid-type]
    "zero_broken_links": inserted("See [the page](gone-{0}.md) for more."),
    "verify_all_modules_exist": inserted("<include>components/gone-{0}.md</include>"),
    "yaml_frontmatter_validation": in_frontmatter("planted-{0}: [a] | --b"),
}


def found_by(framework: Framework) -> dict[str, list[Finding]]:
    """What every content criterion that is known here finds."""
    return {name: check(framework) for name, check in checks().items()}


def checks() -> dict[str, Callable[[Framework], list[Finding]]]:
    """The check function of each criterion that `MUTATIONS` plants defects of."""
    import importlib  # noqa: PLC0415 - by name

    known = catalogue.load()
    loaded = {}
    for name in MUTATIONS:
        gate = known.entries[name].gates[0]
        module = importlib.import_module(f"pytest_fwgates.checks.{gate}.{name}")
        public = [one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__]
        loaded[name] = next(one for one in public if callable(one) and _is_check(one))
    return loaded


def _is_check(function: object) -> bool:
    return str(getattr(function, "__annotations__", {}).get("return")) == "list[Finding]"


def key(finding: Finding) -> tuple[str, str | None, str]:
    """What is the same of a finding after lines have moved."""
    return (finding.criterion, finding.path, finding.message)


def planted_rows(root: Path, count: int, rng: random.Random) -> Iterator[tuple[str, int, int, int]]:
    """Criterion, how many were planted, found, and found by another criterion, too."""
    functions = checks()
    before = {name: Counter(map(key, check(index.load(root)))) for name, check in functions.items()}
    paths = [root / document.path for document in index.load(root).documents]
    for name, mutate in MUTATIONS.items():
        planted = found = others = 0
        for _ in range(count * 20):
            if planted == count:
                break
            path = rng.choice(paths)
            text = path.read_text()
            mutation = mutate(text, rng)  # type: ignore[operator]
            if mutation is None:
                continue
            path.write_text(mutation.text)
            planted += 1
            framework = index.load(root)
            relative = path.relative_to(root).as_posix()
            new = [one for one in functions[name](framework) if not before[name][key(one)]]
            hit = any(one.path == relative and one.line == mutation.line for one in new)
            found += hit
            if not hit:
                print(f"  missed: {name} in {relative}:{mutation.line}: {[(f.line, f.message) for f in new]}")
            others += any(
                any(not before[other][key(one)] for one in check(framework))
                for other, check in functions.items()
                if other != name
            )
            path.write_text(text)
        yield name, planted, found, others


def kept_meaning(root: Path) -> list[Finding]:
    """What is found only after edits that change no meaning."""
    before = {name: Counter(map(key, found)) for name, found in found_by(index.load(root)).items()}
    for document in index.load(root).documents:
        path = root / document.path
        text = re.sub(r"^([ ]*)[*+] (?=\w)", r"\1- ", path.read_text(), flags=re.MULTILINE)
        path.write_bytes((text.rstrip("\n") + "\n\n").replace("\n", "\r\n").encode())
    after = found_by(index.load(root))
    return [one for name, found in after.items() for one in found if not before[name][key(one)]]


def main() -> int:
    """Plant, count, print; exit 1 where fewer than 97 of 100 are found or a harmless edit is reported."""
    parser = argparse.ArgumentParser()
    parser.add_argument("frameworks", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=50)
    given = parser.parse_args()
    total: Counter[tuple[str, str]] = Counter()
    false: list[Finding] = []
    for source in given.frameworks:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, "framework")
            shutil.copytree(source, root, symlinks=True)
            each = -(-given.count // len(given.frameworks))
            for name, planted, found, others in planted_rows(root, each, random.Random(given.seed)):
                for word, number in (("planted", planted), ("found", found), ("others", others)):
                    total[name, word] += number
            false += kept_meaning(root)
    broken = bool(false)
    for name in MUTATIONS:
        planted, found, others = (total[name, word] for word in ("planted", "found", "others"))
        recall = found / planted if planted else 0.0
        broken |= recall < 0.97
        print(
            f"{name:<32} planted {planted:>4}  found {found:>4}  recall {recall:.3f}  by others too {others}"
        )
    print(f"findings added by edits that keep the meaning: {len(false)}")
    for one in false[:20]:
        print(f"  {one.path}:{one.line}: {one.message}")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
