"""Columns as checks need them: the target as classes or numbers, texts as codes, what stands beside the features."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._case import Case, Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]
    Values = NDArray[Any]

_NUMBER = re.compile(r"\s*[+-]?\d+\.?\d*(?:[eE][+-]?\d+)?\s*", re.ASCII)

MOST_CLASSES = 20
"""Distinct values up to which a target of numbers can be classes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """A target's values.

    Attributes
    ----------
    name : str
    codes : ndarray of int64, shape (rows,), or None
        The class of each row from 0, -1 where it is missing; None where there are no classes.
    classes : int
        How many there are.
    numbers : ndarray of float64, shape (rows,), or None
        The values where they are numbers, NaN where one is missing.
    """

    name: str
    codes: Codes | None
    classes: int
    numbers: Floats | None

    def __str__(self) -> str:
        # A column of an array has a number for a name.
        return "the target" if self.name.isdecimal() or not self.name else f"the target '{self.name}'"

    def series(self) -> list[Floats]:
        """Return numbers to compute with: the values, or for each of at most ten classes which rows are of it."""
        import numpy as np

        if self.codes is None:
            return [] if self.numbers is None else [self.numbers]
        of_class = range(1, 2) if self.classes == 2 else range(min(self.classes, 10))
        return [np.where(self.codes < 0, np.nan, self.codes == k).astype(np.float64) for k in of_class]


def read_target(sample: Sample | None, *more: Sample | None) -> Target | None:
    """Return the values of a target, of several samples one after another; None where they cannot be had."""
    import numpy as np

    parts = [_only_column(s) for s in (sample, *more)]
    found = [p for p in parts if p is not None]
    if sample is None or len(found) < len(parts) or not len(found):
        return None
    values = found[0] if len(found) == 1 else _joined(found)
    if values.dtype.kind in "mM":
        return None
    numbers = values.astype(np.float64) if values.dtype.kind in "fiub" else None
    codes, classes = code(values)
    # Numbers are classes where few values come again and again.
    if numbers is not None and (classes > MOST_CLASSES or classes * 5 > len(values) or not _whole(numbers)):
        return Target(name=sample.columns[0], codes=None, classes=0, numbers=numbers)
    if classes > MOST_CLASSES * 5 or classes < 2:
        return None
    return Target(name=sample.columns[0], codes=codes, classes=classes, numbers=numbers if classes > 2 else None)


def code(values: Values) -> tuple[Codes, int]:
    """Return integers from 0 that stand for equal values, in the order of numbers; -1 for missing; and their count.

    Parameters
    ----------
    values : ndarray of shape (rows,)
        As `Sample.values` gives them.

    Returns
    -------
    codes : ndarray of int64, shape (rows,)
    count : int
    """
    import numpy as np

    if values.dtype.kind == "O":
        places: dict[Any, int] = {None: -1}
        plain = values if all(type(v).__hash__ is not None for v in values[:100]) else map(_plain, values)
        made = np.fromiter((places.setdefault(v, len(places) - 1) for v in plain), np.int64, len(values))
        return made, len(places) - 1
    there = ~(np.isnat(values) if values.dtype.kind in "mM" else np.isnan(values.astype(np.float64)))
    distinct, inverse = np.unique(values[there], return_inverse=True)
    codes = np.full(len(values), -1, np.int64)
    codes[there] = inverse
    return codes, len(distinct)


def to_numbers(values: Values) -> Floats | None:
    """Return a column as numbers: times as they count, texts that read as numbers; None for anything else."""
    import numpy as np

    if values.dtype.kind in "fiub":
        return values.astype(np.float64, copy=False)
    if values.dtype.kind in "mM":
        return np.where(np.isnat(values), np.nan, values.astype(np.int64).astype(np.float64))
    few = [v for v in values[: 50 * (len(values) // 50 + 1) : len(values) // 50 + 1] if v is not None]
    if not few or sum(_number(v) is not None for v in few) < 0.95 * len(few):
        return None
    read = (_number(v) for v in values)
    return np.fromiter((np.nan if v is None else v for v in read), np.float64, len(values))


@dataclass(frozen=True, kw_only=True, eq=False)
class Beside:
    """A column of the data that features came from, or of the features themselves, on both sides of the split.

    Attributes
    ----------
    name : str
    feature : bool
        Whether the model sees a column of this name.
    values : ndarray of shape (rows,)
        For the training rows, then, but in cross-validation, the test rows; only those for which it is known.
    rows : ndarray of int64, shape (rows,)
        Which rows these are, counted through training and test.
    tested : ndarray of bool, shape (rows,)
        Which of them are test rows.
    order : ndarray of int64, shape (rows,)
        Where they stand in the data that they came from.
    """

    name: str
    feature: bool
    values: Values
    rows: Codes
    tested: NDArray[np.bool_]
    order: Codes


def columns_beside(
    case: Case, wanted: Callable[[str], bool], looks: Callable[[str, Values], bool] | None = None
) -> Iterator[Beside]:
    """Yield columns of what rows came from, as far as it is known, else of the rows.

    Parameters
    ----------
    case : Case
    wanted : callable
        Whether a column is, by its name.
    looks : callable
        The same by its name and all of its values.
    """
    import numpy as np

    seen: set[str] = set()
    samples = (case.train,) if case.use == "cross_validation" else (case.train, case.test)
    tested = np.concatenate([np.full(s.rows, place == 1) for place, s in enumerate(samples)])
    for key, source in case.sources.items():
        if not all(key in s.origins for s in samples):
            continue
        order = np.concatenate([np.asarray(s.origins[key], np.int64) for s in samples])
        rows = np.flatnonzero(order >= 0)
        if any(_mostly_unknown(s, key) for s in samples):
            continue
        for name in source.columns:
            if name in seen or not wanted(name) or (values := source.values(name)) is None:
                continue
            if looks is not None and not looks(name, values):
                continue
            seen.add(name)
            yield Beside(
                name=name,
                feature=name in case.train.columns,
                values=values[order[rows]],
                rows=rows,
                tested=tested[rows],
                order=order[rows],
            )
    every = np.arange(len(tested))
    for name in case.train.columns:
        if name in seen or not wanted(name) or not all(name in s.columns for s in samples):
            continue
        parts = [s.values(name) for s in samples]
        found = [p for p in parts if p is not None]
        if len(found) == len(parts) and (looks is None or all(looks(name, p) for p in found)):
            values = found[0] if len(found) == 1 else _joined(found)
            yield Beside(name=name, feature=True, values=values, rows=every, tested=tested, order=every)


def _mostly_unknown(sample: Sample, key: str) -> bool:
    import numpy as np

    return bool(np.mean(np.asarray(sample.origins[key]) >= 0) < 0.5) if sample.rows else True


def _only_column(sample: Sample | None) -> Values | None:
    return None if sample is None or len(sample.columns) != 1 else sample.values(sample.columns[0])


def _joined(parts: list[Values]) -> Values:
    import numpy as np

    same = len({p.dtype.kind for p in parts}) == 1
    return np.concatenate(parts if same else [p.astype(object) for p in parts])


def _whole(numbers: Floats) -> bool:
    import numpy as np

    there = numbers[np.isfinite(numbers)]
    return bool((there == np.round(there)).all())


def _plain(value: Any) -> Any:
    return value if value is None or type(value).__hash__ is not None else repr(value)


def _number(value: Any) -> float | None:
    """Return what a text says as a number, or None: not what Python reads besides, such as "nan" or "1_000"."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None
