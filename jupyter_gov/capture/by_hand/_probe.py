"""What a probe in a cell does: it gives back the value that it is told of, and notes it if predictions went into it."""

from __future__ import annotations

import operator
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

from .._active import active, guarded, in_own_code
from ..metrics._traces import Origins, join
from ._notes import Noted, note
from ._operands import Site
from ._origins import Variables, find
from ._tree import AWAITED, WAITS

if TYPE_CHECKING:
    from .._tracker import Tracker

_MAX_FRUITLESS = 1000
"""How often in one cell a probe looks everywhere without finding a prediction, before it looks at variables only."""

_TIMED = "<magic-timeit>"
"""The file of what ``%timeit`` does over and over: no number that anybody sees."""

_MAX_BY_CONTENT = 20
"""How often in one cell a probe looks for arrays of the same content as a prediction."""

_WHAT = "a number computed by hand"

visits: dict[int, int] = {}
"""How often a site, by the `id` of what it is told, was looked at in this cell without a finding."""


class _Awaited(threading.local):
    """The predictions in what this thread was waiting for last."""

    def __init__(self) -> None:
        self.origins: Origins = ()


_awaited = _Awaited()


class Mark:
    """Says how far predictions and metrics had come when an expression began."""

    __slots__ = ()

    def __call__(self) -> tuple[int, int] | None:
        """Return how many predictions and metrics this thread has seen; None where nothing is tracked."""
        tracker = active()
        return None if tracker is None else (tracker.predictions.recent.made, tracker.predictions.recent.metrics)

    def __reduce__(self) -> Any:
        # In another process, where this package may be missing, `int()` does as well.
        return type, (0,)


class Probe:
    """Gives back the second item of what it is told; see `_rewrite`."""

    __slots__ = ()

    def __call__(self, told: Any) -> Any:
        """Return the value, whatever comes of looking at it."""
        tracker = active()
        if tracker is not None and tracker.predictions.any and in_own_code():
            guarded(tracker, _WHAT, _look, tracker, told, sys._getframe(1))
        return told[1]

    def __reduce__(self) -> Any:
        # In another process nothing is tracked.
        return operator.itemgetter, (1,)


def _look(tracker: Tracker, told: Any, frame: FrameType) -> None:
    mark, value, raw = told[:3]
    tried = visits.get(id(raw), 0)
    known = tracker.predictions.known
    if tried > _MAX_FRUITLESS and not (
        any(map(known.holds, told[3:])) or any(known.holds(frame.f_globals.get(name)) for name, _ in raw[2])
    ):
        return
    site = Site(*raw)
    if site.flags & AWAITED:
        _awaited.origins = known.of(value)
        return
    variables = Variables(frame, dict(zip(site.local, told[3:], strict=True)))
    found = find(tracker, site, variables, by_content=tried < _MAX_BY_CONTENT)
    if site.flags & WAITS:
        # What other tasks predicted while this one waited is none of its own.
        made, _awaited.origins = _awaited.origins, ()
    else:
        made = tracker.predictions.since(mark[0]) if mark else ()
    origins = join((found.origins, made))
    if not origins:
        visits[id(raw)] = tried + 1
    elif not _is_timed(frame):
        note(
            tracker, value, Noted(site, variables, frame.f_code.co_filename, mark[1] if mark else None, found, origins)
        )


def _is_timed(frame: FrameType | None) -> bool:
    """Say whether ``%timeit`` is at work."""
    while frame is not None:
        if frame.f_code.co_filename == _TIMED:
            return True
        frame = frame.f_back
    return False
