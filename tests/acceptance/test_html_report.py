"""The HTML report in a real browser: what people see and reach with a keyboard, and what the page can do.

The browser is the one that `FWGATES_BROWSER` names, else a Chromium of the system (``apt-get install
chromium``). Where there is none these tests are skipped; where `CI` is set, or the variable names what cannot
be run, they fail.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from pytest_fwgates.model import Finding
from pytest_fwgates.reports import html
from tests.unit.reports import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from pytest_fwgates.model import Verdict

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FOCUSABLE = "a[href], summary"
PHONE, DESK = 360, 1280
SAMPLED = verdicts.verdict(
    *(
        verdicts.row(f"p95_{number}", "passed", samples=samples, threshold="< 200ms", value=samples[-1])
        for number, samples in enumerate([(0.1,), (0.15, 0.19, 0.183), (0.1, 250.0)])
    )
)
VERDICTS = {
    "every standing": verdicts.every_standing(),
    "hostile": verdicts.hostile(1),
    "allowed": verdicts.verdict(verdicts.row("zero_broken_links", "passed", value=0, threshold="0")),
    "samples": SAMPLED,
}


def executable() -> str:
    """The browser that there is."""
    named = os.environ.get("FWGATES_BROWSER", "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if named:
        pytest.fail(f"FWGATES_BROWSER names {named}, which cannot be run", pytrace=False)
    advice = "no Chromium for the HTML report: apt-get install chromium, or name one in FWGATES_BROWSER"
    if os.environ.get("CI"):
        pytest.fail(advice, pytrace=False)
    pytest.skip(advice)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests."""
    path = executable()
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=options)
        yield one
        one.close()


class Shown:
    """A page, and everything that it did."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.path = path
        self.requests: list[str] = []
        self.refused: list[tuple[str, str | None]] = []
        self.dialogs: list[str] = []
        self.messages: list[str] = []
        page.on("request", lambda one: self.requests.append(one.url))
        page.on("requestfailed", lambda one: self.refused.append((one.url, one.failure)))
        page.on("console", lambda one: self.messages.append(one.text))
        page.on("pageerror", lambda one: self.messages.append(str(one)))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def show(self, source: str) -> Shown:
        """Go there."""
        self.path.write_text(source, encoding="utf-8")
        self.page.goto(self.path.as_uri())
        return self

    def axe(self) -> list[str]:
        """What it has against the page, and what it cannot tell."""
        found = Axe().run(self.page, options=RULES).response
        return [
            f"{one['id']}: {node['html']}"
            for kind in ("violations", "incomplete")
            for one in found[kind]
            for node in one["nodes"]
            # Of the contrast of text in a picture it cannot tell anything.
            if not (kind == "incomplete" and node["html"].startswith("<text "))
        ]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    """Opens a report."""
    pages = []

    def show(verdict: Verdict | str, width: int = DESK, scheme: Any = "light") -> Shown:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        pages.append(page)
        source = verdict if isinstance(verdict, str) else html.render(verdict)
        return Shown(page, tmp_path / "gates.html").show(source)

    yield show
    for page in pages:
        page.close()


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", PHONE), ("dark", DESK), ("light", DESK), ("dark", PHONE)]
)
@pytest.mark.parametrize("name", VERDICTS)
def test_for_everybody(opened: Callable[..., Shown], name: str, scheme: str, width: int) -> None:
    """Nobody has to scroll sideways; axe finds nothing; nothing is loaded, said or asked."""
    shown = opened(VERDICTS[name], width, scheme)
    assert shown.page.evaluate("document.scrollingElement.scrollWidth") == width
    assert shown.axe() == []
    assert shown.requests == [shown.path.as_uri()]
    assert (shown.messages, shown.dialogs) == ([], [])


def test_nothing_is_cut_off(opened: Callable[..., Shown]) -> None:
    """On a phone every text is within the screen."""
    shown = opened(VERDICTS["hostile"], PHONE)
    outside = shown.page.evaluate(
        "width => [...document.querySelectorAll('main *')].filter(one => !one.closest('thead') &&"
        " one.getBoundingClientRect().right > width).map(one => one.outerHTML)",
        PHONE,
    )
    assert outside == []


def test_axe_would_find_something(opened: Callable[..., Shown]) -> None:
    """Else the test above would prove nothing."""
    shown = opened(VERDICTS["every standing"])
    shown.page.evaluate("document.documentElement.removeAttribute('lang')")
    shown.page.evaluate("document.documentElement.style.setProperty('--quiet', '#ccc')")
    assert {one.partition(":")[0] for one in shown.axe()} == {"html-has-lang", "color-contrast"}


def test_colours_follow_the_system(opened: Callable[..., Shown]) -> None:
    """Paper is light or dark, and printed it is light."""
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = opened(VERDICTS["every standing"], scheme="dark").page
    assert dark.evaluate(colour) == "rgb(20, 23, 26)"
    dark.emulate_media(media="print")
    assert dark.evaluate(colour) == "rgb(255, 255, 255)"
    light = opened(VERDICTS["every standing"], scheme="light").page
    assert light.evaluate(colour) == "rgb(255, 255, 255)"


def test_keyboard(opened: Callable[..., Shown]) -> None:
    """Tab reaches every link and every file, in their order; Enter folds and unfolds."""
    page = opened(VERDICTS["every standing"], PHONE).page
    expected = page.evaluate(f"[...document.querySelectorAll('{FOCUSABLE}')].map(one => one.outerHTML)")
    assert len(expected) > 20
    reached = []
    for _ in expected:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.outerHTML"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached == expected
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is None
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None


def test_link_unfolds_what_it_leads_to(opened: Callable[..., Shown]) -> None:
    """A finding in a folded file is shown."""
    many = tuple(Finding("broken", f"{number:03}.md", 1) for number in range(300))
    rows = (
        verdicts.row("first", "failed", findings=many),
        verdicts.row("second", "failed", findings=(Finding("other", "zzz.md", 1),)),
    )
    page = opened(verdicts.verdict(*rows)).page
    message = page.get_by_text("other", exact=True)
    assert not message.is_visible()
    page.get_by_label("1 findings of second").press("Enter")
    message.wait_for(state="visible")
    assert message.evaluate("one => one.getBoundingClientRect().top") < 800


def test_print(opened: Callable[..., Shown]) -> None:
    """Folded files are printed, too."""
    page = opened(VERDICTS["every standing"]).page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = false })")
    message = page.get_by_text("nobody refers to it")
    assert not message.is_visible()
    page.emulate_media(media="print")
    assert message.is_visible()
    assert not page.locator("nav").is_visible()


def test_page_runs_nothing(opened: Callable[..., Shown]) -> None:
    """Even if something of the framework were markup: the page forbids it, and loads nothing."""
    url = "https://gates.invalid/x"
    bad = f"<script>alert(1)</script><img src='{url}' onerror=alert(2)><p style='color:red' onclick=x>"
    source = html.render(VERDICTS["allowed"])
    shown = opened(source.replace("</main>", f"{bad}</main>"))
    assert len(shown.messages) >= 3
    assert all("Content Security Policy" in one for one in shown.messages)
    assert (shown.dialogs, shown.refused) == ([], [(url, "csp")])
    unsafe = source.replace("default-src 'none'", "script-src 'unsafe-inline'").replace(
        "</main>", f"{bad}</main>"
    )
    assert opened(unsafe).dialogs[0] == "1"  # so we would have seen it


@pytest.mark.parametrize(
    ("named", "ci", "why"),
    [
        pytest.param(
            "/nowhere/chromium", "", "FWGATES_BROWSER names /nowhere/chromium, which", id="it is gone"
        ),
        pytest.param("", "true", "no Chromium for the HTML report: apt-get install chromium", id="on CI"),
    ],
)
def test_without_a_browser(monkeypatch: pytest.MonkeyPatch, named: str, ci: str, why: str) -> None:
    """Nobody takes for tested what is not."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("FWGATES_BROWSER", named)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(pytest.fail.Exception, match=why):
        executable()
