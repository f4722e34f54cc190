"""What looks like a secret and is none: hashes, ids, public keys, placeholders, references, test doubles."""

# ruff: noqa: E501 - tables

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING

from tests.unit.checks.security.labelled_secrets import ALNUM, HEX, PLACES, URLSAFE, Sample, after, b64, of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    Maker = Callable[[Random], str]

PREFIXES = (
    "ghp" + "_", "github" + "_pat_", "sk" + "-", "sk-ant" + "-api03-", "sk" + "-proj-", "glpat" + "-", "xoxb" + "-",
    "AKIA", "AIza", "hf" + "_", "npm" + "_", "sk" + "_live_", "pypi" + "-", "SG" + ".", "gsk" + "_", "dop" + "_v1_",
)  # fmt: skip
NAMES = ("api_key", "password", "auth_token", "client_secret", "secret", "access_token", "db_password")
WORDS = (
    "river", "garden", "window", "silver", "market", "planet", "button", "thread", "signal", "harbor", "copper",
    "meadow", "lantern", "orchard", "compass", "pillar", "canvas", "ribbon",
)  # fmt: skip


def digest(name: str) -> Maker:
    """A hash of something."""
    return lambda random: hashlib.new(name, random.randbytes(20)).hexdigest()


def guid(random: Random) -> str:
    """A random UUID."""
    return str(uuid.UUID(bytes=random.randbytes(16), version=4))


def words(separator: str, count: int, case: Callable[[str], str] = str) -> Maker:
    """Some words as one."""
    return lambda random: separator.join(case(word) for word in random.sample(WORDS, count))


VALUES: dict[str, Callable[[Random], str]] = {
    "xs": lambda random: random.choice(PREFIXES) + "x" * random.randint(8, 36),
    "stars": lambda random: random.choice(PREFIXES) + "*" * random.randint(4, 20) + of(HEX, 4)(random),
    "dots": lambda random: random.choice(PREFIXES) + "...",
    "ellipsis": lambda random: random.choice(PREFIXES) + "abc123…",
    "your": lambda random: random.choice(
        ("your-api-key-here", "your_secret_key", "YOUR_TOKEN", "your-token")
    ),
    "prefixed your": lambda random: (
        random.choice(PREFIXES) + random.choice(("your-key-here", "your_token_here"))
    ),
    "angle": lambda random: "<" + random.choice(("token", "your-api-key", "API_KEY", "paste it here")) + ">",
    "brackets": lambda random: (
        "[" + random.choice(("YOUR_API_KEY", "insert token", "redacted", "REDACTED")) + "]"
    ),
    "variable": lambda random: "$" + words("_", 2, str.upper)(random),
    "braced": lambda random: "${" + words("_", 2, str.upper)(random) + "}",
    "defaulted": lambda random: "${" + words("_", 2, str.upper)(random) + ":-}",
    "required": lambda random: "${" + words("_", 2, str.upper)(random) + ":?must be set}",
    "workflow": lambda random: "${{ secrets." + words("_", 2, str.upper)(random) + " }}",
    "mustache": lambda random: "{{ " + words("_", 2)(random) + " }}",
    "percent": lambda random: "%" + words("_", 2, str.upper)(random) + "%",
    "command": lambda random: "$(cat /run/secrets/" + words("_", 2)(random) + ")",
    "vault path": lambda random: "vault:secret/data/" + words("/", 3)(random) + "#value",
    "op": lambda random: "op://" + words("/", 3)(random),
    "arn": lambda random: (
        f"arn:aws:secretsmanager:eu-west-1:{of(digits, 12)(random)}:secret:{words('/', 2)(random)}"
    ),
    "url": lambda random: "https://auth.example.com/" + words("/", 2)(random) + "/token",
    "path": lambda random: "/etc/" + words("/", 2)(random) + "/" + words("-", 2)(random) + ".key",
    "weak": lambda random: random.choice(
        ("password", "password123", "hunter2", "changeme", "admin", "secret123")
    ),
    "test": lambda random: random.choice(
        ("test-token", "fake-api-key-for-tests", "dummy_secret", "mock-token-123")
    ),
    "test prefixed": lambda random: "test_" + words("_", 2)(random) + str(random.randint(1, 999)),
    "words": words("-", 4),
    "identifier": words("", 3, str.capitalize),
    "dotted": words(".", 3),
    "constant": words("_", 3, str.upper),
    "sequence": lambda random: random.choice(
        ("abcdefghijklmnop", "1234567890abcdef", "0123456789abcdef" * 2)
    ),
    "repeated": lambda random: random.choice("abcdef019") * random.randint(16, 40),
    "pairs": lambda random: of(HEX, 2)(random) * 16,
    "prefixed sequence": lambda random: random.choice(PREFIXES) + "1234567890abcdefghijklmnopqrstuvwxyz",
    "aws example id": lambda random: "AKIA" + "IOSFODNN7" + "EXAMPLE",
    "aws example key": lambda random: "wJalrXUtn" + "FEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
    "null": lambda random: random.choice(("null", "None", "undefined", "true", "required", "optional")),
    "type": lambda random: random.choice(("string", "str | None", "Optional[str]", "z.string()", "Buffer")),
    "sentence": lambda random: "the " + words(" ", 4)(random),
    "redacted": lambda random: random.choice(
        ("***REDACTED***", "[redacted]", "<hidden>", "********", "•••••••")
    ),
    "regex": lambda random: random.choice(PREFIXES) + "[A-Za-z0-9]{20,}",
    "email": lambda random: words(".", 2)(random) + "@example.com",
}
NAMED: dict[str, tuple[str, Maker]] = {
    "commit": ("commit", digest("sha1")),
    "sha256": ("sha256", digest("sha256")),
    "md5": ("checksum", digest("md5")),
    "etag": ("etag", digest("md5")),
    "digest": ("image_digest", lambda random: "sha256:" + digest("sha256")(random)),
    "integrity": ("integrity", lambda random: "sha512-" + b64(64)(random)),
    "uuid": ("id", guid),
    "client id": ("client_id", guid),
    "google client": (
        "google_client_id",
        lambda random: f"{of(digits, 12)(random)}-{of(HEX, 32)(random)}.apps.googleusercontent.com",
    ),
    "publishable": ("stripe_key", after("pk" + "_live_", ALNUM, 24)),
    "public key": ("ssh_key", lambda random: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + of(ALNUM, 43)(random)),
    "age recipient": ("recipient", after("age1", "qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58)),
    "request id": ("request_id", after("req_", ALNUM, 24)),
    "session name": ("session", of(HEX, 16)),
    "cache key": ("cache_key", lambda random: "linux-pip-" + digest("sha256")(random)),
    "public token name": ("token_type", lambda random: "Bearer"),
    "token count": ("max_tokens", lambda random: str(random.randint(1000, 200000))),
    "tokenizer": ("token_encoding", lambda random: "cl100k_base"),
    "key name": ("secret_name", words("/", 3)),
    "keyboard": ("key", lambda random: "ctrl+shift+" + random.choice("kpt")),
    "label": ("password", lambda random: "Passwort vergessen?"),
    "measure": ("google_analytics", lambda random: "G-" + of(ascii_uppercase + digits, 10)(random)),
    "buffer": ("image", lambda random: "data:image/png;base64,iVBORw0KGgo" + b64(600)(random)),
    "version": ("version", lambda random: f"1.{random.randint(0, 99)}.0+{of(HEX, 12)(random)}"),
}
LINES: dict[str, tuple[str, str, Maker]] = {
    "package lock": ("package-lock.json",
        '{{"packages": {{"node_modules/a": {{"version": "1.0.0", "integrity": "sha512-{}"}}}}}}\n', b64(64)),
    "requirements": ("requirements.txt", "a==1.0 \\\n    --hash=sha256:{}\n", digest("sha256")),
    "go sum": ("go.sum", "example.com/a v1.0.0 h1:{}\n", b64(32)),
    "pinned action": (".github/workflows/a.yml", "steps:\n  - uses: actions/checkout@{} # v5\n", digest("sha1")),
    "git log": ("notes.md", "See {} and the change before it.\n", digest("sha1")),
    "environ": ("a.py", 'api_key = os.environ["{}"]\n', words("_", 3, str.upper)),
    "getenv": ("a.py", 'token = os.getenv("{}", "")\n', words("_", 3, str.upper)),
    "process env": ("a.ts", "const apiKey = process.env.{} ?? '';\n", words("_", 3, str.upper)),
    "call": ("a.py", "password = read_{}_from_vault(settings)\n", words("_", 2)),
    "parameter": ("a.ts", "function login(password: string, token = this.{}Token()) {{}}\n", words("", 1)),
    "attribute": ("a.py", "self.secret_key = config.{}.secret_key\n", words("_", 2)),
    "shell default": ("a.sh", 'TOKEN="${{1:?{} needed}}"\n', words("_", 1)),
    "mysql prompt": ("a.sh", "mysql -u root -p {}\n", words("", 1)),
    "mysql variable": ("a.sh", 'mysql -u root -p"${}" app\n', words("_", 2, str.upper)),
    "sshpass variable": ("a.sh", 'sshpass -p "${}" ssh ops@host.example.net\n', words("_", 2, str.upper)),
    "sshpass file": ("a.sh", "sshpass -f /run/secrets/{} ssh ops@host.example.net\n", words("-", 2)),
    "curl variables": ("a.sh", 'curl -u "$USER:${}" https://api.example.net\n', words("_", 2, str.upper)),
    "bearer variable": ("a.md", 'curl -H "Authorization: Bearer ${}" https://api.example.net\n', words("_", 2, str.upper)),
    "bearer placeholder": ("a.md", 'curl -H "Authorization: Bearer <{}>" https://api.example.net\n', words("-", 2)),
    "basic user:pass": ("a.md", "Authorization: Basic {}\n",
        lambda random: base64.b64encode(random.choice((b"user:password", b"username:password", b"Aladdin:open sesame"))).decode()),
    "local url": ("compose.yml", "DATABASE_URL: postgres" + "://postgres:postgres@localhost:5432/{}\n", words("", 1)),
    "doc url": ("a.md", "Set `DATABASE_URL=postgresql" + "://user:password@host:5432/{}`.\n", words("", 1)),
    "variable url": ("a.sh", "URL=https" + "://${{USER}}:${{TOKEN}}@git.example.net/{}.git\n", words("", 1)),
    "netrc placeholder": ("a.md", "machine api.example.net login {} password <your token>\n", words("", 1)),
    "public pem": ("a.pem", "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", b64(270)),
    "certificate": ("a.crt", "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", b64(700)),
    "empty pem": ("a.md", "-----BEGIN RSA PRIVATE" + " KEY-----\n...{}...\n-----END RSA PRIVATE" + " KEY-----\n", words(" ", 2)),
    "pem header": ("a.md", "Look for `-----BEGIN OPENSSH PRIVATE" + " KEY-----` in {}.\n", words(" ", 1)),
    "heading": ("a.md", "## API key: {}\n\nA token is a word.\n", words(" ", 3)),
    "svg path": ("a.svg", '<svg><path d="M{} 9.5c1.1-2.2 3.3-4.4z"/></svg>\n', of(digits, 4)),
    "minified": ("a.min.js", "var a=function(e,t){{return e.token=t.{},t.password=e.pass,e}};\n", words("", 1)),
    "i18n": ("de.json", '{{"password": "Passwort", "token_hint": "Das Token aus dem {}"}}\n', words("", 1)),
    "masked": ("a.log", "using key sk-****{}\n", of(HEX, 4)),
    "jwt.io": ("a.md", "```text\n{}\n```\n", lambda random: ".".join((
        base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("="),
        base64.urlsafe_b64encode(b'{"sub":"1234567890","name":"John Doe","iat":1516239022}').decode().rstrip("="),
        "SflKxwRJ" + "SMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"))),
    "notebook image": ("a.ipynb", '{{"cells": [{{"outputs": [{{"data": {{"image/png": "iVBORw0KGgo{}"}}}}]}}]}}\n', b64(900)),
    "lock hash": ("poetry.lock", '[metadata]\ncontent-hash = "{}"\n', digest("sha256")),
    "srcset": ("a.html", '<script src="a.js" integrity="sha384-{}" crossorigin="anonymous"></script>\n', b64(48)),
    "css": ("a.css", ".{}-token--active {{ color: #a1b2c3; }}\n", words("-", 2)),
    "trace": ("a.md", "traceparent: 00-{}-00f067aa0ba902b7-01\n", of(HEX, 32)),
    "slack docs": ("a.md", "`https://hooks.slack" + ".com/services/T00000000/B00000000/{}`\n", lambda random: "X" * 24),
}  # fmt: skip


def negatives(random: Random, each: int = 3) -> Iterator[Sample]:
    """Every kind in a few places drawn by lot."""
    for kind, maker in VALUES.items():
        for _ in range(each):
            path, fill = random.choice(list(PLACES.values()))
            yield Sample(kind, path, fill(random.choice(NAMES), maker(random)))
    for kind, (name, maker) in NAMED.items():
        for _ in range(each):
            path, fill = random.choice(list(PLACES.values()))
            yield Sample(kind, path, fill(name, maker(random)))
    for kind, (path, line, maker) in LINES.items():
        for _ in range(each):
            yield Sample(kind, path, line.format(maker(random)))
    yield Sample("openapi", "api.json", json.dumps({"api_key": {"type": "string", "example": "abc123"}}))
    yield Sample("base62 id", "a.md", f"Video: https://example.com/watch?v={of(URLSAFE, 11)(random)}\n")
