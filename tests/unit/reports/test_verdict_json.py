"""The verdict as JSON: what is written can be read again, fits its schema, and replaces only verdicts."""

from __future__ import annotations

import json
import math
import stat
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.decision import decide
from pytest_fwgates.model import Finding, Narrowing, Verdict
from pytest_fwgates.reports import verdict_json
from tests.unit.strategies import NOW, any_text, criterion, evidence, profile, result, verdicts

if TYPE_CHECKING:
    from pathlib import Path

laws = settings(deadline=None)

VERDICT = decide(
    evidence(
        [criterion("zero_broken_links", "framework_integrity")],
        [
            result(
                "zero_broken_links",
                "failed",
                examined=7,
                value=1,
                threshold="0",
                duration_s=0.25,
                findings=(Finding("broken", "a.md", 3, criterion="zero_broken_links", fingerprint="0123"),),
                reason="1 finding",
            )
        ],
    ),
    profile(mandatory=["framework_integrity"]),
    NOW,
)
RENDERED = """\
{
  "schema_version": "1",
  "environment": "production",
  "profile": "environments/production.yml",
  "stages": [
    "framework_validation"
  ],
  "decision": "block",
  "selected_decision": "block",
  "partial": false,
  "reasons": [
    "zero_broken_links failed: 1 finding (mandatory: framework_integrity, environments/production.yml:4)"
  ],
  "problems": [],
  "notices": [],
  "not_enforced": [],
  "narrowing": [],
  "framework_root": "/framework",
  "framework_path": "",
  "commit": "c0ffee",
  "tree_digest": "sha256:d1ce",
  "policy_digest": "sha256:face",
  "run_ids": [
    "run-1"
  ],
  "decided_at": "2026-03-01T12:00:00+00:00",
  "framework_config": {
    "debug_mode": false,
    "verbose_logging": false,
    "test_data_enabled": false,
    "performance_monitoring": "none"
  },
  "infrastructure": {
    "monitoring": "",
    "logging": "",
    "deployment": "manual",
    "scaling": "disabled"
  },
  "criteria": [
    {
      "id": "zero_broken_links",
      "gates": [
        "framework_integrity"
      ],
      "stage": "framework_validation",
      "level": "mandatory",
      "enforcement": "block",
      "disposition": "none",
      "outcome": "failed",
      "examined": 7,
      "value": 1,
      "threshold": "0",
      "duration_s": 0.25,
      "nodeid": "gate_tests/test_it.py::test_zero_broken_links",
      "reason": "1 finding",
      "findings": [
        {
          "message": "broken",
          "path": "a.md",
          "line": 3,
          "column": null,
          "severity": "medium",
          "criterion": "zero_broken_links",
          "fingerprint": "0123",
          "excerpt": ""
        }
      ],
      "disposed": [],
      "decision": "block",
      "approvers": [],
      "until": "",
      "suppressed": [],
      "samples": [],
      "tools": [],
      "per_second": []
    }
  ],
  "ledger": "",
  "exemptions": []
}
"""
KEYS = {
    "Verdict": {
        *("schema_version", "environment", "profile", "stages", "decision", "selected_decision", "partial"),
        *(
            "reasons",
            "notices",
            "not_enforced",
            "narrowing",
            "framework_root",
            "framework_path",
            "commit",
            "tree_digest",
        ),
        *("policy_digest", "run_ids", "decided_at", "framework_config", "infrastructure", "criteria"),
        *("ledger", "exemptions", "problems"),
    },
    "JudgedCriterion": {
        *("id", "gates", "stage", "level", "enforcement", "disposition", "outcome", "examined", "value"),
        *("threshold", "duration_s", "nodeid", "reason", "findings", "disposed", "decision", "approvers"),
        *("until", "suppressed", "samples", "tools", "per_second"),
    },
    "Narrowing": {"option", "value", "origin"},
    "Finding": {"message", "path", "line", "column", "severity", "criterion", "fingerprint", "excerpt"},
}
VALIDATOR = jsonschema.Draft202012Validator(verdict_json.schema())


def test_render() -> None:
    """The document is indented, in the order of its description, and ends with a newline."""
    assert verdict_json.render(VERDICT).decode() == RENDERED


def test_schema_is_one() -> None:
    """The schema names its draft and is valid in it."""
    schema = verdict_json.schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", list(KEYS))
def test_schema_keys(name: str) -> None:
    """The documented keys, and no others, are in the schema."""
    assert set(verdict_json.schema()["$defs"][name]["properties"]) == KEYS[name]


@pytest.mark.parametrize("name", ["Verdict", "JudgedCriterion"])
def test_schema_requires_all_keys(name: str) -> None:
    """No key of a verdict may be missing."""
    assert set(verdict_json.schema()["$defs"][name]["required"]) == KEYS[name]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"decision": "perhaps"}, id="an unknown decision"),
        pytest.param({"partial": "no"}, id="a text as a truth value"),
        pytest.param({"criteria": [{}]}, id="an empty criterion"),
        pytest.param({"reasons": None}, id="nothing as a list"),
    ],
)
def test_schema_refuses(change: dict[str, Any]) -> None:
    """A document that is no verdict neither fits the schema nor can be read."""
    document = json.loads(RENDERED) | change
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(msgspec.MsgspecError):
        verdict_json.read(json.dumps(document).encode())


@given(verdict=verdicts())
@laws
def test_round_trip(verdict: Verdict) -> None:
    """Every verdict that is written can be read again and fits the schema."""
    content = verdict_json.render(verdict)
    assert verdict_json.read(content) == verdict
    VALIDATOR.validate(json.loads(content))


@given(verdict=verdicts(any_text))
@laws
def test_any_text(verdict: Verdict) -> None:
    """Text that is not UTF-8 never keeps a verdict from being written, and what is written is stable."""
    content = verdict_json.render(verdict)
    VALIDATOR.validate(json.loads(content))
    assert verdict_json.render(verdict_json.read(content)) == content


def test_folder_that_is_not_utf8() -> None:
    """A byte that is not UTF-8 becomes a question mark."""
    verdict = msgspec.structs.replace(VERDICT, framework_root="/caf\udce9")
    assert verdict_json.read(verdict_json.render(verdict)).framework_root == "/caf?"
    verdict = msgspec.structs.replace(VERDICT, reasons=("the evidence is of other files than /caf\udce9",))
    assert json.loads(verdict_json.canonical(verdict))["reasons"] == [
        "the evidence is of other files than /caf?"
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_value_that_is_no_number(value: float) -> None:
    """JSON has no word for what is no finite number; the verdict is still written."""
    (row,) = VERDICT.criteria
    verdict = msgspec.structs.replace(VERDICT, criteria=(msgspec.structs.replace(row, value=value),))
    assert verdict_json.read(verdict_json.render(verdict)).criteria[0].value is None


@given(verdict=verdicts(), data=st.data())
@laws
def test_canonical(verdict: Verdict, data: st.DataObject) -> None:
    """Times, run ids, the host's folders and measured values leave no trace in what must be equal."""
    elsewhere = msgspec.structs.replace(
        verdict,
        decided_at="2027-01-01T00:00:00+00:00",
        run_ids=("other",),
        framework_root="/elsewhere",
        ledger="7:sha256:0",
        criteria=tuple(
            msgspec.structs.replace(row, duration_s=data.draw(st.floats(0, 9)), value=data.draw(VALUES))
            for row in verdict.criteria
        ),
    )
    assert verdict_json.canonical(elsewhere) == verdict_json.canonical(verdict)


@given(verdict=verdicts(any_text))
@laws
def test_canonical_of_any_text(verdict: Verdict) -> None:
    """Text that is not UTF-8 never keeps a verdict from being compared."""
    assert json.loads(verdict_json.canonical(verdict))["decision"] == verdict.decision


VALUES = st.none() | st.integers(0, 9) | st.floats(0, 1)


@pytest.mark.parametrize(
    "changes",
    [
        *({"decision": "allow"}, {"partial": True}, {"reasons": ()}, {"notices": ("new",)}),
        *({"commit": None}, {"tree_digest": "sha256:0"}, {"policy_digest": "sha256:0"}, {"stages": ()}),
        *({"criteria": ()}, {"narrowing": (Narrowing("-k", "a", "command line"),)}),
    ],
    ids=lambda changes: f"another {next(iter(changes))}",
)
def test_canonical_tells_apart(changes: dict[str, Any]) -> None:
    """Whatever else differs in two verdicts differs in what must be equal."""
    assert verdict_json.canonical(VERDICT) != verdict_json.canonical(
        msgspec.structs.replace(VERDICT, **changes)
    )


@pytest.mark.parametrize(
    "changes",
    [{"outcome": "error"}, {"examined": 8}, {"threshold": "1"}, {"reason": "why"}, {"findings": ()}],
    ids=lambda changes: f"another {next(iter(changes))}",
)
def test_canonical_tells_criteria_apart(changes: dict[str, Any]) -> None:
    """Two criteria that differ in more than time and value differ."""
    other = msgspec.structs.replace(VERDICT.criteria[0], **changes)
    assert verdict_json.canonical(VERDICT) != verdict_json.canonical(
        msgspec.structs.replace(VERDICT, criteria=(other,))
    )


def test_write(tmp_path: Path) -> None:
    """The file is whole, readable by others and alone in its folder, which is made if need be."""
    path = tmp_path / "reports" / "verdict.json"
    verdict_json.write(path, VERDICT)
    verdict_json.write(path, VERDICT)
    assert path.read_text(encoding="utf-8") == RENDERED
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_write_fails_without_a_trace(tmp_path: Path) -> None:
    """Where the file cannot be put in its place, no half of it stays behind."""
    path = tmp_path / "verdict.json"
    path.mkdir()
    with pytest.raises(OSError, match="verdict"):
        verdict_json.write(path, VERDICT)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(RENDERED.encode(), id="a verdict"),
        pytest.param(b"", id="an empty file"),
        pytest.param(b'{"schema_version": "0", "decision": "allow"}', id="a verdict of another version"),
    ],
)
def test_remove_stale(tmp_path: Path, content: bytes) -> None:
    """An earlier verdict cannot be taken for this run's."""
    path = tmp_path / "verdict.json"
    path.write_bytes(content)
    verdict_json.remove_stale(path)
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"name": "my-package"}', id="another document"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"# Notes\n", id="no JSON"),
        pytest.param(b"\xff", id="no text"),
        pytest.param(b"[" * 100_000, id="deep nesting"),
    ],
)
def test_remove_nothing_else(tmp_path: Path, content: bytes) -> None:
    """A file that is something else is left alone."""
    path = tmp_path / "package.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"package\.json exists and is not a verdict; name another file$"):
        verdict_json.remove_stale(path)
    assert path.read_bytes() == content


def test_remove_no_folder(tmp_path: Path) -> None:
    """A folder is no verdict."""
    with pytest.raises(ValueError, match="exists and is not a verdict"):
        verdict_json.remove_stale(tmp_path)


def test_remove_missing(tmp_path: Path) -> None:
    """Where there is no earlier verdict, there is nothing to remove."""
    verdict_json.remove_stale(tmp_path / "verdict.json")


def test_shipped_schema_is_that_of_the_verdict() -> None:
    """But for descriptions, whose indent is another one in some versions of Python."""
    assert _without_descriptions(json.loads(verdict_json.shipped_schema())) == _without_descriptions(
        json.loads(json.dumps(verdict_json.schema()))
    )


def _without_descriptions(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_descriptions(one) for key, one in part.items() if key != "description"}
    return [_without_descriptions(one) for one in part] if isinstance(part, list) else part
