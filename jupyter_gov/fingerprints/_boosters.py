"""What models hold that keep it in the memory of another library, or beside what they have learned."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._state import class_name, getattr_static


@dataclass(frozen=True, slots=True)
class Written:
    """A model as text, which is what counts.

    Attributes
    ----------
    split : callable
        Returns what the text says, as dicts, lists, texts and numbers.
    """

    text: str
    split: Callable[[str], Any]


def _lightgbm(booster: Any) -> dict[str, Any] | None:
    """Return the trees as text, without the parameters that follow: these name threads and verbosity."""
    if class_name(type(booster)) != "lightgbm.Booster":
        return None
    model = booster.model_to_string(num_iteration=-1)
    trees = Written(model.partition("\nparameters:")[0], _sections)
    return {"model": trees, "best_iteration": booster.best_iteration}


def _xgboost(booster: Any) -> dict[str, Any] | None:
    """Return the model as JSON, without the version of the library that wrote it."""
    if class_name(type(booster)) != "xgboost.Booster":
        return None
    model = json.loads(bytes(booster.save_raw("json")))
    model.pop("version", None)
    return {"model": Written(json.dumps(model, sort_keys=True), lambda text: _numbers(json.loads(text)))}


_NAMES = ("feature_names", "feature_types")


def _sections(text: str) -> dict[str, Any]:
    """Return what a model of LightGBM says: by section, such as ``Tree=0``, what stands for each name."""
    sections: dict[str, Any] = {}
    held = sections
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if name == "Tree" or not equals:
            # A line without a value begins a section too, or ends them all.
            held = sections.setdefault(line, {}) if line else sections
        else:
            held[name] = value
    del sections["tree"]["tree_sizes"]  # lengths of what follows, which change with the digits of a number
    return _numbers(sections)  # type: ignore[no-any-return]


def _numbers(value: Any) -> Any:
    """Return a value with the texts in it that are numbers, or several with spaces or in brackets, as such."""
    if type(value) is dict:
        return {name: part if name in _NAMES else _numbers(part) for name, part in value.items()}
    if type(value) is list:
        return [_numbers(part) for part in value]
    if type(value) is not str:
        return value
    words = value.removeprefix("[").removesuffix("]").replace(",", " ").split()
    try:
        return [float(word) for word in words] or value
    except ValueError:
        return value


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
