# ruff: noqa: E501 - data
"""Python that has a serious vulnerability, and Python that looks like it and has none: made at test time."""

from __future__ import annotations

import textwrap
from typing import NamedTuple


class Case(NamedTuple):
    """A script; `kind` is empty where nothing in it is serious."""

    kind: str
    path: str
    text: str


SERIOUS = {
    "code": (
        "import sys\nexec(sys.stdin.read())",
        "def run(text):\n    return eval(text)",
        "import base64\nexec(base64.b64decode(payload))",
        "def load(path):\n    exec(compile(open(path).read(), path, 'exec'))",
        "class A:\n    def go(self, x):\n        return eval(x, {}, {})",
        "values = [eval(line) for line in open('a.txt')]",
    ),
    "objects": (
        "import pickle\ndef load(f):\n    return pickle.load(f)",
        "from pickle import loads\nx = loads(data)",
        "import pickle as p\nx = p.loads(data)",
        "import dill\nx = dill.loads(data)",
        "import shelve\ndb = shelve.open('x')",
        "import marshal\nx = marshal.loads(data)",
        "import jsonpickle\nx = jsonpickle.decode(text)",
        "import pandas as pd\ndf = pd.read_pickle('a.pkl')",
    ),
    "yaml": (
        "import yaml\nx = yaml.load(text)",
        "import yaml\nx = yaml.load(text, Loader=yaml.Loader)",
        "import yaml\nx = yaml.load(open('a.yml'), Loader=yaml.UnsafeLoader)",
        "from yaml import load, FullLoader, Loader\nx = load(text, Loader)",
    ),
    "shell": (
        "import subprocess\ndef go(name):\n    subprocess.run(f'ls {name}', shell=True)",
        "import subprocess\nsubprocess.call('rm ' + path, shell=True)",
        "import subprocess as sp\nsp.check_output('cat %s' % path, shell=True)",
        "import os\ndef go(name):\n    os.system('ls ' + name)",
        "import os\nos.popen(f'ls {x}').read()",
        "from subprocess import Popen\nPopen('echo {}'.format(x), shell=True)",
    ),
    "archives": (
        "import tarfile\ntarfile.open('a.tgz').extractall('/tmp/x')",
        "import tarfile\nwith tarfile.open(p) as t:\n    t.extractall(path=d)",
    ),
    "transport": (
        "import requests\nrequests.get('https://example.com', verify=False)",
        "import httpx\nhttpx.get('https://example.com', verify=False)",
        "import ssl\nssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_SSLv2)",
        "import paramiko\nc = paramiko.SSHClient()\nc.set_missing_host_key_policy(paramiko.AutoAddPolicy)",
        "import telnetlib\nt = telnetlib.Telnet('example.com')",
        "import ftplib\nf = ftplib.FTP('example.com')",
    ),
    "servers": (
        "from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)",
        "from Crypto.Cipher import DES\nc = DES.new(key)",
    ),
    "hidden": (
        "import pickle\nx = pickle.loads(data)  # nosec",
        "def run(text):\n    return eval(text)  # nosec B307",
        "import subprocess\nsubprocess.run(f'ls {x}', shell=True)  # nosec: B602",
    ),
}
HARMLESS = (
    "import os\nos.system('cls' if os.name == 'nt' else 'clear')",
    "import ast\nx = ast.literal_eval(text)",
    "import json\nx = json.loads(text)",
    "import yaml\nx = yaml.safe_load(text)",
    "import yaml\nx = yaml.load(text, Loader=yaml.SafeLoader)",
    "import yaml\nx = yaml.load(text, Loader=yaml.CSafeLoader)",
    "import subprocess\nsubprocess.run(['ls', name], check=True)",
    "import subprocess\nsubprocess.run(['git', 'status'], capture_output=True, text=True)",
    "import subprocess\nsubprocess.run('ls -l', shell=True)",
    "import os\nos.system('clear')",
    "import shutil\nshutil.rmtree(folder)",
    "import tarfile\ntarfile.open('a.tgz').extractall('x', filter='data')",
    "import requests\nrequests.get('https://example.com', timeout=10)",
    "import requests\nrequests.get('https://example.com')",
    "import urllib.request\nurllib.request.urlopen('https://example.com')",
    "import hashlib\nhashlib.sha256(data).hexdigest()",
    "import hashlib\nhashlib.md5(data, usedforsecurity=False).hexdigest()",
    "import hashlib\nkey = hashlib.md5(name.encode()).hexdigest()",
    "import random\nx = random.choice(names)",
    "import secrets\nx = secrets.token_hex()",
    "import tempfile\nwith tempfile.TemporaryDirectory() as d:\n    pass",
    "path = '/tmp/out.txt'",
    "assert value == 3",
    "try:\n    go()\nexcept Exception:\n    pass",
    "password = ''",
    "token_url = 'https://example.com/token'",
    "import pickle\nprint(pickle.HIGHEST_PROTOCOL)",
    "import pickle\ndata = pickle.dumps({})",
    "import marshal\ndata = marshal.dumps(1)",
    "import subprocess",
    "import telnet_docs",
    "text = 'eval(x) and exec(y) are dangerous'",
    "# pickle.loads(data) is never used here\nx = 1",
    "def eval_model(m):\n    return m\neval_model(3)",
    "class M:\n    def eval(self):\n        return self\nM().eval()",
    "import re\nre.compile('a').search('b')",
    "from jinja2 import Environment, select_autoescape\ne = Environment(autoescape=select_autoescape())",
    "import ssl\nc = ssl.create_default_context()",
    "import xml.etree.ElementTree as E\nE.fromstring(text)",
    "import sqlite3\nc.execute('select * from t where a = ?', (x,))",
    "cursor.execute('select 1')",
    "import flask\napp.run(debug=False)",
    "import socket\ns.bind(('127.0.0.1', 0))",
)


def positives() -> list[Case]:
    """Each at the top of a file, and half of them within a function."""
    found = []
    for kind, texts in SERIOUS.items():
        for number, text in enumerate(texts):
            found.append(Case(kind, f"scripts/{kind}{number}.py", f"{text}\n"))
            if number % 2:
                inner = textwrap.indent(text, "    ")
                found.append(
                    Case(
                        kind,
                        f"hooks/{kind}{number}",
                        f"#!/usr/bin/env python3\ndef main(data, text, x, path, key, payload, s, p, d):\n{inner}\n",
                    )
                )
    return found


def negatives() -> list[Case]:
    return [Case("", f"scripts/ok{number}.py", f"{text}\n") for number, text in enumerate(HARMLESS)]
