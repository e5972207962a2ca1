"""What makes data of data under our eyes: splits and transformations."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.provenance import describe_rows

from .._active import Call, active, guarded, one_call, stack, unnoticed
from .._describe import describe
from ..models._fits import observe_fit

if TYPE_CHECKING:
    from jupyter_gov.records import Fit

    from .._tracker import Tracker

SPLITS = ("train_test_split",)
TRANSFORMS = ("transform", "inverse_transform")

_THROUGH = frozenset({"sklearn.utils._set_output", "sklearn.utils._available_if"})
"""scikit-learn's wrappers around a transformer's own methods."""


@unnoticed
def observe_split(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``train_test_split``."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record_split, what="a split", before=_chance)


@unnoticed
def observe_transform(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a transformer's ``transform``."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record_transform, what="a transformation", before=_given, through=_THROUGH)


@unnoticed
def observe_fit_transform(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a transformer's ``fit_transform``."""
    __tracebackhide__ = True
    return observe_making_fit(original, args, kwargs, _record_fitted, what="what a transformation made")


@unnoticed
def observe_making_fit(
    original: FunctionType,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    record: Callable[[Tracker, Fit, tuple[Any, ...], dict[str, Any], Any], None],
    *,
    what: str,
) -> Any:
    """Stand in for a fit that makes data of data.

    Parameters
    ----------
    original, args, kwargs
        The call.
    record : callable
        Records what was made, given the tracker, the new fit, the call's arguments and its result.
    what : str
        What could not be captured if that fails.
    """
    __tracebackhide__ = True
    tracker = active()
    before = None if tracker is None or not args else tracker.fits.of(args[0])
    result = observe_fit(original, args, kwargs)
    if tracker is not None and tracker is active() and not stack.calls:
        guarded(tracker, what, _record_new, tracker, before, args, kwargs, result, record)
    return result


def _record_new(
    tracker: Tracker, before: Fit | None, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, record: Any
) -> None:
    fit = tracker.fits.of(args[0]) if args else None
    # A call inside a library's is part of that one, and left no fit of its own.
    if fit is not None and fit is not before and fit.datasets:
        record(tracker, fit, args, kwargs, result)


def _record_fitted(tracker: Tracker, fit: Fit, args: tuple[Any, ...], _: dict[str, Any], result: Any) -> None:
    record_transformed(tracker, args[0], fit.datasets[0], result, operation="fit_transform")


def _given(tracker: Tracker, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """Return the data set that goes in, identified before it can be changed in its place."""
    data = args[1] if len(args) > 1 else next(iter(kwargs.values()), None)
    return tracker.data.observe(data, role="source") if tracker.allows("transformations") else None


def _chance(_: Tracker, __: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return a source of the random numbers that the split is about to draw."""
    import numpy as np

    given = kwargs.get("random_state")
    if given is not None and not isinstance(given, np.random.RandomState):
        return given
    state = np.random.get_state() if given is None else given.get_state()  # noqa: NPY002 - scikit-learn draws from it
    same = np.random.RandomState(0)
    same.set_state(state)
    return same


def _record_split(call: Call) -> None:
    tracker = call.tracker
    if not tracker.allows("splits"):
        return
    import numpy as np

    params = {name: describe(value) for name, value in call.kwargs.items() if name != "stratify"}
    stratified = call.kwargs.get("stratify") is not None
    splitter = {"class": call.original.__name__, "params": {**params, "stratify": stratified}, "groups": False}
    # The same split of the row numbers says where each row went, also of rows that equal others.
    rows = np.arange(_rows(call.args[0]))
    parts = call.original(rows, **{**call.kwargs, "random_state": call.seen})
    taken = [describe_rows(positions, len(rows)) for positions in parts]
    for i, parent in enumerate(call.args):
        given = tracker.data.observe(parent, role="source")
        for child, positions, told in zip(call.result[2 * i : 2 * i + 2], parts, taken, strict=True):
            if _rows(child) == len(positions):
                how = {"operation": call.original.__name__, "rows": told, "positions": positions}
                key = tracker.data.made_of(child, [given], **how)
                tracker.leakage.split(key, splitter)
                tracker.keep_unnamed(key, child)


def _record_transform(call: Call) -> None:
    if call.seen is not None:
        record_transformed(call.tracker, call.args[0], call.seen, call.result, operation=call.original.__name__)


def record_transformed(tracker: Tracker, estimator: Any, given: str, result: Any, *, operation: str) -> None:
    """Record what a fitted transformer made of a data set: each row of one.

    Parameters
    ----------
    tracker : Tracker
    estimator : transformer
    given : str
        The data set's id.
    result : frame, array, table or sparse matrix
    operation : str
        The method that was called, such as ``fit_transform``.
    """
    fit = tracker.fits.of(estimator)
    made = tracker.data.made_of(result, [given], operation=operation, fit=None if fit is None else fit.id)
    tracker.keep_unnamed(made, result)


def _rows(data: Any) -> int:
    """Return the number of rows; a sparse matrix has a shape but no length."""
    return int(data.shape[0]) if hasattr(type(data), "shape") else len(data)
