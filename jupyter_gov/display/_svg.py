"""Vega-Lite specifications as small SVG, drawn without a browser."""

from __future__ import annotations

import json
import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .charts import Spec

_VERSION = "5.20"
_SVG = "http://www.w3.org/2000/svg"
_DROPPED = frozenset(
    {"class", "aria-hidden", "aria-roledescription", "aria-label", "pointer-events", "role", "version"}
)
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_LINE = re.compile(r"M[^A-Za-z]+(L[^A-Za-z]+)+(Z?)")
_DOT = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")
_PLACE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_CENTRE = ("cx", "cy")
_PLACES = {"text": ("x", "y"), "circle": _CENTRE}
_MANY = 12
_SHARED = ("stroke", "stroke-opacity", "stroke-width", "fill", "font-size", "font-weight", "text-anchor")
_lock = threading.Lock()


def svg(spec: Spec, *, standalone: bool = False) -> str:
    """Return a specification as SVG with a description for those who cannot see it.

    Parameters
    ----------
    spec : dict
        A specification from `jupyter_gov.display.charts`, or any other of Vega-Lite 5.
    standalone : bool
        Whether the result is a file of its own, rather than a part of an HTML document.
    """
    return _draw(json.dumps(spec, sort_keys=True), standalone)


def _convert(spec: Any) -> str:
    import vl_convert

    with _lock:
        return str(vl_convert.vegalite_to_svg(spec, vl_version=_VERSION))


@lru_cache(maxsize=64)
def _draw(spec: str, standalone: bool) -> str:
    parsed = json.loads(spec)
    # The text comes from our own renderer, which escapes what it draws and declares no entities.
    root = ET.fromstring(_convert(parsed))  # noqa: S314
    _slim(root)
    width, height = root.get("width", "0"), root.get("height", "0")
    root.attrib.clear()
    attributes = {
        "viewBox": f"0 0 {width} {height}",
        "width": width,
        "height": height,
        "role": "img",
        "aria-label": str(parsed.get("description", "")),
        "font-family": str(parsed.get("config", {}).get("font", "sans-serif")),
    }
    root.attrib.update({"xmlns": _SVG, **attributes} if standalone else attributes)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    return ET.tostring(root, encoding="unicode", short_empty_elements=True).replace(" />", "/>")


def _slim(parent: ET.Element) -> None:
    """Take out what draws nothing: empty paths and groups, classes, defaults; round coordinates to tenths."""
    for child in list(parent):
        _slim(child)
        kind = child.tag.rpartition("}")[2]
        nothing = kind == "path" and (child.get("class") in {"background", "foreground"} or not child.get("d"))
        if nothing or child.get("display") == "none" or (kind == "g" and not len(child)):
            parent.remove(child)
            continue
        for attribute in list(child.attrib):
            value = child.attrib[attribute]
            if attribute in _DROPPED or attribute == "font-family" or (attribute, value) in _DEFAULTS:
                del child.attrib[attribute]
            elif attribute == "d":
                _shape(child, value)
            elif attribute != "fill" and "opacity" not in attribute:
                child.attrib[attribute] = _NUMBER.sub(lambda m: _tenths(float(m.group())), value)
        _put(child)
        if kind == "g":
            _share(child)
            _gather(child)
        while kind == "g" and not child.attrib and len(child) == 1:
            inner = child[0]
            parent[list(parent).index(child)] = inner
            child, kind = inner, inner.tag.rpartition("}")[2]
        if kind == "g" and not child.attrib:
            at = list(parent).index(child)
            parent.remove(child)
            for offset, inner in enumerate(list(child)):
                parent.insert(at + offset, inner)


def _shape(element: ET.Element, path: str) -> None:
    """Write a circle as such, and a line from point to point."""
    dot = _DOT.fullmatch(path)
    if dot is not None:
        element.tag = element.tag.replace("path", "circle")
        del element.attrib["d"]
        element.attrib["r"] = _tenths(float(dot.group(1)))
        return
    line = _LINE.fullmatch(path)
    if line is None:
        element.attrib["d"] = _NUMBER.sub(lambda m: _tenths(float(m.group())), path)
        return
    start, steps = _steps([tuple(map(float, p.split(","))) for p in re.split("[ML]", path.rstrip("Z"))[1:]])
    element.attrib["d"] = f"{start}l{''.join(_step(s, i == 0) for i, s in enumerate(steps))}{line.group(2)}"


def _put(element: ET.Element) -> None:
    """Write where a text or a circle is as its own place."""
    names = _PLACES.get(element.tag.rpartition("}")[2])
    place = _PLACE.fullmatch(element.get("transform", ""))
    if names is not None and place is not None:
        del element.attrib["transform"]
        element.attrib |= {name: at for name, at in zip(names, place.groups(), strict=True) if at != "0"}


def _steps(points: Sequence[tuple[float, ...]]) -> tuple[str, list[tuple[int, int]]]:
    """Return how to get to the first point, and then in tenths from each to the next."""
    # Each from the one before as it is drawn, so that what is rounded away does not add up.
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(tenths)]
    return f"M{tenths[0][0] / 10:g},{tenths[0][1] / 10:g}", steps


def _step(step: tuple[int, int], first: bool) -> str:
    x, y = (f"{c / 10:g}".replace("0.", ".") if abs(c) < 10 else f"{c / 10:g}" for c in step)
    return f"{'' if first or x.startswith('-') else ' '}{x}{'' if y.startswith('-') else ','}{y}"


def _tenths(number: float) -> str:
    return f"{round(number, 1) + 0.0:g}"


def _share(group: ET.Element) -> None:
    """Say once for a group what all of its elements say."""
    for attribute in _SHARED:
        values = {child.get(attribute) for child in group}
        if len(group) > 1 and len(values) == 1 and None not in values and group.get(attribute) is None:
            group.attrib[attribute] = values.pop() or ""
            for child in group:
                del child.attrib[attribute]


def _gather(group: ET.Element) -> None:
    """Write many dots of one size and colour as one line that is lifted between them: a fifth of the room."""
    first = group[0] if len(group) > _MANY else None
    if first is None or first.tag.rpartition("}")[2] != "circle" or "fill" not in group.attrib:
        return
    alike = {(child.tag, *sorted((k, v) for k, v in child.items() if k not in _CENTRE)) for child in group}
    if len(alike) > 1 or "transform" in first.attrib or "stroke" in first.attrib or "stroke" in group.attrib:
        return
    start, steps = _steps([(float(child.get("cx", "0")), float(child.get("cy", "0"))) for child in group])
    dots = f"{start}h0{''.join(f'm{_step(s, True)}h0' for s in steps)}"
    width = _tenths(2 * float(first.get("r", "1")))
    drawn = {"d": dots, "fill": "none", "stroke": group.attrib.pop("fill"), "stroke-width": width}
    line = ET.Element(first.tag.replace("circle", "path"), drawn | {"stroke-linecap": "round"})
    line.attrib |= {k: v for k, v in first.items() if "opacity" in k}
    group.attrib.pop("stroke-width", None)
    group[:] = [line]


_DEFAULTS = frozenset(
    {
        ("opacity", "1"),
        ("stroke-width", "1"),
        ("font-weight", "normal"),
        ("text-anchor", "start"),
        ("transform", "translate(0,0)"),
        ("x2", "0"),
        ("y2", "0"),
    }
)
