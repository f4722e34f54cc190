"""Websites that a generator makes of a framework's documents, by other rules than GitHub's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_MKDOCS: Final = r"(?:mkdocs|zensical)\.(?:ya?ml|toml)"
_ANY: Final = re.compile(rf"(?P<folder>(?:.*/)?)(?:{_MKDOCS}|\.vitepress/config\.[a-z]+)\Z")
_ROUTING: Final = re.compile(
    r"(?:.*/)?(?:mkdocs\.ya?ml|zensical\.(?:ya?ml|toml)|\.vitepress/config\.[a-z]+|_config\.yml|book\.toml|docs\.json"
    r"|mint\.json|conf\.py|hugo\.(?:toml|ya?ml)|_sidebar\.md|antora\.yml"
    r"|(?:docusaurus|astro|gatsby|next|nuxt|eleventy|svelte|rspress)[.-]config\.[a-z]+|\.eleventy\.[a-z]+)\Z"
)
_DEFINING: Final = re.compile(rf"(?P<folder>(?:.*/)?){_MKDOCS}\Z")


def has_other_anchors(files: tuple[str, ...], path: str) -> bool:
    """Whether a page is written for a generator whose anchors treat punctuation in a way of its own."""
    return "/" in path and path.startswith(_folders(files, _ANY))


def has_other_definitions(files: tuple[str, ...], path: str) -> bool:
    """Whether labels may be defined elsewhere: MkDocs has plugins for names in code and common endings."""
    return "/" in path and path.startswith(_folders(files, _DEFINING))


@lru_cache(maxsize=2)
def has_routes(files: tuple[str, ...]) -> bool:
    """Whether a website is made here, on which an address need not be that of a file."""
    return any(_ROUTING.match(file) for file in files)


@lru_cache(maxsize=4)
def _folders(files: tuple[str, ...], site: re.Pattern[str]) -> tuple[str, ...]:
    matches = (site.match(file) for file in files)
    return tuple({match["folder"] for match in matches if match})
