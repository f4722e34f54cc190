"""Gate tests that seem to pass without having proven anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

UNPROVEN = {
    "findings that are asked for late": """
        @gate(mandatory)
        def test_rule(request): request.getfixturevalue("findings").add("wrong")
        """,
    "findings that come in the teardown": """
        @pytest.fixture
        def collector(findings):
            findings.extend([], examined=5)
            yield
            findings.add("wrong")

        @gate(mandatory)
        def test_rule(collector): pass
        """,
    "a returned verdict": "@gate(mandatory)\ndef test_rule(): return False",
    "a coroutine": "@gate(mandatory)\nasync def test_rule(): assert 0",
    "a threshold without a measurement": """
        @gate(mandatory, threshold="< 200ms")
        def test_rule(findings): findings.extend([], examined=3)
        """,
    "a threshold that more findings would meet": """
        @gate(mandatory, threshold="> 90%")
        def test_rule(findings):
            findings.add("one")
            findings.add("two")
        """,
    "a threshold without findings": "@gate(mandatory, threshold='< 200ms')\ndef test_rule(): pass",
    "a count that is no number": """
        @gate(mandatory)
        def test_rule(findings): findings.extend([], examined=float("nan"))
        """,
}


def test_unproven_gate_blocks(project: Project, workers: str) -> None:
    """Code that never ran, or was never judged, has not passed; a second process agrees."""
    names = project.forms(UNPROVEN)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    outcomes = {form: done.criterion(name)["outcome"] for form, name in names.items()}
    assert not set(outcomes.values()) & {"passed", "not_applicable"}, outcomes
    assert project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production").status == 10


NEVER_RUN = {
    "a unittest coroutine that nobody awaits": """
        import unittest

        @gate(mandatory)
        class TestCase(unittest.TestCase):
            async def test_rule(self): assert 0
        """,
    "a unittest generator": """
        import unittest

        @gate(mandatory)
        class TestCase(unittest.TestCase):
            def test_rule(self):
                yield
                assert 0
        """,
    "a generator": "@gate(mandatory)\ndef test_rule():\n    yield\n    assert 0",
}


@pytest.mark.parametrize("code", NEVER_RUN.values(), ids=NEVER_RUN)
def test_gate_that_pytest_never_runs_blocks(project: Project, workers: str, code: str) -> None:
    """What is no criterion at all is a problem of the run; a second process agrees."""
    project.gates(code)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production").status == 10


@pytest.mark.parametrize("hook", ["pytest_collection_modifyitems", "pytest_itemcollected"])
def test_gate_mark_that_comes_late_is_a_problem(project: Project, workers: str, hook: str) -> None:
    """A mark that a conftest adds after collection is on a test that nobody expects."""
    argument = "items" if hook.endswith("items") else "item"
    body = "[mark(item) for item in items]" if argument == "items" else "mark(item)"
    project.write(
        "conftest.py",
        f"""
        from pytest_fwgates import gate, mandatory

        def mark(item):
            if item.name == "test_rule":
                item.add_marker(gate(mandatory))

        def {hook}({argument}): {body}
        """,
    )
    project.gates("def test_rule(): pytest.skip('later')")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")


def test_decorated_tests_are_criteria_of_their_own(project: Project, workers: str) -> None:
    """Two tests behind one wrapper function are two criteria."""
    project.gates("""
        from unittest import mock

        pytestmark = gate(mandatory)

        @mock.patch("os.getcwd")
        def test_a(fake): pass

        @mock.patch("os.getcwd")
        def test_b(fake): assert 0
        """)
    done = project.run(workers)
    assert done.status == 10
    assert (done.criterion("a")["outcome"], done.criterion("b")["outcome"]) == ("passed", "failed")


@pytest.mark.parametrize("name", ["fwgates-judge", "fwgates-controller", "fwgates-worker"])
def test_our_parts_cannot_be_switched_off(project: Project, name: str) -> None:
    """-p no: of a part of ours is a usage error."""
    project.write("a.md", "[x](gone.md)\n")
    assert project.run("-p", f"no:{name}").status == 4


EXITS = (
    "configure",
    "sessionstart",
    "report_header",
    "collection_finish",
    "terminal_summary",
    "sessionfinish",
)


@pytest.mark.parametrize("hook", EXITS)
def test_pytest_exit_in_a_hook_never_exits_zero(project: Project, hook: str) -> None:
    """pytest.exit(returncode=0) anywhere leaves a broken framework blocked."""
    project.write("a.md", "[x](gone.md)\n")
    project.write("conftest.py", f"import pytest\n\ndef pytest_{hook}(): pytest.exit('x', returncode=0)\n")
    assert project.run().status == 10


@pytest.mark.parametrize("option", ["--fixtures", "--fixtures-per-test", "--markers", "--help", "--version"])
def test_question_from_the_environment_never_exits_zero(
    project: Project, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """An option that ends pytest early answers only who typed it."""
    project.write("a.md", "[x](gone.md)\n")
    assert project.run(option).status == 0
    monkeypatch.setenv("PYTEST_ADDOPTS", option)
    assert project.run().status != 0


@pytest.mark.scanners
def test_profile_folder_and_root_are_not_taken_from_the_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Policy that only a variable shows is refused."""
    for option in ("--framework-root=.", "--gate-profiles=environments"):
        monkeypatch.setenv("PYTEST_ADDOPTS", option)
        assert project.run().status == 4


def test_shard_excuses_only_other_shards(project: Project) -> None:
    """Narrowing on top of a shard is narrowing."""
    project.gates("@gate(mandatory)\ndef test_rule(): assert 0")
    assert project.run("--gate-shard=1/1", "-k", "zero_broken").status == 10


@pytest.mark.scanners
def test_scope_limited_evidence_is_not_the_whole(project: Project) -> None:
    """Evidence of one stage does not allow a deployment that needs all of them."""
    project.gates("@gate(mandatory, stage='code_quality')\ndef test_rule(): pass")
    assert project.run("--gate-stage=code_quality").status == 0
    second = ("verdict", ".fwgates/evidence.jsonl", "--env=production")
    done = project.cli(*second)
    assert done.status == 10
    assert "the evidence does not cover stage framework_validation" in done.text
    assert project.cli(*second, "--stages=code_quality").status == 0


def test_enforced_gate_without_a_due_criterion_blocks(project: Project) -> None:
    """A misspelt stage does not take a mandatory gate away."""
    project.profile(mandatory="[framework_integrity, house]")
    project.gates("@gate(mandatory, 'house', stage='code_qualty')\ndef test_rule(): assert 0")
    done = project.run()
    assert done.status == 10
    assert "gate 'house' is enforced but nothing of it is due" in done.text


def test_replacement_does_not_move_to_another_stage(project: Project) -> None:
    """A replacement that is never due replaces nothing."""
    project.profile("replaced: [zero_broken_links]")
    project.gates(
        "@gate(mandatory, 'framework_integrity', stage='post_deployment')\n"
        "def test_zero_broken_links(): assert 0"
    )
    done = project.run()
    assert done.status == 10
    assert "the replacement of 'zero_broken_links' has another stage" in done.text


def test_journal_that_cannot_be_replaced_is_a_usage_error(project: Project) -> None:
    """An old journal behind a link would otherwise be judged as this run's."""
    assert project.run().status == 0
    journal = project.root / ".fwgates/evidence.jsonl"
    kept = journal.rename(project.root / ".fwgates/old.jsonl")
    journal.symlink_to(kept)
    assert project.run().status == 4


def test_policy_is_found_from_a_subfolder_without_configuration(
    project: Project, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    """Local gates count wherever in the work tree pytest is started."""
    project.pytester.run("git", "init", "-q")
    project.gates("@gate(mandatory)\ndef test_rule(): assert 0")
    project.write("sub/a.md", "# A\n")
    monkeypatch.chdir(project.root / "sub")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "failed"


@pytest.mark.parametrize("line", ["python_files = *_spec.py", "python_functions = check_*"])
def test_gates_that_the_configuration_hides_block(project: Project, workers: str, line: str) -> None:
    """An ini that names test files or functions otherwise does not make local gates vanish."""
    project.write("pytest.ini", f"[pytest]\n{line}\n")
    project.gates("@gate(mandatory)\ndef test_rule(): assert 0")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert "no gate test of it was collected" in done.text


def test_typed_path_beside_unlocked_gates_blocks(project: Project) -> None:
    """Ordinary tests on the command line leave the local gates out, lock or not."""
    project.gates("@gate(mandatory)\ndef test_rule(): assert 0")
    project.write("tests/test_plain.py", "def test_a(): pass\n")
    assert project.run("tests").status == 10


def test_missing_lock_is_noted(project: Project) -> None:
    """Without a lock a gate test could disappear unseen; the run says so."""
    project.gates("@gate(mandatory)\ndef test_rule(): pass")
    assert "note: gate_tests/ has no lock" in project.run().text


def test_lock_is_not_written_while_options_hide_files(project: Project) -> None:
    """A lock that leaves a gate out would hide it for good."""
    project.write("pytest.ini", "[pytest]\naddopts = --ignore=gate_tests/test_local.py\n")
    project.gates("@gate(mandatory)\ndef test_rule(): pass")
    assert project.cli("lock").status == 10


def test_gate_mark_of_another_project_is_left_alone_without_environment(project: Project) -> None:
    """A project may have a mark of that name for its own purposes."""
    project.write("test_plain.py", "import pytest\n\n@pytest.mark.gate('cnot')\ndef test_a(): pass\n")
    assert project.run(env=None).status == 0


@pytest.mark.parametrize(
    "content", ["[tool]\nfwgates = 5\n", "[tool.fwgates]\nignore = 5\n"], ids=["number", "type"]
)
def test_wrong_configuration_is_one_line_everywhere(project: Project, content: str) -> None:
    """The run and the second judge refuse it alike."""
    project.run()
    project.write("pyproject.toml", content)
    assert project.run().status == 4
    done = project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production")
    assert done.status in {4, 10}
    assert "Traceback" not in done.text


def test_verdict_output_never_overwrites_another_file(project: Project) -> None:
    """`fwgates verdict -o` keeps what is not a verdict."""
    project.run()
    done = project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production", "-o", "README.md")
    assert done.status == 4
    assert (project.root / "README.md").read_text().startswith("# A framework")


def test_names_of_profiles_cannot_command_the_runner(project: Project) -> None:
    """A file name in a usage error is neutralised."""
    project.write("p/x\n::error::pwn.yml", "")
    done = project.run("--gate-profiles=p", "--gate-env=nope", env=None)
    assert done.status == 4
    assert "::error::" not in done.text
