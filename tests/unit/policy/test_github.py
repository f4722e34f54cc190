"""Approvals from GitHub, asked of a server on the loopback whose answers fit GitHub's own description."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import re
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from pytest_fwgates.policy import github, github_http
from pytest_fwgates.policy.approvals import Answer, Binding, Judged, counting, rules
from pytest_fwgates.profile import ApprovalPolicy
from tests.unit.policy import github_shapes as shapes
from tests.unit.policy.github_shapes import SHA, commit, pull, pull_review, review, run, user

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
BINDING = Binding("sha256:tree", "sha256:policy", "production", "readable", "sha256:findings")
JUDGED = Judged("production", SHA, clean=True, bindings=(BINDING,), now=NOW)
TOKEN = "ghs_secret0123456789"
ROLES = ApprovalPolicy(roles={"release": ("alice", "bob", "starter", "writer", "opener", "x[bot]", "app")})

SCHEMAS: dict[str, Any] = {
    r"/repos/o/r/actions/runs/7": shapes.WORKFLOW_RUN,
    r"/repos/o/r/actions/runs/7/approvals": {"type": "array", "items": shapes.ENVIRONMENT_APPROVALS},
    r"/repos/o/r/pulls/5/reviews": {"type": "array", "items": shapes.PULL_REQUEST_REVIEW},
    r"/repos/o/r/pulls/5/commits": {"type": "array", "items": shapes.COMMIT},
    r"/repos/o/r/pulls/5": shapes.PULL_REQUEST,
    r"/repos/o/r/commits/[0-9a-f]{40}": shapes.COMMIT,
}


class Server:
    """A GitHub whose answers are set by a test. An answer is a body, or (status, headers, raw body)."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.answers: dict[str, Any] = {
            "/repos/o/r/actions/runs/7": run(),
            "/repos/o/r/actions/runs/7/approvals": [],
            "/repos/o/r/pulls/5/reviews": [],
            "/repos/o/r/pulls/5/commits": [commit()],
            "/repos/o/r/pulls/5": pull(),
            f"/repos/o/r/commits/{SHA}": commit(),
        }
        self.before: list[tuple[int, dict[str, str]]] = []
        """Failures that come before anything else is answered."""
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """What to send for `target`; a body that is not GitHub's fails the test."""
        if self.before:
            status, headers = self.before.pop(0)
            return status, headers, b'{"message": "no"}'
        path = urlsplit(target).path
        found = self.answers.get(target, self.answers.get(path))
        if found is None:
            return 404, {}, b'{"message": "Not Found"}'
        if isinstance(found, tuple):
            return found
        schema = next(schema for pattern, schema in SCHEMAS.items() if re.fullmatch(pattern, path))
        jsonschema.validate(found, schema)
        return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    """The server, ended with the test."""
    box: list[Server] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one = box[0]
            one.asked.append((self.path, dict(self.headers.items())))
            try:
                status, headers, body = one.answer(self.path)
            except jsonschema.ValidationError as error:
                status, headers, body = 418, {}, str(error).encode()
                broken.append(error)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    broken: list[jsonschema.ValidationError] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as real:
        box.append(Server(f"http://127.0.0.1:{real.server_port}"))
        thread = threading.Thread(target=real.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield box[0]
        finally:
            real.shutdown()
            thread.join()
    assert not broken, broken[0]


def client(server: Server, **more: Any) -> tuple[github_http.Client, list[float]]:
    """A client that does not really wait, and what it would have waited."""
    slept: list[float] = []
    return github_http.Client(server.base, TOKEN, sleep=slept.append, clock=lambda: 1000.0, **more), slept


def ask(server: Server, judged: Judged = JUDGED, **changes: str) -> Answer:
    where = github.Context(server.base, TOKEN, "o/r", "7", "1", "")._replace(**changes)
    answer = github.GitHub(where, client(server)[0]).approvals(judged)
    assert TOKEN not in repr(answer)
    return answer


def approvers(answer: Answer, now: dt.datetime = NOW) -> tuple[str, ...]:
    return counting(answer.approvals, BINDING, rules(ROLES), answer.excluded, now).approvers


APPROVALS = "/repos/o/r/actions/runs/7/approvals"
RUN = "/repos/o/r/actions/runs/7"
REVIEWS = "/repos/o/r/pulls/5/reviews"


def test_a_review_of_the_environment_counts(server: Server) -> None:
    """For the criteria that were judged, since the run started, until the policy's age."""
    server.answers[APPROVALS] = [review("alice"), review("bob", "pending"), review("Alice")]
    answer = ask(server)
    assert approvers(answer) == ("Alice",)
    (one,) = answer.approvals
    assert one.bindings == (BINDING,)
    assert one.source == "GitHub run 7, review by Alice"
    assert approvers(answer, NOW + dt.timedelta(days=6, hours=21)) == ("Alice",)
    assert approvers(answer, NOW + dt.timedelta(days=6, hours=22)) == ()
    assert answer.problems == ()


def test_without_roles_github_vouches_for_nobody(server: Server) -> None:
    server.answers[APPROVALS] = [review("alice")]
    answer = ask(server)
    counted = counting(answer.approvals, BINDING, rules(ApprovalPolicy()), answer.excluded, NOW)
    assert not counted.satisfied
    assert "list who may" in counted.problems[0]


@pytest.mark.parametrize(
    "reviews",
    [
        pytest.param([], id="passed without a review"),
        pytest.param([review("alice", environment="staging")], id="another environment"),
        pytest.param([review("alice", "rejected")], id="rejected"),
        pytest.param([review("alice"), review("alice", "rejected")], id="approved and rejected"),
        pytest.param([review("alice", "pending")], id="a comment"),
        pytest.param([review("alice", comment="Bypassed protection rules")], id="an administrator's bypass"),
        pytest.param([review("x[bot]")], id="a bot by its name"),
        pytest.param([review("app", user=user("app", "Bot"))], id="a bot by its type"),
        pytest.param([review("mallory")], id="without a role"),
        pytest.param([review("starter")], id="who started the run"),
        pytest.param([review("writer")], id="who wrote the commit"),
    ],
)
def test_no_approval_of_the_environment(server: Server, reviews: list[dict[str, Any]]) -> None:
    server.answers[APPROVALS] = reviews
    assert approvers(ask(server)) == ()


@pytest.mark.parametrize(
    ("changes", "attempt", "why"),
    [
        ({"head_sha": "b" * 40}, "1", f"is of commit {'b' * 40}, not of {SHA}"),
        ({"run_attempt": 2}, "1", "in attempt 2"),
        ({"run_attempt": 1}, "2", "in attempt 1"),
        ({"run_attempt": 2}, "2", "start a new run"),
        ({"id": 8}, "1", "is of commit"),
    ],
)
def test_the_run_has_to_be_this_one(server: Server, changes: dict[str, Any], attempt: str, why: str) -> None:
    server.answers[RUN] = run(**changes)
    server.answers[APPROVALS] = [review("alice")]
    answer = ask(server, attempt=attempt)
    assert answer.approvals == ()
    assert why in answer.problems[0]


@pytest.mark.parametrize("missing", ["run_attempt", "run_started_at"])
def test_what_github_may_leave_out(server: Server, missing: str) -> None:
    server.answers[RUN] = {key: value for key, value in run().items() if key != missing}
    server.answers[APPROVALS] = [review("alice")]
    assert ask(server).approvals == ()


@pytest.mark.parametrize("judged", [JUDGED._replace(clean=False), JUDGED._replace(commit=None)])
def test_only_commits_are_approved(server: Server, judged: Judged) -> None:
    """What is changed in the work tree is nothing that GitHub has seen; it is not even asked."""
    answer = ask(server, judged)
    assert (answer.approvals, len(answer.problems), server.asked) == ((), 1, [])


def test_a_review_of_the_pull_request_counts(server: Server) -> None:
    server.answers[REVIEWS] = [pull_review("alice"), pull_review("bob", hour=10)]
    answer = ask(server, run="", pull="5")
    assert approvers(answer) == ("alice", "bob")
    assert [one.approved_at.hour for one in answer.approvals] == [9, 10]


@pytest.mark.parametrize(
    "reviews",
    [
        pytest.param([pull_review("alice", commit_id="b" * 40)], id="an older commit"),
        pytest.param([pull_review("alice", commit_id=None)], id="a commit that is gone"),
        pytest.param(
            [pull_review("alice"), pull_review("Alice", "CHANGES_REQUESTED", 10)], id="changed mind"
        ),
        pytest.param([pull_review("alice", "DISMISSED")], id="dismissed"),
        pytest.param([pull_review("alice"), pull_review("alice", "DISMISSED", 10)], id="dismissed later"),
        pytest.param([pull_review("alice", "DISMISSED", 10), pull_review("alice")], id="in any order"),
        pytest.param(
            [pull_review("alice"), pull_review("alice", hour=10, commit_id="b" * 40)],
            id="the last word elsewhere",
        ),
        pytest.param([pull_review("alice", "COMMENTED")], id="a comment"),
        pytest.param([pull_review("alice", "PENDING")], id="a draft"),
        pytest.param([pull_review(None)], id="an account that is gone"),
        pytest.param([pull_review("app", user=user("app", "Bot"))], id="a bot"),
        pytest.param([pull_review("writer")], id="an author"),
        pytest.param([pull_review("opener")], id="who opened it"),
        pytest.param([pull_review("alice", submitted_at="2026-06-01T13:00:00Z")], id="in the future"),
        pytest.param([pull_review("alice", submitted_at="2026-05-25T11:00:00Z")], id="too old"),
        pytest.param(
            [{key: value for key, value in pull_review("alice").items() if key != "submitted_at"}],
            id="undated",
        ),
    ],
)
def test_no_approval_of_the_pull_request(server: Server, reviews: list[dict[str, Any]]) -> None:
    server.answers[REVIEWS] = reviews
    assert approvers(ask(server, run="", pull="5")) == ()


def test_a_later_comment_revokes_nothing(server: Server) -> None:
    server.answers[REVIEWS] = [pull_review("alice", "CHANGES_REQUESTED", 8), pull_review("alice"), pull_review("alice", "COMMENTED", 10)]  # fmt: skip  # noqa: E501
    assert approvers(ask(server, run="", pull="5")) == ("alice",)


def test_every_author_of_the_pull_request_is_known(server: Server) -> None:
    """More commits than GitHub lists: somebody may be hidden, so nothing counts."""
    server.answers[REVIEWS] = [pull_review("alice")]
    server.answers["/repos/o/r/pulls/5/commits"] = [commit(None, None), commit("alice", sha="c" * 40)]
    assert approvers(ask(server, run="", pull="5")) == ()
    server.answers["/repos/o/r/pulls/5/commits"] = [commit()] * 250
    answer = ask(server, run="", pull="5")
    assert (answer.approvals, "no more than 250" in answer.problems[0]) == ((), True)


def test_all_pages_are_read(server: Server) -> None:
    """The later word may stand on the last page."""
    first, second = f"{REVIEWS}?per_page=100", f"{REVIEWS}?per_page=100&page=2"
    link = f'<{server.base}{second}>; rel="next", <{server.base}{second}>; rel="last"'
    server.answers[first] = (
        200,
        {"Link": link},
        json.dumps([pull_review("alice"), pull_review("bob")]).encode(),
    )
    server.answers[second] = [pull_review("alice", "CHANGES_REQUESTED", 10)]
    assert approvers(ask(server, run="", pull="5")) == ("bob",)


@pytest.mark.parametrize(
    "link",
    [
        '<http://127.0.0.1:1/repos/o/r/pulls/5/reviews?page=2>; rel="next"',
        '<https://evil.example/x>; rel="next"',
        '<//evil.example/x>; rel="next"',
        '<file:///etc/passwd>; rel="next"',
    ],
)
def test_pages_stay_on_the_host(server: Server, link: str) -> None:
    server.answers[REVIEWS] = (200, {"Link": link}, json.dumps([pull_review("alice")]).encode())
    answer = ask(server, run="", pull="5")
    assert (answer.approvals, answer.problems) == (
        (),
        ("GitHub: /repos/o/r/pulls/5/reviews: the next page is on another host",),
    )


def test_pages_have_an_end(server: Server) -> None:
    link = f'<{server.base}{REVIEWS}?page=2>; rel="next"'
    server.answers[REVIEWS] = (200, {"Link": link}, json.dumps([pull_review("alice")]).encode())
    answer = ask(server, run="", pull="5")
    assert (answer.approvals, "more than 20 pages" in answer.problems[0]) == ((), True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(server: Server, status: int) -> None:
    """Neither to another host nor, with the token, anywhere."""
    server.answers[RUN] = (status, {"Location": f"{server.base}/elsewhere"}, b"")
    answer = ask(server)
    assert answer.approvals == ()
    assert answer.problems == (f"GitHub: {RUN}: GitHub answered {status}, a redirect; none is followed",)
    assert "/elsewhere" not in [path for path, _ in server.asked]


@pytest.mark.parametrize(
    ("failures", "waits"),
    [
        ([(500, {}), (502, {}), (503, {})], [1.0, 2.0, 4.0]),
        ([(429, {"Retry-After": "7"})], [7.0]),
        ([(403, {"Retry-After": "7"})], [7.0]),
        ([(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1009"})], [10.0]),
        ([(429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "900"})], [1.0]),
        ([(429, {})], [60.0]),
    ],
)
def test_asked_again_when_that_may_help(
    server: Server, failures: list[tuple[int, dict[str, str]]], waits: list[float]
) -> None:
    """After as long as GitHub says."""
    server.before = failures
    one, slept = client(server)
    assert one.get(RUN, github.WorkflowRun).head_sha == SHA
    assert slept == waits


@pytest.mark.parametrize(
    ("failures", "asked", "why"),
    [
        ([(500, {})] * 9, 4, "given up after 4 attempts"),
        ([(429, {"Retry-After": "61"})], 1, "given up after 1 attempts, it asks for 61 s more"),
        (
            [(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999"})],
            1,
            "GitHub answered 403; given up",
        ),
        ([(429, {"Retry-After": "40"})] * 2, 2, "given up after 2 attempts"),
        ([(403, {})], 1, "GitHub answered 403"),
        ([(403, {"X-RateLimit-Remaining": "9", "X-RateLimit-Reset": "1001"})], 1, "GitHub answered 403"),
        ([(401, {})], 1, "GitHub answered 401"),
        ([(404, {})], 1, "GitHub answered 404"),
    ],
)
def test_given_up(server: Server, failures: list[tuple[int, dict[str, str]]], asked: int, why: str) -> None:
    """Nothing counts then, and the reason is one line without the token."""
    server.before = failures
    server.answers[APPROVALS] = [review("alice")]
    answer = ask(server)
    assert answer.approvals == ()
    assert why in answer.problems[0]
    assert len(server.asked) == asked


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"id": "7"}', b"\xff", b"[" * 100_000, b'{"id":7,"head_sha":1}'],
)
def test_other_shapes(server: Server, body: bytes) -> None:
    server.answers[RUN] = (200, {}, body)
    answer = ask(server)
    assert (answer.approvals, "not the answer that GitHub documents" in answer.problems[0]) == ((), True)


def test_sizes_are_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github_http, "MAX_BYTES", 1000)
    server.answers[RUN] = (200, {}, b" " * 1001 + json.dumps(run()).encode())
    assert "larger than 1000 bytes" in ask(server).problems[0]


def test_nobody_answers() -> None:
    slept: list[float] = []
    one = github_http.Client("http://127.0.0.1:1", TOKEN, sleep=slept.append)
    with pytest.raises(github.GitHubError, match="cannot be reached") as error:
        one.get(RUN, github.WorkflowRun)
    assert slept == [1.0, 2.0, 4.0]
    assert TOKEN not in str(error.value)


def test_one_source_that_fails_does_not_hide_the_other(server: Server) -> None:
    server.answers[REVIEWS] = [pull_review("alice")]
    server.answers[RUN] = (404, {}, b"")
    answer = ask(server, pull="5")
    assert approvers(answer) == ("alice",)
    assert answer.problems == (f"GitHub: {RUN}: GitHub answered 404",)


def test_the_token_goes_to_that_host_only(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a header, past any proxy; and the client never shows it."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    one, _ = client(server)
    one.get(RUN, github.WorkflowRun)
    assert server.asked[0][1]["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in repr(one)


@pytest.mark.parametrize(
    "base",
    [
        *("http://api.github.com", "http://127.0.0.1.evil.example", "ftp://127.0.0.1", "file:///etc/passwd"),
        *("https://user:pass@api.github.com", "https://api.github.com/?x", "api.github.com", ""),
        *("http://[::1", "https://api.github.com:port"),
    ],
)
def test_bases_that_are_refused(base: str) -> None:
    with pytest.raises(github.GitHubError):
        github_http.Client(base, TOKEN)


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX: y", "\u00e9", "x" * 1001])
def test_tokens_that_are_refused(token: str) -> None:
    """A header can hold nothing else, and the message does not repeat it."""
    with pytest.raises(github.GitHubError) as error:
        github_http.Client("https://api.github.com", token)
    assert not token or token not in str(error.value)


@pytest.mark.parametrize(
    "changes",
    [{"repository": "o/../r"}, {"repository": "o/.."}, {"repository": "o"}, {"run": "7/x"}, {"pull": "../7"}],
)
def test_addresses_that_are_refused(server: Server, changes: dict[str, str]) -> None:
    answer = ask(server, **changes)
    assert (answer.approvals, len(answer.problems), server.asked) == ((), 1, [])


def test_the_context_of_a_workflow() -> None:
    environ = {
        "GITHUB_TOKEN": f" {TOKEN}\n",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "7",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_REF": "refs/pull/5/merge",
    }
    assert github.context(environ) == ("https://api.github.com", TOKEN, "o/r", "7", "1", "5")
    pushed = github.context(
        {**environ, "GITHUB_REF": "refs/heads/main", "GITHUB_API_URL": "https://ghe/api/v3"}
    )
    assert pushed is not None
    assert (pushed.api, pushed.pull) == ("https://ghe/api/v3", "")
    assert github.context({}) is None
    assert github.context({**environ, "GITHUB_TOKEN": ""}) is None


def test_no_heavy_import() -> None:
    """The client is loaded only where GitHub is asked."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = "import sys, pytest_fwgates.policy.approval_sources; print('urllib.request' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
