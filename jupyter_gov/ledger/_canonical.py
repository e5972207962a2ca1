"""Canonical JSON (RFC 8785) and the salted commitment that lets a body be erased without touching its envelope."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import math
import numbers
from collections.abc import Mapping
from typing import Any

from jupyter_gov.records._builtins import keep_builtins, with_own_builtins

keep_builtins(globals())

_EXACT = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (I-JSON, RFC 7493)."""


def plain(value: Any) -> Any:
    """Return `value` as JSON that RFC 8785 can carry.

    NaN and the infinities become the strings ``NaN``, ``Infinity`` and ``-Infinity``, integers past 2**53 - 1 become
    their decimal strings, tuples become lists, and lone surrogates in strings become U+FFFD.

    Raises
    ------
    TypeError
        If there is no JSON form of something in `value`.
    ValueError
        If two keys of a mapping, such as ``1`` and ``"1"``, would become one.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        # By way of UTF-16, where a pair of surrogates is the one character that it stands for.
        text = str.__str__(value)
        return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, int):
        return int(value) if abs(value) <= _EXACT else str(int(value))
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        made = {plain(k if isinstance(k, str) else str(k)): plain(v) for k, v in value.items()}
        if len(made) < len(value):
            raise ValueError("two keys of a mapping are the same text")
        return made
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, numbers.Integral):  # NumPy's integers are neither int nor float, but register as numbers
        return plain(int(value))
    if isinstance(value, numbers.Real):
        return plain(float(value))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def canonical_bytes(value: Any) -> bytes:
    """Return the RFC 8785 bytes of `value`, after `plain`."""
    return _rfc8785().dumps(plain(value))  # type: ignore[no-any-return]


@functools.cache
def _rfc8785() -> Any:
    # A notebook that replaces `sorted` and the like must not have a say in what is written.
    return with_own_builtins("rfc8785._impl")


def canonical_json(value: Any) -> str:
    """Return `canonical_bytes` as text."""
    return canonical_bytes(value).decode("utf-8")


def parse(text: str) -> Any:
    """Read canonical JSON back, with the exact value of every number.

    ECMAScript writes 2.0**60 as ``1152921504606847000``, which no reader may take for an integer: those past 2**53 - 1
    travel as strings.
    """
    return json.loads(text, parse_int=_number)


def _number(digits: str) -> int | float:
    value = int(digits)
    return value if abs(value) <= _EXACT else float(digits)


def commit(body: str, salt: bytes) -> str:
    """Return the commitment of an envelope to its body: HMAC-SHA-256 (RFC 2104) keyed with the body's own salt.

    Without the salt nobody can test a guess of the body against the envelope, so erasing salt and body erases both.
    """
    return hmac.new(salt, body.encode("utf-8"), hashlib.sha256).hexdigest()
