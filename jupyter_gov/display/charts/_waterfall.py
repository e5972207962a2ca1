"""From what is usual to one row's output, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import words
from ._dots import Row, labels_of
from ._frame import ACCENT, BELOW, INK, MUTED, PAPER, WIDTH, Spec, axis, frame, span

_ROW = 24
_LABELS = (120, 360)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A column's part of a row's output.

    Attributes
    ----------
    label : str
        The column, with its value where the reader may see it.
    value : float
        How much it adds.
    lower, upper : float or None
        The interval of `value`.
    """

    label: str
    value: float
    lower: float | None = None
    upper: float | None = None


def waterfall(
    steps: Sequence[Step],
    *,
    base: float,
    x: str,
    about: str,
    start: str = "average",
    end: str = "this row",
    threshold: float | None = None,
) -> Spec:
    """Return bars that lead from a base to an output, what raises it in one colour and what lowers it in another.

    Parameters
    ----------
    steps : sequence of Step
        In the order in which they are drawn; a last one for all other columns makes the end the output.
    base : float
        Where the bars start.
    x : str
        The title of the axis.
    about : str
        The description for who cannot see it.
    start, end : str
        What the base and the end are.
    threshold : float, optional
        Where the decision changes, on the same axis: a dashed line.
    """
    bars: list[Spec] = []
    ends: list[Spec] = []
    at = base
    places = words.decimals(*(s.value for s in steps))
    for i, step in enumerate(steps, start=1):
        to = at + step.value
        colour = ACCENT if step.value >= 0 else BELOW
        told = words.number(step.value, places) if step.value < 0 else f"+{words.number(step.value, places)}"
        bars.append({"row": str(i), "from": at, "to": to, "fill": colour, "label": told, "above": max(at, to)})
        if step.lower is not None and step.upper is not None:
            ends.append({"row": str(i), "lower": at + step.lower, "upper": at + step.upper})
        at = to
    last = str(len(steps) + 1)
    totals = [
        {"row": "0", "x": base, "label": words.number(base)},
        {"row": last, "x": at, "label": words.number(at)},
    ]
    rows = [Row(start), *(Row(s.label) for s in steps), Row(end)]
    order = [str(i) for i in range(len(rows))]
    lines = [base, at, threshold, *(v for b in bars for v in (b["from"], b["to"]))]
    low, high = span([*lines, *(e[k] for e in ends for k in ("lower", "upper"))])
    domain = (low, high + 0.1 * (high - low))  # room for what is written at a bar's right
    height = _ROW * len(rows)
    labels = labels_of(rows, order, room=_LABELS) | {"height": height}
    width = WIDTH - labels["width"] - 20
    across: Spec = {
        "type": "quantitative",
        "scale": {"domain": list(domain), "nice": False},
        "axis": axis(domain, x, ticks=7),
    }
    y = {"field": "row", "type": "ordinal", "scale": {"domain": order}, "axis": None}
    links = [{"x": base, "row": "0", "to": "1"}] if bars else []
    links += [{"x": b["to"], "row": b["row"], "to": str(int(b["row"]) + 1)} for b in bars]
    layers: list[Spec] = [
        {
            "data": {"values": links},
            "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1},
            "encoding": {"x": {**across, "field": "x"}, "y": y, "y2": {"field": "to"}},
        },
        {
            "data": {"values": bars},
            "mark": {"type": "bar", "height": _ROW * 0.62, "opacity": 0.85},
            "encoding": {
                "x": {**across, "field": "from"},
                "x2": {"field": "to"},
                "y": y,
                "fill": {"field": "fill", "type": "nominal", "scale": None},
            },
        },
        {
            "data": {"values": ends},
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.25},
            "encoding": {"x": {**across, "field": "lower"}, "x2": {"field": "upper"}, "y": y},
        },
        {
            "data": {"values": totals},
            "mark": {"type": "point", "shape": "circle", "filled": True, "fill": INK, "size": 48, "opacity": 1},
            "encoding": {"x": {**across, "field": "x"}, "y": y},
        },
        *_written([{**b, "x": max(b["above"], _reach(ends, b["row"]))} for b in bars], across, y, 400),
        *_written(totals, across, y, 600),
    ]
    if threshold is not None:
        line = {"type": "rule", "color": MUTED, "strokeWidth": 1, "strokeDash": [3, 2]}
        at_line = {"data": {"values": [{"x": threshold}]}, "mark": line}
        layers.insert(0, at_line | {"encoding": {"x": {**across, "field": "x"}}})
    panel = {"width": width, "height": height, "layer": [s for s in layers if s["data"]["values"]]}
    return frame(about, {"hconcat": [labels, panel], "spacing": 20})


def _written(values: Sequence[Spec], across: Spec, y: Spec, weight: int) -> list[Spec]:
    """Return numbers at the right of bars, on a ground of their own: a line may run there."""
    mark = {"type": "text", "align": "left", "dx": 7, "fontSize": 11, "fontWeight": weight}
    encoding = {"x": {**across, "field": "x"}, "y": y, "text": {"field": "label", "type": "nominal"}}
    ground = mark | {"color": PAPER, "stroke": PAPER, "strokeWidth": 4}
    return [
        {"data": {"values": list(values)}, "mark": m, "encoding": encoding} for m in (ground, mark | {"color": INK})
    ]


def _reach(ends: Sequence[Spec], row: str) -> float:
    return max((float(e["upper"]) for e in ends if e["row"] == row), default=float("-inf"))
