"""What a probe in a cell does: it gives back the value that it is told of, and notes it if predictions went into it."""

from __future__ import annotations

import operator
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

from .._active import active, guarded, stack
from ..metrics._traces import join
from ._notes import Noted, note
from ._operands import Site
from ._origins import Variables, origins_of

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ..metrics._predictions import Identified

_MAX_FRUITLESS = 1000
"""How often in one cell a probe looks without finding a prediction, before it stops looking."""

_TIMED = "<magic-timeit>"
"""The file of what ``%timeit`` does over and over: no number that anybody sees."""

_WHAT = "a number computed by hand"

visits: dict[int, int] = {}
"""How often a site, by the `id` of what it is told, was looked at in this cell without a finding."""


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
    """Gives back the second item of what it is told; see `_by_hand_rewrite`."""

    __slots__ = ()

    def __call__(self, told: Any) -> Any:
        """Return the value, whatever comes of looking at it."""
        tracker = active()
        if tracker is not None and tracker.predictions.any and not stack.calls:
            guarded(tracker, _WHAT, _look, tracker, told, sys._getframe(1))
        return told[1]

    def __reduce__(self) -> Any:
        # In another process nothing is tracked.
        return operator.itemgetter, (1,)


def _look(tracker: Tracker, told: Any, frame: FrameType) -> None:
    mark, value, raw = told[:3]
    tried = visits.get(id(raw), 0)
    if tried > _MAX_FRUITLESS or frame.f_code.co_filename == _TIMED:
        return
    site = Site(*raw)
    variables = Variables(frame.f_globals, dict(zip(site.local, told[3:], strict=True)))
    direct, content = origins_of(tracker, site, variables)
    origins = join((direct, tracker.predictions.since(mark[0]) if mark else ()))
    if origins:
        identified: Identified = (
            "identity" if not content else "content" if len({o.fit for o in origins}) == 1 else "ambiguous"
        )
        before = mark[1] if mark else None
        note(tracker, value, Noted(site, variables, frame.f_code.co_filename, before, direct, origins, identified))
    else:
        visits[id(raw)] = tried + 1
