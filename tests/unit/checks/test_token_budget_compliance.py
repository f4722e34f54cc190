"""Budgets that the profile sets, which no example can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.framework_integrity import token_budget_compliance
from pytest_fwgates.checks.framework_integrity.token_budget_compliance import judged, over_budget, sizes
from pytest_fwgates.framework import tokens
from pytest_fwgates.framework.index import Framework, load

if TYPE_CHECKING:
    from pathlib import Path


def framework(root: Path, **files: str | bytes) -> Framework:
    for name, data in files.items():
        path = root / name.replace("__", "/").replace("_md", ".md").replace("_sh", ".sh")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return load(root)


def test_a_budget_for_a_kind(tmp_path: Path) -> None:
    """The command is counted with its include, the component alone, the script too."""
    loaded = framework(
        tmp_path,
        commands__a_md="<include>components/b.md</include>\n",
        components__b_md="word " * 50,
        run_sh="echo " * 50,
    )

    found = over_budget(loaded, {"command": 40, "component": 90, "script": 30})

    assert [finding.path for finding in found] == ["commands/a.md", "run.sh"]
    assert "with 1 included file exceed the 40 that the profile sets for a command" in found[0].message
    assert found[0].line is None


def test_the_smaller_budget_counts(tmp_path: Path) -> None:
    """Neither the module nor the profile can raise what the other allows."""
    text = "<token_budget>{}</token_budget>\n" + "word " * 50
    loaded = framework(
        tmp_path, commands__a_md=text.format(20), commands__b_md=text.format(9000), agents__c_md="x"
    )

    found = over_budget(loaded, {"command": 30})

    assert [(finding.path, finding.line) for finding in found] == [
        ("commands/a.md", 1),
        ("commands/b.md", None),
    ]
    assert found[0].subject != found[1].subject


def test_the_largest_share(tmp_path: Path) -> None:
    """What is measured is how much of its budget the fullest module uses; 0 where no module has one."""
    loaded = framework(tmp_path, commands__a_md="word " * 50, agents__b_md="x")

    assert judged(loaded, {}) == ([], 0)
    found, share = judged(loaded, {"command": 500, "agent": 500})
    assert found == []
    assert share is not None
    assert 0.05 < share < 0.2


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A budget that cannot be checked is not kept; of a document another criterion says that."""
    loaded = framework(tmp_path, commands__a_md=b"\xff", agents__b_md="x", run_sh=b"\xff")

    assert over_budget(loaded) == []
    assert [(finding.path, finding.message) for finding in over_budget(loaded, {"script": 5})] == [
        ("run.sh", "its tokens could not be counted: not valid UTF-8")
    ]
    assert judged(loaded, {"command": 5}) == ([], None)


@pytest.mark.parametrize("written", ["29O00", "0"])
def test_a_share_of_no_number_is_none(tmp_path: Path, written: str) -> None:
    """A limit of the share must not pass by leaving out the module that cannot be judged."""
    text = f"<token_budget>{written}</token_budget>\n"
    loaded = framework(tmp_path, commands__a_md=text, agents__b_md="x")

    found, share = judged(loaded, {"agent": 500})

    assert (len(found), share) == (1, None)


def test_what_has_no_budget_is_shown(tmp_path: Path) -> None:
    """Every module, a command with all that it includes, the largest first."""
    loaded = framework(
        tmp_path,
        commands__a_md="<include>components/b.md</include>\n",
        components__b_md="<token_budget>40</token_budget>\n" + "word " * 50,
        agents__c_md=b"\xff",
    )
    a, b, c = sizes(loaded)

    assert [size.path for size in (a, b, c)] == ["commands/a.md", "components/b.md", "agents/c.md"]
    assert a.tokens is not None
    assert b.tokens is not None
    assert (a.expanded, a.files, a.limit) == (a.tokens + b.tokens, 2, None)
    assert (b.expanded, b.files, b.limit) == (b.tokens, 1, 40)
    assert (c.expanded, c.tokens) == (None, None)


def test_only_what_has_a_budget_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting takes longer than all else; each file is counted at most once."""
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return 1

    monkeypatch.setattr(tokens, "count", count)
    loaded = framework(
        tmp_path,
        commands__a_md="<token_budget>9</token_budget><include>components/c.md</include>",
        commands__b_md="<token_budget>9</token_budget><include>components/c.md</include>",
        components__c_md="c",
        components__d_md="d",
    )

    assert token_budget_compliance.over_budget(loaded) == []
    assert len(counted) == 3
    assert "d" not in counted
