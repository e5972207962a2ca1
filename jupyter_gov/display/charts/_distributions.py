"""Two distributions of a column over each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from jupyter_gov.records import Json

from ._dots import Row, labels_of
from ._frame import ACCENT, INK, MUTED, Spec, axis, cut, frame, heading, shown, span
from ._lines import numbers

_SIZE = (300, 130)
_ROW = 19
_MOST_LEVELS = 14


def distributions(
    curve: Json, *, name: str, about: str, names: tuple[str, str] = ("reference", "current"), note: str = ""
) -> Spec | None:
    """Return a column's shares of rows in two sets: the reference as a grey area, the current set as a line upon it.

    Levels are bars (the reference) and dots (the current set) by level.

    Parameters
    ----------
    curve : JSON
        ``x`` (k + 1 edges of bins) or ``labels`` (k levels), ``reference`` and ``current`` (k shares, or counts).
    name : str
        The column.
    about : str
        The description for who cannot see it.
    names : (str, str)
        What the two sets are called.
    note : str
        What stands behind the column's name in the title.

    Returns
    -------
    Spec or None
        None where there is nothing to draw.
    """
    if not isinstance(curve, Mapping):
        return None
    sets = [_shares(curve.get(k)) for k in ("reference", "current")]
    title = heading(" · ".join(t for t in (cut(shown(name), 200), note) if t))
    labels = curve.get("labels")
    if isinstance(labels, Sequence) and not isinstance(labels, str):
        return _levels([str(t) for t in labels], sets, title, about, names)
    edges = numbers(curve.get("x"))
    if len(edges) < 2 or any(len(s) != len(edges) - 1 for s in sets) or not all(map(math.isfinite, edges)):
        return None
    widths = [b - a for a, b in pairwise(edges)]
    even = max(widths) - min(widths) <= 0.01 * max(widths)
    # Bins of unequal width hold what their area says, not their height.
    scale = [1.0 if even else (edges[-1] - edges[0]) / len(widths) / w if w > 0 else 0.0 for w in widths]
    heights = [[s * f for s, f in zip(shares, scale, strict=True)] for shares in sets]
    xs, top = (edges[0], edges[-1]), max([v for h in heights for v in h], default=1.0) * 1.04 or 1.0
    x = {"field": "x", "type": "quantitative", "scale": {"domain": list(xs), "nice": False}, "axis": axis(xs)}
    up = axis((0.0, top), "share of rows" if even else None, ticks=3) | ({} if even else {"labels": False})
    y = {"field": "y", "type": "quantitative", "scale": {"domain": [0, top], "nice": False}, "axis": up}
    area = {"type": "area", "interpolate": "step-after", "color": MUTED, "opacity": 0.28}
    line = {"type": "line", "interpolate": "step-after", "color": ACCENT, "strokeWidth": 1.75}
    layers = [
        {"data": {"values": _points(edges, h)}, "mark": mark, "encoding": {"x": x, "y": y}}
        for h, mark in zip(heights, (area, line), strict=True)
    ]
    body = {"width": _SIZE[0], "height": _SIZE[1], "layer": [*layers, *_key(names, _SIZE[0])]}
    return frame(about, {"title": title | {"offset": 20}, **body})


def _levels(
    labels: Sequence[str], sets: Sequence[list[float]], title: Spec, about: str, names: tuple[str, str]
) -> Spec | None:
    if not labels or any(len(s) != len(labels) for s in sets):
        return None
    known = range(min(len(labels), _MOST_LEVELS))
    order = [str(i) for i in known]
    column = labels_of([Row(labels[i]) for i in known], order, room=(40, 200)) | {"height": _ROW * len(known)}
    domain = span([v for s in sets for v in s], include=(0.0,))
    x = {"type": "quantitative", "scale": {"domain": list(domain), "nice": False}}
    x |= {"field": "x", "axis": axis(domain, "share of rows", ticks=4)}
    y = {"field": "row", "type": "ordinal", "scale": {"domain": order}, "axis": None}
    before, after = ([{"row": str(i), "x": s[i]} for i in known] for s in sets)
    bar = {"type": "bar", "color": MUTED, "opacity": 0.28, "height": _ROW * 0.6}
    dot = {"type": "point", "filled": True, "fill": ACCENT, "size": 44, "opacity": 1}
    width = 380 - column["width"]
    layers: list[Spec] = [
        {"data": {"values": before}, "mark": bar, "encoding": {"x": x, "x2": {"datum": 0}, "y": y}},
        {"data": {"values": after}, "mark": dot, "encoding": {"x": x, "y": y}},
        *_key(names, width),
    ]
    panel = {"width": width, "height": _ROW * len(known), "layer": layers}
    return frame(about, {"title": title | {"offset": 20}, "hconcat": [column, panel], "spacing": 12})


def _shares(column: Json) -> list[float]:
    """Return shares of all rows; counts are divided by their sum."""
    known = [v if math.isfinite(v) else 0.0 for v in numbers(column)]
    total = sum(known)
    return [v / total for v in known] if total > 1.0 + 1e-9 else known


def _points(edges: Sequence[float], heights: Sequence[float]) -> list[Spec]:
    return [{"x": a, "y": h} for a, h in zip(edges, [*heights, heights[-1]], strict=True)]


def _key(names: tuple[str, str], width: int) -> list[Spec]:
    """Return what is grey and what is blue, above the chart at the right."""
    written = [cut(shown(n), width / 2 - 20) for n in names]
    second = width - 8 - 6.2 * len(written[1])
    first = second - 26 - 6.2 * len(written[0])
    layers: list[Spec] = []
    for text, at, colour, opacity in (
        (written[0], first, MUTED, 0.45),
        (written[1], second, ACCENT, 1),
    ):
        dot = {"type": "point", "shape": "square", "filled": True, "fill": colour, "size": 55, "opacity": opacity}
        layers.append({"data": {"values": [{}]}, "mark": dot | {"x": at - 9, "y": -9}})
        style = {"type": "text", "align": "left", "fontSize": 10.5, "color": INK, "x": at, "y": -9}
        layers.append({"data": {"values": [{"t": text}]}, "mark": style, "encoding": {"text": {"field": "t"}}})
    return layers
