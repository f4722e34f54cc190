"""Starting a run with gates, in the process that judges and in a worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_fwgates import catalogue
from pytest_fwgates.reports import verdict_json
from pytest_fwgates.session import plan as plans
from pytest_fwgates.session.controller import Controller
from pytest_fwgates.session.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping


def in_controller(config: pytest.Config) -> None:
    """Resolve the plan and register what judges the run.

    Raises:
        pytest.UsageError: the run cannot be done as asked; pytest exits with 4.
    """
    _remove_stale_verdict(config)
    environment = plans.environment_name(config)
    if environment is None:  # --env belongs to another plugin and has no value
        return
    plan = plans.resolve(config, environment)
    worker = _begin(config, plan)
    config.pluginmanager.register(Controller(config, plan, worker), "fwgates-controller")


def in_worker(config: pytest.Config, wire: Mapping[str, Any]) -> None:
    """Take over the controller's plan."""
    _begin(config, plans.from_wire(wire))


def _begin(config: pytest.Config, plan: plans.Plan) -> Worker:
    plans.apply(config, plan)
    gates = plan.profile.quality_gates
    listed = (*gates.mandatory_gates, *gates.advisory_gates, *gates.disabled_gates)
    names = {
        "mandatory",
        "advisory",
        *catalogue.DOCUMENT_GATES,
        *catalogue.DEFAULT_STAGES,
        *plan.stages,
        *listed,
    }
    for name in sorted(names):
        config.addinivalue_line("markers", f"{name}: a level, gate or stage of pytest-fwgates")
    worker = Worker(config, plan)
    config.pluginmanager.register(worker, "fwgates-worker")
    return worker


def _remove_stale_verdict(config: pytest.Config) -> None:
    path = config.getoption("gate_verdict")
    if path:
        try:
            verdict_json.remove_stale(Path(config.invocation_params.dir, path))
        except OSError as error:
            raise pytest.UsageError(f"--gate-verdict {path}: cannot be written: {error.strerror}") from None
        except ValueError as error:
            raise pytest.UsageError(f"--gate-verdict: {error}") from None
