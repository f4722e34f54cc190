"""The bundled profiles hold what the pipeline document says of each environment, and nothing milder."""

from __future__ import annotations

import pytest

from pytest_fwgates import profile as profiles
from pytest_fwgates._bundled import ENVIRONMENTS
from pytest_fwgates.profile import FrameworkConfig, Infrastructure, Profile

DOCUMENT = {
    "development": {
        "mandatory": {"framework_integrity", "basic_security"},
        "advisory": {"performance", "documentation"},
        "bypass_allowed": True,
        "framework_config": FrameworkConfig(
            debug_mode=True, verbose_logging=True, test_data_enabled=True, performance_monitoring="basic"
        ),
        "infrastructure": Infrastructure(
            monitoring="prometheus-dev", logging="elk-dev", deployment="manual", scaling="disabled"
        ),
    },
    "staging": {
        "mandatory": {"framework_integrity", "security", "performance"},
        "advisory": {"documentation", "usability"},
        "bypass_allowed": False,
        "framework_config": FrameworkConfig(
            debug_mode=False, verbose_logging=True, test_data_enabled=False, performance_monitoring="full"
        ),
        "infrastructure": Infrastructure(
            monitoring="prometheus-staging", logging="elk-staging", deployment="automated", scaling="enabled"
        ),
    },
    "production": {
        "mandatory": {"framework_integrity", "security", "performance", "compliance"},
        "advisory": {"documentation", "usability", "maintainability"},
        "bypass_allowed": False,
        "framework_config": FrameworkConfig(
            debug_mode=False, verbose_logging=False, test_data_enabled=False, performance_monitoring="full"
        ),
        "infrastructure": Infrastructure(
            monitoring="prometheus-prod", logging="elk-prod", deployment="blue_green", scaling="auto"
        ),
    },
}
OURS = {"development": {"source_control"}, "staging": set(), "production": set()}
"""Gates that the document does not list there and that we disable out loud."""

environments = pytest.mark.parametrize("environment", list(DOCUMENT))


def read(environment: str) -> Profile:
    """The bundled profile of `environment`."""
    path = ENVIRONMENTS / f"{environment}.yml"
    return profiles.read(path, f"bundled environments/{path.name}")


def test_environments() -> None:
    """The bundled environments are those of the document."""
    assert {path.name for path in ENVIRONMENTS.iterdir()} == {f"{name}.yml" for name in DOCUMENT}


@environments
def test_gates(environment: str) -> None:
    """Every gate of the document is mandatory or advisory as it says, or said to be not enforced yet."""
    gates = read(environment).quality_gates
    document = DOCUMENT[environment]
    assert set(gates.mandatory_gates) <= document["mandatory"]
    assert set(gates.advisory_gates) <= document["advisory"]
    listed = {*gates.mandatory_gates, *gates.advisory_gates, *gates.disabled_gates}
    assert listed == document["mandatory"] | document["advisory"] | OURS[environment]


@environments
def test_something_is_mandatory(environment: str) -> None:
    """No bundled profile lets everything through."""
    assert read(environment).quality_gates.mandatory_gates


@environments
def test_settings(environment: str) -> None:
    """Bypass, framework and infrastructure are as the document has them."""
    profile = read(environment)
    document = DOCUMENT[environment]
    assert profile.quality_gates.bypass_allowed is document["bypass_allowed"]
    assert profile.framework_config == document["framework_config"]
    assert profile.infrastructure == document["infrastructure"]


@environments
def test_nothing_is_relaxed(environment: str) -> None:
    """A bundled profile overrides no threshold, replaces no test and forgives no flaky one."""
    gates = read(environment).quality_gates
    assert (gates.criteria, gates.replaced, gates.flaky) == ({}, (), "block")


@environments
def test_exemptions(environment: str) -> None:
    """Nothing is exempted in production, and security is baselined nowhere."""
    profile = read(environment)
    assert profile.quality_gates.exemptions_allowed is (environment != "production")
    assert {"security", "basic_security"} <= set(profile.baseline.refused_gates)
