"""The bill of materials: complete, repeatable, and CycloneDX 1.6 whatever the framework says."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.framework.index import load
from pytest_fwgates.framework.inventory.model import Component, Manifest
from pytest_fwgates.framework.inventory.read import Inventory, inventory
from pytest_fwgates.tools import sbom
from pytest_fwgates.tools.adapter import INSTALL, Unproven

if TYPE_CHECKING:
    from pathlib import Path

MADE = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


def rendered(everything: Inventory) -> dict[str, Any]:
    text = sbom.render(everything, "fw", MADE)
    assert VALIDATOR.validate_str(text) is None
    return json.loads(text)


def test_what_a_framework_is_made_of(tmp_path: Path) -> None:
    integrity = "sha512-" + "A" * 86 + "=="
    lock = {
        "lockfileVersion": 3,
        "packages": {
            "node_modules/@s/a": {
                "version": "1.2.3",
                "resolved": "https://registry.npmjs.org/@s/a/-/a-1.2.3.tgz",
                "integrity": integrity,
                "license": "MIT OR Apache-2.0",
            }
        },
    }
    for name, text in {
        "package.json": json.dumps({"dependencies": {"@s/a": "^1.0.0"}}),
        "package-lock.json": json.dumps(lock),
        "requirements.txt": "click>=8\n",
        "Dockerfile": f"FROM ghcr.io/o/i:1@sha256:{'a' * 64}\n",
        ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n    - uses: o/r/sub@v1\n",
        ".mcp.json": json.dumps({"mcpServers": {"x": {"command": "npx", "args": ["tool@2.0.0"]}}}),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    bill = rendered(inventory(load(tmp_path)))
    found = {one["purl"]: one for one in bill["components"]}
    assert set(found) == {
        "pkg:npm/%40s/a@1.2.3",
        "pkg:pypi/click",
        f"pkg:docker/o/i@sha256:{'a' * 64}?repository_url=ghcr.io",
        "pkg:github/o/r@v1",
        "pkg:npm/tool@2.0.0",
    }
    locked = found["pkg:npm/%40s/a@1.2.3"]
    assert locked["hashes"] == [{"alg": "SHA-512", "content": "00" * 64}]
    assert locked["licenses"][0]["expression"] == "MIT OR Apache-2.0"
    assert bill["metadata"]["timestamp"] == "2026-03-01T12:00:00+00:00"
    assert {"ref": "framework", "dependsOn": sorted(one["bom-ref"] for one in bill["components"])} in bill[
        "dependencies"
    ]


TEXT = st.text(max_size=20) | st.sampled_from(
    ["MIT", "(MIT", "a b", "sha256:zz", "sha512-%%", "../x", "pkg:x", "@", "/"]
)
COMPONENTS = st.builds(
    Component,
    ecosystem=st.sampled_from(["pypi", "npm", "action", "image"]),
    name=TEXT,
    written=TEXT,
    requested=TEXT,
    version=TEXT,
    hashes=st.lists(TEXT, max_size=2).map(tuple),
    licence=TEXT,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(COMPONENTS, max_size=4))
def test_any_inventory_is_a_valid_bill_and_the_same_again(found: list[Component]) -> None:
    everything = Inventory((Manifest("a", "package-lock", "locks", "npm", tuple(found)),), (), 0, ())
    assert rendered(everything) == rendered(everything)


def test_several_frameworks_have_a_file_each(tmp_path: Path) -> None:
    assert sbom.file_name(tmp_path, tmp_path) == "sbom.cdx.json"
    assert sbom.file_name(tmp_path / "a b" / "c", tmp_path) == "sbom-a-b-c.cdx.json"


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbom, "available", lambda: None)
    with pytest.raises(Unproven, match="not installed") as error:
        sbom.render(Inventory((), (), 0, ()), "fw", MADE)
    assert str(error.value).endswith(INSTALL)
