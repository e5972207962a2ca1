"""Cross-validation: what was fitted again and again, on which data, and how well it did on what it had not seen."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.records import Fit, Json

from .._active import enter, guarded, leave, unnoticed
from .._describe import describe, qualified
from ..models._fitcall import FitCall
from ..models._parameters import parameters, seeds
from ..models._search import splitter
from ._functions import record_metric, scorer_name
from ._predictions import Found, Origin

if TYPE_CHECKING:
    from .._tracker import Tracker

_NO_PARAMETER = frozenset({"estimator", "X", "y", "verbose", "pre_dispatch"})

_PARTS = {
    "learning_curve": ("train_sizes", "train_score", "test_score"),
    "validation_curve": ("train_score", "test_score"),
    "permutation_test_score": ("score", "permutation_scores", "pvalue"),
}
"""What the items of a returned tuple are; of ``learning_curve`` the times that may follow are left out."""


@unnoticed
def observe_validation(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``cross_validate`` and its kin: what happens inside is one call of the user's."""
    __tracebackhide__ = True
    tracker = enter(original)
    if tracker is None:
        return original(*args, **kwargs)
    what = f"the cross-validation by {original.__name__}"
    call = None
    try:
        call = guarded(tracker, what, _begin, tracker, original, args, kwargs)
        result = original(*args, **kwargs)
    except BaseException:
        if call is not None:
            guarded(tracker, what, call.finish, False)
        raise
    finally:
        leave()
    if call is not None:
        guarded(tracker, what, call.finish, True)
        guarded(tracker, what, _results, call, result)
    return result


class _Validation(FitCall):
    """A cross-validation that is under way.

    Parameters
    ----------
    arguments : mapping
        Those of the call, by name.
    """

    def __init__(self, tracker: Tracker, arguments: Mapping[str, Any], method: str) -> None:
        super().__init__(tracker, arguments.get("estimator"), None, method=method)
        self.arguments = arguments
        self.fit: Fit | None = None

    def finish(self, ok: bool) -> None:
        """Record that the estimator was fitted, over and over: no model is left."""
        self.end(ok=ok)
        what = f"the parameters of {self.class_name}"
        params = guarded(self.tracker, what, parameters, self.estimator) or {}
        fit = Fit(
            id=self.id,
            class_=self.class_name,
            name=self.tracker.data.name_of(self.estimator),
            cell=self.tracker.cell(),
            params=params,
            features=self.features,
            datasets=self.datasets,
            started=self.started,
            seconds=self.seconds,
            status="ok" if ok else "error",
            method=self.method,
            seeds=seeds(params),
            randomness=self.randomness,
            cpu_seconds=self.cpu_seconds,
            peak_memory_bytes=self.peak_memory_bytes,
        )
        self.tracker.session.record(fit, "fit.completed" if ok else "fit.failed")
        cv, groups = self.arguments.get("cv"), self.arguments.get("groups")
        self.tracker.leakage.fitted(fit, splitter(cv, self.estimator, grouped=groups is not None))
        self.fit = fit


def _begin(
    tracker: Tracker, original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> _Validation | None:
    """Identify the data before anything can change them."""
    if not tracker.allows(f"calls of {original.__name__}"):
        return None
    arguments = inspect.signature(original).bind(*args, **kwargs).arguments
    call = _Validation(tracker, arguments, original.__name__)
    found = [
        guarded(tracker, f"the data {name} of a cross-validation", tracker.data.fitted, arguments.get(name), name)
        for name in ("X", "y")
    ]
    call.datasets = tuple(dict.fromkeys(d for d in found if d is not None))
    X: Any = arguments.get("X")
    call.features = call.tracker.data.columns_of(X)
    call.begin()
    return call


def _results(call: _Validation, result: Any) -> None:
    """Record the scores of the folds, or remember what was predicted for them."""
    tracker, method = call.tracker, call.method
    first = call.datasets[0] if call.datasets else None
    origin = Origin(call.id, first, split="validation")
    if method == "cross_val_predict":
        tracker.predictions.remember(result, origin, method=method)
        return
    if method == "cross_validate":
        for model in result.get("estimator", ()):
            if call.fit is not None:
                tracker.fits.remember(model, call.fit, named=False)
        values = {k: v for k, v in result.items() if k.startswith(("test_", "train_"))}
    elif method == "cross_val_score":
        values = {_scoring(call.arguments.get("scoring")) or "score": result}
    else:
        values = dict(zip(_PARTS[method], result, strict=False))
    params = {k: _parameter(k, v) for k, v in call.arguments.items() if k not in _NO_PARAMETER}
    if "train_sizes" in values:
        params["train_sizes"] = describe(values.pop("train_sizes"))
    for name, value in values.items():
        split = "train" if name.startswith("train_") else "validation"
        found = Found((Origin(call.id, first, split=split),), "identity")
        truth = call.datasets[1] if len(call.datasets) > 1 else None
        record_metric(tracker, name, value, found, truth, kind="cross_validation", params=params)


def _scoring(scoring: Any) -> str:
    return scoring if isinstance(scoring, str) else "" if scoring is None else scorer_name(scoring)


def _parameter(name: str, value: Any) -> Json:
    """Return an argument as JSON: a scorer by its name, a splitter with its parameters."""
    if name == "scoring" and callable(value):
        return scorer_name(value)
    if name == "cv" and not isinstance(value, int) and hasattr(type(value), "split"):
        return {"type": qualified(type(value)), "params": parameters(value)}
    return describe(value)
