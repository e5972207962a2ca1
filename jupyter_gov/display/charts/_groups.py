"""Groups of people, classes and columns beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import AssessmentResult, Value

from .. import _select, words
from ._dots import Panel, Row, dots
from ._frame import UNIT, Spec, listed, span


def rates(
    found: AssessmentResult,
    attributes: Sequence[str],
    *,
    overall: Mapping[str, float] | None = None,
    measures: Sequence[str] = _select.RATES,
    label: str | None = None,
) -> Spec:
    """Return dots with intervals: one row for each group, one column for each metric.

    Parameters
    ----------
    found : AssessmentResult
        A fairness result.
    attributes : sequence of str
        Attributes or intersections to show.
    overall : mapping of str to float, optional
        The metrics over all rows, drawn as a reference line.
    measures : sequence of str
        The metrics.
    label : str, optional
        The class that the metrics are about, where there are several.
    """
    compared = _select.Comparison(found, label)
    rows: list[Row] = []
    values: dict[str, list[Value]] = {m: [] for m in measures}
    for attribute in attributes:
        rows.append(Row(attribute, heading=True))
        for group in compared.groups(attribute):
            note = f"  n={words.count(group.rows)}"
            rows.append(Row(group.name, note=note, values=group.values, quiet=group.small, grey=group.unknown))
            for m in measures:
                values[m] += [group.values[m]] if m in group.values else []
    panels = [Panel(words.short(m), m, reference=(overall or {}).get(m), domain=domain(values[m], m)) for m in measures]
    shown = ", ".join(words.lower_first(p.title) for p in panels)
    about = f"Dots with intervals for {shown}, one row for each group of {listed(attributes)}."
    return dots(rows, panels, about)


def disparities(
    found: AssessmentResult,
    attributes: Sequence[str],
    *,
    measures: Sequence[str] = _select.CRITERIA,
    label: str | None = None,
) -> Spec:
    """Return dots with intervals: the largest difference between groups, by attribute and criterion."""
    compared = _select.Comparison(found, label)
    rows = []
    for attribute in attributes:
        pairs = ((m, compared.disparity(attribute, m, "difference")) for m in measures)
        known = {m: v for m, v in pairs if v is not None}
        missing = words.NOT_JUDGED if compared.unjudged(attribute) else words.NOT_ESTIMABLE
        rows.append(Row(attribute, values=known, missing=missing))
    panels = [
        Panel(words.short(m), m, reference=0.0, domain=domain([r.values[m] for r in rows if m in r.values], m))
        for m in measures
    ]
    about = f"Largest difference between groups with its interval, by {listed(attributes)}."
    return dots(rows, panels, about)


def compared(
    rows: Sequence[tuple[str, Mapping[str, Value]]], measures: Sequence[str], about: str, *, minimum: int = 0
) -> Spec:
    """Return dots with intervals about a line at zero: differences from a reference, one panel for each measure.

    Parameters
    ----------
    rows : sequence of (str, mapping of str to Value)
        A name and its differences by measure; without any, the name heads the rows below it.
    measures : sequence of str
    about : str
        The description for who cannot see it.
    minimum : int
        Rows below which a group is hollow; with it the rows of each group are told, and those of unknown group grey.
    """
    made = []
    for name, values in rows:
        n = next((v.n for v in values.values() if v.n is not None), None) if minimum else None
        note = "" if n is None else f"  n={words.count(n)}"
        small, unknown = n is not None and n < minimum, n is not None and name == "unknown"
        made.append(Row(name, note=note, values=values, heading=not values, quiet=small, grey=unknown))
    panels = []
    for m in measures:
        known = [values[m] for _, values in rows if m in values]
        ends = [end for v in known for end in (v.value, v.lower, v.upper)]
        panels.append(Panel(words.short(m), m, reference=0.0, domain=span(ends, include=(0.0,))))
    return dots(made, panels, about)


def classes(values: Sequence[Value], measures: Sequence[str]) -> Spec:
    """Return dots with intervals: one row for each class of the target, one column for each measure."""
    labels = list(dict.fromkeys(v.label or "" for v in values))
    by = {(v.label or "", v.measure): v for v in values}
    rows = [Row(c, values={m: by[c, m] for m in measures if (c, m) in by}) for c in labels]
    panels = [
        Panel(words.short(m), m, domain=domain([r.values[m] for r in rows if m in r.values], m)) for m in measures
    ]
    shown = ", ".join(words.lower_first(p.title) for p in panels)
    return dots(rows, panels, f"Dots with intervals for {shown}, one row for each of {len(labels)} classes.")


def measures(rows: Sequence[tuple[str, Mapping[str, Value]]], names: Sequence[str], about: str) -> Spec:
    """Return dots with intervals: a row for each name, a column for each measure; rows without values are headings."""
    made = [Row(name, values=values, heading=not values) for name, values in rows]
    panels = [Panel(words.short(m), m, domain=domain([r.values[m] for r in made if m in r.values], m)) for m in names]
    return dots(made, panels, about)


def importance(values: Sequence[Value], *, limit: int = 12) -> Spec:
    """Return bars with intervals: how much the model relies on each column, the `limit` largest."""
    ranked = sorted((v for v in values if v.value is not None), key=lambda v: -(v.value or 0.0))[:limit]
    rows = [Row(v.attribute or "", values={"x": v}) for v in ranked]
    ends = [end for v in ranked for end in (v.value, v.lower, v.upper) if end is not None]
    # An importance that may be none at all has an interval that reaches below zero.
    low, top = min([0.0, *ends]), max(ends, default=1.0) or 1.0
    panel = Panel(words.measure(ranked[0].measure) if ranked else "", "x", domain=(low, top), bars=True)
    about = f"Bars with intervals: {panel.title} of {words.plural(len(rows), 'column')}, largest first."
    return dots(rows, [panel], about)


def domain(values: Sequence[Value], measure: str) -> tuple[float, float]:
    """Return the axis of a measure: from 0 to 1 where all values lie there and it is no error in the target's unit."""
    ends = [end for v in values for end in (v.value, v.lower, v.upper) if end is not None]
    if measure not in _select.UNBOUNDED and all(0 <= end <= 1 for end in ends):
        return UNIT
    return span(ends, include=(0.0,))
