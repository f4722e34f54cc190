"""Approvals in real repositories, signed with real keys."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates import profile as profiles
from pytest_fwgates.framework import index, revision
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.policy import approval_files, approval_sources, approvals, digest, people, places
from pytest_fwgates.policy.approvals import Counted, Judged
from pytest_fwgates.reports import verdict_json

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Done, Project

GATE = '''
    @gate(advisory, "house_rules")
    def test_no_todo(framework, findings):
        """Nobody is left with a TODO."""
        for path in framework.files:
            if path.endswith(".md") and "TODO" in (framework.root / path).read_text():
                findings.add("a TODO", path=path, line=1)
        findings.extend((), examined=1)
'''
NAMES = ("alice", "bob", "carol", "mallory")


class Team:
    """A repository with an advisory failure, and people with keys outside of it."""

    def __init__(self, project: Project, keys: Path) -> None:
        self.project = project
        self.root = project.root
        self.keys = keys
        keys.mkdir()
        for name in NAMES:
            options = ["-q", "-t", "ed25519", "-N", "", "-f", str(keys / name)]
            subprocess.run(["ssh-keygen", *options], check=True)
        project.profile("approvals: {max_age_days: 5}", mandatory="[]")
        text = (self.root / "environments/production.yml").read_text()
        project.write("environments/production.yml", text.replace("    approvals:", "  approvals:"))
        project.gates(GATE)
        project.write(".gitignore", ".fwgates/\n__pycache__/\n")
        self.allow("alice", "bob", "carol")
        self.git("init", "-q", "-b", "main")
        self.commit("base", "base")
        self.git("checkout", "-q", "-b", "topic")
        project.write("work.md", "# Work\n\nTODO\n")
        self.commit("alice", "work")

    def allow(self, *names: str, options: str = "") -> None:
        lines = [
            f"{name}@example.com {options} {(self.keys / f'{name}.pub').read_text()}".replace("  ", " ")
            for name in names
        ]
        self.project.write("environments/allowed_signers", "".join(lines))

    def git(self, *args: str, who: str = "base") -> str:
        names = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in
                 (("NAME", who.title()), ("EMAIL", f"{who}@example.com"))}  # fmt: skip
        done = subprocess.run(
            ["git", *args],
            cwd=self.root,
            env={**os.environ, **names},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(self, who: str, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, who=who)

    def judge(self) -> Done:
        return self.project.run("-p", "no:cacheprovider", "gate_tests")

    def approve(self, who: str, *options: str, key: str = "") -> Done:
        path = str(self.keys / (key or who))
        return self.project.cli(
            "approve", f"--as={who}@example.com", f"--key={path}", "--base=main", *options
        )

    def counted(self, required: int = 1, **later: int) -> Counted:
        """What a judge in a later process counts, for what lies here now."""
        path = self.root / "environments" / "production.yml"
        profile = profiles.read(path, "production.yml")
        verdict = verdict_json.read((self.root / ".fwgates/verdict.json").read_bytes())
        row = next(row for row in verdict.criteria if row.id == "no_todo")
        tree = index.tree_digest(index.load(self.root, Settings()))
        policy = digest.of_policy(places.Places(self.root, self.root, self.root / "gate_tests"), path)
        assert (tree, policy) == (verdict.tree_digest, verdict.policy_digest), "judge again first"
        binding = approvals.binding_of(verdict, row.id, row.outcome, row.findings)
        now = dt.datetime.now(dt.UTC) + dt.timedelta(**later)
        clean = people.is_clean(self.root)
        judged = Judged("production", revision.commit(self.root), clean, (binding,), now)
        found = approval_sources.gather(
            judged, approval_sources.sources(self.root, {}), self.root, "main", {}
        )
        rules = approvals.rules(profile.approvals)._replace(required=required)
        counted = approvals.counting(found.approvals, binding, rules, found.excluded, now)
        return counted._replace(problems=(*found.problems, *counted.problems))


@pytest.fixture
def team(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Alice's change to approve."""
    return Team(project, tmp_path_factory.mktemp("people") / "keys")


def test_approve_change_a_byte_ask_again(team: Team) -> None:
    """From the run that asks to the approval that counts, in the work tree and as a commit."""
    assert team.judge().status == 11
    done = team.approve("bob", "--reason=known, mended by Friday")
    assert done.status == 0, done.text
    assert "no_todo failed: 1 finding" in done.text
    assert "work.md:1: a TODO" in done.text
    counted = team.counted()
    assert (counted.approvers, counted.satisfied, counted.problems) == (("bob@example.com",), True, ())
    team.commit("bob", "approve")
    team.judge()
    assert team.counted().approvers == ("bob@example.com",)
    team.project.write("work.md", "# Work.\n\nTODO\n")
    team.judge()
    counted = team.counted()
    assert not counted.satisfied
    assert "it is for other files; ask again" in counted.problems[0]


def test_nobody_approves_their_own_work(team: Team) -> None:
    """Refused when it is written; and a file that was signed in spite of it does not count."""
    team.judge()
    done = team.approve("alice")
    assert (done.status, "cannot approve" in done.text) == (4, True)
    assert not (team.root / "environments" / "approvals").exists()
    assert team.approve("bob").status == 0
    team.commit("bob", "approve")
    team.project.write("more.md", "# More\n")
    team.commit("bob", "more")
    team.judge()
    assert "cannot approve" in team.approve("bob").text
    assert team.approve("carol").status == 0
    assert team.counted().approvers == ("carol@example.com",)


@pytest.mark.parametrize(
    ("who", "options", "why"),
    [
        ("mallory", (), "allowed_signers has no valid key"),
        ("dave", ("--key=KEYS/bob",), "it is signed by bob@example.com"),
        ("*", ("--key=KEYS/bob",), "it is signed by bob@example.com"),
        ("bob", ("--valid-for=6",), "allows 1 to 5 days"),
        ("bob", ("--valid-for=0",), "allows 1 to 5 days"),
        ("bob", ("--criterion=zero_broken_links",), "zero_broken_links requires approval"),
        ("bob", ("--base=gone",), "cannot say who made the change"),
        ("bob", ("--key=gone",), "cannot sign with"),
        ("bob", ("--verdict=gone.json",), "gone.json: cannot be read"),
        ("bob", ("--verdict=README.md",), "README.md: not a verdict"),
    ],
)
def test_refused(team: Team, who: str, options: tuple[str, ...], why: str) -> None:
    """Exit 4, one line, and nothing is written."""
    team.judge()
    given = [one.replace("KEYS", str(team.keys)) for one in options]
    done = team.approve(who, *given)
    assert (done.status, why in done.text) == (4, True), done.text
    assert not (team.root / "environments" / "approvals").exists()


def test_only_what_lies_here_can_be_approved(team: Team) -> None:
    """Not the verdict of other files, of another policy or of a part of the run."""
    team.judge()
    team.project.write("work.md", "# Other\n\nTODO\n")
    assert "of other files" in team.approve("bob").text
    team.project.write("work.md", "# Work\n\nTODO\n")
    text = (team.root / "environments/production.yml").read_text()
    team.project.write("environments/production.yml", f"{text}# more\n")
    assert "run again" in team.approve("bob").text
    team.judge()
    assert team.approve("bob").status == 0
    team.project.run("-k", "no_todo", "gate_tests")
    assert "the run was narrowed" in team.approve("bob").text


def test_a_signer_who_is_revoked(team: Team) -> None:
    """Taken out, or with an end in the past: whatever they signed counts no more."""
    team.judge()
    team.approve("bob")
    for names, options in ((("carol",), ""), (("bob",), 'valid-before="20200101"')):
        team.allow(*names, options=options)
        team.judge()
        counted = team.counted()
        assert not counted.satisfied
        assert "no valid key" in counted.problems[0]
    team.allow("alice", "bob", "carol")
    team.judge()
    assert team.counted().satisfied


def test_two_of_them_for_as_long_as_it_lasts(team: Team) -> None:
    team.judge()
    team.approve("bob", "--valid-for=1")
    assert team.counted(required=2).problems == ("1 of 2 approvals",)
    team.approve("carol")
    assert team.counted(required=2).satisfied
    assert team.counted(required=2, hours=23).satisfied
    assert team.counted(hours=25).approvers == ("carol@example.com",)
    assert not team.counted(days=5, minutes=1).satisfied


def test_one_byte_of_a_file(team: Team) -> None:
    """The first damaged file says so and hides no other."""
    team.judge()
    team.approve("bob")
    team.approve("carol")
    first, second = sorted((team.root / "environments" / "approvals").glob("*.yml"))
    assert first.name.startswith("production-no_todo-bob@example.com-")
    first.write_bytes(first.read_bytes().replace(b"production", b"productioN", 1))
    counted = team.counted()
    assert counted.approvers == ("carol@example.com",)
    assert first.name in counted.problems[0]
    second.with_name(f"{second.name}.sig").unlink()
    assert not team.counted().satisfied


def test_merge_rebase_and_squash(team: Team) -> None:
    """The same files and policy keep an approval, whatever the history looks like; other files lose it."""
    team.judge()
    team.approve("bob")
    team.commit("bob", "approve")
    approved = team.git("rev-parse", "HEAD")
    for how in (
        ("merge", "-q", "--no-ff", "-m", "merge", approved),
        ("cherry-pick", f"main..{approved}"),
        ("merge", "-q", "--squash", approved),
    ):
        team.git("checkout", "-q", "-B", "landed", "main")
        team.git(*how, who="carol")
        team.git(
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "land\n\nCo-authored-by: A <alice@example.com>",
            who="carol",
        )
        team.judge()
        assert team.counted().approvers == ("bob@example.com",), how
    team.git("checkout", "-q", "-B", "landed", "main")
    team.project.write("meanwhile.md", "# Meanwhile\n")
    team.commit("dave", "meanwhile")
    team.git("merge", "-q", "--no-ff", "-m", "merge", approved, who="carol")
    team.judge()
    assert "other files" in team.counted().problems[0]


def test_without_ssh_keygen_nothing_counts(
    team: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And it says what to install."""
    team.judge()
    team.approve("bob")
    git = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(git)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    counted = team.counted()
    assert not counted.satisfied
    assert "ssh-keygen is missing" in counted.problems[0]


def test_a_linked_folder_is_not_written_to(team: Team, tmp_path: Path) -> None:
    team.judge()
    team.approve("bob")
    folder = team.root / "environments" / "approvals"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    team.judge()
    assert team.approve("bob").status == 4
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert approval_files.read(team.root, None, dt.datetime.now(dt.UTC)).approvals == ()


def test_run_rests_on_approvals(team: Team) -> None:
    """The exit status, the verdict, the screen and a second process follow them; one byte more, and none."""
    assert team.judge().status == 11
    assert team.approve("bob").status == 0
    done = team.judge()
    assert (done.status, done.decision) == (0, "allow"), done.text
    row = done.criterion("no_todo")
    assert (row["outcome"], row["disposition"]) == ("failed", "approved")
    assert "APPROVED: no_todo failed and would require approval; by bob@example.com" in done.text
    second = ("verdict", ".fwgates/evidence.jsonl", "--env=production")
    assert team.project.cli(*second).status == 0
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(days=6)).date().isoformat()
    lapsed = team.project.cli(*second, f"--as-of={later}")
    assert lapsed.status == 11
    assert "the approval by bob@example.com does not count: it expired" in lapsed.text
    assert f"as of {later}, not today" in lapsed.text
    shown = team.project.cli("ledger", "show")
    assert "approval  production  no_todo" in shown.text
    team.project.write("work.md", "# Work\n\nTODO!\n")
    done = team.judge()
    assert (done.status, done.decision) == (11, "require_approval")
    assert "the approval by bob@example.com does not count: it is for other files" in done.text
    assert team.project.cli(*second).status == 11


def test_run_does_not_rest_on_its_author(team: Team) -> None:
    """Whatever lies in the folder: an approval that was forged past `fwgates approve` is looked at again."""
    team.judge()
    assert team.approve("bob").status == 0
    team.commit("bob", "bob amends the work, and so becomes its author")
    team.project.write("more.md", "# More\n")
    team.commit("bob", "more")
    done = team.judge()
    assert (done.status, done.decision) == (11, "require_approval")
