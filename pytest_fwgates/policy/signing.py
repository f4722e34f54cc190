"""SSH signatures over bytes, made and checked by `ssh-keygen -Y`.

The bytes that are checked are handed over on standard input, so what was verified is what the caller holds:
no file can change in between. Every file that `ssh-keygen` reads here is a copy with a name of our own.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final

NAMESPACE: Final = "fwgates-approval"
SECONDS: Final = 30
SIGNING_SECONDS: Final = 300
"""A person may have to type a passphrase or touch a key."""
MAX_SIGNATURE_BYTES: Final = 64_000
MAX_SIGNERS_BYTES: Final = 1_000_000

_IDENTITY: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._%+@-]{0,253}")


class SigningError(ValueError):
    """A signature could not be made or does not hold; the text is one line for a person."""


def is_identity(text: str) -> bool:
    """Whether `text` can name a signer: one address or login, no pattern, no option, no list."""
    return _IDENTITY.fullmatch(text) is not None


def verify(
    content: bytes, signature: bytes, signers: bytes, now: dt.datetime, namespace: str = NAMESPACE
) -> str:
    """Who signed `content`, with a key that is allowed at `now`.

    The key's dates in `allowed_signers` are held against `now`, not against the time of the approval,
    which the signer chose: a key that has expired or was taken out counts no more, whenever it signed.
    A key has to have just one name there (or in its certificate), in full: with two, or with a pattern such
    as ``*@example.com``, one key could approve for several people.

    Args:
        content: What was signed. Nothing of it is looked at before its signature holds.
        signature: In the armour of `ssh-keygen`.
        signers: The content of `allowed_signers`.
        now: With its time zone.
        namespace: What the signature is for; one for another purpose does not hold.

    Raises:
        SigningError: nobody signed it who may, or it cannot be checked.
    """
    if len(signature) > MAX_SIGNATURE_BYTES or len(signers) > MAX_SIGNERS_BYTES:
        raise SigningError("the signature or allowed_signers is too large")
    with tempfile.TemporaryDirectory(prefix="fwgates-") as folder:
        Path(folder, "signers").write_bytes(signers)
        Path(folder, "signature").write_bytes(signature)
        # Without a zone ssh-keygen reads local time, and older ones know no other: _run sets TZ.
        moment = now.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S")
        options = ["-f", "signers", "-s", "signature", f"-Overify-time={moment}"]
        found = _run(["find-principals", *options], b"", folder)
        if found.returncode != 0:
            raise SigningError(f"allowed_signers has no valid key for the signature: {_cause(found)}")
        names = found.stdout.decode("utf-8", "replace").splitlines()
        if len(names) != 1 or not is_identity(names[0]):
            has = ", ".join(names[:5])
            raise SigningError(f"allowed_signers has to have one full name for the key, it has {has!r}")
        checked = _run(["verify", *options, "-n", namespace, "-I", names[0]], content, folder)
    if checked.returncode != 0:
        raise SigningError(f"the signature does not hold: {_cause(checked)}")
    return names[0]


def sign(content: bytes, key: Path, namespace: str = NAMESPACE) -> bytes:
    """The signature over `content` by the private key at `key` (or by an agent that holds it).

    Raises:
        SigningError: `ssh-keygen` cannot sign with it.
    """
    command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", os.path.abspath(key)]  # noqa: PTH100 - no links
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, check=False, timeout=SIGNING_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SigningError(_unusable(error)) from None
    if done.returncode != 0 or not done.stdout:
        raise SigningError(f"cannot sign with {key}: {_cause(done)}")
    return done.stdout


def _run(options: list[str], content: bytes, folder: str) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    try:
        return subprocess.run(
            ["ssh-keygen", "-Y", *options],
            input=content,
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SigningError(_unusable(error)) from None


def _unusable(error: OSError | subprocess.TimeoutExpired) -> str:
    if isinstance(error, FileNotFoundError):
        return "ssh-keygen is missing, so no signature can be made or checked; install OpenSSH 8.9 or later"
    return "ssh-keygen did not answer in time" if not isinstance(error, OSError) else f"ssh-keygen: {error}"


def _cause(done: subprocess.CompletedProcess[bytes]) -> str:
    """What `ssh-keygen` said first: the cause, before its conclusion."""
    lines = (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in lines if line.strip()), "no reason was given")
