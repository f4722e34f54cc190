"""Signatures of ssh-keygen, with real keys."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.policy import signing

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ALICE = "alice@example.com"


def signer_line(name: str, key: Path, options: str = "") -> bytes:
    public = key.with_suffix(".pub").read_text().split()
    return (" ".join(filter(None, (name, options, *public[:2]))) + "\n").encode()


def refused(content: bytes, signature: bytes, signers: bytes, now: dt.datetime = NOW) -> str:
    with pytest.raises(signing.SigningError) as error:
        signing.verify(content, signature, signers, now)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_was_signed_holds(keys: dict[str, Path], signers: bytes) -> None:
    signature = signing.sign(b"yes", keys["alice"])
    assert signing.verify(b"yes", signature, signers, NOW) == ALICE


def test_other_content_other_key_no_signature(keys: dict[str, Path], signers: bytes) -> None:
    signature = signing.sign(b"yes", keys["alice"])
    assert "does not hold" in refused(b"no", signature, signers)
    assert "no valid key" in refused(b"yes", signing.sign(b"yes", keys["mallory"]), signers)
    assert "no valid key" in refused(b"yes", signature, b"")
    for garbage in (b"", b"\0", b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"):
        refused(b"yes", garbage, signers)
    assert "too large" in refused(b"yes", b"x" * 64_001, signers)


def test_another_namespace(keys: dict[str, Path], signers: bytes) -> None:
    """What was signed for something else, a commit say, is no approval."""
    command = ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", str(keys["alice"])]
    signature = subprocess.run(command, input=b"yes", capture_output=True, check=True).stdout
    assert "does not hold" in refused(b"yes", signature, signers)


@pytest.mark.parametrize(
    ("options", "good"),
    [
        ('valid-before="20260601130000Z"', True),
        ('valid-before="20260601110000Z"', False),
        ('valid-after="20260601130000Z"', False),
        ('namespaces="git,fwgates-*"', True),
        ('namespaces="git"', False),
    ],
)
def test_the_options_of_allowed_signers(keys: dict[str, Path], options: str, good: bool) -> None:
    """Dates are held against the time of the judgement, in UTC wherever the machine stands."""
    signature = signing.sign(b"yes", keys["alice"])
    line = signer_line(ALICE, keys["alice"], options)
    if good:
        assert signing.verify(b"yes", signature, line, NOW) == ALICE
    else:
        refused(b"yes", signature, line)


def test_local_time_is_not_asked(keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    signature = signing.sign(b"yes", keys["alice"])
    line = signer_line(ALICE, keys["alice"], 'valid-before="20260601120001Z"')
    zone = dt.timezone(dt.timedelta(hours=-9))
    assert signing.verify(b"yes", signature, line, NOW.astimezone(zone)) == ALICE
    refused(b"yes", signature, line, NOW + dt.timedelta(seconds=2))


@pytest.mark.parametrize("name", ["*@example.com", "*", "alice@example.com,bob@example.com", "a,!b"])
def test_one_key_has_one_name(keys: dict[str, Path], name: str) -> None:
    """By a pattern or a list one key could approve for several people."""
    signature = signing.sign(b"yes", keys["alice"])
    assert "one full name" in refused(b"yes", signature, signer_line(name, keys["alice"]))


def test_the_second_name_of_a_key_does_not_count(keys: dict[str, Path]) -> None:
    """Written on two lines, the first one is its name."""
    lines = signer_line(ALICE, keys["alice"]) + signer_line("bob@example.com", keys["alice"])
    assert signing.verify(b"yes", signing.sign(b"yes", keys["alice"]), lines, NOW) == ALICE


def test_certificates(keys: dict[str, Path], tmp_path: Path) -> None:
    """An authority in allowed_signers vouches for the name in the certificate, and for no plain key."""
    key = tmp_path / "key"
    for source, target in ((keys["bob"], key), (keys["bob"].with_suffix(".pub"), tmp_path / "key.pub")):
        target.write_bytes(source.read_bytes())
    key.chmod(0o600)
    command = ["ssh-keygen", "-q", "-s", str(keys["alice"]), "-I", "id", "-n", ALICE]
    subprocess.run([*command, str(tmp_path / "key.pub")], check=True, capture_output=True)
    line = signer_line("*@example.com", keys["alice"], "cert-authority")
    signed = signing.sign(b"yes", tmp_path / "key-cert.pub")
    assert signing.verify(b"yes", signed, line, NOW) == ALICE
    refused(b"yes", signing.sign(b"yes", key), line)
    refused(b"yes", signing.sign(b"yes", keys["alice"]), line)


def test_a_missing_program_blocks(
    keys: dict[str, Path], signers: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and nothing counts."""
    signature = signing.sign(b"yes", keys["alice"])
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "ssh-keygen is missing" in refused(b"yes", signature, signers)
    with pytest.raises(signing.SigningError, match="ssh-keygen is missing"):
        signing.sign(b"yes", keys["alice"])


def test_a_program_that_hangs(
    keys: dict[str, Path], signers: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = signing.sign(b"yes", keys["alice"])
    fake = tmp_path / "ssh-keygen"
    fake.write_text("#!/bin/sh\nexec sleep 30\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(signing, "SECONDS", 0.2)
    assert "in time" in refused(b"yes", signature, signers)


def test_a_key_that_cannot_sign(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key")
    for path in (tmp_path / "key", tmp_path / "gone", tmp_path / "-f"):
        with pytest.raises(signing.SigningError, match="cannot sign with"):
            signing.sign(b"yes", path)


@pytest.mark.parametrize("text", ["alice@example.com", "alice-gh", "a", "first.last+x@ex_ample.org"])
def test_identities(text: str) -> None:
    assert signing.is_identity(text)


@pytest.mark.parametrize(
    "text", ["", "-oProxyCommand=x", "*@example.com", "a,b", "a b", "a\n", "!a", "a/b", "é", "x" * 255, ".."]
)
def test_no_identities(text: str) -> None:
    assert not signing.is_identity(text)
