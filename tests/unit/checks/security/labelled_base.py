"""A sound workflow, and a sound action, that labelled ones are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random

HOST = "https://get.example.invalid"
CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683"
WORKFLOW = ".github/workflows/ci.yml"
TITLES = (
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.comment.body",
    "github.event.review.body",
    "github.head_ref",
    "github.event.head_commit.message",
    "github.event.discussion.title",
)


CALL = "name: x\non: push\npermissions: {}\njobs:\n  call:\n"
SCRIPT = "- uses: actions/github-script@{} # v7\n  with:\n    script: |\n      "


class Sample(NamedTuple):
    """One repository: its class, and its files by their paths."""

    kind: str
    files: dict[str, str]


def sha(rng: random.Random, digits: int = 40) -> str:
    """A commit."""
    return "".join(rng.choices("0123456789abcdef", k=digits))


def workflow(steps: str, *, on: str = "push", top: str = "permissions: {}", job: str = "") -> dict[str, str]:
    """A sound workflow with these steps."""
    lines = "\n".join(f"      {line}" for line in steps.strip("\n").split("\n"))
    more = "".join(f"    {line}\n" for line in job.split("\n") if line)
    return {
        WORKFLOW: f"name: ci\non: {on}\n{top}\njobs:\n  build:\n    runs-on: ubuntu-24.04\n"
        f"    timeout-minutes: 5\n{more}    steps:\n      - uses: {CHECKOUT} # v4.2.2\n"
        f"        with:\n          persist-credentials: false\n{lines}\n"
    }


def action(steps: str) -> dict[str, str]:
    """A composite action."""
    lines = "\n".join(f"    {line}" for line in steps.strip("\n").split("\n"))
    head = "name: prepare\ndescription: Prepares.\ninputs:\n  label:\n    description: A label.\n"
    return {"action.yml": f"{head}runs:\n  using: composite\n  steps:\n{lines}\n"}
