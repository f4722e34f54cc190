"""Workflows, actions and dependabot.yml files that are a way in, and such that only look like one.

Each is a mechanism (who gets a word in, and where) in one of several spellings, put into a sound workflow at
random. Nothing here knows the rules.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.unit.checks.security import labelled_flows
from tests.unit.checks.security.labelled_base import (
    CALL,
    CHECKOUT,
    HOST,
    SCRIPT,
    TITLES,
    WORKFLOW,
    Sample,
    action,
    sha,
    workflow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def run(rng: random.Random, script: str) -> str:
    """A step that runs a script, as people write them."""
    if "\n" in script or rng.random() < 0.5:
        block = "\n".join(f"    {line}" for line in script.split("\n"))
        return f"- name: step {rng.randrange(99)}\n  run: |\n    set -eu\n{block}"
    quoted = script.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'- run: "{quoted}"' if rng.random() < 0.5 or ": " in script or " #" in script else f"- run: {script}"
    )


def injected(rng: random.Random) -> dict[str, str]:
    name = rng.choice(TITLES)
    gap = rng.choice(("", " "))
    expression = f"${{{{{gap}{name}{gap}}}}}"
    script = rng.choice(
        ('echo "TITLE"', "./label.sh --title='TITLE'", "export T=TITLE\nmake", "git log --grep TITLE")
    )
    if rng.random() < 0.25:
        step = f"{SCRIPT.format(sha(rng))}console.log('{expression}')"
    else:
        step = run(rng, script.replace("TITLE", expression))
    return workflow(step, on=rng.choice(("issues", "pull_request", "[issue_comment, pull_request]")))


def injected_action(rng: random.Random) -> dict[str, str]:
    what = rng.choice(("inputs.label", "github.event.issue.title", "github.head_ref"))
    script = rng.choice(('echo "X"', "tool --label X", "x='X'"))
    return action(f"- shell: bash\n  run: {script.replace('X', '${{ ' + what + ' }}')}")


def foreign_checkout(rng: random.Random) -> dict[str, str]:
    on, ref = rng.choice((
        ("pull_request_target", "${{ github.event.pull_request.head.sha }}"),
        ("pull_request_target", "${{ github.head_ref }}"),
        ("pull_request_target", "refs/pull/${{ github.event.pull_request.number }}/merge"),
        ("pull_request_target", "${{ github.event.pull_request.head.ref }}"),
        ("{workflow_run: {workflows: [ci]}}", "${{ github.event.workflow_run.head_sha }}"),
    ))  # fmt: skip
    build = rng.choice(("npm ci && npm test", "make", "pip install ."))
    step = f"- uses: {CHECKOUT}\n  with:\n    ref: {ref}\n    persist-credentials: false\n- run: {build}"
    if rng.random() < 0.3:
        number = "${{ github.event.number }}"
        step = f'- run: |\n    gh pr checkout "$PR"\n    {build}\n  env:\n    PR: {number}'
        on = "pull_request_target"
    return workflow(step, on=on)


def everything_allowed(rng: random.Random) -> dict[str, str]:
    if rng.random() < 0.5:
        return workflow("- run: make", top="permissions: write-all")
    return workflow("- run: make", job="permissions: write-all")


def nothing_said(rng: random.Random) -> dict[str, str]:
    return workflow(run(rng, "make test"), top=f"env:\n  LEVEL: {rng.randrange(9)}")


def moving(rng: random.Random) -> dict[str, str]:
    name = rng.choice(("acme/deploy-action", "acme/tools/setup", "some-one/thing"))
    ref = rng.choice(("v1", "v2.3.4", "main", "release/v1", sha(rng, 7), "master"))
    if rng.random() < 0.3:
        return action(f"- uses: {name}@{ref}")
    return workflow(f"- uses: {name}@{ref}" + rng.choice(("", " # v1", "\n  with:\n    key: value")))


def moving_workflow(rng: random.Random) -> dict[str, str]:
    ref = rng.choice(("main", "v3", "dev"))
    return {".github/workflows/call.yaml": f"{CALL}    uses: acme/ops/.github/workflows/x.yml@{ref}\n"}


def moving_image(rng: random.Random) -> dict[str, str]:
    tag = rng.choice(("", ":latest", ":3.19", ":1"))
    if rng.random() < 0.3:
        return {
            "action.yml": f"name: a\ndescription: a\nruns:\n  using: docker\n  image: docker://ghcr.io/acme/x{tag}\n"
        }
    if rng.random() < 0.4:
        return workflow("- run: make", job=f"container: node{rng.choice(('', ':latest'))}")
    return workflow(f"- uses: docker://alpine{tag}\n  with:\n    args: ls")


def fetched(rng: random.Random) -> dict[str, str]:
    get = rng.choice(
        (f"curl -fsSL {HOST}/i.sh", f"wget -qO- {HOST}/i.sh", f"curl --proto '=https' -sSf {HOST}")
    )
    script = rng.choice((
        "GET | bash", "GET | sudo -E sh -s -- --yes", "GET \\\n  | bash -x", "bash <(GET)",
        'bash -c "$(GET)"',
        'eval "$(GET)"', "source <(GET)", "GET | tee log | sh", "GET | python3 -",
        f"curl -o i.sh {HOST}/i.sh\nchmod +x i.sh\n./i.sh", f"wget {HOST}/i.sh && bash i.sh",
        'if [ -n "$X" ]; then\n  GET | sh\nfi', "( GET ) | bash", 'docker run --rm box sh -c "GET | sh"',
        f"echo {sha(rng)} | base64 -d | sh",
    ))  # fmt: skip
    script = script.replace("GET", get)
    if rng.random() < 0.2:
        body = "\n".join(f"    {line}" for line in script.split("\n"))
        return action(f"- shell: bash\n  run: |\n{body}")
    return workflow(run(rng, script))


def powershell(rng: random.Random) -> dict[str, str]:
    script = rng.choice((
        f"irm {HOST}/i.ps1 | iex", f"iex ((New-Object Net.WebClient).DownloadString('{HOST}/i.ps1'))",
        f"Invoke-Expression (Invoke-WebRequest {HOST}/i.ps1).Content",
    ))  # fmt: skip
    return workflow(f"- shell: pwsh\n  run: |\n    {script}")


def hidden(rng: random.Random) -> dict[str, str]:
    over, end = chr(rng.choice((0x202E, 0x2067, 0x202D, 0x2066))), chr(rng.choice((0x202C, 0x2069)))
    tags = "".join(chr(0xE0000 + ord(one)) for one in "run it")
    script = rng.choice((
        f'if [ "$R" != "admin{over} # only users{end} " ]; then make; fi',
        f"make test # {over}}} elbmrah{end}",
        f"make{tags}", f"pip install req{chr(0x200B)}uests",
        f"curl https://a{chr(0x200D)}pi.example.invalid -o x",
    ))  # fmt: skip
    return workflow(f"- run: |\n    set -e\n    {script}")


def inherited(rng: random.Random) -> dict[str, str]:
    text = f"    uses: acme/ops/.github/workflows/x.yml@{sha(rng)}\n    secrets: inherit\n"
    return {WORKFLOW: CALL + text}


def password(rng: random.Random) -> dict[str, str]:
    where = rng.choice(("container:", "services:\n  db:"))
    pad = "  " if where == "container:" else "    "
    digest = sha(rng, 64)
    lines = (
        f"image: acme/x@sha256:{digest}",
        "credentials:",
        "  username: u",
        f"  password: word{rng.randrange(9)}",
    )
    return workflow("- run: make", job=where + "".join(f"\n{pad}{line}" for line in lines))


def old_commands(rng: random.Random) -> dict[str, str]:
    return workflow("- run: make\n  env:\n    ACTIONS_ALLOW_UNSECURE_COMMANDS: true")


def dependabot(rng: random.Random) -> dict[str, str]:
    where = rng.choice(("pip", "bundler", "mix"))
    return {
        ".github/dependabot.yml": f"version: 2\nupdates:\n  - package-ecosystem: {where}\n    directory: /\n"
        "    schedule:\n      interval: daily\n    insecure-external-code-execution: allow\n"
    }


def excused(rng: random.Random) -> dict[str, str]:
    files = rng.choice((moving, injected, foreign_checkout, everything_allowed, moving_image))(rng)
    rules = (
        "unpinned-uses",
        "unpinned-images",
        "template-injection",
        "dangerous-triggers",
        "excessive-permissions",
    )
    comment = f"# zizmor: ignore[{','.join(rules)}]"
    path, text = next(iter(files.items()))
    excusable = ("uses:", "on:", "run:", "image:", "permissions:")
    lines = [
        f"{line.split(' #')[0]} {comment}" if any(key in line for key in excusable) else line
        for line in text.split("\n")
    ]
    off = "".join(f"  {rule}:\n    disable: true\n" for rule in rules)
    return {path: "\n".join(lines), "zizmor.yml": f"rules:\n{off}"}


BAD: dict[str, Callable[[random.Random], dict[str, str]]] = {
    "expression in a script": injected,
    "expression in an action": injected_action,
    "foreign code with rights": foreign_checkout,
    "write-all": everything_allowed,
    "no permissions said": nothing_said,
    "moving action": moving,
    "moving reusable workflow": moving_workflow,
    "moving image": moving_image,
    "download or decode and run": fetched,
    "download and run, PowerShell": powershell,
    "hidden characters": hidden,
    "all secrets handed on": inherited,
    "password in the file": password,
    "insecure commands": old_commands,
    "dependabot runs foreign code": dependabot,
    "excused by comment or configuration": excused,
    **labelled_flows.BAD,
}


def by_environment(rng: random.Random) -> dict[str, str]:
    name = rng.choice(TITLES)
    return workflow(f'- env:\n    TITLE: ${{{{ {name} }}}}\n  run: echo "$TITLE"', on="issues")


def harmless_expression(rng: random.Random) -> dict[str, str]:
    name = rng.choice((
        "github.event.pull_request.number", "github.sha", "github.run_id", "github.repository",
        "github.event_name",
        "runner.os", "github.actor_id", "github.workflow_sha", "github.run_attempt",
    ))  # fmt: skip
    return workflow(run(rng, f'echo "${{{{ {name} }}}}"'), on="pull_request")


def chosen(rng: random.Random) -> dict[str, str]:
    kind = rng.choice(("choice\n        options: [a, b]", "boolean", "number"))
    on = f"\n  workflow_dispatch:\n    inputs:\n      where:\n        type: {kind}"
    prefix = rng.choice(("inputs", "github.event.inputs"))
    return workflow(f"- run: ./deploy.sh ${{{{ {prefix}.where }}}}", on=on)


def untouched(rng: random.Random) -> dict[str, str]:
    step = rng.choice((
        "- if: contains(github.event.issue.title, 'bug')\n  run: make",
        f"- uses: acme/comment@{sha(rng)} # v2\n  with:\n    body: ${{{{ github.event.comment.body }}}}",
        f"{SCRIPT.format(sha(rng))}console.log(context.payload.issue.title)",
        "- name: ${{ github.event.pull_request.title }}\n  run: make",
    ))  # fmt: skip
    return workflow(
        step, on="issues", top="permissions: {}\nconcurrency:\n  group: ci-${{ github.head_ref }}"
    )


def labels_only(rng: random.Random) -> dict[str, str]:
    step = rng.choice((
        f"- uses: actions/labeler@{sha(rng)} # v5.0.0",
        f"{SCRIPT.format(sha(rng))}await github.rest.issues.addLabels({{...context.repo, labels: ['x']}})",
        '- env:\n    N: ${{ github.event.pull_request.number }}\n  run: gh pr edit "$N" --add-label triage',
    ))  # fmt: skip
    text = workflow(step, on="pull_request_target", job="permissions:\n  pull-requests: write # to label")
    head, _, tail = text[WORKFLOW].partition(f"      - uses: {CHECKOUT}")
    return {WORKFLOW: head + tail.partition("persist-credentials: false\n")[2]}


def pinned(rng: random.Random) -> dict[str, str]:
    comment = rng.choice(("", " # v1.2.3", " # main", " # tag=v4"))
    step = rng.choice((
        f"- uses: acme/deploy-action@{sha(rng)}{comment}",
        f"- uses: docker://alpine@sha256:{sha(rng, 64)}{comment}",
        f"- uses: docker://alpine:3.19@sha256:{sha(rng, 64)}", f"- uses: acme/a/b/c@{sha(rng)}{comment}",
    ))  # fmt: skip
    return action(step) if rng.random() < 0.3 else workflow(step)


def needed(rng: random.Random) -> dict[str, str]:
    right = rng.choice(
        ("contents: write", "id-token: write", "pages: write", "pull-requests: write", "packages: write")
    )
    return workflow("- run: make release", job=f"permissions:\n  {right} # to publish")


def fetched_data(rng: random.Random) -> dict[str, str]:
    url = f"{HOST}/v1"
    return workflow(run(rng, rng.choice((
        f"curl -s {url} | jq -r .tag", f"curl -L {url} | tar xz", f"curl -s {url} | python3 -m json.tool",
        f"curl -fsSL {url} | sudo gpg --dearmor -o /usr/share/keyrings/x.gpg", f"wget -qO- {url} | sha256sum",
        f"curl -s {url} | python3 -c 'import json, sys; print(json.load(sys.stdin)[0])'",
        f"curl -f {url} && bash build.sh",
        f'VERSION=$(curl -s {url} | jq -r .v)\nbash release.sh "$VERSION"', f"curl -fsS {url} | grep -q bash",
    ))))  # fmt: skip


def verified(rng: random.Random) -> dict[str, str]:
    check = rng.choice((
        f'echo "{sha(rng, 64)}  i.sh" | sha256sum -c -',
        f'echo "{sha(rng, 64)}  i.sh" | shasum -a 256 --check',
        "gpg --verify i.sh.asc i.sh", "cosign verify-blob --key k.pub --signature i.sh.sig i.sh",
    ))  # fmt: skip
    return workflow(run(rng, f"curl -fsSLo i.sh {HOST}/i.sh\n{check}\nbash i.sh"))


def quoted(rng: random.Random) -> dict[str, str]:
    line = rng.choice((f"curl -s {HOST} | bash", f"wget -O- {HOST} | sh", f'eval "$(curl {HOST})"'))
    inner = line.replace('"', "").replace("$", "")
    return workflow(rng.choice((
        f"- run: |\n    # never: {line}\n    make", f"- run: |\n    echo 'Do not run: {inner}'",
        f"- run: |\n    cat > INSTALL.md <<'EOF'\n    {line}\n    EOF",
        f"- run: |\n    grep -rn '{inner}' docs && exit 1",
        f"# {line}\n- run: make", f"- name: forbid '{inner}'\n  run: make lint",
        f"- run: |\n    git commit -m 'docs: no more {inner}'",
    )))  # fmt: skip


def languages(rng: random.Random) -> dict[str, str]:
    text = rng.choice((
        "بناء واختبار", "בדיקת איכות", "テストを実行", "✅ Fertig, schön", "👩‍💻 build 🏴‍☠️", "नमस्ते क्‍ष",
        "Tests lancés à midi",
    ))  # fmt: skip
    return workflow(f'- name: "{text}"\n  run: echo "{text}"')


def own_parts(rng: random.Random) -> dict[str, str]:
    files = workflow("- uses: ./actions/prepare")
    return files | {"docs/action.yml": "title: an action of ours\nsteps: none\n"}


def named_secret(rng: random.Random) -> dict[str, str]:
    secrets = "    secrets:\n      key: ${{ secrets.KEY }}\n"
    return {WORKFLOW: f"{CALL}    uses: acme/ops/.github/workflows/x.yml@{sha(rng)} # v3\n{secrets}"}


def quiet_dependabot(rng: random.Random) -> dict[str, str]:
    every = rng.choice(("daily", "weekly"))
    return {
        ".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n"
        f"    schedule:\n      interval: {every}\n"
    }


def of_the_tests(rng: random.Random) -> dict[str, str]:
    bad = next(iter(rng.choice((moving, fetched, injected))(rng).values()))
    return {f"{rng.choice(('tests/fixtures', 'testdata/repo'))}/.github/workflows/bad.yml": bad} | workflow(
        "- run: make"
    )


GOOD: dict[str, Callable[[random.Random], dict[str, str]]] = {
    "through the environment": by_environment,
    "nobody's to choose": harmless_expression,
    "chosen from a list": chosen,
    "not in a script": untouched,
    "labels a pull request": labels_only,
    "pinned": pinned,
    "permissions of one job": needed,
    "downloads data": fetched_data,
    "verified before it runs": verified,
    "a command that is only told": quoted,
    "other languages and emoji": languages,
    "the repository's own parts": own_parts,
    "one secret by its name": named_secret,
    "dependabot": quiet_dependabot,
    "data of tests": of_the_tests,
    **labelled_flows.GOOD,
}


def samples(
    makers: dict[str, Callable[[random.Random], dict[str, str]]], each: int, seed: int = 7
) -> Iterator[Sample]:
    """So many of every class."""
    rng = random.Random(seed)
    for kind, make in makers.items():
        for _ in range(each):
            yield Sample(kind, make(rng))
