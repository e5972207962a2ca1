"""LightGBM's own interface; its scikit-learn classes are observed as all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import Adapter, Arguments, Container, Prediction, Training


def _trained_on(arguments: Arguments) -> Mapping[str, Any]:
    return {"train_set": arguments["train_set"]}


def _given(train_set: Any) -> Mapping[str, Any]:
    return {} if train_set is None else {"train_set": train_set}


def _itself(arguments: Arguments, _: Any) -> tuple[Any, ...]:
    return (arguments["self"],)


def _watched(arguments: Arguments) -> Mapping[str, Any]:
    sets = [s for s in arguments["valid_sets"] or () if s is not arguments["train_set"]]
    return {f"valid_set_{i}": s for i, s in enumerate(sets)}


def _params(arguments: Arguments) -> Mapping[str, Any]:
    left_out = ("params", "train_set", "valid_sets", "init_model")
    return {**{k: v for k, v in arguments.items() if k not in left_out}, **(arguments["params"] or {})}


def _held(dataset: Any) -> Mapping[str, Any]:
    # Gone once it is built; what a part of another holds is the other's.
    held = {"X": dataset.data, "y": dataset.label, "weight": dataset.weight}
    gone = dataset.data is None or dataset.used_indices is not None or dataset._handle is not None
    return {} if gone else {name: data for name, data in held.items() if data is not None}


def _last(_: Arguments, result: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: values[-1] for name, values in result.items() if isinstance(values, list) and values}


ADAPTER = Adapter(
    name="LightGBM",
    package="lightgbm",
    trainings=(
        Training(
            function="lightgbm.engine:train",
            data=_trained_on,
            validation=_watched,
            params=_params,
            previous=lambda arguments: arguments["init_model"],
        ),
        Training(
            function="lightgbm.engine:cv",
            data=_trained_on,
            params=_params,
            models=lambda _, result: (result["cvbooster"],) if "cvbooster" in result else (),
            class_=lambda _, __: "lightgbm.engine.CVBooster",
            scores=_last,
        ),
        Training(
            function="lightgbm.basic:Booster.update",
            data=lambda arguments: _given(arguments["train_set"] or getattr(arguments["self"], "train_set", None)),
            models=_itself,
            previous=lambda arguments: arguments["self"],
        ),
        Training(
            function="lightgbm.basic:Booster.refit",
            data=lambda arguments: {"X": arguments["data"], "y": arguments["label"]},
            params=lambda arguments: {"decay_rate": arguments["decay_rate"]},
            previous=lambda arguments: arguments["self"],
        ),
    ),
    containers=(
        Container(
            function="lightgbm.basic:Dataset.construct", data=lambda arguments: _held(arguments["self"]), waiting=_held
        ),
    ),
    predictions=(Prediction(function="lightgbm.basic:Booster.predict", data=lambda arguments: arguments["data"]),),
)
