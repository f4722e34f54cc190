"""Making text of the framework safe to print."""

from __future__ import annotations

import re
from typing import Final

# C0 and C1 controls can drive a terminal; bidirectional controls can reorder what a person reads.
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# A CI runner obeys ::command::, ##[command] and ##vso[command] in whatever is echoed; the "::" of node ids
# stays.
_COMMAND: Final = re.compile(
    r"::(?=\s*(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|internal-set-repo-path|notice|"
    r"remove-matcher|save-state|set-env|set-output|stop-commands|warning)\b)|##(?=\w*\[)",
    re.IGNORECASE,
)


def printable(text: str) -> str:
    """`text` on one line, without control characters and without commands to a CI runner."""
    text = _CONTROL.sub(
        lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text
    )
    return _COMMAND.sub(lambda match: f"{match[0][0]} {match[0][1]}", text)
