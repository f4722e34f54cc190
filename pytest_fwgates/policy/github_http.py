"""Reading GitHub's REST API: bounded in time, size, pages and retries; the token goes to one host only.

Imported only where approvals are asked of GitHub.
"""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from pytest_fwgates.policy.github import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message
    from http.client import HTTPResponse

T = TypeVar("T")

TIMEOUT: Final = 20.0
ATTEMPTS: Final = 4
MAX_WAIT: Final = 60.0
"""Seconds that all waiting for GitHub may take; then it is asked again in another run."""
MAX_SECONDS: Final = 120.0
"""Of one answer, however slowly it drips."""
MAX_BYTES: Final = 5_000_000
MAX_PAGES: Final = 20

_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,1000}")
_NEXT: Final = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="?next"?(?=[\s,;]|$)')
_REDIRECTS: Final = {301, 302, 303, 307, 308}
_LIMITED: Final = {403, 429}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none: the token and the trust are for the address that was configured."""


@dataclass
class Client:
    """Asks one GitHub.

    Attributes:
        base: `GITHUB_API_URL`; https, but for the loopback.
        token: Sent to the host of `base` and nowhere else.
        sleep: Waits; tests do not.
        clock: The time of day, to hold GitHub's reset time against.
    """

    base: str
    token: str = field(repr=False)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    waited: float = 0.0

    def __post_init__(self) -> None:
        self.base = self.base.rstrip("/")
        parts = _split(self.base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise GitHubError("GITHUB_API_URL is not an https address")
        if parts.username is not None or parts.query or parts.fragment:
            raise GitHubError("GITHUB_API_URL holds more than an address")
        if not _TOKEN.fullmatch(self.token):
            raise GitHubError("GITHUB_TOKEN is missing or holds characters that no token has")
        # A plain proxy would see the token; through https it only sees the host.
        proxies = {key: url for key, url in urllib.request.getproxies().items() if key == "https"}
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler(proxies if parts.scheme == "https" else {}), _NoRedirects()
        )

    def get(self, path: str, shape: type[T]) -> T:
        """The answer at `path`.

        Raises:
            GitHubError: there is none, or it has another shape.
        """
        content, _ = self._ask(f"{self.base}{path}", path)
        return _decoded(content, shape, path)

    def get_all(self, path: str, shape: type[T]) -> list[T]:
        """All pages of the list at `path`.

        Raises:
            GitHubError: a page is missing, has another shape, or leads to another host; a part of a list
                proves nothing.
        """
        found: list[T] = []
        url = f"{self.base}{path}?per_page=100"
        for _ in range(MAX_PAGES):
            content, headers = self._ask(url, path)
            found += _decoded(content, list[shape], path)  # type: ignore[valid-type]
            following = _NEXT.search(", ".join(headers.get_all("Link", [])))
            if following is None:
                return found
            url = urllib.parse.urljoin(url, following[1])
            if _origin(url) != _origin(self.base):
                raise GitHubError(f"{path}: the next page is on another host")
        raise GitHubError(f"{path}: more than {MAX_PAGES} pages")

    def _ask(self, url: str, path: str) -> tuple[bytes, Message]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(url, path)
            except urllib.error.HTTPError as error:
                with error:
                    wait = _wait(error.code, error.headers, attempt, self.clock())
                why = f"{path}: GitHub answered {error.code}"
                if error.code in _REDIRECTS:
                    raise GitHubError(f"{why}, a redirect; none is followed") from None
            except (OSError, urllib.error.URLError, ValueError) as error:
                if isinstance(error, GitHubError):
                    raise
                wait, why = float(2 ** (attempt - 1)), f"{path}: GitHub cannot be reached ({_kind(error)})"
            if wait is None:
                raise GitHubError(why)
            if attempt == ATTEMPTS or self.waited + wait > MAX_WAIT:
                raise GitHubError(f"{why}; given up after {attempt} attempts, it asks for {wait:.0f} s more")
            self.waited += wait
            self.sleep(wait)
        raise AssertionError("unreachable")

    def _once(self, url: str, path: str) -> tuple[bytes, Message]:
        request = urllib.request.Request(url)  # noqa: S310 - the scheme was checked
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        request.add_header("User-Agent", "pytest-fwgates")
        with self._opener.open(request, timeout=TIMEOUT) as response:
            return _read(response, path), response.headers


def _read(response: HTTPResponse, path: str) -> bytes:
    end = time.monotonic() + MAX_SECONDS
    parts: list[bytes] = []
    size = 0
    while part := response.read1(65_536):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise GitHubError(f"{path}: the answer is larger than {MAX_BYTES} bytes")
        if time.monotonic() > end:
            raise GitHubError(f"{path}: the answer took longer than {MAX_SECONDS:.0f} s")
    return b"".join(parts)


def _wait(status: int, headers: Message, attempt: int, now: float) -> float | None:
    """How many seconds to wait before asking again; None where that would not help.

    GitHub says so with `retry-after`, else with `x-ratelimit-reset` where nothing remains. Any other 403 is
    about permission.
    """
    if status >= 500:  # noqa: PLR2004
        return float(2 ** (attempt - 1))
    if status not in _LIMITED:
        return None
    after = _number(headers.get("Retry-After"))
    if after is not None:
        return max(after, 1.0)
    reset = _number(headers.get("X-RateLimit-Reset"))
    if reset is not None and _number(headers.get("X-RateLimit-Remaining")) == 0:
        return max(reset - now, 0.0) + 1.0
    return 60.0 if status == 429 else None  # noqa: PLR2004


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 20 else None  # noqa: PLR2004


def _decoded(content: bytes, shape: type[T], path: str) -> T:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise GitHubError(f"{path}: not the answer that GitHub documents ({error})") from None


def _split(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise GitHubError("not an address") from None
    return parts


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = _split(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _kind(error: BaseException) -> str:
    """What went wrong, without any text that could repeat a header."""
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, BaseException) else error).__name__
