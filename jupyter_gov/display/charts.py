"""One Vega-Lite specification per figure; the same for the card, the report and a live notebook.

Colours are those of the light theme; `svg` output can be recoloured by style sheets that match them, as this package's
do, so that a dark page needs no second chart. Names reach a chart as data, never as part of an expression.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jupyter_gov.records import AssessmentResult, Value

from . import _select, words
from .html import clean

Spec = dict[str, Any]
"""A Vega-Lite specification."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
INK, MUTED, LINE, ACCENT, PAPER = "#1b1f24", "#5c6670", "#dfe3e8", "#2b5fab", "#fefefe"
"""Text, secondary text, grid, data, background: each is used for nothing else, so that it can be replaced."""

FONT = "Helvetica, Arial, sans-serif"
ROW = 19
_LABELS = (120, 300)
_NARROW = frozenset("fijlrtI.,:;'|!()[]- ")
_INDENT = 10
_NOTE = 50
_WIDTH = 720
_GAP = 18


def rates(
    found: AssessmentResult,
    attributes: Sequence[str],
    *,
    overall: Mapping[str, float] | None = None,
    measures: Sequence[str] = _select.RATES,
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
    """
    compared = _select.Comparison(found)
    rows: list[_Row] = []
    for attribute in attributes:
        rows.append(_Row(attribute, heading=True))
        for group in compared.groups(attribute):
            note = f"  n={words.count(group.rows)}"
            rows.append(_Row(group.name, note=note, values=group.values, quiet=group.small, grey=group.unknown))
    panels = [_Panel(words.measure(m), m, reference=(overall or {}).get(m)) for m in measures]
    shown = ", ".join(words.lower_first(p.title) for p in panels)
    about = f"Dots with intervals for {shown}, one row for each group of {_listed(attributes)}."
    return _dots(rows, panels, about)


def disparities(
    found: AssessmentResult, attributes: Sequence[str], *, measures: Sequence[str] = _select.CRITERIA
) -> Spec:
    """Return dots with intervals: the largest difference between groups, by attribute and criterion."""
    compared = _select.Comparison(found)
    rows = []
    for attribute in attributes:
        pairs = ((m, compared.disparity(attribute, m, "difference")) for m in measures)
        rows.append(_Row(attribute, values={m: v for m, v in pairs if v is not None}))
    panels = [_Panel(words.measure(m), m, reference=0.0) for m in measures]
    about = f"Largest difference between groups with its interval, by {_listed(attributes)}."
    return _dots(rows, panels, about)


def importance(values: Sequence[Value], *, limit: int = 12) -> Spec:
    """Return bars with intervals: how much the model relies on each column, the `limit` largest."""
    ranked = sorted((v for v in values if v.value is not None), key=lambda v: -(v.value or 0.0))[:limit]
    rows = [_Row(v.attribute or "", values={"x": v}) for v in ranked]
    top = max((v.upper if v.upper is not None else v.value or 0.0 for v in ranked), default=1.0) or 1.0
    panel = _Panel(words.measure(ranked[0].measure) if ranked else "", "x", domain=(0.0, top), bars=True)
    about = f"Bars with intervals: {panel.title} of {words.plural(len(rows), 'column')}, largest first."
    return _dots(rows, [panel], about)


def reliability(points: Sequence[Mapping[str, float | None]]) -> Spec:
    """Return the reliability curve: what happened against what was predicted, with its band.

    Parameters
    ----------
    points : sequence of mapping
        One for each bin: ``predicted``, ``observed``, ``lower``, ``upper``, ``n``.
    """
    values = [dict(p) for p in points]
    unit = {"domain": [0, 1], "nice": False}
    axis = {"values": [0, 0.25, 0.5, 0.75, 1], "format": ".2~f", "grid": True}
    x = {
        "field": "predicted",
        "type": "quantitative",
        "scale": unit,
        "axis": {**axis, "title": "predicted probability"},
    }
    y = {"field": "observed", "type": "quantitative", "scale": unit, "axis": {**axis, "title": "observed share"}}
    bounds = {"y": {**y, "field": "lower"}, "y2": {"field": "upper"}}
    diagonal = {"values": [{"predicted": 0, "observed": 0}, {"predicted": 1, "observed": 1}]}
    layers = [
        {
            "data": diagonal,
            "mark": {"type": "line", "color": MUTED, "strokeDash": [3, 3], "strokeWidth": 1},
            "encoding": {"x": x, "y": y},
        },
        {"mark": {"type": "area", "color": ACCENT, "opacity": 0.14}, "encoding": {"x": x, **bounds}},
        {"mark": {"type": "line", "color": ACCENT, "strokeWidth": 1.5}, "encoding": {"x": x, "y": y}},
        {
            "mark": {"type": "point", "filled": True, "fill": ACCENT, "stroke": PAPER, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "size": {
                    "field": "n",
                    "type": "quantitative",
                    "scale": {"range": [24, 130], "zero": True},
                    "legend": None,
                },
            },
        },
    ]
    about = f"Observed share against predicted probability in {words.plural(len(values), 'bin')}, with intervals."
    return _frame(about, {"data": {"values": values}, "width": 300, "height": 200, "layer": layers})


class _Row:
    """One line of a dot chart: a heading, or a name with a value in each panel."""

    def __init__(
        self,
        label: str,
        *,
        note: str = "",
        heading: bool = False,
        values: Mapping[str, Value] | None = None,
        quiet: bool = False,
        grey: bool = False,
    ) -> None:
        self.label, self.note, self.heading = (
            words.shorten(words.printable(clean(label)), 80) or "(empty)",
            note,
            heading,
        )
        self.values = values or {}
        self.fill = PAPER if quiet else MUTED if grey else ACCENT
        self.stroke = MUTED if grey else ACCENT


class _Panel:
    """One column of a dot chart: a measure on its own axis."""

    def __init__(
        self,
        title: str,
        key: str,
        *,
        reference: float | None = None,
        domain: tuple[float, float] = (0.0, 1.0),
        bars: bool = False,
    ) -> None:
        self.title, self.key, self.reference, self.domain, self.bars = title, key, reference, domain, bars


def _dots(rows: Sequence[_Row], panels: Sequence[_Panel], about: str) -> Spec:
    longest = max((_pixels(r.label) for r in rows), default=0.0)
    extra = (_INDENT if any(r.heading for r in rows) else 0) + (_NOTE if any(r.note for r in rows) else 0)
    labels = math.ceil(min(max(longest + extra, _LABELS[0]), _LABELS[1]))
    width = (_WIDTH - labels - _GAP * len(panels)) // len(panels)
    order = [str(i) for i in range(len(rows))]
    shared = {"height": ROW * len(rows)}
    columns = [
        _labels(rows, order, labels) | shared,
        *(_panel(p, rows, order) | shared | {"width": width} for p in panels),
    ]
    return _frame(about, {"hconcat": columns, "spacing": _GAP})


def _pixels(label: str) -> float:
    """Return roughly how wide a label is; a little too wide rather than too narrow."""
    return 11.5 * sum(
        0.33 if c in _NARROW else 1.0 if words.width(c) > 1 or c in "MW@" else 0.7 if c.isupper() else 0.56
        for c in label
    )


def _cut(label: str, room: float) -> str:
    # Vega's own `limit` may cut a character outside of the basic plane in half, which the renderer then refuses.
    while _pixels(label) > room:
        label = words.shorten(label, len(label) - 1)
    return label


def _listed(names: Sequence[str]) -> str:
    return ", ".join(words.shorten(words.printable(clean(n)), 40) for n in names)


def _y(order: Sequence[str]) -> Spec:
    return {"field": "row", "type": "ordinal", "scale": {"domain": list(order)}, "axis": None}


def _labels(rows: Sequence[_Row], order: Sequence[str], width: int) -> Spec:
    indent = _INDENT if any(r.heading for r in rows) else 0
    notes = any(r.note for r in rows)

    def texts(headings: bool) -> list[Spec]:
        room = width if headings else width - indent - (_NOTE if notes else 0)
        return [
            {"row": order[i], "label": _cut(r.label, room), "note": r.note}
            for i, r in enumerate(rows)
            if r.heading is headings
        ]

    base = {"type": "text", "align": "left", "fontSize": 11.5}
    layers: list[Spec] = [
        _text(texts(True), order, {**base, "fontWeight": 600, "color": INK, "x": 0}, "label"),
        _text(
            texts(False),
            order,
            {**base, "color": INK, "x": indent},
            "label",
        ),
    ]
    if notes:
        style = {**base, "align": "right", "fontSize": 10.5, "color": MUTED, "x": width}
        layers.append(_text(texts(False), order, style, "note"))
    return {"width": width, "layer": [layer for layer in layers if layer["data"]["values"]] or layers[:1]}


def _text(values: list[Spec], order: Sequence[str], mark: Spec, field: str) -> Spec:
    return {
        "data": {"values": values},
        "mark": mark,
        "encoding": {"y": _y(order), "text": {"field": field, "type": "nominal"}},
    }


def _panel(panel: _Panel, rows: Sequence[_Row], order: Sequence[str]) -> Spec:
    known, unknown = [], []
    for i, row in enumerate(rows):
        value = row.values.get(panel.key)
        if row.heading:
            continue
        if value is None or value.value is None:
            unknown.append({"row": order[i], "label": words.NOT_ESTIMABLE})
            continue
        low, high = value.lower, value.upper
        point = {"row": order[i], "value": value.value, "fill": row.fill, "stroke": row.stroke}
        known.append(
            point | {"lower": value.value if low is None else low, "upper": value.value if high is None else high}
        )
    x = {"type": "quantitative", "scale": {"domain": list(panel.domain), "nice": False}, "axis": _axis(panel)}
    y = _y(order)
    raw = {
        "fill": {"field": "fill", "type": "nominal", "scale": None},
        "stroke": {"field": "stroke", "type": "nominal", "scale": None},
    }
    span = {"x": {**x, "field": "lower"}, "x2": {"field": "upper"}, "y": y}
    layers: list[Spec] = []
    if panel.reference is not None:
        layers.append(
            {
                "data": {"values": [{"value": panel.reference}]},
                "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1, "strokeDash": [3, 2]},
                "encoding": {"x": {**x, "field": "value"}},
            }
        )
    if panel.bars:
        bar = {"type": "bar", "color": ACCENT, "opacity": 0.3, "height": ROW * 0.58, "cornerRadiusEnd": 2}
        layers.append({"mark": bar, "encoding": {"x": {**x, "field": "value"}, "x2": {"datum": 0}, "y": y}})
    layers += [
        {"mark": {"type": "rule", "strokeWidth": 1.75}, "encoding": {**span, "stroke": raw["stroke"]}},
        {
            "mark": {"type": "point", "shape": "circle", "size": 40, "strokeWidth": 1.5, "opacity": 1},
            "encoding": {"x": {**x, "field": "value"}, "y": y, **raw},
        },
    ]
    if unknown:
        style = {"type": "text", "align": "left", "fontSize": 10.5, "color": MUTED, "fontStyle": "italic", "x": 3}
        layers.append(_text(unknown, order, style, "label"))
    title = {
        "text": words.shorten(clean(panel.title), 60),
        "anchor": "start",
        "fontSize": 11.5,
        "fontWeight": 600,
        "color": INK,
        "offset": 6,
    }
    return {"title": title, "data": {"values": known}, "layer": layers}


def _axis(panel: _Panel) -> Spec:
    if panel.domain == (0.0, 1.0):
        return {"values": [0, 0.25, 0.5, 0.75, 1], "format": ".2~f", "title": None}
    return {"tickCount": 5, "title": None}


def _frame(about: str, body: Spec) -> Spec:
    """Return a whole specification with the look that all charts share."""
    axis = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 10.5,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domain": False,
        "ticks": False,
        "labelPadding": 5,
    }
    config = {"font": FONT, "axis": axis, "view": {"stroke": None}, "aria": False}
    described = {"$schema": SCHEMA, "description": clean(about), "background": None, "padding": 2}
    return described | body | {"config": config}


def points_of(values: Iterable[Value]) -> list[dict[str, float | None]]:
    """Return the bins of a calibration result as points of the reliability curve.

    The values of kind ``bin`` come in pairs: ``mean_score`` of a bin and the ``observed_rate`` in it.
    """
    bins: dict[str, dict[str, float | None]] = {}
    for v in values:
        if v.kind != "bin" or v.group is None or v.value is None:
            continue
        point = bins.setdefault(v.group, {})
        if v.measure == "mean_score":
            point["predicted"] = v.value
        elif v.measure == "observed_rate":
            low, high = (v.value if limit is None else limit for limit in (v.lower, v.upper))
            point |= {"observed": v.value, "lower": low, "upper": high, "n": v.n}
    return [p for p in bins.values() if {"predicted", "observed"} <= p.keys()]
