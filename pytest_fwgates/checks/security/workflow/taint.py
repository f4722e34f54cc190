"""Where words of outsiders end up in code by a detour that zizmor does not follow.

It knows `${{ github.event.issue.title }}` in a script. The same title can arrive as `env.TITLE`, as the
output of a step or a job, in an input that an action runs, or as a line of `GITHUB_ENV`, which later steps
obey. An agent that is prompted with it obeys it, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_fwgates.checks.security.supply.shown import short
from pytest_fwgates.checks.security.workflow import files
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_fwgates.checks.security.workflow.files import File, Step

_NAMED: Final = re.compile(r"\[\s{0,9}'([\w-]{1,100})'\s{0,9}\]")
_OUTSIDE: Final = re.compile(
    r"\bgithub\.(?:head_ref\b|event\.(?:"
    r"(?:issue|pull_request|comment|review|discussion)\.(?:title|body)\b"
    r"|pull_request\.head\.(?:ref|label)\b"
    r"|(?:workflow_run\.)?(?:head_commit|commits(?:\.\*|\[\d{1,9}\])?)\."
    r"(?:message|(?:author|committer)\.(?:email|name))\b"
    r"|workflow_run\.(?:head_branch|display_title)\b"
    r"|pages[^.\s]{0,9}\.page_name\b))"
)
_JUDGED: Final = re.compile(r"[!=]=|\b(?:contains|startsWith|endsWith|hashFiles)\s{0,9}\(", re.IGNORECASE)
"""Only asking about a text gives no text."""
_DETOUR: Final = re.compile(r"\b(?:env\.[\w-]{1,100}|(?:steps|needs)\.[\w-]{1,100}\.outputs\.[\w-]{1,100})")
_VARIABLE: Final = re.compile(r"\$(?:\{([A-Za-z_]\w{0,100})\}|([A-Za-z_]\w{0,100}))")
_ASSIGNED: Final = re.compile(r"(?<![\w-])([A-Za-z_][\w-]{0,100}+)(?:=|::)")
_CODE: Final = re.compile(
    r"(?:\A|[-_]|(?<=[a-z]))(?:script|command|cmd|run|exec|eval|shell)s?\Z", re.IGNORECASE
)
_AGENT: Final = re.compile(
    r"(?i)(?:claude|codex|gemini|copilot|opencode|aider|openhands|qwen|cursor|llm|ai)(?:[-_/]|\Z)"
)
_PROMPT: Final = re.compile(r"(?i)prompt|instruction|question|message|task")
_WHO: Final = re.compile(r"(?i)allow\w{0,20}[-_](?:\w{1,20}[-_]){0,3}(?:users?|bots?)\Z")
_TELLING: Final = frozenset({
    "tj-actions/changed-files", "tj-actions/branch-names", "jitterbit/get-changed-files",
    "dorny/paths-filter", "trilom/file-changes-action", "xt0rted/pull-request-comment-branch",
})  # fmt: skip
"""Actions that put out names of files and branches, which whoever opens a pull request chooses."""
_NAMED_OUTPUTS: Final = (
    "all_changed_files", "changed_files", "added_files", "modified_files", "deleted_files", "renamed_files",
    "all_modified_files", "all_changed_and_modified_files", "all", "files", "files_added", "files_modified",
    "head_ref", "head_ref_branch", "current_branch", "ref_branch",
)  # fmt: skip


class Taint(NamedTuple):
    """What outsiders wrote, by how a workflow calls it: `env.X`, `steps.a.outputs.b`, `needs.a.outputs.b`."""

    names: frozenset[str]

    def of(self, text: Any) -> str:
        """How a text's expressions name what an outsider wrote; empty where they do not."""
        return next((name for _, name in self.all_of(text)), "")

    def all_of(self, text: Any) -> Iterator[tuple[int, str]]:
        """Each of them with the offset of its expression."""
        offset = 0
        for part in text.split("${{")[1:] if isinstance(text, str) else ():
            offset = text.index("${{", offset) + 3
            said = _NAMED.sub(r".\1", part.partition("}}")[0][:2000])
            if _JUDGED.search(said):
                continue
            if match := _OUTSIDE.search(said):
                yield offset - 3, match[0]
            else:
                named = (match[0] for match in _DETOUR.finditer(said) if match[0] in self.names)
                yield from ((offset - 3, name) for name in named)

    def within(self, mapping: Any) -> Taint:
        """The same where `env` is set to this: the nearest says what a name means."""
        values = mapping if isinstance(mapping, dict) else {}
        names = {name for name in self.names if name.removeprefix("env.") not in values}
        return Taint(frozenset(names | {f"env.{key}" for key, value in values.items() if self.of(value)}))


def found(file: File) -> Iterator[Finding]:
    """What outsiders write and a workflow runs, by a detour."""
    top = Taint(frozenset()).within(file.loaded.value.get("env"))
    outputs: frozenset[str] = frozenset()
    for _ in range(2):  # what a job puts out may be what another has put out
        outputs |= frozenset(_job_outputs(file, Taint(top.names | outputs)))
    for name, job in files.jobs(file):
        tainted = Taint(top.names | outputs).within(job.get("env"))
        for step in files.steps_of(job, ("jobs", name)):
            inner = tainted.within(step.value.get("env"))
            yield from _in_step(file, step, inner)
            tainted = Taint(tainted.names | frozenset(_step_outputs(step.value, inner)))


def _job_outputs(file: File, known: Taint) -> Iterator[str]:
    for name, job in files.jobs(file):
        tainted = known.within(job.get("env"))
        for step in files.steps_of(job, ("jobs", name)):
            made = _step_outputs(step.value, tainted.within(step.value.get("env")))
            tainted = Taint(tainted.names | frozenset(made))
        said = job.get("outputs")
        for key, value in said.items() if isinstance(said, dict) else ():
            if tainted.of(value):
                yield f"needs.{name}.outputs.{key}"


def _step_outputs(step: Mapping[Any, Any], tainted: Taint) -> Iterator[str]:
    identifier, used, script = step.get("id"), step.get("uses"), step.get("run")
    if not isinstance(identifier, str):
        return
    if isinstance(used, str) and used.partition("@")[0].lower() in _TELLING:
        yield from (f"steps.{identifier}.outputs.{name}" for name in _NAMED_OUTPUTS)
    for line in script.split("\n") if isinstance(script, str) else ():
        if ("GITHUB_OUTPUT" in line or "::set-output" in line) and _writes(line, tainted):
            yield from (f"steps.{identifier}.outputs.{name}" for name in _ASSIGNED.findall(line))


def _writes(line: str, tainted: Taint) -> str:
    """The variable of an outsider that a line of a script writes down as it is."""
    if "|" in line.replace("||", "") or "$(" in line:
        return ""  # it may be cleaned on the way
    names = (first or second for first, second in _VARIABLE.findall(line))
    return next((name for name in names if f"env.{name}" in tainted.names), "")


def _in_step(file: File, step: Step, tainted: Taint) -> Iterator[Finding]:
    script, given = step.value.get("run"), step.value.get("with")
    if isinstance(script, str):
        for offset, name in tainted.all_of(script):
            if not name.startswith("github."):  # which zizmor knows
                yield _injected(file, (*step.place, "run"), offset, name)
        yield from _obeyed(file, (*step.place, "run"), script, tainted)
    agent = _AGENT.search(str(step.value.get("uses", "")).partition("@")[0]) is not None
    for key, value in given.items() if isinstance(given, dict) else ():
        if not isinstance(key, str):
            continue
        place = (*step.place, "with", key)
        if _CODE.search(key):
            for offset, name in tainted.all_of(value):
                yield _injected(file, place, offset, name)
        elif agent and ((_PROMPT.search(key) and (name := tainted.of(value))) or _is_open(key, value)):
            line, column = file.loaded.position(*place)
            yield Finding(
                f"agentic-actions: {short(key)} lets outsiders tell the agent what to do with the rights and"
                " secrets of this job; prompt it with numbers, and start it only for known users",
                file.path,
                line,
                column,
                severity="medium",
            )


def _is_open(key: str, value: Any) -> bool:
    """Whether an input lets anybody start the agent."""
    return value == "*" and _WHO.search(key) is not None


def _injected(file: File, place: tuple[str | int, ...], offset: int, name: str) -> Finding:
    line, column = files.line_of(file, place, offset)
    return Finding(
        f"template-injection: {short(name)}: what outsiders write becomes part of the code here; set it as"
        " env: of the step and use the shell's own variable, in quotes",
        file.path,
        line,
        column,
        severity="high",
    )


def _obeyed(file: File, place: tuple[str | int, ...], script: str, tainted: Taint) -> Iterator[Finding]:
    for text in script.split("\n"):
        if ("GITHUB_ENV" in text or "GITHUB_PATH" in text) and (name := _writes(text, tainted)):
            line, column = file.loaded.position(*place)
            yield Finding(
                f"github-env: {short(name)} holds what outsiders write; a line break in it sets any variable"
                " of later steps, and so runs code; pass it as an output or an argument",
                file.path,
                line,
                column,
                severity="high",
            )
            return
