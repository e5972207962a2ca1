"""How much speaks against chance, in bits: equal values prove little where few others are possible."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cells = NDArray[np.uint64]

ENOUGH = 20.0
"""One in a million: data are compared with some twenty others, and that in hundreds of cells."""

IN_PLACE = 12.0
"""What is enough where nothing but equal rows in equal places is looked for."""

_LOOK = 100_000
"""Values of a column that are counted to see in how many orders they could stand."""

_ON_NO_GRID = 1000.0
"""Fractions have so much more room than there are values that they are no numbers of rows."""

_MISSING = 0x9FB21C651E98DF25
"""The cell of a missing value, as docs/fingerprint.md has it."""

_NUMBER = re.compile(r"(?P<kind>bool|u?int|float|timestamp|date|time|duration)(?P<width>\d*)(\[.*\])?$")


def order_bits(cells: Cells, type_: str = "", labels: Cells | None = None) -> float:
    """Return the bits in the order of a column's values: log2 of the number of orders in which they could stand.

    So improbable is it that a column with the same values, but of its own, would be equal in every row.

    Parameters
    ----------
    cells : array of uint64, shape (rows,)
    type_ : str
        The column's logical type.
    labels : array of uint64, shape (rows,), optional
        What rows are known by, where they are not known by their place.

    Notes
    -----
    Numbers that only rise or only fall, such as a row's own number, have no order of their own. What tells them from
    others is how often each occurs and, where there are many more, which they are.
    """
    import numpy as np

    every = max(1, -(-len(cells) // _LOOK))
    cells, labels = cells[::every], None if labels is None else labels[::every]
    values, counts = np.unique(cells, return_counts=True)
    numbers = _numbers(cells if labels is None else cells[np.argsort(labels)], type_)
    if numbers is not None and (not (np.diff(numbers) < 0).any() or not (np.diff(numbers) > 0).any()):
        often = _log_choices(len(cells) - 1, len(values) - 1)
        spread = room_of(cells, cells, type_) / len(values)
        return often + (len(values) * math.log2(spread) if spread > _ON_NO_GRID else 0.0)
    sizes, times = np.unique(counts, return_counts=True)
    same: float = sum(n * _log_factorial(size) for size, n in zip(sizes.tolist(), times.tolist(), strict=True))
    return _log_factorial(len(cells)) - same


def _log_choices(n: int, k: int) -> float:
    return _log_factorial(n) - _log_factorial(k) - _log_factorial(n - k)


def _log_factorial(n: int) -> float:
    return math.lgamma(n + 1) / math.log(2)


def content_bits(child: Cells, parent: Cells, room: float) -> float:
    """Return how improbable it is that rows which were not taken from a parent all occur in it.

    Parameters
    ----------
    child, parent : array of uint64
        Row hashes; each of the child's is one of the parent's.
    room : float
        How many different rows there could be, see `room_of`; infinite where that cannot be told.

    Returns
    -------
    float
        0 where some rows would have been drawn again and again although there were others.

    Notes
    -----
    The chance that one more row of the same kind has been seen is, after Good and Turing (Biometrika 40, 1953), one
    less the share of rows that were seen once; or the share of all possible rows that were seen, if that is larger.
    """
    import numpy as np

    there, often = np.unique(parent, return_counts=True)
    here, drawn = np.unique(child, return_counts=True)
    if (drawn > often[np.searchsorted(there, here)]).any():
        expected = -np.expm1(len(child) * np.log1p(-np.minimum(often / len(parent), 1 - 1e-12))).sum()
        if 2 * len(here) < expected:
            return 0.0
    seen = 1 - np.count_nonzero(often == 1) / (len(parent) + 1)
    return float(-len(here) * math.log2(max(seen, min(1.0, len(there) / room))))


def room_of(child: Cells, parent: Cells, type_: str) -> float:
    """Return how many different values a column could have, as far as its smallest and largest and their grid tell.

    Parameters
    ----------
    child, parent : array of uint64
        Its cells in two tables.
    type_ : str
        Its logical type.

    Returns
    -------
    float
        For numbers and times the length of the range, in steps as small as the smallest between two values that occur;
        infinite for whatever has no range.
    """
    import numpy as np

    values = _numbers(np.unique(np.concatenate([parent, child])), type_)
    if values is None:
        return math.inf
    steps = np.diff(np.sort(values[np.isfinite(values)]))
    steps = steps[steps > 0]
    return float(steps.sum() / steps.min() + 1) if len(steps) else 1.0


def _numbers(cells: Cells, type_: str) -> NDArray[np.float64] | None:
    """Return the numbers that cells of a type stand for, in any order; None for what is no number."""
    import numpy as np

    cells = cells[cells != _MISSING]
    found = _NUMBER.match(type_)
    if found is None:
        return None
    kind, width = found["kind"], int(found["width"] or 64)
    if kind in ("bool", "uint"):
        return cells.astype(np.float64)
    # Cells hold the bits of a value, filled up with zeros.
    bits = cells.astype(f"u{width // 8}")
    return bits.view(f"{'f' if kind == 'float' else 'i'}{width // 8}").astype(np.float64)
