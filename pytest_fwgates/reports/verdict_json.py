"""The verdict as JSON, and its JSON Schema."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from pytest_fwgates.model import Verdict
from pytest_fwgates.reports.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping


def render(verdict: Verdict) -> bytes:
    """The document, indented, with a final newline."""
    return _indented(verdict)


def read(content: bytes) -> Verdict:
    """The verdict in `content`.

    Raises:
        msgspec.MsgspecError: it is not one.
    """
    return msgspec.json.decode(content, type=Verdict)


def shipped_schema() -> str:
    """The text of the JSON Schema that ships with the package."""
    return Path(__file__).with_name("verdict.schema.json").read_text(encoding="utf-8")


def schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) that every verdict fits."""
    document = msgspec.json.schema(Verdict)
    for taken in ("subject", "suppressed"):  # identify() takes them from every finding
        del document["$defs"]["Finding"]["properties"][taken]
    for definition in document["$defs"].values():
        definition["description"] = inspect.cleandoc(definition["description"])  # Python 3.13 does it itself
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}


def canonical(verdict: Verdict) -> bytes:
    """What must be equal wherever and however the same run was made.

    Without times, run ids, the host's paths and measured values.
    """
    document = msgspec.to_builtins(verdict)
    for key in ("decided_at", "run_ids", "framework_root", "ledger"):
        del document[key]
    for row in document["criteria"]:
        if row["samples"]:
            row["examined"] = None  # a measurement goes on until it is conclusive
        del row["duration_s"], row["value"], row["samples"], row["per_second"], row["tools"]
    return _indented(document, "deterministic")


def write(path: Path, verdict: Verdict) -> None:
    """Write the document so that a reader sees the whole of it or none."""
    write_whole(path, render(verdict))


def remove_stale(path: Path) -> None:
    """Make room for the verdict: an earlier run's must not be taken for this one's.

    Raises:
        OSError: nothing can be written there.
        ValueError: the file is something else, which must not be lost.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        content = path.read_bytes()
        document = msgspec.json.decode(content) if content else {"schema_version": "", "decision": ""}
    except FileNotFoundError:
        return
    except (msgspec.MsgspecError, RecursionError, OSError):
        document = None
    if not isinstance(document, dict) or not {"schema_version", "decision"} <= set(document):
        raise ValueError(f"{path} exists and is not a verdict; name another file")
    path.unlink()


def _indented(document: object, order: Literal["deterministic"] | None = None) -> bytes:
    try:
        content = msgspec.json.encode(document, order=order)
    except UnicodeEncodeError:  # a folder whose name is not UTF-8
        content = msgspec.json.encode(_encodable(msgspec.to_builtins(document)), order=order)
    return msgspec.json.format(content, indent=2) + b"\n"


def _encodable(value: Any) -> Any:
    """Builtins without lone surrogates; each becomes a question mark."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return value
