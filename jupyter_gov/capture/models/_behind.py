"""The fit that stands for a model which is being used, also while the fit around it is still under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_gov.records._builtins import keep_builtins

from .._active import guarded, stack
from ..metrics._traces import Origin
from ._fitcall import FitCall

if TYPE_CHECKING:
    from .._tracker import Tracker

keep_builtins(globals())


VALIDATION = (
    "cross_val_predict", "cross_val_score", "cross_validate", "learning_curve", "permutation_test_score",
    "validation_curve",
)  # fmt: skip
"""Functions of ``sklearn.model_selection`` that fit on folds of their data."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What is known of the fit behind a model.

    Attributes
    ----------
    fit : str or None
        Its id; None where there is none that is known.
    datasets : tuple of str
        What it was fitted on.
    whole : bool
        Whether it is known that it was fitted on nothing else.
    alike : tuple of str or None
        Of a model that is not the object that was fitted, but has its content: other fits that led to the same.
    """

    fit: str | None = None
    datasets: tuple[str, ...] = ()
    whole: bool = False
    alike: tuple[str, ...] | None = None


def behind(tracker: Tracker, model: Any) -> Behind:
    """Return the fit that made a model what it is."""
    call = _under_way(model)
    if call is not None:
        call.named = True
        return Behind(call.id, call.datasets)
    fit, alike = guarded(tracker, "the identity of a model", tracker.fits.find, model) or (None, None)
    if fit is None:
        return Behind()
    # Not among its data sets: what a step of a pipeline, or an earlier `partial_fit`, was fitted on. An estimator of a
    # cross-validation was fitted on a part of them.
    whole = bool(fit.datasets) and fit.previous is None and fit.method not in VALIDATION
    return Behind(fit.id, fit.datasets, whole, alike)


def origin_of(tracker: Tracker, found: Behind, dataset: str | None) -> Origin:
    """Return what stands for a model and the data that it is used on."""
    same = dataset in found.datasets
    shared = "" if dataset is None or same else tracker.overlap(dataset, found.datasets)
    # Rows of the training data are training data by whatever name; of data that hold some, nothing plain can be said.
    split = "" if not shared else "train" if shared == "inside" and found.whole else "unknown"
    return Origin(found.fit, dataset, split=split, unseen=found.whole and not same and not shared, alike=found.alike)


def inside_fit() -> bool:
    """Say whether a fit is under way in this thread."""
    return any(isinstance(call, FitCall) for call in stack.calls)


def _under_way(model: Any) -> FitCall | None:
    """Return the fit of a model that has no record yet, since the one around it has not ended."""
    for call in reversed(stack.calls):
        if not isinstance(call, FitCall):
            continue
        for child in reversed(call.children):
            if any(made is model for made in child.models):
                # Of the fits inside a search only the last is recorded.
                return call if call.searches else child
        if call.estimator is model:
            return call
    return None
