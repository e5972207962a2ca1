"""Texts and numbers that identify a person: told by their form, and by their check digits where there are any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice

from ._columns import Plain

_LOOK = 500
"""Values that are looked at."""

_MOST = 0.6
"""Share of the values that must look alike."""

_NUMBERS = 0.95
"""The same for bare digits, of which one in ten passes a check by chance."""

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
    elif sample is not None and sample.dtype.kind in "iu" and len(sample) and int(sample[0]) > 10**7:
        values = [str(v) for v in dict.fromkeys(sample[:_LOOK].tolist())]
    else:
        return ""
    if not values:
        return ""
    if sum(bool(_EMAIL.fullmatch(v)) for v in values) >= 0.05 * len(values):
        return "e-mail"
    for label, share, test in _TESTS:
        if sum(map(test, values)) >= share * len(values) and (share < _NUMBERS or len(values) >= 10):
            return label
    return ""


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
    digits = [int(c) for c in value if c.isdigit()]
    if not re.fullmatch(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", value) or len(set(digits)) == 1:
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


_TESTS: tuple[tuple[str, float, Callable[[str], bool]], ...] = (
    ("bank account", _MOST, _iban),
    ("IP address", _MOST, _ip),
    ("postcode", _MOST, lambda v: bool(_POSTCODE.fullmatch(v))),
    ("national number", _MOST, lambda v: bool(_NATIONAL.fullmatch(v)) or _spanish(v) or _french(v)),
    ("national number", _NUMBERS, _brazilian),
    ("national number", _NUMBERS, _german),
    ("national number", _NUMBERS, _dutch),
    ("bank account", _NUMBERS, _card),
    ("phone", _MOST, _phone),
)
