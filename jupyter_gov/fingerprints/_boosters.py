"""What models hold that keep it in the memory of another library, or beside what they have learned."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ._state import class_name, getattr_static


def _lightgbm(booster: Any) -> dict[str, Any] | None:
    """Return the trees as text, without the parameters that follow: these name threads and verbosity."""
    if class_name(type(booster)) != "lightgbm.Booster":
        return None
    model = booster.model_to_string(num_iteration=-1)
    return {"model": model.partition("\nparameters:")[0], "best_iteration": booster.best_iteration}


def _xgboost(booster: Any) -> dict[str, Any] | None:
    """Return the model as JSON, without the version of the library that wrote it."""
    if class_name(type(booster)) != "xgboost.Booster":
        return None
    model = json.loads(bytes(booster.save_raw("json")))
    model.pop("version", None)
    return {"model": json.dumps(model, sort_keys=True)}


def _statsmodels(results: Any) -> dict[str, Any] | None:
    """Return the parameters: results also keep the data they were fitted on, and whatever was asked of them."""
    held = getattr_static(results)
    if "_results" in held:  # the wrapper that gives names to what the results return
        results = held["_results"]
        held = getattr_static(results)
    if "params" not in held:
        return None
    model = held.get("model")
    learned: dict[str, Any] = {
        name: held[name] for name in ("params", "scale", "normalized_cov_params") if name in held
    }
    names = getattr_static(getattr_static(model).get("data")).get("param_names")
    return {**learned, "model": type(model), "names": names}


def _sklearn(tree: Any) -> dict[str, Any] | None:
    """Return what a tree of neighbours was built of: it also counts how often it was asked."""
    if class_name(type(tree)).rstrip("3264") not in ("sklearn.KDTree", "sklearn.BallTree"):
        return None
    leaf_size, *others = tree.__getstate__()[4:]
    return {
        "arrays": tree.get_arrays(),
        "leaf_size": leaf_size,
        "metric": [part for part in others if type(part) is not int],
    }


READERS: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
    "statsmodels": _statsmodels,
    "sklearn": _sklearn,
}
"""By library, what returns the learned state of one of its objects; None for an object that is as it looks."""
