"""Lines with bands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_gov.records import Json

from ._frame import ACCENT, MUTED, PAPER, SERIES, UNIT, Spec, axis, cut, frame, shown, span


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A curve of a record.

    Attributes
    ----------
    name : str
        What the line is.
    x, y : sequence of float
    lower, upper : sequence of float
        Its band, NaN where it has none; empty where there is none at all.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()

    @classmethod
    def read(cls, name: str, curve: Json) -> Line | None:
        """Return a curve as it is on record, or None where it is none that can be drawn."""
        if not isinstance(curve, Mapping):
            return None
        x, y, lower, upper = (numbers(curve.get(key)) for key in ("x", "y", "lower", "upper"))
        if len(x) < 2 or len(x) != len(y) or not all(map(math.isfinite, [*x, *y])):
            return None
        banded = len(lower) == len(upper) == len(x) and any(map(math.isfinite, lower))
        label = curve.get("label")
        return cls(
            name=str(label) if label is not None else name,
            x=x,
            y=y,
            lower=lower if banded else (),
            upper=upper if banded else (),
        )


def lines(
    curves: Sequence[Line],
    *,
    x: str,
    y: str,
    about: str,
    unit: tuple[bool, bool] = (True, True),
    references: Sequence[Line] = (),
    mark: tuple[float, float] | None = None,
    size: tuple[int, int] = (300, 210),
) -> Spec:
    """Return curves with their bands.

    Parameters
    ----------
    curves : sequence of Line
        The first is the one that the chart is about; at most six.
    x, y : str
        Titles of the axes.
    about : str
        The description for who cannot see it.
    unit : (bool, bool)
        Whether x and y run from 0 to 1.
    references : sequence of Line
        What is drawn dashed: chance, or exactness.
    mark : (float, float), optional
        A point that stands out, such as the model's own decisions.
    size : (int, int)
        Width and height.
    """
    curves = [_within(c, unit) for c in curves[: len(SERIES)]]
    every = [*curves, *references]
    xs = UNIT if unit[0] else span(v for c in every for v in c.x)
    ys = UNIT if unit[1] else span(v for c in every for part in (c.y, c.lower, c.upper) for v in part)
    across = {"field": "x", "type": "quantitative", "scale": {"domain": list(xs), "nice": False}, "axis": axis(xs, x)}
    up = {"field": "y", "type": "quantitative", "scale": {"domain": list(ys), "nice": False}, "axis": axis(ys, y)}
    names = [cut(shown(c.name), size[0]) for c in curves]
    layers: list[Spec] = []
    dashed = {"type": "line", "color": MUTED, "strokeDash": [3, 3], "strokeWidth": 1}
    layers += [{"data": {"values": _points(r)}, "mark": dashed, "encoding": {"x": across, "y": up}} for r in references]
    for colour, curve in zip(SERIES, curves, strict=False):
        if curve.lower:
            band = {"type": "area", "color": colour, "opacity": 0.14 if len(curves) == 1 else 0.07}
            ends = {"y": {**up, "field": "lower"}, "y2": {"field": "upper"}}
            known = [p for p in _points(curve) if "lower" in p]
            layers.append({"data": {"values": known}, "mark": band, "encoding": {"x": across, **ends}})
    drawn = [p | {"line": name} for name, curve in zip(names, curves, strict=True) for p in _points(curve, band=False)]
    stroke: Spec = {"value": ACCENT}
    if len(set(names)) > 1:
        legend = {"title": None, "orient": "bottom", "columns": 2, "labelColor": MUTED, "labelFontSize": 10.5}
        scale = {"domain": names, "range": list(SERIES[: len(names)])}
        stroke = {"field": "line", "type": "nominal", "scale": scale, "legend": legend}
    line = {"type": "line", "strokeWidth": 1.75}
    order = {"field": "i", "type": "quantitative"}
    encoding = {"x": across, "y": up, "stroke": stroke, "order": order}
    layers.append({"data": {"values": drawn}, "mark": line, "encoding": encoding})
    if mark is not None:
        point = {"type": "point", "filled": True, "fill": ACCENT, "stroke": PAPER, "size": 70, "opacity": 1}
        at = {"values": [{"x": mark[0], "y": mark[1]}]}
        layers.append({"data": at, "mark": point, "encoding": {"x": across, "y": up}})
    return frame(about, {"width": size[0], "height": size[1], "layer": layers})


def _within(line: Line, unit: tuple[bool, bool]) -> Line:
    """Return a line that keeps to the axes: a band may reach beyond 0 and 1, its drawing must not."""

    def kept(column: Sequence[float], bounded: bool) -> list[float]:
        return [min(max(v, 0.0), 1.0) if bounded and math.isfinite(v) else v for v in column]

    y, lower, upper = (kept(part, unit[1]) for part in (line.y, line.lower, line.upper))
    return replace(line, x=kept(line.x, unit[0]), y=y, lower=lower, upper=upper)


def numbers(column: Json) -> list[float]:
    """Return a column of a curve as numbers, NaN where there is none."""
    if not isinstance(column, Sequence) or isinstance(column, str):
        return []
    return [float(v) if isinstance(v, int | float) else math.nan for v in column]


def _points(line: Line, *, band: bool = True) -> list[Spec]:
    points: list[Spec] = [{"i": i, "x": x, "y": y} for i, (x, y) in enumerate(zip(line.x, line.y, strict=True))]
    if band and line.lower:
        for point, low, high in zip(points, line.lower, line.upper, strict=True):
            if math.isfinite(low) and math.isfinite(high):
                point |= {"lower": low, "upper": high}
    return points
