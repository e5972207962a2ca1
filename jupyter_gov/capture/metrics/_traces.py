"""Values that were computed from predictions, found again by object identity."""

from __future__ import annotations

import sys
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._kinds import CONTAINERS, LISTS

MAX_LISTS, MAX_NUMBERS = 32, 2000
"""How many lists and numbers are remembered; those longest ago are forgotten first."""

MAX_LENGTH = 10_000
"""Longer lists are not held on to."""

_FEW = 20
"""Items of a list that are looked at to see whether it has anything to do with predictions."""

_MAX_VIEWS = 8
"""How many views of views are followed to the array that they show."""

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
    alike : tuple of str or None
        Of a model that was found by its content, being a copy of what was fitted: other fits that led to the same.
    """

    fit: str | None
    dataset: str | None
    prediction: str | None = None
    split: str = ""
    unseen: bool = False
    alike: tuple[str, ...] | None = None


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
    if kind is int or kind is float:
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
        self._summaries: set[int] = set()

    def add(self, value: Any, origins: Origins, *, summary: bool = False) -> None:
        """Remember that an array, or a list of numbers, came from predictions.

        Parameters
        ----------
        value : array or list
            What came from them.
        origins : tuple of Origin
            The predictions.
        summary : bool
            Whether its items are numbers that sum up, such as a matrix of counts, and not one for each row.
        """
        if type(value) is list:
            held = self._lists.get(id(value))
            if held is not None and held[0] is value:
                # It has grown: what it holds was looked at when it was short.
                self._keep(self._lists, id(value), (value, origins), MAX_LISTS)
            elif len(value) <= MAX_LENGTH and all(is_number(v) or type(v).__name__ in _TRUTHS for v in value):
                self._keep(self._lists, id(value), (value, origins), MAX_LISTS)
            return
        key = id(value)
        try:
            reference = weakref.ref(value, lambda _: self._forget(key))
        except TypeError:
            return
        self._arrays[key] = (reference, origins)
        (self._summaries.add if summary else self._summaries.discard)(key)

    def _forget(self, key: int) -> None:
        self._arrays.pop(key, None)
        self._summaries.discard(key)

    def put(self, value: Any, origins: Origins, *, whole: bool) -> None:
        """Remember that predictions were put into an array or list, in the place of all that was in it, or of some."""
        self.add(value, origins if whole else join((self.of(value), origins)))

    def is_summary(self, value: Any) -> bool:
        """Say whether the items of an array, list or dict that is known sum up; see `add`."""
        if type(value) is dict:
            value = list(value.values())
        if type(value) in LISTS:
            held = self._lists.get(id(value))
            return (held is None or held[0] is not value) and not any(is_array(v) for v in value[:_FEW])
        steps = 0
        while value is not None and steps < _MAX_VIEWS and id(value) not in self._arrays:
            value = getattr(value, "base", None) if type(value).__module__ == "numpy" else None
            steps += 1
        return id(value) in self._summaries

    def holds(self, value: Any) -> bool:
        """Say whether this very object, or the array that it shows, is known; quicker than `of`."""
        key = id(value)
        if key in self._arrays or key in self._columns or key in self._lists or key in self._numbers:
            return True
        return type(value).__module__ == "numpy" and id(getattr(value, "base", None)) in self._arrays

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

    def forget_name(self, name: str) -> None:
        """Take note that a variable has got a value of its own."""
        self._names.pop(name, None)

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

        A view belongs to the array whose memory it shows. A number is also known by the variable that it was assigned
        to, since Python has one object for all equal small integers: `name` tells it from those of other functions.
        """
        kind = type(value)
        if is_number(value):
            return self._number(value, name)
        if kind is list or issubclass(kind, tuple):
            found = self._lists.get(id(value))
            return found[1] if found is not None and found[0] is value else self._all(value)
        if issubclass(kind, dict):
            return self._all(list(dict.values(value))[:MAX_LENGTH])
        steps = 0
        while value is not None and steps < _MAX_VIEWS:
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
        if depth and type(value) in CONTAINERS:
            return self._all(list(value.values()) if type(value) is dict else value, depth - 1)
        return ()


def join(origins: Iterable[Origins]) -> Origins:
    """Return all of several origins, each once."""
    return tuple(dict.fromkeys(o for found in origins for o in found))
