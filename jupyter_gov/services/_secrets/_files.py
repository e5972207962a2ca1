"""Secrets in files that are about to be kept: by what a file is called, and in whatever form its bytes are."""

from __future__ import annotations

import csv
import fnmatch
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from jupyter_gov.records._builtins import keep_builtins

from ._names import bears_secret, is_secret, looks_real, sort_of

keep_builtins(globals())

_NAMES = (
    ".netrc", "_netrc", "netrc", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".env", ".env.*", ".envrc",
    "*.env", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.pem", "*.key", "*.ppk", "*.p12", "*.pfx", "*.jks",
    "*.keystore", "*.kdb", "*.kdbx", "*.keytab", "*.ovpn", "*.gpg", "*.pgp", "credentials", ".credentials",
    "credentials.json", ".git-credentials", ".npmrc", ".pypirc", ".htpasswd", ".dockercfg", "kaggle.json",
    "secrets.toml", "secrets.y*ml", "secrets.json", "client_secret*.json", "kubeconfig", ".s3cfg", ".boto", ".snowsql",
)  # fmt: skip
"""Files that are there to hold a secret; a public key, or one that ends with ``.example``, is none of them."""
_PUBLIC = ("*.pub", "*.example", "*.sample", "*.template", "*.dist", "*.py")
_FOLDERS = frozenset((".aws", ".ssh", ".gnupg", ".azure", ".kube", ".docker"))
_CODE = (".py", ".ipynb", ".R", ".r", ".jl", ".js", ".ts", ".sql")
_READABLE = re.compile(rb"[\x20-\x7e]{3,}")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ROWS = 200

Finder = Callable[[str, bool], tuple[int, str] | None]
"""Returns where the first secret of a text is, and what sort; given the text and whether it is code."""


def is_for_secrets(name: str) -> bool:
    """Say whether a file, by its path within a repository, is there to hold a secret."""
    path = PurePosixPath(name)
    if any(fnmatch.fnmatchcase(path.name.lower(), pattern) for pattern in _PUBLIC):
        return False
    known = any(fnmatch.fnmatchcase(path.name.lower(), pattern) for pattern in _NAMES)
    return known or any(part.lower() in _FOLDERS for part in path.parts[:-1])


def first_secret(name: str, content: bytes, find: Finder) -> str:
    """Return where in a file the first secret is, to be read after its name; empty where there is none.

    Parameters
    ----------
    name : str
        Its path.
    content : bytes
        What is in it.
    find : callable
        Looks a text through.
    """
    text = _text(content)
    if text is None:
        # Runs of letters, as in a database, a pickled object or a compiled program.
        runs = [run.decode() for run in _READABLE.findall(content)]
        found = find("\n".join(runs), False) or find("\n".join(_wide(content)), False)
        return f": {found[1]}" if found else _pairs(runs)
    found = find(text, name.endswith(_CODE))
    if found:
        return f", line {text.count(chr(10), 0, found[0]) + 1}: {found[1]}"
    return _column(text) if name.lower().endswith((".csv", ".tsv", ".tab", ".txt")) else ""


def _text(content: bytes) -> str | None:
    """Return a file's text, or None where it is none."""
    encoding = _MARKS.get(content[:2])
    if encoding is not None:
        return content.decode(encoding, "replace")
    if b"\0" not in content:
        return content.decode("utf-8", "replace")
    # Without a mark, every other byte of what is in Latin letters is empty.
    half = len(content) // 2
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if content[first::2].count(0) > 0.8 * half and not content[1 - first :: 2].count(0):
            return content.decode(encoding, "replace")
    return None


def _wide(content: bytes) -> Iterator[str]:
    for run in re.findall(rb"(?:[\x20-\x7e]\0){3,}", content):
        yield run.decode("utf-16-le")


def _pairs(runs: list[str]) -> str:
    """Look for a secret's name that is followed by a value, as in a pickled dictionary."""
    for name, value in itertools.pairwise(runs):
        last = re.search(r"[A-Za-z][\w-]*$", name)
        # A byte that tells the length may look like a letter.
        if last and bears_secret(last[0]) and any(is_secret(last[0], v) and looks_real(v) for v in (value, value[1:])):
            return f": {sort_of(last[0])}"
    return ""


def _column(text: str) -> str:
    """Look for a column of secrets in a table."""
    lines = text[:1_000_000].splitlines()[: _ROWS + 1]
    head = lines[0] if lines else ""
    delimiter = max(",;\t|", key=head.count)
    rows = list(csv.reader(lines, delimiter=delimiter))
    for place, name in enumerate(rows[0] if rows else ()):
        name = name.strip().lstrip("\ufeff")
        if bears_secret(name) and any(is_secret(name, row[place]) for row in rows[1:] if len(row) > place):
            return f": its column {name!r} holds secrets"
    return ""
