# ruff: noqa: E501, RUF001 - patterns, which are easier to read whole
"""Orders to a model that no author of a framework gives it. Pure.

An order is told from a report about it by grammar: it is an imperative at the start of a clause, or follows
"you must"; a report quotes it, or says before it that somebody says, tries, detects or forbids it.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.checks.security.injection.characters import without
from pytest_fwgates.checks.security.payload.names import plain_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

_TO: Final = r"(?:\W{1,9}\w{1,30}){0,3}?\W{1,9}"
"""Up to three words between."""
_NOUN: Final = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directives?|directions?|constraints?|restrictions?|guardrails?"
    r"|polic(?:y|ies)|programming|safeguards?|orders?|system messages?|safety measures?)"
)
_EARLIER: Final = (
    r"(?:previous(?:ly)?|prior|above|earlier|preceding|foregoing|original|initial|former|past|system|safety"
    r"|developer|your|content|ethical|security|built-in|operator)"
)
_DROP: Final = (
    r"(?:ignore|disregard|forget|override|overrule|bypass|discard|abandon|violate|circumvent|neglect|drop"
    r"|set aside|cast aside|throw out|stop following|stop obeying|pay no attention to"
    r"|(?:do not|don't|no longer) (?:follow|obey|comply with|adhere to))"
)

OVERRIDE: Final = re.compile(
    rf"(?<![\w-]){_DROP}\b(?:"
    rf"{_TO}{_EARLIER}\b(?:\W{{1,9}}\w{{1,30}}){{0,3}}?\W{{1,9}}{_NOUN}\b"
    rf"|{_TO}{_NOUN}\b(?:[^\w.,;:!?]{{1,9}}(?!{_NOUN})\w{{1,30}}){{0,4}}?[^\w.,;:!?]{{1,9}}"
    r"(?:above|before|previously|earlier|so far|until now|you (?:were|have been|got|received)|until this)\b"
    r"|\W{1,9}(?:everything|anything|all|whatever)(?:\W{1,9}(?:that|which|of))?\W{1,9}"
    r"(?:(?:was |came |is |written |said )?(?:above|before|prior|previous|earlier)(?=\s{0,3}(?:[.!,;:)]|and\b|$))"
    r"|you(?:'ve| have| were)? (?:been )?(?:told|instructed|taught)|(?:your )?training))",
    re.IGNORECASE,
)
ABROAD: Final = re.compile(
    r"\bignorier\w{0,4}\b[^.!?\n]{0,40}\b(?:vorherig|bisherig|obig|vorig|früher)\w{0,3}\b[^.!?\n]{0,20}"
    r"\b(?:anweisung|instruktion|regel|befehl|vorgabe)"
    r"|\b(?:vergiss|missachte)\b[^.!?\n]{0,40}\b(?:anweisung|instruktion|regel|befehl|vorgabe)"
    r"|\bignora\w{0,3}\b[^.!?\n]{0,40}\b(?:instrucciones|instruções|istruzioni|órdenes|reglas|regras|regole)\b"
    r"[^.!?\n]{0,20}\b(?:anterior|previ|precedent)"
    r"|\b(?:ignore|ignora|olvida|esqueça|desconsidere)\w{0,3}\b[^.!?\n]{0,40}\b(?:instrucciones|instruções|reglas|regras)\b"
    r"|\b(?:dimentica)\b[^.!?\n]{0,40}\b(?:istruzioni|regole)\b"
    r"|\b(?:ignore[zr]?|oublie[zr]?)\b[^.!?\n]{0,40}\b(?:instructions|consignes|règles)\b[^.!?\n]{0,20}"
    r"\b(?:précédent|antérieur|ci-dessus)"
    r"|\bnegeer\b[^.!?\n]{0,40}\b(?:instructies|regels|opdrachten)\b"
    r"|\b(?:zignoruj|ignoruj|zapomnij)\b[^.!?\n]{0,40}\b(?:instrukcj|poleceni|zasad)",
    re.IGNORECASE,
)
"""The same in other languages, where word order tells little: quotation marks still make it a report."""
ELSEWHERE: Final = re.compile(
    r"\b(?:игнорируй|забудь|проигнорируй)\w{0,3}\b[^.!?\n]{0,40}(?:инструкци|указани|правил|команд)"
    r"|(?:忽略|无视|無視|忘记|忘掉|忽視)[^。！？\n]{0,6}(?:之前|以前|先前|上面|上述|前面|所有|全部|此前|原有|一切|系统)"
    r"[^。！？\n]{0,10}(?:指令|指示|提示|规则|規則|说明|命令)"
    r"|(?:以前|これまで|上記|前|すべて|全て)[^。！？\n]{0,10}(?:指示|命令|ルール|指令|プロンプト)[^。！？\n]{0,6}(?:無視|忘れ)"
    r"|(?:이전|위의|모든|앞의)[^.!?\n]{0,12}(?:지시|명령|규칙|지침)[^.!?\n]{0,8}(?:무시|잊)"
    r"|(?:تجاهل|انس)[^.!?\n]{0,30}(?:التعليمات|الأوامر|القواعد)"
    r"|(?:önceki|yukarıdaki|tüm)[^.!?\n]{0,25}(?:talimat|komut|kural)[^.!?\n]{0,12}(?:yok say|unut|görmezden)",
    re.IGNORECASE,
)
"""The same where letters are others."""
PERSONA: Final = re.compile(
    r"\byou(?:'re| are| will be| shall be| must act as| will act as)\W{1,5}(?:now|no longer|henceforth|from now on)\b"
    r"(?:\W{1,9}\w{1,30}){0,6}?\W{1,9}(?:unrestricted|unconstrained|jailbroken|dan\b|evil|uncensored|unfiltered"
    r"|free (?:of|from)|with(?:out| no) (?:any )?(?:restrictions?|limits?|limitations?|rules|filters?|guidelines|ethics)"
    r"|(?:developer|god|admin|root|sudo|debug|maintenance) mode|bound by|restricted by|subject to|constrained|limited by)"
    r"|\b(?:enter|enable|activate|switch to)\W{1,5}(?:the )?(?:dan|god|jailbreak|jailbroken|unrestricted|unfiltered|sudo)"
    r"\W{1,3}mode\b"
    r"|\bact as (?:if you (?:have|had) no|an? (?:unrestricted|uncensored|unfiltered|jailbroken|evil))\b"
    r"|\bpretend (?:that )?(?:you have|there are) no (?:restrictions|rules|guidelines|limits|filters)",
    re.IGNORECASE,
)
ROLE: Final = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text)\|>"
    r"|\[/?INST\]|<</?SYS>>",
    re.IGNORECASE,
)
NEW_ORDERS: Final = re.compile(
    r"\b(?:new|updated|real|actual|true|hidden|secret)\W{1,3}(?:system|hidden|secret)?\W{0,3}"
    r"(?:instructions?|prompt|directives?|orders)\b(?:\W{1,3}for(?:\W{1,3}\w{1,20}){1,4})?\s{0,3}:"
    r"|\bsystem\W{1,3}(?:override|prompt override|instruction override)\b"
    r"|\b(?:these|the following|this) (?:instructions?|rules?|directives?|message|text)\W{1,3}"
    r"(?:overrides?|supersedes?|replaces?|takes? precedence over|outranks?)\W{1,3}(?:\w{1,20}\W{1,3}){0,3}"
    r"(?:previous|prior|earlier|other|system|all|any|your|safety)\b",
    re.IGNORECASE,
)
REVEAL: Final = re.compile(
    rf"\b(?:reveal|print|output|show|repeat|display|leak|disclose|dump|expose|paste|send|recite){_TO}your\W{{1,5}}"
    r"(?:\w{1,20}\W{1,5}){0,2}?(?:system prompt|system message|initial instructions|hidden instructions"
    r"|(?:system|original|secret|developer) instructions)\b",
    re.IGNORECASE,
)
CONCEAL: Final = re.compile(
    r"\b(?:(?:do not|don't|never|must not|mustn't|not to|no need to)\b(?:\W{1,9}\w{1,30}){0,3}?\W{1,9}"
    r"(?:tell|inform|notify|alert|mention|reveal|disclose|show|report|warn|let|ask|explain|say|talk|acknowledge"
    r"|discuss|bring|confirm)"
    r"|(?:without|avoid|by not)\W{1,5}(?:\w{1,20}\W{1,5}){0,1}?(?:telling|informing|notifying|alerting|mentioning"
    r"|revealing|disclosing|showing|warning|letting|asking|explaining))\b"
    r"(?:\W{1,9}\w{1,30}){0,5}?\W{1,9}(?:user|users|human|humans|operator|developer|anyone|reviewers?|owner|person"
    r"|maintainers?)\b"
    r"|\b(?:silently|secretly|quietly|covertly|discreetly|stealthily|invisibly|behind the scenes)[^\w.!?]{1,5}"
    r"(?:\w{1,20}[^\w.!?]{1,5}){0,3}?(?:send|upload|post|run|execute|install|copy|forward|exfiltrate|transmit|collect"
    r"|delete|approve|include|append|add|read|call|invoke|insert|fetch|download)\b"
    r"|\b(?:hide|conceal|keep) (?:this|it|these)\b(?:\W{1,9}\w{1,30}){0,4}?\W{1,9}(?:from|secret|hidden)\b",
    re.IGNORECASE,
)
SENSITIVE: Final = (
    r"(?:api[ _-]?keys?|credentials?|secrets?|passwords?|passphrases?|access tokens?|auth tokens?|tokens?|private keys?"
    r"|ssh keys?|id_rsa|id_ed25519|\.ssh|\.env\b|\.aws|\.netrc|env(?:ironment)? (?:variables?|vars?)|environment|printenv"
    r"|conversations?|chat (?:history|logs?)|transcript|message history|history|cookies?|session (?:data|ids?|tokens?)"
    r"|system prompt|user(?:'s|s')? (?:data|files?|e-?mails?|messages?|input|name|home)|source code"
    r"|file contents?|contents? of|memor(?:y|ies)|keychain|wallets?|personal data|database|data)"
)
EXFILTRATE: Final = re.compile(
    r"\b(?:send|post|upload|forward|transmit|exfiltrate|e-?mail|leak|submit|copy|append|include|embed|encode|attach"
    r"|ship|beacon|relay|put|add|place|insert|curl|pass|report|collect|gather|grab)\b",
    re.IGNORECASE,
)
"""What sends; what is sent and where to stands in the same sentence."""
TAKEN: Final = re.compile(rf"(?<!\w){SENSITIVE}", re.IGNORECASE)
OUTSIDE: Final = re.compile(
    r"https?://|hxxps?://|ftp://|\b(?:external|remote|attacker|third[- ]party|webhook)\b|[\w.]{1,40}@[\w-]{1,40}\."
    r"|\b(?:image|query|url|link) (?:url|string|parameter|param|query|path)\b"
    r"|\b(?:an?|the|this|its|any) (?:image|url|link|server|endpoint|query)\b",
    re.IGNORECASE,
)
READ_SECRETS: Final = re.compile(
    r"\b(?:read|open|cat|print|output|collect|gather|grab|copy|list|extract|include|find|dump|steal|get)\b"
    r"(?:\W{1,9}[\w.'-]{1,30}){0,6}?\W{1,9}(?:~?/?\.ssh\b|id_rsa|id_ed25519|\.aws/|\.netrc|/etc/(?:passwd|shadow)|\.env\b"
    r"|private keys?|stored passwords?|saved passwords?|keychain|api keys?|access tokens?|credentials?|environment variables)",
    re.IGNORECASE,
)
RUN: Final = re.compile(
    r"\b(?:run|execute|invoke|call|use|issue|type)\b[^\n]{0,60}\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n|;&]{0,200}"
    r"(?:[|;]|&&)\s{0,5}(?:sudo\s{1,5})?(?:/\S{0,20})?(?:ba|z|da|k)?sh\b"
    r"|\b(?:run|execute|invoke)\b(?:\W{1,9}[\w.'-]{1,30}){0,6}?\W{1,9}https?://"
    r"|\b(?:download|fetch|retrieve|curl|wget|load)\b[^\n]{0,80}https?://[^\n]{0,120}\b(?:run|execute|evaluate|eval|obey|follow|source)\b"
    r"|\b(?:fetch|visit|open|load|read)\b[^\n]{0,40}https?://\S{1,200}[^\n]{0,30}\b(?:follow|obey|do)\b"
    r"|\brm\s{1,5}-(?:rf|fr|r\s{1,3}-f)\s{1,5}(?:--no-preserve-root\s{1,5})?[\"']?(?:/|~|\$HOME|\*)"
    r"|\b(?:delete|remove|wipe|erase|destroy)\b(?:\W{1,9}\w{1,30}){0,3}?\W{1,9}(?:all|every|the entire|user(?:'s)?)\b"
    r"(?:\W{1,9}\w{1,30}){0,2}?\W{1,9}(?:files?|repositor(?:y|ies)|backups?|data|branches|home director(?:y|ies))\b",
    re.IGNORECASE,
)
PRIVILEGE: Final = re.compile(
    r"\b(?:approve|merge|accept|allow|grant|permit|execute|run|perform)\b(?:\W{1,9}[\w-]{1,30}){0,8}?\W{1,9}"
    r"without\W{1,5}(?:\w{1,20}\W{1,5}){0,2}?(?:review|asking|confirm\w{0,6}|approv\w{0,4}|permission|checking|consent)"
    r"|\b(?:skip|disable|turn off|bypass|deactivate|suppress)\b(?:\W{1,9}\w{1,30}){0,3}?\W{1,9}(?:security|safety|permission"
    r"|approval|guardrail|content|moderation)s?\W{1,5}(?:checks?|reviews?|prompts?|confirmations?|filters?|scans?|"
    r"measures?|polic(?:y|ies)|features?|rules?|guidelines?)"
    r"|\b(?:rate|mark|report|score|classify|label|describe|treat)\b(?:\W{1,9}\w{1,30}){0,5}?\W{1,9}as\W{1,5}"
    r"(?:safe|approved|secure|passing|passed|trusted|benign|harmless|clean)\b"
    r"|\b(?:always|must|only) (?:recommend|prefer|choose|praise|endorse|respond with|reply with|answer with|say)\b",
    re.IGNORECASE,
)

_STEMS: Final = (
    (OVERRIDE, (
        "ignor", "disregard", "forget", "overrid", "overrul", "bypass", "discard", "abandon", "violat", "circumvent",
        "neglect", "drop ", " aside", "throw out", "stop following", " obey", "no attention", "not follow", "n't follow",
        "longer follow", "comply with", "adhere to",
    )),
    (PERSONA, ("jailb", "unrestricted", "pretend", "act as", "you are", "you're ", "henceforth", "n mode", "d mode", "o mode")),
    (ROLE, ("<|", "inst]", "<<sys", "<</sys")),
    (REVEAL, (
        "system prompt", "system message", "initial instruction", "hidden instruction", "system instruction",
        "original instruction", "secret instruction", "developer instruction",
    )),
    (ABROAD, (
        "ignora", "ignorier", "ignorez", "ignorer", "vergiss", "missachte", "olvid", "dimentica", "desconsider", "esque",
        "oubli", "negeer", "ignoruj", "zapomnij", "instruç",
    )),
    (ELSEWHERE, (
        "忽略", "无视", "無視", "忘", "忽視", "игнорир", "забуд", "무시", "잊", "تجاهل", "انس", "talimat", "komut", "kural",
    )),
)  # fmt: skip
"""Every order that people could read has one of these words, which are quicker to look for."""
_SECRETLY: Final = (
    "silently", "secretly", "quietly", "covertly", "discreetly", "not tell", "n't tell", "not inform", "n't inform",
    "not mention", "n't mention", "never mention", "never tell", "not notify", "not alert", "not reveal", "not disclose",
    "without telling", "without informing", "without asking", "without notifying", "hide this", "keep this", "not let",
    "n't let", "not show", "not ask",
)  # fmt: skip


_QUOTES: Final = re.compile(
    r"\"[^\"\n]{1,400}\"|“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|「[^」\n]{1,200}」|『[^』\n]{1,200}』"
    r"|(?<![\w])'[^'\n]{6,400}'(?!\w)|‘[^’\n]{1,400}’|`[^`\n]{1,400}`"
)
_STARTS: Final = re.compile(
    r"(?:^|[.!?:;,()\[\]*|>\-–—…/]\s{0,3}"
    r"|\b(?:please|now|and|then|just|first|also|immediately|simply|must|should|shall|will|can|may|could|need to|have to"
    r"|has to|are to|are required to|are instructed to|want you to|ordered to|going to|important|attention|assistant"
    r"|assistants|claude|model|models|ai|agent|agents|you|so|always|instead|therefore|kindly|again|llm|gpt|copilot|user"
    r"|system|note|step \d{1,2}|task|completely|entirely|fully|totally|but|or|authorized to|free to|able to|allowed to)"
    r"[\s:,]{1,3})$",
    re.IGNORECASE,
)
_REPORTED: Final = re.compile(
    r"\b(?:detect|flag|attack|adversar|malicious|inject|jailbreak|attempt|phrase|pattern|suspicious|untrusted|payload"
    r"|red[- ]team|exploit|threat|attacker|vulnerab|trick)\w{0,8}\b"
    r"|\b(?:such as|e\.g\.|i\.e\.|for example|for instance|saying|says|said|claims?|claiming|contains?|containing|tries|"
    r"trying|try to|red flags?|warning signs?|guard against|resists?|refuses?|rejects?|looks? for|match(?:es|ing)?|examples?"
    r"|strings?|quot(?:e|es|ed|ing)|sentences? like|texts? like|(?:tell|ask|instruct|order|want|urg|convinc)(?:s|ing|ed|es)"
    r"|if (?:a|an|any|some|the) (?:\w{1,20} ){1,4}(?:says?|tells?|asks?|contains?|instructs?|tries)"
    r"|instructions? (?:that|which|to|like)|requests? to|commands? to|directives? to|inputs? (?:that|like))\b",
    re.IGNORECASE,
)
_AFTERWARDS: Final = re.compile(
    r"\b(?:injections?|jailbreaks?|attacks?|red flags?|(?:should|must|will) be (?:treated|refused|ignored|flagged|blocked"
    r"|rejected|reported)|is (?:refused|blocked|flagged|rejected|data)|are (?:refused|blocked|flagged|rejected|data))\b",
    re.IGNORECASE,
)
_DEFENCE: Final = re.compile(r"\b(?:attempts?|requests?|tr(?:y|ies|ying)|claims?|commands?)\b", re.IGNORECASE)
"""Who is told to ignore an attempt at something is told the opposite of it."""
_FORBIDDEN: Final = re.compile(
    r"\b(?:never|not|n't|cannot|can not|refuse to|nor|no one (?:may|can)|nobody (?:may|can)|avoid|without|neither)"
    r"\W{1,3}(?:\w{1,20}\W{1,3}){0,2}$|n't\s{1,3}(?:\w{1,20}\s{1,3}){0,2}$",
    re.IGNORECASE,
)
REPORT_TITLE: Final = re.compile(
    r"\b(?:injections?|attacks?|attackers?|jailbreak\w{0,4}|adversar\w{0,6}|threats?|malicious|red[- ]flags?|"
    r"red[- ]team\w{0,4}|exploit\w{0,4}|warning signs|anti-?patterns?|test cases?|payloads?|phrases|patterns|detect\w{0,4}"
    r"|examples? of|suspicious|abuse|what to (?:refuse|reject|flag|look for)|untrusted|never|not|don't|won't|forbidden|boundaries"
    r"|prohibited|refuse|reject)\b",
    re.IGNORECASE,
)
"""A heading, or what introduces a list, below which orders are examples."""
_SPACED: Final = re.compile(r"(?<!\w)(?:\w[ .\-_*]){5,400}\w(?!\w)")
_BASE64: Final = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{24,4000}+={0,2}+(?![\w+/=-])")
_SENTENCE: Final = re.compile(r"[.!?。！？]\s|\n\s*\n")


_DISGUISES: Final = "аеорсухіοαｅｉｏ𝐞𝑒𝒆𝓮𝔢𝕖𝖊𝗲𝘦𝙚𝚎"
"""Letters of other alphabets that print like vowels; an order in disguise has one of them."""
_LETTERED: Final = tuple(
    between.join(word) for word in ("igno", "disr", "forg", "over") for between in (" ", "-", ".", "_")
)
_ENCODED: Final = tuple(
    base64.b64encode(b"?" * shift + word)[4 if shift else 0 : -4].decode().lower()
    for word in (b"instructions", b"system prompt")
    for shift in range(3)
)
"""What base64 makes of the words, wherever they stand in it."""
LONG_WORD: Final = re.compile(r"[A-Za-z0-9+/_=-]{24}")
_VERBS: Final = (
    "send", "post", "upload", "read", "delete", "wipe", "erase", "remove", "approve", "merge", "skip", "disable",
    "turn off", "mark", "rate", "score", "report", "fetch", "download", "visit", "open", "append", "include", "encode",
    "embed", "copy", "email", "forward", "collect", "gather", "run ", "execute", "tell", "mention", "always", "only",
    "hide", "dump", "list", "print", "attach", "submit", "transmit", "leak", "classify", "grant", "allow", "suppress",
    "treat", "extract", "instructions", "override", "secret", "without", "silently", "deactivate", "perform", "accept",
)  # fmt: skip


class Order(NamedTuple):
    """An order, by what it is about, where in the normal form it begins, and its words."""

    kind: str
    start: int
    words: str


_OPEN: Final = (
    ("override", OVERRIDE),
    ("override", ABROAD),
    ("override", ELSEWHERE),
    ("persona", PERSONA),
    ("role", ROLE),
    ("reveal", REVEAL),
)
_HIDDEN: Final = (
    *_OPEN, ("override", NEW_ORDERS), ("conceal", CONCEAL), ("exfiltrate", EXFILTRATE),
    ("read secrets", READ_SECRETS), ("run", RUN), ("privilege", PRIVILEGE),
)  # fmt: skip
_ANYWHERE: Final = frozenset({"role"})
"""Kinds that are no sentence, so that grammar tells nothing."""
_LOOSE: Final = frozenset({"conceal", "persona", "privilege"})
"""Kinds whose verb need not begin the clause."""


def normal(text: str) -> str:
    """The words as a model takes them: no hidden characters, references resolved, look-alikes in Latin."""
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = plain_letters(unicodedata.normalize("NFKC", without(text)))
    text = text.replace("\u2019", "'").replace("*", "").replace("__", "")
    return " ".join(_SPACED.sub(lambda match: re.sub(r"(?<=\w)[ .\-_*](?=\w)", "", match[0]), text).split())


def may_order(lowered: str) -> bool:
    """Whether a lower-case text that people read can hold an order at all; quick."""
    if not lowered.isascii() and any(letter in lowered for letter in _DISGUISES):
        lowered = normal(lowered).lower()
    if "http" in lowered and any(one in lowered for one in _SECRETLY):
        return True
    if any(one in lowered for one in _LETTERED) or any(one in lowered for one in _ENCODED):
        return True
    plain = lowered.replace("*", "")
    return any(
        stem in plain and _is_near(pattern, stem, plain) for pattern, stems in _STEMS for stem in stems
    )


def _is_near(pattern: re.Pattern[str], stem: str, text: str) -> bool:
    """Whether the pattern matches where the stem stands; a window at a time, so that the rest costs nothing."""
    place = text.find(stem)
    while place != -1:
        if pattern.search(text, max(0, place - 60), place + 260):
            return True
        place = text.find(stem, place + len(stem))
    return False


def may_order_hidden(said: str) -> bool:
    """The same of a text that nobody sees, where more is an order."""
    lowered = said.lower()
    return (
        not said.isascii()
        or may_order(lowered)
        or "&#" in said
        or _VERB.search(lowered) is not None
        or has_long_word(said)
    )


def has_long_word(text: str) -> bool:
    """Whether a word may be as much base64 as says something."""
    return LONG_WORD.search(text) is not None


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def orders(text: str, *, hidden: bool, title: str = "") -> Iterator[Order]:
    """The orders that a text gives, each kind once.

    Args:
        text: As it is written.
        hidden: Whether no person reads it; then more is an order than in a module, which is made of orders.
        title: The heading above, or what introduces it.
    """
    words = normal(text)
    yield from _orders(words, hidden=hidden, title=title)
    for said in _decoded(words):
        for one in _orders(said, hidden=True, title=""):
            yield one._replace(kind=f"encoded {one.kind}", start=0)


def _orders(words: str, *, hidden: bool, title: str) -> Iterator[Order]:
    quoted = [] if hidden else [match.span() for match in _QUOTES.finditer(words)]
    seen = set()
    for kind, pattern in _HIDDEN if hidden else _OPEN:
        for match in pattern.finditer(words):
            if kind == "exfiltrate" and not _sends(words, match):
                continue
            if kind not in seen and _is_order(kind, pattern, words, match, quoted, title, hidden=hidden):
                seen.add(kind)
                yield Order(kind, match.start(), words[match.start() : match.end() + 40])
    if not hidden and _both(words, quoted, title):
        yield Order("conceal and exfiltrate", 0, words[:200])


def _sends(words: str, verb: re.Match[str]) -> bool:
    """Whether its sentence says what is sent, and that it leaves."""
    rest = _SENTENCE.split(words[verb.end() : verb.end() + 240], maxsplit=1)[0]
    return TAKEN.search(rest) is not None and OUTSIDE.search(rest) is not None


def _both(words: str, quoted: list[tuple[int, int]], title: str) -> bool:
    """Sending data away and not telling anybody: either alone is what modules say every day."""
    if "http" not in words:
        return False
    kept = CONCEAL.search(words)
    if kept is None or not _is_order("conceal", CONCEAL, words, kept, quoted, title, hidden=False):
        return False
    return any(
        _sends(words, verb)
        and "http" in words[verb.end() : verb.end() + 240]
        and _is_order("exfiltrate", EXFILTRATE, words, verb, quoted, title, hidden=False)
        for verb in EXFILTRATE.finditer(words)
    )


def _is_order(  # noqa: PLR0911, PLR0913, PLR0917 - all of it is context, and each return a reason
    kind: str,
    pattern: re.Pattern[str],
    words: str,
    match: re.Match[str],
    quoted: list[tuple[int, int]],
    title: str,
    *,
    hidden: bool,
) -> bool:
    if any(begin < match.start() < end for begin, end in quoted):
        return False
    if REPORT_TITLE.search(title):
        return False
    before = _same_sentence(words[max(0, match.start() - 300) : match.start()])
    if _REPORTED.search(before):
        return False
    rest = words[match.end() : match.end() + 120]
    if _AFTERWARDS.search(_SENTENCE.split(rest, maxsplit=1)[0]):
        return False
    if kind == "override" and _DEFENCE.search(match[0]):
        return False
    if kind in _ANYWHERE:
        return hidden or (match.start() == 0 and match[0].startswith("<|") and len(rest.split()) > 2)  # noqa: PLR2004 - a prompt, no mention
    if pattern in {ABROAD, ELSEWHERE, NEW_ORDERS}:
        return True
    if _FORBIDDEN.search(before):
        return False
    return kind in _LOOSE or _STARTS.search(before) is not None


def _same_sentence(before: str) -> str:
    parts = _SENTENCE.split(before)
    return parts[-1]


def _decoded(words: str) -> Iterator[str]:
    """What base64 in a text says, where it says something in ASCII."""
    for match in _BASE64.finditer(words):
        with_padding = match[0].rstrip("=") + "=" * (-len(match[0].rstrip("=")) % 4)
        try:
            data = base64.b64decode(with_padding.replace("-", "+").replace("_", "/"), validate=True)
        except binascii.Error:
            continue
        try:
            said = codecs.decode(data, "ascii")
        except UnicodeDecodeError:
            continue
        if said.isprintable() and " " in said:
            yield normal(said)


_VERB: Final = _any_of(_VERBS)
