"""Locked packages with and without a known vulnerability, and the advisories that say so."""

# ruff: noqa: E501 - files of others, as those are written

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from tests.unit.checks.security.labelled_projects import NODE, PYTHON, Case, digest, project

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "advisories/"
"""Where a case keeps its advisories: beside the framework."""


def advisory(name: str, ecosystem: str, events: list[dict[str, str]], **more: Any) -> dict[str, str]:
    kind = more.pop("kind", "SEMVER" if ecosystem == "npm" else "ECOSYSTEM")
    part = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": kind, "events": events}]}
    part |= more.pop("part", {})
    body = {"id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-03-01T00:00:00Z", "affected": [part], **more}
    return {f"{FOLDER}{ecosystem.replace(' ', '')}.json": json.dumps(body)}


def cases(seed: int = 3) -> Iterator[Case]:
    rng = random.Random(seed)
    for tool in (*PYTHON, *NODE):
        yield from _of(rng, tool)
    yield from _tools()


def _of(rng: random.Random, tool: str) -> Iterator[Case]:
    python = tool in PYTHON
    ecosystem = "PyPI" if python else "npm"
    name = f"{'py' if python else 'js'}-{digest(rng, 6)}"
    major, minor = rng.randrange(2, 9), rng.randrange(1, 9)
    bad, fixed = f"{major}.{minor}.1", f"{major}.{minor + 1}.0"
    upto = [{"introduced": "0"}, {"fixed": fixed}]
    label = "locked by Python's tools" if python else "locked by Node's tools"
    other = f"z-{digest(rng, 5)}"

    def case(kind: str, held: dict[str, str], said: dict[str, str], *, is_bad: bool) -> Case:
        return Case(kind, {**project(rng, tool, held), **said}, is_bad)

    yield case(label, {name: bad}, advisory(name, ecosystem, upto), is_bad=True)
    yield case(label, {name: fixed}, advisory(name, ecosystem, upto), is_bad=False)
    yield case("needed by another", {other: "1.0.0", name: bad}, advisory(name, ecosystem, upto), is_bad=True)
    later = [{"introduced": fixed}, {"last_affected": f"{major + 1}.0.0"}]
    yield case("last affected", {name: f"{major + 1}.0.0"}, advisory(name, ecosystem, later), is_bad=True)
    yield case("last affected", {name: f"{major + 1}.0.1"}, advisory(name, ecosystem, later), is_bad=False)
    yield case("before it came", {name: bad}, advisory(name, ecosystem, later), is_bad=False)
    twice = [{"introduced": "0"}, {"fixed": "1.0.1"}, {"introduced": f"{major}.0.0"}, {"fixed": fixed}]
    yield case("several ranges", {name: bad}, advisory(name, ecosystem, twice), is_bad=True)
    yield case("several ranges", {name: "1.0.5"}, advisory(name, ecosystem, twice), is_bad=False)
    single = advisory(name, ecosystem, [], part={"ranges": [], "versions": ["0.1.0", bad]})
    yield case("listed versions", {name: bad}, single, is_bad=True)
    yield case("listed versions", {name: fixed}, single, is_bad=False)
    early = f"{fixed}rc1" if python else f"{fixed}-rc.1"
    yield case("before the fix is out", {name: early}, advisory(name, ecosystem, upto), is_bad=True)
    yield case(
        "withdrawn",
        {name: bad},
        advisory(name, ecosystem, upto, withdrawn="2026-01-01T00:00:00Z"),
        is_bad=False,
    )
    yield case("another's", {name: bad}, advisory(name, "npm" if python else "PyPI", upto), is_bad=False)
    yield case("another's", {name: bad}, advisory(f"{name}-extra", ecosystem, upto), is_bad=False)
    yield case("another's", {name: bad}, advisory(name, "crates.io", upto), is_bad=False)
    if python:
        spelt = name.replace("-", rng.choice(("_", "."))).upper()
        yield case("spelt differently", {spelt: bad}, advisory(name, ecosystem, upto), is_bad=True)
    else:
        scoped = f"@acme/{name}"
        yield case("with a scope", {scoped: bad}, advisory(scoped, ecosystem, upto), is_bad=True)
        yield case("with a scope", {scoped: bad}, advisory(name, ecosystem, upto), is_bad=False)


def _tools() -> Iterator[Case]:
    events = [{"introduced": "0"}, {"fixed": "2.0.0"}]
    for command, args, ecosystem in (
        ("npx", ["-y", "some-mcp@{}"], "npm"), ("bunx", ["some-mcp@{}"], "npm"), ("uvx", ["some-mcp=={}"], "PyPI"),
        ("uvx", ["--from", "some-mcp=={}", "run-it"], "PyPI"), ("pipx", ["run", "--spec", "some-mcp=={}", "run-it"], "PyPI"),
    ):  # fmt: skip
        for one, is_bad in (("1.4.2", True), ("2.0.0", False)):
            server = {"command": command, "args": [word.format(one) for word in args]}
            files = {".mcp.json": json.dumps({"mcpServers": {"s": server}}, indent=1)}
            yield Case("fetched by a tool", files | advisory("some-mcp", ecosystem, events), is_bad)
    for ref, is_bad in (("v1.4.2", True), ("1.9.9", True), ("v2.0.0", False), ("2.3.1", False)):
        steps = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: Acme/Thing/sub@{ref}\n"
        said = advisory("acme/thing", "GitHub Actions", events)
        yield Case("action at a release", {".github/workflows/a.yml": steps, **said}, is_bad)
