"""Folds that the user goes through by hand, and resamplers: where the rows of a part come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.fingerprints import column_cells, fold_cells
from jupyter_gov.provenance import describe_rows, match_rows
from jupyter_gov.records import Json

from .._active import active, by_user, guarded, in_own_code, unnoticed
from ..models._search import splitter
from ._operations import observe_making_fit
from ._readable import known

if TYPE_CHECKING:
    from jupyter_gov.records import Fit

    from .._tracker import Tracker

SPLIT = "split"
RESAMPLE = "fit_resample"


@unnoticed
def observe_folds(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a splitter's ``split``: each pair of row numbers that it yields is a split."""
    __tracebackhide__ = True
    tracker = active()
    result = original(*args, **kwargs)
    if tracker is None or not args or not in_own_code() or not by_user():
        return result
    grouped = (args[3] if len(args) > 3 else kwargs.get("groups")) is not None
    told = guarded(tracker, "how rows are split", _told, args[0], grouped)
    return result if told is None else _pairs(tracker, result, told)


def _told(cv: Any, grouped: bool) -> dict[str, Json]:
    return splitter(cv, None, grouped=grouped)


@unnoticed
def _pairs(tracker: Tracker, result: Any, told: Mapping[str, Json]) -> Iterator[Any]:
    """Yield what `result` does, and note it."""
    __tracebackhide__ = True
    for pair in result:
        if active() is tracker:
            guarded(tracker, "how rows are split", tracker.leakage.fold, pair, told)
        yield pair


@unnoticed
def observe_resample(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a resampler's ``fit_resample``: a fit that makes data of data."""
    __tracebackhide__ = True
    return observe_making_fit(original, args, kwargs, _record, what="what a resampler made")


def _record(tracker: Tracker, fit: Fit, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    import numpy as np

    made = result if type(result) is tuple else (result,)
    given = (*args[1:3], *(kwargs[n] for n in ("X", "y") if n in kwargs))
    positions: Any = getattr(args[0], "__dict__", {}).get("sample_indices_")
    if positions is None or np.shape(positions) != (np.shape(made[0])[0],):
        positions = match_rows(_hashes(made[0]), _hashes(given[0]))
    of = int(np.shape(given[0])[0])
    rows = describe_rows(positions[positions >= 0], of)
    for child, parent in zip(made, given, strict=False):
        linked = {"operation": RESAMPLE, "fit": fit.id, "rows": rows, "positions": positions}
        tracker.keep_unnamed(tracker.data.derived(child, [parent], **linked), child)


def _hashes(data: Any) -> Any:
    readable = known(data)
    cells = column_cells(readable)
    return fold_cells(cells.values(), int(readable.shape[0]))
