"""More data: how many more rows of which group would tell, which no candidate can."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..records import Value

MOST = 10**7
"""More rows than this are not told: the estimate is as good as on the threshold."""


class MoreRows(NamedTuple):
    """How many more rows would bring an interval's half-width to what is needed.

    Attributes
    ----------
    group : str
        The group of the two whose rate is known least.
    rows : int or None
        How many more of it, if the other stays as it is; None where no number of them would do.
    both : int
        How many more of both together, in the proportion that they have now.
    """

    group: str
    rows: int | None
    both: int


def more_rows(first: Value, second: Value, *, by: float, ratio: bool = False) -> MoreRows | None:
    """Return how many more rows of two groups would shrink the interval of their difference or ratio.

    Parameters
    ----------
    first, second : Value
        A rate of two groups, with intervals and rows.
    by : float
        The half-width that is needed over the one there is now, below 1; for a ratio both on the logarithmic scale.
    ratio : bool

    Returns
    -------
    MoreRows, or None
        None where an interval or a number of rows is missing.

    Notes
    -----
    The variance of a rate is proportional to 1/n, and that of a difference of two independent rates the sum of
    theirs; of a ratio, on the logarithmic scale, of theirs over their squares (delta method; Katz, Baptista, Azen &
    Pike 1978, Biometrics 34:469–474). With m more rows v₁ becomes v₁·n₁/(n₁ + m), which has to be by²·(v₁ + v₂) − v₂.
    Estimates are taken to stay, so that it is a magnitude, not a promise.
    """
    found = [_variance(value, ratio) for value in (first, second)]
    if any(one is None for one in found):
        return None
    (v1, n1), (v2, n2) = [one for one in found if one is not None]
    group = first.group
    if v2 > v1:
        v1, n1, v2, n2, group = v2, n2, v1, n1, second.group
    both = math.ceil((n1 + n2) * (1 / by**2 - 1))
    left = by**2 * (v1 + v2) - v2
    rows = math.ceil(n1 * (v1 / left - 1)) if left > 0 else None
    return MoreRows(group or "", rows if rows is not None and rows <= MOST else None, both)


def more_data(values: Sequence[Value], *, target: float | None = None, kind: str = "difference") -> tuple[str, ...]:
    """Return sentences on how many more rows of which group would decide, or halve the interval.

    Parameters
    ----------
    values : sequence of Value
        Rates of groups (kind ``group``) and their differences or ratios between the largest and the smallest.
    target : float, optional
        What was asked for; without it, and where it is decided, the rows that halve the interval are told.
    kind : str
        ``difference`` or ``ratio``, which of them is meant.

    Returns
    -------
    tuple of str
        One for each disparity between the largest and smallest group that has an interval.
    """
    out = []
    for value in values:
        if value.kind == kind and (value.reference or "").startswith("max-min"):
            sentence = _told(value, values, target, ratio=kind == "ratio")
            if sentence:
                out.append(sentence)
    return tuple(dict.fromkeys(out))


def _told(value: Value, values: Sequence[Value], target: float | None, *, ratio: bool) -> str:
    if value.value is None or value.lower is None or value.upper is None:
        return ""
    judged = [
        one
        for one in values
        if one.kind == "group"
        and (one.measure, one.attribute, one.label) == (value.measure, value.attribute, value.label)
        and one.value is not None
        and one.group != "unknown"
    ]
    if len(judged) < 2:
        return ""
    ordered = sorted(judged, key=lambda one: one.value or 0.0)
    what = f"{value.measure.replace('_', ' ')}, {value.kind} between groups of {value.attribute}"
    by, purpose = 0.5, "halve the interval"
    if target is not None and value.lower <= target <= value.upper:
        needed = _part(value.value, target, value.lower if value.value > target else value.upper, ratio=ratio)
        if needed is None:
            return f"The {what} is as good as on the threshold: no number of rows would decide it."
        by, purpose = needed, f"decide whether it keeps {target:g}"
    found = more_rows(ordered[0], ordered[-1], by=by, ratio=ratio)
    if found is None or found.both > MOST:
        return ""
    alone = (
        f"About {found.rows:,} more assessed rows of {found.group!r} would {purpose}"
        if found.rows is not None
        else f"No number of rows of {found.group!r} alone would {purpose}"
    )
    together = f"about {found.both:,} more of both groups together would" if found.rows is None else ""
    more = f"; {together}" if together else ""
    return f"The {what}: {alone}{more}, if the estimates stay where they are."


def _part(value: float, target: float, bound: float, *, ratio: bool) -> float | None:
    """Return the distance of an estimate from its target over that from the bound beyond it."""
    if ratio and min(value, target, bound) <= 0:
        return None
    scale = math.log if ratio else float
    gap, half = abs(scale(value) - scale(target)), abs(scale(value) - scale(bound))
    return gap / half if gap > 0 and half > gap else None


def _variance(value: Value, ratio: bool) -> tuple[float, int] | None:
    if value.lower is None or value.upper is None or not value.n or not value.value or value.upper <= value.lower:
        return None
    spread = ((value.upper - value.lower) / 2) ** 2
    return (spread / value.value**2 if ratio else spread), value.n
