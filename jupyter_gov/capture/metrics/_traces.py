"""Values that were computed from predictions, found again by object identity."""

from __future__ import annotations

import sys
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_LISTS, MAX_NUMBERS = 32, 2000
"""How many lists and numbers are remembered; those longest ago are forgotten first."""

MAX_LENGTH = 10_000
"""Longer lists are not held on to."""

_FEW = 20
"""Items of a list that are looked at to see whether it has anything to do with predictions."""

_FRAMES = frozenset({"pandas.DataFrame", "polars.DataFrame"})
_ARRAYS = frozenset({"pandas.Series", "pandas.Index", "polars.Series", *_FRAMES})
_TRUTHS = frozenset({"bool", "bool_"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Which fit predicted, for which data set, and the record of what it returned.

    Attributes
    ----------
    split : str
        What the data were used for, where that is known better than by their role; ``validation`` in cross-validation.
    unseen : bool
        Whether the model is known not to have been fitted on the data, whatever other models were.
    """

    fit: str | None
    dataset: str | None
    prediction: str | None = None
    split: str = ""
    unseen: bool = False


Origins = tuple[Origin, ...]

_Kept = OrderedDict[Any, tuple[Any, Origins]]


def is_array(value: Any) -> bool:
    """Say whether a value is a NumPy array, or a Series or data frame of pandas or polars."""
    kind = type(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, numpy.ndarray):
        return True
    root = kind.__module__.partition(".")[0]
    return root in ("pandas", "polars") and f"{root}.{kind.__name__}" in _ARRAYS


def is_frame(value: Any) -> bool:
    """Say whether a value is a data frame."""
    kind = type(value)
    root = kind.__module__.partition(".")[0]
    return root in ("pandas", "polars") and f"{root}.{kind.__name__}" in _FRAMES


def is_number(value: Any) -> bool:
    """Say whether a value is a real number; a truth value is none."""
    kind = type(value)
    if kind in (int, float):
        return True
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, numpy.integer | numpy.floating) and kind.__module__ == "numpy"


class Traces:
    """What came from predictions: arrays, columns of data frames, lists and numbers.

    Arrays and frames are not kept alive; of lists of numbers and of numbers, which Python has no weak references to,
    the last few are held.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrays: dict[int, tuple[weakref.ref[Any], Origins]] = {}
        self._columns: dict[int, tuple[weakref.ref[Any], dict[str, Origins]]] = {}
        self._lists: _Kept = OrderedDict()
        self._numbers: _Kept = OrderedDict()
        self._names: _Kept = OrderedDict()

    def add(self, value: Any, origins: Origins) -> None:
        """Remember that an array, or a list of numbers, came from predictions."""
        if type(value) is list:
            if value and len(value) <= MAX_LENGTH and all(is_number(v) or type(v).__name__ in _TRUTHS for v in value):
                self._keep(self._lists, id(value), (value, origins), MAX_LISTS)
            return
        key = id(value)
        try:
            reference = weakref.ref(value, lambda _: self._arrays.pop(key, None) and None)
        except TypeError:
            return
        self._arrays[key] = (reference, origins)

    def add_column(self, frame: Any, column: str, origins: Origins) -> None:
        """Remember that a column of a data frame came from predictions."""
        key = id(frame)
        with self._lock:
            found = self._columns.get(key)
            if found is None or found[0]() is not frame:
                found = (weakref.ref(frame, lambda _: self._columns.pop(key, None) and None), {})
                self._columns[key] = found
            found[1][column] = origins

    def add_number(self, value: Any, origins: Origins, name: str = "") -> None:
        """Remember that a number came from predictions, and the variable that it was assigned to."""
        if type(value) is not int:
            self._keep(self._numbers, id(value), (value, origins), MAX_NUMBERS)
        if name:
            self._keep(self._names, name, (value, origins), MAX_NUMBERS)

    def add_total(self, name: str, origins: Origins) -> None:
        """Remember that numbers from predictions are added to the variable `name`, whatever its value."""
        self._keep(self._names, name, (None, origins), MAX_NUMBERS)

    def _keep(self, kept: _Kept, key: Any, told: tuple[Any, Origins], most: int) -> None:
        with self._lock:
            kept.pop(key, None)
            kept[key] = told
            while len(kept) > most:
                kept.popitem(last=False)

    def columns(self, frame: Any) -> Mapping[str, Origins]:
        """Return the columns of a data frame that came from predictions."""
        found = self._columns.get(id(frame))
        return dict(found[1]) if found is not None and found[0]() is frame else {}

    def frames(self) -> list[tuple[Any, Mapping[str, Origins]]]:
        """Return the data frames that are still there and have columns that came from predictions."""
        return [(f, dict(c)) for f, c in ((r(), c) for r, c in list(self._columns.values())) if f is not None]

    def of(self, value: Any, name: str = "") -> Origins:
        """Return where an array, list or number came from, by identity; nothing if it is not known.

        A view belongs to the array whose memory it shows. A number is also known by the variable `name` that it was
        assigned to, since Python has one object for all equal small integers.
        """
        kind = type(value)
        if is_number(value):
            return self._number(value, name)
        if kind is list or kind is tuple:
            found = self._lists.get(id(value))
            return found[1] if found is not None and found[0] is value else self._all(value)
        if kind is dict:
            return self._all(list(value.values())[:MAX_LENGTH])
        steps = 0
        while value is not None and steps < 8:
            at = self._arrays.get(id(value))
            if at is not None and at[0]() is value:
                return at[1]
            value = value.base if is_array(value) and type(value).__module__ == "numpy" else None
            steps += 1
        return ()

    def _number(self, value: Any, name: str) -> Origins:
        found = self._numbers.get(id(value))
        if found is not None and found[0] is value:
            return found[1]
        named = self._names.get(name) if name else None
        if named is not None and (value if named[0] is None else named[0] == value):
            return named[1]
        return ()

    def _all(self, values: Any, depth: int = 2) -> Origins:
        """Return where the items of a list came from, if any of the first few did."""
        if not any(self._item(v, depth) for v in values[:_FEW]):
            return ()
        return join(self._item(v, depth) for v in values[:MAX_LENGTH])

    def _item(self, value: Any, depth: int) -> Origins:
        if is_number(value) or is_array(value):
            return self.of(value)
        if depth and type(value) in (list, tuple, dict):
            return self._all(list(value.values()) if type(value) is dict else value, depth - 1)
        return ()


def join(origins: Iterable[Origins]) -> Origins:
    """Return all of several origins, each once."""
    return tuple(dict.fromkeys(o for found in origins for o in found))
