"""What a fitted model has learned, as arrays and single values by the way to each."""

from __future__ import annotations

from typing import Any

import numpy as np
from blake3 import blake3

from ._boosters import Written
from ._buffers import has_nan
from ._format import node, spell
from ._walk import Walk, spell_way

STRUCTURE = "(structure)"
"""Where the values say what everything else is: classes, keys, lengths, functions, and the digests of tables."""

_ENTRY = 64
"""Bytes that the way to a leaf takes, and what says of which type it is."""

_WORD = 8
"""Bytes that a number, or a character on average with what stands around it, takes in the memory of a list."""


class Learned:
    """A model's leaves as one walk finds them; the digest is that of `fingerprint_model`.

    Parameters
    ----------
    model : estimator
        As for `fingerprint_model`.

    Raises
    ------
    InputError
        If it holds something that cannot be identified.
    """

    def __init__(self, model: Any) -> None:
        self._leaves: list[tuple[tuple[str, ...], Any]] = []
        walk = Walk(lambda way, value: self._leaves.append((way, value)))
        self.digest = spell(node("model", *walk.over(model)))
        self._structure = spell(blake3(b"".join(walk.frame())).digest())

    @property
    def size(self) -> int:
        """About how many bytes the leaves take when they are packed."""
        return sum(_ENTRY + _size(value) for _, value in self._leaves)

    def copy(self) -> Learned:
        """Return the leaves apart from the model: whatever happens to it, they stay."""
        made = object.__new__(Learned)
        made.digest, made._structure = self.digest, self._structure
        made._leaves = [(way, v.copy() if isinstance(v, np.ndarray) else v) for way, v in self._leaves]
        return made

    def values(self) -> dict[str, Any]:
        """Return the leaves by the way to each, as `learned` does."""
        found: dict[str, Any] = {STRUCTURE: self._structure}
        for way, value in self._leaves:
            parts = _written(value) if type(value) is Written else [((), value)]
            for further, part in parts:
                found[_free(spell_way((*way, *further)), found)] = _plain(part)
        return found


def _written(value: Written) -> list[tuple[tuple[str, ...], Any]]:
    leaves: list[tuple[tuple[str, ...], Any]] = []
    Walk(lambda way, part: leaves.append((way, part))).over(value.split(value.text))
    return leaves


def _free(way: str, found: dict[str, Any]) -> str:
    """Return the way without the dot it begins with; a second one that reads the same gets a mark."""
    name = way.removeprefix(".")
    while name in found:
        name += "'"
    return name


def _plain(value: Any) -> Any:
    """Return a leaf as an array or as a value of Python's."""
    kind = type(value)
    if kind is list:
        # Texts by themselves: an array of characters would lose zeros at their ends.
        exact = not isinstance(value[0], str) and not (isinstance(value[0], int) and _is_long(value))
        array = np.array(value) if exact else np.empty(len(value), object)
        if not exact:
            array[:] = value
        return array
    if isinstance(value, np.ndarray) and has_nan(value):
        return np.where(np.isnan(value), value.dtype.type("nan"), value)  # there are several, which count as one
    if kind is bytes:
        return np.frombuffer(value, np.uint8)
    if isinstance(value, np.generic):
        return value.item() if value.dtype.kind in "biuUS" or value.dtype == np.float64 else np.asarray(value)
    return value


def _is_long(values: list[int]) -> bool:
    return not -(2**63) <= min(values) <= max(values) < 2**63


def _size(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if type(value) is Written:
        return len(value.text)
    if type(value) is list:
        return len(value) * _WORD + sum(map(len, value)) if type(value[0]) is str else len(value) * _WORD
    return len(value) if isinstance(value, str | bytes) else _WORD
