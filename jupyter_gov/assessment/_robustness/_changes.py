"""The changes that a person could make to their own row, within declared bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...errors import InputError, NotFoundError, a_type, did_you_mean
from .._prepare import Floats, Ints, plain
from ._columns import Column, read_columns, typed, with_columns

GRID = 40
"""Values of a number that are tried at most."""
_DIRECTIONS: dict[str, Literal[-1, 1]] = {"increase": 1, "decrease": -1}
_CONSISTENT = 1.4826
"""Makes the median absolute deviation of normal numbers their standard deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How one column may be changed.

    Attributes
    ----------
    column : Column
        As it is in the table that the bounds are for.
    options : ndarray of shape (k,), or list
        The numbers, ascending, or the levels that it may be changed to.
    between : bool
        Whether numbers between the options are allowed too.
    direction : int
        1 where it may only grow, -1 where it may only shrink, else 0.
    spread : float
        What a change of a number is measured in.
    words : str
        The bounds, for people; of those that are taken from the rows only that they are.
    """

    column: Column
    options: Any
    between: bool = False
    direction: Literal[-1, 0, 1] = 0
    spread: float = 1.0
    words: str = "any value seen"

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers or dates."""
        return self.column.kind in ("number", "date")

    @property
    def own(self) -> Floats:
        """What each row of the table has: a number, or the position of its level; NaN where missing."""
        if self.numeric:
            return self.column.numbers
        codes = self.column.codes.astype(np.float64)
        return np.where(codes < 0, np.nan, codes)

    @property
    def candidates(self) -> Floats:
        """The options as numbers, or as positions of levels."""
        if self.numeric:
            return np.asarray(self.options, np.float64)
        return np.array([_position(self.column, level) for level in self.options], np.float64)

    def allowed(self, own: Floats, to: Floats) -> Any:
        """Return whether a value may be changed to another, which differs from it."""
        return (to != own) & ~(self.direction * (to - own) < 0)

    def distance(self, own: Floats, to: Floats) -> Floats:
        """Return the size of changes: of numbers in units of the spread, 1 for a level or from a missing value."""
        if not self.numeric:
            return np.where(to == own, 0.0, 1.0)
        far = np.abs(to - own) / self.spread
        return np.where(np.isnan(own), np.where(np.isnan(to), 0.0, 1.0), far)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The columns of one table that may be changed.

    Attributes
    ----------
    table : DataFrame or ndarray of shape (n, columns)
    bounds : tuple of Bounds
    """

    table: Any
    bounds: tuple[Bounds, ...]

    @property
    def own(self) -> Floats:
        """What each row has, of shape (n, bounds)."""
        return np.column_stack([one.own for one in self.bounds])

    def made(self, rows: Ints, values: Floats) -> Any:
        """Return rows of the table with other values, of shape (rows, bounds); NaN leaves a row as it is."""
        base = self.table.iloc[rows] if hasattr(self.table, "iloc") else self.table[rows]
        changed: dict[int, Any] = {}
        for j, one in enumerate(self.bounds):
            like = one.column.series.iloc[rows]
            if one.numeric:
                changed[one.column.position] = typed(like, values[:, j])
            else:
                codes = np.where(np.isnan(values[:, j]), -1, values[:, j]).astype(np.int64)
                changed[one.column.position] = one.column.with_codes(codes, like)
        return with_columns(base, changed)


def changes_of(raw: Mapping[Any, Any] | str, table: Any) -> Changes:
    """Return the changes that are declared possible, checked against a table.

    Parameters
    ----------
    raw : mapping or str
        Of column names to a pair ``(low, high)``, a list of values, ``increase``, ``decrease``, or None for the range
        or the levels seen; or as ``loanamt=50:300,savings=increase,purpose=a|b,term``.
    table : DataFrame or ndarray of shape (n, columns)
        The columns of an array are named ``x0``, ``x1``, …

    Raises
    ------
    InputError
        If it cannot be read, or bounds do not fit what is in the column.
    NotFoundError
        If there is no such column, or no such level in it.
    """
    columns = {column.name: column for column in read_columns(table, few=0)}
    given = _pairs(raw)
    if not given:
        raise InputError("No column is declared changeable.", hint="Name some, such as {'savings': 'increase'}.")
    made = []
    for name, bounds in given.items():
        if name not in columns:
            hint = did_you_mean(name, columns, label="Columns")
            raise NotFoundError(f"There is no column {name!r} that could be changed.", hint=hint)
        made.append(_bounds(columns[name], bounds))
    return Changes(table=table, bounds=tuple(made))


def _pairs(raw: Mapping[Any, Any] | str) -> dict[str, Any]:
    if isinstance(raw, Mapping):
        return {str(name): bounds for name, bounds in raw.items()}
    if not isinstance(raw, str):
        raise InputError(
            f"changeable is {a_type(raw)}, not a mapping.", hint="Pass a dict such as {'savings': 'increase'}."
        )
    parts = [part.partition("=") for part in raw.split(",") if part.strip()]
    return {name.strip(): bounds.strip() or None for name, _, bounds in parts}


def _bounds(column: Column, given: Any) -> Bounds:
    given = _parsed(given, numeric=column.kind == "number")
    if column.kind == "other":
        raise InputError(
            f"The column {column.name!r} holds neither numbers nor levels.", hint="Leave it out of changeable."
        )
    seen = np.unique(column.known)
    if not len(seen) and not len(column.levels):
        raise InputError(f"The column {column.name!r} has no values.", hint="Leave it out of changeable.")
    if column.kind == "level":
        levels = _levels(column, given)
        words = "any level seen" if given is None else ", ".join(str(plain(level)) for level in levels)
        return Bounds(column=column, options=levels, words=words)
    spread = _spread(column)
    if isinstance(given, str):
        if given not in _DIRECTIONS:
            raise _unreadable(column, given)
        return Bounds(
            column=column,
            options=_thinned(seen),
            between=True,
            direction=_DIRECTIONS[given],
            spread=spread,
            words=given,
        )
    if given is None:
        return Bounds(column=column, options=_thinned(seen), between=True, spread=spread)
    numbers = _numbers(column, given)
    options: Floats
    if not isinstance(given, tuple):
        return Bounds(column=column, options=np.unique(numbers), spread=spread, words=", ".join(map(str, given)))
    if len(numbers) != 2 or not numbers[0] <= numbers[1]:
        raise InputError(
            f"The bounds of {column.name!r} are {given!r}, not a low and a high one.", hint="Pass (low, high)."
        )
    low, high = numbers
    within = seen[(seen >= low) & (seen <= high)]
    options = np.union1d(_thinned(within), numbers)
    return Bounds(column=column, options=options, between=True, spread=spread, words=f"{given[0]} to {given[1]}")


def _parsed(given: Any, *, numeric: bool) -> Any:
    """Return bounds that are written as text: ``50:300`` is a pair, ``a|b`` a list."""
    if not isinstance(given, str) or given in _DIRECTIONS:
        return given
    if ":" in given and numeric:
        return tuple(given.split(":"))
    return given.split("|") if "|" in given or not numeric else [given]


def _numbers(column: Column, given: Any) -> Floats:
    import pandas as pd

    try:
        if column.kind == "date":
            found = pd.to_datetime(pd.Series(list(given))).astype(column.series.dtype)
            return np.asarray(found.astype("int64"), np.float64)
        numbers = np.array([float(number) for number in given], np.float64)
    except (TypeError, ValueError):
        raise _unreadable(column, given) from None
    if not len(numbers) or not np.isfinite(numbers).all():
        raise _unreadable(column, given)
    return numbers


def _unreadable(column: Column, given: Any) -> InputError:
    return InputError(
        f"The bounds of {column.name!r} cannot be read: {given!r}.",
        hint="Pass (low, high), a list of values, 'increase', 'decrease', or None for what was seen.",
    )


def _levels(column: Column, given: Any) -> list[Any]:
    known = {str(plain(level)): level for level in column.levels}
    if given is None:
        return list(column.levels)
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise InputError(
            f"The column {column.name!r} holds levels, which cannot {given}.", hint="Pass a list of levels, or None."
        )
    for level in given:
        if str(plain(level)) not in known:
            hint = did_you_mean(str(plain(level)), known, label="Levels")
            raise NotFoundError(f"The column {column.name!r} has no level {plain(level)!r}.", hint=hint)
    return [known[str(plain(level))] for level in given]


def _position(column: Column, level: Any) -> int:
    return next(i for i, known in enumerate(column.levels) if known == level)


def _spread(column: Column) -> float:
    known = column.known
    deviation = _CONSISTENT * float(np.median(np.abs(known - np.median(known))))
    found = deviation if deviation > 0 else column.deviation
    return found if found > 0 and math.isfinite(found) else 1.0


def _thinned(values: Floats) -> Floats:
    """Return at most `GRID` of ascending values, evenly by rank, with both ends."""
    if len(values) <= GRID:
        return values
    return values[np.linspace(0, len(values) - 1, GRID).round().astype(np.int64)]
