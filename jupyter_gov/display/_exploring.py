"""What the explorer shows at one threshold and for some groups, as HTML; redrawn whole, so nothing in it folds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Context, Decimal
from typing import TYPE_CHECKING

from jupyter_gov.records import Assessment, AssessmentResult, Value

from . import _select, words
from ._fairness import flags
from ._parts import missing, pair
from .html import Html, el, join, name, table

if TYPE_CHECKING:
    from jupyter_gov.assessment import ThresholdCounts

MOST_GROUPS = 50
"""Groups that are listed; all chosen ones take part in the disparities."""

_CELLS = ("true_positives", "false_negatives", "false_positives", "true_negatives")
_FIXED = frozenset({*_select.CONFUSION, "prevalence"})
_STRIP = 100
_NOT_RECORDED = "Exploring: not recorded. The recorded assessment, above, is at the model’s own decisions."
_CHOSEN = "Intervals do not allow for a threshold or groups that were chosen after looking at these numbers."
_DIGITS = 17


def threshold(counts: ThresholdCounts, at: float) -> str:
    """Return a threshold as people write it, such as ``0.32``; no two of the thresholds read the same."""
    return number(shown(counts, at))


def shown(counts: ThresholdCounts, at: float) -> float:
    """Return the number that is shown for a threshold: of the fewest digits that decide every row as it does.

    Parameters
    ----------
    counts : ThresholdCounts
        What the threshold is one of.
    at : float
        One of its thresholds.
    """
    return simplest(at, float(counts.below[counts.position(at)]))


def number(value: float) -> str:
    """Return a number as people write it, with all its digits."""
    return repr(value + 0.0).removesuffix(".0").replace("-", "−")  # + 0.0: no negative zero


def simplest(value: float, below: float) -> float:
    """Return the number of the fewest significant digits in (below, value]; the nearest to `value` of these."""
    exact = Decimal(repr(float(value)))
    for digits in range(1, _DIGITS):
        found = float(Context(prec=digits, rounding=ROUND_FLOOR).create_decimal(exact))
        if found > below:
            return found
    return float(value)


def head(assessment: Assessment) -> Html:
    """Return what is explored, and that nothing of it is recorded."""
    rows = el("span", f" on {words.plural(assessment.rows, 'row')}", class_="jg-quiet")
    title = el("h3", name(assessment.model or "model"), rows)
    return el(
        "div",
        el("p", "Assessment · exploring", class_="jg-kicker"),
        title,
        el("p", _NOT_RECORDED),
        el("p", _CHOSEN, class_="jg-quiet"),
    )


def state(counts: ThresholdCounts, at: float | None, typed: float | None = None) -> Html:
    """Return what the threshold means: who is decided positive, and how that relates to the model's own decisions.

    Parameters
    ----------
    counts : ThresholdCounts
        What to compute from.
    at : float or None
        One of its thresholds; None where the model has no scores.
    typed : float, optional
        The number that was asked for, where it may be another than `at`.
    """
    if counts.default is None or at is None:
        return el("p", "The model gives no scores, so there is no threshold to move; groups can be compared.")
    tn, fp, fn, tp = counts.confusion(at).tolist()
    positive = name(counts.positive, limit=20)
    told = [f"Score ≥ {threshold(counts, at)}: {words.count(tp + fp)} of {words.plural(tn + fp + fn + tp, 'row')} are "]
    told.append("decided as ")
    lines = [el("p", el("b", join([*told, positive])), ".")]
    if typed is not None and typed != at:
        lines.append(el("p", _snapped(counts, at, typed)))
    if not counts.complete:
        number_of = words.count(len(counts.thresholds))
        lines.append(el("p", f"Thresholds are quantiles of the scores: {number_of} can be chosen.", class_="jg-quiet"))
    lines.append(el("p", _own(counts), class_="jg-quiet"))
    return join(lines)


def _snapped(counts: ThresholdCounts, at: float, typed: float) -> str:
    """Return what became of a number that was asked for."""
    here = threshold(counts, at)
    if counts.below[counts.position(at)] < typed <= at:
        return f"At {number(typed)} every row is decided as at {here}."
    which = "the next above" if typed < at else "the highest"
    return f"{number(typed)} is none of the {words.plural(len(counts.thresholds), 'threshold')}; {here} is {which}."


def _own(counts: ThresholdCounts) -> Html:
    """Return how the model's own decisions relate to a threshold on its scores."""
    default = counts.default
    if default is None:
        return Html("")
    usual = threshold(counts, default.usual)
    if default.own == default.usual:
        return join([f"The model’s own threshold is {usual}."])
    rows = f"{words.plural(default.otherwise, 'row')}"
    negative = name(counts.negative, limit=20)
    if default.own is None:
        return join([f"No threshold gives the model’s own decisions: they differ from {usual} in {rows}."])
    told = [f"The model’s own decisions are those at {threshold(counts, default.own)}, not at the usual {usual}: "]
    if default.ties == default.otherwise:
        return join([*told, f"it decides {rows} with a score of exactly {usual} as ", negative, "."])
    return join([*told, f"they differ in {rows}."])


def decisions(counts: ThresholdCounts, at: float | None) -> tuple[Html, Html]:
    """Return rates and the confusion table at a threshold, each beside those of the model's own decisions."""
    own = {v.measure: v for v in counts.performance()}
    here = own if at is None else {v.measure: v for v in counts.performance(at)}
    rows = [[words.measure(m), pair(v), pair(own[m])] for m, v in here.items() if m not in _FIXED]
    rates = table(["Decisions", *_columns(counts, at)], rows, class_="jg-pairs jg-explored")
    return rates, _confusion(counts, here, own)


def _columns(counts: ThresholdCounts, at: float | None) -> tuple[str, str]:
    """Return the headings of what is explored and of what it is compared with."""
    return ("here" if at is None else f"at {threshold(counts, at)}"), "model’s own"


def _confusion(counts: ThresholdCounts, here: dict[str, Value], own: dict[str, Value]) -> Html:
    labels = [name(label, limit=20) for label in (counts.positive, counts.negative)]
    cells = [
        join([el("b", words.count(here[c].value)), el("span", f"own {words.count(own[c].value)}", class_="jg-i")], " ")
        for c in _CELLS
    ]
    rows = [[join(["true ", label]), *cells[2 * i : 2 * i + 2]] for i, label in enumerate(labels)]
    return table(["Rows", *(join(["predicted ", label]) for label in labels)], rows, class_="jg-pairs jg-explored")


def groups(
    counts: ThresholdCounts, found: AssessmentResult, attribute: str, chosen: Sequence[int], at: float | None
) -> Html:
    """Return rates by group and the disparities between the chosen groups of an attribute.

    Parameters
    ----------
    counts : ThresholdCounts
        What to compute from.
    found : AssessmentResult
        The recorded fairness result, whose parameters say what a small group is.
    attribute : str
        An attribute or intersection.
    chosen : sequence of int
        Positions of its groups.
    at : float or None
        The threshold; None for the model's own decisions.
    """
    if len(chosen) < 2:
        return el("p", "Choose at least two groups to compare them.", class_="jg-undone")
    shown = chosen[:MOST_GROUPS]

    def compared(where: float | None) -> _select.Comparison:
        values = counts.by_group(attribute, shown, threshold=where)
        values += counts.disparities(attribute, chosen, threshold=where)
        return _select.Comparison(
            AssessmentResult(name="fairness", act="", parameters=found.parameters, values=tuple(values))
        )

    own = compared(None)
    here = own if at is None else compared(at)
    level = words.confidence(here.result.values)
    parts = [_disparities(here, own, attribute, len(chosen), _columns(counts, at)), _rates(here, own, attribute, level)]
    if len(chosen) > len(shown):
        more = words.plural(len(chosen) - len(shown), "more group")
        parts.append(el("p", f"and {more}, which take part in the disparities too", class_="jg-quiet"))
    return join(parts)


def _disparities(
    here: _select.Comparison, own: _select.Comparison, attribute: str, number: int, columns: tuple[str, str]
) -> Html:
    level = words.confidence(here.result.values)
    rows = []
    for criterion in _select.CRITERIA:
        row: list[object] = [words.measure(criterion)]
        row += [pair(c.disparity(attribute, criterion, k)) for k in ("difference", "ratio") for c in (here, own)]
        rows.append(row)
    caption = join(
        [f"Largest difference and smallest ratio between {number} groups of ", name(attribute), f", {level} intervals"]
    )
    above = [("", 1), ("Difference", 2), ("Ratio", 2)]
    return table(["Criterion", *columns, *columns], rows, caption=caption, class_="jg-pairs jg-explored", above=above)


def _rates(here: _select.Comparison, own: _select.Comparison, attribute: str, level: str) -> Html:
    before = {g.name: g.values for g in own.groups(attribute)}
    rows = [
        [flags(g), words.count(g.rows), *(_rate(g.values.get(m), before[g.name].get(m)) for m in _select.RATES)]
        for g in here.groups(attribute)
    ]
    caption = f"Rates by group with {level} intervals, from 0 to 1; the upright mark is the model’s own decisions"
    head = ["Group", "n", *(words.measure(m) for m in _select.RATES)]
    return table(head, rows, caption=caption, class_="jg-pairs jg-explored jg-strips")


def _rate(value: Value | None, own: Value | None) -> Html:
    if value is None or value.value is None:
        return missing()
    return join([_strip(value, own), pair(value)])


def _strip(value: Value, own: Value | None) -> Html:
    """Return a rate as a dot with its interval between 0 and 1; the number beside it says the same."""

    def line(x1: float, y1: int, x2: float, y2: int, kind: str) -> Html:
        return el("line", x1=_x(x1), y1=str(y1), x2=_x(x2), y2=str(y2), class_=kind)

    here = value.value or 0.0
    marks = [line(0, 7, 1, 7, "jg-axis")]
    if own is not None and own.value is not None:
        marks.append(line(own.value, 1, own.value, 13, "jg-own"))
    if value.lower is not None and value.upper is not None:
        marks.append(line(value.lower, 7, value.upper, 7, "jg-span"))
    marks.append(el("circle", cx=_x(here), cy="7", r="3.5"))
    return el("svg", *marks, viewBox=f"-4 0 {_STRIP + 8} 14", class_="jg-strip", aria_hidden="true")


def _x(share: float) -> str:
    return f"{share * _STRIP:.1f}"
