"""Which names stand for a secret, such as ``db_password``, and which values that go by them are one."""

from __future__ import annotations

import re

_PASSWORD = re.compile(
    r"(?:password|passwd|passphrase|passcode|passwort|secret|credentials?|(?<![a-z])(?:pw|pwd)|"
    r"(?<![a-z])(?:db|user|smtp|admin|root|mysql|pg|redis|ssh|ftp|sql|mail|email|my|login)_?pass)$",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:(?:api|access|secret|auth|private|encryption|signing|account|storage|master|license|licence|subscription|consumer|"
    r"app|application|service|shared|webhook|deploy|admin|root|ssh|ssl|kaggle|wandb|openai|azure|aws|gcp|sas)[_-]?key"
    r"(?:[_-]?id)?|(?<![a-z])token|(?:access|auth|api|bearer|refresh|session|id|hf|hub|github|gitlab|slack|bot|sas|security|"
    r"oauth|jwt|csrf|deploy|personal|user|account|service|app|registry|pypi|npm|hugging_?face)[_-]?token|"
    r"authorization|client[_-]?secret|connection[_-]?string)$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?:password|passwd|passphrase|secret|token|api.?key|key|none|null|nan|true|false|str|string|object|int\d*|float\d*|bool|"
    r"boolean|category|bytes|text|varchar|required|optional|hidden|redacted|missing|unknown|prompt|env|basic|bearer)$"
    # Templates: {pw}, {{ pw }}, ${PW}, $PW, <password>, %(pw)s, %s, [redacted: …]; and what is made of stars or dots.
    r"|\{.*\}$|\$\{.*\}$|\$[A-Z_]+$|<.*>$|%\(.*\)s$|%s$|:\w+$|\[redacted: |[^0-9A-Za-z]*$|([xX*.])\1*$",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?:~|\.{1,2})?(?:/[\w.-]+){2,}$|~/|\.{1,2}/|.*\.(?:pem|key|json|txt|env|ya?ml|crt|cer|p12)$")

_SHORTEST = 8
"""A key or token is at least so long."""


def is_placeholder(value: str) -> bool:
    """Say whether a value only stands where a secret would: a template, stars, a type, an empty text."""
    return _PLACEHOLDER.match(value) is not None


def is_secret(name: str, value: str) -> bool:
    """Say whether a value that goes by a name, as a parameter or variable, is a secret."""
    if len(value) < 3 or is_placeholder(value):
        return False
    if _PASSWORD.search(name):
        return not (name.lower().endswith("pwd") and value[0] in "/~")
    return _KEY.search(name) is not None and _is_token(value)


def sort_of(name: str) -> str:
    """Return what a secret that goes by a name is called."""
    return "password" if _PASSWORD.search(name) else "key or token"


def _is_token(value: str) -> bool:
    if len(value) < _SHORTEST or re.search(r"\s", value) or value.startswith(("[", "<", "##")):
        return False
    if _PATH.match(value) and len(value) != 40:
        return False
    return any(c.isdigit() for c in value) or (value != value.lower() and value != value.upper()) or len(value) >= 24
