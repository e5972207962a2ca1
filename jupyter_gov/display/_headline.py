"""What an assessment found, in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jupyter_gov.records import AssessmentResult, Value

from . import _select, words
from ._showing import showing


class Name(str):
    """A part of a sentence that comes from the user's data."""

    __slots__ = ()


Parts = list[str]
"""A sentence in parts; those that are `Name` are shown as names."""

_MOST = 2
_TOO_FEW = "Too few groups are large enough to be judged."


def headline(found: AssessmentResult) -> Parts:
    """Return what a result found with its interval, whichever assessment it is of."""
    return (showing(found.name).headline or _OURS.get(found.name, _any))(found) or _any(found)


def difference(value: Value) -> Parts:
    """Return a difference between groups: how large, in what, by which attribute."""
    parts: Parts = [f"{words.with_interval(value)}, in {words.lower_first(words.measure(value.measure))}"]
    if value.label is not None:
        parts += [" of ", Name(value.label)]
    return [*parts, *([" by ", Name(value.attribute)] if value.attribute else [])]


def _performance(found: AssessmentResult) -> Parts:
    key = _key(found)
    recalls = [v for v in found.values if v.kind == "class" and v.measure == "recall" and v.value is not None]
    if len(recalls) > 1:
        least = min(recalls, key=lambda v: v.value or 0.0)
        return [key, "; recall is lowest for ", Name(least.label or ""), f": {words.with_interval(least)}."]
    return [f"{key}."] if key else []


def _fairness(found: AssessmentResult) -> Parts:
    largest = _select.largest(found)
    if largest is None:
        return [no_difference(found)]
    parts = ["The largest difference between groups is ", *difference(largest), "."]
    return [*parts, "" if (largest.lower or 0.0) > 0 else " Its interval includes zero."]


def no_difference(found: AssessmentResult) -> str:
    """Return why there is no difference between groups to name."""
    if any(v.reference == _select.EVERY and v.value is not None for v in found.values):
        return _TOO_FEW
    return "No difference between groups could be estimated."


def _calibration(found: AssessmentResult) -> Parts:
    there = _select.estimates(found)
    key = [there[m] for m in ("expected_calibration_error", "brier_score") if m in there]
    return [f"{_listed(key)}."] if key else []


def _lift(found: AssessmentResult) -> Parts:
    top = next((v for v in found.values if v.measure == "lift" and v.group is not None and v.value is not None), None)
    if top is None:
        return []
    return ["Positives are ", words.with_interval(top), " times as frequent in the ", Name(top.group or ""),
            " by score as in all rows."]  # fmt: skip


def _costs(found: AssessmentResult) -> Parts:
    there = [v for v in found.values if v.kind == "estimate" and v.value is not None and v.method != "count"]
    return [f"{_listed(there[:_MOST])}."] if there else []


def _explanation(found: AssessmentResult) -> Parts:
    ranked = _select.ranked(found)
    if not ranked:
        return []
    first = ranked[0]
    label = words.lower_first(words.measure(first.measure))
    return ["The model relies most on ", Name(first.attribute or ""), f": {label} {words.with_interval(first)}."]


def _comparison(found: AssessmentResult) -> Parts:
    parts: Parts = []
    against = [v for v in found.values if v.kind == "difference" and v.value is not None and v.group is None]
    for reference in dict.fromkeys(v.reference for v in against):
        by = {v.measure: v for v in reversed(against) if v.reference == reference}
        value = next((by[m] for m in _select.HEADLINES if m in by), next(iter(by.values())))
        label = words.measure(value.measure)
        parts.append(f"{label} minus that of the {reference}: {words.with_interval(value)}. ")
    return parts


def _local_law_144(found: AssessmentResult) -> Parts:
    ratios = [v for v in found.values if v.kind == "ratio" and v.value is not None and v.group is not None]
    if not ratios:
        return ["No impact ratio could be estimated."]
    least = min(ratios, key=lambda v: v.value or 0.0)
    parts = [f"The smallest impact ratio is {words.with_interval(least)}, for ", Name(least.group or "")]
    return [*parts, ", by ", Name(least.attribute or ""), "."]


def _label_bias(found: AssessmentResult) -> Parts:
    there = [v for v in found.values if v.kind == "difference" and v.value is not None]
    values = [v for v in there if v.measure == "difference_in_proportions_of_labels"] or there
    if not values:
        return []
    minimum = _select.Comparison(found).minimum
    values = [v for v in values if v.n is None or v.n >= minimum]
    if not values:
        return [_TOO_FEW]
    most = max(values, key=lambda v: abs(v.value or 0.0))
    parts: Parts = ["The largest difference in the labels themselves, others minus group, is ", *difference(most)]
    parts += [", ", Name(most.group)] if most.group else []
    return [*parts, ".", " Its interval includes zero." if (most.lower or 0.0) <= 0 <= (most.upper or 0.0) else ""]


def _any(found: AssessmentResult) -> Parts:
    """Return the key numbers over all rows, else the largest difference or importance, else how much there is."""
    key = _key(found)
    if key:
        return [f"{key}."]
    compared = [v for v in found.values if v.kind == "difference" and v.value is not None]
    if compared:
        return ["The largest difference is ", *difference(max(compared, key=lambda v: abs(v.value or 0.0))), "."]
    ranked = _explanation(found)
    return ranked or [f"{words.plural(len(found.values), 'value')} on record."]


def _key(found: AssessmentResult) -> str:
    """Return the key numbers over all rows; an empty string where there are none."""
    there = {k: v for k, v in _select.estimates(found).items() if v.value is not None and v.method != "count"}
    values = [there[m] for m in _select.HEADLINES if m in there] or list(there.values())
    return _listed(values[:_MOST])


def _listed(values: Sequence[Value]) -> str:
    told = [f"{words.short(v.measure)} {words.with_interval(v)}" for v in values]
    return ", ".join([*told[:1], *(words.lower_first(t) for t in told[1:])])


_OURS: dict[str, Callable[[AssessmentResult], Parts]] = {
    "performance": _performance,
    "fairness": _fairness,
    "explanation": _explanation,
    "calibration": _calibration,
    "lift": _lift,
    "costs": _costs,
    "comparison": _comparison,
    "local_law_144": _local_law_144,
    "label_bias": _label_bias,
}
