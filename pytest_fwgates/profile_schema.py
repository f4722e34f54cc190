"""The keys of a profile, as frozen structs, and the profile that they make."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import msgspec

from pytest_fwgates import catalogue, thresholds
from pytest_fwgates.measure.load.scenario import Scenario

if TYPE_CHECKING:
    from pytest_fwgates.model import Enforcement


Names: TypeAlias = tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=254)], ...]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100)]


class ProfileError(ValueError):
    """The profile cannot be used; the text is ``file:line: what is wrong, and what is allowed``."""


class FrameworkConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the framework itself is to run in this environment."""

    debug_mode: bool = False
    verbose_logging: bool = False
    test_data_enabled: bool = False
    performance_monitoring: Literal["none", "basic", "full"] = "none"


class Infrastructure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the framework runs in this environment."""

    monitoring: str = ""
    logging: str = ""
    deployment: Literal["manual", "automated", "blue_green"] = "manual"
    scaling: Literal["disabled", "enabled", "auto"] = "disabled"


class QualityGates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a failure does; see `docs/profiles.md` for each key."""

    mandatory_gates: tuple[str, ...]
    advisory_gates: tuple[str, ...] = ()
    disabled_gates: tuple[str, ...] = ()
    bypass_allowed: bool = False
    exemptions_allowed: bool = False
    inline_suppressions_allowed: bool = False
    criteria: dict[str, bool | int | float | str] = {}
    flaky: Literal["block", "allow"] = "block"
    replaced: tuple[str, ...] = ()


class ExemptionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an exemption may do.

    Attributes:
        horizon_days: The longest that one may last.
        unused_runs: After how many runs in which it matched nothing one is a problem.
        refused_gates: Gates none of whose criteria may be exempted.
    """

    horizon_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 30
    unused_runs: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 3
    refused_gates: tuple[str, ...] = ()


class BaselinePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a baseline may do.

    Attributes:
        refused_gates: Gates none of whose findings may be baselined.
        enforce_from: The day, in UTC, from which a new criterion counts.
    """

    refused_gates: tuple[str, ...] = ("security", "basic_security")
    enforce_from: dict[str, dt.date] = {}


class ApprovalPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which approvals are enough.

    Attributes:
        required: How many people have to approve a criterion.
        max_age_days: How long an approval counts, at most.
        roles: Who may approve, by role; without any, whoever `allowed_signers` lists.
        minimum: How many of the approvers must have a role; one person fills one place.
        identities: The other names of a person: logins, addresses.
    """

    required: Count = 1
    max_age_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 7
    roles: dict[str, Names] = {}
    minimum: dict[str, Count] = {}
    identities: dict[str, Names] = {}


class SarifReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report of a scanner that others run.

    Attributes:
        file: Its path below the policy root.
        tool: The name by which the report says who wrote it; any, where it is empty.
        max_age_hours: How old it may be.
        any_commit: Whether it counts though it does not say that it is of this commit.
    """

    file: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    tool: str = ""
    max_age_hours: Annotated[int, msgspec.Meta(ge=1, le=8784)] = 24
    any_commit: bool = False


class SecurityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the security scans may do, and what they may find.

    Attributes:
        online: Whether pip-audit, and it alone, may ask for advisories over the network.
        severity_threshold: The least severity that `zero_critical_vulnerabilities` reports.
        sarif: Reports of other scanners, each of which has to be there.
        critical_vulnerabilities: How many of that severity there may be; so the others, without a limit
            where it is null.
    """

    online: bool = False
    severity_threshold: Literal["low", "medium", "high", "critical"] = "medium"
    sarif: tuple[SarifReport, ...] = ()
    critical_vulnerabilities: Annotated[int, msgspec.Meta(ge=0)] = 0
    high_vulnerabilities: Annotated[int, msgspec.Meta(ge=0)] = 0
    medium_vulnerabilities: Annotated[int, msgspec.Meta(ge=0)] | None = None
    low_vulnerabilities: Annotated[int, msgspec.Meta(ge=0)] | None = None


SEVERITY_LIMITS: Final = tuple(f"{one}_vulnerabilities" for one in ("critical", "high", "medium", "low"))
"""Keys of `security` that may as well stand among the criteria, as the pipeline document has them."""


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of a profile file, below its one top-level key."""

    quality_gates: QualityGates
    extends: str = ""
    framework_config: FrameworkConfig = FrameworkConfig()
    infrastructure: Infrastructure = Infrastructure()
    stages: tuple[str, ...] = catalogue.DEFAULT_STAGES
    token_budgets: dict[str, Annotated[int, msgspec.Meta(gt=0)]] = {}
    exemptions: ExemptionPolicy = ExemptionPolicy()
    baseline: BaselinePolicy = BaselinePolicy()
    approvals: ApprovalPolicy = ApprovalPolicy()
    security: SecurityPolicy = SecurityPolicy()
    performance: Scenario = Scenario()


SECTIONS: Final[dict[str | int, Any]] = {
    "quality_gates": QualityGates,
    "framework_config": FrameworkConfig,
    "infrastructure": Infrastructure,
    "exemptions": ExemptionPolicy,
    "baseline": BaselinePolicy,
    "approvals": ApprovalPolicy,
    "security": SecurityPolicy,
    "performance": Scenario,
}
"""The sections whose keys are fixed."""


class Profile(msgspec.Struct, frozen=True):
    """One environment's policy.

    Attributes:
        environment: The file's stem and its one top-level key.
        source: The file, as it is shown to people.
        gate_lines: The 1-based line at which each listed gate stands.
        limits: Parsed threshold overrides by canonical criterion id.
        token_budgets: How many tokens a module of a kind may have.
        gate_sources: The file that lists a gate, where that is a profile that this one extends.
    """

    environment: str
    source: str
    framework_config: FrameworkConfig
    infrastructure: Infrastructure
    quality_gates: QualityGates
    stages: tuple[str, ...]
    gate_lines: dict[str, int]
    limits: dict[str, thresholds.Threshold]
    token_budgets: dict[str, int] = {}
    exemptions: ExemptionPolicy = ExemptionPolicy()
    baseline: BaselinePolicy = BaselinePolicy()
    gate_sources: dict[str, str] = {}
    approvals: ApprovalPolicy = ApprovalPolicy()
    security: SecurityPolicy = SecurityPolicy()
    performance: Scenario = Scenario()

    def enforcement_of_gate(self, gate: str) -> Enforcement | None:
        """What the profile says of `gate`; None where it does not list it."""
        gates = self.quality_gates
        if gate in gates.mandatory_gates:
            return "block"
        if gate in gates.advisory_gates:
            return "require_approval"
        return "none" if gate in gates.disabled_gates else None

    def place_of_gate(self, gate: str) -> str:
        """``file:line`` where the profile lists `gate`."""
        return f"{self.gate_sources.get(gate, self.source)}:{self.gate_lines[gate]}"
