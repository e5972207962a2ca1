"""Columns that number or name the rows, and what a model could learn from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...records import Finding
from ._case import Case
from ._names import is_identifier, is_person, is_time, words_of
from ._reading import Target, code, read_target
from ._separation import alike, auc_with_variance, correlation, midranks, target_rates

if TYPE_CHECKING:
    from ._reading import Floats, Values

ALPHA = 0.001
_FEWEST = 50
_UNIQUE = 0.95
"""Share of the rows that must have a value of their own."""

_AUC, _R2 = 0.55, 0.01
"""What a value must tell of the target beyond chance before it matters."""


def is_identified(name: str, values: Values) -> bool:
    """Return whether a column is an identifier of rows by its name, and no value comes again."""
    return _kind(name, values) == "named"


def _kind(name: str, values: Values) -> str:
    """Return ``named`` or ``counted`` for a column that has a value of its own for almost every row, else nothing."""
    import numpy as np

    rows = len(values)
    if rows < _FEWEST or values.dtype.kind in "mM" or is_time(name) or _come_again(values[:1000]):
        return ""
    named = is_identifier(name) or is_person(name)
    if values.dtype.kind == "O":
        if not named and not _looks_coded(values):
            return ""
        there = np.array([v is not None for v in values])
    else:
        numbers = values.astype(np.float64, copy=False)
        there = np.isfinite(numbers)
        if not there.all() or (numbers[: 10 * _FEWEST] % 1).any() or (numbers % 1).any():
            return ""
        spread = float(numbers.max() - numbers.min()) + 1
        # Training rows are a part of what was counted; half of it at the least.
        if not named and not (spread <= 2.5 * rows and bool(words_of(name))):
            return ""
    known = values[there]
    if len(known) < _UNIQUE * rows or code(known)[1] < _UNIQUE * len(known):
        return ""
    return "named" if named or values.dtype.kind == "O" else "counted"


def identifier_as_feature(case: Case) -> Iterator[Finding]:
    """Find features with a value of its own for almost every row, and whether order or beginning tell the target.

    What tells is shown beyond chance (1 in 1,000 over all columns together) and beyond a size that matters.
    """
    found = {}
    for name in case.train.columns:
        values = case.train.values(name)
        if values is not None and len(values) == case.train.rows and (kind := _kind(name, values)):
            found[name] = (kind, values)
    target = read_target(case.train_target) if found else None
    # Counting the rows of a series is how a trend is told.
    if target is None or len(case.train.columns) == 1:
        return
    if target.codes is None:
        found = {name: (kind, values) for name, (kind, values) in found.items() if kind == "named"}
    telling: dict[str, dict[str, Any]] = {}
    for name, (kind, values) in found.items():
        told = max(_tells(values, target, ALPHA / len(found)), key=lambda t: t[2], default=None)
        # What numbers rows without being named for it, and tells all, is the target in disguise.
        if told is not None and not (kind == "counted" and told[2] > 0.98):
            telling[name] = {"by": told[0], told[1]: round(told[2], 4)}
    if telling:
        names = tuple(telling)
        by = telling[names[0]]["by"]
        yield Finding(
            check="identifier_as_feature",
            severity="warning",
            message=f"The column '{names[0]}' identifies rows, and yet its {by} tells {target}: the "
            "model can learn from it how the data were put together.",
            remedy="Leave identifiers out of the features, and find out why theirs go with the target: data that were "
            "sorted or collected by outcome mislead in other ways too.",
            count=case.train.rows,
            of=case.train.rows,
            columns=names,
            evidence=telling,
        )
    quiet = tuple(name for name, (kind, _) in found.items() if name not in telling and kind == "named")
    if quiet:
        yield Finding(
            check="identifier_as_feature",
            severity="info",
            message=f"The column '{quiet[0]}' identifies rows and is a feature; it was not seen to tell the target.",
            remedy="Leave identifiers out of the features: a model can only learn rows by heart from them.",
            count=case.train.rows,
            of=case.train.rows,
            columns=quiet,
        )


def _tells(values: Values, target: Target, alpha: float) -> Iterator[tuple[str, str, float]]:
    """Yield what tells the target beyond chance: ``order`` or ``beginning``, the measure's name and its value."""
    import numpy as np

    text = values.dtype.kind == "O"
    series = target.series()
    numbers = _ranked(values) if text else values.astype(np.float64)
    starts = [code(np.array([str(v)[:length] for v in values], object)) for length in (1, 2, 3, 4)] if text else []
    starts = [s for s in starts if 1 < s[1] <= min(50, len(values) // 10)]
    alpha /= max(1, len(series) * (1 + len(starts)))
    for y in series:
        known = np.isfinite(y)
        if int(known.sum()) < _FEWEST:
            continue
        if target.codes is not None:
            positive = y[known] == 1
            if min(positive.sum(), (~positive).sum()) < 10:
                continue
            value, _ = auc_with_variance(numbers[known], positive)
            if max(value, 1 - value) >= _AUC and _by_chance(numbers[known], positive.astype(np.float64)) < alpha:
                yield "order", "auc", max(value, 1 - value)
            for codes, _ in starts:
                value, _ = auc_with_variance(target_rates(codes[known], positive), positive)
                if value >= _AUC and alike(positive.astype(np.float64), codes[known])[1] < alpha:
                    yield "beginning", "auc", value
        else:
            told = correlation(midranks(numbers[known]), midranks(y[known])) ** 2
            if told >= _R2 and _by_chance(numbers[known], midranks(y[known])) < alpha:
                yield "order", "r2", told
            for codes, _ in starts:
                told, p = alike(y[known], codes[known])
                if told >= _R2 and p < alpha:
                    yield "beginning", "r2", told


def _by_chance(x: Floats, y: Floats) -> float:
    """Return the two-sided probability of a rank correlation; of 0 and 1 it is the test of Mann & Whitney (1947).

    Under independence its variance is 1 / (n - 1), whatever the ties: Kendall (1948), Rank Correlation Methods.
    """
    from statistics import NormalDist

    z = abs(correlation(midranks(x), midranks(y))) * (len(x) - 1) ** 0.5
    return 2 * NormalDist().cdf(-z)


def _ranked(values: Values) -> Floats:
    """Return where texts stand in their order."""
    import numpy as np

    texts = np.array([str(v) for v in values])
    return np.unique(texts, return_inverse=True)[1].astype(np.float64)


def _come_again(values: Values) -> bool:
    """Return whether a good part of the values are there more than once."""
    return code(values)[1] < (2 * _UNIQUE - 1) * len(values)


def _looks_coded(values: Values) -> bool:
    """Return whether texts are of one short form with digits, such as ``A-00017``, and not words."""
    few = [v for v in values[:200] if isinstance(v, str)]
    if len(few) < 50 or not all(v and len(v) <= 40 and " " not in v and any(c.isdigit() for c in v) for v in few):
        return False
    return not any(c in v for v in few for c in ".:/,")
