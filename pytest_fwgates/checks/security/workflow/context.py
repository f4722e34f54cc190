"""Who may choose what a workflow's expressions say, and whose files it takes: what zizmor does not weigh."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates.checks.security.workflow import files
from pytest_fwgates.checks.security.workflow.downloads import started

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_fwgates.checks.security.workflow.files import File

REFS: Final = frozenset({"github.ref", "github.ref_name"})
"""Names that only somebody who may push can choose; of a pull request they are numbers."""

_NUMBER: Final = re.compile(
    r"\Agithub\.(?!event\.(?:client_payload|inputs)\b)(?:[\w-]{1,100}\.){0,9}"
    r"(?:\w{0,80}_)?(?:sha|id|number|at|attempt)\Z"
)
_INPUT: Final = re.compile(r"\A(?:github\.event\.)?inputs\.([\w-]{1,100})\Z")
_LISTED: Final = frozenset({"boolean", "choice", "environment", "number"})
_NUMBERED: Final = frozenset({"pull_request", "pull_request_target", "schedule", "workflow_run", "issues"})
"""Events whose ref is a number or the default branch."""
_PATTERN: Final = re.compile(r"[*?\[+]")
_HEAD: Final = re.compile(
    r"github\.event\.pull_request\.(?:head|merge_commit|number)|github\.head_ref|workflow_run\.(?:head|pull)"
    r"|refs/pull/|github\.event\.number"
    r"|\b(?:steps|needs)\.[\w-]{1,100}\.outputs\.(?:[\w-]{0,60}[_-])?(?:head|sha|ref|branch|commit)"
)
_GIT: Final = re.compile(r"\bgit\s{1,9}(?:fetch|checkout|clone|merge|pull|switch|worktree|reset)\b")
_BY_HAND: Final = re.compile(
    r"\bgh\s{1,9}(?:pr\s{1,9}checkout|run\s{1,9}download)\b"
    r"|\bgit\s{1,9}(?:fetch|checkout|clone|merge|pull|switch|worktree|reset)\b[^\n]{0,300}"
)
_FOREIGN: Final = re.compile(r"refs/pull|pull/|head_ref|head\.|HEAD_")


def is_number(expression: str) -> bool:
    """Whether GitHub itself counts it, hashes it or takes it from the clock; zizmor knows them in part."""
    return _NUMBER.match(expression) is not None


def is_input(expression: str) -> bool:
    """Whether a caller chooses it, or somebody who may start workflows by hand."""
    return _INPUT.match(expression) is not None


def is_chosen_from_list(file: File, expression: str) -> bool:
    """Whether an expression is an input of which only what the workflow itself lists is accepted."""
    match = _INPUT.match(expression)
    said = events(file)
    if match is None or "workflow_call" in said:
        return False
    inputs = _table(_table(said.get("workflow_dispatch")).get("inputs"))
    return _table(inputs.get(match[1])).get("type") in _LISTED


def is_known_ref(file: File, expression: str) -> bool:
    """Whether a ref can only be a number or one of the branches that the workflow names."""
    if expression not in REFS:
        return False
    return all(
        event in _NUMBERED or (event == "push" and _names_branches(_table(said)))
        for event, said in events(file).items()
    )


def _names_branches(push: dict[Any, Any]) -> bool:
    branches = push.get("branches")
    names = [branches] if isinstance(branches, str) else branches
    if not isinstance(names, list) or not names or "tags" in push or "tags-ignore" in push:
        return False
    return not any(_PATTERN.search(str(name)) for name in names)


def events(file: File) -> dict[str, Any]:
    """The events that start a workflow, with what is said of each."""
    said = file.loaded.value.get("on")
    if isinstance(said, str):
        return {said: None}
    if isinstance(said, list):
        return {str(name): None for name in said}
    return {str(name): value for name, value in _table(said).items()}


def _table(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def brings_foreign_code(file: File, own: Mapping[str, File]) -> bool:
    """Whether a workflow takes files of a pull request or of another run into its own work tree.

    `pull_request_target` and `workflow_run` are dangerous for what they do with such files; one that labels,
    comments or reports and leaves them alone is what they are made for. What a workflow or action of the
    framework's `own` does that it uses, it does; those of others are pinned, and read once.
    """
    pending, seen = [file], {file.path}
    while pending:
        one = pending.pop()
        scripts = [step.value.get("run") for step in files.steps(one)]
        if any(_takes_files(step.value, scripts) for step in files.steps(one)):
            return True
        for path in _used(one):
            if path in own and path not in seen:
                seen.add(path)
                pending.append(own[path])
    return False


def _used(file: File) -> Iterator[str]:
    """Paths of the framework's own workflows and actions that a file uses."""
    holders = [job for _, job in files.jobs(file)] + [step.value for step in files.steps(file)]
    for holder in holders:
        used = holder.get("uses")
        if isinstance(used, str) and used.startswith("./"):
            path = posixpath.normpath(used)
            yield from (path, f"{path}/action.yml", f"{path}/action.yaml")


def _takes_files(step: dict[Any, Any], scripts: Sequence[Any]) -> bool:
    used, script, given = step.get("uses"), step.get("run"), _table(step.get("with"))
    if isinstance(used, str):
        name = used.partition("@")[0].lower()
        if "checkout" in name:
            return _HEAD.search(" ".join(_texts(given.values()))) is not None
        if "download-artifact" in name:
            folder = str(given.get("path") or "").removeprefix("./").rstrip("/")
            return folder in {"", "."} or any(_starts(one, folder) for one in scripts)
    if not isinstance(script, str) or not (match := _BY_HAND.search(script)):
        return False
    if _FOREIGN.search(match[0]) or "gh" in match[0][:3]:
        return True
    heads = [key for key, value in _table(step.get("env")).items() if _HEAD.search(str(value))]
    lines = [line for line in script.split("\n") if _GIT.search(line)]
    return any(f"${key}" in line or f"${{{key}}}" in line for key in heads for line in lines)


def _starts(script: Any, folder: str) -> bool:
    """Whether a script starts a file of a folder."""
    if not isinstance(script, str) or folder not in script:
        return False
    return any(name.startswith(f"{folder}/") for name in started(script))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))
