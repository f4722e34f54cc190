"""`--policy-ref`: one pytest in a folder that holds the policy of a commit judges the work tree from there.

The work tree's own configuration, conftests and gate tests never reach that process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from pytest_fwgates import exitstatus
from pytest_fwgates.policy import baseline, trusted
from pytest_fwgates.policy.places import BASELINE, PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import FrameType, TracebackType

    from pytest_fwgates.policy.trusted import Scope

OPTION: Final = "--policy-ref"
VARIABLE: Final = "FWGATES_POLICY_REF"
HANDED_OVER: Final = "--gate-trusted"

_IN_WORK_TREE: Final = frozenset(
    {
        "--framework-root",
        "--gate-verdict",
        "--gate-evidence",
        "--gate-ledger",
        "--gate-junit",
        "--gate-sarif",
        "--gate-html",
        "--junitxml",
        "--junit-xml",
        "--log-file",
        "--basetemp",
    }
)
"""Options whose path is meant where the person stands, not where the policy lies."""
_REFUSED: Final = frozenset(
    {"-c", "--config-file", "--rootdir", "--confcutdir", "--gate-lock", "--pyargs", HANDED_OVER}
)
_INTERRUPTED: Final = 2


def run(args: Sequence[str], start: Path, ref: str) -> int:
    """Run pytest with what was typed, by the policy of the commit `ref`; its exit status.

    Raises:
        PolicyError: it cannot be done as asked.
    """
    start = Path(os.path.realpath(start))
    where = trusted.scope(start, value(args, "--gate-profiles"))
    with (
        _Signals() as signals,
        tempfile.TemporaryDirectory(prefix="fwgates-policy-", ignore_cleanup_errors=True) as temporary,
    ):
        folder = Path(os.path.realpath(temporary))
        snapshot = trusted.materialise(where, ref, folder / "policy")
        changes = _that_count(trusted.changed(where, snapshot.commit), snapshot.root, where.top)
        words = rewritten(args, start, where, snapshot.root)
        about = trusted.Trusted(ref, snapshot.commit, str(snapshot.root), str(where.top), changes)
        trusted.hand_over(about, folder / "trusted.json")
        # pytest looks upwards for configuration: not beyond this, not into a temporary folder of everybody
        (folder / "pytest.ini").touch()
        own = (f"{HANDED_OVER}={folder / 'trusted.json'}", f"--rootdir={snapshot.root}")
        return signals.wait(
            [sys.executable, "-P", "-m", "pytest", *own, *words], snapshot.root / where.folders[0]
        )


def _that_count(changes: Iterable[str], policy: Path, top: Path) -> tuple[str, ...]:
    """All of them, but for a baseline that only shrinks: it is meant to, and the larger one judges."""
    shrinks = baseline.only_shrinks(policy / BASELINE, top / BASELINE)
    return tuple(path for path in changes if path != BASELINE or not shrinks)


def rewritten(args: Sequence[str], start: Path, where: Scope, root: Path) -> list[str]:
    """What was typed, for a pytest that starts in another folder.

    Args:
        args: As typed.
        start: Where the person stands.
        where: The repository.
        root: The folder that stands for its top.

    Raises:
        PolicyError: an option or a path would lead out of the policy.
    """
    words: list[str] = []
    rest = iter(args)
    for word in rest:
        option, given, attached = word.partition("=")
        if option in _REFUSED or (word.startswith("-c") and not word.startswith("--")):
            raise PolicyError(f"{option} does not go with {OPTION}: that would be policy of the work tree")
        if option == OPTION:
            if not given:
                next(rest, None)
        elif option in _IN_WORK_TREE:
            words.append(f"{option}={start / (attached if given else next(rest, ''))}")
        elif option == "--gate-profiles":
            named = os.path.realpath(start / (attached if given else next(rest, "")))
            words.append(f"{option}={_moved(Path(named), where.top, root)}")
        else:
            words.append(_path(word, where.top, root))
    return words


def _path(word: str, top: Path, root: Path) -> str:
    """`word` itself, or where the policy has what it names in the work tree by an absolute path."""
    path, colons, name = word.partition("::")
    if not Path(path).is_absolute() or not Path(path).exists():
        return word
    real = Path(os.path.realpath(path))
    moved = _moved(real, top, root)
    if moved == real or moved.exists():
        return f"{moved}{colons}{name}"
    if real.suffix == ".py" or real.is_dir():
        raise PolicyError(f"{path} is no policy; where an option means it, write OPTION={path}")
    return word


def _moved(path: Path, top: Path, root: Path) -> Path:
    return root / path.relative_to(top) if path.is_relative_to(top) else path


def value(args: Sequence[str], option: str) -> str | None:
    """The last value that was typed for `option`, whatever else stands in a configuration."""
    values = list(_values(args, option))
    return values[-1] if values else None


def _values(args: Sequence[str], option: str) -> Iterator[str]:
    for number, word in enumerate(args):
        if word == option:
            yield "".join(args[number + 1 : number + 2])
        elif word.startswith(f"{option}="):
            yield word.partition("=")[2]


class _Signals:
    """Passes on what should end the run to the process that runs it, and waits for that."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            numbers = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
            for number in filter(None, numbers):
                self.before[number] = signal.signal(number, self._pass_on)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def wait(self, command: list[str], folder: Path) -> int:
        """The exit status of `command`; one that a signal ended proves nothing."""
        environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
        sys.stdout.flush()
        sys.stderr.flush()
        self.child = subprocess.Popen(command, cwd=folder, env=environment)
        try:
            status = self.child.wait()
        except BaseException:
            self.child.kill()
            self.child.wait()
            raise
        if status >= 0:
            return status
        print(f"fwgates: NOT JUDGED: signal {-status} ended the run", file=sys.stderr)  # noqa: T201 - no reporter
        return exitstatus.BLOCK

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.child is None:
            sys.exit(_INTERRUPTED if number == signal.SIGINT else exitstatus.BLOCK)
        if number != signal.SIGINT or not _reaches_all():
            self.child.send_signal(number)


def _reaches_all() -> bool:
    """Whether Ctrl-C was pressed at a terminal, which tells every process of the group."""
    if not hasattr(os, "tcgetpgrp"):
        return True
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
