"""Work that the user sends to other processes, where nothing can be seen."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.records._builtins import keep_builtins

from .._active import active, by_user, called_by, guarded, stack, unnoticed

if TYPE_CHECKING:
    from .._tracker import Tracker

keep_builtins(globals())

POOLS = {
    "concurrent.futures.process": ("ProcessPoolExecutor.submit",),
    "multiprocessing.pool": ("Pool.apply_async", "Pool._map_async", "Pool.imap", "Pool.imap_unordered"),
}
"""Methods that hand a call to another process."""

_JOBLIB = frozenset({"joblib._parallel_backends", "joblib.pool", "joblib.parallel"})
"""Where joblib hands out work: its own call is observed, and threads of its own have no caller that is the user."""

_REMEDY = "Fit in the notebook itself, or in threads: joblib.Parallel(…, prefer='threads')."


@unnoticed
def observe_parallel(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for the call of ``joblib.Parallel``: what runs in threads is seen as ever, other processes are a gap."""
    __tracebackhide__ = True
    result = original(*args, **kwargs)
    tracker = active()
    if tracker is not None and not stack.calls and by_user():
        guarded(tracker, "what joblib's worker processes did", _note_parallel, tracker, args[0], result)
    return result


@unnoticed
def observe_pool(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method that hands a call to another process."""
    __tracebackhide__ = True
    tracker = active()
    threads = sys.modules["multiprocessing.pool"].ThreadPool if "multiprocessing.pool" in sys.modules else ()
    elsewhere = tracker is not None and not isinstance(args[0], threads)
    if tracker is not None and elsewhere and not stack.calls and not called_by(_JOBLIB) and by_user():
        guarded(tracker, "what other processes did", _gap, tracker, type(args[0]).__name__, "")
    return original(*args, **kwargs)


def _note_parallel(tracker: Tracker, parallel: Any, result: Any) -> None:
    if getattr(parallel._backend, "supports_sharedmem", False):
        return
    items = result if type(result) is list else []
    parts = [part for item in items for part in (item if type(item) is tuple else (item,))]
    models = sum(hasattr(type(part), "fit") for part in parts)
    back = f" {models} model{'s' if models > 1 else ''} came back from there." if models else ""
    _gap(tracker, "joblib.Parallel", back)


def _gap(tracker: Tracker, pool: str, back: str) -> None:
    tracker.session.gap(
        f"the fits, metrics and data of the functions that {pool} ran",
        f"They ran in other processes, into which tracking does not reach.{back}",
        remedy=_REMEDY,
        cell=tracker.cell(),
    )
