"""Features that are means of the target over neighbouring rows, the row's own among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ._case import Case
from ._reading import read_target, to_numbers

if TYPE_CHECKING:
    from ._reading import Codes, Floats

_WIDEST = 60
_FEWEST = 50
_TRIED = 12
"""Rows that every width and place of a window is tried on."""

_MOST = 0.7
"""Share of these, as far as the target is known there, from which it is tried on all."""

_EXACT = 1e-7
_HOLDS = 0.95
"""Share of the rows in which it must be so: a series may begin with a shorter window, or be filled."""

_MOST_COLUMNS = 200


class Rolling(NamedTuple):
    """A feature that is a mean or sum of the target over a window of rows.

    Attributes
    ----------
    name : str
    width : int
        Rows of the window.
    ahead : int
        How many of them come after the row; 0 where the row is the last.
    rows : int
        Rows that it was seen in.
    """

    name: str
    width: int
    ahead: int
    rows: int


def rolling_means(case: Case) -> Iterator[Rolling]:
    """Yield features that are the mean or the sum of the target over a window that holds the row's own value.

    From row to row such a mean changes by (y[t + a] - y[t + a - w]) / w exactly, w being the window's width and `a` how
    many rows it goes ahead, from 0 to w - 1; a sum by w times as much. Training rows are enough to see it. Of a window
    that ends before the row, as a lag does, a model may know.
    """
    import numpy as np

    found = _in_order(case)
    if found is None:
        return
    order, y = found
    for name in case.train.columns[:_MOST_COLUMNS]:
        values = case.train.values(name)
        column = None if values is None else to_numbers(values)
        if column is None:
            continue
        x = np.full(len(y), np.nan)
        x[order] = column
        window = _window(x, y)
        if window is not None:
            yield Rolling(name, *window)


def _in_order(case: Case) -> tuple[Codes, Floats] | None:
    """Return where each row stands in its source, and the target there, NaN where it is not known."""
    import numpy as np

    target = read_target(case.train_target)
    if target is None or target.numbers is None:
        return None
    for order in case.train.origins.values():
        if len(order) >= _FEWEST and order.min() >= 0 and len(np.unique(order)) == len(order):
            y = np.full(int(order.max()) + 1, np.nan)
            y[order] = target.numbers
            return order, y
    return None


def _window(x: Floats, y: Floats) -> tuple[int, int, int] | None:
    """Return width, rows ahead and rows seen of the window that a column is the mean or sum of the target over.

    None where a window that ends before the row tells the column as well, as where the target is periodic.
    """
    import numpy as np

    dx = np.diff(x)
    steps = np.flatnonzero(np.isfinite(dx) & (dx != 0))
    if len(steps) < _FEWEST:
        return None
    scale = float(np.nanstd(y)) or 1.0
    widest = min(_WIDEST, len(y) // 4)
    few = steps[(steps > 2 * widest) & (steps + widest < len(y) - 1)]
    few = few[:: max(1, len(few) // _TRIED)][:_TRIED]
    widths, aheads = (g.ravel() for g in np.mgrid[2 : widest + 1, -widest:widest])
    new = few[:, None] + 1 + aheads
    told = y[new] - y[new - widths]
    known = np.isfinite(told).sum(axis=0)
    seen: tuple[int, int, int] | None = None
    for divisor in (widths, 1):
        same = np.abs(told / divisor - dx[few][:, None]) <= _EXACT * scale
        for place in np.flatnonzero((same.sum(axis=0) >= _MOST * known) & (known >= _TRIED / 4)):
            width, ahead = int(widths[place]), int(aheads[place])
            if ahead >= width:
                continue
            rows = _holds(dx, y, steps, (width, ahead, 1 if divisor is not widths else width), scale)
            if rows >= _FEWEST and ahead < 0:
                return None
            if rows >= _FEWEST and seen is None:
                seen = width, ahead, rows
    return seen


def _holds(dx: Floats, y: Floats, steps: Codes, how: tuple[int, int, int], scale: float) -> int:
    """Return in how many rows a column is seen to change as the window's mean does, 0 where it does not in many."""
    import numpy as np

    width, ahead, divisor = how
    new = steps + 1 + ahead
    within = (new - width >= 0) & (new < len(y))
    told = (y[new[within]] - y[new[within] - width]) / divisor
    known = np.isfinite(told)
    same = np.abs(dx[steps[within]][known] - told[known]) <= _EXACT * scale
    return int(known.sum()) if len(same) and same.mean() >= _HOLDS else 0
