"""Points by column, beside each other where they are many: a beeswarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import Json

from .. import words
from ._dots import Row, labels_of
from ._frame import INK, MUTED, RANKS, WIDTH, Spec, axis, frame, listed, span
from ._lines import numbers

_HEIGHT = 27
_BINS = 130
_RADIUS = 1.9
_MOST_COLUMNS = 12


def beeswarm(columns: Mapping[str, Json], x: str, about: str = "") -> Spec:
    """Return each column's points on one axis: blue where its value is low, amber where it is high.

    Parameters
    ----------
    columns : mapping of str to JSON
        By column ``x``, numbers to place, and ``y``, the rank of the column's value in each row from 0 to 1, None where
        values have no order. The first twelve are drawn.
    x : str
        The title of the axis.
    about : str
        The description for who cannot see it.
    """
    names = list(columns)[:_MOST_COLUMNS]
    points: dict[str, list[Spec]] = {colour: [] for colour in (MUTED, *RANKS)}
    every: list[float] = [0.0]
    for row, column in enumerate(names):
        curve = columns[column]
        if not isinstance(curve, Mapping):
            continue
        places, ranks = numbers(curve.get("x")), numbers(curve.get("y"))
        known = [(v, rank) for v, rank in zip(places, ranks, strict=False) if v == v]
        every += [v for v, _ in known]
        points_of = [(row, v, rank) for v, rank in known]
        for at, value, rank in points_of:
            points[_colour(rank)].append({"row": at, "x": value})
    domain = span(every)
    _spread([p for group in points.values() for p in group], domain)
    order = [str(i) for i in range(len(names))]
    height = _HEIGHT * len(names)
    labels = labels_of([Row(n) for n in names], order) | {"height": height}
    width = WIDTH - labels["width"] - 20
    across: Spec = {"field": "x", "type": "quantitative", "scale": {"domain": list(domain), "nice": False}}
    across |= {"axis": axis(domain, x, ticks=7)}
    down: Spec = {"field": "y", "type": "quantitative", "axis": None}
    down |= {"scale": {"domain": [len(names), 0], "nice": False, "zero": False}}
    zero: Spec = {"data": {"values": [{"x": 0.0}]}, "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1}}
    layers = [zero | {"encoding": {"x": across}}]
    for colour, values in points.items():
        if values:
            dot = {"type": "point", "filled": True, "fill": colour, "size": 3.1416 * _RADIUS**2, "opacity": 1}
            layers.append({"data": {"values": values}, "mark": dot, "encoding": {"x": across, "y": down}})
    layers += _key(width)
    told = about or f"Points by row for {listed(names)}: {words.lower_first(x)}, coloured by the column’s value."
    return frame(told, {"hconcat": [labels, {"width": width, "height": height, "layer": layers}], "spacing": 20})


def _colour(rank: float) -> str:
    """Return the colour of a rank from 0 to 1; that of what has no order is grey."""
    return RANKS[min(int(rank * len(RANKS)), len(RANKS) - 1)] if 0 <= rank <= 1 else MUTED


def _spread(points: Sequence[Spec], domain: tuple[float, float]) -> None:
    """Move points that would lie on each other up and down in turn, in the order of their place on the axis."""
    step = (domain[1] - domain[0]) / _BINS
    bins: dict[tuple[int, int], list[Spec]] = {}
    for point in points:
        bins.setdefault((point["row"], int((point["x"] - domain[0]) / step)), []).append(point)
    room = 0.84 * _HEIGHT / (2 * _RADIUS)
    for (row, _), together in bins.items():
        apart = min(1.0, room / len(together)) * 2 * _RADIUS / _HEIGHT
        for i, point in enumerate(together):
            side = (i + 1) // 2 * (1 if i % 2 else -1)
            point["y"] = row + 0.5 + side * apart


def _key(width: int) -> list[Spec]:
    """Return what the colours mean, above the chart at the right."""
    start = width - 12 * len(RANKS) - 30
    layers: list[Spec] = []
    for text, place, align in (("low", start - 8, "right"), ("high", start + 12 * len(RANKS) - 2, "left")):
        mark = {"type": "text", "align": align, "fontSize": 10.5, "color": INK, "x": place, "y": -10, "text": text}
        layers.append({"data": {"values": [{}]}, "mark": mark})
    for i, colour in enumerate(RANKS):
        mark = {
            "type": "point",
            "filled": True,
            "fill": colour,
            "size": 45,
            "opacity": 1,
            "x": start + 12 * i,
            "y": -10,
        }
        layers.append({"data": {"values": [{}]}, "mark": mark})
    title = {"type": "text", "align": "right", "fontSize": 10.5, "color": MUTED, "x": start - 36, "y": -10}
    return [*layers, {"data": {"values": [{}]}, "mark": title | {"text": "value of the column:"}}]
