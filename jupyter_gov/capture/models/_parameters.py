"""Parameters of an estimator, by scikit-learn's names."""

from __future__ import annotations

import inspect
import re
import sys
import weakref
from collections.abc import Mapping
from typing import Any

from jupyter_gov.records import Json
from jupyter_gov.records._builtins import keep_builtins

from .._describe import describe

keep_builtins(globals())

_SEEDS = re.compile(r"(^|_)(random_state|seed)$")
"""``random_state``, ``seed``, ``random_seed``, LightGBM's ``bagging_seed`` and their like."""

_names: weakref.WeakKeyDictionary[type, tuple[object, tuple[str, ...]]] = weakref.WeakKeyDictionary()
"""Of a class, the ``__init__`` that was looked at and the names of its parameters."""


def own(thing: Any) -> dict[str, Any]:
    """Return an object's own attributes, without asking the object."""
    try:
        found: dict[str, Any] = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}
    return found


def values(estimator: Any) -> dict[str, Any]:
    """Return all parameters, those of nested estimators as ``step__name``.

    Of an object without ``get_params`` they are the attributes that bear the names of its constructor's arguments.
    """
    kind = type(estimator)
    if not hasattr(kind, "get_params"):
        held = own(estimator)
        return {name: held[name] for name in arguments(kind) if name in held}
    if not _plain(kind):
        try:
            found: dict[str, Any] = estimator.get_params(deep=True)
        except Exception:
            # A parameter that will not even say whether it has parameters of its own.
            found = estimator.get_params(deep=False)
        return found
    # What `BaseEstimator.get_params` does, without reading the constructor's signature each time.
    plain = {name: getattr(estimator, name) for name in arguments(kind)}
    nested = {}
    for name, value in plain.items():
        # Asked of the class: an object of the user's may do anything when it is asked for an attribute.
        if not isinstance(value, type) and hasattr(type(value), "get_params"):
            nested.update({f"{name}__{inner}": v for inner, v in values(value).items()})
    return {**plain, **nested}


def parameters(estimator: Any) -> dict[str, Json]:
    """Return all parameters of an estimator as JSON; see `values`."""
    return {name: describe(value) for name, value in sorted(values(estimator).items())}


def seeds(params: Mapping[str, Json]) -> dict[str, Json]:
    """Return the parameters that seed randomness, nested ones included."""
    return {name: value for name, value in params.items() if _SEEDS.search(name)}


def _plain(kind: type) -> bool:
    """Say whether a class leaves it to scikit-learn's `BaseEstimator` to list its parameters, and all have names."""
    base = sys.modules.get("sklearn.base")
    if base is None or getattr(kind, "get_params", None) is not base.BaseEstimator.get_params:
        return False
    return not any(name.startswith("*") for name in _signature(kind))


def arguments(kind: type) -> tuple[str, ...]:
    """Return the names of the parameters of a class's constructor; those of ``*args`` and ``**kwargs`` have none."""
    return tuple(name for name in _signature(kind) if not name.startswith("*"))


def _signature(kind: type) -> tuple[str, ...]:
    start = kind.__init__  # type: ignore[misc]
    # By its code: `%autoreload` gives the same function another.
    mark = getattr(start, "__code__", start)
    known = _names.get(kind)
    if known is None or known[0] is not mark:
        known = _names[kind] = (mark, _read(start))
    return known[1]


def _read(start: Any) -> tuple[str, ...]:
    if start is object.__init__:
        return ()
    try:
        found = inspect.signature(getattr(start, "deprecated_original", start)).parameters.values()
    except (TypeError, ValueError):
        return ()
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(f"*{p.name}" if p.kind in several else p.name for p in found if p.name != "self")
