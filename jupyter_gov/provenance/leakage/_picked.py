"""Columns that were picked by hand because they go with the target, over rows that are tested later."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._case import Case
from ._reading import read_target, to_numbers
from ._separation import correlation

if TYPE_CHECKING:
    from ._reading import Floats

_BITS = 30
"""Bits of surprise from which columns were picked so: one in a thousand million that they would be by chance."""

_MOST_VALUES = 50_000_000


@dataclass(frozen=True)
class Picked:
    """Features that are the very columns of their source that go with the target best.

    Attributes
    ----------
    source : str
        Its name.
    count, of : int
        How many were picked, of how many.
    """

    source: str
    count: int
    of: int

    def __str__(self) -> str:
        columns = f"the very columns, of {self.of:,} of {self.source or 'the data'}"
        return f"The {self.count:,} features are {columns}, that go with the target best"


def picked_by_target(case: Case) -> Iterator[Picked]:
    """Yield where features are the columns most correlated with the target over all rows, not over the training rows.

    Features and the source's other columns of numbers are ranked by the size of their correlation with the target. Any
    k of m columns are the first k by chance with probability 1 / (m over k), which must be below 2⁻³⁰; that the
    training rows alone rank another column among the first shows that other rows took part.
    """
    import numpy as np

    whole = case.use == "cross_validation"
    target = read_target(case.train_target, *(() if whole else (case.test_target,)))
    samples = (case.train,) if whole else (case.train, case.test)
    series = [] if target is None else target.series()
    if len(series) != 1:
        return
    for key, source in case.sources.items():
        places = [s.origins.get(key) for s in samples]
        known = [p for p in places if p is not None and len(p) and p.min() >= 0]
        used = set(case.train.columns) & set(source.columns)
        chances = math.comb(len(source.columns) - 1, len(used))
        if len(known) < len(samples) or len(used) < len(case.train.columns) or chances < 2**_BITS:
            continue
        if source.rows * len(source.columns) > _MOST_VALUES:
            continue
        rows, y, trained = np.concatenate(known), series[0], case.train.rows
        sizes: dict[str, tuple[float, float]] = {}
        for name in source.columns:
            values = source.values(name)
            x = None if values is None else to_numbers(values)
            if x is None or not np.isfinite(x).all() or np.array_equal(x[rows], y):
                continue
            sizes[name] = _size(x[rows], y), _size(x[rows][:trained], y[:trained])
        count, of = len(used & sizes.keys()), len(sizes)
        if count == len(used) and math.comb(of, count) >= 2**_BITS:
            first = set(sorted(sizes, key=lambda n: -sizes[n][0])[:count])
            of_training = set(sorted(sizes, key=lambda n: -sizes[n][1])[:count])
            if first == used and (whole or of_training != used):
                yield Picked(source.name, count, of)


def _size(x: Floats, y: Floats) -> float:
    """Return the absolute correlation over the rows of which the target is known."""
    import numpy as np

    there = np.isfinite(y)
    return abs(correlation(x[there], y[there])) if there.any() else 0.0
