"""Approvals as signed files: `environments/approvals/NAME.yml` and its signature `NAME.yml.sig`."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

from pytest_fwgates import yamldoc
from pytest_fwgates.policy import signing
from pytest_fwgates.policy.approvals import Approval, Binding
from pytest_fwgates.policy.places import APPROVALS, SIGNERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_FILES: Final = 500
MAX_BYTES: Final = 64_000

_VERSION: Final = 1
_BINDING: Final = Binding.__struct_fields__
_REQUIRED: Final = ("version", "approver", "approved_at", "expires_at", *_BINDING)
_ALLOWED: Final = (*_REQUIRED, "reason")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.@+-]")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class ApprovalFileError(ValueError):
    """A file is no approval; the text is ``file:line: what is wrong``."""


class Read(NamedTuple):
    """What a folder of approvals holds: those that are signed and well-formed, and what the others lack."""

    approvals: tuple[Approval, ...]
    problems: tuple[str, ...]


def read(root: Path, signers: bytes | None, now: dt.datetime) -> Read:
    """The approvals below `root`. A file that cannot be used is a problem and hides no other.

    Args:
        root: The policy root.
        signers: The content of `allowed_signers`; None reads it below `root`.
        now: The time at which the keys have to be valid.
    """
    try:
        names = _names(root)
        if names and signers is None:
            signers = read_signers(root)
    except OSError as error:
        return Read((), (f"{error.filename}: cannot be read: {error.strerror}",))
    approvals, problems = [], []
    for name in names[:MAX_FILES]:
        shown = f"{APPROVALS}/{name}"
        try:
            approvals.append(_read_one(root, shown, signers or b"", now))
        except (ApprovalFileError, signing.SigningError) as error:
            at = "" if isinstance(error, ApprovalFileError) else f"{shown}: "
            problems.append(f"{at}{error}")
        except OSError as error:
            problems.append(f"{shown}: cannot be read: {error.strerror}")
    if len(names) > MAX_FILES:
        problems.append(f"{APPROVALS}: more than {MAX_FILES} approvals; the rest are not read")
    return Read(tuple(approvals), tuple(problems))


def read_signers(root: Path) -> bytes:
    """The content of `allowed_signers` below `root`; nothing where there is none."""
    try:
        return read_bytes(root, SIGNERS, signing.MAX_SIGNERS_BYTES)
    except FileNotFoundError:
        return b""


def read_bytes(root: Path, path: str, limit: int) -> bytes:
    """A regular file below `root`, at most `limit` bytes and one; no link is followed on the way.

    Raises:
        OSError: there is none, or it is something else.
    """
    refuse_links(root, path)
    handle = os.open(root / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is not a regular file", path)
        return stream.read(limit + 1)


def refuse_links(root: Path, path: str) -> None:
    """Raise OSError where `path` below `root`, or a folder on the way to it, is a symbolic link."""
    for parent in (root / path, *(root / path).parents):
        if parent == root:
            return
        if parent.is_symlink():
            raise OSError(0, "it is a symbolic link, or lies behind one", path)


def _names(root: Path) -> list[str]:
    refuse_links(root, APPROVALS)
    try:
        with os.scandir(root / APPROVALS) as entries:
            return sorted(entry.name for entry in entries if entry.name.endswith(".yml"))
    except FileNotFoundError:
        return []


def _read_one(root: Path, shown: str, signers: bytes, now: dt.datetime) -> Approval:
    """Read once, verify what was read, then parse the same bytes."""
    content = read_bytes(root, shown, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise ApprovalFileError(f"{shown}: larger than {MAX_BYTES} bytes")
    try:
        signature = read_bytes(root, f"{shown}.sig", signing.MAX_SIGNATURE_BYTES)
    except FileNotFoundError:
        raise ApprovalFileError(f"{shown}: not signed: there is no {shown}.sig") from None
    return parse(content, shown, signing.verify(content, signature, signers, now))


def parse(content: bytes, shown: str, signer: str) -> Approval:
    """The approval in the bytes that `signer` signed; pure.

    Raises:
        ApprovalFileError: it is none, or another person's.
    """
    fields, document = _fields(content, shown)
    for key in ("tree_digest", "policy_digest", "findings"):
        if not _DIGEST.fullmatch(fields[key]):
            raise _wrong(document, shown, key, "not a digest; sha256: and 64 hexadecimal digits")
    if fields["approver"] != signer:
        raise _wrong(document, shown, "approver", f"it is signed by {signer}")
    approved, expires = (_time(fields[key], document, shown, key) for key in ("approved_at", "expires_at"))
    if expires <= approved:
        raise _wrong(document, shown, "expires_at", "not after approved_at")
    binding = Binding(*(fields[key] for key in _BINDING))
    return Approval("a signed file", signer, (binding,), approved, expires, f"{shown}:1")


def name_of(approver: str, binding: Binding) -> str:
    """What the file is called: the same again for the same approval."""
    text = "\0".join((approver, *(getattr(binding, key) for key in _BINDING)))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    parts = (binding.environment[:60], binding.criterion[:80], approver[:60], digest)
    return _UNSAFE.sub("_", "-".join(parts)) + ".yml"


def render(
    approver: str, binding: Binding, approved: dt.datetime, expires: dt.datetime, reason: str
) -> bytes:
    """The file that `parse` reads; to be signed as it is."""
    values: dict[str, Any] = {
        "version": _VERSION,
        "approver": approver,
        "approved_at": _written(approved),
        "expires_at": _written(expires),
        **{key: getattr(binding, key) for key in _BINDING},
        **({"reason": reason} if reason else {}),
    }
    body = yaml.safe_dump(values, sort_keys=False, width=MAX_BYTES)
    return f"# Written and signed by 'fwgates approve'; it counts only as it is.\n{body}".encode()


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _fields(content: bytes, shown: str) -> tuple[dict[str, str], yamldoc.Loaded]:
    """The values of the file, all text, with just the keys that it must have."""
    try:
        document = yamldoc.load(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ApprovalFileError(f"{shown}:{line}: not UTF-8") from None
    except yamldoc.YamlError as error:
        raise ApprovalFileError(f"{shown}:{error.line}: not valid YAML: {error.message}") from None
    for twice in document.duplicates:
        raise ApprovalFileError(
            f"{shown}:{twice.line}: {twice.key!r} again; it stands at line {twice.first_line}"
        )
    fields = document.value
    if not isinstance(fields, dict):
        raise ApprovalFileError(f"{shown}:1: expected the keys {', '.join(_REQUIRED)}")
    for key in fields:
        if key not in _ALLOWED:
            raise _wrong(document, shown, key, f"unknown key; allowed: {', '.join(_ALLOWED)}")
    _check_missing(fields, shown)
    for key, value in fields.items():
        if key == "version" and (type(value) is not int or value != _VERSION):
            raise _wrong(document, shown, key, f"version {value!r} is unknown; this is version {_VERSION}")
        if key != "version" and (not isinstance(value, str) or (not value and key != "reason")):
            raise _wrong(document, shown, key, "expected text, in quotes")
    return fields, document


def _check_missing(fields: Iterable[str], shown: str) -> None:
    missing = [key for key in _REQUIRED if key not in fields]
    if missing:
        raise ApprovalFileError(f"{shown}:1: missing: {', '.join(missing)}")


def _time(text: str, document: yamldoc.Loaded, shown: str, key: str) -> dt.datetime:
    try:
        if _TIME.fullmatch(text):
            return dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    raise _wrong(document, shown, key, "not a time such as 2026-01-31T12:00:00Z")


def _wrong(document: yamldoc.Loaded, shown: str, key: str, why: str) -> ApprovalFileError:
    return ApprovalFileError(f"{shown}:{document.position(str(key))[0]}: {key}: {why}")
