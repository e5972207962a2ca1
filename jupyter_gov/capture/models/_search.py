"""Searches: what they tried, and what they chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.records import Candidate, Json
from jupyter_gov.records._builtins import keep_builtins

from .._active import active, stack, unnoticed
from .._describe import describe
from ._parameters import arguments, own, parameters

if TYPE_CHECKING:
    from ._fitcall import FitCall

keep_builtins(globals())

MEANS = {
    "sklearn.model_selection._validation": ("_fit_and_score", "_fit_and_predict"),
    "sklearn.model_selection._classification_threshold": ("_fit_and_score_over_thresholds",),
    "sklearn.feature_selection._rfe": ("_rfe_single_fit",),
}
"""Functions that fit a candidate only to score it."""

_CHOSEN = ("best_estimator_", "estimator_")

_KEPT = ("mean_test_", "std_test_", "mean_train_", "std_train_", "rank_test_", "iter", "n_resources")
"""What is kept of ``cv_results_``: no times, which differ from run to run, and not each fold's score."""


def searches(kind: type) -> bool:
    """Say whether a class tries out variants of an estimator and keeps one, as `GridSearchCV` and `RFECV` do."""
    names = set(arguments(kind)) if hasattr(kind, "get_params") else set()
    return "estimator" in names and ("refit" in names or {"cv", "scoring"} <= names)


def chosen(search: Any) -> Any:
    """Return the estimator that a search fitted last, on everything; None if it did not."""
    held = own(search)
    return next((held[name] for name in _CHOSEN if held.get(name) is not None), None)


def candidates(search: Any) -> tuple[Candidate, ...]:
    """Return what a search tried, from its ``cv_results_``; empty where there is none."""
    results = own(search).get("cv_results_")
    if not isinstance(results, Mapping):
        return ()
    columns = {str(name): _plain(values) for name, values in results.items() if str(name).startswith(_KEPT)}
    tried = results.get("params")
    if tried is None:
        # RFECV's candidates are numbers of features.
        counts = _plain(results.get("n_features", ()))
        tried = [{"n_features": n} for n in counts]
    refit = own(search).get("refit")
    ranks = columns.get(f"rank_test_{refit}" if isinstance(refit, str) else "", columns.pop("rank_test_score", None))
    return tuple(
        Candidate(
            params={str(k): describe(v) for k, v in params.items()},
            scores={name: values[i] for name, values in columns.items()},
            rank=None if ranks is None else int(ranks[i]),
        )
        for i, params in enumerate(tried)
    )


def splitter(cv: Any, estimator: Any, *, grouped: bool = False) -> dict[str, Json]:
    """Return how a cross-validation divides rows, as scikit-learn reads its argument ``cv``.

    Parameters
    ----------
    cv : int, splitter, iterable or None
    estimator : estimator
        A classifier's folds are stratified.
    grouped : bool
        Whether groups were given.
    """
    if hasattr(type(cv), "split") and type(cv) is not str:
        return {"class": type(cv).__name__, "params": parameters(cv), "groups": grouped}
    if cv is None or type(cv) is int:
        from sklearn.base import is_classifier

        kind = "StratifiedKFold" if estimator is not None and is_classifier(estimator) else "KFold"
        return {"class": kind, "params": {"n_splits": 5 if cv is None else cv, "shuffle": False}, "groups": grouped}
    return {"class": type(cv).__name__, "params": {}, "groups": grouped}


def splitter_of(call: FitCall) -> dict[str, Json] | None:
    """Return how a search divides the rows that it is given; None of what is no search."""
    return splitter(own(call.estimator).get("cv"), call.estimator, grouped=call.grouped) if call.searches else None


@unnoticed
def observe_means(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a library's function whose fits are only a means: nothing inside is looked at."""
    __tracebackhide__ = True
    if active() is None:
        return original(*args, **kwargs)
    stack.calls.append(original)
    try:
        return original(*args, **kwargs)
    finally:
        if stack.calls:
            stack.calls.pop()


def _plain(values: Iterable[Any]) -> list[Any]:
    """Return a column of results as Python's own numbers."""
    found: list[Any] = values.tolist() if hasattr(type(values), "tolist") else list(values)  # type: ignore[attr-defined]
    return [describe(v) for v in found]
