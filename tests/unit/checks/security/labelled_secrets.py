"""Secrets of many kinds, made up anew from a seed each time: nothing that looks like one is stored.

Three ways to be a secret: by its own shape, wherever it stands (`SHAPED`); by the name that it is given to
(`NAMED`); by the line or file that it is part of (`LINES`). Where a kind has a checksum, it is right.
"""

# ruff: noqa: E501 - tables

from __future__ import annotations

import base64
import json
import zlib
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    Maker = Callable[[Random], str]

ALNUM = ascii_letters + digits
BASE62 = digits + ascii_uppercase + ascii_lowercase
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"
PASSWORD = ALNUM + "!@%^*-_+."


class Sample(NamedTuple):
    """A file, and what in it is secret: empty in a hard negative."""

    kind: str
    path: str
    text: str
    secret: str = ""


def of(alphabet: str, length: int) -> Maker:
    """Random characters; without some letters and some digits none would be typical of its kind."""

    def make(random: Random) -> str:
        while True:
            made = "".join(random.choices(alphabet, k=length))
            if len(set(made)) > min(length, len(alphabet)) * 0.45 and any(one in digits for one in made):
                return made

    return make


def after(prefix: str, alphabet: str, length: int, suffix: str = "") -> Maker:
    """A prefix that says whose it is, and random characters."""
    return lambda random: prefix + of(alphabet, length)(random) + suffix


def b64(size: int) -> Maker:
    """Random bytes in Base64."""
    return lambda random: base64.b64encode(random.randbytes(size)).decode()


def checksummed(prefix: str) -> Maker:
    """GitHub's and npm's form: 30 characters of base 62 and the CRC-32 of them in six more."""

    def make(random: Random) -> str:
        body = of(BASE62, 30)(random)
        crc, tail = zlib.crc32(body.encode()), ""
        for _ in range(6):
            crc, digit = divmod(crc, 62)
            tail = BASE62[digit] + tail
        return prefix + body + tail

    return make


def jwt(random: Random) -> str:
    """A signed token with plausible claims."""
    claims = {"sub": of(digits, 10)(random), "iat": random.randrange(10**9, 2 * 10**9), "scope": "write"}
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return ".".join(_b64url(part) for part in (*parts, random.randbytes(32)))


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def pypi(random: Random) -> str:
    """A macaroon: its version, its place and an identifier."""
    head = b"\x02\x01\x08pypi.org\x02\x24" + of(HEX, 36)(random).encode()
    return "pypi" + "-" + _b64url(head + b"\x00\x00\x06\x20" + random.randbytes(64))


def discord(random: Random) -> str:
    """Id, time and signature."""
    return f"{_b64url(of(digits, 18)(random).encode())}.G{of(ALNUM, 5)(random)}.{of(URLSAFE, 38)(random)}"


def block(label: str, head: bytes, size: int) -> Maker:
    """A key between its two lines, with the first bytes that such keys have."""

    def make(random: Random) -> str:
        body = base64.b64encode(head + random.randbytes(size)).decode()
        lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
        return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----"

    return make


def joined(*makers: Maker | str) -> Maker:
    """One after the other."""
    return lambda random: "".join(one if isinstance(one, str) else one(random) for one in makers)


PRIVATE = "PRIVATE" + " KEY"
KEYS: dict[str, Maker] = {
    "rsa key": block(f"RSA {PRIVATE}", bytes.fromhex("308204a40201000282010100"), 1180),
    "pkcs8 key": block(PRIVATE, bytes.fromhex("308204bd020100300d06092a864886f70d0101010500"), 1190),
    "ec key": block(f"EC {PRIVATE}", bytes.fromhex("30770201010420"), 114),
    "openssh key": block(f"OPENSSH {PRIVATE}", b"openssh-key-v1\0\0\0\0\x04none", 380),
    "encrypted key": block(f"ENCRYPTED {PRIVATE}", bytes.fromhex("3082052e305806092a864886f70d01050d"), 1300),
    "pgp key": block(f"PGP {PRIVATE} BLOCK", bytes.fromhex("9505860462"), 1400),
}
SHAPED: dict[str, Maker] = {
    "github classic": checksummed("ghp" + "_"),
    "github oauth": checksummed("gho" + "_"),
    "github app": checksummed("ghs" + "_"),
    "github fine-grained": joined("github" + "_pat_", of(ALNUM, 22), "_", of(ALNUM, 59)),
    "gitlab": after("glpat" + "-", URLSAFE, 20),
    "aws id": after("AKIA", ascii_uppercase + "234567", 16),
    "google api": after("AIza", URLSAFE, 35),
    "slack bot": joined("xoxb" + "-", of(digits, 12), "-", of(digits, 12), "-", of(ALNUM, 24)),
    "slack app": joined(
        "xapp" + "-1-A", of(ascii_uppercase + digits, 10), "-", of(digits, 13), "-", of(HEX, 64)
    ),
    "slack webhook": joined(
        "https://hooks.slack" + ".com/services/T",
        of(ascii_uppercase + digits, 8),
        "/B",
        of(ascii_uppercase + digits, 10),
        "/",
        of(ALNUM, 24),
    ),
    "discord webhook": joined("https://discord" + ".com/api/webhooks/", of(digits, 18), "/", of(URLSAFE, 68)),
    "teams webhook": joined(
        "https://acme.webhook.office" + ".com/webhookb2/",
        *[part for size in (8, 4, 4, 4) for part in (of(HEX, size), "-")],
        of(HEX, 12),
        "@",
        *[part for size in (8, 4, 4, 4) for part in (of(HEX, size), "-")],
        of(HEX, 12),
        "/IncomingWebhook/",
        of(HEX, 32),
        "/",
        *[part for size in (8, 4, 4, 4) for part in (of(HEX, size), "-")],
        of(HEX, 12),
    ),
    "discord bot": discord,
    "stripe live": after("sk" + "_live_", ALNUM, 99),
    "stripe restricted": after("rk" + "_live_", ALNUM, 24),
    "stripe webhook": after("whsec" + "_", ALNUM, 32),
    "sendgrid": joined("SG" + ".", of(URLSAFE, 22), ".", of(URLSAFE, 43)),
    "mailchimp": joined(of(HEX, 32), "-us12"),
    "twilio key": after("SK", HEX, 32),
    "npm": checksummed("npm" + "_"),
    "pypi": pypi,
    "anthropic": after("sk-ant" + "-api03-", URLSAFE, 93, "AA"),
    "openai project": joined("sk" + "-proj-", of(URLSAFE, 74), "T3Blbk" + "FJ", of(URLSAFE, 74)),
    "openai classic": joined("sk" + "-", of(ALNUM, 20), "T3Blbk" + "FJ", of(ALNUM, 20)),
    "openrouter": after("sk-or" + "-v1-", HEX, 64),
    "groq": after("gsk" + "_", ALNUM, 52),
    "xai": after("xai" + "-", ALNUM, 80),
    "perplexity": after("pplx" + "-", ALNUM, 48),
    "replicate": after("r8" + "_", ALNUM, 37),
    "hugging face": after("hf" + "_", ascii_letters + digits, 34),
    "telegram": joined(of("123456789", 10), ":AA", of(URLSAFE, 33)),
    "shopify": after("shpat" + "_", HEX, 32),
    "digitalocean": after("dop" + "_v1_", HEX, 64),
    "linear": after("lin" + "_api_", ALNUM, 40),
    "notion": joined("ntn" + "_", of(digits, 11), of(ALNUM, 35)),
    "databricks": after("dapi", HEX, 32),
    "docker hub": after("dckr" + "_pat_", URLSAFE, 27),
    "vault": after("hvs" + ".", URLSAFE, 92),
    "terraform cloud": joined(of(ALNUM, 14), ".atlas" + "v1.", of(URLSAFE, 67)),
    "grafana": joined("glsa" + "_", of(ALNUM, 32), "_", of(HEX, 8)),
    "new relic": after("NRAK" + "-", ascii_uppercase + digits, 27),
    "postman": joined("PMAK" + "-", of(HEX, 24), "-", of(HEX, 34)),
    "rubygems": after("rubygems" + "_", HEX, 48),
    "age key": after("AGE-SECRET" + "-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    "atlassian": after("ATATT3x" + "FfGF0", URLSAFE, 170, "=" + "1A2B3C4D"),
    "supabase": after("sbp" + "_", HEX, 40),
    "figma": after("figd" + "_", URLSAFE, 40),
    "airtable": joined("pat", of(ALNUM, 14), ".", of(HEX, 64)),
    "tailscale": joined("tskey" + "-auth-k", of(ALNUM, 11), "CNTRL-", of(ALNUM, 32)),
    "square": joined("EAAA", of(URLSAFE, 60)),
    "jwt": jwt,
    "postgres url": joined(
        "postgres" + "ql://svc_app:", of(ALNUM + "_.-", 18), "@db1.internal.example.net:5432/app"
    ),
    "mongodb url": joined("mongodb" + "+srv://writer:", of(ALNUM, 16), "@cluster0.ab1cd.mongodb.net/prod"),
    "redis url": joined("redis" + "://:", of(ALNUM, 24), "@cache.internal.example.net:6379/0"),
    "amqp url": joined("amqp" + "s://worker:", of(ALNUM, 20), "@mq.internal.example.net/jobs"),
    "https url": joined("https" + "://deploy:", of(ALNUM, 20), "@git.example.net/team/app.git"),
}
NAMED: dict[str, tuple[str, Maker]] = {
    "aws secret": ("aws_secret_access_key", of(ALNUM + "/+", 40)),
    "azure client secret": (
        "azure_client_secret",
        joined(of(ALNUM, 3), "8Q~", of(URLSAFE + ".", 34)),
    ),
    "datadog": ("dd_api_key", of(HEX, 32)),
    "cloudflare": ("cloudflare_api_token", of(URLSAFE, 40)),
    "twilio auth": ("twilio_auth_token", of(HEX, 32)),
    "mailgun": ("mailgun_api_key", joined("key" + "-", of(HEX, 32))),
    "password": ("db_password", of(PASSWORD, 16)),
    "root password": ("mysql_root_password", of(PASSWORD, 20)),
    "api key": ("api_key", of(ALNUM, 32)),
    "client secret": ("client_secret", of(URLSAFE, 40)),
    "access token": ("access_token", of(ALNUM, 36)),
    "signing key": ("signing_key", of(HEX, 64)),
    "django": ("secret_key", of(ascii_lowercase + digits + "!@%^&*(-_=+)", 50)),
    "encryption key": ("encryption_key", b64(32)),
    "camel": ("apiToken", of(URLSAFE, 28)),
}
LINES: dict[str, tuple[str, str, Maker]] = {
    "netrc": (".netrc", "machine git.example.net login deploy password {}\n", of(ALNUM, 20)),
    "netrc lines": ("_netrc", "machine api.example.net\n  login bot\n  password {}\n", of(PASSWORD, 18)),
    "sshpass": ("scripts/deploy.sh", "sshpass -p '{}' ssh ops@host.example.net uptime\n", of(PASSWORD, 14)),
    "mysql": ("scripts/dump.sh", "mysqldump -u root -p{} --all-databases > all.sql\n", of(ALNUM, 16)),
    "basic header": ("docs/api.md", 'curl -H "Authorization: Basic {}" https://api.example.net/v1\n',
                     lambda random: base64.b64encode(f"svc:{of(PASSWORD, 18)(random)}".encode()).decode()),
    "bearer header": ("docs/api.md", 'curl -H "Authorization: Bearer {}" https://api.example.net/v1\n', of(ALNUM, 44)),
    "curl user": ("run.sh", "curl -fsS -u svc-bot:{} https://api.example.net/v1/jobs\n", of(ALNUM, 22)),
    "npmrc": (".npmrc", "//npm.example.net/:_authToken={}\n", of(URLSAFE, 36)),
    "pgpass": (".pgpass", "db1.internal.example.net:5432:app:svc:{}\n", of(PASSWORD, 18)),
    "git credentials": (".git-credentials", "https" + "://bot:{}@git.example.net\n", of(ALNUM, 24)),
    "docker auth": ("config.json", '{{"auths": {{"registry.example.net": {{"auth": "{}"}}}}}}\n',
                    lambda random: base64.b64encode(f"bot:{of(ALNUM, 24)(random)}".encode()).decode()),
    "azure storage": ("app.config",
                      "DefaultEndpointsProtocol=https;AccountName=acmeprod;AccountKey={};EndpointSuffix=core.windows.net\n",
                      b64(64)),
    "sql server": ("appsettings.json",
                   '{{"Main": "Server=db1.example.net;Database=app;User Id=svc;Password={};Encrypt=true"}}\n',
                   of(ALNUM, 18)),
    "header": ("client.py", 'headers = {{"X-Api-Key": "{}"}}\n', of(ALNUM, 32)),
    "cli option": ("Makefile", "login:\n\tregistry login --username bot --password {} registry.example.net\n", of(ALNUM, 20)),
    "workflow": (".github/workflows/ci.yml",
                 "jobs:\n  a:\n    runs-on: ubuntu-latest\n    env:\n      DEPLOY_TOKEN: {}\n", of(ALNUM, 40)),
    "service account": ("key.json", '{{"type": "service_account", "private_key": "{}"}}\n',
                        lambda random: KEYS["pkcs8 key"](random).replace("\n", "\\n")),
    "php constant": ("wp-config.php", "<?php\ndefine('DB_PASSWORD', '{}');\n", of(PASSWORD, 18)),
    "set default": ("a.py", 'os.environ.setdefault("SEARCH_API_KEY", "{}")\n', of(ALNUM, 32)),
    "dockerfile": ("Dockerfile", "FROM alpine\nENV REGISTRY_TOKEN {}\n", of(ALNUM, 36)),
    "compose": ("compose.yml", "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD={}\n", of(ALNUM, 20)),
    "kubernetes": ("secret.yaml", "kind: Secret\ndata:\n  password: {}\n",
                   lambda random: base64.b64encode(of(PASSWORD, 20)(random).encode()).decode()),
    "one command": ("a.md", "```sh\nPGPASSWORD={} psql -h db1.example.net -U svc\n```\n", of(ALNUM, 18)),
    "query": ("a.md", "GET https://api.example.net/v1/items?page=1&api_key={}\n", of(ALNUM, 32)),
    "xml": ("settings.xml", "<server><username>ci</username><password>{}</password></server>\n", of(ALNUM, 20)),
    "table": ("a.md", "| name | value |\n| --- | --- |\n| admin password | `{}` |\n", of(PASSWORD, 16)),
    "sentence": ("a.md", "The API key is `{}`, do not lose it.\n", of(ALNUM, 32)),
    "properties": ("a.properties", "db.user=svc\ndb.password={}\n", of(PASSWORD, 18)),
    "typed": ("a.ts", 'export const apiKey: string = "{}";\n', of(ALNUM, 32)),
    "escaped": ("a.ipynb", '{{"source": ["API_TOKEN = \\"{}\\"\\n"]}}\n', of(ALNUM, 32)),
}  # fmt: skip

NAMES = ("service_key", "token", "value", "credential", "conf")
PLACES: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "env": (".env", lambda name, secret: f"DEBUG=0\n{name.upper()}={secret}\nPORT=80\n"),
    "python": ("tool.py", lambda name, secret: f'import os\n\n{name} = "{secret}"\n'),
    "yaml": ("conf.yml", lambda name, secret: f'server:\n  port: 80\n  {name}: "{secret}"\n'),
    "json": ("conf.json", lambda name, secret: f'{{\n  "{name}": "{secret}",\n  "port": 80\n}}\n'),
    "shell": ("run.sh", lambda name, secret: f"#!/bin/sh\nexport {name.upper()}='{secret}'\n"),
    "js": ("a.js", lambda name, secret: f"const {name} = '{secret}';\nrun({name});\n"),
    "toml": ("a.toml", lambda name, secret: f'[server]\n{name} = "{secret}"\n'),
    "fence": ("guide.md", lambda name, secret: f"# Setup\n\n```bash\nexport {name.upper()}={secret}\n```\n"),
    "command": (
        ".claude/commands/deploy.md",
        lambda name, secret: f"---\nname: a\n---\n\nSet `{name}: {secret}`.\n",
    ),
}
BARE: dict[str, tuple[str, Callable[[str], str]]] = {
    "prose": ("notes.md", lambda secret: f"For the demo, sign in with {secret} and go on.\n"),
    "table": ("notes.md", lambda secret: f"| what | it |\n| --- | --- |\n| staging | `{secret}` |\n"),
    "comment": ("a.py", lambda secret: f"# was: {secret}\npass\n"),
}  # fmt: skip


def positives(random: Random, each: int = 3) -> Iterator[Sample]:
    """Every kind in a few places drawn by lot."""
    for kind, maker in SHAPED.items():
        for turn in range(each):
            secret = maker(random)
            if turn % 3 == 2:
                path, write = random.choice(list(BARE.values()))
                yield Sample(kind, path, write(secret), secret)
            else:
                place, fill = random.choice(list(PLACES.values()))
                yield Sample(kind, place, fill(random.choice(NAMES), secret), secret)
    for kind, (name, maker) in NAMED.items():
        for _ in range(each):
            secret = maker(random)
            place, fill = random.choice(list(PLACES.values()))
            yield Sample(kind, place, fill(name, secret), secret)
    for kind, (path, line, maker) in LINES.items():
        for _ in range(each):
            secret = maker(random)
            yield Sample(kind, path, f"{'#' if path.endswith('.sh') else ''}\n{line.format(secret)}", secret)
    for kind, maker in KEYS.items():
        for _ in range(each):
            secret = maker(random)
            yield Sample(kind, random.choice(("id", "keys/a.pem", "docs/a.md")), f"a\n{secret}\n", secret)
