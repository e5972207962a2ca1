"""Places for boxes and the lines between them: layers from top to bottom, with few crossings.

After Sugiyama, Tagawa and Toda, IEEE Transactions on Systems, Man, and Cybernetics 11 (1981): order within layers by
barycentres; places along them by isotonic regression towards the neighbours. Layers hold no more boxes than fit side by
side on a page or in a notebook's column, after Coffman and Graham, Acta Informatica 1 (1972).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, GAP_X, GAP_Y = 212, 10, 34
_LINE, _GAP_LINE = 2, 8
"""The width of a line where it passes a layer, and how far it keeps from what is beside it."""
_SWEEPS = 12

Stop = tuple[str, ...]
"""A box as (key,), or where the lines from a box pass a layer, as one, as (source, layer)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Left upper corners of boxes; the pieces of lines, from a box or past some to the next layer; the size of it all.

    All in pixels.
    """

    boxes: Mapping[str, tuple[float, float]]
    lines: Sequence[Sequence[tuple[float, float]]]
    width: float
    height: float


def layers_of(order: Sequence[str], sources: Mapping[str, Sequence[str]], most: int) -> dict[str, int]:
    """Return each box's layer: below all that it came from, and no more than so many boxes in one.

    Parameters
    ----------
    order : sequence of str
        Keys, each behind its sources.
    sources : mapping
        For each box the keys of those that lines come from.
    most : int
        Boxes in a layer.
    """
    far: dict[str, int] = {}
    first: dict[str, int] = {}
    for key in order:
        far[key] = 1 + max((far[s] for s in sources.get(key, ())), default=-1)
        for source in sources.get(key, ()):
            first[source] = min(first.get(source, far[key]), far[key])
    # What comes from nothing stands next to what it led to.
    wish = {k: first[k] - 1 if not sources.get(k) and k in first else n for k, n in far.items()}
    layer: dict[str, int] = {}
    full: dict[int, int] = defaultdict(int)
    for key in sorted(order, key=wish.__getitem__):
        at = max([wish[key] if not sources.get(key) else 0, *(layer[s] + 1 for s in sources.get(key, ()))])
        while full[at] >= most:
            at += 1
        layer[key] = at
        full[at] += 1
    used = {at: i for i, at in enumerate(sorted(set(layer.values())))}
    return {key: used[at] for key, at in layer.items()}


def lay_out(heights: Mapping[str, float], sources: Mapping[str, Sequence[str]], layer: Mapping[str, int]) -> Layout:
    """Find a place for everything.

    Parameters
    ----------
    heights : mapping
        Of each box, by its key.
    sources : mapping
        For each box the keys of those that lines come from.
    layer : mapping
        The layer of each box, larger than those of its sources.
    """
    layers: list[list[Stop]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    wide: dict[Stop, float] = {(key,): WIDTH for key in heights}
    before: dict[Stop, list[Stop]] = defaultdict(list)
    after: dict[Stop, list[Stop]] = defaultdict(list)
    for key in heights:
        layers[layer[key]].append((key,))
    for target in heights:
        for source in sources.get(target, ()):
            one: Stop = (source,)
            for i in range(layer[source] + 1, layer[target] + 1):
                other: Stop = (target,) if i == layer[target] else (source, str(i))
                if other not in wide:
                    wide[other] = _LINE
                    layers[i].append(other)
                if other not in after[one]:
                    after[one].append(other)
                    before[other].append(one)
                one = other
    ordered = _order(layers, before, after)
    middle = _places(ordered, before, after, wide)
    left = min((middle[s] - wide[s] / 2 for s in wide), default=0.0)
    ends: dict[Stop, tuple[float, float]] = {}
    top = 0.0
    for stops in ordered:
        deep = max((heights[s[0]] for s in stops if len(s) == 1), default=0.0)
        ends |= {s: (top, top + (heights[s[0]] if len(s) == 1 else deep)) for s in stops}
        top += deep + GAP_Y
    return Layout(
        boxes={key: (middle[(key,)] - WIDTH / 2 - left, ends[(key,)][0]) for key in heights},
        lines=[_points(one, other, middle, left, ends) for one, others in after.items() for other in others],
        width=max((middle[s] + wide[s] / 2 for s in wide), default=0.0) - left,
        height=max(0.0, top - GAP_Y),
    )


def _points(
    one: Stop, other: Stop, middle: Mapping[Stop, float], left: float, ends: Mapping[Stop, tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return from where to where a line bends, and how far it then goes on straight, past the boxes of a layer."""
    x, (y, past) = middle[other] - left, ends[other]
    return [(middle[one] - left, ends[one][1]), (x, y), *([(x, past)] if len(other) > 1 else [])]


def _order(
    layers: list[list[Stop]], before: Mapping[Stop, list[Stop]], after: Mapping[Stop, list[Stop]]
) -> list[list[Stop]]:
    """Return the layers, each in an order that has few lines cross."""
    best, fewest = [list(stops) for stops in layers], _crossings(layers, after)
    here = [list(stops) for stops in layers]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = before if down else after
        for i in range(1, len(here)) if down else range(len(here) - 2, -1, -1):
            place = {s: j for j, s in enumerate(here[i - 1 if down else i + 1])}
            own = {s: float(j) for j, s in enumerate(here[i])}
            here[i].sort(key=lambda s, p=place, o=own: _mean([p[n] for n in neighbours.get(s, ())], o[s]))  # type: ignore[misc]
        crossings = _crossings(here, after)
        if crossings < fewest:
            best, fewest = [list(stops) for stops in here], crossings
    return best


def _crossings(layers: Sequence[Sequence[Stop]], after: Mapping[Stop, list[Stop]]) -> int:
    """Count the lines that cross: pairs that begin in one order and end in the other."""
    total = 0
    for one, other in pairwise(layers):
        place = {s: j for j, s in enumerate(other)}
        ends: list[int] = []
        for stop in one:
            reached = sorted(place[t] for t in after.get(stop, ()))
            total += sum(len(ends) - bisect_right(ends, r) for r in reached)
            ends = sorted(ends + reached)
    return total


def _places(
    layers: Sequence[Sequence[Stop]],
    before: Mapping[Stop, list[Stop]],
    after: Mapping[Stop, list[Stop]],
    wide: Mapping[Stop, float],
) -> dict[Stop, float]:
    """Return the middle of each, as near to its neighbours' as the others in its layer let it."""
    middle: dict[Stop, float] = {}
    for stops in layers:
        middle |= dict(zip(stops, _apart(stops, [0.0] * len(stops), wide), strict=True))
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for stops in layers if down else reversed(layers):
            near = [[*before.get(s, ()), *([] if down else after.get(s, ()))] for s in stops]
            wished = [_mean([middle[n] for n in ns], middle[s]) for s, ns in zip(stops, near, strict=True)]
            middle |= dict(zip(stops, _apart(stops, wished, wide), strict=True))
    return middle


def _apart(stops: Sequence[Stop], wished: Sequence[float], wide: Mapping[Stop, float]) -> list[float]:
    """Return places in order and far enough apart, as near as can be to those wished for, by least squares."""
    offset = 0.0
    offsets = []
    for i, stop in enumerate(stops):
        gap = GAP_X if len(stop) == len(stops[i - 1]) == 1 else _GAP_LINE
        offset += (wide[stops[i - 1]] + wide[stop]) / 2 + gap if i else 0
        offsets.append(offset)
    # Pool adjacent violators: blocks as [sum, count].
    blocks: list[list[float]] = []
    for wish, off in zip(wished, offsets, strict=True):
        blocks.append([wish - off, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] > blocks[-1][0] * blocks[-2][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    free = [total / count for total, count in blocks for _ in range(int(count))]
    return [f + o for f, o in zip(free, offsets, strict=True)]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
