"""Real runs of pytest in a folder of their own, and what they left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_fwgates._bundled import ENVIRONMENTS
from tests.acceptance.forks import Forks

if TYPE_CHECKING:
    from collections.abc import Iterator

_RULES = ".cache/pytest-fwgates/kingfisher"
_BUNDLED = {path.stem for path in ENVIRONMENTS.glob("*.yml")}
STAGES = "source_control, framework_validation, security_scanning, code_quality, user_experience"
"""The default stages but for those that measure for ten seconds; `test_performance.py` is about these."""
GATES = "from pytest_fwgates import advisory, gate, mandatory\nimport pytest\n"


@dataclass
class Done:
    """A finished run: exit status, everything printed, and the verdict if one was written."""

    status: int
    text: str
    verdict: dict[str, Any] | None

    def criterion(self, identifier: str) -> dict[str, Any]:
        """The verdict's row of a criterion."""
        assert self.verdict is not None, self.text
        return next(row for row in self.verdict["criteria"] if row["id"] == identifier)

    @property
    def decision(self) -> str | None:
        """The verdict's decision, or None without a verdict."""
        return self.verdict and self.verdict["decision"]

    def canonical(self) -> dict[str, Any]:
        """The verdict without what may differ between equal runs."""
        assert self.verdict is not None, self.text
        rows = [{**row, "duration_s": 0} for row in self.verdict["criteria"]]
        return {**self.verdict, "decided_at": "", "run_ids": [], "ledger": "", "criteria": rows}


class Project:
    """A repository to run pytest in."""

    def __init__(self, pytester: pytest.Pytester, forks: Forks, *, scanners: bool = False) -> None:
        self.pytester = pytester
        self.scanners = scanners
        self.forks = forks
        self.root = pytester.mkdir("project")  # pytester keeps the output of runs beside it
        self.write("README.md", "# A framework\n\n[home](README.md)\n")

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file, dedented if it is text."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            target.write_text(textwrap.dedent(content), encoding="utf-8")
        return target

    def gates(self, code: str, name: str = "test_local.py") -> None:
        """Write a local gate test file."""
        self.write(f"gate_tests/{name}", GATES + textwrap.dedent(code))

    def forms(self, forms: dict[str, str]) -> dict[str, str]:
        """Write each form of ``test_rule`` as a gate of its own; the criterion of each form.

        One run shows them all: a process for each would take most of this suite's time.
        """
        names = {form: f"rule_{number}" for number, form in enumerate(forms)}
        for form, code in forms.items():
            self.gates(code.replace("test_rule", f"test_{names[form]}"), f"test_{names[form]}.py")
        return names

    def profile(
        self, body: str = "", *, name: str = "production", mandatory: str = "[framework_integrity]"
    ) -> None:
        """Write a profile; `body` goes into quality_gates."""
        lines = textwrap.indent(textwrap.dedent(body), "    ")
        stages = "" if "stages:" in body else f"  stages: [{STAGES}]\n"
        self.write(
            f"environments/{name}.yml",
            f"{name}:\n  quality_gates:\n    mandatory_gates: {mandatory}\n{lines}\n{stages}",
        )

    def run(
        self,
        *args: str,
        env: str | None = "production",
        plugins: tuple[str, ...] = (),
        timeout: float = 120,
        scanners: bool | None = None,
    ) -> Done:
        """Run pytest in a process of its own, with our plugin, `plugins`, and xdist for ``-n2``.

        Without the scanners of the extra `security`, which would take as long as everything else, unless the
        test is about them or about the bundled profiles: it is marked or says so. Plugins of others, and a
        variable that is read on import, get a process that nobody has warmed.
        Loading every installed plugin would take three times as long; `test_wheel.py` does that.
        """
        scanners = self.scanners if scanners is None else scanners
        path = self.root / ".fwgates" / "verdict.json"
        options = [f"--env={env}", f"--gate-verdict={path}"] if env else []
        distributed = ("xdist",) if "-n2" in args else ()
        for name in ("fwgates", *distributed, *(one for one in plugins if one != "cacheprovider")):
            options += ["-p", name]
        given = [arg for arg in args if arg != "-n0"]
        if "cacheprovider" not in plugins:
            options += ["-p", "no:cacheprovider"]
        options += [f"--basetemp={self.pytester.path / 'basetemp'}", *given]
        extra = [] if scanners else [str(Path(__file__).with_name("without"))]
        if not scanners and env in _BUNDLED and not (self.root / "environments").exists():
            options += _without_security(self.pytester.path / "profiles", args)
        if plugins or "FWGATES_POLICY_REF" in os.environ:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PYTHONPATH", os.pathsep.join(extra))
                result = self.pytester.run(sys.executable, "-mpytest", *options, timeout=timeout)
            status, text = int(result.ret), result.stdout.str() + result.stderr.str()
        else:
            files = [self.pytester.path / name for name in ("stdout", "stderr")]
            status = self.forks.run(options, [str(Path.cwd()), *extra], *files, timeout)
            text = "\n".join("\n".join(file.read_text(errors="replace").splitlines()) for file in files)
            sys.stdout.write(f"pytest {shlex.join(options)}\n{text}\n")
        return Done(status, text, _json(path))

    def cli(self, *args: str) -> Done:
        """Run the console script."""
        script = Path(sys.executable).with_name("fwgates")
        result = self.pytester.run(script, *args)
        return Done(int(result.ret), result.stdout.str() + result.stderr.str(), None)


def _without_security(folder: Path, args: tuple[str, ...]) -> list[str]:
    """The bundled profiles without the gates that need scanners and the stages that measure.

    Not where the run names profiles of its own.
    """
    if any(arg.startswith("--gate-profiles") for arg in args):
        return []
    folder.mkdir(exist_ok=True)
    for path in ENVIRONMENTS.glob("*.yml"):
        gate = "basic_security" if path.stem == "development" else "security"
        text = path.read_text()
        for name in (gate, "performance"):
            text = re.sub(rf'(, )?"{name}"', "", text, count=1)
            text = text.replace("disabled_gates: [", f'disabled_gates: ["{name}", ')
        text = re.sub(r"\[, ", "[", text).replace(", ]", "]")
        folder.joinpath(path.name).write_text(f"{text}\n  stages: [{STAGES}]\n")
    return [f"--gate-profiles={folder}"]


def _json(path: Path) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return document


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Where runs come from."""
    server = Forks()
    yield server
    server.end()


def _keep_rules(own: Path, rules: Path) -> None:
    """For the next test; whole, because workers share them."""
    if own.is_dir() and not rules.exists():
        copied = shutil.copytree(own, own.with_name("copied"))
        with contextlib.suppress(OSError):  # another worker was quicker
            copied.rename(rules)


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    config.addinivalue_line("markers", "scanners: runs have the scanners, and so the bundled profiles whole")


@pytest.fixture
def project(
    request: pytest.FixtureRequest,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    forks: Forks,
    tmp_path_factory: pytest.TempPathFactory,
) -> Project:
    """An almost empty repository, free of the outer run's settings."""
    for name in ("PYTEST_ADDOPTS", "FWGATES_ENV", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # Otherwise each of hundreds of runs compiles the bundled gate tests anew, as no user's does.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):  # of the run that runs the tests
        monkeypatch.delenv(name, raising=False)
    one = Project(pytester, forks, scanners=request.node.get_closest_marker("scanners") is not None)
    if one.scanners:  # which would compile their rules for each home anew, four seconds long
        rules, own = tmp_path_factory.getbasetemp().parent / "rules", Path.home() / _RULES
        if rules.is_dir():
            shutil.copytree(rules, own)
        else:
            request.addfinalizer(lambda: _keep_rules(own, rules))  # noqa: PT021 - only of some tests
    monkeypatch.chdir(one.root)
    return one


@pytest.fixture(params=["-n0", "-n2"])
def workers(request: pytest.FixtureRequest) -> str:
    """Serial, and with two xdist workers."""
    return str(request.param)
