"""Which names stand for a secret, such as ``db_password``, and which values that go by them are one."""

from __future__ import annotations

import functools
import re

from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

SUFFIX = (
    r"(?:[_-]?\d{1,3}|[_-](?:prod|production|dev|devel|test|testing|stage|staging|live|local|new|old|value|val|str|string|text|"
    r"plain|raw|default|main|admin|root|backup|bytes|here|tmp|temp|db|user|openai|anthropic|azure|aws|gcp|google|github|gitlab|hf|"
    r"huggingface|slack|stripe|mistral|cohere|wandb|kaggle|snowflake|postgres|mysql|mongo|redis|smtp|ftp|ssh|api))*"
)
"""What may follow, to tell one from another: ``password2``, ``TOKEN_PROD``."""
_PASSWORD = re.compile(
    r"(?:passwords?|passwd|passphrase|passcode|passwort|kennwort|mot_?de_?passe|contraseña|secrets?|credentials?|"
    r"(?<![a-z])(?:pw|pwd)|"
    r"(?<![a-z])(?:db|user|smtp|admin|root|mysql|pg|redis|ssh|ftp|sql|mail|email|my|login)_?pass)" + SUFFIX + "$",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:(?:api|access|secret|auth|private|encryption|signing|account|storage|master|license|licence|subscription|consumer|"
    r"app|application|service|shared|webhook|deploy|admin|root|ssh|ssl|kaggle|wandb|openai|azure|aws|gcp|sas|app)[_-]?keys?"
    r"(?:[_-]?id)?|(?<![a-z])token|(?:access|auth|api|bearer|refresh|session|id|hf|hub|github|gitlab|slack|bot|sas|security|"
    r"oauth|jwt|csrf|deploy|personal|user|account|service|app|registry|pypi|npm|hugging_?face)[_-]?token|"
    r"authorization|client[_-]?secret|connection[_-]?string|(?:set[_-]?)?cookies?)" + SUFFIX + "$",
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
    sort = _sort(name)
    if sort == "password":
        return not (name.lower().endswith("pwd") and value[0] in "/~")
    if sort == "cookie":
        return "=" in value and may_be_token(value)
    return bool(sort) and _is_token(value)


def bears_secret(name: str) -> bool:
    """Say whether a name stands for a secret."""
    return bool(_sort(name))


def may_be_token(value: str) -> bool:
    """Say whether a value has letters and digits and no word of a sentence in it."""
    return len(value) >= _SHORTEST and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def looks_real(value: str) -> bool:
    """Say whether a value is a secret by its looks, so that it may be taken out wherever it stands.

    Names of columns and versions go by secret names too, such as ``{"password": "pw_strength"}``: what joins words
    counts for nothing.
    """
    if len(value) < _SHORTEST or re.search(r"\s", value):
        return False
    digit, lower, upper = (any(is_one(c) for c in value) for is_one in (str.isdigit, str.islower, str.isupper))
    other = any(not c.isalnum() and c not in "_-./:" for c in value)
    return digit + lower + upper + other >= 3 or (len(value) >= 20 and digit and (lower or upper))


def sort_of(name: str) -> str:
    """Return what a secret that goes by a name is called."""
    return "password" if _sort(name) == "password" else "key or token"


@functools.lru_cache(4096)
def _sort(name: str) -> str:
    name = name[-100:]
    if _PASSWORD.search(name):
        return "password"
    match = _KEY.search(name)
    return "" if match is None else "cookie" if "cookie" in match[0].lower() else "key"


def _is_token(value: str) -> bool:
    if len(value) < _SHORTEST or re.search(r"\s", value) or value.startswith(("[", "<", "##")):
        return False
    if _PATH.match(value) and len(value) != 40:
        return False
    return any(c.isdigit() for c in value) or (value != value.lower() and value != value.upper()) or len(value) >= 24
