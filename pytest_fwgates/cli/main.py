"""The command line: each command in a module of its own; usage errors exit with 4."""

from __future__ import annotations

import sys

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.cli import (
    approve,
    attest,
    baseline,
    bench_compare,
    explain,
    framework,
    init,
    ledger,
    lock,
    merge,
    policy,
    report,
    run,
    schema,
    verdict,
)
from pytest_fwgates.framework.configuration import ConfigurationError
from pytest_fwgates.policy.places import PolicyError
from pytest_fwgates.reports.text import printable

app = typer.Typer(
    name="fwgates",
    help="Quality gates as tests.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
for module in (init, lock, verdict, merge, attest, approve, baseline, explain, framework, schema, report):
    app.command(module.__name__.rpartition(".")[2])(module.command)
app.command("bench-compare")(bench_compare.command)
app.command("run", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run.command)
app.add_typer(ledger.app, name="ledger")
app.add_typer(policy.app, name="policy")


def _safe(text: str) -> str:
    """A usage text may have lines; none of them may command a terminal or a runner."""
    return "\n".join(printable(line) for line in text.split("\n"))


def main() -> None:
    """Run the command that was typed; the entry point of the console script."""
    try:
        status = app(standalone_mode=False)
    except (PolicyError, ConfigurationError, OSError) as error:
        print(printable(f"fwgates: {error}"), file=sys.stderr)  # noqa: T201 - the command's own output
        sys.exit(exitstatus.USAGE_ERROR)
    except Exception as error:
        # typer may carry its own copy of click, so its usage errors are known by what they offer
        if not hasattr(error, "format_message"):
            raise
        print("fwgates:", _safe(error.format_message()), file=sys.stderr)  # noqa: T201 - as above
        sys.exit(exitstatus.USAGE_ERROR)
    sys.exit(status if isinstance(status, int) else exitstatus.ALLOW)
