"""statsmodels: a model object holds the data, and what its ``fit`` returns predicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import UNSEEN, Adapter, Arguments, Prediction, Training


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


def _ahead(_: Arguments) -> Any:
    return UNSEEN


def _mean(result: Any) -> Any:
    """Return the predicted mean in what ``get_prediction`` returns."""
    return next((getattr(result, name) for name in ("predicted_mean", "predicted") if hasattr(result, name)), None)


def _prediction(method: str, **how: Any) -> Prediction:
    where = f"statsmodels.base.model:Results.{method}"
    return Prediction(function=where, through=("statsmodels.base.wrapper",), subclasses=True, **how)


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
    predictions=(
        _prediction("predict", data=_tried_on),
        _prediction("get_prediction", data=_tried_on, output=_mean),
        _prediction("forecast", data=_ahead),
        _prediction("get_forecast", data=_ahead, output=_mean),
        *(_prediction(name, data=lambda _: None, kept=True) for name in ("fittedvalues", "resid", "resid_response")),
    ),
)
