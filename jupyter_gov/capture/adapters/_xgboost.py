"""XGBoost's own interface; its scikit-learn classes are observed as all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import Adapter, Arguments, Container, Prediction, Training


def _trained_on(arguments: Arguments) -> Mapping[str, Any]:
    return {"dtrain": arguments["dtrain"]}


def _watched(arguments: Arguments) -> Mapping[str, Any]:
    return {name: matrix for matrix, name in arguments["evals"] or () if matrix is not arguments["dtrain"]}


def _params(arguments: Arguments) -> Mapping[str, Any]:
    left_out = ("params", "dtrain", "evals", "evals_result", "xgb_model")
    return {**{k: v for k, v in arguments.items() if k not in left_out}, **dict(arguments["params"] or {})}


def _held(arguments: Arguments) -> Mapping[str, Any]:
    held = {"X": arguments["data"], "y": arguments["label"], "weight": arguments["weight"]}
    return {name: data for name, data in held.items() if data is not None}


def _last(_: Arguments, result: Any) -> Mapping[str, Any]:
    return {str(name): list(result[name])[-1] for name in result if len(result[name])}


ADAPTER = Adapter(
    name="XGBoost",
    package="xgboost",
    trainings=(
        Training(
            function="xgboost.training:train",
            data=_trained_on,
            validation=_watched,
            params=_params,
            previous=lambda arguments: arguments["xgb_model"],
        ),
        Training(
            function="xgboost.training:cv",
            data=_trained_on,
            params=_params,
            models=lambda _, __: (),
            class_=lambda _, __: "xgboost.core.Booster",
            scores=_last,
        ),
        *(
            Training(
                function=f"xgboost.core:Booster.{method}",
                data=_trained_on,
                models=lambda arguments, _: (arguments["self"],),
                previous=lambda arguments: arguments["self"],
            )
            for method in ("update", "boost")
        ),
    ),
    containers=tuple(
        Container(function=f"xgboost.core:{name}.__init__", data=_held) for name in ("DMatrix", "QuantileDMatrix")
    ),
    predictions=(
        Prediction(function="xgboost.core:Booster.predict", data=lambda arguments: arguments["data"]),
        Prediction(function="xgboost.core:Booster.inplace_predict", data=lambda arguments: arguments["data"]),
    ),
)
