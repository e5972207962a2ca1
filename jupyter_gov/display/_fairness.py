"""Fairness as HTML: rates by group, and the disparities between groups."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_gov.records import Assessment

from . import _select, charts, words
from ._parts import Cite, cells, figure, no_citation, notes, pair, reason
from .html import Html, details, el, join, name, table

COLUMNS = (
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
    "accuracy",
)
"""The metrics of the tables by group."""

_MOST_ROWS = 40
_MOST_GROUPS, _MOST_GROUPS_FULL = 50, 200
_MOST_CROSSED = 15


def fairness(assessment: Assessment, *, cite: Cite = no_citation, full: bool = False) -> Html:
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
            row += [pair(compared.disparity(attribute, criterion, kind)) for kind in ("difference", "ratio")]
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
    rows = [[flags(g), words.count(g.rows), *(pair(g.values.get(m)) for m in measures)] for g in groups[:most]]
    caption = join(["Rates by ", name(attribute), f" with {words.confidence(compared.result.values)} intervals"])
    head = ["Group", "n", *(words.measure(m) for m in measures)]
    made = table(head, rows, caption=caption, class_="jg-pairs", hidden_caption=True)
    return join([made, _left(len(groups), most)])


def flags(group: _select.Group) -> Html:
    """Return the name of a group, with what the reader should know about it."""
    told = [
        word
        for word, there in (("unknown", group.unknown and group.name != _select.UNKNOWN), ("small", group.small))
        if there
    ]
    return join([name(group.name), *(el("span", f, class_="jg-flag") for f in told)], " ")


def _every(compared: _select.Comparison, names: Sequence[str]) -> Html:
    rows = [
        [
            name(attribute),
            words.measure(m),
            *(pair(compared.disparity(attribute, m, kind)) for kind in ("difference", "ratio")),
        ]
        for attribute in names
        for m in compared.compared(attribute)
    ]
    caption = "Largest difference and smallest ratio between groups for every metric"
    head = ["Attribute", "Metric", "Difference", "Ratio"]
    return table(head, rows, caption=caption, hidden_caption=True, text_columns=2)


def _all_groups(compared: _select.Comparison, most: int) -> Html:
    rows = [
        [name(a), name(g.name), words.measure(m), *cells(v, 3)]
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
