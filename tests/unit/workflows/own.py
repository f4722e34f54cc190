"""How the workflows of this repository differ from those that `fwgates init` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
TEMPLATES: Final = ROOT / "pytest_fwgates/cli/templates"
NAMES: Final = ("gates.yml", "publish-gates.yml")

_POLICY_REF: Final = """\
  # A pull request is judged by the policy of the branch that it goes into: the same commit for all jobs of a run.
  POLICY_REF: ${{ github.event.pull_request.base.sha || github.sha }}
"""  # noqa: E501 - as it stands there
_CHECKOUT: Final = """\
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          path: trusted # of the default branch; at the top its commit would be taken for the judged one
          persist-credentials: false
"""
_DIFFERENCES: Final = {
    "gates.yml": (
        ('pip install "pytest-fwgates[all]"', 'pip install -e ".[all]"'),
        # Its gate tests are the bundled ones, and come from the work tree with everything that judges.
        ('fwgates run --policy-ref="$POLICY_REF"', "pytest"),
        ('--policy-ref="$POLICY_REF" ', ""),
        (_POLICY_REF, ""),
    ),
    "publish-gates.yml": (
        ("    steps:\n", _CHECKOUT),
        ('pip install "pytest-fwgates"', "pip install ./trusted"),
    ),
}


def template(name: str) -> str:
    """What `fwgates init` writes."""
    return (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")


def expected(name: str) -> str:
    """What this repository has in its place."""
    text = template(name)
    for theirs, ours in _DIFFERENCES[name]:
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    return text


if __name__ == "__main__":
    for each in NAMES:
        (ROOT / ".github/workflows" / each).write_text(expected(each), encoding="utf-8")
