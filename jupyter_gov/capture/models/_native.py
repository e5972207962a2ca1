"""Predictions of models that an adapter describes."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.records._builtins import keep_builtins

from .._active import Call, one_call, unnoticed
from ..adapters import UNSEEN
from ..metrics._predictions import Origin
from ..metrics._uses import remember
from ._behind import behind, inside_fit, origin_of
from ._training import Role, arguments_of, identify

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ..adapters import Prediction

keep_builtins(globals())


@unnoticed
def observe_native_prediction(
    prediction: Prediction, original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Stand in for the method by which such a model predicts."""
    __tracebackhide__ = True

    def before(tracker: Tracker, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Origin | None:
        if not tracker.allows(f"predictions of {type(args[0]).__name__}"):
            return None
        found = behind(tracker, args[0])
        data = prediction.data(arguments_of(original, args, kwargs))
        if data is None:
            dataset = next(iter(found.datasets), None)
        elif data is UNSEEN:
            dataset = None
        else:
            role: Role = "validation" if inside_fit() else "test"
            dataset = next(iter(identify(tracker, {"X": data}, role)), None)
        return origin_of(tracker, found, dataset)

    def after(call: Call) -> None:
        output = None if call.seen is None else prediction.output(call.result)
        if output is not None:
            remember(call.tracker, output, call.seen, call.original.__name__)

    through = frozenset(prediction.through)
    return one_call(
        original, args, kwargs, after, what="a prediction", before=before, through=through, anyone=prediction.kept
    )
