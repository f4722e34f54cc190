"""What a run is to do: environment, profile, framework root and what to collect, resolved once.

The controller resolves the plan; workers receive it, so that all of them judge by the same policy.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_fwgates._bundled import ENVIRONMENTS, GATE_TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_fwgates.profile import Profile

SUITE: Final = "fwgates"
"""The first part of every bundled node id."""


@dataclass(frozen=True)
class Plan:
    """A run with an environment.

    Attributes:
        stages: The stages that are due.
        demanded: The stages that the command line named; each must have a criterion.
        args: What pytest is to collect besides the bundled suite.
        suite_ids: Node ids of the bundled suite to narrow it to; empty for all of it.
    """

    profile: Profile
    framework_root: Path
    ignore: tuple[str, ...]
    stages: tuple[str, ...]
    demanded: tuple[str, ...]
    args: tuple[str, ...]
    suite_ids: tuple[str, ...]


PLAN: Final = pytest.StashKey[Plan]()


def resolve(config: pytest.Config, environment: str) -> Plan:
    """The plan of a controller or a serial run.

    Raises:
        pytest.UsageError: something the person asked for cannot be done; pytest exits with 4.
    """
    from pytest_fwgates.profile import ProfileError, read  # noqa: PLC0415 - only runs with gates pay

    path, shown = _profile_path(config, environment)
    try:
        profile = read(path, shown)
    except ProfileError as error:
        raise pytest.UsageError(str(error)) from None
    root, ignore = framework_under_test(config)
    demanded = tuple(dict.fromkeys(config.getoption("gate_stages")))
    args, suite_ids = _selection(config)
    return Plan(profile, root, ignore, demanded or profile.stages, demanded, args, suite_ids)


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


def framework_under_test(config: pytest.Config) -> tuple[Path, tuple[str, ...]]:
    """The framework root and the patterns it is read without."""
    given = config.getoption("framework_root")
    root = Path(config.invocation_params.dir, given) if given else _default_root(config)
    if not root.is_dir():
        raise pytest.UsageError(f"--framework-root {given}: no such folder")
    return root.resolve(), _ignored(config)


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


_TUPLES: Final = ("ignore", "stages", "demanded", "args", "suite_ids")
"""The fields of a plan that follow the framework root, in their order."""


def _upwards(config: pytest.Config) -> Iterator[Path]:
    """The folders in which policy is looked for: from where pytest was started up to the rootdir."""
    start = config.invocation_params.dir
    yield start
    if config.rootpath in start.parents:
        for folder in start.parents:
            yield folder
            if folder == config.rootpath:
                return


def _default_root(config: pytest.Config) -> Path:
    """The rootdir, or the git work tree below it that pytest was started in.

    A parent folder's `pyproject.toml` makes it the rootdir; another repository checked out below it
    is still the one at hand.
    """
    return next((folder for folder in _upwards(config) if (folder / ".git").exists()), config.rootpath)


def _profile_path(config: pytest.Config, environment: str) -> tuple[Path, str]:
    given = config.getoption("gate_profiles")
    folders = (
        [Path(config.invocation_params.dir, given)]
        if given
        else [d / "environments" for d in _upwards(config)]
    )
    name = f"{environment}.yml"
    if Path(name).name != name or environment.startswith("."):
        raise pytest.UsageError(f"{environment!r} is not an environment name")
    for folder in folders:
        if (folder / name).exists() or (folder / name).is_symlink():
            return folder / name, _shown(folder / name, config)
        other = folder / f"{environment}.yaml"
        if other.exists():
            raise pytest.UsageError(f"{_shown(other, config)}: rename it to {name}; only .yml is read")
    if not given and (ENVIRONMENTS / name).exists():
        return ENVIRONMENTS / name, f"bundled environments/{name}"
    known = {
        path.stem
        for folder in (*folders, *(() if given else (ENVIRONMENTS,)))
        for path in folder.glob("*.yml")
    }
    where = f" in {given}" if given else ""
    raise pytest.UsageError(
        f"unknown environment {environment!r}{where}; known: {', '.join(sorted(known)) or 'none'}"
    )


def _shown(path: Path, config: pytest.Config) -> str:
    return Path(os.path.relpath(path, config.invocation_params.dir)).as_posix()


def _selection(config: pytest.Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What to collect: typed paths, else the local gate tests; and the bundled node ids asked for.

    A path that comes from `addopts` or `testpaths` names ordinary tests and does not count as typed.
    """
    from_args = config.args_source == pytest.Config.ArgsSource.ARGS
    paths = [arg for arg in config.args if from_args and arg in config.invocation_params.args]
    suite_ids = tuple(arg for arg in paths if arg == SUITE or arg.startswith(f"{SUITE}/"))
    if paths:
        return tuple(arg for arg in paths if arg not in suite_ids), suite_ids
    local = next((d / "gate_tests" for d in _upwards(config) if (d / "gate_tests").is_dir()), None)
    if local is None or local.samefile(GATE_TESTS):
        return (), ()
    return (str(local),), ()


def _ignored(config: pytest.Config) -> tuple[str, ...]:
    """The patterns under ``ignore`` in `fwgates.toml` or in ``[tool.fwgates]`` of `pyproject.toml`."""
    import tomllib  # noqa: PLC0415 - only runs with gates pay

    for folder in _upwards(config):
        for name in ("fwgates.toml", "pyproject.toml"):
            path = folder / name
            if not path.is_file():
                continue
            try:
                document = tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
                raise pytest.UsageError(f"{_shown(path, config)}: {error}") from None
            table = document if name == "fwgates.toml" else document.get("tool", {}).get("fwgates")
            if table is not None:
                return _ignore_patterns(table, _shown(path, config))
    return ()


def _ignore_patterns(table: Any, shown: str) -> tuple[str, ...]:
    unknown = set(table) - {"ignore"}
    if unknown:
        raise pytest.UsageError(f"{shown}: fwgates: unknown key {min(unknown)!r}; allowed: ignore")
    patterns = table.get("ignore", [])
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise pytest.UsageError(f"{shown}: fwgates: ignore is a list of patterns such as 'tests/examples/**'")
    return tuple(patterns)
