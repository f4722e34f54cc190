"""Which approvals count."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.model import Finding
from pytest_fwgates.policy.approvals import (
    Approval,
    Binding,
    Counted,
    counting,
    findings_digest,
    policy_problem,
    rules,
    short_roles,
)
from pytest_fwgates.profile import ApprovalPolicy

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
UNTIL = "2026-06-02T12:00:00+00:00"
BINDING = Binding("sha256:tree", "sha256:policy", "production", "readable", "sha256:findings")


def approval(by: str = "alice", binding: Binding = BINDING, **changes: Any) -> Approval:
    one = Approval("a file", by, (binding,), NOW - DAY, NOW + DAY, f"{by}.yml:1")
    return msgspec.structs.replace(one, **changes)


def count(
    *approvals: Approval, excluded: tuple[str, ...] = (), now: dt.datetime = NOW, **policy: Any
) -> Counted:
    return counting(approvals, BINDING, rules(ApprovalPolicy(**policy)), frozenset(excluded), now)


def test_one_is_enough_by_default() -> None:
    """And says who it was."""
    assert count(approval()) == Counted(("alice",), satisfied=True, problems=(), until=UNTIL)
    assert count() == Counted((), satisfied=False, problems=("0 of 1 approvals",))


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("tree_digest", "other files"),
        ("policy_digest", "another policy"),
        ("environment", "another environment"),
        ("findings", "other findings"),
    ],
)
def test_anything_changed_means_asking_again(field: str, why: str) -> None:
    """The reason names just what changed."""
    other = msgspec.structs.replace(BINDING, **{field: "sha256:other"})
    counted = count(approval(binding=other))
    assert not counted.satisfied
    assert counted.problems[0] == (
        f"alice.yml:1: the approval by alice does not count: it is for {why}; ask again"
    )


def test_the_approval_of_another_criterion_is_no_business_of_this_one() -> None:
    other = msgspec.structs.replace(BINDING, criterion="other")
    assert count(approval(binding=other), approval("bob")) == Counted(
        ("bob",), satisfied=True, problems=(), until=UNTIL
    )
    assert count(approval(bindings=(other, BINDING))).satisfied


@pytest.mark.parametrize(
    ("changes", "now", "why"),
    [
        ({}, NOW + DAY, "it expired 2026-06-02T12:00:00+00:00"),
        ({"expires_at": NOW + 30 * DAY}, NOW + 6 * DAY, "it expired 2026-06-07T12:00:00+00:00"),
        ({"expires_at": None}, NOW + 6 * DAY, "it expired 2026-06-07T12:00:00+00:00"),
        ({}, NOW - 2 * DAY, "it is dated 2026-05-31T12:00:00+00:00, in the future"),
    ],
)
def test_for_a_limited_time(changes: dict[str, Any], now: dt.datetime, why: str) -> None:
    """Its own end and that of the policy, whichever comes first; counting ends at that instant."""
    one = approval(**changes)
    assert count(one, now=now).problems[0].endswith(why)
    assert not count(one, now=now).satisfied
    assert count(one, now=NOW).satisfied


@pytest.mark.parametrize("by", ["alice", "ALICE", " alice ", "alice@example.com", "Alice-GH"])
@pytest.mark.parametrize("name", ["alice", "Alice@Example.com ", "alice-gh"])
def test_nobody_approves_their_own_change(by: str, name: str) -> None:
    """By none of their names, however they are written."""
    known = {"alice": ("alice@example.com", "alice-gh")}
    assert not count(approval(by), excluded=(name,), identities=known).satisfied
    assert count(approval("bob"), excluded=(name,), identities=known).satisfied


def test_bots_never_count() -> None:
    roles = {"release": ("dependabot[bot]", "helper")}
    known = {"helper": ("helper[bot]",)}
    assert not count(approval("Dependabot[BOT] "), roles=roles).satisfied
    assert not count(approval("helper[bot]"), roles=roles, identities=known).satisfied
    assert not count(approval("")).satisfied


def test_a_person_counts_once() -> None:
    """Under two providers, two names or two files."""
    known = {"alice@example.com": ("alice-gh",)}
    mine = (approval("alice@example.com"), approval("Alice-GH", provider="GitHub"), approval("alice-gh "))
    assert count(*mine, required=2, identities=known).problems == ("1 of 2 approvals",)
    assert count(*mine, approval("bob"), required=2, identities=known).satisfied


def test_only_who_has_a_role() -> None:
    roles = {"release": ("alice@example.com",), "security": ("bob",)}
    known = {"alice@example.com": ("alice-gh",)}
    assert count(approval("ALICE-gh"), roles=roles, identities=known).satisfied
    assert count(approval("carol"), roles=roles).problems[0].endswith("none of the roles release, security")


def test_a_provider_that_anybody_can_use_needs_roles() -> None:
    one = approval(listed=False, provider="GitHub")
    assert "anybody can approve by GitHub" in count(one).problems[0]
    assert count(one, roles={"release": ("alice",)}).satisfied


def test_a_role_can_demand_its_share() -> None:
    policy = {
        "required": 2,
        "roles": {"release": ("alice", "bob"), "security": ("bob", "carol")},
        "minimum": {"release": 1, "security": 1},
    }
    assert count(approval("alice"), approval("bob"), **policy).satisfied
    assert count(approval("alice"), approval("carol"), **policy).satisfied
    assert not count(approval("alice"), approval("alice"), **policy).satisfied
    alone = count(approval("bob"), **{**policy, "required": 1})
    assert alone.problems == ("not enough approvals for 2 places in release and security",)


@given(
    members=st.dictionaries(st.sampled_from("abcd"), st.sets(st.integers(0, 5)), min_size=1),
    minimum=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3)),
)
def test_places_are_filled_one_person_each(members: dict[str, set[Any]], minimum: dict[str, int]) -> None:
    """Held against trying every way to seat people."""

    def can_be_filled(places: list[str], free: frozenset[Any]) -> bool:
        if not places:
            return True
        people = members.get(places[0], set()) & free
        return any(can_be_filled(places[1:], free - {person}) for person in people)

    places = [role for role, number in minimum.items() for _ in range(number)]
    everybody = frozenset(person for group in members.values() for person in group)
    assert can_be_filled(places, everybody) == (not list(short_roles(members, minimum)))


NAMES = st.sampled_from(["alice", "alice-gh", "bob", "carol", "dave[bot]", "Bob "])
FIELDS = st.sampled_from(["tree_digest", "policy_digest", "environment", "criterion", "findings"])
APPROVALS = st.builds(
    lambda by, start, length, wrong, listed: approval(
        by,
        msgspec.structs.replace(BINDING, **{wrong: "other"}) if wrong else BINDING,
        approved_at=NOW + start * DAY,
        expires_at=NOW + (start + length) * DAY,
        listed=listed,
    ),
    NAMES,
    st.integers(-9, 1),
    st.integers(1, 30),
    st.none() | FIELDS,
    st.booleans(),
)
POLICIES = st.builds(
    ApprovalPolicy,
    required=st.integers(1, 3),
    roles=st.dictionaries(st.sampled_from(["release", "security"]), st.lists(NAMES).map(tuple)),
    minimum=st.dictionaries(st.sampled_from(["release", "security"]), st.integers(1, 2)),
    identities=st.just({}) | st.just({"alice": ("alice-gh",)}),
)


@given(st.lists(APPROVALS, max_size=6), POLICIES, st.frozensets(NAMES), st.data())
def test_less_is_never_more(
    given_: list[Approval], policy: ApprovalPolicy, excluded: frozenset[str], data: st.DataObject
) -> None:
    """An approval less, one person excluded more, a stricter policy: never satisfied where it was not."""
    full = counting(given_, BINDING, rules(policy), excluded, NOW)
    fewer = data.draw(st.lists(st.sampled_from(given_), unique_by=id) if given_ else st.just([]))
    more = excluded | {data.draw(NAMES)}
    stricter = msgspec.structs.replace(policy, required=policy.required + 1, max_age_days=1)
    for weaker in (
        counting(fewer, BINDING, rules(policy), excluded, NOW),
        counting(given_, BINDING, rules(policy), more, NOW),
        counting(given_, BINDING, rules(stricter), excluded, NOW),
    ):
        assert full.satisfied or not weaker.satisfied


@given(st.lists(APPROVALS, max_size=6), POLICIES, st.frozensets(NAMES), st.randoms())
def test_what_counts_is_right_in_every_way(
    given_: list[Approval], policy: ApprovalPolicy, excluded: frozenset[str], shuffle: Any
) -> None:
    """An independent statement of each rule holds for whoever counts; the order says nothing."""
    counted = counting(given_, BINDING, rules(policy), excluded, NOW)
    for person in counted.approvers:
        assert any(
            one.approver == person
            and BINDING in one.bindings
            and one.approved_at <= NOW < min(one.expires_at or NOW, one.approved_at + 7 * DAY)
            for one in given_
        )
        assert "[bot]" not in person
        assert person.strip().lower() not in {one.strip().lower() for one in excluded}
    assert counted.satisfied <= (len(counted.approvers) >= policy.required)
    again = list(given_)
    shuffle.shuffle(again)
    assert counting(again, BINDING, rules(policy), excluded, NOW).satisfied == counted.satisfied


def finding(fingerprint: str, line: int = 1) -> Finding:
    return Finding("wrong", "a.md", line, fingerprint=fingerprint)


def test_the_finding_set_has_a_digest() -> None:
    """Order and lines do not matter; one more, one less, another outcome do."""
    one, two = finding("1"), finding("2")
    digest = findings_digest("failed", (one, two))
    assert digest.startswith("sha256:")
    assert len(digest) == 71
    assert findings_digest("failed", (finding("2", 9), one)) == digest
    others = {
        findings_digest("failed", (one,)),
        findings_digest("failed", (one, two, two)),
        findings_digest("error", (one, two)),
        findings_digest("failed", ()),
        findings_digest("failed", (finding("12"),)),
    }
    assert len({digest, *others}) == 6


@pytest.mark.parametrize(
    ("policy", "path", "message"),
    [
        (
            {"minimum": {"release": 1}},
            ("minimum", "release"),
            "unknown role 'release'; known under roles: none",
        ),
        (
            {"roles": {"release": ("alice", "Alice ")}, "minimum": {"release": 2}},
            ("minimum", "release"),
            "there are not enough people in release",
        ),
        (
            {"roles": {"release": ("alice", "a@b")}, "required": 2, "identities": {"alice": ("a@b",)}},
            ("required",),
            "2 approvals, and fewer people have a role",
        ),
        (
            {"identities": {"alice": ("a",), "bob": ("b", "A ")}},
            ("identities", "bob", 1),
            "'A ' is 'alice' already",
        ),
        ({"identities": {"alice": ("bob",), "bob": ()}}, ("identities", "bob"), "'bob' is 'alice' already"),
    ],
)
def test_a_policy_that_cannot_be_meant(policy: dict[str, Any], path: tuple[Any, ...], message: str) -> None:
    assert policy_problem(ApprovalPolicy(**policy)) == (path, message)


def test_a_policy_that_can_be_meant() -> None:
    policy = ApprovalPolicy(
        required=2,
        roles={"release": ("alice", "bob")},
        minimum={"release": 1},
        identities={"alice": ("alice-gh",)},
    )
    assert policy_problem(policy) is None
    assert policy_problem(ApprovalPolicy()) is None
