"""Packed values: what goes in comes out, the same gives the same bytes, and nothing that would run code is taken."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from jupyter_gov.errors import InputError
from jupyter_gov.records import pack, unpack

single = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())
dtypes = st.one_of(
    hnp.integer_dtypes(endianness="?"), hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)), hnp.complex_number_dtypes(), hnp.boolean_dtypes(),
    hnp.unicode_string_dtypes(endianness="?", max_len=5), hnp.datetime64_dtypes(), hnp.timedelta64_dtypes(),
)  # fmt: skip
shapes = hnp.array_shapes(min_dims=0, min_side=0, max_side=4)
arrays = st.one_of(hnp.arrays(dtypes, shapes), hnp.arrays(object, shapes, elements=single))
mappings = st.dictionaries(st.text(), st.one_of(single, arrays), max_size=6)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(
            one.shape == other.shape
            and one.dtype.newbyteorder("<") == other.dtype
            and (
                all(same(a, b) for a, b in zip(one.reshape(-1), other.reshape(-1), strict=True))
                if one.dtype == object
                else one.astype(other.dtype).tobytes() == other.tobytes()
            )
        )
    return type(one) is type(other) and (one == other or (one != one and other != other))


@given(mappings)
def test_what_goes_in_comes_out(values: dict[str, Any]) -> None:
    found = unpack(pack(values))
    assert sorted(found) == sorted(values)
    assert all(same(value, found[name]) for name, value in values.items())


@given(mappings)
def test_the_same_values_give_the_same_bytes(values: dict[str, Any]) -> None:
    again = dict(reversed([(n, np.array(v) if isinstance(v, np.ndarray) else v) for n, v in values.items()]))
    content = pack(values)
    assert content == pack(again)
    assert content == pack(unpack(content))


def test_memory_layout_makes_no_difference() -> None:
    values = np.arange(12.0).reshape(3, 4)
    content = pack({"a": values})
    assert content == pack({"a": np.asfortranarray(values)}) == pack({"a": values.astype(">f8")})
    assert pack({"a": values[:, ::2]}) == pack({"a": values[:, ::2].copy()})


def test_what_comes_out_can_be_written_to() -> None:
    found = unpack(pack({"a": np.zeros(3), "b": [1, 2]}))
    found["a"][0] = 1
    assert found["b"].tolist() == [1, 2]


@pytest.mark.parametrize("value", [object(), {1: 2}, np.zeros(2, [("x", "f8")]), np.array([{}]), [[1], [2, object()]]])
def test_what_cannot_be_packed_is_named(value: Any) -> None:
    with pytest.raises(InputError, match="'here'"):
        pack({"fine": 1, "here": value})


@pytest.mark.parametrize("content", [b"", b"jgp1", b"jgp1" + bytes(8), pickle.dumps({}), pack({"a": [1.0]})[:-1]])
def test_what_was_not_packed_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        unpack(content)
