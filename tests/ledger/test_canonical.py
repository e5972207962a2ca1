"""Canonical JSON by RFC 8785, and commitments."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
import struct
from enum import Enum, IntEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.ledger import canonical_bytes, canonical_json, commit, parse, plain

# RFC 8785, appendix B: bits of a double and its text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_of_the_rfc(bits: str, text: str) -> None:
    number = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert canonical_json(number) == text
    assert parse(text) == number


def test_the_example_of_the_rfc() -> None:
    given_ = json.loads(
        r"""{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"""
    )
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical_bytes(given_) == expected.encode()


def test_keys_are_sorted_by_utf_16() -> None:
    keys = ["€", "\r", "\ufb33", "1", "😀", "\u0080", "ö"]
    # 😀 is D83D DE00 in UTF-16 and so comes before FB33, unlike by code point.
    assert list(json.loads(canonical_json(dict.fromkeys(keys)))) == ["\r", "1", "\u0080", "ö", "€", "😀", "\ufb33"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (2**53 - 1, 2**53 - 1),
        (2**53, "9007199254740992"),
        (-(2**53), "-9007199254740992"),
        ((1, (2,)), [1, [2]]),
        ({1: "a", None: "b"}, {"1": "a", "None": "b"}),
        ("\ud83d", "\ufffd"),
        ("a\udc00b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ({"\ud800": 1}, {"\ufffd": 1}),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.float32("nan"), "NaN"),
        (np.str_("a"), "a"),
        (IntEnum("Level", "LOW HIGH").HIGH, 2),
        (Enum("Word", {"A": "ä"}, type=str).A, "ä"),
        (Enum("Word", {"A": "a"}, type=str).A, "a"),
    ],
)
def test_values_that_json_lacks(value: Any, expected: Any) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)
    assert parse(canonical_json(value)) == expected


@given(st.text(st.characters(), max_size=12))
def test_surrogates_become_replacement_characters(text: str) -> None:
    joined = re.sub(
        "([\ud800-\udbff])([\udc00-\udfff])",
        lambda m: chr(0x10000 + ((ord(m[1]) - 0xD800) << 10) + ord(m[2]) - 0xDC00),
        text,
    )
    assert plain(text) == re.sub("[\ud800-\udfff]", "\ufffd", joined)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_comes_back(number: float) -> None:
    assert float(parse(canonical_json(number))) == number
    assert canonical_json(parse(canonical_json(number))) == canonical_json(number)


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes", 1j, {"deep": [object()]}])
def test_no_json_form(value: Any) -> None:
    with pytest.raises(TypeError, match="has no JSON form"):
        canonical_json(value)


def test_keys_that_would_become_one_are_refused() -> None:
    with pytest.raises(ValueError, match="same text"):
        canonical_json({1: "a", "1": "b"})


def test_a_commitment_is_a_salted_hmac() -> None:
    assert commit('{"ö":1}', b"s" * 32) == hmac.digest(b"s" * 32, '{"ö":1}'.encode(), hashlib.sha256).hex()
    assert commit("{}", b"s" * 32) != commit("{}", b"t" * 32)
