"""Texts and numbers that identify a person: told by their form, and by their check digits where there are any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._columns import Plain

_LOOK = 500
"""Values that are looked at."""

_MOST = 0.6
"""Share of the values that must look alike."""

_NUMBERS = 0.95
"""The same for bare digits, of which one in ten passes a check by chance."""

_SOME = 0.05
_SEVERAL = 0.2
"""The same for texts that mention an e-mail address, and for such as mention something of a less certain form."""

_READ = 10_000
_GLANCE = 100
_PART = 300
"""Numbers that are read, those that tell whether it is worth it, and characters of a text."""

_LARGE = 10**7
_LARGEST = 10**19
"""Between which numbers an identifier can lie."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(\+|00)?[\d\s().\-/]{7,20}")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,7}")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d")
_NATIONAL = re.compile(
    r"\d{3}-\d{2}-\d{4}"  # United States
    r"|[A-CEGHJ-PR-TW-Z]{2}\d{6}[A-D]"  # United Kingdom
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"  # Italy
)


_MENTIONS = (
    ("e-mail", re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[^\W\d_]{2,}")),
    ("phone", re.compile(r"(?<![\w+])(?:\+\d(?:[ ()./-]{0,2}\d){7,14}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?!\w)")),
    ("national number", re.compile(rf"(?<![^\W_])(?:{_NATIONAL.pattern})(?![^\W_])")),
    ("bank account", re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![^\W_])")),
)
"""What identifies somebody inside a text."""


def find_mention(text: str) -> str:
    """Return what somebody is identified by inside a text, or an empty string."""
    for label, pattern in _MENTIONS:
        found = pattern.search(text[:_PART]) if label != "e-mail" or "@" in text else None
        if found and (label != "bank account" or _iban(found[0])):
            return label
    return ""


def find_identifier(sample: Plain) -> str:
    """Return what most values of a column identify a person by, or an empty string.

    Parameters
    ----------
    sample : array of shape (n,), Counter or None
        Integers, or how often each text occurs; of other values nothing is said.
    """
    if isinstance(sample, Counter):
        # The texts that occur, so that what is usual does not outvote what is rare.
        values = [v.strip() for v in islice((v for v in sample if type(v) is str and v), _LOOK)]
        values = values or _digits(
            np.array([v for v in sample if type(v) is int or type(v) is float][:_READ], np.float64)
        )
    else:
        values = [] if sample is None or sample.dtype.kind not in "iuf" else _digits(sample[:_READ])
    if not values:
        return ""
    mentions = Counter(map(find_mention, values))
    del mentions[""]
    usual, count = mentions.most_common(1)[0] if mentions else ("", 0)
    if count >= (_SOME if usual == "e-mail" else _SEVERAL) * len(values):
        return usual
    for label, share, least, test in _TESTS:
        if len(values) >= least and sum(map(test, values)) >= share * len(values):
            return label
    return ""


def _digits(numbers: NDArray[Any]) -> list[str]:
    """Return numbers as the digits of an identifier, each once; none if only few of them are long enough."""
    if not len(_long(numbers[:: len(numbers) // _GLANCE + 1])):
        return []
    found = _long(numbers)
    return [str(int(v)) for v in found[:: len(found) // _LOOK + 1]]


def _long(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return the whole numbers that are long enough, each once, if these are most of those that are not zero."""
    with np.errstate(all="ignore"):
        there = numbers[np.isfinite(numbers) & (numbers != 0)] if numbers.dtype.kind == "f" else numbers[numbers != 0]
        long = there[(there > _LARGE) & (there < _LARGEST) & (there % 1 == 0)]
    return np.unique(long) if len(long) >= _MOST * len(there) else long[:0]


def _iban(value: str) -> bool:
    """Check an IBAN (ISO 13616, with the check digits of ISO 7064 MOD 97-10)."""
    text = value.replace(" ", "").upper()
    return bool(_IBAN.fullmatch(text)) and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def _ip(value: str) -> bool:
    from ipaddress import ip_address

    try:
        return bool(_IP.fullmatch(value)) and ip_address(value) is not None
    except ValueError:
        return False


def _phone(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    if not _PHONE.fullmatch(value) or not 7 <= digits <= 15 or _DATE.fullmatch(value) or value.count(".") == 1:
        return False
    return value.startswith(("+", "00", "(")) or len(re.findall(r"[\s\-/.]", value)) >= 2


def _spanish(value: str) -> bool:
    """Check a DNI or NIE: the letter follows from the number modulo 23."""
    text = value.upper().replace("-", "")
    if not re.fullmatch(r"[XYZ\d]\d{7}[A-Z]", text):
        return False
    number = int(text[:-1].translate(str.maketrans("XYZ", "012")))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == text[-1]


def _french(value: str) -> bool:
    """Check an INSEE number: the last two digits complete the first thirteen to a multiple of 97."""
    text = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[1-478]\d{4}(\d{2}|2[AB])\d{8}", text):
        return False
    return (int(text[:13].replace("2A", "19").replace("2B", "18")) + int(text[13:])) % 97 == 0


def _brazilian(value: str) -> bool:
    """Check a CPF: two digits, each the weighted sum of those before it modulo 11."""
    value = value.zfill(11) if value.isdecimal() and len(value) >= 9 else value  # a number has lost its zeros
    digits = [int(c) for c in value if c in "0123456789"]
    if not re.fullmatch(r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", value) or len(set(digits)) == 1:
        return False
    return all(sum(d * (n + 1 - i) for i, d in enumerate(digits[:n])) * 10 % 11 % 10 == digits[n] for n in (9, 10))


def _german(value: str) -> bool:
    """Check a tax identification number (ISO 7064 MOD 11,10)."""
    if not re.fullmatch(r"[1-9]\d{10}", value):
        return False
    rest = 10
    for c in value[:10]:
        rest = ((int(c) + rest) % 10 or 10) * 2 % 11
    return (11 - rest) % 10 == int(value[10])


def _dutch(value: str) -> bool:
    """Check a BSN by the eleven test."""
    return bool(re.fullmatch(r"\d{9}", value)) and (
        sum(int(c) * w for c, w in zip(value, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0
    )


def _card(value: str) -> bool:
    """Check a card's number by Luhn's formula (ISO/IEC 7812-1)."""
    text = re.sub(r"[ -]", "", value)
    if not re.fullmatch(r"[2-6]\d{12,18}", text):
        return False
    digits = [int(c) for c in reversed(text)]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


_TESTS: tuple[tuple[str, float, int, Callable[[str], bool]], ...] = (
    ("bank account", _MOST, 1, _iban),
    ("IP address", _MOST, 1, _ip),
    ("postcode", _MOST, 1, lambda v: bool(_POSTCODE.fullmatch(v))),
    ("national number", _MOST, 1, lambda v: bool(_NATIONAL.fullmatch(v)) or _spanish(v) or _french(v)),
    ("national number", _NUMBERS, 2, _brazilian),
    ("national number", _NUMBERS, 7, _german),
    ("national number", _NUMBERS, 7, _dutch),
    ("bank account", _NUMBERS, 7, _card),
    ("phone", _MOST, 1, _phone),
)
"""What it is, which share of the values must pass, of how many at least, and the test."""
