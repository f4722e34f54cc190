"""What is found in workflows and actions, and what is left alone."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.checks.security.github_action_security_scan import audit, examined, insecure_workflows
from pytest_fwgates.checks.security.workflow.downloads import run_unseen
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.framework.index import load
from pytest_fwgates.model import UNSET
from pytest_fwgates.tools import adapter, zizmor
from pytest_fwgates.tools.adapter import Unproven
from tests.unit.checks.security.labelled_base import HOST, WORKFLOW
from tests.unit.checks.security.labelled_workflows import BAD, GOOD, samples

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.model import Finding

EACH = 2
ALL = [*(("bad", kind) for kind in BAD), *(("good", kind) for kind in GOOD)]


def framework(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def found(root: Path, text: str, path: str = WORKFLOW) -> list[Finding]:
    return insecure_workflows(load(framework(root, {path: text})))


def sound(script: str, head: str = "on: push\npermissions: {}\n") -> str:
    block = script.replace("\n", "\n          ")
    return f"{head}jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          {block}\n"


def test_recall_and_precision_on_labelled_workflows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At least 95 of 100 ways in are found, and of what is reported at least 95 of 100 are."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    for side, makers in (("bad", BAD), ("good", GOOD)):
        for number, one in enumerate(samples(makers, EACH)):
            scan = audit(load(framework(tmp_path / f"{side}{number}", one.files)))
            assert not scan.unproven, one
            counts[side, one.kind, any(finding.suppressed is UNSET for finding in scan.findings)] += 1
    hits = sum(n for (side, _, hit), n in counts.items() if side == "bad" and hit)
    alarms = sum(n for (side, _, hit), n in counts.items() if side == "good" and hit)
    table = [f"{side:4} {kind:40} {counts[side, kind, True]} of {EACH}" for side, kind in ALL]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(table) + "\n")
    assert hits >= 0.95 * EACH * len(BAD)
    assert hits >= 0.95 * (hits + alarms)
    assert min(EACH * len(BAD), EACH * len(GOOD)) >= 20


RUN = [
    "GET | bash", "GET \\\n  | sudo -E bash -s -- -y", "bash <(GET)", 'bash -c "$(GET)"', 'sh -c "`GET`"',
    'eval "$(GET)"', ". <(GET)", "GET | tee i.sh | bash -euo pipefail", "( GET ) | bash", "GET | python3 -",
    "GET | sudo env A=1 bash", "if ! GET | sh; then exit 1; fi", 'sudo bash -c "GET | sh"',
    "ssh host 'GET | sh'",
    "echo aGk= | base64 -d | bash", 'eval "$(echo aGk | base64 --decode)"', 'bash <<< "$(GET)"', "$(GET)",
    'python3 -c "$(GET)"', "GET -o /tmp/i.sh; sudo bash /tmp/i.sh", "GET > i.py && python i.py",
    "GET | # why\n  bash",
    "cat <<EOF | bash\nGET | bash\nEOF", "bash <<'EOF'\nGET | bash\nEOF", "A=1 GET |& bash", "GET |\n  sh",
    "x=$((1<<3))\nGET | bash", "iex (irm https://a.invalid)", "n=1 # <<EOF\nGET | sh",
]  # fmt: skip
LEFT = [
    "GET | jq .", "GET | tar xz", 'echo "GET | bash"', "# GET | bash", "grep 'GET | bash' docs",
    "GET | sudo tee /etc/x",
    "cat > a.md <<EOF\nGET | bash\nEOF", "GET -o f && sha256sum -c sums && bash f",
    "GET | python3 -m json.tool",
    "GET | python3 -c 'import sys'", 'V=$(GET | jq -r .v); echo "$V"', 'bash deploy.sh "$(GET)"',
    "echo $K | base64 -d > config", "GET || bash restart.sh", 'eval "$(ssh-agent -s)"',
    "GET && bash build.sh",
    "GET | sudo sh -c 'cat > /etc/x'", "echo ${{ a || b }} | bash", "GET | perl -pe 's/a/b/'",
    "GET | xargs echo",
    'case "$x" in a) GET ;; b) bash y ;; esac',
    "GET -O https://a.invalid/d.tgz && tar xf d.tgz && ./configure",
]  # fmt: skip


@pytest.mark.parametrize("script", RUN)
def test_what_runs_a_download(script: str) -> None:
    """However it is spelt."""
    assert len(list(run_unseen(script.replace("GET", f"curl -fsSL {HOST}")))) == 1


@pytest.mark.parametrize("script", LEFT)
def test_what_only_downloads(script: str) -> None:
    """Or only tells of it."""
    assert not list(run_unseen(script.replace("GET", f"curl -fsSL {HOST}")))


@given(st.text("|&;<>()$`'\"\\\n #{}<<EOFabcurlsh -") | st.text())
def test_any_text_is_read_as_a_script(text: str) -> None:
    """And what is found lies in it."""
    script = f"curl a {text}"
    assert all(0 <= hit.offset < len(script) for hit in run_unseen(script))


@pytest.mark.parametrize(
    "unit", ["$(", "`", "(", "<<a ", '"$(', "'", "bash -c '", "${{ ", "a|", 'eval "', "<(", "iex "]
)
def test_hostile_scripts_take_linear_time(unit: str) -> None:
    """A hundred kilobytes are no more than ten times ten."""

    def seconds(size: int) -> float:
        text = "curl " + unit * (size // len(unit))
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            list(run_unseen(text))
            best = min(best, time.process_time() - start)
        return best

    assert seconds(100_000) < max(0.1, 30 * seconds(10_000))


def test_place_of_a_finding_in_a_block(tmp_path: Path) -> None:
    """Line and column of the command, not of the step."""
    (one,) = found(tmp_path, sound("set -e\necho äöü; curl https://a.invalid | sh"))
    assert (one.line, one.column, one.severity) == (9, 21, "high")
    assert one.message.startswith("unreviewed-code: what is downloaded is piped into sh, ")


def test_place_after_characters_of_several_bytes(tmp_path: Path) -> None:
    """Zizmor counts bytes, editors count characters."""
    (one,) = found(tmp_path, sound("echo äöü日本 ${{ github.head_ref }}"))
    assert (one.line, one.column) == (8, 26)


def test_hidden_characters_are_named_and_not_shown(tmp_path: Path) -> None:
    """The message is plain text."""
    (one,) = found(tmp_path, sound("make \u202e evil"))
    assert (one.line, one.column) == (8, 16)
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in one.message
    assert one.message.isascii()


@pytest.mark.parametrize(
    ("audit_name", "line"),
    [("unpinned-uses", "uses: acme/x@v1"), ("template-injection", "run: echo ${{ github.head_ref }}")],
)
def test_a_comment_hides_nothing_that_blocks(tmp_path: Path, audit_name: str, line: str) -> None:
    """And neither does a configuration file of the framework."""
    head = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    text = f"{head}      - {line} # zizmor: ignore[{audit_name}]\n"
    disabled = f"rules:\n  {audit_name}:\n    disable: true\n"
    root = framework(tmp_path, {"zizmor.yml": disabled, ".github/zizmor.yml": disabled})
    (one,) = found(root, text)
    assert one.message.startswith(f"{audit_name}: ")
    assert one.suppressed is UNSET


def test_a_comment_is_told_of_what_does_not_block(tmp_path: Path) -> None:
    """Whether it counts is for the profile to say."""
    called = f"uses: acme/x/.github/workflows/a.yml@{'a' * 40} # zizmor: ignore[secrets-inherit]"
    text = f"on: push\npermissions: {{}}\njobs:\n  a:\n    {called}\n    secrets: inherit\n"
    assert [one.suppressed for one in found(tmp_path, text)] == [True]


def test_the_same_action_is_one_finding_and_those_of_github_another(tmp_path: Path) -> None:
    """One edit mends them."""
    uses = "".join(
        f"      - uses: {name}\n" for name in ("acme/x@v1", "acme/x@v1", "actions/a@v1", "actions/b@v2")
    )
    text = f"on: push\npermissions: {{}}\njobs:\n  a:\n    runs-on: x\n    steps:\n{uses}"
    first, second = found(tmp_path, text)
    assert (first.line, first.severity, second.line, second.severity) == (7, "high", 9, "medium")
    assert second.message.startswith("unpinned-uses: actions/a@v1, actions/b@v2: ")


def test_what_cannot_be_read_at_the_top_is_unproven(tmp_path: Path) -> None:
    """Deeper it may be a template of something."""
    framework(tmp_path, {WORKFLOW: "on: [", "templates/.github/workflows/a.yml": "on: {{ x }"})
    scan = audit(load(tmp_path))
    assert scan.unproven == f"{WORKFLOW}: line 2: did not find expected node content"
    assert scan.examined == 1


def test_what_is_no_workflow_to_zizmor_is_unproven(tmp_path: Path) -> None:
    """A file that it skips was not audited."""
    framework(tmp_path, {WORKFLOW: "on: push\njobs:\n  a:\n    bogus: 1\n", "action.yml": "steps: []\n"})
    scan = audit(load(tmp_path))
    assert scan.unproven == f"zizmor could not audit {WORKFLOW}: is no workflow or action to zizmor"


def test_a_bomb_of_brackets_takes_no_time(tmp_path: Path) -> None:
    """Zizmor alone takes half a minute for it."""
    assert found(tmp_path, "a: " + "[" * 100_000) == []
    assert examined(load(tmp_path)) == 1


def test_ignored_files_are_audited(tmp_path: Path) -> None:
    """What a configuration ignores runs all the same."""
    framework(tmp_path, {WORKFLOW: sound("curl https://a.invalid | sh")})
    assert len(insecure_workflows(load(tmp_path, Settings(ignore=(".github/**",))))) == 1


def test_an_auditor_that_takes_too_long_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended, and what it would have said is not guessed."""
    monkeypatch.setattr(zizmor, "SECONDS", 0.001)
    framework(tmp_path, {WORKFLOW: sound("make")})
    with pytest.raises(Unproven, match=r"zizmor took longer than 0\.001 s"):
        audit(load(tmp_path))


def test_the_auditor_is_offline_and_gets_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment and the framework's files say."""
    said = tmp_path / "said"
    program = tmp_path / "zizmor"
    program.write_text(f'#!/bin/sh\n(env; echo "$@"; ls -A) > {said}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(adapter, "program", lambda name: str(program))
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "ZIZMOR_GITHUB_TOKEN", "ZIZMOR_CONFIG", "ZIZMOR_ONLINE"):
        monkeypatch.setenv(name, "not-for-it")
    root = framework(tmp_path / "f", {WORKFLOW: sound("make"), "zizmor.yml": "rules: {}\n"})
    audit(load(root))
    text = said.read_text(encoding="utf-8")
    assert "not-for-it" not in text
    assert "--offline" in text
    assert "--no-config" in text
    assert "zizmor.yml" not in text


def bomb() -> str:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(["a0: &a0 x", *levels, sound("curl https://a.invalid | sh")])


@pytest.mark.parametrize(
    "text",
    [
        bomb(),
        sound("\n".join(["echo ${{ github.head_ref }}"] * 2000)),
        sound("make") + "      - run: make\n" * 50_000,
        sound("x" * 2_000_000),
        sound("make").replace("a:", "a: &a\n    <<: *a", 1),
    ],
    ids=["aliases", "expressions", "steps", "one line", "itself"],
)
def test_hostile_workflows_end(tmp_path: Path, text: str) -> None:
    """In findings or without a proof, and soon."""
    start = time.monotonic()
    framework(tmp_path, {WORKFLOW: text})
    try:
        scan = audit(load(tmp_path))
    except Unproven:
        scan = None
    assert scan is None or scan.unproven or scan.examined == 1
    assert time.monotonic() - start < 30


def test_what_actions_of_the_framework_do_counts_where_they_are_used(tmp_path: Path) -> None:
    """A pull request that such an action checks out is foreign code in the workflow."""
    head = "on: pull_request_target\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    use = f"{head}      - uses: ./b\n"
    runs = "runs:\n  using: composite\n  steps:\n    - shell: sh\n      run: gh pr checkout 1\n"
    takes = f"name: b\ndescription: b\n{runs}"
    framework(tmp_path, {WORKFLOW: use, "b/action.yml": takes})
    assert [one.path for one in insecure_workflows(load(tmp_path))] == [WORKFLOW]
    framework(tmp_path, {"b/action.yml": takes.replace("gh pr checkout 1", "make")})
    assert insecure_workflows(load(tmp_path)) == []
