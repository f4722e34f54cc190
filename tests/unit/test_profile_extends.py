"""A profile that extends another one is never milder than that one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_fwgates import catalogue, profile_extends
from pytest_fwgates import profile as profiles
from pytest_fwgates._bundled import ENVIRONMENTS
from pytest_fwgates.decision import enforcement, succeeded
from pytest_fwgates.framework.kinds import Kind
from pytest_fwgates.profile import Profile, ProfileError
from pytest_fwgates.profile_schema import SECTIONS, Body
from tests.unit.strategies import GATE_LISTS, GATES, OUTCOMES, criteria

if TYPE_CHECKING:
    from pathlib import Path

laws = settings(deadline=None)

BASE = """\
base:
  stages: [framework_validation, code_quality]
  token_budgets: {command: 5000}
  exemptions:
    horizon_days: 20
    unused_runs: 5
    refused_gates: [compliance]
  baseline:
    enforce_from: {zero_broken_links: 2026-03-01}
  infrastructure: {monitoring: here, logging: there}
  quality_gates:
    mandatory_gates: [framework_integrity]
    advisory_gates: [documentation]
    disabled_gates: [usability]
    replaced: [zero_broken_links]
    criteria: {p95_response_time: "< 200ms", throughput: ">= 100 req/s", timeout_rate: "< 0.1%"}
"""


def parse(body: str, base: str = BASE) -> Profile:
    """A profile with `body` that extends `base`."""
    found = {"base": (base, "base.yml")}
    text = f"top:\n  extends: base\n{body}"
    return profiles.parse(text, "top", "top.yml", lambda name, _: found.get(name))


def test_nothing_said() -> None:
    """A profile that only extends another one is that one, under its own name."""
    base = profiles.parse(BASE, "base", "base.yml")
    top = parse("")
    assert (top.environment, top.source) == ("top", "top.yml")
    for name in Profile.__struct_fields__:
        if name not in {"environment", "source", "gate_sources"}:
            assert getattr(top, name) == getattr(base, name)
    assert top.place_of_gate("documentation") == base.place_of_gate("documentation") == "base.yml:13"


def test_tightened() -> None:
    """Every key that can become stricter, does; what is not said stays."""
    top = parse("""\
  stages: [framework_validation, code_quality, post_deployment]
  token_budgets: {command: 4000, agent: 100}
  exemptions: {horizon_days: 10, refused_gates: [security]}
  baseline: {refused_gates: [performance], enforce_from: {no_broken_links: 2026-02-01}}
  infrastructure: {monitoring: elsewhere}
  quality_gates:
    mandatory_gates: [documentation, house_rules, usability]
    advisory_gates: [performance]
    replaced: []
    criteria: {p95_response_time: "<= 0.1s"}
""")
    gates = top.quality_gates
    assert set(gates.mandatory_gates) == {"framework_integrity", "documentation", "house_rules", "usability"}
    assert (gates.advisory_gates, gates.disabled_gates, gates.replaced) == (("performance",), (), ())
    assert top.place_of_gate("documentation") == "top.yml:9"
    assert top.place_of_gate("framework_integrity") == "base.yml:12"
    assert {name: limit.text for name, limit in top.limits.items()} == {
        "p95_response_time": "<= 0.1s", "throughput": ">= 100 req/s", "timeout_rate": "< 0.1%",
    }  # fmt: skip
    assert top.stages == ("framework_validation", "code_quality", "post_deployment")
    assert top.token_budgets == {"command": 4000, "agent": 100}
    assert (top.exemptions.horizon_days, top.exemptions.unused_runs) == (10, 5)
    assert top.exemptions.refused_gates == ("compliance", "security")
    assert top.baseline.refused_gates == ("security", "basic_security", "performance")
    assert top.baseline.enforce_from == {"zero_broken_links": dt.date(2026, 2, 1)}
    assert (top.infrastructure.monitoring, top.infrastructure.logging) == ("elsewhere", "there")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(
            "  quality_gates: {advisory_gates: [framework_integrity]}\n",
            "top.yml:3 loosens base.yml:12: gate 'framework_integrity' is in mandatory_gates there "
            "and in advisory_gates here",
            id="a mandatory gate becomes advisory",
        ),
        pytest.param(
            "  quality_gates:\n    disabled_gates:\n      - documentation\n",
            "top.yml:5 loosens base.yml:13: gate 'documentation' is in advisory_gates there "
            "and in disabled_gates here",
            id="an advisory gate is disabled",
        ),
        pytest.param(
            "  quality_gates: {advisory_gates: [house_rules]}\n",
            "top.yml:3 loosens base.yml:11: gate 'house_rules' is not listed there, so its marks decide; "
            "here it may only be mandatory",
            id="a mandatory mark becomes advisory",
        ),
        pytest.param(
            "  quality_gates: {bypass_allowed: true}\n",
            "top.yml:3 loosens base.yml:11: bypass_allowed: it is false there",
            id="bypass",
        ),
        pytest.param(
            "  quality_gates: {exemptions_allowed: true}\n",
            "top.yml:3 loosens base.yml:11: exemptions_allowed: it is false there",
            id="exemptions",
        ),
        pytest.param(
            "  quality_gates: {flaky: allow}\n",
            "top.yml:3 loosens base.yml:11: flaky: it is block there",
            id="flaky tests",
        ),
        pytest.param(
            "  quality_gates: {replaced: [zero_broken_links, throughput]}\n",
            "top.yml:3 loosens base.yml:15: replaced: throughput is not there",
            id="a replaced criterion",
        ),
        pytest.param(
            "  quality_gates:\n    criteria:\n      p95_response_time: '< 0.3s'\n",
            "top.yml:5 loosens base.yml:16: p95_response_time: '< 0.3s' is not within '< 200ms'",
            id="a higher limit",
        ),
        pytest.param(
            "  quality_gates: {criteria: {throughput: '> 99 req/s'}}\n",
            "top.yml:3 loosens base.yml:16: throughput: '> 99 req/s' is not within '>= 100 req/s'",
            id="a lower limit",
        ),
        pytest.param(
            "  quality_gates: {criteria: {timeout_rate: 0}}\n",
            "top.yml:3 loosens base.yml:16: timeout_rate: '0' is not within '< 0.1%'",
            id="another unit",
        ),
        pytest.param(
            "  quality_gates: {criteria: {concurrent_users: '> 100'}}\n",
            "top.yml:3 loosens base.yml:16: concurrent_users: the gate test decides there; "
            "set the threshold there to tighten it here",
            id="a limit that nobody can compare",
        ),
        pytest.param(
            "  stages: [framework_validation]\n",
            "top.yml:3 loosens base.yml:2: stages: code_quality is left out; "
            "a list of stages says all of them",
            id="a stage less",
        ),
        pytest.param(
            "  token_budgets: {agent: 9, command: 5001}\n",
            "top.yml:3 loosens base.yml:3: token_budgets: command: 5001 is more than 5000",
            id="a larger budget",
        ),
        pytest.param(
            "  exemptions: {horizon_days: 21}\n",
            "top.yml:3 loosens base.yml:5: horizon_days: 21 is more than 20",
            id="a longer horizon",
        ),
        pytest.param(
            "  exemptions: {unused_runs: 6}\n",
            "top.yml:3 loosens base.yml:6: unused_runs: 6 is more than 5",
            id="longer unused",
        ),
        pytest.param(
            "  baseline: {enforce_from: {zero_broken_links: 2026-03-02}}\n",
            "top.yml:3 loosens base.yml:9: enforce_from: zero_broken_links: "
            "2026-03-02 is more than 2026-03-01",
            id="a later day",
        ),
        pytest.param(
            "  baseline: {enforce_from: {throughput: 2026-01-01}}\n",
            "top.yml:3 loosens base.yml:9: enforce_from: throughput counts already there",
            id="grace for another criterion",
        ),
    ],
)
def test_loosened(body: str, error: str) -> None:
    """What would let more through is refused, with both places."""
    with pytest.raises(ProfileError) as caught:
        parse(body)
    assert str(caught.value) == error


APPROVALS = """\
base:
  approvals:
    required: 2
    max_age_days: 5
    roles: {release: [alice, bob], security: [carol]}
    minimum: {release: 1}
  quality_gates: {mandatory_gates: []}
"""


def test_approvals_tightened() -> None:
    """More of them, for a shorter time, by fewer people; the first file to speak of people may say who."""
    top = parse(
        "  approvals: {required: 3, max_age_days: 1, minimum: {security: 1}}\n"
        "  quality_gates: {mandatory_gates: []}\n",
        APPROVALS,
    )
    assert (top.approvals.required, top.approvals.max_age_days) == (3, 1)
    assert top.approvals.minimum == {"release": 1, "security": 1}
    assert top.approvals.roles == {"release": ("alice", "bob"), "security": ("carol",)}
    first = parse("  approvals: {roles: {release: [alice]}, identities: {alice: [a]}}\n")
    assert first.approvals.roles == {"release": ("alice",)}


@pytest.mark.parametrize(
    ("approvals", "error"),
    [
        ("{required: 1}", "base.yml:3: required: 1 is less than 2"),
        ("{max_age_days: 6}", "base.yml:4: max_age_days: 6 is more than 5"),
        ("{roles: {release: [alice, mallory]}}", "base.yml:5: roles: 'mallory' has not that role there"),
        ("{roles: {security: [alice]}}", "base.yml:5: roles: 'alice' has not that role there"),
        ("{roles: {}}", "base.yml:5: roles: without roles everybody who may sign could approve"),
        (
            "{identities: {alice: [mallory]}}",
            "base.yml:2: identities: it is {} there and cannot be changed here",
        ),
    ],
)
def test_approvals_loosened(approvals: str, error: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse(f"  approvals: {approvals}\n", APPROVALS)
    assert str(caught.value) == f"top.yml:3 loosens {error}"


def test_approvals_of_the_whole() -> None:
    """What two files say together is checked too."""
    with pytest.raises(ProfileError) as caught:
        parse("  approvals: {required: 4}\n", APPROVALS)
    assert str(caught.value) == "top.yml:3: approvals: required: 4 approvals, and fewer people have a role"


LOAD = """\
base:
  performance: {target: "http://here/", rate: 200, headers: {A: b}}
  quality_gates: {mandatory_gates: [performance]}
"""


@pytest.mark.parametrize(
    ("load", "error"),
    [
        ("{rate: 100}", "rate: 100 is less than 200"),
        ("{target: 'http://elsewhere/'}", "target: it is 'http://here/' there and cannot be changed here"),
    ],
)
def test_load_loosened(load: str, error: str) -> None:
    """A service is not put under less load, nor another one in its place."""
    with pytest.raises(ProfileError) as caught:
        parse(f"  performance: {load}\n", LOAD)
    assert str(caught.value) == f"top.yml:3 loosens base.yml:2: {error}"


def test_load_tightened() -> None:
    """More load is stricter; what is not said stays, and a first load may be any."""
    load = parse("  performance: {rate: 300, headers: {C: d}}\n", LOAD).performance
    assert (load.target, load.rate, load.headers) == ("http://here/", 300, {"A": "b", "C": "d"})
    assert parse("  performance: {target: 'http://here/', rate: 10}\n").performance.rate == 10


def test_every_key_has_a_rule() -> None:
    """A key that is added to a profile says what stricter means for it; until then it may not change."""
    paths = {
        (name, key) if name in SECTIONS else (name,)
        for name in Body.__struct_fields__
        for key in (SECTIONS[name].__struct_fields__ if name in SECTIONS else [""])
    }
    assert paths == {*profile_extends._RULES, *profile_extends._ELSEWHERE}


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        pytest.param(
            {"top": "extends: gone"},
            "top.yml:2: extends: no profile 'gone'; write gone.yml in the same folder, or name a bundled "
            "one: development, production, staging",
            id="unknown",
        ),
        pytest.param({"top": "extends: ../x"}, "top.yml:2: '../x' is not a profile name; letters", id="path"),
        pytest.param({"top": "extends: ''"}, "top.yml:2: '' is not a profile name; letters", id="empty"),
        pytest.param({"top": "extends: [a]"}, "top.yml:2: extends: Expected text, got a list", id="a list"),
        pytest.param({"top": "extends: top"}, "top.yml:2: extends: no profile 'top'", id="itself"),
        pytest.param(
            {"top": "extends: b", "b": "extends: c", "c": "extends: b"},
            "c.yml:2: extends: a circle: top.yml > b.yml > c.yml > b.yml",
            id="a circle",
        ),
        pytest.param(
            {"top": "extends: p0", **{f"p{n}": f"extends: p{n + 1}" for n in range(9)}},
            "p4.yml:2: extends: more than 5 profiles above each other",
            id="too many",
        ),
        pytest.param(
            {"top": "extends: b", "b": "owner: me"}, "b.yml:1: 'b' has no quality_gates", id="a broken base"
        ),
        pytest.param(
            {"top": "extends: b", "b": "quality_gates: {}"},
            "b.yml:2: quality_gates: Object missing required field `mandatory_gates`",
            id="a base without gates",
        ),
        pytest.param(
            {"top": "extends: b\n  quality_gates: [x]"},
            "top.yml:3: quality_gates: Expected a mapping, got a list",
            id="no gates at all",
        ),
    ],
)
def test_wrong_bases(texts: dict[str, str], error: str, tmp_path: Path) -> None:
    """What is extended exists, is a profile, and ends."""
    for name, text in texts.items():
        (tmp_path / f"{name}.yml").write_text(f"{name}:\n  {text}\n")
    with pytest.raises(ProfileError) as caught:
        profiles.read(tmp_path / "top.yml", "top.yml")
    assert str(caught.value).startswith(error)


def test_own_name_is_the_bundled_profile(tmp_path: Path) -> None:
    """A local production.yml may tighten the bundled one; a neighbour goes before a bundled one."""
    own = tmp_path / "production.yml"
    own.write_text("production:\n  extends: production\n  token_budgets: {agent: 5}\n")
    top = profiles.read(own, "environments/production.yml")
    bundled = profiles.read(ENVIRONMENTS / "production.yml", "bundled")
    assert top.quality_gates == bundled.quality_gates
    assert top.place_of_gate("framework_integrity").startswith("bundled environments/production.yml:")
    assert profiles.files(own, "x.yml") == (own, ENVIRONMENTS / "production.yml")
    (tmp_path / "staging.yml").write_text("staging:\n  extends: production\n")
    assert profiles.read(tmp_path / "staging.yml", "staging.yml").token_budgets == {"agent": 5}


def test_three_layers() -> None:
    """What the middle tightened, the top cannot loosen, and the place is that of the middle."""
    texts = {
        "middle": ("middle:\n  extends: base\n  exemptions: {horizon_days: 9}\n", "middle.yml"),
        "base": (BASE, "base.yml"),
    }
    text = "top:\n  extends: middle\n  exemptions: {horizon_days: 20}\n"
    with pytest.raises(ProfileError) as caught:
        profiles.parse(text, "top", "top.yml", lambda name, _: texts.get(name))
    assert str(caught.value) == "top.yml:3 loosens middle.yml:3: horizon_days: 20 is more than 9"


days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 9))
ids = st.sampled_from(["zero_broken_links", "no_broken_links", "throughput"])
limits = st.sampled_from(["< 2", "<= 2", "== 2", "> 2", ">= 3", 2, 3, "< 1s", "< 2s", "< low", "true"])
numbers = st.integers(1, 4)


@st.composite
def bodies(draw: st.DrawFn, *, whole: bool) -> dict[str, Any]:
    """A profile's sections; a `whole` one has all that is required."""
    lists: dict[str, list[str]] = {}
    for gate in GATES:
        name = draw(st.sampled_from([*GATE_LISTS, None]))
        if name:
            lists.setdefault(name, []).append(gate)
    if whole:
        lists.setdefault("mandatory_gates", [])
    some_gates = st.lists(st.sampled_from(GATES), max_size=2, unique=True)
    optional = {
        "bypass_allowed": st.booleans(),
        "exemptions_allowed": st.booleans(),
        "inline_suppressions_allowed": st.booleans(),
        "flaky": st.sampled_from(["block", "allow"]),
        "replaced": st.lists(ids, max_size=2, unique=True),
        "criteria": st.dictionaries(ids, limits, max_size=2),
    }
    gates = {**lists, **draw(st.fixed_dictionaries({}, optional=optional))}
    rest = st.fixed_dictionaries(
        {},
        optional={
            "stages": st.lists(st.sampled_from(catalogue.DEFAULT_STAGES[:3]), min_size=1, unique=True),
            "token_budgets": st.dictionaries(st.sampled_from(get_args(Kind)[:2]), numbers),
            "exemptions": st.fixed_dictionaries(
                {}, optional={"horizon_days": numbers, "unused_runs": numbers, "refused_gates": some_gates}
            ),
            "baseline": st.fixed_dictionaries(
                {}, optional={"refused_gates": some_gates, "enforce_from": st.dictionaries(ids, days)}
            ),
        },
    )
    return {"quality_gates": gates, **draw(rest)}


STRICTNESS = ("none", "require_approval", "block")


@given(base=bodies(whole=True), above=bodies(whole=False), collected=criteria, value=st.integers(0, 4))
@settings(deadline=None, max_examples=400)
def test_never_looser(base: dict[str, Any], above: dict[str, Any], collected: Any, value: int) -> None:
    """Whatever both say, it is refused or at least as strict as what it extends, in every way."""
    text = yaml.safe_dump({"top": {"extends": "base", **above}})
    try:
        lower = profiles.parse(yaml.safe_dump({"base": base}), "base", "base.yml")
        upper = profiles.parse(
            text, "top", "top.yml", lambda _name, _by: (yaml.safe_dump({"base": base}), "base.yml")
        )
    except ProfileError as error:
        assume(" loosens " in str(error))
        return
    for one in collected:
        assert STRICTNESS.index(enforcement(one, upper)) >= STRICTNESS.index(enforcement(one, lower))
    assert {one for one in OUTCOMES if succeeded(one, upper)} <= {
        one for one in OUTCOMES if succeeded(one, lower)
    }
    gates, under = upper.quality_gates, lower.quality_gates
    assert gates.bypass_allowed <= under.bypass_allowed
    assert gates.exemptions_allowed <= under.exemptions_allowed
    assert gates.inline_suppressions_allowed <= under.inline_suppressions_allowed
    assert set(gates.replaced) <= set(under.replaced)
    assert set(upper.stages) >= set(lower.stages)
    assert set(upper.limits) == set(lower.limits)
    for name, limit in upper.limits.items():
        if limit.unit == "" and lower.limits[name].unit == "":
            assert not limit.holds(value) or lower.limits[name].holds(value)
    assert all(upper.token_budgets[kind] <= budget for kind, budget in lower.token_budgets.items())
    assert upper.exemptions.horizon_days <= lower.exemptions.horizon_days
    assert upper.exemptions.unused_runs <= lower.exemptions.unused_runs
    assert set(upper.exemptions.refused_gates) >= set(lower.exemptions.refused_gates)
    assert set(upper.baseline.refused_gates) >= set(lower.baseline.refused_gates)
    grace = lower.baseline.enforce_from
    assert all(grace[name] >= day for name, day in upper.baseline.enforce_from.items())


@given(body=bodies(whole=True))
@laws
def test_again_is_the_same(body: dict[str, Any]) -> None:
    """A profile that extends one and says the same again is accepted and no other."""
    try:
        lower = profiles.parse(yaml.safe_dump({"base": body}), "base", "base.yml")
    except ProfileError:
        assume(False)
    text = yaml.safe_dump({"top": {"extends": "base", **body}})
    upper = profiles.parse(
        text, "top", "top.yml", lambda _name, _by: (yaml.safe_dump({"base": body}), "b.yml")
    )
    assert {**upper.limits} == {**lower.limits}
    assert upper.token_budgets == lower.token_budgets
    for gate in lower.gate_lines:
        assert upper.enforcement_of_gate(gate) == lower.enforcement_of_gate(gate)
