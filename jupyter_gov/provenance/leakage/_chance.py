"""How many rows of one table would equal a row of another by chance alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._case import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._case import Values

    Codes = NDArray[np.int64]

_MOST_COLUMNS = 12
"""The columns that tell most: rows that are equal in all columns are equal in these, so that leaving out the others can
only give too many by chance, never too few."""

_MOST_CANDIDATES = 64

_ROWS = 20_000
"""Rows from which it is seen which columns go together."""

_MOST_PARENTS = 3

_TELLING = 0.01
"""Nats that a further parent has to tell of a column."""

_SMOOTH = 0.1
"""How much less than at random a column varies along another one that determines it."""

_RARE = 3
"""Counts up to which a value's probability is told by how many values have such counts (Good 1953)."""


def expected_twins(train: Sample, test: Sample, *, fold: Callable[[Values], Values] = lambda v: v) -> float | None:
    """Return how many test rows would equal a training row if each had been drawn by itself.

    It is the sum of ``1 - (1 - p)^n`` over the test rows, `p` being the probability of the row and `n` the number of
    training rows. `p` is estimated from the training data, column by column given up to three others: a tree of the
    greatest mutual information (Chow and Liu, IEEE Transactions on Information Theory 14, 1968), grown to more than
    one parent where that tells more (Sahami, KDD 1996), its probabilities smoothed by those given fewer parents. How
    probable a rare value is, is told by the counts of counts (Good, Biometrika 40, 1953). A column that follows from
    another one, as a square does, is left out.

    Parameters
    ----------
    train, test : Sample
    fold : callable
        Says which values count as equal, such as `folded`.

    Returns
    -------
    float or None
        None where the values are gone, or no column varies.
    """
    import numpy as np

    columns = _columns(train, test, fold)
    if not columns:
        return None
    rows = train.rows
    log_p, seen = np.zeros(test.rows), np.ones(test.rows, bool)
    for column in columns:
        seen &= column.theirs >= 0
    with np.errstate(divide="ignore"):
        for column, parents in zip(columns, _parents(columns), strict=True):
            log_p += np.log(_given(column, parents, rows))
    chance = -np.expm1(rows * np.log1p(-np.minimum(np.exp(log_p), 1 - 1e-12)))
    return float(chance[seen].sum())


@dataclass(frozen=True, eq=False)
class _Column:
    """A column as numbers of its different values in the training data.

    Attributes
    ----------
    ours, theirs : array of int64
        Of the training rows; of the test rows, -1 for a value that the training data do not have.
    counts : array of int64
        How often each value occurs in the training data.
    """

    ours: Codes
    theirs: Codes
    counts: Codes

    @property
    def entropy(self) -> float:
        """In nats."""
        import numpy as np

        shares = self.counts / len(self.ours)
        return -float((shares * np.log(shares)).sum())


def _columns(train: Sample, test: Sample, fold: Callable[[Values], Values]) -> list[_Column]:
    """Return the columns that tell most, none of which follows from another; nothing where values are gone."""
    ranked = []
    step = max(1, train.rows // _ROWS)
    for name in train.columns[:: max(1, len(train.columns) // _MOST_CANDIDATES)]:
        ours, theirs = train.values(name), test.values(name)
        if ours is None or theirs is None or ours.dtype.kind != theirs.dtype.kind:
            return []
        some = fold(ours[::step])
        ranked.append((_coded(some, some[:0]).entropy, name))
    taken: list[_Column] = []
    for _, name in sorted(ranked, key=lambda r: -r[0]):
        if len(taken) == _MOST_COLUMNS:
            break
        ours, theirs = train.values(name), test.values(name)
        if ours is None or theirs is None:
            return []
        column = _coded(fold(ours), fold(theirs))
        if len(column.counts) > 1 and not any(_follows(column, other) for other in taken):
            taken.append(column)
    return taken


def _coded(ours: Values, theirs: Values) -> _Column:
    import numpy as np

    if ours.dtype.kind == "O":
        codes: dict[Any, int] = {}
        first = np.fromiter((codes.setdefault(v, len(codes)) for v in ours), np.int64, len(ours))
        other = np.fromiter((codes.get(v, -1) for v in theirs), np.int64, len(theirs))
        return _Column(first, other, np.bincount(first, minlength=len(codes)))
    values, first, counts = np.unique(_bits(ours), return_inverse=True, return_counts=True)
    wanted = _bits(theirs)
    places = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    return _Column(first, np.where(values[places] == wanted, places, -1), counts)


def _bits(values: Values) -> Values:
    """Return numbers in the same order as integers, so that what is missing equals itself."""
    import numpy as np

    if values.dtype.kind != "f":
        return values.astype(np.int64)
    words = np.where(np.isnan(values), np.nan, values + 0.0).view(np.int64)
    return np.where(words < 0, np.iinfo(np.int64).min - words, words)


def _follows(column: _Column, other: _Column) -> bool:
    """Say whether a column varies along another one far less than at random."""
    import numpy as np

    step = max(1, len(column.ours) // _ROWS)
    along = column.ours[::step][np.argsort(other.ours[::step], kind="stable")]
    ranks = np.unique(along, return_inverse=True)[1].astype(float)
    # Of two values drawn at random the ranks differ by a third of their number, if all are as frequent.
    counts = np.bincount(ranks.astype(np.int64)) / len(ranks)
    below = np.cumsum(counts)
    at_random = 2 * float((below * (1 - below)).sum())
    return float(np.abs(np.diff(ranks)).mean()) < _SMOOTH * at_random


def _turing(counts: Codes) -> NDArray[np.float64]:
    """Return the adjusted count of each value: that of rare ones is what the next higher count has all in all."""
    import numpy as np

    having = np.bincount(counts, minlength=_RARE + 2)
    adjusted = counts.astype(float)
    for count in range(1, _RARE + 1):
        # One more than there are, so that what has not been seen yet is not impossible.
        better = (count + 1) * (having[count + 1] + 1) / max(1, having[count])
        adjusted[counts == count] = min(count, better)
    return adjusted


def _parents(columns: list[_Column]) -> list[tuple[_Column, ...]]:
    """Return for each column the earlier ones that tell most of it, one after the other, while each tells more."""
    import numpy as np

    random = np.random.default_rng(0)
    step = max(1, len(columns[0].ours) // _ROWS)
    sampled = [column.ours[::step] for column in columns]
    found: list[tuple[_Column, ...]] = []
    for place, ours in enumerate(sampled):
        taken: list[int] = []
        context, told = np.zeros(len(ours), np.int64), 0.0
        while len(taken) < min(_MOST_PARENTS, place):
            open_ = [p for p in range(place) if p not in taken]
            joint = {p: _joint(context, sampled[p]) for p in open_}
            more = {p: _information(joint[p], ours, random) for p in open_}
            best = max(open_, key=lambda p: more[p])
            if more[best] < told + _TELLING:
                break
            taken.append(best)
            context, told = joint[best], more[best]
        found.append(tuple(columns[p] for p in taken))
    return found


def _joint(one: Codes, other: Codes) -> Codes:
    """Return numbers of the different pairs."""
    import numpy as np

    found: Codes = np.unique(one * (int(other.max()) + 1) + other, return_inverse=True)[1]
    return found


def _information(context: Codes, ours: Codes, random: np.random.Generator) -> float:
    """Return the mutual information in nats, less what it would seem to be if the one had nothing to do with the other.

    That is seen by shuffling one: with many values that occur once, no formula tells it.
    """

    def entropy(codes: Codes) -> float:
        import numpy as np

        counts = np.bincount(codes)
        shares = counts[counts > 0] / len(codes)
        return -float((shares * np.log(shares)).sum())

    return entropy(_joint(context, random.permutation(ours))) - entropy(_joint(context, ours))


def _given(column: _Column, parents: tuple[_Column, ...], rows: int) -> NDArray[np.float64]:
    """Return the probability of each test row's value given those of the parents, backing off to fewer of them.

    One is taken off every count and given to what fewer parents tell (absolute discounting: Ney, Essen and Kneser,
    Computer Speech and Language 8, 1994), so that what was seen once, as in a copy, is no evidence of itself.
    """
    import numpy as np

    found: NDArray[np.float64] = _turing(column.counts)[column.theirs] / rows
    ours, theirs = np.zeros(rows, np.int64), np.zeros(len(found), np.int64)
    many = len(column.counts)
    for parent in parents:
        ours, theirs = _number(ours * len(parent.counts) + parent.ours, theirs * len(parent.counts) + parent.theirs)
        inside = np.bincount(ours)
        both, wanted = _number(ours * many + column.ours, theirs * many + column.theirs)
        counts = np.append(np.bincount(both), 0)[wanted]
        different = np.bincount(np.unique(ours * many + column.ours) // many)
        among = inside[theirs]
        found = (np.maximum(counts - 1, 0) + different[theirs] * found) / among
    return found


def _number(ours: Codes, theirs: Codes) -> tuple[Codes, Codes]:
    """Return both with the different values of `ours` numbered from 0; what it does not have comes last, as -1."""
    import numpy as np

    values, codes = np.unique(ours, return_inverse=True)
    places = np.minimum(np.searchsorted(values, theirs), len(values) - 1)
    return codes, np.where(values[places] == theirs, places, -1)
