"""Vega-Lite specifications as small SVG, drawn without a browser."""

from __future__ import annotations

import json
import re
import threading
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .charts import Spec

_VERSION = "5.20"
_SVG = "http://www.w3.org/2000/svg"
_DROPPED = frozenset(
    {"class", "aria-hidden", "aria-roledescription", "aria-label", "pointer-events", "role", "version"}
)
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
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
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def _slim(parent: ET.Element) -> None:
    """Take out what draws nothing: empty paths and groups, classes, defaults; round coordinates."""
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
            elif attribute != "fill":
                child.attrib[attribute] = _NUMBER.sub(lambda m: f"{float(m.group()):.2f}", value)
        while kind == "g" and not child.attrib and len(child) == 1:
            inner = child[0]
            parent[list(parent).index(child)] = inner
            child, kind = inner, inner.tag.rpartition("}")[2]
        if kind == "g" and not child.attrib:
            at = list(parent).index(child)
            parent.remove(child)
            for offset, inner in enumerate(list(child)):
                parent.insert(at + offset, inner)


_DEFAULTS = frozenset(
    {
        ("opacity", "1"),
        ("stroke-width", "1"),
        ("font-weight", "normal"),
        ("text-anchor", "start"),
        ("transform", "translate(0,0)"),
    }
)
