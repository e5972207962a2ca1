"""Performance as HTML."""

from __future__ import annotations

from jupyter_gov.records import Assessment, AssessmentResult

from . import _select, words
from ._figures import figures
from ._parts import Cite, no_citation
from ._tables import estimates, halves, measures, tables
from .html import Html, details, el, join, name, table

DECIDED = (
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "specificity",
    "negative_predictive_value",
    "f1",
    "matthews_corrcoef",
    "selection_rate",
    "prevalence",
)
"""Measures of decisions between two classes that are shown first."""

RANKING = ("roc_auc", "average_precision")


def performance(found: AssessmentResult, *, cite: Cite = no_citation, full: bool = False) -> Html:
    """Return how right decisions and scores are: measures, curves, the confusion table, each class."""
    drawn = figures(found, cite=cite)
    there = _select.estimates(found)
    decided, ranking = ([there[m] for m in wanted if m in there] for wanted in (DECIDED, RANKING))
    others = [v for m, v in there.items() if m not in {*DECIDED, *RANKING, *_select.CONFUSION}]
    if _select.confusion(found) is None:
        listed: list[object] = [estimates(found)]
    else:
        columns = ([measures(_decided(found), decided)], [measures("Ranking by score", ranking), _confusion(found)])
        listed = [el("div", *(el("div", *c, class_="jg-column") for c in columns), class_="jg-columns")]
    cited = el("p", cite(found), class_="jg-source") if cite(found) and not drawn else ""
    pictured = el("div", *drawn, class_="jg-columns") if drawn else ""
    more = Html("")
    if _select.confusion(found) is not None and others:
        more = details("More measures", halves("Measure", others))
    return join([*listed, pictured, more, tables(found, full=full, without=("estimate",)), cited])


def scores(assessment: Assessment, *, cite: Cite = no_citation) -> list[Html]:
    """Return what does not depend on a threshold: ranking, calibration, and the reliability curve."""
    found, calibration = _select.done(assessment, "performance"), _select.done(assessment, "calibration")
    ranking = [v for k, v in _select.estimates(found).items() if k in RANKING]
    parts = [measures("Ranking by score", ranking)]
    parts.append(measures("Probabilities", _select.estimates(calibration).values()))
    return parts + (figures(calibration, cite=cite)[:1] if calibration is not None else [])


def _decided(found: AssessmentResult) -> str:
    """Return what made the decisions that are measured."""
    told = found.parameters
    if told.get("threshold") is not None:
        return f"Decisions at a score of {told['threshold']:g} or more"
    return "Decisions as predicted" if told.get("decision") == "prediction" else "Decisions at the model’s threshold"


def _confusion(found: AssessmentResult) -> Html:
    counts = _select.confusion(found)
    if counts is None:
        return Html("")
    labels = [name(found.parameters.get(f"{which}_label", which), limit=20) for which in ("positive", "negative")]
    yes, no = (
        (counts["true_positives"], counts["false_negatives"]),
        (counts["false_positives"], counts["true_negatives"]),
    )
    rows = [[join(["true ", label]), *map(words.count, row)] for label, row in zip(labels, (yes, no), strict=True)]
    return table(["Rows", *(join(["predicted ", label]) for label in labels)], rows, class_="jg-measures")
