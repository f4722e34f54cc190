"""Kingfisher as an adapter: what it is shown, what it says, and what it never says."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.tools import candidates, kingfisher, kingfisher_history
from pytest_fwgates.tools.adapter import NOT_INSTALLED, Unproven
from pytest_fwgates.tools.kingfisher import Kingfisher
from tests.unit.checks.security.labelled_secrets import SHAPED, of
from tests.unit.tools.offline import KILLED, python_without_sockets

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = SHAPED["github classic"](Random(1))
OTHER = SHAPED["github classic"](Random(2))
LINE = f"token = '{TOKEN}'\n"


def scan(root: Path, *paths: str):
    return Kingfisher().run(root, paths)


def write(root: Path, path: str, content: str | bytes) -> str:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_finding_says_where_and_of_what_kind_and_nothing_of_the_secret(tmp_path: Path) -> None:
    """Path, line, column, kind and a mark; no five characters of the secret in any field."""
    path = write(tmp_path, "a.py", f"# é\nx = 1; token = '{TOKEN}'\n")

    (found,) = scan(tmp_path, path).findings

    assert (found.path, found.line, found.column, found.severity) == ("a.py", 2, 17, "critical")
    assert found.message.startswith("github pat in clear (mark ")
    told = f"{found.message} {found.subject} {found!r}"
    assert not [TOKEN[at : at + 5] for at in range(4, len(TOKEN) - 4) if TOKEN[at : at + 5] in told]


def test_the_mark_tells_two_secrets_apart_and_is_too_short_to_guess_by(tmp_path: Path) -> None:
    """The same in every file; four hex digits."""
    paths = [
        write(tmp_path, name, f"t = '{token}'\n")
        for name, token in zip("abc", (TOKEN, TOKEN, OTHER), strict=True)
    ]

    first, same, other = scan(tmp_path, *paths).findings

    assert first.subject == same.subject != other.subject
    assert len(str(first.subject).rpartition(" ")[2]) == 4


@pytest.mark.parametrize(
    "path",
    [
        "tests/fixtures/a.py",
        "node_modules/@octokit/auth-token/README.md",
        "vendor/a.min.js",
        "package-lock.json",
        "examples/a.ipynb",
        ".gitleaks.toml",
        "a.svg",
        "b.map",
        "LICENSE",
        "a.lock",
        "x.png",
        "a b/ü.md",
    ],
)
def test_no_path_hides_a_secret(tmp_path: Path, path: str) -> None:
    """A test or an example that holds a token that works is a leak."""
    assert len(scan(tmp_path, write(tmp_path, path, LINE)).findings) == 1


@pytest.mark.parametrize(
    "comment",
    [
        "kingfisher:ignore",
        "kingfisher:allow",
        "nosec",
        "noqa",
        "gitleaks:allow",
        "betterleaks:allow",
        "pragma: allowlist secret",
        "trufflehog:ignore",
        "noseyparker:ignore",
    ],
)
@pytest.mark.parametrize("form", ["{line} # {comment}\n", "# {comment}\n{line}\n", "{line}\n# {comment}\n"])
def test_no_comment_hides_a_secret(tmp_path: Path, comment: str, form: str) -> None:
    """The framework is not asked."""
    text = form.format(line=LINE.rstrip("\n"), comment=comment)
    assert len(scan(tmp_path, write(tmp_path, "a.py", text)).findings) == 1


def test_no_configuration_or_baseline_of_the_framework_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what lies in the tree nor where the run starts."""
    for name in (".gitignore", ".ignore", ".kingfisherignore", ".gitleaksignore"):
        write(tmp_path, name, "*\n")
    write(tmp_path, "kingfisher.yaml", "scan:\n  exclude: ['*']\n  confidence: high\n")
    write(tmp_path, "baseline-file.yml", "ExactFindings:\n  matches: []\n")
    monkeypatch.chdir(tmp_path)
    assert len(scan(tmp_path, write(tmp_path, "a.py", LINE)).findings) == 1


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (LINE.encode("utf-16"), (1, 10)),
        (LINE.encode("utf-32"), (1, 10)),
        (b"\xef\xbb\xbf" + LINE.encode(), (1, 10)),
        (b"a\r\nb\r" + LINE.encode(), (3, 10)),
        (b"\xff\xfe\xfa\n" + LINE.encode() + b"\xff", None),
        (b"a\xfc\xfa\n" + LINE.encode() + b"\xff", (2, 10)),
        (b"SQLite\0\x01\xff" + LINE.encode(), (1, None)),
        (b"x" * 6_000_000 + b"\n" + LINE.encode(), (2, 10)),
    ],
    ids=["utf-16", "utf-32", "mark", "line ends", "no utf-16", "no utf-8", "binary", "large"],
)
def test_whatever_the_file_is(tmp_path: Path, data: bytes, place: tuple[int, int | None] | None) -> None:
    """Encodings, line ends, binary files and large ones."""
    (found,) = scan(tmp_path, write(tmp_path, "a", data)).findings
    if place is not None:
        assert found.line == place[0]
        assert place[1] is None or found.column == place[1]


def test_one_secret_is_one_finding(tmp_path: Path) -> None:
    """Rules overlap: in a header, in an assignment and by its own form it is the same."""
    text = f'API_TOKEN="{TOKEN}"\ncurl -H "Authorization: Bearer {OTHER}" https://u:{TOKEN}@example.net\n'
    assert [one.line for one in scan(tmp_path, write(tmp_path, "a.sh", text)).findings] == [1, 2, 2]


def test_what_was_not_searched_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gone, a folder, a pipe, too large, too slow, too much: never nothing found."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    sound = write(tmp_path, "sound", "x")
    write(tmp_path, "large", b"x" * 300)
    monkeypatch.setattr(kingfisher, "LARGEST", 200)

    scanned = scan(tmp_path, sound, "gone", "folder", "pipe", "large")

    assert (scanned.examined, scanned.findings) == (1, ())
    assert scanned.unproven.startswith("gone No such file or directory; folder ")
    assert scanned.unproven.endswith(" and 1 more")
    monkeypatch.setattr(kingfisher, "MOST", 1)
    assert "holds more than 1 strings" in scan(tmp_path, write(tmp_path, "many", LINE * 2)).unproven
    monkeypatch.setattr(kingfisher, "ALL_FILES_S", 0)
    assert "sound was not reached within 0 s" in scan(tmp_path, sound).unproven


def test_too_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes too long was not searched, whatever was found up to then."""
    path = write(tmp_path, "a", LINE * 50_000)
    monkeypatch.setattr(kingfisher, "ONE_FILE_S", 0.001)
    assert scan(tmp_path, path) == ((), 0, "a took longer than 0 s")


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for all of them that ends with what installs them."""
    monkeypatch.setitem(sys.modules, "kingfisher_sdk", None)
    monkeypatch.setattr(kingfisher, "PACKAGE", "no-such-package")
    assert Kingfisher().available() is None
    for search in (
        lambda: scan(tmp_path, "a"),
        lambda: kingfisher_history.scan_history(repository(tmp_path)),
    ):
        with pytest.raises(Unproven) as raised:
            search()
        assert str(raised.value) == NOT_INSTALLED


def test_rules_that_do_not_load_prove_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scanner that came in a version which does not understand our rules."""
    monkeypatch.setattr(kingfisher.resources, "files", lambda _: tmp_path)
    write(tmp_path, "kingfisher_rules.yml", "rules: [{name: a, id: a, pattern: '('}]\n")
    with pytest.raises(Unproven, match="cannot load its rules"):
        scan(tmp_path)


def test_version() -> None:
    """It goes into the evidence."""
    assert str(Kingfisher().available()).startswith("1.")


def test_it_opens_no_socket_and_leaves_no_file(tmp_path: Path) -> None:
    """With a filter in the kernel that kills who tries; nothing but compiled rules is kept anywhere."""
    repository(tmp_path / "repo")
    write(tmp_path / "repo", "a.py", LINE)
    (tmp_path / "TMPDIR").mkdir()
    code = f"""
import os, pathlib
for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
    os.environ[name] = f"{str(tmp_path)!s}/{{name}}"
from pytest_fwgates.tools.kingfisher import Kingfisher
from pytest_fwgates.tools.kingfisher_history import scan_history
root = pathlib.Path({str(tmp_path / "repo")!r})
print(len(Kingfisher().run(root, ["a.py"]).findings), len(scan_history(root).findings))
"""
    done = python_without_sockets(code, tmp_path)

    assert (done.returncode, done.stdout) == (0, "1 1\n"), done.stderr
    written = [
        path for path in tmp_path.rglob("*") if path.is_file() and tmp_path / "repo" not in path.parents
    ]
    assert [path.suffix for path in written] == [".vscdb"]
    assert TOKEN.encode() not in written[0].read_bytes()
    assert not written[0].stat().st_mode & 0o077


def test_the_filter_does_kill(tmp_path: Path) -> None:
    """Else the test above could not fail."""
    assert python_without_sockets("import socket; socket.socket()", tmp_path).returncode == KILLED


@given(st.text(), st.sampled_from(sorted(candidates._JUDGES)), st.text(max_size=candidates.BEFORE))
def test_any_string_can_be_judged(value: str, rule: str, before: str) -> None:
    """No text makes it fail."""
    for one in (
        candidates.OURS + rule,
        "betterleaks.private-key",
        "betterleaks.curl-auth-header",
        "veles.secrets/a",
    ):
        assert candidates.is_secret(candidates.Candidate(one, value, before)) in {True, False}


@given(st.binary(max_size=300))
def test_any_bytes_can_be_shown(data: bytes) -> None:
    """No file makes it fail."""
    assert isinstance(kingfisher.as_text(data), bytes)


def repository(root: Path) -> Path:
    """Three commits: a token comes and goes, one stays on another branch, one is in a message."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main")
    write(root, "docs/a.md", f"`{TOKEN}`\n")
    commit(root, "one")
    write(root, "docs/a.md", "x\n")
    commit(root, "two")
    return root


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.net")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *identity, *arguments]
    return subprocess.run(
        command, cwd=root, env=environment, check=True, capture_output=True, text=True
    ).stdout


def commit(root: Path, message: str) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)
    return git(root, "rev-parse", "HEAD").strip()


def test_history(tmp_path: Path) -> None:
    """Every commit that a reference reaches: also what is gone, on another branch, or in a message."""
    root = repository(tmp_path / "repo")
    first = git(root, "rev-list", "--max-parents=0", "HEAD").strip()
    git(root, "switch", "-qc", "side")
    write(root, "b.env", f"KEY={OTHER}\n")
    third = commit(root, "three")
    git(root, "switch", "-q", "main")
    write(root, "c.md", "x\n")
    last = commit(root, f"use {SHAPED['gitlab'](Random(3))}")

    found = kingfisher_history.scan_history(root).findings

    assert [(one.path, one.line) for one in found] == [(None, None), ("b.env", None), ("docs/a.md", None)]
    assert [first[:12] in found[2].message, third[:12] in found[1].message] == [True, True]
    assert f"the message of commit {last[:12]}" in found[0].message
    assert not any(TOKEN[4:12] in repr(one) or OTHER[4:12] in repr(one) for one in found)
    assert [one.path for one in kingfisher_history.scan_history(root / "docs").findings] == [None, "a.md"]


def test_history_that_cannot_be_had(tmp_path: Path) -> None:
    """None, cut off, unfinished: unproven, never clean."""
    root = repository(tmp_path / "repo")
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    (tmp_path / "none").mkdir()
    for folder, reason in (("shallow", "shallow"), ("none", "no git repository")):
        with pytest.raises(Unproven, match=reason):
            kingfisher_history.scan_history(tmp_path / folder)
    with pytest.raises(Unproven, match="within"):
        kingfisher_history.scan_history(root, seconds=0.0)


def test_history_with_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not searched."""
    root = repository(tmp_path / "repo")
    monkeypatch.setattr(kingfisher, "LARGEST", 10)
    with pytest.raises(Unproven, match="larger than"):
        kingfisher_history.scan_history(root)


def test_a_password_is_hard_to_guess_by_its_mark() -> None:
    """Of a hundred thousand random passwords some share a mark."""
    random = Random(1)
    passwords = [of("abcdefghijklmnopqrstuvwxyz0123456789", 10)(random) for _ in range(20_000)]
    assert len({kingfisher.fingerprint("password", one) for one in passwords}) < 19_000
