"""`environments/<env>.yml` as a typed, frozen profile: the policy that a run is judged by."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from pytest_fwgates._bundled import ENVIRONMENTS
from pytest_fwgates.policy.approvals import policy_problem
from pytest_fwgates.profile_extends import extended
from pytest_fwgates.profile_layer import layer_of
from pytest_fwgates.profile_schema import (
    ApprovalPolicy,
    BaselinePolicy,
    ExemptionPolicy,
    FrameworkConfig,
    Infrastructure,
    Profile,
    ProfileError,
    QualityGates,
    SecurityPolicy,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_fwgates.profile_layer import Layer

__all__ = [
    "ApprovalPolicy",
    "BaselinePolicy",
    "ExemptionPolicy",
    "FrameworkConfig",
    "Infrastructure",
    "Profile",
    "ProfileError",
    "QualityGates",
    "SecurityPolicy",
    "files",
    "parse",
    "read",
]

MAX_BYTES: Final = 1_000_000
MAX_BASES: Final = 5


def read(path: Path, shown: str) -> Profile:
    """Read the profile at `path`, which errors call `shown`, and all that it extends.

    Raises:
        ProfileError: a file cannot be read or is not a profile, or it loosens what it extends.
    """
    folder = _Folder(path, shown)
    return parse(_text(path, shown), path.stem, shown, folder.find)


def files(path: Path, shown: str) -> tuple[Path, ...]:
    """The profile at `path` and the files of all that it extends, itself first.

    Raises:
        ProfileError: as `read`.
    """
    folder = _Folder(path, shown)
    parse(_text(path, shown), path.stem, shown, folder.find)
    return (path, *folder.found)


def _text(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProfileError(f"{shown}: cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise ProfileError(f"{shown}: larger than {MAX_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ProfileError(f"{shown}:{line}: not UTF-8") from None


class _Folder:
    """Finds the profiles that one extends: beside it, else among the bundled ones."""

    def __init__(self, path: Path, shown: str) -> None:
        self._folder = path.parent
        self._shown = PurePosixPath(shown)
        self.found: list[Path] = []

    def find(self, name: str, extending: str) -> tuple[str, str] | None:
        """The text of the profile `name` and what people call it; its own name is the bundled one's."""
        beside, bundled = self._folder / f"{name}.yml", ENVIRONMENTS / f"{name}.yml"
        if name != extending and (beside.exists() or beside.is_symlink()):
            path, shown = beside, str(self._shown.with_name(beside.name))
        elif bundled.exists():
            path, shown = bundled, f"bundled environments/{name}.yml"
        else:
            return None
        self.found.append(path)
        return _text(path, shown), shown


def _find_none(_name: str, _extending: str) -> None:
    return None


def parse(
    text: str,
    environment: str,
    shown: str,
    find: Callable[[str, str], tuple[str, str] | None] = _find_none,
) -> Profile:
    """Turn the text of a profile into policy; pure where `find` is.

    Args:
        text: The content of the file.
        environment: Its stem.
        shown: What people call it.
        find: The text and the shown name of the profile that is called so and extended by one called so.

    Raises:
        ProfileError: with ``file:line``, what is wrong and what is allowed.
    """
    layers = [layer_of(text, environment, shown)]
    while layers[-1].body.extends:
        layers.append(_base(layers, find))
    whole = layers.pop()
    while layers:
        whole = extended(layers.pop(), whole)
    return _profile(whole)


def _base(layers: list[Layer], find: Callable[[str, str], tuple[str, str] | None]) -> Layer:
    """What the last of `layers` extends."""
    name, place = layers[-1].body.extends, layers[-1].place("extends")
    found = find(name, layers[-1].environment)
    if found is None:
        bundled = ", ".join(sorted(path.stem for path in ENVIRONMENTS.glob("*.yml")))
        raise ProfileError(
            f"{place}: extends: no profile {name!r}; write {name}.yml in the same folder, "
            f"or name a bundled one: {bundled}"
        )
    text, shown = found
    chain = [layer.shown for layer in layers]
    if shown in chain:
        raise ProfileError(f"{place}: extends: a circle: {' > '.join([*chain, shown])}")
    if len(layers) > MAX_BASES:
        raise ProfileError(f"{place}: extends: more than {MAX_BASES} profiles above each other")
    return layer_of(text, name, shown)


def _profile(layer: Layer) -> Profile:
    body = layer.body
    wrong = policy_problem(body.approvals)
    if wrong is not None:
        path, why = wrong
        raise ProfileError(f"{layer.place('approvals', *path)}: approvals: {path[0]}: {why}")
    return Profile(
        layer.environment,
        layer.shown,
        body.framework_config,
        body.infrastructure,
        body.quality_gates,
        body.stages,
        {gate: line for gate, (_, line) in layer.gates.items()},
        layer.limits,
        body.token_budgets,
        body.exemptions,
        body.baseline,
        {gate: source for gate, (source, _) in layer.gates.items() if source != layer.shown},
        body.approvals,
        body.security,
        body.performance,
    )
