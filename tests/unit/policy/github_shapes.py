"""What GitHub answers, after its published OpenAPI description (2022-11-28): schemas, and examples that fit.

Only what the endpoints for approvals return; formats and descriptions are left out.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_MAYBE = {"type": ["string", "null"]}
_LINK = {"type": "object", "required": ["href"], "properties": {"href": _TEXT}}

_USER_URLS = (
    *("avatar_url", "events_url", "followers_url", "following_url", "gists_url", "html_url"),
    *("organizations_url", "received_events_url", "repos_url", "starred_url", "subscriptions_url", "url"),
)
_USER_FIELDS = {
    **dict.fromkeys((*_USER_URLS, "login", "node_id", "type"), _TEXT),
    "gravatar_id": _MAYBE,
    "id": _NUMBER,
    "site_admin": {"type": "boolean"},
}
SIMPLE_USER = {"type": "object", "required": sorted(_USER_FIELDS), "properties": _USER_FIELDS}
_NULLABLE_USER = {"anyOf": [{"type": "null"}, SIMPLE_USER]}

ENVIRONMENT_APPROVALS = {
    "type": "object",
    "required": ["environments", "state", "user", "comment"],
    "properties": {
        "environments": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": _NUMBER,
                    **dict.fromkeys(
                        ("node_id", "name", "url", "html_url", "created_at", "updated_at"), _TEXT
                    ),
                },
            },
        },
        "state": {"enum": ["approved", "rejected", "pending"]},
        "user": SIMPLE_USER,
        "comment": _TEXT,
    },
}

_RUN_TEXTS = (
    *("node_id", "head_sha", "path", "event", "url", "html_url", "created_at", "updated_at", "jobs_url"),
    *("logs_url", "check_suite_url", "artifacts_url", "cancel_url", "rerun_url", "workflow_url"),
    "display_title",
)
_RUN_FIELDS: dict[str, Any] = {
    **dict.fromkeys(_RUN_TEXTS, _TEXT),
    **dict.fromkeys(("id", "run_number", "workflow_id"), _NUMBER),
    **dict.fromkeys(("head_branch", "status", "conclusion"), _MAYBE),
    "repository": {"type": "object"},
    "head_repository": {"type": "object"},
    "head_commit": {"type": ["object", "null"]},
    "pull_requests": {"type": ["array", "null"]},
}
WORKFLOW_RUN = {
    "type": "object",
    "required": sorted(_RUN_FIELDS),
    "properties": {
        **_RUN_FIELDS,
        "run_attempt": _NUMBER,
        "run_started_at": _TEXT,
        "actor": SIMPLE_USER,
        "triggering_actor": SIMPLE_USER,
    },
}

PULL_REQUEST_REVIEW = {
    "type": "object",
    "required": [
        *("id", "node_id", "user", "body", "state", "html_url", "pull_request_url", "_links", "commit_id"),
        "author_association",
    ],
    "properties": {
        "id": _NUMBER,
        **dict.fromkeys(("node_id", "body", "state", "html_url", "pull_request_url", "submitted_at"), _TEXT),
        "user": _NULLABLE_USER,
        "_links": {
            "type": "object",
            "required": ["html", "pull_request"],
            "properties": {"html": _LINK, "pull_request": _LINK},
        },
        "commit_id": _MAYBE,
        "author_association": {
            "enum": [
                *("COLLABORATOR", "CONTRIBUTOR", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN"),
                *("MEMBER", "NONE", "OWNER"),
            ]
        },
    },
}

COMMIT = {
    "type": "object",
    "required": [
        "url",
        "sha",
        "node_id",
        "html_url",
        "comments_url",
        "commit",
        "author",
        "committer",
        "parents",
    ],
    "properties": {
        **dict.fromkeys(("url", "sha", "node_id", "html_url", "comments_url"), _TEXT),
        "commit": {"type": "object"},
        "author": {"anyOf": [{"type": "null"}, SIMPLE_USER, {"type": "object", "maxProperties": 0}]},
        "committer": {"anyOf": [{"type": "null"}, SIMPLE_USER, {"type": "object", "maxProperties": 0}]},
        "parents": {"type": "array"},
    },
}

PULL_REQUEST = {  # the parts that are read here
    "type": "object",
    "required": ["number", "user", "state"],
    "properties": {"number": _NUMBER, "user": SIMPLE_USER, "state": {"enum": ["open", "closed"]}},
}

SHA = "a" * 40


def user(login: str, kind: str = "User") -> dict[str, Any]:
    """An account."""
    urls = dict.fromkeys(_USER_URLS, f"https://api.github.com/users/{login}")
    return {
        **urls,
        "login": login,
        "node_id": "U_1",
        "type": kind,
        "gravatar_id": "",
        "id": 1,
        "site_admin": False,
    }


def review(
    login: str, state: str = "approved", environment: str = "production", **changes: Any
) -> dict[str, Any]:
    """An entry of a run's review history."""
    place = {"id": 1, "node_id": "E_1", "name": environment, "created_at": "2020-11-23T22:00:40Z"}
    return {"environments": [place], "state": state, "user": user(login), "comment": "", **changes}


def run(**changes: Any) -> dict[str, Any]:
    """A run of a workflow, in its first attempt."""
    return {
        **dict.fromkeys(_RUN_TEXTS, "text"),
        "id": 7,
        "run_number": 1,
        "workflow_id": 1,
        "head_branch": "main",
        "status": "in_progress",
        "conclusion": None,
        "repository": {},
        "head_repository": {},
        "head_commit": None,
        "pull_requests": [],
        "head_sha": SHA,
        "run_attempt": 1,
        "run_started_at": "2026-06-01T10:00:00Z",
        "actor": user("starter"),
        "triggering_actor": user("starter"),
        **changes,
    }


def pull_review(login: str | None, state: str = "APPROVED", hour: int = 9, **changes: Any) -> dict[str, Any]:
    """A review of a pull request."""
    link = {"href": "https://github.com/o/r/pull/5"}
    return {
        "id": 1,
        "node_id": "R_1",
        "user": user(login) if login else None,
        "body": "",
        "state": state,
        "html_url": link["href"],
        "pull_request_url": link["href"],
        "_links": {"html": link, "pull_request": link},
        "submitted_at": f"2026-06-01T{hour:02}:00:00Z",
        "commit_id": SHA,
        "author_association": "MEMBER",
        **changes,
    }


def commit(
    author: str | None = "writer", committer: str | None = "web-flow", sha: str = SHA
) -> dict[str, Any]:
    """A commit; None for an account that GitHub does not know."""
    texts = dict.fromkeys(("url", "node_id", "html_url", "comments_url"), "text")
    people = {"author": user(author) if author else None, "committer": user(committer) if committer else {}}
    return {**texts, "sha": sha, "commit": {}, "parents": [], **people}


def pull(login: str = "opener") -> dict[str, Any]:
    """A pull request."""
    return {"number": 5, "user": user(login), "state": "open"}
