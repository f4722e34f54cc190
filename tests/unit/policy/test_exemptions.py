"""Exemptions: what an entry has to say, what it covers, and what is told about one that covers nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_fwgates.model import Finding
from pytest_fwgates.policy import exemption_file, exemptions
from pytest_fwgates.policy.exemptions import Exemption, Judged, Parsed
from pytest_fwgates.profile import ExemptionPolicy
from tests.unit.strategies import NOW, any_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pytest_fwgates.policy.problem import Problem

laws = settings(deadline=None)

SHOWN = "environments/exemptions.yml"
POLICY = ExemptionPolicy()
CRITERIA = {"zero_broken_links": ("framework_integrity",), "secret_detection": ("security", "basic_security")}
ONE, TWO, THREE = "00000000000000a1", "00000000000000b2", "00000000000000c3"
FINDINGS = {
    "zero_broken_links": (
        Finding("broken", "docs/a.md", 3, fingerprint=ONE),
        Finding("broken", "src/b.md", 4, fingerprint=TWO),
        Finding("no links at all", fingerprint=THREE),
    ),
    "secret_detection": (),
}
SOUND: dict[str, Any] = {
    "id": "EX-1",
    "criterion": "zero_broken_links",
    "scope": {"paths": ["docs/**"]},
    "environments": ["staging", "production"],
    "reason": "planned_fix",
    "text": "They are rewritten in March.",
    "owner": "alice",
    "approver": "bob",
    "ticket": "DOC-7",
    "created": "2026-02-20",
    "expires": "2026-03-10",
}


def written(*entries: Mapping[str, Any]) -> str:
    """A file of `entries`, a line for each of their keys; JSON is YAML."""
    return "exemptions:\n" + "".join(
        "".join(f"{'  ' if number else '- '}{key}: {json.dumps(value)}\n" for number, (key, value) in pairs)
        for pairs in (enumerate(one.items()) for one in entries)
    )


def parse(*entries: Mapping[str, Any]) -> Parsed:
    """What a file of `entries` holds."""
    return exemptions.parse(written(*entries), SHOWN)


def sound(**changes: Any) -> Exemption:
    """A sound exemption with `changes`."""
    parsed = parse({**SOUND, **changes})
    assert not parsed.problems
    return parsed.exemptions[0]


def judge(
    *known: Exemption,
    policy: ExemptionPolicy = POLICY,
    findings: Mapping[str, Sequence[Finding]] = FINDINGS,
    trusted: Iterable[str] | None = None,
    now: dt.datetime = NOW,
    unused: Mapping[str, int] | None = None,
    allowed: bool = True,
) -> Judged:
    """What `known` come to in production; all of them are trusted where nothing is said of it."""
    ids = frozenset(one.id for one in known) if trusted is None else frozenset(trusted)
    return exemptions.judge(
        known, "production", policy, CRITERIA, findings, ids, now, unused or {}, allowed=allowed
    )


def test_parsed() -> None:
    """An entry arrives whole, with the line it begins at."""
    text = "# ours\nexemptions:\n  - " + yaml.safe_dump(SOUND, sort_keys=False).replace("\n", "\n    ")
    (one,), problems = exemptions.parse(text, SHOWN)
    assert not problems
    assert one == Exemption(
        "EX-1", "zero_broken_links", ("docs/**",), (), ("staging", "production"), "planned_fix",
        "They are rewritten in March.", "alice", "bob", "DOC-7",
        dt.date(2026, 2, 20), dt.date(2026, 3, 10), SHOWN, 3,
    )  # fmt: skip


def test_what_looks_like_something_else() -> None:
    """Days, digits and truth values without quotes are what is written; another name is the criterion's."""
    entry = {**SOUND, "id": "007", "approver": "yes", "criterion": "no_broken_links"}
    text = written({**entry, "scope": {"fingerprints": ["1234567890123456"]}})
    (one,), problems = exemptions.parse(text.replace('"', ""), SHOWN)
    assert not problems
    assert (one.id, one.approver, one.fingerprints) == ("007", "yes", ("1234567890123456",))
    assert one.criterion == "zero_broken_links"


@pytest.mark.parametrize("text", ["", "# none\n", "exemptions:\n", "exemptions: []\n"])
def test_none(text: str) -> None:
    """A file without entries is sound."""
    assert exemptions.parse(text, SHOWN) == Parsed((), ())


BILLION = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("exemptions: [", ":2: not valid YAML: "),
        ("- a\n", ":1: expected the one top-level key 'exemptions'"),
        ("exemptions: []\nmore: 1\n", ":1: expected the one top-level key 'exemptions'"),
        ("\nexemptions: {a: 1}\n", ":2: exemptions: expected a list"),
        ("exemptions: text\n", ":1: exemptions: expected a list"),
        (BILLION + "exemptions: *a9\n", ":6: not valid YAML: more than 200000 values"),
        ("exemptions: " + "[" * 100, ":1: not valid YAML: nested deeper than 64 levels"),
    ],
)
def test_unreadable(text: str, problem: str) -> None:
    """A file that holds no list of entries is one problem."""
    parsed = exemptions.parse(text, SHOWN)
    assert parsed.exemptions == ()
    (one,) = parsed.problems
    assert one.kind == "unreadable"
    assert str(one).startswith(SHOWN + problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"#" * 1_000_001, ": larger than 1000000 bytes"),
        (b"exemptions:\n# caf\xe9\n", ":2: not UTF-8"),
        (b"\xef\xbb\xbfexemptions: 1\n", ":1: exemptions: expected a list"),
    ],
)
def test_unreadable_content(tmp_path: Path, content: bytes, problem: str) -> None:
    """A file that is no text of bounded size is one problem."""
    (tmp_path / "exemptions.yml").write_bytes(content)
    parsed = exemptions.read(tmp_path / "exemptions.yml", SHOWN)
    assert [str(one) for one in parsed.problems] == [SHOWN + problem]


def test_no_file(tmp_path: Path) -> None:
    """No file means no exemptions; something that is no file is a problem."""
    assert exemptions.read(tmp_path / "exemptions.yml", SHOWN) == Parsed((), ())
    (one,) = exemptions.read(tmp_path, SHOWN).problems
    assert str(one) == f"{SHOWN}: cannot be read: Is a directory"


KEYS = ", ".join(SOUND)


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        ({"id": "a b"}, 2, "id: 'a b' is not letters"),
        ({"expires": None}, 12, "expires: Expected text, got nothing"),
        ({"owner": "  "}, 8, "owner: is blank"),
        ({"ticket": ""}, 10, "ticket: Expected text of length >= 1"),
        ({"reason": "lazy"}, 6, "reason: expected one of false_positive, accepted_risk, "),
        ({"scope": {}}, 4, "scope: name the paths or the fingerprints of the findings"),
        ({"scope": ["a"]}, 4, "scope: expected a mapping of paths, fingerprints"),
        ({"scope": {"path": ["a"]}}, 4, "unknown key 'path'; did you mean 'paths'?"),
        ({"scope": {"paths": ["a", "../b"]}}, 4, "paths: '../b' is not a path from"),
        ({"scope": {"fingerprints": ["xyz"]}}, 4, "fingerprints: 'xyz' is not 16"),
        ({"environments": []}, 5, "environments: Expected a list of length >= 1"),
        ({"environments": "production"}, 5, "environments: Expected a list, got text"),
        ({"created": "2026-02-30"}, 11, "created: '2026-02-30' is not a day; write it as"),
        ({"expires": "20260310"}, 12, "expires: '20260310' is not a day; write it as"),
        ({"expires": "2026-02-19"}, 12, "expires: 2026-02-19 is before it was created, 2"),
        ({"expiry": "2026-02-19"}, 13, "unknown key 'expiry'; did you mean 'expires'?"),
        ({"<<": {"a": 1}}, 13, f"unknown key '<<'; allowed: {KEYS}"),
    ],
)
def test_malformed(changes: dict[str, Any], line: int, message: str) -> None:
    """What is wrong with an entry is told at its line, and its neighbours stay."""
    parsed = parse({**SOUND, **changes}, {**SOUND, "id": "EX-0"}, {**SOUND, "id": "EX-2"})
    assert [one.id for one in parsed.exemptions] == ["EX-0", "EX-2"]
    (one,) = parsed.problems
    assert (one.kind, one.line) == ("malformed", line)
    assert one.message.removeprefix("exemption 'EX-1': ").startswith(message)


@pytest.mark.parametrize("missing", list(SOUND))
def test_required(missing: str) -> None:
    """An entry without any of its keys is none; above all not one without an end."""
    entry = {key: value for key, value in SOUND.items() if key != missing}
    parsed = parse(entry, {**SOUND, "id": "EX-2"})
    assert [one.id for one in parsed.exemptions] == ["EX-2"]
    (one,) = parsed.problems
    assert (one.kind, one.line) == ("malformed", 2)
    assert missing in one.message


@pytest.mark.parametrize("raw", [None, 7, "EX-1", [], ["EX-1"], {}])
def test_no_entry(raw: object) -> None:
    """An item that is no mapping of the keys is a problem of itself."""
    parsed = exemptions.parse(yaml.safe_dump({"exemptions": [raw, SOUND]}), SHOWN)
    assert [one.id for one in parsed.exemptions] == ["EX-1"]
    assert [one.kind for one in parsed.problems] == ["malformed"]


def test_the_same_id_twice() -> None:
    """Of two entries with one id only the first counts, and the other is told with both lines."""
    parsed = parse(SOUND, {**SOUND, "scope": {"paths": ["**"]}})
    assert [one.paths for one in parsed.exemptions] == [("docs/**",)]
    assert [str(one) for one in parsed.problems] == [
        f"{SHOWN}:13: exemption 'EX-1' again; it stands at line 2, and only that counts"
    ]


def test_a_key_twice() -> None:
    """An entry with a key twice does not count, wherever the key stands; its neighbours do."""
    text = written(SOUND, {**SOUND, "id": "EX-2"})
    twice = text.replace("  scope:", "  exemptions: 1\n  exemptions: 2\n  scope:", 1)
    parsed = exemptions.parse(twice, SHOWN)
    assert [one.id for one in parsed.exemptions] == ["EX-2"]
    twice = text.replace('{"paths":', '{"paths": ["**"], "paths":', 1)
    parsed = exemptions.parse(twice, SHOWN)
    assert [one.id for one in parsed.exemptions] == ["EX-2"]
    assert [str(one) for one in parsed.problems] == [f"{SHOWN}:4: 'paths' again; it stands at line 4"]


def test_the_list_twice() -> None:
    """A second list is not read, and hides nothing of the first."""
    parsed = exemptions.parse(written(SOUND) + "exemptions:\n- {id: a, id: b}\n", SHOWN)
    assert [one.id for one in parsed.exemptions] == ["EX-1"]
    assert [one.message for one in parsed.problems] == [
        "'exemptions' again; it stands at line 1",
        "'id' again; it stands at line 14",
    ]


def test_too_many() -> None:
    """Beyond a bound nothing is read, and that is told."""
    text = "exemptions:\n" + "- x\n" * 1_005
    parsed = exemptions.parse(text, SHOWN)
    assert len(parsed.problems) == 1_001
    assert str(parsed.problems[-1]).startswith(f"{SHOWN}:1002: more than 1000 exemptions")


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        pytest.param({"paths": ["docs/**"]}, {ONE}, id="paths"),
        pytest.param({"paths": ["docs/**", "src/*"]}, {ONE, TWO}, id="several paths"),
        pytest.param({"paths": ["**"]}, {ONE, TWO}, id="not what has no path"),
        pytest.param({"fingerprints": [TWO, THREE]}, {TWO, THREE}, id="fingerprints"),
        pytest.param({"paths": ["docs/**"], "fingerprints": [ONE, TWO]}, {ONE}, id="both have to fit"),
        pytest.param({"paths": ["docs"]}, set(), id="nothing"),
    ],
)
def test_covered(scope: dict[str, Any], covered: set[str]) -> None:
    """A sound exemption covers what its scope names."""
    judged = judge(sound(scope=scope))
    assert judged.covered == dict.fromkeys(covered, "EX-1")
    assert judged.problems == ()
    assert judged.unused == (() if covered else ("EX-1",))


@pytest.mark.parametrize(
    ("changes", "settings_", "kind", "message"),
    [
        ({"expires": "2026-02-28"}, {}, "expired", "expired at the end of 2026-02-28 (UTC); mend the"),
        ({"created": "2026-03-02"}, {}, "future", "is of 2026-03-02, which is still to come"),
        (
            {"created": "2026-02-08", "expires": "2026-03-11"},
            {},
            "too_long",
            "lasts from 2026-02-08 to 2026-03-11; the profile allows 30 days",
        ),
        ({}, {"policy": ExemptionPolicy(horizon_days=17)}, "too_long", "lasts from 2026-02-20 to 2026-03-10"),
        ({"approver": "@Alice "}, {}, "same_person", "is approved by its own owner 'alice'; somebody else"),
        (
            {"approver": "\uff21lice"},
            {},
            "same_person",
            "is approved by its own owner 'alice'; somebody else",
        ),
        (
            {"criterion": "zero_broken_link"},
            {},
            "unknown_criterion",
            "names the unknown criterion 'zero_broken_link'; did you mean 'zero_broken_links'?",
        ),
        ({"criterion": "q"}, {}, "unknown_criterion", "names the unknown criterion 'q'"),
        ({}, {"trusted": ["EX-2"]}, "untrusted", "is neither signed nor at the policy ref, so it does not"),
        (
            {},
            {"allowed": False},
            "refused",
            "is for an environment whose profile does not have exemptions_al",
        ),
        (
            {"criterion": "secret_detection"},
            {"policy": ExemptionPolicy(refused_gates=("security",))},
            "refused",
            "is for the gate security, of which the profile refuses exemptions",
        ),
    ],
)
def test_no_cover(changes: dict[str, Any], settings_: dict[str, Any], kind: str, message: str) -> None:
    """What is wrong with an exemption is a problem at its line, and it covers nothing."""
    judged = judge(sound(**changes), **settings_)
    assert judged.covered == {}
    (one,) = judged.problems
    assert (one.kind, one.path, one.line) == (kind, SHOWN, 2)
    assert one.message.startswith(f"exemption 'EX-1' {message}")


def test_other_environments() -> None:
    """An exemption for another environment covers nothing here and is nobody's problem here."""
    one = sound(environments=["staging"], approver="alice", expires="2026-02-21")
    assert judge(one) == Judged({}, (), ())


def test_edges_of_the_days() -> None:
    """It counts from the beginning of its first day to the end of its last, in UTC wherever one is."""
    one = sound()
    instants = {
        "2026-02-19T23:59:59+00:00": False,
        "2026-02-20T00:00:00+00:00": True,
        "2026-02-20T05:00:00+14:00": False,
        "2026-03-10T23:59:59+00:00": True,
        "2026-03-11T01:00:00+02:00": True,
        "2026-03-11T00:00:00+00:00": False,
        "2026-03-10T23:00:00-05:00": False,
    }
    for text, covers in instants.items():
        assert bool(judge(one, now=dt.datetime.fromisoformat(text)).covered) is covers
    exactly = sound(created="2026-02-08", expires="2026-03-10")
    assert judge(exactly).problems == ()


def test_unused() -> None:
    """One that has matched nothing for as many runs as the profile says is a problem, and is counted on."""
    one = sound(scope={"paths": ["gone/**"]})
    for before, kinds in ((0, []), (1, []), (2, ["unused"]), (9, ["unused"])):
        judged = judge(one, unused={"EX-1": before})
        assert [problem.kind for problem in judged.problems] == kinds
        assert judged.unused == ("EX-1",)
    texts = {judge(one, unused={"EX-1": before}).problems[0].message for before in (2, 9)}
    assert texts == {"exemption 'EX-1' has matched no finding in 3 runs or more; remove it"}
    not_run = judge(one, unused={"EX-1": 9}, findings={})
    assert not_run == Judged({}, (), ())
    assert judge(sound(), unused={"EX-1": 9}) == Judged({ONE: "EX-1"}, (), ())


def test_overlapping() -> None:
    """One that adds nothing to earlier ones is a problem; what it covers stays covered."""
    first, again = sound(), sound(id="EX-2")
    wider = sound(id="EX-3", scope={"fingerprints": [ONE, TWO]})
    narrower = sound(id="EX-4", scope={"fingerprints": [ONE]})
    judged = judge(first, again, wider, narrower)
    assert judged.covered == {ONE: "EX-1", TWO: "EX-3"}
    assert [one.message for one in judged.problems] == [
        "exemption 'EX-2' covers nothing that 'EX-1' does not; remove one",
        "exemption 'EX-4' covers nothing that 'EX-1' does not; remove one",
    ]
    absent = judge(first, again, findings={})
    assert [one.kind for one in absent.problems] == ["overlapping"]
    expired = sound(expires="2026-02-21")
    assert [one.kind for one in judge(expired, again).problems] == ["expired"]


def test_finding_without_a_name() -> None:
    """A finding that has no fingerprint cannot be exempted: its mark would cover every other such one."""
    assert judge(sound(), findings={"zero_broken_links": (Finding("x", "docs/a.md"),)}).covered == {}


def signed(here: tuple[Exemption, ...], by_approvers: tuple[Exemption, ...]) -> frozenset[str]:
    """The ids whose signature holds, which is over the digest of what was signed."""
    known = {exemptions.digest(one) for one in by_approvers}
    return frozenset(one.id for one in here if exemptions.digest(one) in known)


def test_digest() -> None:
    """What is signed is what an exemption says, not where it stands."""
    local, elsewhere = sound(), msgspec.structs.replace(sound(), path="other.yml", line=99)
    assert exemptions.digest(local) == exemptions.digest(elsewhere)
    for field in Exemption.__struct_fields__[:-2]:
        value: Any = getattr(local, field)
        other: Any = (*value, "x") if isinstance(value, tuple) else f"{value}x"
        if isinstance(value, dt.date):
            other = value + dt.timedelta(1)
        elif field == "reason":
            other = "third_party"
        edited = msgspec.structs.replace(local, **{field: other})
        assert exemptions.digest(edited) != exemptions.digest(local)


dates = st.integers(-45, 45).map(lambda days: (NOW.date() + dt.timedelta(days)).isoformat())
fingerprints = st.sampled_from([ONE, TWO, THREE])
people = st.sampled_from(["alice", "bob", "@Bob"])
globs = st.sampled_from(["**", "docs/**", "src/*", "src/b.md", "*.md"])
entries = st.fixed_dictionaries({
    "id": st.sampled_from(["A", "B", "C", "D", "E"]),
    "criterion": st.sampled_from([*CRITERIA, "zero_broken_link"]),
    "scope": st.fixed_dictionaries(
        {},
        optional={
            "paths": st.lists(globs, max_size=2),
            "fingerprints": st.lists(fingerprints, max_size=2),
        },
    ),
    "environments": st.lists(st.sampled_from(["production", "staging"]), max_size=2),
    "reason": st.sampled_from(get_args(exemption_file.Reason)),
    "text": st.just("text"),
    "owner": people,
    "approver": people,
    "ticket": st.just("T-1"),
    "created": dates | st.just("soon"),
    "expires": dates,
})  # fmt: skip
likely = st.fixed_dictionaries({
    "created": st.sampled_from(["2026-02-20", "2026-02-28", "2026-03-02"]),
    "expires": st.sampled_from(["2026-02-28", "2026-03-01", "2026-03-10"]),
    "approver": st.just("carol"),
    "environments": st.just(["production"]),
    "criterion": st.just("zero_broken_links"),
    "scope": st.sampled_from([{"paths": ["**"]}, {"fingerprints": [ONE]}, {"fingerprints": [TWO, THREE]}]),
})  # fmt: skip
files = st.lists(entries | st.tuples(entries, likely).map(lambda pair: {**pair[0], **pair[1]}), max_size=5)
trusted_ids = st.frozensets(st.sampled_from("ABCDE"), min_size=2)
policies = st.builds(
    ExemptionPolicy,
    horizon_days=st.sampled_from([9, 20, 40]),
    unused_runs=st.integers(1, 3),
    refused_gates=st.sampled_from([(), ("framework_integrity",), ("security",)]),
)
HYGIENE = {"overlapping", "unused"}


@given(file=files, policy=policies, trusted=trusted_ids, allowed=st.booleans(), data=st.data())
@settings(deadline=None, max_examples=100)
def test_an_invalid_entry_is_alone(
    file: list[dict[str, Any]],
    policy: ExemptionPolicy,
    trusted: frozenset[str],
    allowed: bool,
    data: st.DataObject,
) -> None:
    """To remove an entry that covers nothing removes its own problems, and changes nothing else."""

    def told(entries: list[dict[str, Any]]) -> tuple[dict[str, str], list[Problem]]:
        parsed = parse(*entries)
        judged = judge(*parsed.exemptions, policy=policy, trusted=trusted, allowed=allowed)
        return judged.covered, [*parsed.problems, *judged.problems]

    covered, problems = told(file)
    spans = [(2 + number * len(SOUND), 2 + (number + 1) * len(SOUND)) for number in range(len(file))]
    bad = {one.line or 0 for one in problems if one.kind not in HYGIENE}
    ids = [one["id"] for one in file]
    # The first of two with one id is not alone: without it the other would count.
    alone = [
        number
        for number, span in enumerate(spans)
        if any(span[0] <= line < span[1] for line in bad) and ids[number] not in ids[number + 1 :]
    ]
    assume(alone)
    gone = data.draw(st.sampled_from(alone))
    less, fewer = told([*file[:gone], *file[gone + 1 :]])
    assert less == covered
    lost = Counter(map(essence, problems))
    lost.subtract(map(essence, fewer))
    start, end = spans[gone]
    assert +lost == Counter(essence(one) for one in problems if start <= (one.line or 0) < end)
    assert not -lost


def essence(problem: Problem) -> tuple[str, str]:
    """A problem without the lines, which move."""
    return problem.kind, problem.message.partition("stands")[0]


@given(file=files, policy=policies, trusted=trusted_ids)
@settings(deadline=None, max_examples=100)
def test_only_trusted_ones_cover(
    file: list[dict[str, Any]], policy: ExemptionPolicy, trusted: frozenset[str]
) -> None:
    """Whatever is written, only what is trusted, in time and allowed covers anything."""
    parsed = parse(*file)
    judged = judge(*parsed.exemptions, policy=policy, trusted=trusted)
    by_id = {one.id: one for one in parsed.exemptions}
    for fingerprint, identifier in judged.covered.items():
        one = by_id[identifier]
        assert identifier in trusted
        assert "production" in one.environments
        assert one.created <= NOW.date() <= one.expires
        assert (one.expires - one.created).days <= policy.horizon_days
        assert not set(CRITERIA[one.criterion]) & set(policy.refused_gates)
        assert fingerprint in {finding.fingerprint for finding in FINDINGS[one.criterion]}
    assert judge(*parsed.exemptions, policy=policy, trusted=trusted, allowed=False).covered == {}


@given(
    at_ref=files, edits=st.lists(st.tuples(st.integers(0, 4), st.sampled_from([*SOUND]), entries)), more=files
)
@settings(deadline=None, max_examples=100)
def test_no_edit_covers_more(
    at_ref: list[dict[str, Any]], edits: list[tuple[int, str, dict[str, Any]]], more: list[dict[str, Any]]
) -> None:
    """However a file is edited or added to, it covers no more than what stands at the policy ref."""
    policy = ExemptionPolicy(horizon_days=30)
    trusted = parse(*at_ref).exemptions
    local = [dict(one) for one in at_ref]
    for number, key, other in edits:
        if number < len(local):
            local[number][key] = other[key]
    here = parse(*more, *local).exemptions
    covered = judge(*here, policy=policy, trusted=signed(here, trusted)).covered
    assert covered.keys() <= judge(*trusted, policy=policy).covered.keys()


@given(file=files, more=st.tuples(entries, likely), policy=policies, trusted=trusted_ids)
@settings(deadline=None, max_examples=100)
def test_more_never_covers_fewer(
    file: list[dict[str, Any]],
    more: tuple[dict[str, Any], dict[str, Any]],
    policy: ExemptionPolicy,
    trusted: frozenset[str],
) -> None:
    """An exemption more, wherever it stands, takes nothing from what the others cover."""
    parsed = parse(*file).exemptions
    (extra,) = parse({**more[0], **more[1], "id": "F", "expires": "2026-03-10"}).exemptions
    before = judge(*parsed, policy=policy, trusted={*trusted, "F"}).covered.keys()
    for at in range(len(parsed) + 1):
        longer = (*parsed[:at], extra, *parsed[at:])
        assert judge(*longer, policy=policy, trusted={*trusted, "F"}).covered.keys() >= before


@given(text=any_text | any_text.map("exemptions:\n  - ".__add__) | any_text.map(written(SOUND).__add__))
@settings(deadline=None, max_examples=100)
def test_whatever_the_file_holds(text: str) -> None:
    """Any text is exemptions and problems, each with the name of the file."""
    parsed = exemptions.parse(text, SHOWN)
    assert all(str(one).startswith(f"{SHOWN}:") for one in parsed.problems)
    ids = [one.id for one in parsed.exemptions]
    assert len(set(ids)) == len(ids)
