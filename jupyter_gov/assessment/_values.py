"""A number with its interval, and the record that it becomes."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ..records import Value
from ._counting._groups import MINIMUM
from ._prepare import Labels, plain


class Interval(NamedTuple):
    """A value with its limits; all NaN where it is not estimable."""

    value: float
    lower: float
    upper: float


NOT_ESTIMABLE = Interval(math.nan, math.nan, math.nan)


def estimate(
    measure: str,
    value: float,
    lower: float,
    upper: float,
    confidence: float,
    n: int | None,
    method: str,
    **where: Any,
) -> Value:
    """Return a Value; NaN becomes None, and a value that is NaN or infinite is ``not estimable``."""
    if not math.isfinite(value):
        return Value(measure=measure, n=n, method="not estimable", **where)
    if math.isnan(lower) or math.isnan(upper):
        return Value(measure=measure, value=value, n=n, method="no interval", **where)
    return Value(
        measure=measure,
        value=value,
        lower=lower,
        upper=upper,
        confidence=confidence,
        n=n,
        method=method,
        **where,
    )


def few_of_a_class(labels: Labels) -> tuple[str, ...]:
    """Return a note where one of the two classes has few rows, or none."""
    positives = int(labels.true.sum())
    few = min(positives, len(labels) - positives)
    if few >= MINIMUM:
        return ()
    rare = plain(labels.positive if positives == few else labels.negative)
    if not few:
        return (f"No row has the label {rare!r}, so nothing that needs both labels can be estimated.",)
    return (
        f"Only {few} {'row has' if few == 1 else 'rows have'} the label {rare!r}; "
        "read the intervals rather than the values.",
    )
