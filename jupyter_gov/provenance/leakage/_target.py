"""Columns that tell the target by themselves: it, a copy of it, or what was only known afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ...records import Finding
from ._case import Case
from ._identifier import is_identified
from ._reading import Target, read_target, to_numbers
from ._rolling import rolling_means
from ._separation import correlation
from ._telling import ABOVE, FEWEST, GLANCE, Told, contrasts, fits, tell_classes, tell_numbers

if TYPE_CHECKING:
    from ._reading import Codes, Values

ALPHA = 0.001
"""How probable a wrong claim of a check is, over all columns together."""

_NEAR = 0.95
_MOST_COLUMNS = 2_000

_SURE = frozenset({"copy", "order", "threshold"})
_HOW = {
    "copy": "each of its values goes with one value of the target",
    "threshold": "thresholds on it separate the classes without a mistake",
    "order": "it puts the rows in the order of the target without a mistake",
    "missing": "whether it has a value separates the classes",
    "rate": "what other rows with the same value have is almost always right",
    "auc": "it orders the classes almost without a mistake",
    "r2": "it follows the target almost exactly",
}


def target_in_features(case: Case) -> Iterator[Finding]:
    """Find features of which one alone tells the target, with a lower bound of its ROC AUC or R² above 0.98.

    All columns together are wrongly accused with probability 0.001 at most where none is as good as that. Identifiers
    are `identifier_as_feature`'s. A mean of the target over neighbouring rows, the row's own among them, need not be as
    good, and is known exactly.
    """
    yield from _rolling(case)
    target = read_target(case.train_target)
    if target is None:
        return
    told = [t for t in _look(case, target) if t is not None]
    if not told:
        return
    told.sort(key=lambda t: (t.how not in _SURE, -t.lower))
    first = told[0]
    others = f", and {len(told) - 1} other columns nearly so" if len(told) > 2 else ""
    others = others or (f", and so does '{told[1].name}'" if len(told) == 2 else "")
    measure = {"auc": "ROC AUC", "r2": "R²"}[first.measure]
    yield Finding(
        check="target_in_features",
        severity="error" if first.how in {"copy", "order"} else "warning",
        message=f"The column '{first.name}' alone tells {target}: {_HOW[first.how]} ({measure} "
        f"{first.value:.3f}, at least {first.lower:.3f}, on {first.rows:,} training rows){others}.",
        remedy="Find out when the value becomes known. If it is made from the target, or only after it, leave the "
        "column out and fit again.",
        count=first.rows,
        of=case.train.rows,
        columns=tuple(t.name for t in told),
        evidence={
            t.name: {t.measure: round(t.value, 6), "lower": round(t.lower, 6), "rows": t.rows, "by": t.how}
            for t in told[:20]
        },
    )


def _rolling(case: Case) -> Iterator[Finding]:
    found = list(rolling_means(case))
    if found:
        name, width, ahead, rows = found[0]
        ends = f"{ahead:,} of them after it" if ahead else "its own the last"
        yield Finding(
            check="target_in_features",
            severity="error",
            message=f"The column '{name}' is the target's mean or sum over {width:,} rows, {ends}, in {rows:,} rows.",
            remedy="Shift the target before the window is laid over it (.shift(1).rolling(…)): a row's own value "
            "is not known when it is to be told.",
            count=rows,
            of=case.train.rows,
            columns=tuple(r.name for r in found),
            evidence={r.name: {"width": r.width, "ahead": r.ahead, "rows": r.rows} for r in found[:20]},
        )


def _look(case: Case, target: Target) -> Iterator[Told | None]:
    """Yield what each column tells, after a glance has picked those that are worth counting the claims of."""
    picked: list[tuple[str, Values]] = []
    for name in case.train.columns[:_MOST_COLUMNS]:
        values = case.train.values(name)
        if values is None or len(values) != case.train.rows or is_identified(name, values):
            continue
        if _worth(values, target):
            picked.append((name, values))
    alpha = ALPHA / max(len(picked), 1)
    alone = len(case.train.columns) == 1
    bar = _by_persistence(case, target) if picked else ABOVE
    for name, values in picked:
        told = None if target.codes is None else tell_classes(name, values, target.codes, target.classes, alpha)
        if told is None and target.numbers is not None:
            told = tell_numbers(name, values, target.numbers, alpha, alone=alone, bar=bar)
        yield told


def _worth(values: Values, target: Target) -> bool:
    """Return whether a column could pass, from few rows of each class."""
    import numpy as np

    if target.codes is not None:
        order = np.argsort(target.codes, kind="stable")
        starts = np.searchsorted(target.codes[order], np.arange(target.classes + 1))
        parts = [order[a:b][_spread(b - a)] for a, b in pairwise(starts)]
        rows = np.concatenate(parts)
        few, codes = values[rows], target.codes[rows]
        if any(
            value > _NEAR for _, value, _, _ in contrasts(few, codes, target.classes, everything=(values, target.codes))
        ):
            return True
    if target.numbers is None:
        return False
    rows = np.flatnonzero(np.isfinite(target.numbers))
    rows = rows[_spread(len(rows))]
    x, y = to_numbers(values[rows]), target.numbers[rows]
    if x is None:
        return False
    both = np.isfinite(x)
    return int(both.sum()) >= FEWEST and bool(max(fits(x[both], y[both])) > _NEAR - 0.05)


def _spread(count: Any) -> Codes:
    """Return at most `GLANCE` positions, spread evenly but not regularly."""
    import numpy as np

    if count <= GLANCE:
        return np.arange(count)
    # Multiples of the golden ratio: a period in the rows is not met again and again.
    return np.unique((np.arange(GLANCE) * 0.6180339887498949 % 1 * count).astype(np.int64))


def _by_persistence(case: Case, target: Target) -> float:
    """Return what R² must be above: more than the value before tells, where rows follow each other in time.

    A series that changes little from one row to the next is told by its own past, which a model may well know: three
    quarters of what that leaves open must be told as well.
    """
    import numpy as np

    if target.numbers is None:
        return ABOVE
    y = target.numbers
    for positions in case.train.origins.values():
        if (np.asarray(positions) >= 0).all():
            y = y[np.argsort(positions, kind="stable")]
            break
    y = y[np.isfinite(y)]
    # Rows sorted by the target persist too, but not in time.
    rising = float(np.mean(np.diff(y) >= 0)) if len(y) > FEWEST else 1.0
    if not 0.05 < rising < 0.95:
        return ABOVE
    return max(ABOVE, 1 - (1 - correlation(y[1:], y[:-1]) ** 2) / 4)
