"""The in-toto statement, held against in-toto's own library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from pytest_fwgates.reports import attestation
from pytest_fwgates.reports.standing import ORDER, standing
from tests.unit.reports import verdicts
from tests.unit.strategies import any_text
from tests.unit.strategies import verdicts as any_verdict

if TYPE_CHECKING:
    from pytest_fwgates.model import JudgedCriterion, Verdict

GOLDEN = Path(__file__).with_name("golden") / "attestation.json"
EVIDENCE = {"evidence.jsonl": "sha256:" + "ab" * 32}


def taken_in(text: str) -> tuple[Any, Any]:
    """The statement and the test result as in-toto's library reads them, strictly."""
    statement = json_format.Parse(text, statement_pb2.Statement())
    Statement.copy_from_pb(statement).validate()
    predicate = json_format.MessageToDict(statement.predicate)
    return statement, json_format.ParseDict(predicate, test_result_pb2.TestResult())


def digested(verdict: Verdict) -> Verdict:
    """With digests as a run has them."""
    return msgspec.structs.replace(verdict, tree_digest=verdicts.DIGEST, policy_digest=verdicts.DIGEST)


def test_golden() -> None:
    """One verdict that holds every standing."""
    assert attestation.statement(verdicts.every_standing(), EVIDENCE) == GOLDEN.read_text(encoding="utf-8")


def test_library_reads_what_was_tested_and_by_which_policy() -> None:
    """The tree first, then the policy and the journals; the policy is the configuration, too."""
    statement, result = taken_in(attestation.statement(verdicts.every_standing(), EVIDENCE))
    tree, policy_subject, journal = statement.subject
    assert policy_subject.digest["sha256"].endswith("beef")
    value = verdicts.DIGEST.partition(":")[2]
    assert dict(tree.digest) == {"sha256": value, "fwgatesTree": value}
    assert (tree.name, tree.annotations["commit"]) == ("framework", verdicts.every_standing().commit)
    assert (journal.name, dict(journal.digest)) == ("evidence.jsonl", {"sha256": "ab" * 32})
    assert statement.predicate_type == "https://in-toto.io/attestation/test-result/v0.1"
    (policy,) = result.configuration
    assert policy.name == "environments/production.yml"
    assert policy.digest["sha256"].endswith("beef")
    assert policy.annotations["environment"] == "production"
    assert policy.annotations["problems"] == 1


def has_failed(row: JudgedCriterion) -> bool:
    """It blocks, or was not run and would block if nobody had let it go."""
    return row.decision == "block" or (row.outcome == "not_run" and row.enforcement == "block")


def test_a_bypass_does_not_make_up_for_not_running() -> None:
    """The deployment goes ahead on somebody's word; that is no test result."""
    row = verdicts.row("it", "not_run", disposition="bypassed", decision="allow")
    _, result = taken_in(attestation.statement(verdicts.verdict(row), {}))
    assert (result.result, list(result.failed_tests)) == ("FAILED", ["it"])


@given(any_verdict(), st.booleans())
def test_facts_are_those_of_the_verdict(verdict: Verdict, problems: bool) -> None:
    """FAILED exactly where something blocks, and each criterion in the one list that it belongs to."""
    verdict = digested(verdict)
    if problems:
        verdict = msgspec.structs.replace(verdict, problems=("lost",), decision="block")
    _, result = taken_in(attestation.statement(verdict, EVIDENCE))
    failed = [row.id for row in verdict.criteria if has_failed(row)]
    assert (result.result == "FAILED") == (verdict.decision == "block" or bool(failed))
    lists = [*result.passed_tests, *result.warned_tests, *result.failed_tests]
    assert sorted(lists) == sorted(row.id for row in verdict.criteria)
    assert list(result.failed_tests) == failed
    clean = {"passed", "not_applicable"}
    assert set(result.passed_tests) <= {row.id for row in verdict.criteria if row.outcome in clean}
    if result.result == "PASSED":
        assert verdict.decision == "allow"
        assert not result.warned_tests


@pytest.mark.parametrize("outcome", ["not_run", "error", "inconclusive", "skipped", "failed"])
def test_mandatory_criterion_that_was_not_shown_to_pass_fails_it(outcome: str) -> None:
    """Above all one that did not run."""
    rows = (verdicts.row("a", "passed"), verdicts.row("b", outcome))
    _, result = taken_in(attestation.statement(verdicts.verdict(*rows), {}))
    assert (result.result, list(result.failed_tests)) == ("FAILED", ["b"])


LISTS = dict.fromkeys(ORDER, "warnedTests") | {
    "blocked": "failedTests",
    "error": "failedTests",
    "not run": "failedTests",
    "inconclusive": "failedTests",
    "passed": "passedTests",
    "not applicable": "passedTests",
}


def test_list_of_every_standing() -> None:
    """What somebody excused is no plain pass."""
    document = json.loads(attestation.predicate(verdicts.every_standing()))
    for row in verdicts.every_standing().criteria:
        (name,) = (name for name in set(LISTS.values()) if row.id in document[name])
        assert name == LISTS[standing(row)]


def test_clean_verdict_has_passed() -> None:
    """And one with an excuse has not."""
    clean = verdicts.verdict(verdicts.row("a", "passed"), verdicts.row("b", "not_applicable"))
    assert taken_in(attestation.statement(clean, {}))[1].result == "PASSED"
    excused = verdicts.row("c", "failed", disposition="exempted", decision="allow")
    with_one = verdicts.verdict(*clean.criteria, excused)
    assert taken_in(attestation.statement(with_one, {}))[1].result == "WARNED"


@given(any_text)
def test_hostile_texts_are_valid_json_for_everybody(text: str) -> None:
    """Nothing in it ends a line of checksums, drives a terminal or is a lone surrogate."""
    changed = msgspec.structs.replace(
        verdicts.verdict(verdicts.row(text, "passed")),
        environment=text, profile=text, framework_root=f"/x/{text}", not_enforced=(text,), ledger=text,
    )  # fmt: skip
    statement, _ = taken_in(attestation.statement(changed, {text: verdicts.DIGEST}))
    assert len(statement.subject) == 3
    assert len(attestation.checksums(changed, {text: verdicts.DIGEST}).encode().split(b"\n")) == 4


def test_predicate_and_checksums_are_the_parts_of_the_statement() -> None:
    """For actions/attest, which puts them together."""
    verdict = verdicts.every_standing()
    whole = json.loads(attestation.statement(verdict, EVIDENCE))
    assert json.loads(attestation.predicate(verdict)) == whole["predicate"]
    lines = [line.split("  ") for line in attestation.checksums(verdict, EVIDENCE).splitlines()]
    assert lines == [[one["digest"]["sha256"], one["name"]] for one in whole["subject"]]


@pytest.mark.parametrize("digest", ["", "sha256:", "sha256:D1CE", "md5:" + "0" * 64, "sha256:" + "٣" * 64])
def test_digest_that_is_none_is_refused(digest: str) -> None:
    """Nobody could look it up."""
    with pytest.raises(attestation.AttestationError, match="is not sha256:HEX"):
        attestation.statement(msgspec.structs.replace(verdicts.verdict(), tree_digest=digest), {})
    with pytest.raises(attestation.AttestationError, match="is not sha256:HEX"):
        attestation.predicate(msgspec.structs.replace(verdicts.verdict(), policy_digest=digest))
    with pytest.raises(attestation.AttestationError, match="is not sha256:HEX"):
        attestation.checksums(verdicts.verdict(), {"journal": digest})


def test_more_than_is_taken_is_refused_rather_than_cut() -> None:
    """A list with something left out would say of it that it was not there."""
    rows = tuple(verdicts.row(f"{number}{'a' * 1_000_000}", "passed") for number in range(17))
    with pytest.raises(attestation.AttestationError, match="16,777,216 are taken"):
        attestation.statement(verdicts.verdict(*rows), {})


def test_findings_do_not_make_it_larger() -> None:
    """120,000 of them."""
    assert len(attestation.statement(verdicts.hostile(5000), {})) < 10_000
