"""Dots with intervals: one row for each name, one panel for each measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from jupyter_gov.records import Value

from .. import words
from ._frame import ACCENT, BELOW, INK, MUTED, PAPER, ROW, UNIT, WIDTH, Spec, axis, cut, frame, heading, pixels, shown

_LABELS = (120, 300)
_ALONE = (120, 400)
"""How wide names may be where several panels, or a single one, stand beside them."""

_INDENT = 10
_BOLD = 1.08
_TICK = 60
_NOTE = 58
_GAP = 26


class Row:
    """One line of a dot chart: a heading, or a name with a value in each panel.

    Parameters
    ----------
    label : str
        A name.
    note : str
        What stands beside it, small.
    heading : bool
        Whether it heads the rows below it.
    values : mapping of str to Value, optional
        What is drawn in each panel, by its key.
    quiet, grey : bool
        Whether its dots are hollow; whether they are grey.
    missing : str
        What stands where there is no value.
    second : mapping of str to float, optional
        A second mark in each panel, by its key: an upright tick, such as where the value was before.
    """

    def __init__(
        self,
        label: str,
        *,
        note: str = "",
        heading: bool = False,
        values: Mapping[str, Value] | None = None,
        quiet: bool = False,
        grey: bool = False,
        missing: str = words.NOT_ESTIMABLE,
        second: Mapping[str, float] | None = None,
    ) -> None:
        self.label, self.note, self.heading = shown(label), note, heading
        self.values, self.missing, self.second = values or {}, missing, second or {}
        self.fill = PAPER if quiet else MUTED if grey else ACCENT
        self.stroke = MUTED if grey else ACCENT


class Panel:
    """One column of a dot chart: a measure on its own axis.

    Parameters
    ----------
    title, key : str
        What stands above it; which of a row's values it draws.
    reference : float, optional
        Where a dashed line stands.
    domain : (float, float)
    bars : bool
        Whether a bar runs from zero to each value.
    signed : bool
        Whether values below zero have another colour.
    """

    def __init__(
        self,
        title: str,
        key: str,
        *,
        reference: float | None = None,
        domain: tuple[float, float] = UNIT,
        bars: bool = False,
        signed: bool = False,
    ) -> None:
        self.title, self.key, self.reference, self.domain, self.bars = title, key, reference, domain, bars
        self.signed = signed


def dots(rows: Sequence[Row], panels: Sequence[Panel], about: str) -> Spec:
    """Return a chart of rows by panels."""
    labels = _room(rows, _LABELS if len(panels) > 1 else _ALONE)
    width = (WIDTH - labels - _GAP * len(panels)) // max(1, len(panels))
    order = [str(i) for i in range(len(rows))]
    shared = {"height": ROW * len(rows)}
    columns = [
        _labels(rows, order, labels) | shared,
        *(_panel(p, rows, order, width) | shared | {"width": width} for p in panels),
    ]
    return frame(about, {"hconcat": columns, "spacing": _GAP})


def labels_of(rows: Sequence[Row], order: Sequence[str], *, room: tuple[int, int] = _LABELS) -> Spec:
    """Return the names of rows as a panel, as wide as they need within `room`."""
    return _labels(rows, order, _room(rows, room))


def _room(rows: Sequence[Row], room: tuple[int, int] = _LABELS) -> int:
    extra = (_INDENT if any(r.heading for r in rows) else 0) + (_NOTE if any(r.note for r in rows) else 0)
    widths = (pixels(r.label) * _BOLD if r.heading else pixels(r.label) + extra for r in rows)
    return math.ceil(min(max([*widths, room[0]]), room[1]))


def _y(order: Sequence[str]) -> Spec:
    return {"field": "row", "type": "ordinal", "scale": {"domain": list(order)}, "axis": None}


def _labels(rows: Sequence[Row], order: Sequence[str], width: int) -> Spec:
    indent = _INDENT if any(r.heading for r in rows) else 0
    notes = any(r.note for r in rows)

    def texts(headings: bool) -> list[Spec]:
        room = width if headings else width - indent - (_NOTE if notes else 0)
        return [
            {"row": order[i], "label": cut(r.label, room / _BOLD if headings else room), "note": r.note}
            for i, r in enumerate(rows)
            if r.heading is headings
        ]

    base = {"type": "text", "align": "left", "fontSize": 11.5}
    layers: list[Spec] = [
        _text(texts(True), order, {**base, "fontWeight": 600, "color": INK, "x": 0}, "label"),
        _text(texts(False), order, {**base, "color": INK, "x": indent}, "label"),
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


def _panel(panel: Panel, rows: Sequence[Row], order: Sequence[str], width: int) -> Spec:
    known, unknown, ticked = [], [], []
    for i, row in enumerate(rows):
        value = row.values.get(panel.key)
        if row.heading:
            continue
        if panel.key in row.second:
            ticked.append({"row": order[i], "value": row.second[panel.key]})
        if value is None or value.value is None:
            unknown.append({"row": order[i], "label": row.missing})
            continue
        low, high = value.lower, value.upper
        below = panel.signed and value.value < 0
        colours = {"fill": row.fill, "stroke": row.stroke} if not below else {"fill": BELOW, "stroke": BELOW}
        point = {"row": order[i], "value": value.value} | colours
        known.append(
            point | {"lower": value.value if low is None else low, "upper": value.value if high is None else high}
        )
    ticks = axis(panel.domain, ticks=min(5, max(2, width // _TICK)))
    x = {"type": "quantitative", "scale": {"domain": list(panel.domain), "nice": False}, "axis": ticks}
    y = _y(order)
    raw = {
        "fill": {"field": "fill", "type": "nominal", "scale": None},
        "stroke": {"field": "stroke", "type": "nominal", "scale": None},
    }
    ends = {"x": {**x, "field": "lower"}, "x2": {"field": "upper"}, "y": y}
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
        colour = {"fill": raw["fill"]} if panel.signed else {}
        layers.append({"mark": bar, "encoding": {"x": {**x, "field": "value"}, "x2": {"datum": 0}, "y": y, **colour}})
    if ticked:
        tick = {"type": "tick", "orient": "vertical", "color": MUTED, "thickness": 2, "height": ROW * 0.6}
        layers.append({"data": {"values": ticked}, "mark": tick, "encoding": {"x": {**x, "field": "value"}, "y": y}})
    layers += [
        {"mark": {"type": "rule", "strokeWidth": 1.75}, "encoding": {**ends, "stroke": raw["stroke"]}},
        {
            "mark": {"type": "point", "shape": "circle", "size": 40, "strokeWidth": 1.5, "opacity": 1},
            "encoding": {"x": {**x, "field": "value"}, "y": y, **raw},
        },
    ]
    if unknown:
        style = {"type": "text", "align": "left", "fontSize": 10.5, "color": MUTED, "fontStyle": "italic", "x": 3}
        layers.append(_text(unknown, order, style, "label"))
    return {
        "title": heading(cut(panel.title, width * 0.95)) | {"frame": "group"},
        "data": {"values": known},
        "layer": layers,
    }
