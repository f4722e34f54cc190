"""Profiles: what a file means, and how each way to get it wrong is told."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates import catalogue
from pytest_fwgates import profile as profiles
from pytest_fwgates.profile import (
    ApprovalPolicy,
    FrameworkConfig,
    Infrastructure,
    Profile,
    ProfileError,
    QualityGates,
)
from pytest_fwgates.thresholds import Threshold
from tests.unit.strategies import any_text

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.model import Enforcement

laws = settings(deadline=None)

SHOWN = "environments/production.yml"
COMPLETE = """\
# What production enforces.
production:
  framework_config:
    debug_mode: false
    verbose_logging: true
    test_data_enabled: true
    performance_monitoring: full
  infrastructure:
    monitoring: prometheus-prod
    logging: elk-prod
    deployment: blue_green
    scaling: auto
  stages: [source_control, post_deployment]
  token_budgets: {command: 5000, component: 800}
  approvals:
    {required: 2, max_age_days: 3, roles: {release: [a, b]}, minimum: {release: 1}, identities: {a: [a@b.c]}}
  quality_gates:
    mandatory_gates: [framework_integrity, security]
    advisory_gates:
      - documentation
    disabled_gates: [usability]
    bypass_allowed: true
    flaky: allow
    replaced: [zero_broken_links]
    criteria:
      no_broken_links: "<= 3"
      p95_response_time: "< 300ms"
"""


def parse(text: str) -> Profile:
    """The profile of production in `text`."""
    return profiles.parse(text, "production", SHOWN)


def test_complete() -> None:
    """Every key that a profile may have arrives where the rest of the package looks for it."""
    assert parse(COMPLETE) == Profile(
        environment="production",
        source=SHOWN,
        framework_config=FrameworkConfig(
            debug_mode=False, verbose_logging=True, test_data_enabled=True, performance_monitoring="full"
        ),
        infrastructure=Infrastructure("prometheus-prod", "elk-prod", "blue_green", "auto"),
        quality_gates=QualityGates(
            mandatory_gates=("framework_integrity", "security"),
            advisory_gates=("documentation",),
            disabled_gates=("usability",),
            bypass_allowed=True,
            criteria={"no_broken_links": "<= 3", "p95_response_time": "< 300ms"},
            flaky="allow",
            replaced=("zero_broken_links",),
        ),
        stages=("source_control", "post_deployment"),
        gate_lines={"framework_integrity": 18, "security": 18, "documentation": 20, "usability": 21},
        limits={
            "zero_broken_links": Threshold("<= 3", "<=", 3, ""),
            "p95_response_time": Threshold("< 300ms", "<", 0.3, "s"),
        },
        token_budgets={"command": 5000, "component": 800},
        approvals=ApprovalPolicy(2, 3, {"release": ("a", "b")}, {"release": 1}, {"a": ("a@b.c",)}),
    )


def test_least() -> None:
    """One list of gates is enough; nothing that is left out makes the policy milder."""
    profile = parse("production: {quality_gates: {mandatory_gates: [security]}}")
    assert profile.quality_gates == QualityGates(mandatory_gates=("security",))
    assert profile.quality_gates.bypass_allowed is False
    assert profile.quality_gates.flaky == "block"
    assert profile.stages == catalogue.DEFAULT_STAGES
    assert profile.limits == {}


@pytest.mark.parametrize(
    ("gate", "enforcement"),
    [
        pytest.param("security", "block", id="a mandatory gate blocks"),
        pytest.param("documentation", "require_approval", id="an advisory gate requires approval"),
        pytest.param("usability", "none", id="a disabled gate is not enforced"),
        pytest.param("performance", None, id="of an unlisted gate the profile says nothing"),
    ],
)
def test_enforcement(gate: str, enforcement: Enforcement | None) -> None:
    """The list that a gate stands in says what its failure does."""
    assert parse(COMPLETE).enforcement_of_gate(gate) == enforcement


def test_place_of_gate() -> None:
    """A gate is shown with the line at which the profile lists it."""
    assert parse(COMPLETE).place_of_gate("documentation") == f"{SHOWN}:20"


GATES = "write quality_gates, or name another folder with --gate-profiles DIR"
GATE_KEYS = (
    "mandatory_gates, advisory_gates, disabled_gates, bypass_allowed, exemptions_allowed, "
    "inline_suppressions_allowed, criteria, flaky, replaced"
)
KEYS = (
    "quality_gates, extends, framework_config, infrastructure, stages, token_budgets, exemptions, "
    "baseline, approvals, security, performance"
)
BASE = "production:\n  quality_gates:\n    mandatory_gates: [security]\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            "", ":1: the file is empty; expected one top-level key 'production'", id="an empty file"
        ),
        pytest.param(
            "# later\n", ":1: the file is empty; expected one top-level key 'production'", id="only a comment"
        ),
        pytest.param("- a\n", ":1: expected one top-level key 'production', got a list", id="a list"),
        pytest.param("text\n", ":1: expected one top-level key 'production', got a text", id="a text"),
        pytest.param("7\n", ":1: expected one top-level key 'production', got a number", id="a number"),
        pytest.param(
            "yes\n", ":1: expected one top-level key 'production', got a truth value", id="a truth value"
        ),
        pytest.param("2026-03-01\n", ":1: expected one top-level key 'production', got a date", id="a date"),
        pytest.param(
            "{}\n", f":1: expected the one top-level key 'production', got none; {GATES}", id="no key"
        ),
        pytest.param(
            "\nstaging:\n  quality_gates: {}\n",
            f":2: expected the one top-level key 'production', got 'staging'; {GATES}",
            id="another environment's key",
        ),
        pytest.param(
            "production:\n  quality_gates: {}\nstaging: 1\n",
            f":1: expected the one top-level key 'production', got 'production', 'staging'; {GATES}",
            id="two top-level keys",
        ),
        pytest.param(
            "# theirs\nproduction:\n  database: postgres\n",
            f":2: 'production' has no quality_gates; {GATES}",
            id="somebody else's environments",
        ),
        pytest.param(
            "production:\n", f":1: 'production' has no quality_gates; {GATES}", id="an empty environment"
        ),
        pytest.param(
            "production: x\n", f":1: 'production' has no quality_gates; {GATES}", id="a text as environment"
        ),
        pytest.param(
            "production:\n\tquality_gates: {}\n",
            ":2: not valid YAML: found character that cannot start any token; "
            "YAML is indented with spaces, not tabs",
            id="tabs",
        ),
        pytest.param(
            "production: {\n", ":2: not valid YAML: did not find expected node content", id="an open mapping"
        ),
        pytest.param(
            f"{BASE}---\n",
            ":4: not valid YAML: a second document starts here; only one is allowed",
            id="two documents",
        ),
        pytest.param(
            f"{BASE}    flaky: \ud800\n", ":1: not valid YAML: not valid Unicode: ", id="a lone surrogate"
        ),
    ],
)
def test_no_profile(text: str, error: str) -> None:
    """A text that is no profile at all is refused with the place and the way out."""
    with pytest.raises(ProfileError) as caught:
        parse(text)
    assert str(caught.value)[: len(SHOWN + error)] == SHOWN + error


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            f"{BASE}  owner: me\n",
            f":4: unknown key 'owner'; allowed: {KEYS}",
            id="in the environment",
        ),
        pytest.param(
            f"{BASE}    advisory: []\n",
            f":4: unknown key 'advisory'; allowed: {GATE_KEYS}",
            id="in quality_gates",
        ),
        pytest.param(
            f"{BASE}  framework_config:\n    debug: true\n",
            ":5: unknown key 'debug'; "
            "allowed: debug_mode, verbose_logging, test_data_enabled, performance_monitoring",
            id="in framework_config",
        ),
        pytest.param(
            f"{BASE}  infrastructure: {{region: eu}}\n",
            ":4: unknown key 'region'; allowed: monitoring, logging, deployment, scaling",
            id="in infrastructure",
        ),
        pytest.param(
            f"{BASE}  'x - at `$.\u00b2`': 1\n",
            f":4: unknown key 'x - at `$.\u00b2`'; allowed: {KEYS}",
            id="that looks like a path of the parser",
        ),
        pytest.param(
            f"{BASE}    <<: {{flaky: allow}}\n",
            f":4: unknown key '<<'; allowed: {GATE_KEYS}",
            id="that merges",
        ),
    ],
)
def test_unknown_keys(text: str, error: str) -> None:
    """A key that nobody reads is refused wherever it stands."""
    with pytest.raises(ProfileError) as caught:
        parse(text)
    assert str(caught.value) == SHOWN + error


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            "production: {}\nproduction: {}\n", ":2: 'production' again; it stands at line 1", id="top level"
        ),
        pytest.param(
            f"{BASE}  quality_gates: {{}}\n",
            ":4: 'quality_gates' again; it stands at line 2",
            id="a whole section",
        ),
        pytest.param(
            f"{BASE}    mandatory_gates: []\n",
            ":4: 'mandatory_gates' again; it stands at line 3",
            id="a list of gates",
        ),
        pytest.param(
            f"{BASE}    criteria:\n      x: 1\n      x: 2\n",
            ":6: 'x' again; it stands at line 5",
            id="a threshold",
        ),
    ],
)
def test_duplicate_keys(text: str, error: str) -> None:
    """Of two equal keys none may win in silence."""
    with pytest.raises(ProfileError) as caught:
        parse(text)
    assert str(caught.value) == SHOWN + error


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            "security, performance, security", ":3: gate 'security' in mandatory_gates", id="one list, twice"
        ),
        pytest.param(
            "security]\n    advisory_gates: [security",
            ":4: gate 'security' in advisory_gates",
            id="two lists",
        ),
        pytest.param(
            "security]\n    disabled_gates:\n      - usability\n    advisory_gates: [usability",
            ":5: gate 'usability' in disabled_gates",
            id="advisory and disabled",
        ),
    ],
)
def test_gate_listed_twice(text: str, error: str) -> None:
    """A gate stands in one list, once."""
    with pytest.raises(ProfileError) as caught:
        parse(f"production:\n  quality_gates:\n    mandatory_gates: [{text}]\n")
    assert str(caught.value).startswith(f"{SHOWN}{error} is listed already at line ")
    assert str(caught.value).endswith("; a gate stands in one list, once")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            "production:\n  quality_gates:\n",
            ":2: quality_gates: Expected a mapping, got nothing",
            id="quality_gates without content",
        ),
        pytest.param(
            "production:\n  quality_gates: [security]\n",
            ":2: quality_gates: Expected a mapping, got a list",
            id="quality_gates as a list",
        ),
        pytest.param(
            "production:\n  quality_gates:\n    advisory_gates: []\n",
            ":2: quality_gates: Object missing required field `mandatory_gates`",
            id="no mandatory gates",
        ),
        pytest.param(
            "production:\n  quality_gates:\n    mandatory_gates: security\n",
            ":3: mandatory_gates: Expected a list, got text",
            id="one gate that is no list",
        ),
        pytest.param(
            "production:\n  quality_gates:\n    mandatory_gates:\n      - security\n      - 7\n",
            ":5: 1: Expected text, got `int`",
            id="a number as a gate",
        ),
        pytest.param(
            f"{BASE}    bypass_allowed: 'no'\n",
            ":4: bypass_allowed: Expected `bool`, got text",
            id="a text as a truth value",
        ),
        pytest.param(
            f"{BASE}    flaky: ignore\n",
            ":4: flaky: Invalid enum value 'ignore'; allowed: block, allow",
            id="a wrong word",
        ),
        pytest.param(
            f"{BASE}    flaky: 1\n",
            ":4: flaky: Expected text, got `int`; allowed: block, allow",
            id="a number as a word",
        ),
        pytest.param(
            f"{BASE}    criteria: [x]\n",
            ":4: criteria: Expected a mapping, got a list",
            id="criteria as a list",
        ),
        pytest.param(
            f"{BASE}    criteria:\n      x: 1\n      y: [1]\n",
            ":6: y: Expected `bool | int | float | str`, got a list",
            id="a list as a threshold",
        ),
        pytest.param(
            f"{BASE}    criteria:\n      x:\n",
            ":5: x: Expected `bool | int | float | str`, got nothing",
            id="an empty threshold",
        ),
        pytest.param(
            f"{BASE}    criteria:\n      1: 1\n",
            ":5: the key 1 is a number; put it in quotes",
            id="a number as a key",
        ),
        pytest.param(
            f"{BASE}  ~: 1\n", ":4: the key None is a null; put it in quotes", id="nothing as a key"
        ),
        pytest.param(
            f"{BASE}  framework_config:\n    performance_monitoring: some\n",
            ":5: performance_monitoring: Invalid enum value 'some'; allowed: none, basic, full",
            id="an unknown kind of monitoring",
        ),
        pytest.param(
            f"{BASE}  infrastructure:\n    monitoring: 5\n",
            ":5: monitoring: Expected text, got `int`",
            id="a number as text",
        ),
        pytest.param(f"{BASE}  stages: all\n", ":4: stages: Expected a list, got text", id="stages as text"),
        pytest.param(
            f"{BASE}  stages: [[{{a: 1}}]]\n", ":4: 0: Expected text, got a list", id="a list as a stage"
        ),
        pytest.param(
            f"{BASE}  token_budgets: {{command: 10, agent: 0}}\n",
            ":4: agent: Expected `int` >= 1",
            id="no budget",
        ),
        pytest.param(
            f"{BASE}  token_budgets:\n    command: 5k\n",
            ":5: command: Expected `int`, got text",
            id="text as a budget",
        ),
        pytest.param(
            f"{BASE}  token_budgets:\n    comand: 5\n",
            ":5: unknown key 'comand'; allowed: command, agent, skill, component, rule, hook, document, "
            "manifest, workflow, script",
            id="a budget for no kind",
        ),
        pytest.param(
            f"{BASE}  approvals: {{required: 0}}\n",
            ":4: required: Expected `int` >= 1",
            id="approvals by nobody",
        ),
        pytest.param(
            f"{BASE}  approvals:\n    max_age_days: 91\n",
            ":5: max_age_days: Expected `int` <= 90",
            id="approvals that never end",
        ),
        pytest.param(
            f"{BASE}  approvals:\n    roles:\n      a: [x]\n      release: alice\n",
            ":7: release: Expected a list, got text",
            id="a role that is no list",
        ),
        pytest.param(
            f"{BASE}  approvals:\n    identities:\n      alice:\n      - ''\n",
            ":7: 0: Expected text of length >= 1",
            id="a person without a name",
        ),
        pytest.param(
            f"{BASE}  approvals:\n    roles: {{release: [alice]}}\n    minimum:\n      security: 1\n",
            ":7: approvals: minimum: unknown role 'security'; known under roles: release",
            id="a minimum of an unknown role",
        ),
        pytest.param(
            f"{BASE}  approvals:\n    roles: {{release: [alice]}}\n    required: 2\n",
            ":6: approvals: required: 2 approvals, and fewer people have a role",
            id="more approvals than people",
        ),
        pytest.param(
            f"{BASE}  stages: []\n",
            ":4: stages is empty; leave the key out for the default stages",
            id="no stages",
        ),
        pytest.param(
            f"{BASE}  stages:\n    - code quality\n",
            ":5: 'code quality' is not a stage name; letters, digits, '_' and '-'",
            id="a stage that is no name",
        ),
        pytest.param(
            f"{BASE}    advisory_gates: ['']\n",
            ":4: '' is not a gate name; letters, digits, '_' and '-'",
            id="a gate that is no name",
        ),
    ],
)
def test_wrong_types(text: str, error: str) -> None:
    """A value of the wrong kind is refused at its own line."""
    with pytest.raises(ProfileError) as caught:
        parse(text)
    assert str(caught.value) == SHOWN + error


@pytest.mark.parametrize(
    ("criteria", "error"),
    [
        pytest.param(
            "p95_response_time: fast",
            ":5: criteria: p95_response_time: 'fast' is not on the scale none < low <",
            id="a word that is no threshold",
        ),
        pytest.param(
            "p95_response_time: '< 3 lightyears'",
            ":5: criteria: p95_response_time: '< 3 lightyears' has the unknown unit ",
            id="an unknown unit",
        ),
        pytest.param("x: .inf", ":5: criteria: x: inf is not a finite number", id="infinity"),
        pytest.param(
            f"x: {'9' * 400}", ":5: criteria: x: inf is not a finite number", id="beyond all floats"
        ),
        pytest.param(
            f"x: {'9' * 5000}",
            ":5: not valid YAML: a plain value longer than 1000 characters",
            id="beyond all sense",
        ),
        pytest.param(
            "zero_broken_links: 1\n      no_broken_links: 2",
            ":6: 'no_broken_links' names 'zero_broken_links', which has a threshold already",
            id="two names of one criterion",
        ),
    ],
)
def test_bad_thresholds(criteria: str, error: str) -> None:
    """A threshold that cannot be read is refused with the criterion it is for."""
    with pytest.raises(ProfileError) as caught:
        parse(f"{BASE}    criteria:\n      {criteria}\n")
    assert str(caught.value)[: len(SHOWN + error)] == SHOWN + error


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"production:\n  # caf\xe9\n", ":2: not UTF-8", id="Latin-1"),
        pytest.param(b"\xef\xbb\xbf\n\n\xff", ":3: not UTF-8", id="broken below a byte order mark"),
        pytest.param(b"\xff\xfep\0", ":1: not UTF-8", id="UTF-16"),
        pytest.param(b"#" * 1_000_001, ": larger than 1000000 bytes", id="too large"),
        pytest.param(
            b"#" * 999_999 + "é".encode() * 2,
            ": larger than 1000000 bytes",
            id="too large, cut inside a character",
        ),
    ],
)
def test_unreadable_content(tmp_path: Path, content: bytes, error: str) -> None:
    """A file that is no text of bounded size is refused."""
    path = tmp_path / "production.yml"
    path.write_bytes(content)
    with pytest.raises(ProfileError) as caught:
        profiles.read(path, SHOWN)
    assert str(caught.value) == SHOWN + error


def test_unreadable_file(tmp_path: Path) -> None:
    """A file that cannot be opened is refused with the system's reason."""
    with pytest.raises(ProfileError) as caught:
        profiles.read(tmp_path / "production.yml", SHOWN)
    assert str(caught.value) == f"{SHOWN}: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    "encoding", [pytest.param("utf-8", id="plain"), pytest.param("utf-8-sig", id="with a byte order mark")]
)
def test_read(tmp_path: Path, encoding: str) -> None:
    """The environment is the stem of the file."""
    path = tmp_path / "production.yml"
    path.write_text(COMPLETE, encoding=encoding)
    assert profiles.read(path, SHOWN) == parse(COMPLETE)


def test_crosses_processes() -> None:
    """A profile is the same after it has been written for a worker."""
    profile = parse(COMPLETE)
    assert msgspec.json.decode(msgspec.json.encode(profile), type=Profile) == profile


def refusal(text: str) -> str:
    """Why `text` is no profile; the name of the file where it is one."""
    try:
        parse(text)
    except ProfileError as error:
        return str(error)
    return f"{SHOWN}:"


keys = st.sampled_from([
    "production", "quality_gates", "mandatory_gates", "advisory_gates", "disabled_gates", "criteria",
    "stages", "flaky", "replaced", "bypass_allowed",
    "framework_config", "infrastructure", "monitoring", "security",
])  # fmt: skip
values = st.recursive(
    keys | st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | st.integers(), inner, max_size=4),
    max_leaves=12,
)
bodies = st.fixed_dictionaries(
    {"quality_gates": values | st.dictionaries(keys, values)},
    optional={
        "stages": values,
        "token_budgets": values,
        "framework_config": values,
        "infrastructure": values,
    },
)
texts = st.one_of(
    any_text,
    values.map(yaml.safe_dump),
    bodies.map(lambda body: yaml.safe_dump({"production": body})),
    st.text().map(lambda text: BASE + text),
)


@given(text=texts)
@laws
def test_only_profile_errors(text: str) -> None:
    """Whatever the file holds, it is a profile or an error that names the file."""
    assert refusal(text).startswith(f"{SHOWN}:")


@given(content=st.binary() | st.binary().map(BASE.encode().__add__))
@laws
def test_only_profile_errors_of_bytes(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the bytes are, reading them ends in a profile or an error that names the file."""
    path = tmp_path_factory.getbasetemp() / "production.yml"
    path.write_bytes(content)
    with contextlib.suppress(ProfileError):
        assert profiles.read(path, SHOWN).environment == "production"


names = st.lists(st.from_regex(r"[A-Za-z][A-Za-z0-9_-]*", fullmatch=True), unique=True, max_size=6)


@given(gates=names, cut=st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted))
@laws
def test_lists_are_kept(gates: list[str], cut: list[int]) -> None:
    """Every listed gate arrives in its list, in order, with the line it stands at."""
    lists = gates[: cut[0]], gates[cut[0] : cut[1]], gates[cut[1] :]
    keys = ("mandatory_gates", "advisory_gates", "disabled_gates")
    body = dict(zip(keys, lists, strict=True))
    text = yaml.safe_dump({"production": {"quality_gates": body}}, default_flow_style=False)
    profile = parse(text)
    assert tuple(list(getattr(profile.quality_gates, key)) for key in keys) == lists
    for gate, line in profile.gate_lines.items():
        assert yaml.safe_load(text.splitlines()[line - 1].strip().removeprefix("- ")) == yaml.safe_load(gate)
