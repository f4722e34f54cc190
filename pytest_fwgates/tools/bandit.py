"""bandit, as a library: what is dangerous in Python. Nothing is executed, and nothing leaves the machine.

https://bandit.readthedocs.io/ has the ids. Its severities are not ours: it never says "critical", has running
of any code as medium, and weak hashes as high; `_SEVERITIES` says what counts here instead, and why.
"""

from __future__ import annotations

import ast
import configparser
import contextlib
import importlib.metadata
import logging
import re
import tomllib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

from pytest_fwgates import yamldoc
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.model import Finding
from pytest_fwgates.tools.adapter import NOT_INSTALLED, Scan, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.model import Severity

_RUNS_CODE: Final = "it runs whatever is put there"
_SEVERITIES: Final[dict[str, tuple[Severity, str]]] = {
    "B102": ("high", _RUNS_CODE),
    "B301": ("high", "unpickling runs what the data name"),
    "B302": ("high", "unmarshalling foreign bytes crashes or runs code"),
    "B307": ("high", _RUNS_CODE),
    "B506": ("high", "an unsafe loader constructs what a tag names"),
    "B202": ("high", "members of an archive are written outside of the folder"),
    "B108": ("low", "only others on the same machine could use it"),
    "B110": ("low", "it is no vulnerability"),
    "B112": ("low", "it is no vulnerability"),
    "B113": ("low", "it is no vulnerability"),
    "B310": ("low", "every use of urlopen is reported, whatever the address"),
    "B701": ("medium", "it matters where what is rendered is HTML"),
    "B324": ("medium", "most digests name things and protect nothing"),
}
"""By id where bandit's own severity does not fit: ours, and why."""
_COMMANDS: Final = frozenset({"B602", "B605"})
_BY_NAME: Final[dict[str, Severity]] = {"HIGH": "high", "MEDIUM": "medium", "LOW": "low", "UNDEFINED": "high"}
_NOSEC: Final = re.compile(r"#\s{0,9}nosec\b:?(?P<ids>[^#\n]{0,300})", re.IGNORECASE)
_ID: Final = re.compile(r"\bB\d{3}\b")
_SHEBANG: Final = re.compile(rb"#![^\n]{0,200}\bpython[\d.]{0,8}\b")
_LOGGERS: Final = (
    "bandit",
    "stevedore",
    "stevedore.extension",
    "stevedore._cache",
    "bandit.core.manager",
    "bandit.core.config",
)
"""Those that speak while they are being loaded."""
_SHEBANG_READ: Final = 200


class Own(NamedTuple):
    """What the framework's own configuration of bandit leaves out."""

    skips: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()

    def leaves_out(self, test: str, path: str) -> bool:
        """Whether a finding of that id in that file is not wanted."""
        wanted = not self.tests or test in self.tests
        return test in self.skips or not wanted or any(f"/{folder}/" in f"/{path}" for folder in self.folders)


class Bandit:
    """The adapter."""

    name = "bandit"

    def available(self) -> str | None:
        """Its version; None where it is not installed."""
        try:
            return importlib.metadata.version("bandit")
        except importlib.metadata.PackageNotFoundError:
            return None

    def run(self, root: Path, paths: Sequence[str]) -> Scan:
        """Search these Python files.

        A comment `# nosec` and the framework's own configuration are honoured for what is below high; what
        is high they cannot hide.

        Raises:
            Unproven: it is not installed.
        """
        with _quiet():
            manager = _manager()
        readable, lost = [], []
        for path in paths:
            text = reading.read_bytes(root, path)
            if isinstance(text, Unreadable):
                lost.append(f"{path}: {text.reason}")
            else:
                readable.append(path)
        manager.files_list = [f"{root}/{path}" for path in readable]
        with _quiet():
            manager.run_tests()
        lost += [f"{Path(file).relative_to(root).as_posix()}: {why}" for file, why in manager.skipped]
        own = own_configuration(root)
        found = [finding for issue in manager.results if (finding := _finding(root, issue, own))]
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        return Scan(
            tuple(found), len(paths) - len(lost), f"bandit cannot read {lost[0]}{more}" if lost else ""
        )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What bandit and what loads its plugins log and warn of is ours to say, or nobody's."""
    names = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] in {"bandit", "stevedore"}
    ]
    loggers = [logging.getLogger(name) for name in {*names, *_LOGGERS}]
    before = [one.disabled for one in loggers]
    for one in loggers:
        one.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for one, state in zip(loggers, before, strict=True):
            one.disabled = state


def python_files(root: Path, paths: Sequence[str]) -> list[str]:
    """Those of `paths` that are Python, by their suffix or their first line."""
    return [
        path
        for path in paths
        if path.endswith((".py", ".pyw")) or ("." not in Path(path).name and _runs_python(root, path))
    ]


def _runs_python(root: Path, path: str) -> bool:
    try:
        with (root / path).open("rb") as stream:
            return _SHEBANG.match(stream.read(_SHEBANG_READ)) is not None
    except OSError:
        return False


def _manager() -> Any:
    try:
        from bandit.core import config, manager  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise Unproven(NOT_INSTALLED) from None
    return manager.BanditManager(config.BanditConfig(), "file", ignore_nosec=True)


def _finding(root: Path, issue: Any, own: Own) -> Finding | None:
    path = Path(issue.fname).relative_to(root).as_posix()
    severity, why = _SEVERITIES.get(issue.test_id, (_BY_NAME.get(issue.severity, "high"), ""))
    if severity == "medium" and issue.confidence == "LOW":
        severity = "low"
    if issue.test_id in _COMMANDS and _says_itself(issue):
        severity = "low"
    hidden = own.leaves_out(issue.test_id, path) or _is_marked(issue)
    if hidden and severity != "high":
        return None
    said = f"{issue.test_id} {issue.test}: {str(issue.text).strip().rstrip('.')}"
    parts = [said, why, "a comment or configuration of bandit does not hide what is high" if hidden else ""]
    return Finding(
        "; ".join(part for part in parts if part), path, issue.lineno,
        (issue.col_offset + 1) if issue.col_offset is not None and issue.col_offset >= 0 else None,
        severity=severity, subject=said,
    )  # fmt: skip


def _says_itself(issue: Any) -> bool:
    """Whether the command is a choice among texts that stand there; bandit takes it for one from outside."""
    import linecache  # noqa: PLC0415 - bandit has it loaded

    text = "".join(linecache.getlines(issue.fname))
    try:
        calls = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    here = [
        one for one in calls if one.lineno == issue.lineno and one.args and one.col_offset == issue.col_offset
    ]
    return bool(here) and all(_is_text(one.args[0]) for one in here)


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    return isinstance(node, ast.Constant)


def _is_marked(issue: Any) -> bool:
    """Whether a comment in its lines asks to overlook it, as bandit reads such comments."""
    import linecache  # noqa: PLC0415 - bandit has it loaded

    for number in {issue.lineno, *issue.linerange}:
        match = _NOSEC.search(linecache.getline(issue.fname, number))
        if match and (not (ids := _ID.findall(match["ids"])) or issue.test_id in ids):
            return True
    return False


def own_configuration(root: Path) -> Own:
    """What `[tool.bandit]`, `bandit.yaml` or `.bandit` leave out; nothing else of them is read."""
    for name, reader in (
        ("pyproject.toml", _toml),
        ("bandit.yaml", _yaml),
        ("bandit.yml", _yaml),
        (".bandit", _ini),
    ):
        text = reading.read_text(root, name)
        if isinstance(text, str):
            try:
                own = _own(reader(text))
            except (
                ValueError,
                yaml.YAMLError,
                configparser.Error,
                RecursionError,
                AttributeError,
                TypeError,
            ):
                continue
            if own != Own():
                return own
    return Own()


def _own(said: dict[str, Any]) -> Own:
    return Own(
        frozenset(_words(said.get("skips"))),
        frozenset(_words(said.get("tests"))),
        tuple(
            word.strip("./*")
            for word in _words(said.get("exclude_dirs", said.get("exclude")))
            if word.strip("./*")
        ),
    )


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return [str(one) for one in value] if isinstance(value, list) else []


def _toml(text: str) -> dict[str, Any]:
    said = tomllib.loads(text).get("tool", {}).get("bandit", {})
    return said if isinstance(said, dict) else {}


def _yaml(text: str) -> dict[str, Any]:
    said = yamldoc.load(text).value
    return said if isinstance(said, dict) else {}


def _ini(text: str) -> dict[str, Any]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return dict(parser["bandit"]) if parser.has_section("bandit") else {}
