"""When rows arose, and whether those that are tested came after those that were trained on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._case import Case
from ._folds import splitter_of
from ._names import is_time, is_year, tells_no_time
from ._reading import Beside, columns_beside

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._reading import Codes, Floats, Values

    Bools = NDArray[np.bool_]

CROSSING = 0.05
"""Share of the test rows with later training rows up to which a split was by time."""

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?)?.*")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})(?: (\d{1,2}):(\d{2}))?.*")


@dataclass(frozen=True, kw_only=True, eq=False)
class Order:
    """What says which row came first.

    Attributes
    ----------
    name : str
        The column's; empty where it is the order of the rows.
    times : ndarray of shape (n,)
        Numbers that grow with time.
    rows, tested, order : ndarray
        As of `Beside`.
    """

    name: str
    times: Floats
    rows: Codes
    tested: Bools
    order: Codes


def orders(case: Case) -> Iterator[Order]:
    """Yield the columns that say when rows arose."""
    import numpy as np

    for beside in columns_beside(case, lambda name: not tells_no_time(name), _may_be_times):
        times = _read_times(beside)
        if times is None:
            continue
        known = np.isfinite(times)
        if known.mean() < 0.9 or len(np.unique(times[known])) < 3:
            continue
        yield Order(
            name=beside.name,
            times=times[known],
            rows=beside.rows[known],
            tested=beside.tested[known],
            order=beside.order[known],
        )


def _may_be_times(name: str, values: Values) -> bool:
    """Return whether a column could say when rows arose, from its kind and the first of its values."""
    import datetime

    if values.dtype.kind != "O":
        return values.dtype.kind in "mM" or is_time(name)
    few = [v for v in values[:20] if v is not None]
    return any(isinstance(v, datetime.date) or (isinstance(v, str) and any(c.isdigit() for c in v[:10])) for v in few)


def _read_times(beside: Beside) -> Floats | None:
    """Return times as numbers that grow: of times, of texts that begin with a date, of years and clock readings."""
    import numpy as np

    values = beside.values
    if values.dtype.kind in "mM":
        return np.where(np.isnat(values), np.nan, values.astype(np.int64).astype(np.float64))
    if values.dtype.kind == "O":
        return _read_dates(values)
    if not is_time(beside.name):
        return None
    numbers = values.astype(np.float64)
    there = numbers[np.isfinite(numbers)]
    if not len(there):
        return None
    low, high = float(there.min()), float(there.max())
    years = is_year(beside.name) and low >= 1800 and high <= 2200
    # As 20260131 or 202601, in seconds since 1970 or the like; months and hours of the clock come round again.
    dates = low >= 180_001 and (there % 1 == 0).mean() > 0.5
    return numbers if years or dates else None


def _read_dates(values: Values) -> Floats | None:
    """Return texts such as ``2026-01-31T12:00``, ``2026-01``, ``31.01.2026`` or ``1/31/2026`` as numbers, or None."""
    import numpy as np

    few = [v for v in values[:200] if v is not None]
    if not few or not isinstance(few[0], str):
        return _read_moments(values, few)
    # With slashes the month may come first: then some second number is none.
    second = [int(found[3]) for v in few if isinstance(v, str) and (found := _YEAR_LAST.fullmatch(v))]
    month_first = any(number > 12 for number in second)
    readers: tuple[Callable[[Any], float], ...] = (_year_first, lambda v: _year_last(v, month_first=month_first))
    for read in readers:
        if np.mean([np.isfinite(read(v)) for v in few]) >= 0.95:
            return np.fromiter((read(v) for v in values), np.float64, len(values))
    return None


def _year_first(text: Any) -> float:
    found = _YEAR_FIRST.fullmatch(text) if isinstance(text, str) else None
    return _count(*(int(part or 0) for part in found.groups())) if found else float("nan")


def _year_last(text: Any, *, month_first: bool) -> float:
    found = _YEAR_LAST.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return float("nan")
    one, other = int(found[1]), int(found[3])
    month, day = (one, other) if month_first else (other, one)
    return _count(int(found[4]), month, day, int(found[5] or 0), int(found[6] or 0), 0)


def _count(year: int, month: int, day: int, hour: int, minute: int, second: int) -> float:
    """Return a number that grows with time; months are taken to be of equal length."""
    return ((((year * 12 + month) * 31 + day) * 24 + hour) * 60 + minute) * 60.0 + second


def _read_moments(values: Values, few: list[Any]) -> Floats | None:
    """Return objects of ``datetime.date`` or ``datetime.datetime`` as numbers."""
    import datetime

    import numpy as np

    if not few or not all(isinstance(v, datetime.date) for v in few):
        return None

    def read(value: Any) -> float:
        if not isinstance(value, datetime.date):
            return np.nan
        seconds = value.hour * 3600 + value.minute * 60 + value.second if isinstance(value, datetime.datetime) else 0
        return value.toordinal() * 86400.0 + seconds

    return np.fromiter((read(v) for v in values), np.float64, len(values))


def cross(order: Order, *, validated: bool) -> tuple[int, int]:
    """Return how many test rows are earlier than a twentieth of the training rows or more, and how many there are."""
    import numpy as np

    if validated:
        return int((order.times < order.times.max()).sum()), len(order.times)
    trained, held = order.times[~order.tested], order.times[order.tested]
    if not len(trained) or not len(held):
        return 0, len(held)
    # A few late rows, entered under a wrong date, make no split by chance.
    return int((held < np.quantile(trained, 0.95, method="lower")).sum()), len(held)


def divided_by_time(case: Case) -> bool:
    """Return whether test rows came after training rows, by a column that says when rows arose."""
    if case.use == "cross_validation":
        return splitter_of(case) == "TimeSeriesSplit"
    return any(late <= CROSSING * tested for late, tested in (cross(o, validated=False) for o in orders(case)))
