"""Options and registration; what happens in a run is in `session`.

Loaded on every pytest run of everybody who has it installed: nothing heavy is imported here, and without
an environment no hook runs per test.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import itertools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_fwgates import fixtures, marks
from pytest_fwgates.fixtures import findings, framework, gate_profile
from pytest_fwgates.sla import TIMED, gate_load, sla

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["findings", "framework", "gate_load", "gate_profile", "sla"]

pytest.register_assert_rewrite("pytest_fwgates._bundled.gate_tests")

_POLICY_REF = os.environ.get("FWGATES_POLICY_REF")
"""As whoever started the run set it: later a plugin may set variables from the work tree's configuration."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options under names that nobody else uses; `--env` comes later, if it is free."""
    group = parser.getgroup("fwgates", "quality gates")
    group.addoption(
        "--gate-env", dest="gate_env", metavar="NAME", help="judge the gates by environments/NAME.yml"
    )
    group.addoption(
        "--gate-profiles",
        dest="gate_profiles",
        metavar="DIR",
        help="where the profiles are (default: environments/)",
    )
    group.addoption(
        "--gate-stage",
        dest="gate_stages",
        action="append",
        default=[],
        metavar="NAME",
        help="judge this stage instead of the profile's; may be repeated",
    )
    group.addoption(
        "--gate-shard",
        dest="gate_shard",
        metavar="K/N",
        help="run the K-th of N parts of the criteria; 'fwgates merge' joins their evidence",
    )
    group.addoption(
        "--gate-evidence",
        dest="gate_evidence",
        metavar="PATH",
        help="write the journal there (default: .fwgates/evidence.jsonl)",
    )
    group.addoption(
        "--gate-bypass",
        dest="gate_bypasses",
        action="append",
        default=[],
        metavar="CRITERION",
        help="go ahead in spite of its failure, where the profile has bypass_allowed: true; may be repeated",
    )
    group.addoption(
        "--gate-bypass-reason", dest="gate_bypass_reason", metavar="TEXT", help="why, for the ledger"
    )
    group.addoption(
        "--gate-ledger",
        dest="gate_ledger",
        metavar="PATH",
        help="append decisions and overrides there (default: .fwgates/ledger.jsonl)",
    )
    group.addoption(
        "--gate-lock",
        dest="gate_lock",
        metavar="PATH",
        help="write the lock of all collected criteria and stop",
    )
    group.addoption(
        "--no-gate-cache",
        dest="no_gate_cache",
        action="store_true",
        help="parse every document anew instead of using facts kept from earlier runs",
    )
    group.addoption("--gate-verdict", dest="gate_verdict", metavar="PATH", help="write the verdict as JSON")
    for name, what in (("junit", "JUnit XML"), ("sarif", "SARIF"), ("html", "one HTML page")):
        group.addoption(
            f"--gate-{name}", dest=f"gate_{name}", metavar="PATH", help=f"write the verdict as {what}"
        )
    group.addoption(
        "--framework-root",
        dest="framework_roots",
        action="append",
        default=[],
        metavar="DIR",
        help="the framework under test (default: rootdir); may be repeated",
    )
    group.addoption(
        "--policy-ref",
        dest="policy_ref",
        metavar="COMMIT",
        help="judge by the policy of that commit instead of the work tree's, for example origin/main",
    )
    group.addoption(
        "--secrets-history",
        dest="secrets_history",
        action="store_true",
        help="secret_detection also searches every commit",
    )
    group.addoption(
        "--advisory-db",
        dest="advisory_db",
        metavar="DIR",
        help="dependency_vulnerabilities reads OSV advisories there instead of asking for them",
    )
    group.addoption("--gate-trusted", dest="gate_trusted", help=argparse.SUPPRESS)
    group.addoption("--gate-alone", dest="gate_alone", help=argparse.SUPPRESS)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, object, object]:
    """Make `--env` an alias of `--gate-env` where it was typed and nobody else owns it.

    Only where it was typed: a conftest below the rootdir may define `--env` later, and a run without
    gates must not collide with it. With a policy ref another process does all of it, before anything of
    the work tree is imported here.
    """
    _leave_to_policy_ref(early_config)
    typed = any(arg == "--env" or arg.startswith("--env=") for arg in args)
    chosen = typed or early_config.known_args_namespace.gate_env or os.environ.get("FWGATES_ENV")
    if chosen and not _typed_paths(early_config):
        early_config.known_args_namespace.file_or_dir = [_conftest_anchor(early_config)]
    result = yield
    if typed or {"-h", "--help"} & set(args):
        with contextlib.suppress(ValueError, argparse.ArgumentError):  # another plugin or conftest owns it
            parser.getgroup("fwgates").addoption(
                "--env",
                dest="gate_env",
                metavar="NAME",
                help="the same as --gate-env, unless another plugin has it",
            )
    return result


def _leave_to_policy_ref(config: pytest.Config) -> None:
    """Where policy comes from a commit, end as the process ends that has it.

    Raises:
        pytest.UsageError: the commit cannot be had, or the work tree's configuration named it.
    """
    words = config.invocation_params.args
    # The parser knows less than the words: "--" in addopts would make paths of them.
    typed = [one for one in words if one.partition("=")[0] in {"--policy-ref", "--gate-trusted"}]
    if not typed and not _POLICY_REF:
        if config.known_args_namespace.policy_ref is not None:
            raise pytest.UsageError(
                "--policy-ref is for the command line and FWGATES_POLICY_REF, not for addopts"
            )
        return
    if any(one.startswith("--gate-trusted") for one in typed):
        return
    from pytest_fwgates.policy.places import PolicyError  # noqa: PLC0415 - only such runs pay
    from pytest_fwgates.session import delegate, plan  # noqa: PLC0415

    named = delegate.value(words, delegate.OPTION)
    try:
        status = delegate.run(
            words, config.invocation_params.dir, _POLICY_REF or "" if named is None else named
        )
    except PolicyError as error:
        raise plan.usage_error(error) from None
    sys.exit(status)


def _typed_paths(config: pytest.Config) -> list[str]:
    """Paths from the command line; not those of `addopts`, nor the value of ``--env NAME``."""
    words = list(config.invocation_params.args)
    values = {after for before, after in itertools.pairwise(words) if before == "--env"}
    return [path for path in config.known_args_namespace.file_or_dir if path in words and path not in values]


def _conftest_anchor(config: pytest.Config) -> str:
    """A file beside which pytest looks for conftests: the root's, but not one below `testpaths`.

    Without a typed path only gate tests are collected, and a `tests/conftest.py` whose imports are
    absent must not stop them.
    """
    start = config.invocation_params.dir
    folders = [start, *(folder for folder in start.parents if folder.is_relative_to(config.rootpath))]
    conftests = (folder / "conftest.py" for folder in folders)
    return str(next((path for path in conftests if path.is_file()), Path(__file__)))


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark; with an environment, everything else."""
    config.addinivalue_line(
        "markers",
        "gate(level, *gates, stage='framework_validation', requires=(), threshold=None): "
        "the gate test of a criterion; level is mandatory or advisory",
    )
    from_controller = getattr(config, "workerinput", {}).get("fwgates")
    if from_controller is None and hasattr(config, "workerinput"):
        return
    if from_controller is not None:
        from pytest_fwgates.session import start  # noqa: PLC0415 - only runs with gates pay

        start.in_worker(config, from_controller)
    elif config.getoption("gate_alone"):
        from pytest_fwgates.session import alone, start  # noqa: PLC0415 - as above

        given = alone.plan_of(config)
        assert given is not None  # noqa: S101 - for the type checker
        start.in_child(config, *given)
    elif _asked_for(config):
        from pytest_fwgates.session import start  # noqa: PLC0415 - only runs with gates pay

        start.in_controller(config)
    elif config.getoption("gate_trusted"):
        raise pytest.UsageError("--policy-ref needs an environment to judge for: --env NAME")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, int | None, int | None]:
    """Never exit 0 from a run with an environment that was not judged to be allowed.

    pytest.exit(returncode=0) in a hook and options such as --fixtures end a run past every other hook.
    """
    try:
        status = yield
    finally:
        if config.pluginmanager.has_plugin("fwgates-worker"):
            gc.unfreeze()  # what the run froze when it had collected; another one may follow in this process
    if status != 0 or hasattr(config, "workerinput") or not _asked_for(config):
        return status
    controller = config.pluginmanager.get_plugin("fwgates-controller")
    typed = {arg.partition("=")[0] for arg in config.invocation_params.args}
    if getattr(controller, "concluded", None) == 0 or typed & _QUESTIONS:
        return status
    from pytest_fwgates import exitstatus  # noqa: PLC0415 - only runs with gates pay

    print(f"fwgates: NOT JUDGED, exit {exitstatus.BLOCK}", file=sys.stderr)  # noqa: T201 - no reporter is left
    return exitstatus.BLOCK


_QUESTIONS = {
    "-h",
    "--help",
    "-V",
    "--version",
    "--markers",
    "--fixtures",
    "--funcargs",
    "--fixtures-per-test",
}
"""Options that ask pytest something instead of running it."""


def _asked_for(config: pytest.Config) -> bool:
    typed = any(arg == "--env" or arg.startswith("--env=") for arg in config.invocation_params.args)
    return bool(typed or config.getoption("gate_env") or os.environ.get("FWGATES_ENV"))


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(benchmarks: list[Any], output_json: dict[str, Any]) -> None:
    """pytest-benchmark is about to write or store what it measured."""
    from pytest_fwgates.session import percentiles  # noqa: PLC0415 - only who writes benchmarks pays

    percentiles.add_to_json(benchmarks, output_json)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the percentiles of what `sla` measured."""
    timed = config.stash.get(TIMED, None)
    if timed:
        from pytest_fwgates.session import percentiles  # noqa: PLC0415 - only who measures pays

        terminalreporter.section("percentiles", sep="-")
        for line in percentiles.table(timed):
            terminalreporter.write_line(line)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Refuse a gate mark that cannot be used while its file is collected, where pytest names the line.

    Several frameworks are a parameter of every test that asks for one.
    """
    if len(metafunc.config.getoption("framework_roots")) > 1:
        fixtures.parametrize(metafunc)
    definition = metafunc.definition
    wrong = marks.conflict(definition) if "gate" in definition.keywords else None
    if wrong:
        judged = metafunc.config.pluginmanager.has_plugin("fwgates-worker")
        if judged or marks.is_ours(definition):
            file, line, _ = definition.location
            pytest.fail(f"{file}:{(line or 0) + 1}: {wrong}", pytrace=False)
