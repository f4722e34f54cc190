"""A CycloneDX 1.6 bill of materials of an inventory, by cyclonedx-python-lib."""

from __future__ import annotations

import base64
import binascii
import importlib.metadata
import os
import re
import uuid
import warnings
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates.tools.adapter import NOT_INSTALLED, Unproven

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pytest_fwgates.framework.inventory.model import Component
    from pytest_fwgates.framework.inventory.read import Inventory

NAME: Final = "cyclonedx-python-lib"
FILE: Final = "sbom.cdx.json"
_MOST_PLACES: Final = 20
_HEX: Final = {"sha256": 64, "sha384": 96, "sha512": 128, "sha1": 40, "md5": 32}
_ALGORITHMS: Final = {
    "sha256": "SHA_256", "sha384": "SHA_384", "sha512": "SHA_512", "sha1": "SHA_1", "md5": "MD5",
}  # fmt: skip


def available() -> str | None:
    """The version of the library; None where it is not installed."""
    try:
        import cyclonedx.model.bom  # noqa: F401, PLC0415 - an extra, and slow to load

        return importlib.metadata.version(NAME)
    except ImportError:
        return None


def render(inventory: Inventory, name: str, made: dt.datetime) -> str:
    """The bill of materials as JSON text, which fits the schema of CycloneDX 1.6.

    Args:
        inventory: What to list: of a name that some lock fixes, the locked versions.
        name: Of the framework.
        made: When the framework's state was made; no clock is read.

    Raises:
        Unproven: the library is missing.
    """
    if available() is None:
        raise Unproven(NOT_INSTALLED)
    from cyclonedx.model.bom import Bom, BomMetaData  # noqa: PLC0415 - an extra
    from cyclonedx.model.component import Component as Listed  # noqa: PLC0415
    from cyclonedx.model.component import ComponentType  # noqa: PLC0415
    from cyclonedx.output.json import JsonV1Dot6  # noqa: PLC0415

    groups = _grouped(inventory)
    identity = "\n".join(" ".join(key) for key in groups)
    framework = Listed(name=name, type=ComponentType.FRAMEWORK, bom_ref="framework")
    listed = {key: _listed(key, places) for key, places in groups.items()}
    bom = Bom(
        components=listed.values(),
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{name}\n{identity}"),
        metadata=BomMetaData(timestamp=made, component=framework),
    )
    direct = {(one.ecosystem, one.name) for _, role, one in _everything(inventory) if role != "locks"}
    bom.register_dependency(framework, [one for key, one in listed.items() if key[:2] in direct])
    with warnings.catch_warnings():  # that not every version's own dependencies are known
        warnings.simplefilter("ignore")
        text: str = JsonV1Dot6(bom).output_as_string(indent=2)
    return text


def file_name(root: Path, home: Path) -> str:
    """What the bill of the framework at `root` is called in a run of the repository `home`."""
    path = os.path.relpath(root.resolve(), home.resolve())
    words = "-".join(re.findall(r"[A-Za-z0-9]+", path))[-100:]
    return FILE if path == "." else f"sbom-{words}.cdx.json"


def _grouped(inventory: Inventory) -> dict[tuple[str, str, str], list[tuple[str, Component]]]:
    """Places by ecosystem, name and version, in order; what a lock fixes is listed as the lock has it."""
    fixed = {
        (one.ecosystem, one.name)
        for manifest in inventory.manifests
        if manifest.role == "locks"
        for one in manifest.components
    }
    groups: dict[tuple[str, str, str], list[tuple[str, Component]]] = {}
    for path, role, one in _everything(inventory):
        if one.origin == "local" or not one.name.strip() or not one.name.isprintable():
            continue
        if role == "declares" and (one.ecosystem, one.name) in fixed:
            continue
        version = one.version or (one.requested if one.ecosystem in {"action", "image"} else "")
        groups.setdefault((one.ecosystem, one.name, version), []).append((path, one))
    return dict(sorted(groups.items()))


def _everything(inventory: Inventory) -> Iterator[tuple[str, str, Component]]:
    for manifest in inventory.manifests:
        yield from ((manifest.path, manifest.role, one) for one in manifest.components)
    yield from ((one.path, "uses", one.fetched) for one in inventory.tools if one.fetched)


def _listed(key: tuple[str, str, str], places: list[tuple[str, Component]]) -> Any:
    from cyclonedx.model import Property  # noqa: PLC0415 - an extra
    from cyclonedx.model.component import Component as Listed  # noqa: PLC0415
    from cyclonedx.model.component import ComponentType  # noqa: PLC0415

    ecosystem, name, version = key
    ranges = sorted({one.requested for _, one in places if one.requested})
    where = sorted({f"{path}:{one.line}" for path, one in places})
    properties = [Property(name="fwgates:place", value=one) for one in where[:_MOST_PLACES]]
    properties += [Property(name="fwgates:requested", value=one) for one in ranges[:_MOST_PLACES]]
    types = {"image": ComponentType.CONTAINER, "action": ComponentType.APPLICATION}
    licence = next((one.licence for _, one in places if one.licence), "")
    return Listed(
        name=name,
        version=version or None,
        type=types.get(ecosystem, ComponentType.LIBRARY),
        bom_ref=f"{ecosystem}:{name}@{version}",
        purl=_purl(ecosystem, name, version, places[0][1]),
        hashes=list(_hashes(one for _, one in places)),
        licenses=_licences(licence),
        properties=properties,
    )


def _purl(ecosystem: str, name: str, version: str, one: Component) -> Any:
    from packageurl import PackageURL  # noqa: PLC0415 - comes with the library

    qualifiers = {}
    if ecosystem == "image":
        host, _, path = name.partition("/")
        version = next(iter(one.hashes), version)
        qualifiers = {} if host == "docker.io" else {"repository_url": host}
        ecosystem, name = "docker", path
    namespace, _, last = name.rpartition("/")
    kind = "github" if ecosystem == "action" else ecosystem
    try:
        return PackageURL(kind, namespace or None, last, version or None, qualifiers or None)
    except (TypeError, ValueError):  # a name that no registry could hold
        return None


def _hashes(places: Iterable[Component]) -> Iterator[Any]:
    """The hash of a component whose content is one file; of several files none is the component's own."""
    from cyclonedx.model import HashAlgorithm, HashType  # noqa: PLC0415 - an extra

    every = {digest for one in places for digest in one.hashes}
    if len(every) == 1 and (plain := _hexadecimal(every.pop())):
        yield HashType(alg=HashAlgorithm[_ALGORITHMS[plain[0]]], content=plain[1])


def _hexadecimal(digest: str) -> tuple[str, str] | None:
    """``sha256:<hex>``, or npm's ``sha512-<base64>``, as algorithm and hexadecimal digits."""
    name, separator, value = digest.partition(":")
    if not separator:
        name, _, value = digest.partition("-")
        try:
            value = base64.b64decode(value.partition("?")[0], validate=True).hex()
        except (ValueError, binascii.Error):
            return None
    name, value = name.lower(), value.lower()
    sound = _HEX.get(name) == len(value) and all(one in "0123456789abcdef" for one in value)
    return (name, value) if sound else None


def _licences(text: str) -> list[Any]:
    from cyclonedx.contrib.license.factories import LicenseFactory  # noqa: PLC0415 - an extra

    return [LicenseFactory().make_from_string(text[:500])] if text.strip() else []
