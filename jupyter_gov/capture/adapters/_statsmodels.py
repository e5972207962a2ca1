"""statsmodels: a model object holds the data, and what its ``fit`` returns predicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import Adapter, Arguments, Prediction, Training


def _trained_on(arguments: Arguments) -> Mapping[str, Any]:
    model = arguments["self"]
    if getattr(model, "formula", None) is not None:
        return {"data": model.data.frame}
    return {"exog": model.data.orig_exog, "endog": model.data.orig_endog}


def _params(arguments: Arguments) -> Mapping[str, Any]:
    model = arguments["self"]
    # Weights and offsets are data, one for each row.
    held = {
        k: getattr(model, k, None) for k in getattr(model, "_init_keys", ()) if k not in ("missing_idx", "model_spec")
    }
    said = {k: v for k, v in arguments.items() if k != "self"}
    return {**held, **said, **(said.get("kwargs") or {})}


def _fitted(_: Arguments, result: Any) -> tuple[Any, ...]:
    inner = getattr(result, "_results", None)
    return (result,) if inner is None else (result, inner)


def _tried_on(arguments: Arguments) -> Any:
    return arguments.get("exog", arguments.get("params"))


ADAPTER = Adapter(
    name="statsmodels",
    package="statsmodels",
    trainings=tuple(
        Training(
            function=f"statsmodels.base.model:Model.{method}",
            data=_trained_on,
            params=_params,
            models=_fitted,
            class_=lambda arguments, _: f"{type(arguments['self']).__module__}.{type(arguments['self']).__qualname__}",
            subclasses=True,
        )
        for method in ("fit", "fit_regularized")
    ),
    predictions=(Prediction(function="statsmodels.base.model:Results.predict", data=_tried_on, subclasses=True),),
)
