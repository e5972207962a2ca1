"""What an output does as one column changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from jupyter_gov.records import Json

from ._dots import Row, labels_of
from ._frame import ACCENT, MUTED, PAPER, Spec, axis, cut, frame, heading, shown, span
from ._lines import Line, lines, numbers

_SIZE = (300, 190)
_ROW = 19
_MOST_LINES, _MOST_LEVELS = 20, 14


def effect(
    curve: Json,
    *,
    name: str,
    y: str,
    about: str,
    behind: Json = None,
    domain: tuple[float, float] | None = None,
    dots: bool = True,
) -> Spec | None:
    """Return a line with its band over a column's values, single rows thin behind it; levels are dots by level.

    Parameters
    ----------
    curve : JSON
        ``x`` (numbers) or ``labels`` (levels), ``y``, and ``lower`` and ``upper`` of its band.
    name : str
        The column.
    y : str
        The title of the axis of the output.
    about : str
        The description for who cannot see it.
    behind : JSON, optional
        ``x`` or ``labels`` as in `curve`, and ``lines``, one list for each row; twenty are drawn.
    domain : (float, float), optional
        The ends of the axis of the output, where several charts share one; by default it fits what is drawn.
    dots : bool
        Whether each point of the line is marked: where it was measured.

    Returns
    -------
    Spec or None
        None where there is nothing to draw.
    """
    if not isinstance(curve, Mapping):
        return None
    thin = _thin(behind)
    if curve.get("labels"):
        return _levels(curve, thin, name=name, y=y, about=about, domain=domain)
    line = Line.read(name, curve)
    if line is None:
        return None
    rows = [Line(name="", x=_places(behind) or line.x, y=t) for t in thin if len(t) == len(_places(behind) or line.x)]
    made = lines([line], x=cut(shown(name), _SIZE[0]), y=y, about=about, unit=(False, False), size=_SIZE)
    ys = domain or span(v for part in (line.y, line.lower, line.upper, *thin) for v in part)
    for layer in made["layer"]:
        layer["encoding"]["y"] = {
            **layer["encoding"]["y"],
            "scale": {"domain": list(ys), "nice": False},
            "axis": axis(ys, y),
        }
    encoding = made["layer"][-1]["encoding"]
    if rows:
        drawn = [
            {"x": a, "y": b, "row": i}
            for i, r in enumerate(rows)
            for a, b in zip(r.x, r.y, strict=True)
            if math.isfinite(b)
        ]
        single: Spec = {
            "data": {"values": drawn},
            "mark": {"type": "line", "color": MUTED, "strokeWidth": 0.6, "strokeOpacity": 0.45},
        }
        parted = {"x": encoding["x"], "y": encoding["y"], "detail": {"field": "row", "type": "nominal"}}
        made["layer"].insert(0, single | {"encoding": parted})
    if dots:
        point = {"type": "point", "filled": True, "fill": ACCENT, "size": 14, "opacity": 1}
        at = [{"x": a, "y": b} for a, b in zip(line.x, line.y, strict=True)]
        mark = {"data": {"values": at}, "mark": point}
        made["layer"].append(mark | {"encoding": {"x": encoding["x"], "y": encoding["y"]}})
    return made


def _levels(
    curve: Mapping[str, Json],
    thin: Sequence[list[float]],
    *,
    name: str,
    y: str,
    about: str,
    domain: tuple[float, float] | None,
) -> Spec:
    """Return a dot with its interval for each level, single rows as faint ticks on its line."""
    told = curve.get("labels")
    labels = [str(t) for t in told] if isinstance(told, Sequence) else []
    middle, lower, upper = (numbers(curve.get(k)) for k in ("y", "lower", "upper"))
    known = list(range(min(len(labels), len(middle), _MOST_LEVELS)))
    order = [str(i) for i in known]
    ends: list[Spec] = [
        {"row": str(i), "lower": lower[i], "upper": upper[i]}
        for i in known
        if i < len(lower) and i < len(upper) and math.isfinite(lower[i]) and math.isfinite(upper[i])
    ]
    faint: list[Spec] = [{"row": str(i), "x": t[i]} for t in thin for i in known if i < len(t) and math.isfinite(t[i])]
    values: list[Spec] = [{"row": str(i), "x": middle[i]} for i in known if math.isfinite(middle[i])]
    every = [v["x"] for v in [*faint, *values]] + [e[k] for e in ends for k in ("lower", "upper")]
    across = domain or span(every)
    column = labels_of([Row(labels[i]) for i in known], order, room=(40, 200)) | {"height": _ROW * len(known)}
    x = {"type": "quantitative", "scale": {"domain": list(across), "nice": False}, "axis": axis(across, y)}
    down = {"field": "row", "type": "ordinal", "scale": {"domain": order}, "axis": None}
    layers: list[Spec] = [
        {
            "data": {"values": faint},
            "mark": {
                "type": "tick",
                "orient": "vertical",
                "color": MUTED,
                "opacity": 0.45,
                "height": 8,
                "thickness": 1,
            },
            "encoding": {"x": {**x, "field": "x"}, "y": down},
        },
        {
            "data": {"values": ends},
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 1.75},
            "encoding": {"x": {**x, "field": "lower"}, "x2": {"field": "upper"}, "y": down},
        },
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "fill": ACCENT, "stroke": PAPER, "size": 44, "opacity": 1},
            "encoding": {"x": {**x, "field": "x"}, "y": down},
        },
    ]
    width = 380 - column["width"]
    panel = {"width": width, "height": _ROW * len(known), "layer": [s for s in layers if s["data"]["values"]]}
    return frame(about, {"title": heading(cut(shown(name), 360)), "hconcat": [column, panel], "spacing": 12})


def _thin(behind: Json) -> list[list[float]]:
    told = behind.get("lines") if isinstance(behind, Mapping) else None
    return [numbers(t) for t in told[:_MOST_LINES]] if isinstance(told, Sequence) else []


def _places(behind: Json) -> list[float]:
    return numbers(behind.get("x")) if isinstance(behind, Mapping) else []
