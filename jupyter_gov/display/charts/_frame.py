"""What all charts share: colours, type, and the frame around a specification."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from .. import words
from ..html import clean

Spec = dict[str, Any]
"""A Vega-Lite specification."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
INK, MUTED, LINE, ACCENT, PAPER = "#1b1f24", "#5c6670", "#dfe3e8", "#2b5fab", "#fefefe"
"""Text, secondary text, grid, data, background: each is used for nothing else, so that it can be replaced."""

SERIES = (ACCENT, "#9a5b00", "#0b7285", "#7a3ea8", "#2f7a3d", "#b3261e")
"""Colours of several lines in one chart, the first the one that the chart is about."""

BELOW = SERIES[1]
"""What lies below zero, where what lies above has the colour of data."""

RANKS = (ACCENT, "#7d9cc9", "#a5a9ae", "#d2a05a", BELOW)
"""From low to high, in hues that the colour-blind tell apart too."""

FONT = "Helvetica, Arial, sans-serif"
ROW = 19
WIDTH = 720
UNIT = (0.0, 1.0)

_NARROW = frozenset("fijlrtI.,:;'|!()[]- ")


def frame(about: str, body: Spec) -> Spec:
    """Return a whole specification with the look that all charts share."""
    axis = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 10.5,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 9,
        "gridColor": LINE,
        "domain": False,
        "ticks": False,
        "labelPadding": 5,
        # At the ends, too, a number stands below its line, and not nearer to the next.
        "labelFlush": False,
        "labelSeparation": 4,
    }
    config = {"font": FONT, "axis": axis, "view": {"stroke": None}, "aria": False}
    described = {"$schema": SCHEMA, "description": clean(about), "background": None, "padding": 2}
    return described | body | {"config": config}


def heading(text: str) -> Spec:
    """Return the title of a panel."""
    return {
        "text": words.shorten(clean(text), 60),
        "anchor": "start",
        "fontSize": 11.5,
        "fontWeight": 600,
        "color": INK,
        "offset": 6,
    }


def span(values: Iterable[float | None], *, include: Sequence[float] = ()) -> tuple[float, float]:
    """Return an axis that holds all values, and `include`, with a little room at ends that are not in `include`."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    low, high = min([*known, *include], default=0.0), max([*known, *include], default=1.0)
    room = (high - low) * 0.04 or abs(high) * 0.04 or 1.0
    return low if low in include else low - room, high if high in include else high + room


def axis(domain: tuple[float, float], title: str | None = None, *, ticks: int = 5) -> Spec:
    """Return an axis; shares from 0 to 1 have the same marks everywhere."""
    if domain == UNIT:
        return {"values": [0, 0.25, 0.5, 0.75, 1], "format": ".2~f", "title": title}
    largest = max(abs(d) for d in domain)
    shown = {"format": "~s"} if largest >= 10_000 else {}
    return {"tickCount": ticks, "title": title} | shown


def pixels(label: str) -> float:
    """Return roughly how wide a label is; a little too wide rather than too narrow."""
    return 11.5 * sum(
        0.33 if c in _NARROW else 1.0 if words.width(c) > 1 or c in "MW@" else 0.7 if c.isupper() else 0.56
        for c in label
    )


def cut(label: str, room: float) -> str:
    """Return a label that is at most so wide."""
    # Vega's own `limit` may cut a character outside of the basic plane in half, which the renderer then refuses.
    while pixels(label) > room:
        label = words.shorten(label, len(label) - 1)
    return label


def shown(label: object, limit: int = 80) -> str:
    """Return a name from the user's data as a label."""
    return words.shorten(words.printable(clean(str(label))), limit) or "(empty)"


def listed(names: Sequence[str]) -> str:
    """Return names for a description."""
    return ", ".join(words.shorten(words.printable(clean(n)), 40) for n in names)
