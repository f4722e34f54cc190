"""Text without the secrets in it."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework import redaction
from pytest_fwgates.framework.randomness import cost, in_order, is_random, is_stand_in
from pytest_fwgates.framework.redaction import REDACTED, looks_secret, redact
from tests.unit.checks.security.labelled_secrets import HEX, PASSWORD, SHAPED, of

PROSE = """# Reviews

A reviewer reads the [plan](docs/plan.md#steps), then runs `pytest -q tests/unit` in `skills/review/SKILL.md`.
Set the token budget to 200000 tokens; the password is asked for; pass the API key by `--api-key "$API_KEY"`.

| criterion | commit | since |
| --- | --- | --- |
| zero_broken_links | 4f2a8c1 | 2025-01-31T10:20:30Z |

```yaml
name: code-reviewer
tools: [Read, Grep, mcp__server__read_file]
model: ${MODEL:-default}
```
"""


def test_only_the_secret_goes() -> None:
    """What stands around it is left."""
    token = SHAPED["github fine-grained"](Random(1))
    assert redact(f"a `{token}` b") == f"a `{REDACTED}` b"
    password = of(PASSWORD, 16)(Random(1))
    assert redact(f'db_password: "{password}" # prod') == f'db_password: "{REDACTED}" # prod'


@pytest.mark.parametrize(
    "text",
    [
        "actions/checkout@" + "0123456789abcdef" * 2 + "01234567",
        "broken link: docs/reference/configuration-files.md has no anchor #environment-variables-2",
        "sha512-" + "abcDEF12" * 10 + "==",
        "module `oh-my-claude-sisyphus/skills/ultrawork-parallel-orchestration` is not referenced",
        "password: ${DB_PASSWORD}, token: <your-token>, secret: {{ x }}, api_key = os.environ['API_KEY']",
        "https://example.com/a/very/long/path-with-many-words?query=one&other=two#fragment",
        "token: cl100k_base, max_tokens: 100000, token_url: https://auth.example.com/oauth/token",
        "Authorization: Bearer $TOKEN",
        PROSE,
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Paths, hashes, placeholders, references, prose."""
    assert redact(text) == text
    assert not looks_secret(text)


@given(st.text())
def test_any_text(text: str) -> None:
    """Never fails, changes nothing twice, and `looks_secret` agrees."""
    once = redact(text)
    assert redact(once) == once
    assert looks_secret(text) == (once != text)


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 10_000))
def test_a_token_goes_whatever_stands_around_it(before: str, after: str, seed: int) -> None:
    """But for letters and digits that would make it another word."""
    token = SHAPED["anthropic"](Random(seed))
    assert token[20:60] not in redact(f"{before} {token} {after}")


def test_small_letters_that_are_longer_than_capitals() -> None:
    """`İ` in small letters is two characters, and the places have to be right all the same."""
    password = of(PASSWORD, 16)(Random(2))
    assert redact("İ" * 50 + f" password='{password}'") == "İ" * 50 + f" password='{REDACTED}'"


def test_clean_text_costs_little() -> None:
    """Some 30 ms a megabyte; the limit leaves room for a busy machine."""
    text = "".join(PROSE.replace("plan", f"plan{number}") for number in range(1500))
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        assert not looks_secret(text)
        best = min(best, time.process_time() - start)
    assert best * 1e6 / len(text) < 0.12


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "A1",
        "-",
        "--",
        "=",
        ": ",
        "://",
        "password=",
        "token: aaaaaaaa1 ",
        "ghp_",
        "-----BEGIN PRIVATE KEY-----\n",
        "curl -u ",
        " -p",
        "login ",
        "eyJa.",
        "http://a:b",
        "Authorization: Basic ",
        "é",
        "\n",
        " ",
        "|",
        '",',
        "secret is ",
        "1:1:1:",
    ],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    """Twice the text, about twice the time."""
    best = {}
    for size in (100_000, 400_000):
        text = (unit * (size // len(unit) + 1))[:size]
        best[size] = 9.0
        for _ in range(3):
            start = time.process_time()
            redact(text)
            best[size] = min(best[size], time.process_time() - start)
    assert best[400_000] < 8 * best[100_000] + 0.02
    assert best[100_000] < 0.2


@pytest.mark.parametrize("length", [12, 16, 24, 40])
def test_random_strings_are_random(length: int) -> None:
    """Nearly all of them; of the shortest some look like words."""
    random = Random(3)
    for alphabet in (HEX, PASSWORD):
        hits = sum(is_random(of(alphabet, length)(random)) for _ in range(300))
        assert hits >= (285 if length > 12 else 255), alphabet


@pytest.mark.parametrize(
    "value",
    [
        "correct-horse-battery",
        "ApiKeyAuthenticationMiddlewareFactory",
        "code_review_checklist_v2",
        "docs/guide/start.md",
        "aaaaaaaaaaaaaaaa",
        "0123456789abcdef",
        "abcabcabcabcabc",
        "zyxwvutsrq",
        "xxxxxxxxxxxx",
        "P@ssw0rd1234!",
        "changeme123",
        "your-api-key-here",
        "${SECRET_KEY}",
        "<token>",
        "{{ value }}",
        "%TOKEN%",
        "20250131102030",
        "short",
        "",
        "é" * 30,
    ],
)
def test_words_and_placeholders_are_not(value: str) -> None:
    """Whatever a person would have thought of."""
    assert not is_random(value)


@given(st.text())
def test_weighing_never_fails(value: str) -> None:
    """Any text has a cost, an order and an answer."""
    assert cost(value) >= 0
    assert 0 <= in_order(value) <= 1
    assert is_stand_in(value) in {True, False}
    assert not (is_random(value) and is_stand_in(value))


def test_prefixes_of_the_rules_are_known_here() -> None:
    """A token that the rules find by its prefix must be hidden by it."""
    from importlib import resources  # noqa: PLC0415 - here only

    rules = resources.files("pytest_fwgates.tools").joinpath("kingfisher_rules.yml").read_text()
    listed = (
        rules.split("id: fwgates.token")[1].split("(?:gh[oprsu]_")[1].split("[A-Za-z0-9_.~+/=-]{16,400}")[0]
    )
    alternatives = {part.strip() for part in ("gh[oprsu]_" + listed.rstrip().removesuffix(")")).split("\n")}
    wanted = {one for line in alternatives for one in _split(line.strip("|"))}
    assert wanted
    assert (
        wanted - set(_split(redaction._PREFIXES)) - {"(?:sk|rk)_(?:live|prod)_", "NR(?:AK|II|AL|RA)-"}
        == set()
    )


def _split(pattern: str) -> list[str]:
    """The alternatives of a pattern, those in its groups apart."""
    parts, depth = [""], 0
    for char in pattern:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts
