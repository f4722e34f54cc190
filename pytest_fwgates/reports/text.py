"""Making text of the framework safe to print."""

from __future__ import annotations

import re
from typing import Final

# C0 and C1 controls can drive a terminal; bidirectional controls can reorder what a person reads; in what
# takes no room text can hide; noncharacters are refused by XML and HTML. Joiners stay: emoji have them.
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
    r"\u00ad\u180e\u200b\u2060-\u2064\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 17))
    + "]"
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
