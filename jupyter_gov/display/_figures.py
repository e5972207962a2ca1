"""Which charts show a result: ours by name, anybody's by the curves and values on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from jupyter_gov.records import AssessmentResult, Value

from . import _select, charts, words
from ._column_curves import KINDS, column_curves
from ._curves import curves
from ._parts import Cite, figure
from ._showing import showing
from .charts import Line, Spec
from .html import Html, join

_MOST_ROWS = 40
_MOST_CURVES = 6
_MOST_PANELS = 3
_RATES = ("selection_rate", "scoring_rate", "impact_ratio")


def figures(found: AssessmentResult, *, cite: Cite) -> list[Html]:
    """Return the charts of a result, each with its caption."""
    return [figure(spec, join([told, cite(found)])) for spec, told in _drawn(found)]


def specs(found: AssessmentResult) -> Iterator[Spec]:
    """Yield the charts of a result."""
    return (spec for spec, _ in _drawn(found))


def _drawn(found: AssessmentResult) -> Iterable[tuple[Spec, str]]:
    return (showing(found.name).figures or _OURS.get(found.name, _any))(found)


def _performance(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    yield from _predicted(found)
    yield from curves(found)
    yield from _matrix(found)
    yield from _by_class(found)


def _matrix(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    cells = {(v.label or "", v.group or ""): v.value or 0.0 for v in found.values if v.measure == "confusion_matrix"}
    labels = list(dict.fromkeys(true for true, _ in cells))
    if len(labels) > 1:
        counts = [[cells.get((i, j), 0.0) for j in labels] for i in labels]
        told = "Rows by true (down) and predicted class; the darker, the larger the share of the true class."
        yield charts.matrix(counts, labels), told


def _by_class(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    values = [
        v for v in found.values if v.kind == "class" and v.label is not None and v.group is None and v.method != "count"
    ]
    there = list(dict.fromkeys(v.measure for v in values))
    first = ("recall", "precision", "f1", "roc_auc")
    shown = ([m for m in first if m in there] or there)[:_MOST_PANELS]
    if shown and 0 < len({v.label for v in values}) <= _MOST_ROWS:
        level = words.confidence(values)
        yield charts.classes(values, shown), f"Each class against all others, with {level} intervals."


def _predicted(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    """Yield predicted against observed and the errors, by bins of the prediction."""
    level = words.confidence(found.values)
    pairs = (
        ("mean_target", "observed", "What happened against what was predicted, the mean by bin", "diagonal"),
        ("mean_error", "predicted − observed", "The mean error by bin of the prediction", "zero"),
    )
    for measure, y, told, exact in pairs:
        points = charts.points_of(found.values, "mean_prediction", measure)
        if len(points) > 1:
            spec = charts.reliability(points, x="predicted", y=y, unit=False, exact=exact)
            yield spec, f"{told}, with {level} intervals; dashed would be exact."


def _calibration(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    told = f"what happened against what was predicted, with {words.confidence(found.values)} intervals; "
    even = Line.read("", found.curves.get("quantile_bins"))
    if even is not None:
        upright = zip(even.x, even.y, even.lower or even.y, even.upper or even.y, strict=True)
        points = [{"predicted": x, "observed": y, "lower": lo, "upper": hi, "n": 1.0} for x, y, lo, hi in upright]
        yield charts.reliability(points), f"Reliability by bins of equal size: {told}the diagonal would be exact."
    by_class: dict[str | None, list[Value]] = {}
    for v in found.values:
        if v.kind == "bin" and v.attribute is None and (even is None or v.label is not None):
            by_class.setdefault(v.label, []).append(v)
    for label, values in list(by_class.items())[:_MOST_CURVES]:
        points_of = charts.points_of(values)
        if len(points_of) > 1:
            of = "" if label is None else f" of the class {words.shorten(words.printable(label), 40)}"
            yield charts.reliability(points_of), f"Reliability{of}: {told}the diagonal would be exact."
    yield from _predicted(found)
    yield from curves(found, without=("quantile_bins",))
    yield from _groups(found)


def _comparison(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    yield from forest([v for v in found.values if v.group is None])
    yield from curves(found)


def forest(values: Sequence[Value]) -> Iterator[tuple[Spec, str]]:
    """Yield differences from a baseline or another model about zero, those in one unit in one panel."""
    there = [v for v in values if v.kind == "difference" and v.value is not None]
    by: dict[str, dict[str, Value]] = {}
    for v in there:
        by.setdefault(v.reference or "", {})[v.measure] = v
    shares = [m for m in dict.fromkeys(v.measure for v in there) if m not in _select.UNBOUNDED]
    others = [m for m in dict.fromkeys(v.measure for v in there) if m in _select.UNBOUNDED][:_MOST_PANELS]
    told = f"Differences with {words.confidence(there)} intervals; at the line there is none."
    if shares:
        rows: list[tuple[str, Mapping[str, Value]]] = []
        for reference, found in by.items():
            rows.append((f"model minus {reference}", {}))
            rows += [(words.measure(m), {"difference": found[m]}) for m in shares if m in found]
        if len(rows) <= _MOST_ROWS:
            yield charts.compared(rows, ["difference"], told), told
    if others:
        yield charts.compared([(f"model minus {r}", v) for r, v in by.items()], others, told), told


def _individual(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    there = [v for v in found.values if v.kind == "estimate" and v.attribute is None and v.value is not None]
    rows = [(words.measure(v.measure), {"value": v}) for v in there if v.lower is not None]
    if rows:
        told = f"Each measure with its {words.confidence(there)} interval."
        yield charts.measures(rows, ["value"], told), told


def _label_bias(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    yield from _groups(found)
    shown = ("difference_in_proportions_of_labels", "difference_in_means", "class_imbalance")
    there = [v for v in found.values if v.kind == "difference" and v.group is not None and v.label is None]
    measure = next((m for m in shown if any(v.measure == m for v in there)), None)
    rows: list[tuple[str, Mapping[str, Value]]] = []
    for attribute in _select.Comparison(found).single:
        kept = [v for v in there if v.attribute == attribute and v.measure == measure]
        rows += [(attribute, {}), *((v.group or "", {v.measure: v}) for v in kept)]
    if measure is not None and 0 < len(rows) <= _MOST_ROWS:
        least = _select.Comparison(found).minimum
        told = f"{words.measure(measure)}: all others minus each group, with {words.confidence(there)} intervals. "
        told += f"Hollow: fewer than {least} rows."
        yield charts.compared(rows, [measure], told, minimum=least), told


def _local_law_144(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    by: dict[tuple[str, str | None], dict[str, dict[str, Value]]] = {}
    for v in found.values:
        if v.group is not None and v.measure in _RATES:
            by.setdefault((v.attribute or "", v.label), {}).setdefault(v.group, {})[v.measure] = v
    rows: list[tuple[str, Mapping[str, Value]]] = []
    for (attribute, label), groups in by.items():
        rows += [(attribute if label is None else f"{attribute}: {label}", {}), *groups.items()]
    shown = [m for m in _RATES if any(m in values for _, values in rows)]
    if shown and len(rows) <= _MOST_ROWS:
        told = f"Rates and impact ratios by category, with {words.confidence(found.values)} intervals."
        yield charts.measures(rows, shown, told), told


def _explanation(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    ranked = _select.ranked(found)
    if ranked:
        told = f"{words.measure(ranked[0].measure)} with {words.confidence(ranked)} intervals, the largest first."
        yield charts.importance(ranked), told


def _groups(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    """Yield what was measured in each group, attributes alone unless there are intersections only."""
    compared = _select.Comparison(found)
    names = compared.single or compared.attributes
    rows = sum(1 + compared.count(a) for a in names)
    there = dict.fromkeys(v.measure for v in found.values if v.kind == "group" and v.lower is not None)
    if there and rows <= _MOST_ROWS:
        told = f"By group, with {words.confidence(found.values)} intervals. Hollow: fewer than {compared.minimum} rows."
        yield charts.rates(found, names, measures=list(there)[:_MOST_PANELS]), told


def _any(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    yield from curves(found, without=KINDS)
    yield from column_curves(found)
    yield from _by_class(found)
    yield from _groups(found)
    yield from forest([v for v in found.values if v.group is None and v.attribute is None])
    yield from _explanation(found)


_OURS: dict[str, Callable[[AssessmentResult], Iterator[tuple[Spec, str]]]] = {
    "performance": _performance,
    "calibration": _calibration,
    "comparison": _comparison,
    "explanation": _explanation,
    "individual_fairness": _individual,
    "label_bias": _label_bias,
    "local_law_144": _local_law_144,
    "fairness": _groups,
}
