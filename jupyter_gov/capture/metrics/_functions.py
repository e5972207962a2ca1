"""Every value of a ``sklearn.metrics`` function or scorer, with the model and the data that it belongs to."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from jupyter_gov.fingerprints import fingerprint
from jupyter_gov.records import Json, Metric

from .._active import Call, guarded, one_call, unnoticed
from .._describe import describe, qualified
from .._kinds import LISTS
from ..models._behind import behind, inside_fit, origin_of
from ._cuts import labels_of
from ._predictions import Found, Identified, Origin

if TYPE_CHECKING:
    from .._tracker import Tracker

_TRUTH = ("y_true", "labels_true", "y1")
_PREDICTED = ("y_pred", "y_score", "y_proba", "y_prob", "pred_decision", "labels_pred", "y2")
_OTHERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "silhouette_score": (("X",), ("labels",)),
    "silhouette_samples": (("X",), ("labels",)),
    "calinski_harabasz_score": (("X",), ("labels",)),
    "davies_bouldin_score": (("X",), ("labels",)),
    "consensus_score": (("b",), ("a",)),
    "auc": ((), ("y", "x")),
}
"""Metrics that name their parameters otherwise: what they compare with, and what may be a prediction."""

PASSING = frozenset({"sklearn.metrics._scorer", "sklearn.utils.validation"})
"""Modules that may stand between the user and a metric that the user asked for."""

SCORERS = ("_BaseScorer", "_MultimetricScorer")
"""Classes of ``sklearn.metrics._scorer`` whose calls are observed."""

_MAX_ITEMS = 100
"""Of longer results, such as curves, type, shape and digest are kept."""

Split = Literal["train", "validation", "test", "unknown"]


def is_metric(function: Any) -> bool:
    """Say whether a function of ``sklearn.metrics`` compares predictions with a truth, or clusters with data."""
    if not isinstance(function, FunctionType):
        return False
    return function.__name__ in _OTHERS or any(p in inspect.signature(function).parameters for p in _TRUTH)


@unnoticed
def observe_metric(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a metric function."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record, what=f"metric {original.__name__}", through=PASSING)


@unnoticed
def observe_scorer(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for the call of a scorer: what it predicts and computes inside is this one call."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record_scorer, what="a scorer", through=PASSING)


def _record(call: Call) -> None:
    tracker, name = call.tracker, call.original.__name__
    if not tracker.allows(f"values of {name}"):
        return
    bound = inspect.signature(call.original).bind(*call.args, **call.kwargs).arguments
    against, about = _OTHERS.get(name, (_TRUTH, _PREDICTED))
    truth = next((bound[p] for p in against if p in bound), None)
    # Of two raters either may be the model.
    candidates = [bound[p] for p in (*about, *(("y1",) if "y1" in against else ())) if bound.get(p) is not None]
    found = _trace(tracker, candidates)
    if not found.origins:
        tracker.session.gap(
            f"the model behind {name}",
            "The predictions given to it are not what a tracked model returned: they were changed, or made elsewhere.",
            remedy="Pass what predict or predict_proba returned.",
            cell=tracker.cell(),
        )
    if found.changed:
        tracker.session.gap(
            f"the change to the predictions given to {name}",
            "They were changed in place after the model had returned them.",
            remedy="Compute changed predictions as a new array, with a name of its own.",
            cell=tracker.cell(),
        )
    rows = _length(truth)
    params = {
        k: describe(v)
        for k, v in bound.items()
        # A weight for each row is data, not a parameter.
        if k not in (*against, *about) and (rows is None or _length(v) != rows)
    }
    given = (name, truth, candidates[0], bound.get("pos_label")) if candidates and found.origins else None
    labels = None if given is None else guarded(tracker, "the labels behind a metric", labels_of, *given)
    record_metric(
        tracker,
        name,
        call.result,
        found,
        tried_on(tracker, f"the truth given to {name}", truth, against[0] if against else ""),
        params=params,
        labels=labels or frozenset(),
    )


def _trace(tracker: Tracker, candidates: list[Any]) -> Found:
    """Return where the first of several arrays comes from that is known."""
    for data in candidates:
        found = guarded(tracker, "a prediction", tracker.predictions.trace, data)
        if found is not None and found.origins:
            return found
    return Found()


def _record_scorer(call: Call) -> None:
    given = {**dict(zip(("self", "estimator", "X", "y_true"), call.args, strict=False)), **call.kwargs}
    scorer, model = given["self"], given["estimator"]
    # `_MultimetricScorer` hands on what it is given by any name.
    X, y = given.get("X"), given.get("y_true", given.get("y"))
    tracker = call.tracker
    values = call.result if type(call.result) is dict else {"": call.result}
    if not tracker.allows("values of scorers"):
        return
    dataset = tried_on(tracker, "the data of a scorer", X, "X")
    truth = tried_on(tracker, "the truth given to a scorer", y, "y_true")
    found = Found((origin_of(tracker, behind(tracker, model), dataset),), "identity")
    inside = vars(scorer)
    for name, value in values.items():
        # The function's own value: a scorer turns the sign of what is better when it is less.
        own = value * inside["_sign"] if "_sign" in inside else value
        params = {k: describe(v) for k, v in inside.get("_kwargs", {}).items()}
        record_metric(tracker, name or scorer_name(scorer), own, found, truth, kind="scorer", params=params)
        tracker.predictions.derive(value, found.origins)


def scorer_name(scorer: Any) -> str:
    """Return the name of the function that a scorer or a callable stands for."""
    function = getattr(scorer, "__dict__", {}).get("_score_func", scorer)
    while type(function).__module__ == "functools" and type(function).__name__ == "partial":
        function = function.func
    return function.__name__ if isinstance(function, FunctionType) else type(function).__name__


def _length(thing: Any) -> int | None:
    """Return the number of rows of an array, a Series or a list; None for anything else."""
    shape = getattr(thing, "shape", None) if hasattr(type(thing), "shape") else None
    if type(shape) is tuple and shape:
        return int(shape[0])
    return len(thing) if type(thing) in LISTS else None


def value_of(value: Any) -> Json:
    """Return a metric's value as JSON; of a long array, such as a curve, its type, shape and digest."""
    if type(value) in LISTS:
        return [value_of(v) for v in value]
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(value) is numpy.ndarray and value.size > _MAX_ITEMS:
        digest = fingerprint(value).digest if value.dtype.kind in "biuf" and value.ndim < 3 else ""
        shape = {"type": qualified(numpy.ndarray), "dtype": value.dtype.name, "shape": list(value.shape)}
        return {**shape, "digest": digest}
    return describe(value)


def tried_on(tracker: Tracker, what: str, data: Any, fallback: str) -> str | None:
    """Return the id of data that a model is tried on; inside of a fit they serve to choose, so they are no test."""
    observe = tracker.data.validated if inside_fit() else tracker.data.scored
    return guarded(tracker, what, observe, data, fallback)


def _split(tracker: Tracker, origin: Origin) -> str | None:
    if origin.split or origin.dataset is None:
        return origin.split or None
    role = tracker.data.role_of(origin.dataset) if origin.fit is not None else None
    # Other models were fitted on them, as in a loop over folds.
    return "validation" if role == "train" and origin.unseen else role


def split_of(tracker: Tracker, origins: Iterable[Origin]) -> Split:
    """Return what the data of predictions were used for, the use that flatters most first."""
    roles = {_split(tracker, o) for o in origins}
    if "train" in roles:
        return "train"
    if "validation" in roles:
        return "validation"
    return "test" if "test" in roles else "unknown"


def _identified(found: Found) -> Identified:
    """Return how the model was found: what came from a copy of it was found by the copy's content."""
    if found.identified != "identity" or all(o.alike is None for o in found.origins):
        return found.identified
    return "ambiguous" if any(o.alike for o in found.origins) else "content"


def record_metric(
    tracker: Tracker,
    name: str,
    value: Any,
    found: Found,
    truth: str | None,
    *,
    kind: Literal["function", "scorer", "cross_validation", "by_hand"] = "function",
    params: Mapping[str, Json],
    expression: str = "",
    labels: frozenset[str] = frozenset(),
) -> None:
    """Record a metric; its split is what the data it was computed on were used for."""
    origins = found.origins
    fits = tuple(dict.fromkeys(fit for o in origins for fit in (*(o.alike or ()), o.fit) if fit))
    if origins and not fits:
        tracker.session.gap(
            f"the fit of the model behind {name}",
            "It was fitted before tracking began, or elsewhere.",
            remedy="Fit it again in this notebook, after %gov_track.",
            cell=tracker.cell(),
        )
    scored = tuple(dict.fromkeys(o.dataset for o in origins if o.dataset))
    metric = Metric(
        name=name,
        value=value_of(value),
        origin=kind,
        params=params,
        cell=tracker.cell(),
        fits=fits,
        datasets=tuple(dict.fromkeys((*scored, *((truth,) if truth else ())))),
        predictions=tuple(dict.fromkeys(o.prediction for o in origins if o.prediction)),
        identified=_identified(found) if fits else "",
        split=split_of(tracker, origins),
        expression=expression,
    )
    tracker.session.record(metric, "metric.computed")
    tracker.leakage.measured(metric, [(o.fit, o.dataset) for o in origins], truth, labels)
    tracker.predictions.recent.metrics += 1
    tracker.predictions.reported.update((tracker.cell(), o) for o in origins)
    if origins:
        tracker.predictions.derive(value, origins)
