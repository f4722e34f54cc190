"""pip-audit itself, on a service of advisories on this machine, and what makes its answer none."""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from pytest_fwgates.framework.inventory.model import Component
from pytest_fwgates.tools import pip_audit
from pytest_fwgates.tools.adapter import NOT_INSTALLED, Output, Unproven
from pytest_fwgates.tools.osv import Locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BAD = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "modified": "2026-01-01T00:00:00Z",
    "summary": "bad",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "click"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "8.1.0"}]}],
            "versions": ["8.0.4"],
        }
    ],
}


class Service(BaseHTTPRequestHandler):
    """Answers as osv.dev does."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        bad = asked["package"]["name"] == "click" and asked["version"] == "8.0.4"
        body = json.dumps({"vulns": [BAD]} if bad else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def service() -> Iterator[list[str]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield [
            "--vulnerability-service",
            "osv",
            "--osv-url",
            f"http://127.0.0.1:{server.server_port}/v1/query",
        ]
        server.shutdown()


def locked(name: str = "click", version: str = "8.0.4", path: str = "uv.lock") -> Locked:
    return Locked(path, Component("pypi", name, name, 3, version=version))


def test_the_real_tool(service: list[str]) -> None:
    asked = [locked(), locked("rich", "13.7.1"), locked(version="8.1.7", path="other.lock")]
    scan = pip_audit.scan(asked, service=service)
    assert [(one.path, one.line, one.severity, one.message) for one in scan.findings] == [
        ("uv.lock", 3, "high", "click 8.0.4 has PYSEC-2026-1 (CVE-2026-1); update to 8.1.0")
    ]
    assert scan.examined == 3


def test_a_service_that_cannot_be_reached_is_no_pass() -> None:
    service = ["--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:9/v1/query", "--timeout", "1"]
    with pytest.raises(Unproven, match="pip-audit gave no answer"):
        pip_audit.scan([locked()], service=service)


def answer(monkeypatch: pytest.MonkeyPatch, status: int, dependencies: Any) -> None:
    output = Output(status, json.dumps({"dependencies": dependencies, "fixes": []}).encode(), "")
    monkeypatch.setattr(pip_audit, "execute", lambda *_: output)


def test_a_package_that_was_left_out_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, 0, [{"name": "click", "skip_reason": "not on PyPI"}])
    with pytest.raises(Unproven, match="left click out"):
        pip_audit.scan([locked()])
    answer(monkeypatch, 0, [])
    with pytest.raises(Unproven, match="says nothing of click"):
        pip_audit.scan([locked()])


def test_another_status_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, 2, [{"name": "click", "version": "8.0.4", "vulns": []}])
    with pytest.raises(Unproven, match="status 2"):
        pip_audit.scan([locked()])


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert pip_audit.available() is None
    with pytest.raises(Unproven) as error:
        pip_audit.scan([locked()])
    assert str(error.value) == NOT_INSTALLED
