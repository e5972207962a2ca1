"""Rows that are trained on although they came later than rows that are tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...records import Finding
from ._case import Case
from ._folds import folds_of, is_shuffled, splitter_of
from ._grouping import divided_by_group
from ._reading import Target, code, read_target
from ._separation import alike, correlation, midranks
from ._when import CROSSING, Order, cross, orders

if TYPE_CHECKING:
    from ._reading import Codes, Floats

ALPHA = 0.001
FEWEST = 50
"""Rows from which one can say that a target follows time."""

_FOLLOWS = 0.2
_BLOCKS = 0.1
"""Correlation with the row before, and intraclass correlation within stretches of time, from which it matters."""

_SERIES = 0.97
"""Correlation with the row before from which rows are a series although no column says when they arose."""

_LAGS = 3


def time_across_split(case: Case) -> Iterator[Finding]:
    """Find training rows that are later than test rows, of a target that follows time.

    When rows arose is read from a column of times or years, of the features or of what they came from; where there is
    none, rows that stand in the order of time are known by a feature that is the target of a row before, or by a target
    that hardly changes from row to row. A warning needs a target that follows time: correlated with the row before by
    at least 0.2, or more alike within stretches of time than between by an intraclass correlation of at least 0.1,
    each beyond chance at 1 in 1,000 over all tests. In cross-validation the finding is named ``cross_validation_leak``.
    """
    validated = case.use == "cross_validation"
    blocks = folds_of(case) is not None
    if validated and not blocks and not is_shuffled(case):
        return
    target = read_target(case.train_target, *(() if validated else (case.test_target,)))
    crossing = [(o, *cross(o, validated=validated)) for o in orders(case)]
    # One clean cut, by whatever time there is, and dates that follow it a little later are no fault.
    if any(late <= CROSSING * tested for _, late, tested in crossing) or divided_by_group(case):
        return
    if crossing:
        alpha = ALPHA / len(crossing)
        order, late, tested, how = max(
            ((o, late, tested, _follows(o, target, alpha)) for o, late, tested in crossing), key=lambda c: c[3]
        )
    else:
        found = _by_rows(case, target)
        if found is None:
            return
        order, how = found
        late, tested = cross(order, validated=validated)
        if late <= CROSSING * tested:
            return
    yield _tell(case, order, late, tested, how, blocks=blocks)


def _tell(case: Case, order: Order, late: int, tested: int, how: float, *, blocks: bool) -> Finding:
    validated = case.use == "cross_validation"
    by = f"by '{order.name}'" if order.name else "in the order of the data"
    rows = "rows are tested by models that were trained on later rows" if validated else "test rows are earlier than"
    said = (
        f"{late:,} of {tested:,} {rows}, {by}."
        if validated
        else f"{late:,} of {tested:,} {rows} rows that were trained on, {by}."
    )
    follows = (
        f"The target follows time (correlation with what is near in time {how:.2f}), so that the result is better than "
        "it would be for the future."
        if how
        else "The target was not seen to follow time, so that little may come of it."
    )
    return Finding(
        check="cross_validation_leak" if validated else "time_across_split",
        severity="warning" if how and not blocks else "info",
        message=f"{said} {follows}",
        remedy="Train on what came before and test on what came after: TimeSeriesSplit, or a cut at a date.",
        count=late,
        of=tested,
        columns=(order.name,) if order.name else (),
        evidence={"correlation": round(how, 4), "splitter": splitter_of(case)},
    )


def _follows(order: Order, target: Target | None, alpha: float) -> float:
    """Return how strongly the target follows time, where that is beyond chance and of a size that matters; else 0."""
    import numpy as np

    series = [] if target is None else target.series()
    best = 0.0
    for values in series:
        y = values[order.rows]
        known = np.isfinite(y)
        if int(known.sum()) < FEWEST:
            continue
        place = np.lexsort((order.order[known], order.times[known]))
        best = max(best, _near(y[known][place], order.times[known][place], alpha / len(series)))
    return best


def _near(y: Floats, times: Floats, alpha: float) -> float:
    """Return how alike values are that are near in time: in one moment or stretch of it, and from row to row.

    The correlation with the row before is about normal with variance 1 / n under independence: Wald & Wolfowitz (1943),
    Ann. Math. Stat. 14:378–388.
    """
    from statistics import NormalDist

    import numpy as np

    n = len(y)
    # Ranks: a few values far out would follow each other by chance, or hide that others do.
    y = midranks(y)
    moments, distinct = code(times)
    many = distinct * 5 > n
    stretch = np.arange(n) * min(30, n // 10) // n if many else moments
    icc, p = alike(y, stretch)
    found = icc if p < alpha / 2 and icc >= _BLOCKS else 0.0
    if many:
        before = correlation(y[1:], y[:-1])
        if before >= _FOLLOWS and NormalDist().cdf(-before * n**0.5) < alpha / 2:
            found = max(found, before)
    return found


def _by_rows(case: Case, target: Target | None) -> tuple[Order, float] | None:
    """Return the order of the rows where that is the order of time, and how the target follows it."""
    import numpy as np

    if target is None or target.numbers is None:
        return None
    samples = (case.train,) if case.use == "cross_validation" else (case.train, case.test)
    keys = [k for k in samples[0].origins if all(k in s.origins and (s.origins[k] >= 0).all() for s in samples)]
    if keys:
        order = np.concatenate([s.origins[keys[0]] for s in samples])
    elif len(samples) == 1:
        order = np.arange(case.train.rows)
    else:
        return None
    if len(order) != len(target.numbers) or len(np.unique(order)) < len(order):
        return None
    place = np.argsort(order, kind="stable")
    y, steps = target.numbers[place], np.diff(order[place])
    if len(y) < FEWEST or not np.isfinite(y).all() or (steps == 1).mean() < 0.8:
        return None
    tested = np.concatenate([np.full(s.rows, i == 1) for i, s in enumerate(samples)])
    made = Order(name="", times=order.astype(np.float64), rows=np.arange(len(order)), tested=tested, order=order)
    before = correlation(y[1:], y[:-1])
    rising = float(np.mean(np.diff(y) > 0))
    if before >= _SERIES and 0.2 < rising < 0.8 and len(np.unique(y)) > 0.2 * len(y):
        return made, before
    return (made, before) if before >= _FOLLOWS and _has_lags(samples, y, place, order) else None


def _has_lags(samples: tuple[Any, ...], y: Floats, place: Codes, order: Codes) -> bool:
    """Return whether a feature is the target of a row shortly before: only a series is told by its past."""
    import numpy as np

    if len(np.unique(y)) < FEWEST // 2:
        return False
    ordered = order[place]
    for name in samples[0].columns[:200]:
        found = [s.values(name) if name in s.columns else None for s in samples]
        parts = [p for p in found if p is not None and p.dtype.kind in "fiu"]
        if len(parts) < len(found):
            continue
        x = np.concatenate(parts).astype(np.float64)[place]
        for lag in range(1, _LAGS + 1):
            apart = ordered[lag:] - ordered[:-lag] == lag
            if apart.sum() >= FEWEST // 2 and (x[lag:][apart] == y[:-lag][apart]).mean() >= 0.95:
                return True
    return False
