"""What a run is to do: environment, profile, framework root and what to collect, resolved once.

The controller resolves the plan; workers receive it, so that all of them judge by the same policy.
"""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_fwgates.policy import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_fwgates.framework.configuration import Settings
    from pytest_fwgates.policy.trusted import Trusted
    from pytest_fwgates.profile import Profile

SUITE: Final = "fwgates"
"""The first part of every bundled node id."""


@dataclass(frozen=True)
class Plan:
    """A run with an environment, as every process of it needs to know.

    Attributes:
        framework_root: The folder that paths of findings are relative to.
        roots: The frameworks under test, relative to it; "." where it is one itself.
        stages: The stages that are due.
        demanded: The stages that the command line named; each must have a criterion.
        args: What pytest is to collect besides the bundled suite.
        suite_ids: Node ids of the bundled suite to narrow it to; empty for all of it.
        shard: Number and count where the run is split; empty otherwise.
    """

    profile: Profile
    framework_root: Path
    roots: tuple[str, ...]
    ignore: tuple[str, ...]
    stages: tuple[str, ...]
    demanded: tuple[str, ...]
    args: tuple[str, ...]
    suite_ids: tuple[str, ...]
    shard: tuple[int, ...]


PLAN: Final = pytest.StashKey[Plan]()
_TRUSTED: Final = pytest.StashKey["Trusted"]()


def places_of(config: pytest.Config) -> places.Places:
    """Where the policy of this run lies."""
    return places.find(config.invocation_params.dir, _top(config))


def trusted_policy(config: pytest.Config) -> Trusted | None:
    """The commit that policy comes from; None where it is the work tree's.

    Raises:
        pytest.UsageError: something else than the command line says so.
    """
    given = config.getoption("gate_trusted")
    if given is None:
        return None
    if not typed(config, "--gate-trusted"):
        raise pytest.UsageError("--gate-trusted is not for configuration; --policy-ref sets it")
    if _TRUSTED not in config.stash:
        from pytest_fwgates.policy import trusted  # noqa: PLC0415 - only runs with a policy ref pay

        try:
            config.stash[_TRUSTED] = trusted.take_over(Path(given))
        except places.PolicyError as error:
            raise usage_error(error) from None
    return config.stash[_TRUSTED]


def work_tree(config: pytest.Config) -> Path:
    """The repository that is judged; the root of its policy, unless that comes from a commit."""
    apart = trusted_policy(config)
    return Path(apart.work_tree) if apart else places_of(config).root


def _in_work_tree(config: pytest.Config, path: Path) -> Path:
    """What `path` is in the repository that is judged."""
    apart = trusted_policy(config)
    return Path(apart.work_tree, os.path.relpath(path, apart.root)) if apart else path


def usage_error(error: Exception) -> pytest.UsageError:
    """`error` as pytest's own, on one line that commands neither terminal nor runner."""
    from pytest_fwgates.reports.text import printable  # noqa: PLC0415 - only runs with gates pay

    return pytest.UsageError(printable(str(error)))


def _top(config: pytest.Config) -> Path:
    """The last folder in which policy is looked for: of the git work tree, else the rootdir.

    The rootdir where somebody has said so: without a configuration pytest takes the folder of whatever it
    takes for a path, the value of an option of ours too.
    """
    start = config.invocation_params.dir
    apart = trusted_policy(config)
    if apart:
        return Path(apart.root)
    root = config.rootpath
    named = config.inipath or config.getoption("rootdir") or (root / "setup.py").exists()
    fallback = root if named and start.is_relative_to(root) else start
    return next((one for one in (start, *start.parents) if (one / ".git").exists()), fallback)


def profile_path(config: pytest.Config, environment: str) -> tuple[Path, str]:
    """The profile of `environment`, and what people call it.

    Raises:
        pytest.UsageError: there is none.
    """
    given = config.getoption("gate_profiles")
    try:
        return places.profile(places_of(config), _top(config), given, environment)
    except places.PolicyError as error:
        raise usage_error(error) from None


def resolve(config: pytest.Config, environment: str) -> Plan:
    """The plan of a controller or a serial run.

    Raises:
        pytest.UsageError: something the person asked for cannot be done; pytest exits with 4.
    """
    from pytest_fwgates.profile import ProfileError, read  # noqa: PLC0415 - only runs with gates pay

    try:
        profile = read(*profile_path(config, environment))
    except ProfileError as error:
        raise usage_error(error) from None
    root, roots, settings = framework_under_test(config)
    for option in ("--gate-stage", "--gate-shard"):
        _only_typed(config, option)
    for option in ("--framework-root", "--gate-profiles"):
        _not_from_environment(config, option)
    demanded = tuple(dict.fromkeys(config.getoption("gate_stages")))
    args, suite_ids = _selection(config)
    shard = _shard(config.getoption("gate_shard"))
    stages = demanded or profile.stages
    return Plan(profile, root, roots, settings.ignore, stages, demanded, args, suite_ids, shard)


def apply(config: pytest.Config, plan: Plan) -> None:
    """Make pytest collect what the plan says."""
    config.stash[PLAN] = plan
    config.args = list(plan.args)
    config.args_source = pytest.Config.ArgsSource.ARGS


def environment_name(config: pytest.Config) -> str | None:
    """The environment that was asked for, or None for a run that is not judged."""
    name = config.getoption("gate_env")
    if name is None and typed(config, "--env"):  # another plugin owns --env
        name = config.getoption("--env", default=None)
    if name is None:
        name = os.environ.get("FWGATES_ENV") or None
    if name is None:
        return None
    if (
        typed_apart(config.invocation_params.args, str(name))
        and Path(config.invocation_params.dir, name).exists()
    ):
        raise pytest.UsageError(
            f"'--env {name}' reads as the path ./{name} too, which moves pytest's rootdir; write --env={name}"
        )
    return str(name)


def typed(config: pytest.Config, option: str) -> bool:
    """Whether `option` itself stands on the command line, apart from ini files and defaults."""
    return any(arg == option or arg.startswith(f"{option}=") for arg in config.invocation_params.args)


def typed_apart(args: tuple[str, ...], value: str) -> bool:
    """Whether ``--env VALUE`` was typed as two words."""
    return any(pair == ("--env", value) for pair in itertools.pairwise(args))


def framework_under_test(config: pytest.Config) -> tuple[Path, tuple[str, ...], Settings]:
    """The folder that paths are relative to, the frameworks in it, and how they are read."""
    given = config.getoption("framework_roots") or [str(_default_root(config))]
    from pytest_fwgates.framework import configuration  # noqa: PLC0415 - only runs with gates pay

    try:
        start = _in_work_tree(config, config.invocation_params.dir)
        base, roots = places.frameworks(places.Places(start, work_tree(config), None), given)
        return base, roots, configuration.read(config.invocation_params.dir, _top(config))
    except (configuration.ConfigurationError, places.PolicyError) as error:
        raise usage_error(error) from None


def _default_root(config: pytest.Config) -> Path:
    """The rootdir where a configuration file makes it one within the repository, else the repository."""
    top = places_of(config).root
    # With a policy ref the rootdir is always its top, so that node ids start there.
    root = config.inipath.parent if config.inipath and trusted_policy(config) else config.rootpath
    configured = config.inipath is not None and root.is_relative_to(top)
    return _in_work_tree(config, root if configured else top)


def to_wire(plan: Plan) -> dict[str, Any]:
    """The plan as builtins, for a worker."""
    import msgspec  # noqa: PLC0415 - only runs with gates pay

    return {
        "profile": msgspec.json.encode(plan.profile).decode(),
        "framework_root": str(plan.framework_root),
        **{name: list(getattr(plan, name)) for name in _TUPLES},
    }


def from_wire(wire: Mapping[str, Any]) -> Plan:
    """The plan that a controller sent."""
    import msgspec  # noqa: PLC0415 - only runs with gates pay

    from pytest_fwgates.profile import Profile  # noqa: PLC0415

    return Plan(
        msgspec.json.decode(wire["profile"], type=Profile),
        Path(wire["framework_root"]),
        *(tuple(wire[name]) for name in _TUPLES),
    )


_TUPLES: Final = ("roots", "ignore", "stages", "demanded", "args", "suite_ids", "shard")
"""The fields of a plan that follow the framework root, in their order."""


def _only_typed(config: pytest.Config, option: str) -> None:
    """Refuse an option that sets the scope from anywhere but the command line."""
    value = config.getoption({"--gate-stage": "gate_stages", "--gate-shard": "gate_shard"}[option])
    if value and not typed(config, option):
        raise pytest.UsageError(f"{option} is for the command line only, not for addopts or PYTEST_ADDOPTS")


def _not_from_environment(config: pytest.Config, option: str) -> None:
    """Refuse policy that a variable of the environment sets: no file and no command line shows it."""
    words = os.environ.get("PYTEST_ADDOPTS", "")
    if option in words and not typed(config, option):
        raise pytest.UsageError(f"{option} is not accepted from PYTEST_ADDOPTS; type it")


def _shard(text: str | None) -> tuple[int, ...]:
    if not text:
        return ()
    match = re.fullmatch(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})", text, re.ASCII)
    if match and int(match[1]) <= int(match[2]):
        return (int(match[1]), int(match[2]))
    raise pytest.UsageError(f"--gate-shard {text}: write NUMBER/COUNT, for example 2/4, up to 999")


def other_shards(ids: Iterable[str], shard: tuple[int, ...]) -> set[str]:
    """The criteria of other shards: all are dealt out in the order of their ids; none without a split."""
    if not shard:
        return set()
    number, count = shard
    dealt = sorted(set(ids))
    return set(dealt) - set(dealt[number - 1 :: count])


def typed_paths(config: pytest.Config) -> tuple[str, ...]:
    """Paths and node ids from the command line, not from `addopts` or `testpaths`."""
    return tuple(arg for arg in config.args if arg in config.invocation_params.args)


def _selection(config: pytest.Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What to collect: typed paths, else the local gate tests; and the bundled node ids asked for.

    A path that comes from `addopts` or `testpaths` names ordinary tests and does not count as typed.
    """
    from_args = config.args_source == pytest.Config.ArgsSource.ARGS
    paths = typed_paths(config) if from_args else ()
    suite_ids = tuple(arg for arg in paths if arg == SUITE or arg.startswith(f"{SUITE}/"))
    if paths:
        return tuple(arg for arg in paths if arg not in suite_ids), suite_ids
    local = places_of(config).gate_tests
    return (() if local is None else (str(local),)), ()
