"""The parts of an assessment as HTML, the same in a notebook's card and in a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from jupyter_gov.records import Assessment, AssessmentResult, Value

from . import _select, charts, words
from ._sentence import as_html, sentence
from ._svg import svg
from .html import Html, bullets, details, el, join, name, table

Cite = Callable[[AssessmentResult], object]
"""Gives, for a result, the words that say which record and cell it comes from."""

RANKING = ("roc_auc", "average_precision")
COLUMNS = (
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
    "accuracy",
)
"""The metrics of the tables by group."""

_MOST_BARS = 12
_MOST_ROWS = 40
_MOST_NOTES = 2
_MOST_GROUPS, _MOST_GROUPS_FULL = 50, 200
_MOST_CROSSED = 15


def _no_citation(_: AssessmentResult) -> object:
    return ""


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
    cells = [
        el(
            "div",
            el("dt", label),
            el("dd", el("b", words.number(v.value)), " ", el("span", words.interval(v), class_="jg-i")),
            class_="jg-tile",
        )
        for label, v in shown
    ]
    return el("dl", *cells, class_="jg-tiles") if cells else Html("")


def performance(assessment: Assessment, *, cite: Cite = _no_citation) -> Html:
    """Return threshold, ranking and calibration measures with their intervals, and the reliability curve."""
    found, calibration = _select.done(assessment, "performance"), _select.done(assessment, "calibration")
    values = _select.estimates(found)
    ranking = {k: v for k, v in values.items() if k in RANKING}
    threshold = {k: v for k, v in values.items() if k not in RANKING and k not in _select.CONFUSION}
    calibrated = _select.estimates(calibration)
    left = [_measures("Decisions at the model’s threshold", threshold.values()), _confusion(found)]
    right = [_measures("Ranking by score", ranking.values()), _measures("Probabilities", calibrated.values())]
    if calibration is not None:
        points = charts.points_of(calibration.values)
        if len(points) > 1:
            caption = join(
                [
                    "Reliability: what happened against what was predicted, with ",
                    f"{words.confidence(calibration.values)} intervals; the diagonal would be exact.",
                    cite(calibration),
                ]
            )
            right.append(figure(charts.reliability(points), caption))
    columns = [el("div", *part, class_="jg-column") for part in (left, right) if any(part)]
    reasons = [reason(r) for r in _select.undone(assessment) if r.name in {"performance", "calibration"}]
    cited = el("p", cite(found), class_="jg-source") if found is not None and cite(found) else ""
    return join([el("div", *columns, class_="jg-columns"), cited, *reasons, notes(found, calibration)])


def fairness(assessment: Assessment, *, cite: Cite = _no_citation, full: bool = False) -> Html:
    """Return rates by group and the disparities between groups, each attribute alone and every intersection.

    Parameters
    ----------
    assessment : Assessment
        What was assessed.
    cite : callable, optional
        Says where a result comes from.
    full : bool
        Whether to draw intersections and disparities too, and list every metric, as a report does.
    """
    found = _select.done(assessment, "fairness")
    if found is None:
        missing = _select.result(assessment, "fairness")
        return reason(missing) if missing is not None else el("p", "Groups of people were not compared.")
    compared = _select.Comparison(found)
    overall = _select.overall_rates(assessment)
    most = _MOST_GROUPS_FULL if full else _MOST_GROUPS
    crossed = compared.crossed if full else compared.crossed[:_MOST_CROSSED]
    names = [*compared.single, *crossed]
    parts: list[object] = []
    if _rows(compared, compared.single) <= _MOST_ROWS:
        caption = _rates_caption(compared, cite, overall)
        parts.append(figure(charts.rates(found, compared.single, overall=overall), caption))
    parts.append(_criteria(compared, names))
    if full and len(names) <= _MOST_ROWS:
        told = "Largest difference between groups by three criteria, with intervals that allow for the choice of the "
        caption = join([told, "extremes; at the line there is no difference.", cite(found)])
        parts.append(figure(charts.disparities(found, names), caption))
    parts += [details(join(["Rates by group: ", name(a)]), _by_group(compared, a, most)) for a in compared.single]
    if crossed and full and _rows(compared, crossed) <= _MOST_ROWS:
        caption = _rates_caption(compared, cite, overall)
        parts.append(figure(charts.rates(found, crossed, overall=overall), caption))
    parts += [details(join(["Rates by intersection: ", name(a)]), _by_group(compared, a, most)) for a in crossed]
    every = _every(compared, names if full else compared.single)
    parts.append(details("Differences and ratios of every metric", every, printed=False))
    if full:
        parts.append(details("Every metric of every group", _all_groups(compared, most), printed=False))
    if len(crossed) < len(compared.crossed):
        left = words.plural(len(compared.crossed) - len(crossed), "more intersection")
        parts.append(el("p", f"{left} on record; gov.fairness lists them.", class_="jg-quiet"))
    return join([*parts, notes(found)])


def explanation(assessment: Assessment, *, cite: Cite = _no_citation) -> Html:
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
    rows = [[name(v.attribute or ""), *_cells(v, places)] for v in ranked]
    head = ["Column", words.measure(ranked[0].measure), f"{words.confidence(ranked)} interval", "n"]
    listed = details(
        f"All {words.plural(len(ranked), 'column')} as a table",
        table(head, rows, caption="Reliance of the model on each column", hidden_caption=True),
    )
    return join([figure(charts.importance(ranked, limit=_MOST_BARS), caption), listed, notes(found)])


def figure(spec: charts.Spec, caption: object) -> Html:
    """Return a chart with its caption.

    It is `hidden` until this package's style shows it: a front end that takes style and SVG out of an untrusted
    notebook would else leave the chart's words behind in a heap. The tables say the same.
    """
    try:
        drawn = Html(svg(spec))
    except ValueError:
        # A chart that cannot be drawn must not cost the reader the numbers.
        return el("p", "A chart could not be drawn here; the tables say the same.", class_="jg-undone")
    return el(
        "figure", el("div", drawn, class_="jg-scroll"), el("figcaption", caption), class_="jg-figure", hidden=True
    )


def reason(found: AssessmentResult) -> Html:
    """Return why an assessment was not done."""
    word = "failed" if found.status == "failed" else "was not done"
    return el(
        "p",
        el("b", f"{words.measure(found.name)} {word}."),
        " ",
        words.shorten(found.reason or "No reason was recorded.", 600),
        class_=f"jg-undone jg-{found.status}",
    )


def notes(*results: AssessmentResult | None) -> Html:
    """Return the notes of results as a list, long ones cut; many are folded."""
    told = [words.shorten(n, 700) for r in results if r is not None for n in dict.fromkeys(r.notes)]
    if len(told) <= _MOST_NOTES:
        return bullets(told)
    return details(f"Notes ({len(told)})", bullets(told))


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


def _measures(title: str, values: Iterable[Value]) -> Html:
    listed = list(values)
    if not listed:
        return Html("")
    rows = [[words.measure(v.measure), *_cells(v)] for v in listed]
    return table([title, "Value", f"{words.confidence(listed)} interval", "n"], rows, class_="jg-measures")


def _confusion(found: AssessmentResult | None) -> Html:
    cells = _select.confusion(found)
    if cells is None or found is None:
        return Html("")
    labels = [name(found.parameters.get(f"{which}_label", which), limit=20) for which in ("positive", "negative")]
    yes, no = (cells["true_positives"], cells["false_negatives"]), (cells["false_positives"], cells["true_negatives"])
    rows = [[join(["true ", label]), *map(words.count, row)] for label, row in zip(labels, (yes, no), strict=True)]
    return table(["Rows", *(join(["predicted ", label]) for label in labels)], rows, class_="jg-measures")


def _cells(v: Value, places: int | None = None) -> list[object]:
    value: object = el("b", words.number(v.value, places)) if v.value is not None else _missing()
    if places is None:
        places = words.decimals(v.value, v.lower, v.upper)
    return [value, el("span", words.interval(v, places) or "–", class_="jg-i"), words.count(v.n)]


def _missing() -> Html:
    return el("span", words.NOT_ESTIMABLE, class_="jg-missing")


def _pair(v: Value | None, places: int = 3) -> Html:
    """Return a value above its interval."""
    if v is None or v.value is None:
        return _missing()
    number = el("b", words.number(v.value, places))
    return join([number, el("span", words.interval(v, places), class_="jg-i")], " ")


def _flags(group: _select.Group) -> Html:
    flags = [word for word, there in (("unknown", group.unknown), ("small", group.small)) if there]
    return join([name(group.name), *(el("span", f, class_="jg-flag") for f in flags)], " ")


def _rows(compared: _select.Comparison, attributes: Sequence[str]) -> int:
    return sum(1 + compared.count(a) for a in attributes)


def _rates_caption(compared: _select.Comparison, cite: Cite, overall: object) -> Html:
    told = [
        f"Rates by group with {words.confidence(compared.result.values)} intervals. ",
        f"Hollow: fewer than {compared.minimum} rows. Grey: attribute unknown. ",
        "Dashed line: all rows." if overall else "",
        cite(compared.result),
    ]
    return join(told)


def _criteria(compared: _select.Comparison, names: Sequence[str]) -> Html:
    rows = []
    for attribute in names:
        row: list[object] = [name(attribute)]
        for criterion in _select.CRITERIA:
            row += [_pair(compared.disparity(attribute, criterion, kind)) for kind in ("difference", "ratio")]
        rows.append(row)
    level = words.confidence(compared.result.values)
    return table(
        ["Attribute", *("difference", "ratio") * len(_select.CRITERIA)],
        rows,
        caption=f"Largest difference and smallest ratio between groups, with {level} intervals",
        class_="jg-pairs",
        above=[("", 1), *((words.measure(c), 2) for c in _select.CRITERIA)],
    )


def _by_group(compared: _select.Comparison, attribute: str, most: int) -> Html:
    groups = compared.groups(attribute)
    measures = [m for m in COLUMNS if any(m in g.values for g in groups)]
    rows = [[_flags(g), words.count(g.rows), *(_pair(g.values.get(m)) for m in measures)] for g in groups[:most]]
    caption = join(["Rates by ", name(attribute), f" with {words.confidence(compared.result.values)} intervals"])
    head = ["Group", "n", *(words.measure(m) for m in measures)]
    made = table(head, rows, caption=caption, class_="jg-pairs", hidden_caption=True)
    return join([made, _left(len(groups), most)])


def _every(compared: _select.Comparison, names: Sequence[str]) -> Html:
    rows = [
        [
            name(attribute),
            words.measure(m),
            *(_pair(compared.disparity(attribute, m, kind)) for kind in ("difference", "ratio")),
        ]
        for attribute in names
        for m in compared.compared(attribute)
    ]
    caption = "Largest difference and smallest ratio between groups for every metric"
    head = ["Attribute", "Metric", "Difference", "Ratio"]
    return table(head, rows, caption=caption, hidden_caption=True, text_columns=2)


def _all_groups(compared: _select.Comparison, most: int) -> Html:
    rows = [
        [name(a), name(g.name), words.measure(m), *_cells(v, 3)]
        for a in compared.attributes
        for g in compared.groups(a)[:most]
        for m, v in g.values.items()
    ]
    head = ["Attribute", "Group", "Metric", "Value", f"{words.confidence(compared.result.values)} interval", "n"]
    return table(head, rows, caption="Every metric of every group", hidden_caption=True, text_columns=3)


def _left(total: int, most: int) -> Html:
    return (
        el("p", f"and {words.plural(total - most, 'more group')} on record", class_="jg-quiet")
        if total > most
        else Html("")
    )
