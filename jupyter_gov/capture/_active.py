"""The tracker that observers report to, if there is one; and how they report without ever getting in the way."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ._tracker import Tracker

T = TypeVar("T")

_tracker: Tracker | None = None

LIBRARIES = frozenset({"sklearn", "joblib", "shap", "fairlearn", "imblearn", "jupyter_gov", "threading", "concurrent"})
"""Packages whose calls are part of a call of the user's, not the user's own."""


class _Stack(threading.local):
    """The observed calls that are under way in this thread, outermost first."""

    def __init__(self) -> None:
        self.calls: list[Any] = []


stack = _Stack()


def active() -> Tracker | None:
    """Return the tracker, or None when nothing is tracked."""
    return _tracker


def activate(tracker: Tracker | None) -> None:
    """Make `tracker` the one that observers report to."""
    global _tracker
    _tracker = tracker


def guarded(tracker: Tracker, what: str, work: Callable[..., T], *args: Any) -> T | None:
    """Do our own work; if it fails the user never hears of it, the gap list does."""
    try:
        return work(*args)
    except Exception as error:
        tracker.failed(what, error)
        return None


def by_user(depth: int, *, through: frozenset[str] = frozenset()) -> bool:
    """Say whether the observed function was called by the user's code.

    Parameters
    ----------
    depth : int
        Frames between this call and the caller of the observed function.
    through : frozenset of str
        Modules that only pass a call on, such as a scorer's.
    """
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None and frame.f_globals.get("__name__", "") in through:
        frame = frame.f_back
    if frame is None:
        return False
    module: str = frame.f_globals.get("__name__", "") or ""
    return module.partition(".")[0] not in LIBRARIES
