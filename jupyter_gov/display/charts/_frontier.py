"""Candidates by performance and disparity, and the line of those that no other beats in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ._frame import ACCENT, BELOW, INK, MUTED, PAPER, SERIES, Spec, axis, frame, span

_SIZE = (560, 300)
_SHAPES = {"original": "square", "proposed": "diamond", "chosen": "diamond", "other": "circle"}
_COLOURS = {"original": INK, "proposed": BELOW, "chosen": SERIES[4], "other": ACCENT}
_NEAR = 0.012
"""Share of the chart within which two points have one label."""

Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One point.

    Attributes
    ----------
    label : str
        What stands beside it, such as its number in the table.
    x, y : float
        Disparity and performance.
    across, upright : (float, float) or None
        Their intervals.
    kind : str
        ``original``, ``proposed``, ``chosen`` or ``other``.
    best : bool
        Whether no other beats it in both.
    """

    label: str
    x: float
    y: float
    across: Interval = None
    upright: Interval = None
    kind: Literal["original", "proposed", "chosen", "other"] = "other"
    best: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """Where what is asked is met: from `low` to `high` of the disparity; None where it is open."""

    low: float | None = None
    high: float | None = None
    label: str = field(default="asked for")


def frontier(
    candidates: Sequence[Candidate],
    *,
    x: str,
    y: str,
    about: str,
    region: Region | None = None,
    least: float | None = 0.0,
) -> Spec:
    """Return candidates with their intervals as thin crosses, the line of the best, and the region that is asked for.

    Parameters
    ----------
    candidates : sequence of Candidate
    x, y : str
        Titles of the axes: disparity and performance.
    about : str
        The description for who cannot see it.
    region : Region, optional
    least : float, optional
        What the axis of the disparity begins with; a difference begins with zero.
    """
    shown = [c for c in candidates if c.x == c.x and c.y == c.y]
    edges = [e for e in (region.low, region.high) if e is not None] if region is not None else []
    xs = span([v for c in shown for v in (c.x, *(c.across or ()))] + edges, include=() if least is None else (least,))
    ys = span([v for c in shown for v in (c.y, *(c.upright or ()))])
    across: Spec = {"type": "quantitative", "scale": {"domain": list(xs), "nice": False}, "axis": axis(xs, x)}
    up: Spec = {
        "type": "quantitative",
        "scale": {"domain": list(ys), "nice": False, "zero": False},
        "axis": axis(ys, y),
    }
    at = {"x": {**across, "field": "x"}, "y": {**up, "field": "y"}}
    layers = [] if region is None else _region(region, xs, ys, across, up)
    line = sorted((c for c in shown if c.best), key=lambda c: c.x)
    if len(line) > 1:
        path = {"type": "line", "color": MUTED, "strokeWidth": 1, "strokeDash": [3, 3]}
        order = {"order": {"field": "x", "type": "quantitative"}}
        layers.append({"data": {"values": [{"x": c.x, "y": c.y} for c in line]}, "mark": path, "encoding": at | order})
    for kind in ("other", "original", "proposed", "chosen"):
        points = [c for c in shown if c.kind == kind]
        if points:
            layers += _crosses(points, _COLOURS[kind], 0.3 if kind == "other" else 0.75, across, up)
    for kind in ("other", "original", "proposed", "chosen"):
        points = [c for c in shown if c.kind == kind]
        if points:
            layers.append(_dots(points, kind, at))
    text = {"type": "text", "align": "left", "dx": 8, "dy": -8, "fontSize": 10.5, "color": INK}
    labels = {"encoding": at | {"text": {"field": "label", "type": "nominal"}}}
    layers.append({"data": {"values": _labels(shown, xs, ys)}, "mark": text} | labels)
    return frame(about, {"width": _SIZE[0], "height": _SIZE[1], "layer": layers})


def _dots(points: Sequence[Candidate], kind: str, at: Spec) -> Spec:
    """Return the points of a kind; hollow where another beats them in both."""
    colour = _COLOURS[kind]
    size = 48 if kind == "other" else 90
    mark = {"type": "point", "shape": _SHAPES[kind], "size": size, "stroke": colour, "strokeWidth": 1.5, "opacity": 1}
    fill = {"fill": {"field": "fill", "type": "nominal", "scale": None}}
    values = [{"x": c.x, "y": c.y, "fill": colour if c.best or kind != "other" else PAPER} for c in points]
    return {"data": {"values": values}, "mark": mark, "encoding": at | fill}


def _crosses(points: Sequence[Candidate], colour: str, opacity: float, across: Spec, up: Spec) -> list[Spec]:
    mark = {"type": "rule", "color": colour, "strokeWidth": 1, "opacity": opacity}
    wide = [{"x": c.across[0], "end": c.across[1], "y": c.y} for c in points if c.across is not None]
    tall = [{"x": c.x, "y": c.upright[0], "end": c.upright[1]} for c in points if c.upright is not None]
    at = {"x": {**across, "field": "x"}, "y": {**up, "field": "y"}}
    ends = (("x2", wide), ("y2", tall))
    return [
        {"data": {"values": values}, "mark": mark, "encoding": at | {end: {"field": "end"}}}
        for end, values in ends
        if values
    ]


def _region(region: Region, xs: tuple[float, float], ys: tuple[float, float], across: Spec, up: Spec) -> list[Spec]:
    low = xs[0] if region.low is None else region.low
    high = xs[1] if region.high is None else region.high
    corners = {"x": low, "end": high, "y": ys[0], "top": ys[1]}
    sides = {"x": {**across, "field": "x"}, "x2": {"field": "end"}, "y": {**up, "field": "y"}, "y2": {"field": "top"}}
    said = {"x": low, "y": ys[1], "label": region.label}
    text = {"type": "text", "align": "left", "baseline": "top", "dx": 5, "dy": 5, "fontSize": 10.5, "color": MUTED}
    place = {"x": {**across, "field": "x"}, "y": {**up, "field": "y"}, "text": {"field": "label", "type": "nominal"}}
    return [
        {
            "data": {"values": [corners]},
            "mark": {"type": "rect", "color": SERIES[4], "opacity": 0.12},
            "encoding": sides,
        },
        {"data": {"values": [said]}, "mark": text, "encoding": place},
    ]


def _labels(points: Sequence[Candidate], xs: tuple[float, float], ys: tuple[float, float]) -> list[Spec]:
    """Return the labels; points that lie on each other have one together."""
    placed: list[tuple[float, float, list[str]]] = []
    for c in points:
        for x, y, names in placed:
            if abs(c.x - x) < _NEAR * (xs[1] - xs[0]) and abs(c.y - y) < 2 * _NEAR * (ys[1] - ys[0]):
                names.append(c.label)
                break
        else:
            placed.append((c.x, c.y, [c.label]))
    return [{"x": x, "y": y, "label": ", ".join(names)} for x, y, names in placed]
