"""The parts of an assessment as HTML, the same in a notebook's card and in a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jupyter_gov.records import Assessment, AssessmentResult, Value

from . import _select, charts, words
from ._fairness import fairness
from ._parts import Cite, cells, figure, no_citation, notes, reason
from ._sentence import as_html, sentence
from .html import Html, details, el, join, name, table

__all__ = ["Cite", "explanation", "fairness", "figure", "lead", "notes", "performance", "reason", "tiles"]

RANKING = ("roc_auc", "average_precision")

_MOST_BARS = 12


def lead(assessment: Assessment) -> Html:
    """Return the result in a sentence."""
    return el("p", as_html(sentence(assessment)), class_="jg-lead")


def tiles(assessment: Assessment) -> Html:
    """Return the key numbers, large."""
    shown: list[tuple[object, Value]] = [(words.measure(v.measure), v) for v in _select.headlines(assessment, 3)]
    worst = _select.worst(assessment)
    if worst is not None:
        label = join([words.measure(worst.measure), " difference by ", name(worst.attribute or "", limit=30)])
        shown.append((label, worst))
    shown_tiles = [
        el(
            "div",
            el("dt", label),
            el("dd", el("b", words.number(v.value)), " ", el("span", words.interval(v), class_="jg-i")),
            class_="jg-tile",
        )
        for label, v in shown
    ]
    return el("dl", *shown_tiles, class_="jg-tiles") if shown_tiles else Html("")


def performance(assessment: Assessment, *, cite: Cite = no_citation) -> Html:
    """Return threshold, ranking and calibration measures with their intervals, and the reliability curve."""
    found, calibration = _select.done(assessment, "performance"), _select.done(assessment, "calibration")
    threshold = {k: v for k, v in _select.estimates(found).items() if k not in RANKING and k not in _select.CONFUSION}
    left = [_measures(_decided(found), threshold.values()), _confusion(found)]
    right = scores(assessment, cite=cite)
    columns = [el("div", *part, class_="jg-column") for part in (left, right) if any(part)]
    reasons = [reason(r) for r in _select.undone(assessment) if r.name in {"performance", "calibration"}]
    cited = el("p", cite(found), class_="jg-source") if found is not None and cite(found) else ""
    return join([el("div", *columns, class_="jg-columns"), cited, *reasons, notes(found, calibration)])


def scores(assessment: Assessment, *, cite: Cite = no_citation) -> list[Html]:
    """Return what does not depend on a threshold: ranking, calibration, and the reliability curve."""
    found, calibration = _select.done(assessment, "performance"), _select.done(assessment, "calibration")
    ranking = [v for k, v in _select.estimates(found).items() if k in RANKING]
    parts = [_measures("Ranking by score", ranking)]
    parts.append(_measures("Probabilities", _select.estimates(calibration).values()))
    points = charts.points_of(calibration.values) if calibration is not None else []
    if calibration is not None and len(points) > 1:
        told = ["Reliability: what happened against what was predicted, with "]
        told.append(f"{words.confidence(calibration.values)} intervals; the diagonal would be exact.")
        parts.append(figure(charts.reliability(points), join([*told, cite(calibration)])))
    return parts


def explanation(assessment: Assessment, *, cite: Cite = no_citation) -> Html:
    """Return how much the model relies on each column."""
    found = _select.done(assessment, "explanation")
    if found is None:
        missing = _select.result(assessment, "explanation")
        return reason(missing) if missing is not None else el("p", "The model was not explained.")
    ranked = sorted((v for v in found.values if v.kind == "importance"), key=lambda v: -(v.value or 0.0))
    if not ranked:
        return join([el("p", "No column has an importance."), notes(found)])
    caption = join(
        [_explained(found, ranked), " It says what the model relies on, not what causes the outcome.", cite(found)]
    )
    places = words.decimals(*(v.value for v in ranked))
    rows = [[name(v.attribute or ""), *cells(v, places)] for v in ranked]
    head = ["Column", words.measure(ranked[0].measure), f"{words.confidence(ranked)} interval", "n"]
    listed = details(
        f"All {words.plural(len(ranked), 'column')} as a table",
        table(head, rows, caption="Reliance of the model on each column", hidden_caption=True),
    )
    return join([figure(charts.importance(ranked, limit=_MOST_BARS), caption), listed, notes(found)])


def _explained(found: AssessmentResult, ranked: Sequence[Value]) -> str:
    told = found.parameters
    of = f", the {_MOST_BARS} largest of {len(ranked)} columns" if len(ranked) > _MOST_BARS else " by column"
    space = f" in units of {told['output']}" if told.get("output") else ""
    rows = (
        f" over {words.count(told['rows'])} of {words.plural(told['rows_available'], 'row')}"
        if "rows_available" in told
        else ""
    )
    label = "Mean absolute SHAP value" if "shap" in ranked[0].measure else words.measure(ranked[0].measure)
    return f"{label}{space}{rows}{of}, with {words.confidence(ranked)} intervals."


def _decided(found: AssessmentResult | None) -> str:
    """Return what made the decisions that are measured."""
    told = {} if found is None else found.parameters
    if told.get("threshold") is not None:
        return f"Decisions at a score of {told['threshold']:g} or more"
    return "Decisions as predicted" if told.get("decision") == "prediction" else "Decisions at the model’s threshold"


def _measures(title: str, values: Iterable[Value]) -> Html:
    listed = list(values)
    if not listed:
        return Html("")
    rows = [[words.measure(v.measure), *cells(v)] for v in listed]
    return table([title, "Value", f"{words.confidence(listed)} interval", "n"], rows, class_="jg-measures")


def _confusion(found: AssessmentResult | None) -> Html:
    counts = _select.confusion(found)
    if counts is None or found is None:
        return Html("")
    labels = [name(found.parameters.get(f"{which}_label", which), limit=20) for which in ("positive", "negative")]
    yes, no = (
        (counts["true_positives"], counts["false_negatives"]),
        (counts["false_positives"], counts["true_negatives"]),
    )
    rows = [[join(["true ", label]), *map(words.count, row)] for label, row in zip(labels, (yes, no), strict=True)]
    return table(["Rows", *(join(["predicted ", label]) for label in labels)], rows, class_="jg-measures")
