"""Starting a run with gates, in the process that judges and in a worker."""

from __future__ import annotations

import datetime as dt
import os
import platform
import uuid
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_fwgates import catalogue, ledger
from pytest_fwgates import evidence as journals
from pytest_fwgates.framework import index, revision
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.ledger import events
from pytest_fwgates.model import Run, Source
from pytest_fwgates.policy import digest, lock, places
from pytest_fwgates.reports import verdict_json
from pytest_fwgates.session import alone, bypasses, narrowing, publish
from pytest_fwgates.session import plan as plans
from pytest_fwgates.session.controller import Controller
from pytest_fwgates.session.gather import About
from pytest_fwgates.session.recorder import Recorder
from pytest_fwgates.session.wire import clean
from pytest_fwgates.session.worker import Sender, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def in_controller(config: pytest.Config) -> None:
    """Resolve the plan and register what judges the run.

    Raises:
        pytest.UsageError: the run cannot be done as asked; pytest exits with 4.
    """
    _remove_stale(config)
    blocked = [name for name in _PLUGINS if config.pluginmanager.is_blocked(name)]
    if blocked:
        raise pytest.UsageError(f"-p no:{blocked[0]} would leave the gates unjudged; remove it")
    environment = plans.environment_name(config)
    if environment is None:  # --env belongs to another plugin and has no value
        return
    publish.check(config)
    typed = plans.typed_paths(config)
    plan = plans.resolve(config, environment)
    about = _about(config, plan, typed)
    _record_bypasses(about)
    recorder = Recorder(plan, None if config.getoption("collectonly") else _journal(config))
    must = {row.id for row in (about.local or about.shipped).criteria if row.stage in plan.stages}
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    recorder.begin(journals.Start(journals.VERSION, started, about.run, (about.source,), tuple(sorted(must))))
    if not config.getoption("collectonly"):
        publish.begin(config, plan, about)
    worker = _begin(config, plan)
    config.pluginmanager.register(Controller(config, plan, worker, about, recorder), "fwgates-controller")


_PLUGINS: Final = ("fwgates-controller", "fwgates-worker", "fwgates-sender", "fwgates-judge")


def in_worker(config: pytest.Config, wire: Mapping[str, Any]) -> None:
    """Take over the controller's plan."""
    worker = _begin(config, plans.from_wire(wire))
    config.pluginmanager.register(Sender(worker), "fwgates-sender")


def in_child(config: pytest.Config, plan: plans.Plan, reports: Path) -> None:
    """Run the criteria that run alone, for the controller that waits for their reports."""
    worker = _begin(config, plan)
    config.pluginmanager.register(alone.Sender(config, worker, reports), "fwgates-sender")


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


def _about(config: pytest.Config, plan: plans.Plan, typed: tuple[str, ...]) -> About:
    """What the run is about, known before a test can change anything."""
    where = plans.places_of(config)
    apart = plans.trusted_policy(config)
    path, _ = plans.profile_path(config, plan.profile.environment)
    settings = Settings(plan.ignore)
    frameworks = {root: index.load(plan.framework_root / root, settings) for root in plan.roots}
    run = clean(
        Run(
            environment=plan.profile.environment,
            stages=plan.stages,
            demanded=plan.demanded,
            commit=revision.commit(plan.framework_root),
            tree_digest=index.digest_of_all(frameworks),
            policy_digest=digest.of_policy(where, path),
        )
    )
    source = clean(
        Source(
            run_id=uuid.uuid4().hex,
            ci_run=os.environ.get("GITHUB_RUN_ID") or os.environ.get("CI_PIPELINE_ID") or "",
            shard="/".join(map(str, plan.shard)),
            framework_root=str(plan.framework_root),
            narrowing=narrowing.in_effect(config, typed),
            versions=_versions(),
            bypasses=bypasses.asked_for(config, plan.profile),
            policy_commit=apart.commit if apart else "",
            policy_changes=apart.changes if apart else (),
            framework_path=_from_repository(plan.framework_root),
        )
    )
    try:
        local = _local_lock(where)
        hides_files = narrowing.hides_files(config, typed)
        own = where.gate_tests is not None and any(where.gate_tests.rglob("test_*.py"))
        return About(
            run,
            source,
            local,
            lock.bundled(),
            hides_files,
            policy_root=where.root,
            ledger=None if config.getoption("collectonly") else _ledger(config),
            has_local_tests=own,
            notices=(*((apart.notice,) if apart else ()), *_ignored(frameworks, plan)),
        )
    except places.PolicyError as error:
        raise plans.usage_error(error) from None


def _from_repository(root: Path) -> str:
    """Where the framework lies in its git repository, which is what reports on GitHub count from."""
    top = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
    return "" if top == root else root.relative_to(top).as_posix()


def _record_bypasses(about: About) -> None:
    """A bypass that nobody could read of later is refused before anything runs."""
    asked = about.source.bypasses
    if not asked:
        return
    if about.ledger is None:
        raise pytest.UsageError("--gate-bypass cannot be recorded here; give --gate-ledger PATH")
    try:
        ledger.append(about.ledger, events.of_request(asked, about.run, dt.datetime.now(dt.UTC)))
    except ledger.LedgerError as error:
        raise plans.usage_error(ValueError(f"--gate-bypass cannot be recorded: {error}")) from None


def _ledger(config: pytest.Config) -> Path | None:
    """Where decisions are appended; by default under the policy root, where a read-only one has none."""
    given = config.getoption("gate_ledger")
    if given:
        return Path(config.invocation_params.dir, given)
    try:
        return _state(config) / ledger.NAME
    except OSError:
        return None


def _ignored(frameworks: Mapping[str, index.Framework], plan: plans.Plan) -> Iterator[str]:
    """What the repository's own configuration keeps from every criterion: nobody should overlook it."""
    for root, framework in frameworks.items():
        count = len(framework.discovery.ignored)
        if count:
            where = "" if root == "." else f" of {root}"
            patterns = ", ".join(plan.ignore)
            yield f"{count} file{'s' * (count > 1)}{where} ignored by configuration: {patterns}"


def _local_lock(where: places.Places) -> lock.Lock | None:
    path = where.gate_tests / lock.NAME if where.gate_tests else None
    if path is None or not (path.exists() or path.is_symlink()):
        return None
    return lock.read(path, places.shown(path, where))


def _versions() -> tuple[str, ...]:
    names = ("pytest", "pytest-fwgates", "pytest-xdist")
    found = [f"python {platform.python_version()}"]
    for distribution in names:
        try:
            found.append(f"{distribution} {metadata.version(distribution)}")
        except metadata.PackageNotFoundError:
            continue
    return tuple(found)


def _remove_stale(config: pytest.Config) -> None:
    """No document of an earlier run may be taken for one of this run, however this one ends."""
    path = config.getoption("gate_verdict")
    if path:
        try:
            verdict_json.remove_stale(Path(config.invocation_params.dir, path))
        except OSError as error:
            raise pytest.UsageError(f"--gate-verdict {path}: cannot be written: {error.strerror}") from None
        except ValueError as error:
            raise pytest.UsageError(f"--gate-verdict: {error}") from None
    junit = config.getoption("xmlpath", default=None)
    if junit:
        Path(config.invocation_params.dir, junit).unlink(missing_ok=True)


def _journal(config: pytest.Config) -> journals.Journal | None:
    """The journal, begun anew; by default under the policy root, where a read-only repository has none."""
    given = config.getoption("gate_evidence")
    if given:
        path = Path(config.invocation_params.dir, given)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return _begin_journal(path)
        except OSError as error:
            raise pytest.UsageError(f"--gate-evidence {given}: cannot be written: {error.strerror}") from None
    path = plans.work_tree(config) / places.STATE / "evidence.jsonl"
    try:
        _state(config)
        return _begin_journal(path)
    except OSError as error:
        if os.path.lexists(path):
            raise pytest.UsageError(
                f"{path} of an earlier run cannot be replaced: {error.strerror}"
            ) from None
        return None


def _state(config: pytest.Config) -> Path:
    """The folder for what a run leaves behind, which git does not see.

    Raises:
        OSError: it cannot be made.
    """
    state = plans.work_tree(config) / places.STATE
    if state.is_symlink():
        raise pytest.UsageError(f"{state} is a symbolic link; remove it or give --gate-evidence PATH")
    state.mkdir(exist_ok=True)
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return state


def _begin_journal(path: Path) -> journals.Journal:
    if path.exists() and not path.is_file():
        raise pytest.UsageError(f"{path} exists and is not a journal; name another file")
    if path.exists():
        with path.open("rb") as stream:
            if not journals.looks_like_journal(stream.read(20)):
                raise pytest.UsageError(f"{path} exists and is not a journal; name another file")
    return journals.Journal(path)
