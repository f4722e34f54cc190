"""An allow-list of what is there, for `fwgates init --allowlist`: to be read by a person before it counts."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.security.all_dependencies_approved import uses
from pytest_fwgates.checks.security.approval.allowed import UNKNOWN, place_of
from pytest_fwgates.framework.inventory import ranges
from pytest_fwgates.framework.inventory.read import inventory
from pytest_fwgates.tools import licences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_fwgates.checks.security.approval.hold import Use
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.framework.inventory.model import Component

_HEAD: Final = """\
# What the framework may use. Written from what it uses now: nobody has approved that by writing this file.
# Read each line, write the licence where it says {unknown}, and remove what should not be there.
"""
_ACTIONS: Final = dict.fromkeys(
    (
        "actions/cache",
        "actions/checkout",
        "actions/download-artifact",
        "actions/setup-node",
        "actions/setup-python",
        "actions/upload-artifact",
        "github/codeql-action",
    ),
    "MIT",
)
"""The licences of what workflows use most, by the LICENSE of each; nothing else tells them."""
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_+-")


def render(frameworks: Sequence[Framework]) -> str:
    """The allow-list of what frameworks use, in one order; versions as locks have them, else as asked for."""
    used = [use for framework in frameworks for use in uses(framework)]
    tools = [tool for framework in frameworks for tool in inventory(framework).tools]
    fetched = [tool.fetched for tool in tools if tool.fetched and tool.fetched.origin != "local"]
    lines = [_HEAD.format(unknown=UNKNOWN) + "allowlist:"]
    lines += _mapping("sources", _sources([*(use.one for use in used), *fetched]))
    lines += _list("licences", (_quoted(one) for one in _licences(used)))
    lines += _list("packages", _packages(used, fetched))
    servers = {
        _joined(
            name=tool.name,
            package=f"{tool.fetched.ecosystem}:{tool.fetched.name}" if tool.fetched else "",
            command="" if tool.fetched or tool.url else tool.program,
            url=tool.url,
        )
        for tool in tools
        if tool.kind == "mcp"
    }
    lines += _list("servers", sorted(servers))
    lines += _list("hooks", sorted({_quoted(tool.name) for tool in tools if tool.kind == "hook"}))
    lines += _list("commands", sorted({_quoted(tool.program) for tool in tools if tool.kind == "cli"}))
    return "\n".join(lines) + "\n"


def _sources(every: Iterable[Component]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for one in every:
        place = (
            place_of(one).rpartition("@")[0] if one.origin == "git" and "@" in one.source else place_of(one)
        )
        found.setdefault(one.ecosystem, set()).add(place)
    return {ecosystem: sorted(places) for ecosystem, places in sorted(found.items())}


def _licences(used: Iterable[Use]) -> list[str]:
    """The licences that are stated, those of an expression that cannot be read as they are written."""
    stated = {_licence(use) for use in used} - {""}
    return sorted({licences.normal(one) or one for one in stated})


def _licence(use: Use) -> str:
    """What the framework's files say, else what the package itself says where it is installed here."""
    known = _ACTIONS.get(use.one.name, "") if use.one.ecosystem == "action" else ""
    own = _installed(use.one.name) if use.one.ecosystem == "pypi" else known
    return use.one.licence or use.licence or own


def _installed(name: str) -> str:
    try:
        said = importlib.metadata.metadata(name)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return ""
    classified = [
        one.rpartition(" :: ")[2]
        for one in said.get_all("Classifier") or ()
        if one.startswith("License :: OSI Approved :: ")
    ]
    candidates = [
        *(said.get_all("License-Expression") or ()),
        *(classified if len(classified) == 1 else ()),
        *(said.get_all("License") or ()),
    ]
    return next((known for one in candidates if (known := licences.normal(str(one)))), "")


def _packages(used: Iterable[Use], fetched: Iterable[Component]) -> Iterator[str]:
    versions: dict[tuple[str, str], set[str]] = {}
    stated: dict[tuple[str, str], str] = {}
    for use in used:
        key = (use.one.ecosystem, use.one.name)
        versions.setdefault(key, set()).update(use.locked or {_asked(use.one)})
        stated[key] = stated.get(key) or _licence(use)
    for one in fetched:
        versions.setdefault((one.ecosystem, one.name), set()).add(_asked(one))
    for ecosystem, name in sorted(versions):
        found = versions[ecosystem, name]
        between = " || " if ecosystem in {"pypi", "npm"} else ", "
        text = "*" if "*" in found else between.join(sorted(found))
        licence = stated.get((ecosystem, name)) or UNKNOWN
        yield _joined(ecosystem=ecosystem, name=name, versions=text[: ranges.MAX_LENGTH], licence=licence)


def _asked(one: Component) -> str:
    """The versions that a component asks for, as an allow-list can say it."""
    if one.ecosystem in {"action", "image"}:
        return next(iter(one.hashes), one.requested) or "*"
    if one.origin != "registry":
        return one.requested or one.source or "*"
    return one.requested if one.requested and ranges.parse(one.ecosystem, one.requested) is not None else "*"


def _mapping(key: str, values: dict[str, list[str]]) -> list[str]:
    if not values:
        return [f"  {key}: {{}}"]
    rows = (f"    {name}: [{', '.join(_quoted(one) for one in listed)}]" for name, listed in values.items())
    return [f"  {key}:", *rows]


def _list(key: str, rows: Iterable[str]) -> list[str]:
    listed = [f"    - {row}" for row in rows]
    return [f"  {key}:", *listed] if listed else [f"  {key}: []"]


def _joined(**values: str) -> str:
    return f"{{{', '.join(f'{key}: {_quoted(value)}' for key, value in values.items() if value)}}}"


def _quoted(text: str) -> str:
    """A text as YAML has it, in quotes unless it is a plain word; nothing in it can end it."""
    if text and text[0].isalpha() and _PLAIN.issuperset(text) and text.lower() not in _WORDS:
        return text
    written = "".join(
        f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else f"\\U{ord(sign):08x}"
        for sign in text
    )
    return f'"{written}"'


_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
