"""Workflow commands, read as the runner of GitHub Actions reads the lines of a step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings

from pytest_fwgates.model import Finding
from pytest_fwgates.reports import github
from pytest_fwgates.reports.text import printable
from tests.unit.reports import verdicts
from tests.unit.strategies import verdicts as any_verdict

if TYPE_CHECKING:
    from pytest_fwgates.model import Verdict

GOLDEN = Path(__file__).parent / "golden" / "github.txt"
COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group",
    "internal-set-repo-path", "notice", "remove-matcher", "save-state", "set-env", "set-output",
    "stop-commands", "warning",
}  # fmt: skip
PLAIN = {"", "1 finding", "2 findings"}
KINDS = {"block": "error", "require_approval": "warning"}


class Command(NamedTuple):
    """What the runner makes of a line."""

    name: str
    properties: dict[str, str]
    data: str


def unescaped(text: str, *more: tuple[str, str]) -> str:
    """In the order of the runner, the percent sign last."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(code, character)
    return text


def parsed(line: str) -> Command | None:
    """The runner's two grammars: ``::command::`` at the start of a line, and ``##[command]`` anywhere."""
    text = line.lstrip()
    head, separator, data = text.removeprefix("::").partition("::")
    name, _, listed = head.partition(" ")
    if text.startswith("::") and separator and name.lower() in COMMANDS:
        pairs = [one.partition("=") for one in listed.strip().split(",") if one]
        values = {key: unescaped(value, ("%3A", ":"), ("%2C", ",")) for key, _, value in pairs if value}
        return Command(name, values, unescaped(data))
    old = re.search(r"##\[([^\] ]*)[^\]]*\](.*)", line)
    return Command(old[1], {}, old[2]) if old and old[1].lower() in COMMANDS else None


def commands(verdict: Verdict) -> list[Command]:
    """All of them, within the limits of a step."""
    lines = github.render(verdict).split("\n")
    assert lines.pop() == ""
    if lines[-1].startswith("fwgates: "):
        assert parsed(lines.pop()) is None
    found = [one for line in lines if (one := parsed(line))]
    assert len(found) == len(lines)
    for kind in ("error", "warning", "notice"):
        assert sum(one.name == kind for one in found) <= github.SHOWN
    assert all(len(line) <= github.LONGEST for line in lines)
    return found


def test_the_parser_finds_what_the_runner_finds() -> None:
    """Else the tests below would prove nothing."""
    assert parsed("  ::error file=a%2Cb,line=1::x%0Ay%250A") == Command(
        "error", {"file": "a,b", "line": "1"}, "x\ny%0A"
    )
    assert parsed("some ##[stop-commands]token") == Command("stop-commands", {}, "token")
    assert parsed("some ::error::x") is None
    assert parsed("::x::y") is None


def test_golden() -> None:
    """A verdict with every standing."""
    assert github.render(verdicts.every_standing()) == GOLDEN.read_text(encoding="utf-8")


@given(any_verdict())
@settings(deadline=None)
def test_round_trip(verdict: Verdict) -> None:
    """Whatever counts is annotated at its place, with its kind; what does not is not."""
    rows = [row for row in verdict.criteria if row.decision != "allow"]
    expected = [
        (KINDS[row.decision], one.path, one.line if one.path else None, printable(one.message))
        for row in rows
        for one in row.findings
    ]
    own = sum(row.outcome != "failed" or not row.findings or row.reason not in PLAIN for row in rows)
    slow = sum(row.duration_s >= 120 for row in verdict.criteria)
    found = commands(verdict)
    last = github.render(verdict).splitlines()[-1]
    annotated = [
        (
            one.name,
            one.properties.get("file"),
            int(line) if (line := one.properties.get("line")) else None,
            one.data,
        )
        for one in found
    ]
    total = len(expected) + own + len(verdict.problems) + 1
    if last.startswith("fwgates: "):
        untold = int(last.split()[1])
        assert untold > 0
        assert total <= len(found) - any("more that" in one.data for one in found) + untold <= total + slow
    else:
        assert total <= len(found) <= total + min(1, slow)
        for one in expected:
            annotated.remove(one)
        assert not [one for one in annotated if one[1]]
    for row in rows:
        assert any(row.id in one.properties["title"] or row.id in one.data for one in found)


def test_hostile() -> None:
    """Every line is the command that we meant, and none holds what drives a terminal."""
    verdict = verdicts.hostile()
    found = commands(verdict)
    assert [one.name for one in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    titles = {one.properties["title"] for one in found}
    assert titles > {"fwgates: blocked", "zero_broken_links: blocked", "house_rule: error"}
    for one in found:
        assert {*one.properties} <= {"file", "line", "col", "title"}
        for text in (one.data, *one.properties.values()):
            assert printable(text) == text


@pytest.mark.parametrize("nasty", verdicts.NASTY)
def test_each_hostile_text(nasty: str) -> None:
    """Whatever a file is called and a finding says, one finding is one annotation."""
    found = (Finding(nasty, f"docs/{nasty}.md", 3, 7),)
    first, notice = commands(verdicts.verdict(verdicts.row("x", "failed", findings=found)))
    assert first.name == "error"
    assert first.properties["title"] == "x: blocked"
    if len(nasty) < 100:
        assert first.data == printable(nasty)
        assert first.properties["file"] == printable(f"docs/{nasty}.md")
        assert (first.properties["line"], first.properties["col"]) == ("3", "7")
    assert notice.name == "notice"


def test_names_that_look_like_properties() -> None:
    """A file and a criterion may be called like what a command is made of."""
    path = "a,line=9,title=x::y%2C.md"
    row = verdicts.row("x,col=1::y", "failed", findings=(Finding("broken", path, 1),))
    first, _ = commands(verdicts.verdict(row))
    assert first.properties == {"file": path, "line": "1", "title": "x,col=1::y: blocked"}


@pytest.mark.parametrize("path", ["/etc/passwd", "a/../../b", "%" * 2_000])
def test_path_that_is_none_of_the_repository(path: str) -> None:
    """It stands in the message."""
    row = verdicts.row("x", "failed", findings=(Finding("broken", path, 1),))
    first, _ = commands(verdicts.verdict(row))
    assert "file" not in first.properties
    assert first.data == f"{path[:100]}: broken"


def test_longest_line() -> None:
    """Of all that is escaped, at every limit."""
    row = verdicts.row("%" * 999, "failed", findings=(Finding("%" * 9_999, "%" * 333, 10**9, 10**9),))
    first, _ = commands(verdicts.verdict(row, environment="%" * 9_999))
    assert first.properties["file"] == "%" * 333
    assert first.data == "%" * 700 + "… (cut, of 9,999 characters)"


def test_more_than_a_step_shows() -> None:
    """Every criterion that blocks has an annotation, and what has none is counted."""
    many = tuple(verdicts.finding("x", f"broken {number}", "a.md", number) for number in range(1, 101))
    rows = (verdicts.row("first", "failed", findings=many), verdicts.row("last", "failed", findings=many))
    verdict = verdicts.verdict(*rows, problems=("a shard is missing",))
    errors = [one for one in commands(verdict) if one.name == "error"]
    assert [one.properties["title"] for one in errors] == [
        "fwgates: blocked", *["first: blocked"] * 7, "last: blocked", "fwgates"
    ]  # fmt: skip
    assert errors[-1].data == "192 more that block: first 93, last 99"
    assert github.render(verdict).endswith(
        "\nfwgates: 192 more have no annotation: GitHub shows 10 of a kind; the verdict has all\n"
    )


def test_more_criteria_than_a_step_shows() -> None:
    """They are told in one line, some of them by name."""
    rows = [verdicts.row(f"criterion_{number:02}", "not_run") for number in range(20)]
    errors = [one for one in commands(verdicts.verdict(*rows)) if one.name == "error"]
    assert errors[-1].data == (
        "11 more that block: criterion_09 1, criterion_10 1, criterion_11 1, criterion_12 1, criterion_13 1"
        " and 6 more criteria"
    )


def test_allow() -> None:
    """Nothing but the decision, and what is excused in it."""
    verdict = msgspec.structs.replace(
        verdicts.verdict(
            verdicts.row("x", "passed"), verdicts.row("y", "failed", decision="allow", disposition="approved")
        )
    )
    assert github.render(verdict) == "::notice title=fwgates%3A ALLOW::production: 1 approved, 1 passed\n"
