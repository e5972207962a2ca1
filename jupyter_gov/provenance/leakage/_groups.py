"""People, sites, devices and other groups of rows that stand on both sides of a split."""

from __future__ import annotations

from collections.abc import Iterator

from ...records import Finding
from ._case import Case
from ._folds import folds_of, is_shuffled, knows_groups, splitter_of
from ._grouping import Grouping, groupings
from ._names import is_person
from ._reading import Target, read_target
from ._separation import alike, midranks
from ._when import divided_by_time

ALPHA = 0.001
_ALIKE = 0.05
"""Intraclass correlation of the target from which a group helps a model that knows it."""

_SHARED = 0.1
"""Share of the test rows, of groups that were trained on, from which it matters."""


def groups_across_split(case: Case) -> Iterator[Finding]:
    """Find groups of which rows are trained on and others tested.

    A warning needs more than a column's name: the target must be more alike within groups than between (intraclass
    correlation of at least 0.05, F test at 1 in 1,000 over all columns and classes), and a tenth of the test rows must
    be of groups that were trained on. In cross-validation the finding is named ``cross_validation_leak``.
    """
    if knows_groups(case) or (case.use == "cross_validation" and not is_shuffled(case) and folds_of(case) is None):
        return
    found = list(groupings(case))
    # Where no group of another column is on both sides, or test rows came later, that is how rows were divided.
    if not found or not all(g.both and g.shared for g in found) or divided_by_time(case):
        return
    validated = case.use == "cross_validation"
    target = read_target(case.train_target, *(() if validated else (case.test_target,)))
    told = [(g, *_likeness(g, target, ALPHA / len(found))) for g in found]
    strong = [t for t in told if t[1] >= _ALIKE and _matters(t[0])]
    for grouping, icc, p in strong or told[:1]:
        name = grouping.beside.name
        rows, others = ("rows", "rows of other folds") if validated else ("test rows", "training rows")
        alike_so = f"The target is alike within '{name}' (intraclass correlation {icc:.2f})"
        if strong:
            consequence = f"{alike_so}, so that the result is better than it would be for new ones."
        elif icc:
            consequence = f"{alike_so}, but few rows are concerned, or the model may be meant for these alone."
        else:
            consequence = "The target was not seen to be alike within them, so that little may come of it."
        yield Finding(
            check="cross_validation_leak" if validated else "groups_across_split",
            severity="warning" if strong else "info",
            message=f"{grouping.shared:,} of {grouping.tested:,} {rows} have a '{name}' that {others} have too "
            f"({grouping.both:,} of {grouping.count:,} different ones). {consequence}",
            remedy=f"Divide by group: GroupKFold or GroupShuffleSplit with groups='{name}', unless the model is only "
            "ever used for groups that it was trained on.",
            count=grouping.shared,
            of=grouping.tested,
            columns=(name,),
            evidence={
                "groups": grouping.count,
                "on both sides": grouping.both,
                "intraclass correlation": round(icc, 4),
                "p": p,
                "splitter": splitter_of(case),
            },
        )


def _likeness(grouping: Grouping, target: Target | None, alpha: float) -> tuple[float, float]:
    """Return the largest intraclass correlation beyond chance of the target, 0 for none, and its probability."""
    import numpy as np

    best = (0.0, 1.0)
    series = [] if target is None else target.series()
    for values in series:
        y = values[grouping.beside.rows]
        known = (grouping.codes >= 0) & np.isfinite(y)
        if int(known.sum()) < 30:
            continue
        # Ranks: a few values far out would make groups alike by chance.
        icc, p = alike(midranks(y[known]), grouping.codes[known])
        if p < alpha / len(series) and icc > best[0]:
            best = (icc, p)
    return best


def _matters(grouping: Grouping) -> bool:
    """Return whether enough test rows are concerned, and the group is not a place that the model is told."""
    told = grouping.beside.feature and not is_person(grouping.beside.name)
    return grouping.shared >= _SHARED * grouping.tested and not told
