"""What a stated licence is, by license-expression: SPDX expressions, and what people write instead."""

from __future__ import annotations

import functools
import importlib.metadata
import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates.tools.adapter import NOT_INSTALLED, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME: Final = "license-expression"
MAX_LENGTH: Final = 300
_SPACE: Final = re.compile(r"[\s,]++")
_NOISE: Final = re.compile(r"\b(?:the|license|licence|licensed|under)\b|\(|\)")
# How manifests and classifiers call licences; what names no version of the GPL is left as it is.
_ALIASES: Final = {
    "mit": "MIT",
    "mit mit": "MIT",
    "mit/x11": "MIT",
    "expat": "MIT",
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache software": "Apache-2.0",
    "apache version 2.0": "Apache-2.0",
    "apache v2": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "modified bsd": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd-3": "BSD-3-Clause",
    "3-clause bsd": "BSD-3-Clause",
    "simplified bsd": "BSD-2-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "2-clause bsd": "BSD-2-Clause",
    "isc": "ISC",
    "mpl 2.0": "MPL-2.0",
    "mpl2": "MPL-2.0",
    "mozilla public 2.0 mpl 2.0": "MPL-2.0",
    "psf": "PSF-2.0",
    "python software foundation": "PSF-2.0",
    "gpl v3": "GPL-3.0-only",
    "gplv3": "GPL-3.0-only",
    "gpl-3.0": "GPL-3.0-only",
    "gplv3+": "GPL-3.0-or-later",
    "gpl v2": "GPL-2.0-only",
    "gplv2": "GPL-2.0-only",
    "gpl-2.0": "GPL-2.0-only",
    "lgpl v3": "LGPL-3.0-only",
    "lgplv3": "LGPL-3.0-only",
    "agpl v3": "AGPL-3.0-only",
    "agplv3": "AGPL-3.0-only",
    "unlicense": "Unlicense",
    "public domain": "CC0-1.0",
    "zlib": "Zlib",
    "wtfpl": "WTFPL",
    "boost software 1.0": "BSL-1.0",
}


def available() -> str | None:
    """The version of the library; None where it is not installed."""
    try:
        return importlib.metadata.version(NAME)
    except importlib.metadata.PackageNotFoundError:
        return None


def normal(text: str) -> str | None:
    """The licence as an SPDX expression; None where it is none that is known.

    Raises:
        Unproven: the library is missing.
    """
    parsed = _parsed(text.strip())
    return None if parsed is None else str(parsed)


def permits(text: str, approved: Iterable[str]) -> bool | None:
    """Whether the approved licences are enough: of ``A OR B`` one, of ``A AND B`` both; None where unknown.

    Raises:
        Unproven: the library is missing.
    """
    parsed = _parsed(text.strip())
    if parsed is None:
        return None
    known = frozenset(normal(one) or one for one in approved)
    return _holds(parsed, known)


def _holds(parsed: Any, known: frozenset[str]) -> bool:
    if str(parsed) in known:
        return True
    name = type(parsed).__name__
    if name in {"OR", "AND"}:
        parts = [_holds(one, known) for one in parsed.args]
        return any(parts) if name == "OR" else all(parts)
    return False


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    if not text or len(text) > MAX_LENGTH or text.count("(") > 20:  # noqa: PLR2004 - it parses by recursion
        return None
    licensing = _licensing()
    from license_expression import (  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
        ExpressionError,
        ExpressionParseError,
    )

    bare = " ".join(_SPACE.sub(" ", _NOISE.sub(" ", text.lower())).split())
    try:
        return licensing.parse(_ALIASES.get(bare) or _ALIASES.get(text.lower()) or text, validate=True)
    except (ExpressionError, ExpressionParseError, AttributeError, TypeError, ValueError, RecursionError):
        return None


@functools.cache
def _licensing() -> Any:
    try:
        from license_expression import get_spdx_licensing  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise Unproven(NOT_INSTALLED) from None
    return get_spdx_licensing()
