"""Fits inside a fit: which the user put there, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jupyter_gov.records._builtins import keep_builtins

from ._parameters import own, values

keep_builtins(globals())

_HOLDERS = ("steps", "transformers_", "transformers", "transformer_list", "estimators", "estimators_")
"""Attributes in which pipelines, column transformers, unions and ensembles hold their parts."""

_NAMED = ("transformers", "estimators")
"""Those whose parts are cloned before they are fitted."""


def kinds(estimator: Any) -> dict[int, type]:
    """Return the classes of all that an estimator has for parameters, steps included, by their `id`."""
    try:
        return {id(type(value)): type(value) for value in values(estimator).values()}
    except Exception:
        # Whatever a parameter does when it is asked for its own.
        return {}


def step(parent: Any, child: Any) -> str:
    """Return the name by which a pipeline, column transformer or ensemble holds the child."""
    for attribute in _HOLDERS:
        for name, part in _parts(parent, attribute):
            if part is child and name:
                return name
    for name, value in own(parent).items():
        # `best_estimator_`, `final_estimator_`, `regressor_`
        if value is child:
            return name.rstrip("_")
    # Column transformers and ensembles fit clones: the class tells them apart where it is unique, the order elsewhere.
    for attribute in _NAMED:
        same = [name for name, part in _parts(parent, attribute) if type(part) is type(child)]
        if len(same) == 1:
            return same[0]
    names = [name for name, part in _parts(parent, "estimators") if not isinstance(part, str)]
    fitted = [part for _, part in _parts(parent, "estimators_")]
    return next((n for n, part in zip(names, fitted, strict=False) if part is child), "")


def fitted(parent: Any) -> list[Any]:
    """Return the fitted parts that an estimator holds, where the user chose their kind."""
    wanted = kinds(parent)
    found: dict[int, Any] = {}
    for attribute in ("steps", "transformers_", "transformer_list", "estimators_", "calibrated_classifiers_"):
        for _, part in _parts(parent, attribute):
            inner = getattr(part, "estimator", part) if attribute == "calibrated_classifiers_" else part
            if id(type(inner)) in wanted and hasattr(type(inner), "fit"):
                found.setdefault(id(inner), inner)
    last = own(parent).get("final_estimator_")
    return [*found.values(), *([last] if last is not None else [])]


def _parts(parent: Any, attribute: str) -> Iterator[tuple[str, Any]]:
    held = own(parent).get(attribute)
    if not isinstance(held, list | tuple):
        return
    for item in held:
        if isinstance(item, tuple):
            if len(item) > 1:
                yield str(item[0]), item[1]
        else:
            yield "", item
