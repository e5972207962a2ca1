"""The tracker that observers report to, if there is one; and how they report without ever getting in the way."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_gov.records._builtins import keep_builtins

if TYPE_CHECKING:
    from ._tracker import Tracker

keep_builtins(globals())

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_tracker: Tracker | None = None

LIBRARIES = frozenset({"sklearn", "shap", "fairlearn", "imblearn", "jupyter_gov"})
"""Packages whose calls are part of a call of the user's, not the user's own; those with an adapter join them.

`joblib`, `threading` and `concurrent` are not among them: they pass on what the user hands them, and scikit-learn puts
a frame of its own between them and what it runs.
"""

_OUR_EXPRESSIONS = "jupyter_gov.magics"
"""What stands in a magic's line is the user's."""

_SHELL = "IPython.core.interactiveshell"
"""What lies beyond the shell that runs a cell is the kernel, and the same for every call."""

TIMED = "<magic-timeit>"
"""The file of what ``%timeit`` does over and over, of which nobody sees the results."""

_verdicts: dict[str, bool] = {}
"""Of each module seen so far, whether it is a library's."""

_packages = LIBRARIES

HIDDEN = "<jupyter_gov importlib_bootstrap>"
"""The file name of frames that warnings must not count.

`warnings.warn(…, stacklevel=2)` in a user's `fit` has to name the user's line also when an observer stands between.
CPython leaves frames out whose file name contains both ``importlib`` and ``_bootstrap``.
"""


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


def belong(packages: Iterable[str]) -> None:
    """Take what happens inside these packages as part of the user's call, as it is inside `LIBRARIES`."""
    global _packages
    _packages = LIBRARIES.union(packages)
    _verdicts.clear()


def of_library(module: str) -> bool:
    """Say whether a module is a library's, whose calls are none of the user's own."""
    verdict = _verdicts.get(module)
    if verdict is None:
        verdict = module.partition(".")[0] in _packages and module != _OUR_EXPRESSIONS
        _verdicts[module] = verdict
    return verdict


def unnoticed(function: F) -> F:
    """Make an observer's own frame one that warnings do not count; see `HIDDEN`."""
    assert isinstance(function, FunctionType)  # noqa: S101 - says so to the type checker
    function.__code__ = function.__code__.replace(co_filename=HIDDEN)
    return function


def guarded(tracker: Tracker | None, what: str, work: Callable[..., T], *args: Any) -> T | None:
    """Do our own work; if it fails the user never hears of it, the gap list does."""
    try:
        return work(*args)
    except KeyboardInterrupt:
        # That is the user's, and means the user's cell.
        raise
    except BaseException as error:
        if tracker is not None:
            tracker.failed(what, error)
        return None


def enter(original: FunctionType, through: frozenset[str] = frozenset(), *, anyone: bool = False) -> Tracker | None:
    """Begin a call inside which nothing else is the user's; None if this call is none of the user's itself."""
    try:
        tracker = _tracker
        if tracker is None or not (_by_own_fit(through) if stack.calls else anyone or by_user(through)):
            return None
        stack.calls.append(original)
    except Exception:
        return None
    return tracker


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the user's that has returned.

    Attributes
    ----------
    seen : object
        What was noted before the call could change anything.
    """

    tracker: Tracker
    original: FunctionType
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any
    seen: Any


@unnoticed
def one_call(
    original: FunctionType,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    after: Callable[[Call], object],
    *,
    what: str,
    before: Callable[[Tracker, tuple[Any, ...], dict[str, Any]], object] | None = None,
    through: frozenset[str] = frozenset(),
    anyone: bool = False,
) -> Any:
    """Make a call, inside which nothing else is the user's, and note it; one that is not the user's is just made.

    Parameters
    ----------
    original, args, kwargs
        The call.
    after : callable
        Notes the call once it has returned.
    what : str
        What is missing if that fails, for the gap list.
    before : callable, optional
        Notes the arguments before the call can change them.
    through : frozenset of str
        As in `by_user`.
    anyone : bool
        Whether a library may have made it: what it computes is kept for the user to ask for.
    """
    __tracebackhide__ = True
    tracker = enter(original, through, anyone=anyone)
    if tracker is None:
        return original(*args, **kwargs)
    try:
        seen = None if before is None else guarded(tracker, what, before, tracker, args, kwargs)
        result = original(*args, **kwargs)
    finally:
        leave()
    guarded(tracker, what, after, Call(tracker, original, args, kwargs, result, seen))
    return result


def leave() -> None:
    """End what `enter` began."""
    if stack.calls:
        stack.calls.pop()


def by_user(through: frozenset[str] = frozenset()) -> bool:
    """Say whether the observed function was called by the user's code, and not by a library on the way to something.

    Parameters
    ----------
    through : frozenset of str
        Modules that only pass a call on, such as a scorer's.
    """
    frame = _caller()
    while frame is not None and _module(frame) in through:
        frame = frame.f_back
    # A scorer that the user wrote is called by a library, so every frame counts, not only the nearest.
    while frame is not None:
        module, file = _module(frame), frame.f_code.co_filename
        if of_library(module) and file != HIDDEN:
            return False
        if file == TIMED:
            _note_timed()
            return False
        if module == _SHELL:
            return True
        frame = frame.f_back
    return True


def in_own_code() -> bool:
    """Say whether no observed call is under way in this thread, or only a ``fit`` that the user wrote."""
    calls = stack.calls
    return not calls or (type(calls[-1]) is not FunctionType and calls[-1].own)


def _by_own_fit(through: frozenset[str]) -> bool:
    """Say whether a function was called by a ``fit`` that the user wrote, and not by a library on the way."""
    if not in_own_code():
        return False
    frame = _caller()
    while frame is not None and _module(frame) in through:
        frame = frame.f_back
    return frame is not None and not of_library(_module(frame))


def _note_timed() -> None:
    if _tracker is not None:
        _tracker.session.gap(
            "the fits, predictions and metrics inside of %timeit",
            "It repeats what it measures: they are no results.",
            remedy="Compute once outside of %timeit what a reader should see; %time does that.",
            cell=_tracker.cell(),
        )


def called_by(modules: frozenset[str]) -> bool:
    """Say whether the observed function was called directly from one of `modules`."""
    frame = _caller()
    return frame is not None and _module(frame) in modules


def called_by_library() -> bool:
    """Say whether a library called the observed function directly."""
    frame = _caller()
    return frame is not None and of_library(_module(frame))


def _caller() -> FrameType | None:
    """Return the frame that called the observed function: the first beyond the observer's own."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (frame.f_code.co_filename == HIDDEN or _module(frame).startswith(__package__)):
        frame = frame.f_back
    return frame


def _module(frame: FrameType) -> str:
    name = frame.f_globals.get("__name__")
    return name if type(name) is str else ""
