"""Words for names and sentences, and slips of the pen."""

from __future__ import annotations

import random  # noqa: TC003 - plain
from typing import Final

FIRST: Final = (
    *("amber", "boreal", "brisk", "calm", "cosy", "dapper", "dusty", "eager", "early", "fallow", "frosty"),
    *("gentle", "hollow", "inner", "jolly", "keen", "lunar", "mellow", "narrow", "outer", "pale", "quiet"),
    *("rapid", "silent", "tidy", "upper", "vivid", "woven", "young", "zesty"),
)
SECOND: Final = (
    *("anchor", "basin", "beacon", "canal", "cedar", "delta", "dune", "ember", "engine", "feather", "fjord"),
    *("garden", "harbor", "island", "jetty", "kiln", "lantern", "meadow", "needle", "orchard", "pebble"),
    *("quarry", "ravine", "saddle", "timber", "umbrella", "valley", "willow", "yard", "zephyr"),
)
SENTENCES: Final = (
    "Read the whole change before you say anything about it.",
    "Every step names the file that it writes.",
    "Ask when two instructions contradict each other.",
    "The report lists what was looked at, and what was not.",
    "Keep the summary shorter than the work that it describes.",
    "Nothing is published before the checks have run.",
    "Write the test first and watch it fail.",
    "Prefer the plain solution, even if it is longer.",
    "Each decision is written down together with its reason.",
    "Stop as soon as the numbers differ.",
    "The owner of the module answers within a day.",
    "Small changes are reviewed faster than large ones.",
)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def name(rng: random.Random) -> str:
    """A name of two words."""
    return f"{rng.choice(FIRST)}-{rng.choice(SECOND)}"


def slip(word: str, rng: random.Random) -> str:
    """The word with one letter missing, doubled, wrong or swapped with its neighbour.

    Neither the first one nor the last: nobody mistypes the first, and another last one may be a plural.
    """
    inner = [n for n in range(1, len(word) - 1) if word[n].isalpha()]
    place = rng.choice(inner or [len(word) - 1])
    letter = word[place]
    wrong = rng.choice(_LETTERS.replace(letter.lower(), ""))
    following = word[place + 1 : place + 2]
    changed = {
        "missing": word[:place] + word[place + 1 :],
        "doubled": word[:place] + letter + word[place:],
        "wrong": word[:place] + wrong + word[place + 1 :],
        "swapped": word[:place] + following + letter + word[place + 2 :],
    }
    kind = rng.choice(sorted(changed))
    return changed[kind] if changed[kind] != word else changed["wrong"]


def other_case(text: str, rng: random.Random) -> str:
    """The text in other letters: the first one of a word, or all."""
    ways = {text.swapcase(), text.title(), text[:1].swapcase() + text[1:], text.upper(), text.lower()}
    return rng.choice(sorted(ways - {text}) or [text])
