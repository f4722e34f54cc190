"""What Node projects declare and where they say that packages come from: package.json, .npmrc, .yarnrc.yml.

References: https://docs.npmjs.com/cli/v11/configuring-npm/package-json, https://docs.npmjs.com/cli/v11/using-npm/config
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates import yamldoc
from pytest_fwgates.framework.inventory import jsonplaces, plain
from pytest_fwgates.framework.inventory.model import COMMIT, Component, Index, Manifest, Note

if TYPE_CHECKING:
    from pytest_fwgates.framework.inventory.model import Origin, Scope

GROUPS: Final[dict[str, Scope]] = {
    "dependencies": "runtime",
    "devDependencies": "development",
    "optionalDependencies": "optional",
    "peerDependencies": "optional",
}
_LOCAL: Final = ("file:", "link:", "portal:", "workspace:", "./", "../", "/", "~/")
_SHORT: Final = re.compile(r"\A(?:(?:github|gitlab|bitbucket|gist):)?[\w.-]{1,100}/[\w.-]{1,100}(?:#.*+)?\Z")
_GIT: Final = re.compile(r"\A(?:git(?:\+[a-z]++)?:|git@|ssh:)")
_EXACT: Final = re.compile(r"\A[=v]?\s*+(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,100})?)\Z")
_TARBALL: Final = re.compile(r"https?://")


def package_json(path: str, text: str) -> Manifest | None:
    """What a package.json declares; None where it describes no package.

    Raises:
        JsonError: it cannot be read.
    """
    loaded = jsonplaces.load(text, 2)
    value = loaded.value
    if not isinstance(value, dict):
        return None
    found = [
        declared(name, wanted, loaded.place(group, name), scope, marked=group == "peerDependencies")
        for group, scope in GROUPS.items()
        for name, wanted in plain.table(value, group).items()
        if isinstance(wanted, str)
    ]
    name = plain.text(value, "name")
    return Manifest(
        path,
        "package.json",
        "declares",
        "npm",
        tuple(found),
        is_published=bool(name and plain.text(value, "version")) and value.get("private") is not True,
        own_names=(name,) if name else (),
    )


def declared(
    name: str, wanted: str, place: tuple[int, int], scope: Scope = "runtime", *, marked: bool = False
) -> Component:
    """A dependency as package.json writes it."""
    alias = ""
    if wanted.startswith(("npm:", "jsr:")):
        real, _, requested = wanted[4:].rpartition("@") if "@" in wanted[5:] else (wanted[4:], "", "")
        alias, name, wanted = name, real or name, requested
    origin, commit = origin_of(wanted)
    exact = _EXACT.match(wanted)
    return Component(
        "npm",
        name,
        name,
        *place,
        requested=wanted,
        version=exact[1] if exact else "",
        origin=origin,
        source="" if origin == "registry" else wanted,
        commit=commit,
        scope=scope,
        marked=marked,
        alias=alias,
    )


def origin_of(wanted: str) -> tuple[Origin, bool]:
    """Where a version comes from, and whether it names a commit."""
    if wanted.startswith(_LOCAL):
        return "local", False
    if _GIT.match(wanted) or _SHORT.match(wanted) or (_TARBALL.match(wanted) and ".git" in wanted[-60:]):
        return "git", COMMIT.match(wanted.rpartition("#")[2]) is not None and "#" in wanted
    return ("url", False) if "://" in wanted else ("registry", False)


def npmrc(path: str, text: str) -> Manifest:
    """Where an .npmrc says that packages come from."""
    indexes: list[Index] = []
    notes: list[Note] = []
    for number, line in enumerate(text.split("\n"), 1):
        key, _, value = (part.strip().strip('"') for part in line.partition("="))
        if key.startswith(("#", ";")) or not value:
            continue
        if key == "registry":
            indexes.append(Index(value, number, "primary"))
        elif key.startswith("@") and key.endswith(":registry"):
            indexes.append(Index(value, number, "scoped", key.removesuffix(":registry")))
        elif key == "strict-ssl" and value == "false":
            notes.append(Note("insecure", "strict-ssl=false", number))
        elif key == "package-lock" and value == "false":
            notes.append(Note("no_lock", "package-lock=false", number))
    return Manifest(path, ".npmrc", "configures", "npm", (), tuple(indexes), tuple(notes))


def yarnrc(path: str, text: str) -> Manifest:
    """Where a .yarnrc.yml says that packages come from.

    Raises:
        YamlError: it cannot be read.
    """
    loaded = yamldoc.load(text)
    indexes: list[Index] = []
    if url := plain.text(loaded.value, "npmRegistryServer"):
        indexes.append(Index(url, loaded.position("npmRegistryServer")[0], "primary"))
    for scope, said in plain.table(loaded.value, "npmScopes").items():
        if url := plain.text(said, "npmRegistryServer"):
            line = loaded.position("npmScopes", str(scope), "npmRegistryServer")[0]
            indexes.append(Index(url, line, "scoped", f"@{scope}"))
    notes = [
        Note("insecure", text_, loaded.position(key)[0])
        for key, wrong, text_ in (
            ("enableStrictSsl", False, "enableStrictSsl: false"),
            ("checksumBehavior", "ignore", "checksumBehavior: ignore"),
        )
        if _is(loaded.value, key, wrong)
    ]
    return Manifest(path, ".yarnrc.yml", "configures", "npm", (), tuple(indexes), tuple(notes))


def _is(value: Any, key: str, wrong: object) -> bool:
    return isinstance(value, dict) and type(value.get(key)) is type(wrong) and value.get(key) == wrong
