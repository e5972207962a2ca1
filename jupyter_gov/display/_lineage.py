"""What came from what, as a picture and as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jupyter_gov.provenance import Graph

from . import words
from ._lineage_fold import KINDS, MOST_BOXES, MOST_DRAWN, Box, Picture, fold
from ._lineage_layout import WIDTH, Layout, lay_out, layers_of
from ._text import WIDTH as COLUMNS
from ._text import wrap
from .html import Html, el, join, style_element, stylesheet

_MARGIN = 10
_PAGE = 880
"""Pixels that a drawing may be wide, to stand in a notebook's column."""
_HEIGHT, _LINE = 46, 15
_PIXELS = 8.0
"""Of a character of a box's label, wide ones counted twice."""
_SMALL = 6.0


def lineage_svg(graph: Graph, *, most: int = MOST_DRAWN) -> str:
    """Return a graph as a drawing of its own, in light or dark as the reader's system is.

    Parameters
    ----------
    graph : Graph
    most : int
        At about how many boxes what is alike is drawn as one.
    """
    return str(_draw(fold(graph, most=most), alone=True))


def lineage_html(graph: Graph, *, most: int = MOST_DRAWN) -> str:
    """Return a graph as a drawing for a notebook, in the notebook's colours."""
    drawn = lineage_drawing(graph, most=most)
    return style_element("base", "box", "lineage") + el("div", drawn, class_="jg-root jg-drawn")


def lineage_drawing(graph: Graph, *, most: int = MOST_DRAWN) -> Html:
    """Return a graph as a drawing for a page that has the style sheet ``lineage``."""
    picture = fold(graph, most=most)
    drawn = el("div", _draw(picture, alone=False), class_="jg-scroll", tabindex="0")
    return join([drawn, el("p", picture.summary(), class_="jg-quiet")])


def lineage_text(graph: Graph, *, most: int = MOST_BOXES) -> str:
    """Return a graph as an indented tree: each thing below the first that it came from, with the others named."""
    picture = fold(graph, most=most)
    below: dict[str | None, list[str]] = {}
    for key in picture.boxes:
        below.setdefault(next(iter(picture.sources[key]), None), []).append(key)
    lines = [words.fit(words.printable(line), COLUMNS) for line in _branches(picture, below)]
    return "\n".join([*lines, *([""] if lines else []), wrap(picture.summary())])


def _branches(picture: Picture, below: Mapping[str | None, Sequence[str]]) -> Iterator[str]:
    # Not by recursion: a chain may be longer than Python's stack.
    open_ = [(key, "", "") for key in reversed(below.get(None, ()))]
    while open_:
        key, lead, rest = open_.pop()
        yield lead + _line(picture, picture.boxes[key])
        *others, last = below.get(key) or ("",)
        if last:
            open_.append((last, f"{rest}└─ ", f"{rest}   "))
            open_ += [(k, f"{rest}├─ ", f"{rest}│  ") for k in reversed(others)]


def _line(picture: Picture, box: Box) -> str:
    others = [picture.boxes[s].label for s in picture.sources[box.key][1:]]
    also = f"with {', '.join(others[:4])}{', …' if len(others) > 4 else ''}" if others else ""
    kind = "" if box.count > 1 else KINDS[box.kind]
    return " · ".join(t for t in (box.label, kind, box.detail, box.how, also) if t)


def _draw(picture: Picture, *, alone: bool) -> Html:
    heights = {key: _HEIGHT + (_LINE if box.how else 0) for key, box in picture.boxes.items()}
    layout = _lay_out(picture, heights)
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    lines = [el("path", d=_curve(points), class_="jg-line") for points in layout.lines]
    boxes = [_box(picture.boxes[key], *layout.boxes[key], heights[key]) for key in picture.boxes]
    inner = el("g", *lines, *boxes, transform=f"translate({_MARGIN} {_MARGIN})")
    told = join([el("title", "Lineage"), el("desc", picture.summary())])
    style = el("style", Html(stylesheet("lineage"))) if alone else ""
    paper = el("rect", width=f"{width:.0f}", height=f"{height:.0f}", class_="jg-sheet") if alone else ""
    return el(
        "svg",
        told,
        style,
        paper,
        inner,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=f"{width:.0f}",
        height=f"{height:.0f}",
        role="img",
        class_="jg-lineage jg-alone" if alone else "jg-lineage",
    )


def _lay_out(picture: Picture, heights: Mapping[str, float]) -> Layout:
    """Return places that are no wider than a page, if there are any, with as few layers as then can be."""
    made: list[Layout] = []
    for most in (4, 3, 2):
        made.append(lay_out(heights, picture.sources, layers_of(list(picture.boxes), picture.sources, most)))
        if made[-1].width <= _PAGE:
            return made[-1]
    return min(made, key=lambda layout: layout.width)


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Return a line that leaves and arrives upright, and goes on straight where it passes boxes."""
    (x, y), (to_x, to_y), *past = points
    half = (y + to_y) / 2
    drawn = f"M{x:.1f} {y:.0f}C{x:.1f} {half:.0f} {to_x:.1f} {half:.0f} {to_x:.1f} {to_y:.0f}"
    return drawn + "".join(f"V{end:.0f}" for _, end in past)


def _box(box: Box, x: float, y: float, height: float) -> Html:
    room = WIDTH - 24
    name = words.fit(box.label or "(no name)", int((room - 6.2 * len(KINDS[box.kind]) - 8) / _PIXELS))
    small = [_fit(t, int(room / _SMALL)) for t in (box.detail, box.how) if t]
    if box.count > 1:
        name = words.fit(box.label, int(room / _PIXELS))
    behind = [
        el("rect", x=str(d), y=str(d), width=str(WIDTH), height=f"{height:.0f}", rx="5", class_="jg-card-edge")
        for d in ((6, 3) if box.count > 1 else ())
    ]
    return el(
        "g",
        el("title", words.shorten(box.title, 1000)),
        *behind,
        el("rect", width=str(WIDTH), height=f"{height:.0f}", rx="5", class_="jg-face"),
        el("path", d=f"M5 0H4A4 4 0 0 0 0 4V{height - 4:.0f}A4 4 0 0 0 4 {height:.0f}H5Z", class_="jg-mark"),
        el("text", name, x="14", y="19", class_="jg-name"),
        el("text", KINDS[box.kind], x=str(WIDTH - 9), y="18", text_anchor="end", class_="jg-kind")
        if box.count == 1
        else "",
        *(el("text", t, x="14", y=str(36 + i * _LINE), class_="jg-small") for i, t in enumerate(small)),
        transform=f"translate({x:.0f} {y:.1f})",
        class_=f"jg-{box.kind}",
    )


def _fit(text: str, columns: int) -> str:
    return text if words.width(text) <= columns else words.fit(text.removesuffix(" rows"), columns)
