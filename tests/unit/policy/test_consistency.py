"""Rules that nothing can satisfy are told before a run, at their line."""

from __future__ import annotations

import datetime as dt

import pytest

from pytest_fwgates import profile as profiles
from pytest_fwgates import yamldoc
from pytest_fwgates.policy import consistency, exemptions
from pytest_fwgates.policy.consistency import Known, Lapse
from tests.unit.policy.test_exemptions import SOUND, written
from tests.unit.strategies import NOW

SHOWN = "environments/production.yml"
KNOWN = Known(
    {
        "zero_broken_links": ("framework_integrity",),
        "secret_detection": ("security",),
        "mine": ("house_rules",),
    },
    frozenset({"framework_validation"}),
    ("alice@example.com", "bob@example.com"),
)
SHORT = "less than the 7 days that an approval counts; it lapses under review"
GATES = "  quality_gates:\n    mandatory_gates: [framework_integrity]\n    exemptions_allowed: true\n"


def profile(body: str = "", *, name: str = "production") -> profiles.Profile:
    """A profile with `body` behind its gates."""
    return profiles.parse(f"{name}:\n  stages: [framework_validation]\n{GATES}{body}", name, SHOWN)


def told(body: str, known: Known = KNOWN) -> list[str]:
    """What is wrong with a profile with `body`, which begins at line 6."""
    text = f"production:\n  stages: [framework_validation]\n{GATES}{body}"
    document = yamldoc.load(text)

    def line_of(*path: str | int) -> int:
        return document.position("production", *path)[0]

    one = profiles.parse(text, "production", SHOWN)
    return [str(problem).removeprefix(f"{SHOWN}:") for problem in consistency.of_profile(one, line_of, known)]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(
            "    criteria: {no_broken_link: 0, no_broken_links: 1}\n",
            ["6: criteria: unknown criterion 'no_broken_link'"],
            id="a threshold",
        ),
        pytest.param(
            "    replaced:\n    - zero_broken_link\n",
            ["7: replaced: unknown criterion 'zero_broken_link'; did you mean 'zero_broken_links'?"],
            id="a replacement",
        ),
        pytest.param(
            "  exemptions: {refused_gates: [securty, house_rules, performance]}\n",
            ["6: exemptions: refused_gates: unknown gate 'securty'; did you mean 'security'?"],
            id="a gate",
        ),
        pytest.param(
            "  baseline:\n    enforce_from:\n      secret_detection: 2026-05-01\n      nothing: 2026-05-01\n",
            [
                "9: enforce_from: unknown criterion 'nothing'",
                "8: enforce_from: secret_detection has no effect: security is under refused_gates",
            ],
            id="grace that has no effect",
        ),
        pytest.param(
            "  exemptions: {horizon_days: 6}\n",
            [f"6: an exemption lasts 6 days at most, {SHORT}"],
            id="a horizon shorter than the review",
        ),
        pytest.param(
            "    advisory_gates: [documentation]\n  approvals: {required: 3}\n",
            ["7: 3 people have to approve, and allowed_signers name 2 who can"],
            id="too few signers",
        ),
        pytest.param(
            "  approvals: {required: 2}\n",
            [
                "6: allowed_signers name just the 2 who have to approve; nobody can approve their own change",
            ],
            id="nobody else",
        ),
        pytest.param(
            "  approvals:\n    required: 1\n    roles: {lead: ['renovate[bot]']}\n",
            ["7: 1 people have to approve, and the roles name 0 who can"],
            id="only a bot",
        ),
        pytest.param(
            "  approvals:\n    required: 1\n    identities: {ann: [ann-1]}\n"
            "    roles: {lead: [ann], qa: [Ann-1]}\n",
            ["7: the roles name just the 1 who have to approve; nobody can approve their own change"],
            id="two names of one person",
        ),
        pytest.param("  approvals: {required: 1, roles: {lead: [ann, bo]}}\n", [], id="enough people"),
    ],
)
def test_of_profile(body: str, problems: list[str]) -> None:
    """Each rule that cannot be satisfied or has no effect is told."""
    assert told(body) == problems


def test_no_signers() -> None:
    """Where approvals are asked for and nobody can sign, that is told; a pattern may be anybody."""
    body = "    advisory_gates: [documentation]\n"
    assert told(body, KNOWN._replace(signers=())) == [
        "6: 1 people have to approve, and allowed_signers name 0 who can"
    ]
    assert told(body, KNOWN._replace(signers=("*@example.com",))) == []


def test_stages_of_nothing() -> None:
    """A stage that no criterion is in is told."""
    assert told("", KNOWN._replace(stages=frozenset({"framework_validation2"}))) == [
        "2: stages: unknown stage 'framework_validation'; did you mean 'framework_validation2'?"
    ]


def test_refused_without_effect() -> None:
    """Refusing gates where nothing is allowed at all reads as if the others were."""
    text = profile("  exemptions: {refused_gates: [security]}\n")
    strict = profiles.parse(
        "production:\n  stages: [framework_validation]\n  quality_gates: {mandatory_gates: []}\n"
        "  exemptions: {refused_gates: [security]}\n",
        "production",
        SHOWN,
    )
    assert [one.message for one in consistency.of_profile(strict, lambda *_: 4, KNOWN)] == [
        "refused_gates has no effect: exemptions_allowed is false"
    ]
    assert list(consistency.of_profile(text, lambda *_: 4, KNOWN)) == []


def test_of_exemptions() -> None:
    """What is malformed or can never apply is told once, with the environments that refuse it."""
    refusing = profile("  exemptions: {refused_gates: [framework_integrity]}\n", name="staging")
    every = {"production": profile(), "staging": refusing}
    other = {**SOUND, "scope": {"paths": ["y"]}}
    text = written(
        SOUND,
        {**SOUND, "id": "EX-2", "scope": {"paths": ["x"]}, "environments": ["prodution"]},
        {**other, "id": "EX-3", "expires": "2026-02-21", "environments": ["production"]},
        {**SOUND, "id": "EX-1"},
    )
    parsed = exemptions.parse(text, "x.yml")
    found = consistency.of_exemptions(parsed, every, KNOWN, NOW)
    assert [(one.line, one.kind) for one in found] == [
        (35, "duplicate_id"), (13, "unknown"), (2, "refused"), (24, "expired"),
    ]  # fmt: skip
    messages = [one.message for one in consistency.of_exemptions(parsed, every, KNOWN, NOW)]
    assert messages[1] == "exemption 'EX-2': unknown environment 'prodution'; did you mean 'production'?"
    assert messages[2].endswith("of which the profile refuses exemptions (staging)")


def test_lapses() -> None:
    """What counts today and no longer on the day is listed, the first to lapse first."""
    today, body = (
        NOW.date(),
        "  baseline: {enforce_from: {mine: 2026-03-05, zero_broken_links: 2026-03-20}}\n",
    )
    days = {"EX-2": "2026-03-03", "EX-3": "2026-02-25"}
    text = written(SOUND, *({**SOUND, "id": name, "expires": day} for name, day in days.items()))
    every = exemptions.parse(text, "x.yml").exemptions

    def until(day: int) -> list[Lapse]:
        given = {"production": profile(body)}
        return consistency.lapses(every, given, lambda *_: 6, today, dt.date(2026, 3, day))

    assert until(3) == []
    assert until(4) == [Lapse(dt.date(2026, 3, 3), "x.yml:13", "exemption 'EX-2' of alice (DOC-7)")]
    assert [one.what for one in until(11)] == [
        "exemption 'EX-2' of alice (DOC-7)",
        "the grace of mine in production",
        "exemption 'EX-1' of alice (DOC-7)",
    ]
    assert until(11)[1].day == dt.date(2026, 3, 4)
    assert len(until(20)) == 4
