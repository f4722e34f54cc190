"""More ways in, and what only looks like one: by detours, and by what a job trusts and gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.checks.security.labelled_base import (
    CALL,
    CHECKOUT,
    SCRIPT,
    TITLES,
    WORKFLOW,
    action,
    sha,
    workflow,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

RUN = "{workflow_run: {workflows: [ci], types: [completed]}}"


def _without_checkout(files: dict[str, str]) -> dict[str, str]:
    head, _, tail = files[WORKFLOW].partition(f"      - uses: {CHECKOUT}")
    return {WORKFLOW: head + tail.partition("persist-credentials: false\n")[2]}


def _keeping_token(files: dict[str, str], said: str) -> dict[str, str]:
    return {WORKFLOW: files[WORKFLOW].replace("        with:\n          persist-credentials: false\n", said)}


def _upload(rng: random.Random, path: str) -> str:
    used = f"actions/upload-artifact@{sha(rng)} # v4"
    return f"- run: make\n- uses: {used}\n  with:\n    name: out\n    path: {path}"


def token_in_artifact(rng: random.Random) -> dict[str, str]:
    path = rng.choice(
        (".", "./", "${{ github.workspace }}", ".git", "|\n      dist\n      .git/config", "'**'")
    )
    kept = rng.choice(
        (
            "",
            "        with:\n          persist-credentials: true\n",
            "        with:\n          fetch-depth: 0\n",
        )
    )
    return _keeping_token(workflow(_upload(rng, path)), kept)


def token_kept(rng: random.Random) -> dict[str, str]:
    if rng.random() < 0.5:
        return workflow(_upload(rng, "."))
    path = rng.choice(("dist", "build/report.html", "|\n      dist\n      coverage.xml", "./out/"))
    return _keeping_token(workflow(_upload(rng, path)), "")


def cache_of_release(rng: random.Random) -> dict[str, str]:
    on = rng.choice(("{release: {types: [published]}}", "{push: {tags: ['v*']}}"))
    step, publish = rng.choice((
        (f"- uses: actions/cache@{sha(rng)}\n  with:\n    path: ~/.npm\n    key: k", "npm publish"),
        (f"- uses: actions/setup-node@{sha(rng)}\n  with:\n    cache: npm", "npm publish --provenance"),
        (f"- uses: actions/setup-python@{sha(rng)}\n  with:\n    cache: pip", "twine upload dist/*"),
    ))  # fmt: skip
    return workflow(f"{step}\n- run: {publish}", on=on)


def cache_of_tests(rng: random.Random) -> dict[str, str]:
    on = rng.choice(("push", "pull_request", "[push, pull_request]"))
    step = rng.choice((
        f"- uses: actions/cache@{sha(rng)}\n  with:\n    path: ~/.npm\n    key: k",
        f"- uses: actions/setup-node@{sha(rng)}\n  with:\n    cache: npm",
    ))  # fmt: skip
    return workflow(f"{step}\n- run: npm ci && npm test", on=on)


def own_machine(rng: random.Random) -> dict[str, str]:
    runner = rng.choice(("self-hosted", "[self-hosted, linux, x64]", "{labels: [self-hosted, gpu]}"))
    on = rng.choice(("pull_request", "[push, pull_request]", "{pull_request: {branches: [main]}}"))
    text = workflow("- run: make test", on=on)[WORKFLOW]
    if rng.random() < 0.3:
        matrix = "    strategy:\n      matrix:\n        os: [ubuntu-24.04, self-hosted]\n"
        return {
            WORKFLOW: text.replace("    runs-on: ubuntu-24.04\n", matrix + "    runs-on: ${{ matrix.os }}\n")
        }
    return {WORKFLOW: text.replace("runs-on: ubuntu-24.04", f"runs-on: {runner}")}


def own_machine_for_own_code(rng: random.Random) -> dict[str, str]:
    if rng.random() < 0.3:
        text = workflow(
            "- run: make", on="pull_request", job="if: github.event.pull_request.head.repo.fork == false"
        )
    else:
        text = workflow(
            "- run: make", on=rng.choice(("workflow_dispatch", "{push: {branches: [main]}}", "release"))
        )
    return {WORKFLOW: text[WORKFLOW].replace("runs-on: ubuntu-24.04", "runs-on: [self-hosted, linux]")}


def obeyed_lines(rng: random.Random) -> dict[str, str]:
    name, file = (
        rng.choice(TITLES),
        rng.choice(("$GITHUB_ENV", '"$GITHUB_ENV"', "${GITHUB_ENV}", "$GITHUB_PATH")),
    )
    text = rng.choice(
        (
            'echo "LABEL=$TITLE" >> FILE',
            "echo LABEL=${TITLE} | tee -a FILE",
            'printf "T=%s\\n" "$TITLE" >> FILE',
        )
    )
    if "|" in text:  # zizmor's own way to see it
        return _without_checkout(workflow(
            f'- env:\n    TITLE: ${{{{ {name} }}}}\n  run: echo "T=$TITLE" >> {file}',
            on="pull_request_target",
        ))  # fmt: skip
    step = f"- env:\n    TITLE: ${{{{ {name} }}}}\n  run: |\n    set -eu\n    {text.replace('FILE', file)}"
    return workflow(step, on=rng.choice(("issues", "issue_comment", "pull_request")))


def own_lines(rng: random.Random) -> dict[str, str]:
    line = rng.choice((
        'echo "LEVEL=1" >> $GITHUB_ENV', 'echo "$HOME/.local/bin" >> $GITHUB_PATH',
        'echo "SHA=$GITHUB_SHA" >> "$GITHUB_ENV"', 'echo "v=$(cat VERSION)" >> $GITHUB_OUTPUT',
        'echo "N=$(printf %s "$TITLE" | wc -c)" >> $GITHUB_ENV',
    ))  # fmt: skip
    return workflow(
        f"- env:\n    TITLE: ${{{{ github.event.issue.title }}}}\n  run: |\n    {line}", on="issues"
    )


def forged_bot(rng: random.Random) -> dict[str, str]:
    test = f"github.actor == '{rng.choice(('dependabot', 'renovate'))}[bot]'"
    test = rng.choice((test, f"${{{{ {test} }}}}", f"{test} && github.event.action == 'opened'"))
    merge = '- run: gh pr merge --auto "$URL"\n  env:\n    URL: ${{ github.event.pull_request.html_url }}'
    return _without_checkout(workflow(merge, on="pull_request_target", job=f'if: "{test}"'))


def real_bot(rng: random.Random) -> dict[str, str]:
    test = rng.choice((
        "github.event.pull_request.user.login == 'dependabot[bot]'", "github.actor != 'dependabot[bot]'",
    ))  # fmt: skip
    return workflow(f'- if: "{test}"\n  run: make', on="pull_request")


def detour(rng: random.Random) -> dict[str, str]:
    name = rng.choice(TITLES)
    env = f"    TITLE: ${{{{ {name} }}}}"
    first = f'- id: read\n  env:\n{env}\n  run: echo "title=$TITLE" >> $GITHUB_OUTPUT\n'
    where = rng.randrange(5)
    if where == 0:
        return workflow(f'- env:\n{env}\n  run: echo "${{{{ env.TITLE }}}}"', on="issues")
    if where == 1:
        return workflow('- run: ./label "${{ env.TITLE }}"', on="issues", job=f"env:\n  {env.strip()}")
    if where == 2:
        return workflow(f"{first}- run: make T='${{{{ steps.read.outputs.title }}}}'", on="issues")
    if where == 3:
        out = rng.choice(("all_changed_files", "modified_files", "added_files"))
        return workflow(
            f"- id: files\n  uses: tj-actions/changed-files@{sha(rng)}\n"
            "- run: |\n    for one in ${{ steps.files.outputs."
            f'{out} }}}}; do\n      lint "$one"\n    done', on="pull_request",
        )  # fmt: skip
    text = workflow(
        first.rstrip("\n"), on="issues", job="outputs:\n  title: ${{ steps.read.outputs.title }}"
    )[WORKFLOW]
    last = "  last:\n    needs: build\n    runs-on: ubuntu-24.04\n    steps:\n"
    return {WORKFLOW: f"{text}{last}      - run: echo '${{{{ needs.build.outputs.title }}}}'\n"}


def judged(rng: random.Random) -> dict[str, str]:
    name = rng.choice(TITLES)
    return workflow(rng.choice((
        f"- env:\n    BUG: ${{{{ contains({name}, 'bug') }}}}\n  run: make BUG=${{{{ env.BUG }}}}",
        '- id: v\n  run: echo "v=$(cat VERSION)" >> $GITHUB_OUTPUT\n- run: make ${{ steps.v.outputs.v }}',
        (
            f"- id: v\n  env:\n    T: ${{{{ {name} }}}}\n  run: |\n"
            '    echo "slug=$(printf %s "$T" | tr -cd a-z)" >> $GITHUB_OUTPUT\n'
            "- run: make ${{ steps.v.outputs.slug }}"
        ),
        "- run: make ${{ env.LEVEL }}\n  env:\n    LEVEL: '3'",
        "- id: t\n  run: make\n  continue-on-error: true\n- run: test ${{ steps.t.outcome }} = success",
    )), on="issues")  # fmt: skip


def evaluated(rng: random.Random) -> dict[str, str]:
    uses, key = rng.choice((
        ("appleboy/ssh-action", "script"), ("azure/cli", "inlineScript"), ("nick-fields/retry", "command"),
        ("acme/run-in-vm", "run"), ("acme/shell", "cmd"), ("acme/emulator", "pre-script"),
    ))  # fmt: skip
    return workflow(
        f"- uses: {uses}@{sha(rng)}\n  with:\n    {key}: ./x '${{{{ {rng.choice(TITLES)} }}}}'",
        on="issue_comment",
    )


def only_text(rng: random.Random) -> dict[str, str]:
    key = rng.choice(("body", "title", "message", "name", "labels", "description", "script-path"))
    return workflow(
        f"- uses: acme/notify@{sha(rng)}\n  with:\n    {key}: ${{{{ {rng.choice(TITLES)} }}}}", on="issues"
    )


def every_secret(rng: random.Random) -> dict[str, str]:
    said = rng.choice(
        (
            "toJSON(secrets)",
            "toJson( secrets )",
            "secrets[inputs.which]",
            "secrets[format('K_{0}', matrix.x)]",
        )
    )
    return workflow(f"- run: ./deploy\n  env:\n    ALL: ${{{{ {said} }}}}", on="workflow_dispatch")


def callers_word(rng: random.Random) -> dict[str, str]:
    on = "\n  workflow_call:\n    inputs:\n      where:\n        type: string"
    step = rng.choice(
        (
            "- run: ./deploy ${{ inputs.where }}",
            f"{SCRIPT.format(sha(rng))}core.info('${{{{ inputs.where }}}}')",
        )
    )
    return workflow(step, on=on)


def callers_word_quoted(rng: random.Random) -> dict[str, str]:
    kind = rng.choice(("workflow_call", "workflow_dispatch"))
    on = f"\n  {kind}:\n    inputs:\n      where:\n        type: string"
    return workflow('- run: ./deploy "$WHERE"\n  env:\n    WHERE: ${{ inputs.where }}', on=on)


def obscured(rng: random.Random) -> dict[str, str]:
    used = rng.choice(("actions/checkout/../checkout", "github/codeql-action/./init", "acme/a/b/../c"))
    return workflow(f"- uses: {used}@{sha(rng)}")


def always_true(rng: random.Random) -> dict[str, str]:
    test = rng.choice((
        "|\n    ${{ github.event_name == 'push' }}",
        "${{ github.ref == 'refs/heads/main' }} && ${{ github.actor == 'x' }}",
        "contains('refs/heads/main refs/heads/dev', github.ref)",
    ))  # fmt: skip
    return workflow(f"- if: {test}\n  run: ./deploy", on="[push, pull_request]")


def sound_condition(rng: random.Random) -> dict[str, str]:
    test = rng.choice((
        ">-\n    github.ref == 'refs/heads/main' &&\n    github.event_name == 'push'",
        "contains(fromJSON('[\"a\", \"b\"]'), github.actor)", "${{ always() && !cancelled() }}",
        "contains(github.event.pull_request.labels.*.name, 'ok')",
        "\"!contains(github.event.head_commit.message, '[skip ci]')\"",
    ))  # fmt: skip
    return workflow(f"- if: {test}\n  run: make")


def attacked(rng: random.Random) -> dict[str, str]:
    known = ("tj-actions/changed-files@0e58ed8671d6b60d0890c21b07f8835ace038e67",
             "reviewdog/action-setup@f0d342d24037bb11d26b9bd8496e0808ba32e9ec")  # fmt: skip
    return workflow(f"- uses: {rng.choice(known)} # v4", on="pull_request")


def looks_alike(rng: random.Random) -> dict[str, str]:
    name = rng.choice(
        (chr(0x430) + "ctions/checkout", "docker/bu" + chr(0x456) + "ld-push-action", "actoins/checkout")
    )
    return workflow(f"- uses: {name}@{sha(rng)}")


def all_rights_of_an_app(rng: random.Random) -> dict[str, str]:
    return workflow(
        f"- uses: actions/create-github-app-token@{sha(rng)}\n"
        "  with:\n    app-id: 7\n    private-key: ${{ secrets.K }}"
    )


def others_artifact(rng: random.Random) -> dict[str, str]:
    folder = rng.choice(("out", "pr/build", "./dist"))
    start = rng.choice(
        ("bash DIR/run.sh", "./DIR/tool --all", "python DIR/report.py", "chmod +x DIR/x\n    DIR/x")
    )
    start = start.replace("./DIR", f"./{folder.removeprefix('./')}").replace("DIR", folder)
    return _without_checkout(workflow(
        f"- uses: actions/download-artifact@{sha(rng)}\n  with:\n    name: build\n    path: {folder}\n"
        f"    run-id: ${{{{ github.event.workflow_run.id }}}}\n- run: |\n    set -e\n    {start}", on=RUN,
    ))  # fmt: skip


def others_report(rng: random.Random) -> dict[str, str]:
    read = rng.choice(
        ("gh pr comment 1 --body-file out/report.md", "jq -r .total out/report.json", "test -s out/log")
    )
    return _without_checkout(workflow(
        f"- uses: actions/download-artifact@{sha(rng)}\n  with:\n    name: report\n    path: out\n"
        f"    run-id: ${{{{ github.event.workflow_run.id }}}}\n- run: {read}", on=RUN,
    ))  # fmt: skip


def helped_by_own(rng: random.Random) -> dict[str, str]:
    """`pull_request_target` that runs what lies in the repository itself."""
    if rng.random() < 0.5:
        call = (
            CALL.replace("on: push", "on: pull_request_target") + "    uses: ./.github/workflows/label.yml\n"
        )
        inner = workflow("- run: ./label.sh", on="workflow_call")[WORKFLOW]
        return {".github/workflows/pr.yml": call, ".github/workflows/label.yml": inner}
    files = workflow("- uses: ./.github/actions/label", on="pull_request_target")
    return files | {
        ".github/actions/label/action.yml": action("- shell: bash\n  run: ./label.sh")["action.yml"]
    }


def hindered_by_own(rng: random.Random) -> dict[str, str]:
    """The same where what lies there takes the pull request's files."""
    ref = rng.choice(
        (
            "${{ github.event.pull_request.head.sha }}",
            "${{ github.head_ref }}",
            "${{ steps.pr.outputs.head_sha }}",
        )
    )
    steps = f"- uses: {CHECKOUT}\n  with:\n    ref: {ref}\n    persist-credentials: false\n"
    files = _without_checkout(workflow("- uses: ./.github/actions/build", on="pull_request_target"))
    return files | {
        ".github/actions/build/action.yml": action(f"{steps}- shell: bash\n  run: make")["action.yml"]
    }


def prompted(rng: random.Random) -> dict[str, str]:
    name = rng.choice(
        ("anthropics/claude-code-action", "openai/codex-action", "google-github-actions/run-gemini-cli")
    )
    key, value = rng.choice((
        ("prompt", f"|\n      Solve this:\n      ${{{{ {rng.choice(TITLES)} }}}}"),
        ("allowed_non_write_users" if "claude" in name else "allow-users", "'*'"),
    ))  # fmt: skip
    return workflow(f"- uses: {name}@{sha(rng)}\n  with:\n    {key}: {value}", on="issues")


def prompted_by_number(rng: random.Random) -> dict[str, str]:
    number = rng.choice(("github.event.issue.number", "github.repository", "github.run_id"))
    return workflow(
        f"- uses: anthropics/claude-code-action@{sha(rng)}\n  with:\n    prompt: Triage ${{{{ {number} }}}}.",
        on="issues",
    )


def inherited_by_own(rng: random.Random) -> dict[str, str]:
    secrets = rng.choice(("    secrets:\n      key: ${{ secrets.KEY }}\n", ""))
    files = {WORKFLOW: f"{CALL}    uses: ./.github/workflows/x.yml\n{secrets}"}
    return files | {".github/workflows/x.yml": workflow("- run: make", on="workflow_call")[WORKFLOW]}


BAD: dict[str, Callable[[random.Random], dict[str, str]]] = {
    "token in an artifact": token_in_artifact,
    "cache in a release": cache_of_release,
    "pull requests on one's own machine": own_machine,
    "lines of GITHUB_ENV": obeyed_lines,
    "a bot by its name": forged_bot,
    "by a detour into a script": detour,
    "inputs that are run": evaluated,
    "every secret at once": every_secret,
    "inputs of callers": callers_word,
    "obscured path of an action": obscured,
    "condition that is always true": always_true,
    "commit of an attack": attacked,
    "name that looks like another": looks_alike,
    "all rights of an app": all_rights_of_an_app,
    "artifact of another run": others_artifact,
    "foreign code by an action of one's own": hindered_by_own,
    "agent that outsiders prompt": prompted,
}
GOOD: dict[str, Callable[[random.Random], dict[str, str]]] = {
    "artifact without the token": token_kept,
    "cache in tests": cache_of_tests,
    "own machine for own code": own_machine_for_own_code,
    "own lines of GITHUB_ENV": own_lines,
    "a bot by its account": real_bot,
    "judged or cleaned before it is code": judged,
    "inputs that are text": only_text,
    "inputs of callers through the environment": callers_word_quoted,
    "sound condition": sound_condition,
    "report of another run": others_report,
    "helped by an action of one's own": helped_by_own,
    "agent prompted with numbers": prompted_by_number,
    "own workflow with one secret": inherited_by_own,
}
