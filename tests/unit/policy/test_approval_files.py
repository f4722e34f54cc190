"""Approvals as signed files: whatever is done to one, no more of them count."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fwgates.policy import approval_files, signing
from pytest_fwgates.policy.approvals import Binding, Counted, counting, rules
from pytest_fwgates.profile import ApprovalPolicy

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
BINDING = Binding(f"sha256:{'1' * 64}", f"sha256:{'2' * 64}", "production", "readable", f"sha256:{'3' * 64}")
ALICE, BOB = "alice@example.com", "bob@example.com"


def put(root: Path, name: str, content: bytes, signature: bytes | None = None) -> Path:
    path = root / "environments" / "approvals" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if signature is not None:
        path.with_name(f"{name}.sig").write_bytes(signature)
    return path


def text(by: str = ALICE, binding: Binding = BINDING, reason: str = "") -> bytes:
    return approval_files.render(by, binding, NOW - DAY, NOW + DAY, reason)


def signed(root: Path, key: Path, content: bytes, name: str = "a.yml") -> Path:
    return put(root, name, content, signing.sign(content, key))


def counted(root: Path, signers: bytes, required: int = 1) -> Counted:
    found = approval_files.read(root, signers, NOW)
    return counting(found.approvals, BINDING, rules(ApprovalPolicy(required=required)), frozenset(), NOW)


def problem(root: Path, signers: bytes) -> str:
    found = approval_files.read(root, signers, NOW)
    assert found.approvals == ()
    (only,) = found.problems
    return only


def test_a_signed_file_counts(tmp_path: Path, keys: dict[str, Path], signers: bytes) -> None:
    """With a reason in any script, in several files, by several people."""
    assert approval_files.read(tmp_path, signers, NOW) == ((), ())
    signed(tmp_path, keys["alice"], text(reason="seen: ☃ \U0001f600 'it is \"fine\"'\n\x7f\x85"))
    signed(tmp_path, keys["bob"], text(BOB), "b.yml")
    found = approval_files.read(tmp_path, signers, NOW)
    assert found.problems == ()
    assert [one.source for one in found.approvals] == [
        "environments/approvals/a.yml:1",
        "environments/approvals/b.yml:1",
    ]
    enough = counted(tmp_path, signers, required=2)
    assert (enough.approvers, enough.satisfied, enough.problems) == ((ALICE, BOB), True, ())


def test_signers_are_read_beside_it(tmp_path: Path, keys: dict[str, Path], signers: bytes) -> None:
    """Unless the caller has them from somewhere better; without any nothing counts."""
    signed(tmp_path, keys["alice"], text())
    assert "no valid key" in approval_files.read(tmp_path, None, NOW).problems[0]
    (tmp_path / "environments" / "allowed_signers").write_bytes(signers)
    assert len(approval_files.read(tmp_path, None, NOW).approvals) == 1
    assert approval_files.read(tmp_path, b"", NOW).approvals == ()


def test_for_another(tmp_path: Path, keys: dict[str, Path], signers: bytes) -> None:
    """Alice cannot sign in Bob's name."""
    signed(tmp_path, keys["alice"], text(BOB))
    assert problem(tmp_path, signers) == f"environments/approvals/a.yml:3: approver: it is signed by {ALICE}"


def test_unsigned(tmp_path: Path, signers: bytes) -> None:
    put(tmp_path, "a.yml", text())
    assert "not signed" in problem(tmp_path, signers)


def test_nothing_is_parsed_before_its_signature_holds(
    tmp_path: Path, keys: dict[str, Path], signers: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is parsed are the bytes that were verified, though the file changes in between."""
    path = signed(tmp_path, keys["alice"], text())
    verify = signing.verify

    def and_change(content: bytes, *rest: object) -> str:
        signer = verify(content, *rest)  # type: ignore[arg-type]
        path.write_bytes(text().replace(b"production", b"everywhere"))
        return signer

    monkeypatch.setattr(signing, "verify", and_change)
    (only,) = approval_files.read(tmp_path, signers, NOW).approvals
    assert only.bindings == (BINDING,)
    monkeypatch.setattr(approval_files, "parse", lambda *_: pytest.fail("parsed"))
    monkeypatch.setattr(signing, "verify", verify)
    assert "does not hold" in problem(tmp_path, signers)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"version: 1", b"version: 2", "2: version: version 2 is unknown; this is version 1"),
        (b"version: 1", b"version: true", "2: version: version True is unknown; this is version 1"),
        (b"version: 1", b"version: 1\nextra: x", "3: extra: unknown key; allowed: version, approver"),
        (b"version: 1", b"version: 1\nversion: 1", "3: 'version' again; it stands at line 2"),
        (b"version: 1", b"1: 1", "2: 1: unknown key"),
        (b"approver: ", b"approver: [x]\nreason: ", "3: approver: expected text, in quotes"),
        (b"environment: production", b"environment: ''", "8: environment: expected text"),
        (b"environment: production\n", b"", "1: missing: environment"),
        (b"sha256:1", b"sha256:g", "6: tree_digest: not a digest"),
        (b"sha256:3", b"sha1:3", "10: findings: not a digest"),
        (b"T12:00:00Z", b"T12:00:00+00:00", "4: approved_at: not a time"),
        (b"2026-05-31T12", b"2026-02-31T12", "4: approved_at: not a time"),
        (b"2026-06-02T12", b"2026-05-31T12", "5: expires_at: not after approved_at"),
        (b"version: 1", b"version: &a [*a", "2: not valid YAML"),
        (b"version: 1", b"\xff", "2: not UTF-8"),
    ],
)
def test_signed_but_malformed(
    tmp_path: Path, keys: dict[str, Path], signers: bytes, old: bytes, new: bytes, why: str
) -> None:
    """Each mistake has its place, and the next file still counts."""
    assert old in text()
    signed(tmp_path, keys["alice"], text().replace(old, new, 1))
    assert f"a.yml:{why}" in problem(tmp_path, signers)
    signed(tmp_path, keys["bob"], text(BOB), "b.yml")
    assert counted(tmp_path, signers).approvers == (BOB,)


@pytest.mark.parametrize("content", [b"", b"[]", b"text", b"- a\n"])
def test_signed_and_no_mapping(tmp_path: Path, keys: dict[str, Path], signers: bytes, content: bytes) -> None:
    signed(tmp_path, keys["alice"], content)
    assert "a.yml:1: expected the keys version" in problem(tmp_path, signers)


def test_links_lead_nowhere(tmp_path: Path, keys: dict[str, Path], signers: bytes) -> None:
    """Neither a file, nor its signature, nor the folder may be one; a pipe does not hang."""
    content = text()
    real = put(tmp_path / "elsewhere", "a.yml", content, signing.sign(content, keys["alice"]))
    here = tmp_path / "here"
    folder = put(here, "a.yml", content).parent
    (folder / "a.yml.sig").symlink_to(real.with_name("a.yml.sig"))
    assert "symbolic link" in problem(here, signers)
    (folder / "a.yml").unlink()
    (folder / "a.yml").symlink_to(real)
    assert "symbolic link" in problem(here, signers)
    (folder / "a.yml").unlink()
    os.mkfifo(folder / "a.yml")
    assert "not a regular file" in problem(here, signers)
    linked = tmp_path / "linked"
    (linked / "environments").mkdir(parents=True)
    (linked / "environments" / "approvals").symlink_to(real.parent)
    assert "symbolic link" in problem(linked, signers)


def test_sizes_and_counts_are_bounded(
    tmp_path: Path, keys: dict[str, Path], signers: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(tmp_path, keys["alice"], text(reason="x" * 64_000))
    assert "larger than 64000 bytes" in problem(tmp_path, signers)
    signed(tmp_path, keys["alice"], text())
    monkeypatch.setattr(approval_files, "MAX_FILES", 2)
    for name in ("b.yml", "c.yml", "d.yml"):
        put(tmp_path, name, b"")
    found = approval_files.read(tmp_path, signers, NOW)
    assert len(found.approvals) == 1
    assert found.problems[-1] == "environments/approvals: more than 2 approvals; the rest are not read"


def test_names_of_files_do_nothing(tmp_path: Path, keys: dict[str, Path], signers: bytes) -> None:
    """Options, line ends and bytes that are no text."""
    content = text()
    for name in ("-f.yml", "a\nb.yml", "$(x).yml", "caf\udce9.yml"):
        put(tmp_path, name, content, signing.sign(content, keys["alice"]))
    assert len(approval_files.read(tmp_path, signers, NOW).approvals) == 4


EDITS = st.one_of(
    st.tuples(st.just("flip"), st.integers(0, 10_000), st.integers(1, 255)),
    st.tuples(st.just("cut"), st.integers(0, 10_000), st.integers(1, 400)),
    st.tuples(st.just("line"), st.integers(0, 20), st.integers(0, 20)),
    st.tuples(st.just("date"), st.integers(0, 1), st.integers(0, 9)),
    st.tuples(st.just("swap"), st.integers(0, 2), st.integers(0, 2)),
)
OTHERS = st.sampled_from([None, *Binding.__struct_fields__])


def edited(content: bytes, edit: tuple[str, int, int]) -> bytes:
    kind, where, how = edit
    if kind == "flip":
        where %= len(content)
        return content[:where] + bytes([content[where] ^ how]) + content[where + 1 :]
    if kind == "cut":
        return content[: where % len(content)] + content[where % len(content) + how :]
    lines = content.split(b"\n")
    if kind == "line":
        lines.insert(how % len(lines), lines.pop(where % len(lines)))
    if kind == "date":
        dates = [index for index, line in enumerate(lines) if b"_at:" in line]
        index = dates[where % len(dates)] if dates else 0
        lines[index] = lines[index].replace(b"2026-0", b"203%d-0" % how)
    return b"\n".join(lines)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    other=OTHERS,
    edits=st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.booleans(), EDITS), max_size=4),
)
def test_no_edit_makes_more_count(
    tmp_path_factory: pytest.TempPathFactory,
    keys: dict[str, Path],
    signers: bytes,
    other: str | None,
    edits: list[tuple[str, bool, tuple[str, int, int]]],
) -> None:
    """Fields and lines removed or moved, dates changed, bytes flipped, signatures damaged or swapped.

    Alice's file fits, Bob's may be of something else, Mallory may not sign.
    """
    root = tmp_path_factory.mktemp("edited")
    wrong = f"sha256:{'9' * 64}" if other in {"tree_digest", "policy_digest", "findings"} else "other"
    foreign = msgspec.structs.replace(BINDING, **{other: wrong}) if other else BINDING
    files = {
        "a": signed(root, keys["alice"], text(), "a.yml"),
        "b": signed(root, keys["bob"], text(BOB, foreign), "b.yml"),
        "c": signed(root, keys["mallory"], text("mallory@example.com"), "c.yml"),
    }
    before = counted(root, signers)
    assert before.approvers == ((ALICE,) if other else (ALICE, BOB))
    for name, is_signature, edit in edits:
        path = files[name].with_name(f"{name}.yml.sig") if is_signature else files[name]
        if edit[0] == "swap":
            partner = files["abc"[edit[1]]]
            partner = partner.with_name(f"{partner.name}.sig") if is_signature else partner
            mine, theirs = path.read_bytes(), partner.read_bytes()
            path.write_bytes(theirs)
            partner.write_bytes(mine)
        else:
            path.write_bytes(edited(path.read_bytes() or b"\n", edit))
    after = counted(root, signers)
    assert set(after.approvers) <= set(before.approvers)
