"""The groups behind a comparison: their rows, those left out for having too few, and those at its ends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..records import AssessmentResult, Value
from ._addresses import JUDGED
from ._index import Index
from ._judge_words import number

Told = dict[str, Any]


def extremes(result: AssessmentResult, value: Value, index: Index) -> Told:
    """Return the groups at both ends of a comparison and their values."""
    if value.reference not in (JUDGED, "max-min"):
        return {}
    groups = index.grouped(result).get((value.measure, "group"), {}).get(value.attribute, ())
    outside = left_out(result, value)
    ends = [(v.value, v.group) for v in groups if v.label == value.label and v.group and v.group not in outside]
    found = [(n, group) for n, group in ends if n is not None and not math.isnan(n)]
    (low, lowest), (high, highest) = min(found, default=(0.0, "")), max(found, default=(0.0, ""))
    if low == high:
        return {}
    return {"lowest": lowest, "low": low, "highest": highest, "high": high}


def ends_named(ends: Told) -> str:
    """Return the groups at both ends in a sentence."""
    if not ends:
        return ""
    low, high = number(ends["low"], ends["high"]), number(ends["high"], ends["low"])
    return f" The lowest is {ends['lowest']} with {low}, the highest {ends['highest']} with {high}."


def left_out(result: AssessmentResult, value: Value) -> tuple[str, ...]:
    if value.reference != JUDGED:
        return ()
    return tuple((result.parameters.get("not_judged") or {}).get(value.attribute) or ())


def not_judged(result: AssessmentResult, value: Value, sizes: Mapping[str, int]) -> str:
    """Return which groups a comparison leaves out, in a sentence."""
    outside = [f"{g} ({sizes[g]:,})" if g in sizes else g for g in left_out(result, value)]
    more = f" and {len(outside) - 5} more" if len(outside) > 5 else ""
    return f" Not judged, for too few rows: {', '.join(outside[:5])}{more}." if outside else ""


def rows_of(value: Value, result: AssessmentResult, sizes: Mapping[str, int]) -> tuple[str, int | None]:
    """Return the rows behind a value; of a comparison, the smallest group and its rows."""
    if value.n is not None:
        return value.group or "", value.n
    if value.attribute is None:
        return "", _all_rows(result)
    outside = left_out(result, value)
    held = [(n, group) for group, n in sizes.items() if value.group in (None, group)]
    # Where all are left out, all are too small.
    judged = [(n, group) for n, group in held if group not in outside] or held
    rows, group = min(judged, default=(None, ""))
    return group, rows


def _all_rows(result: AssessmentResult) -> int | None:
    rows = result.parameters.get("rows")
    return int(rows) if isinstance(rows, int | float) else None


def total(value: Value, result: AssessmentResult, sizes: Mapping[str, int]) -> int | None:
    """Return all rows that an interval is made of."""
    outside = left_out(result, value)
    return value.n or sum(n for group, n in sizes.items() if group not in outside) or _all_rows(result)
