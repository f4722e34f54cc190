"""A thousand ways to damage the evidence of real runs, none of which improves a decision."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates import evidence, exitstatus, profile
from pytest_fwgates._bundled import ENVIRONMENTS
from pytest_fwgates.decision import decide
from pytest_fwgates.evidence import EvidenceError
from tests.unit.strategies import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_fwgates.model import Decision

STRICTNESS: tuple[Decision, ...] = ("allow", "require_approval", "block")
PROFILE = profile.read(ENVIRONMENTS / "production.yml", "environments/production.yml")
HEADER = "from pytest_fwgates import advisory, gate, mandatory\n\n"
REPOSITORIES = {
    "allow": {
        "README.md": "# A framework\n\n[home](README.md)\n",
        "gate_tests/test_house.py": f"{HEADER}@gate(mandatory, 'house')\ndef test_rule():\n    pass\n",
    },
    "require_approval": {
        "README.md": "# A framework\n\n[home](README.md)\n",
        "gate_tests/test_house.py": f"{HEADER}@gate(advisory)\ndef test_taste():\n    assert 1 == 2\n",
    },
    "block": {
        "README.md": "# A framework\n\n[gone](gone.md) and [lost](lost.md)\n\n[top](#nowhere)\n",
        "guide.md": "# Guide\n\n[home](README.md#nothing)\n",
    },
}
"""What makes a run come to each decision."""


@dataclass(frozen=True)
class Run:
    """A real run: where it was made, its journal and what it came to."""

    folder: Path
    journal: bytes
    decision: Decision


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    """One real run of each decision, by that decision."""
    return {
        decision: real_run(tmp_path_factory.mktemp(decision), decision, files)
        for decision, files in REPOSITORIES.items()
    }


def real_run(folder: Path, decision: Decision, files: Mapping[str, str]) -> Run:
    """Run pytest in a process of its own on a repository of these files."""
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    command = [sys.executable, "-m", "pytest", "-p", "fwgates", "--env=production", "-p", "no:cacheprovider"]
    done = alone(command, folder)
    assert done.returncode == exitstatus.of_decision(decision), done.stdout + done.stderr
    return Run(folder, (folder / ".fwgates" / "evidence.jsonl").read_bytes(), decision)


def alone(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the settings of the run that this is."""
    theirs = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "FWGATES_", "GITHUB_", "CI", "COV_"))
    }
    return subprocess.run(
        command,
        cwd=folder,
        env={**theirs, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def damaged(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """`content` after up to three accidents."""
    for _ in range(chance.choice([1, 1, 2, 3])):
        accident = chance.choice(ACCIDENTS)
        content = accident(content, chance.choice(others), chance)
    return content


def of_lines(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Lose, repeat, exchange or borrow whole lines."""
    lines, theirs = content.splitlines(keepends=True), other.splitlines(keepends=True)
    if not lines:
        return content
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(7):
        case 0:
            del lines[one]
        case 1:
            lines.insert(two, lines[one])
        case 2:
            lines[one], lines[two] = lines[two], lines[one]
        case 3:
            lines[one] = chance.choice(theirs)
        case 4:
            lines.insert(one, chance.choice(theirs))
        case 5:
            lines = lines[:one] + theirs[chance.randrange(1, len(theirs)) :]
        case 6:
            chance.shuffle(lines)
    return b"".join(lines)


def of_bytes(content: bytes, _: bytes, chance: random.Random) -> bytes:
    """Lose, repeat, change or add bytes."""
    if not content:
        return content
    at = chance.randrange(len(content))
    match chance.randrange(5):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + content[at + 1 :]
        case 2:
            return content[:at] + content[at : at + 1] + content[at:]
        case 3:
            return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
    return content[:at] + chance.randbytes(chance.randrange(1, 4)) + content[at:]


WORDS = {
    b'"failed"': b'"passed"',
    b'"error"': b'"passed"',
    b'"mandatory"': b'"advisory"',
    b'"outcome":"passed"': b'"outcome":"not_applicable"',
    b'"accepted":true': b'"accepted":false',
    b'"examined":0': b'"examined":7',
    b'"narrowed":true': b'"narrowed":false',
    b'"findings":[{': b'"findings":[],"no":[{',
    b'"gates":["framework_integrity"]': b'"gates":["performance"]',
    b'"production"': b'"development"',
    b'"count":6': b'"count":5',
}
"""What somebody would change who wants to look better."""


def of_words(content: bytes, _: bytes, chance: random.Random) -> bytes:
    """Edit a record so that it says something nicer and is still a record."""
    old, new = chance.choice(list(WORDS.items()))
    return content.replace(old, new, chance.choice([1, -1]))


ACCIDENTS: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (
    of_lines,
    of_lines,
    of_bytes,
    of_words,
)


def comes_to(content: bytes) -> Decision:
    """What a second judge makes of a journal; one that cannot be read blocks."""
    try:
        return decide(evidence.read(content), PROFILE, NOW).decision
    except EvidenceError:
        return "block"


@pytest.mark.parametrize("decision", STRICTNESS)
def test_undamaged(runs: Mapping[str, Run], tmp_path: Path, decision: Decision) -> None:
    """The journal of a real run comes to what the run came to, and is written again as it was."""
    run = runs[decision]
    assert comes_to(run.journal) == decision
    whole = evidence.read(run.journal)
    path = tmp_path / "again.jsonl"
    evidence.write(path, whole, "2026-03-01T12:00:00+00:00")
    assert evidence.read(path.read_bytes()) == whole


@pytest.mark.parametrize("seed", range(10))
def test_damage_is_never_better(runs: Mapping[str, Run], seed: int) -> None:
    """A hundred damaged journals a seed: each is refused or comes to nothing better than before."""
    chance = random.Random(seed)
    for _ in range(100):
        run = runs[chance.choice(STRICTNESS)]
        others = [one.journal for one in runs.values() if one is not run]
        content = damaged(run.journal, others, chance)
        assert content in {run.journal, *others} or comes_to(content) == "block", content


@pytest.mark.parametrize("seed", range(20))
def test_damage_on_the_command_line(runs: Mapping[str, Run], tmp_path: Path, seed: int) -> None:
    """`fwgates verdict` blocks on a damaged journal in one sentence, whatever the damage."""
    chance = random.Random(1000 + seed)
    run = runs[STRICTNESS[seed % 3]]
    others = [one.journal for one in runs.values() if one is not run]
    path = tmp_path / "evidence.jsonl"
    path.write_bytes(damaged(run.journal, others, chance))
    script = Path(sys.executable).with_name("fwgates")
    done = alone([str(script), "verdict", "--env=production", str(path)], run.folder)
    assert done.returncode in {exitstatus.BLOCK, exitstatus.of_decision(run.decision)}
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("fwgates: production: ")


@pytest.mark.parametrize("decision", STRICTNESS)
def test_second_judge(runs: Mapping[str, Run], decision: Decision) -> None:
    """`fwgates verdict` comes to the decision of the run, in a process that knows the journal alone."""
    script = Path(sys.executable).with_name("fwgates")
    done = alone(
        [str(script), "verdict", "--env=production", ".fwgates/evidence.jsonl"], runs[decision].folder
    )
    assert done.returncode == exitstatus.of_decision(decision), done.stdout + done.stderr


def test_journal_of_another_run(runs: Mapping[str, Run], tmp_path: Path) -> None:
    """A whole journal of another repository proves nothing for this one."""
    path = tmp_path / "evidence.jsonl"
    path.write_bytes(runs["allow"].journal)
    script = Path(sys.executable).with_name("fwgates")
    done = alone([str(script), "verdict", "--env=production", str(path)], runs["block"].folder)
    assert done.returncode == exitstatus.BLOCK
    assert "the evidence is of other files" in done.stdout


def test_journals_of_two_runs(runs: Mapping[str, Run]) -> None:
    """The journal of a better run beside that of a worse one improves nothing."""
    good, bad = (evidence.read(runs[name].journal) for name in ("allow", "block"))
    verdict = decide(evidence.merge([bad, good]), PROFILE, NOW)
    assert verdict.decision == "block"
    assert verdict.reasons[0].startswith("evidence of different runs: ")
