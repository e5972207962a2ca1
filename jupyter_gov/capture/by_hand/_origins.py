"""Which predictions went into an expression, by the variables that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..metrics._selection import selected
from ..metrics._traces import Origin, Origins, is_array, is_frame, join
from ._rewrite import REDUCES

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ._operands import Operand, Site

_BY_MODEL = frozenset({".labels_", ".fit_predict", ".oob_decision_function_", ".oob_prediction_"})
"""What a fitted model says of the data that it was fitted on."""


class Variables:
    """The values of the variables that an expression names: the function's own, else the module's."""

    __slots__ = ("_local", "_module")

    def __init__(self, module: Mapping[str, Any], local: Mapping[str, Any]) -> None:
        self._module = module
        self._local = local

    def __getitem__(self, name: str) -> Any:
        return self._local[name] if name in self._local else self._module.get(name)


def origins_of(tracker: Tracker, site: Site, variables: Variables) -> tuple[Origins, bool]:
    """Return the predictions that went into an expression, and whether any was found by content only."""
    found, content = [], False
    for operand in site.operands:
        origins = of(tracker, operand, site.labels, variables)
        if not origins and site.flags & REDUCES and is_frame(variables[operand[0]]):
            origins = selected(tracker.predictions.known, variables[operand[0]], site.labels)
            content = content or bool(origins)
        found.append(origins)
    return join(found), content


def of(tracker: Tracker, operand: Operand, labels: tuple[str, ...], variables: Variables) -> Origins:
    """Return the predictions behind one variable, or behind what it holds at the end of the way."""
    name, path = operand
    known = tracker.predictions.known
    value = variables[name]
    for step in (*path, None):
        if value is None:
            return ()
        # `results["forest"]` is one item; `results.values()`, `results[:3]` and `results` are all.
        one = type(value) in (list, dict) and type(step) is tuple and step[1] is not None
        origins = () if one else known.of(value, name)
        if origins:
            return origins
        if is_frame(value):
            return join(o for c, o in known.columns(value).items() if c in labels or c == "*")
        if isinstance(step, str) and step in _BY_MODEL and (fit := tracker.fits.of(value)) is not None:
            return (Origin(fit.id, next(iter(fit.datasets), None)),)
        value = _next(value, step, variables)
        name = ""
    return ()


def _next(value: Any, step: Any, variables: Variables) -> Any:
    """Return what is one step on from a value, without calling anything that a user may have written."""
    if isinstance(step, str):
        try:
            own = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return None
        return own.get(step[1:]) if type(own) is dict and not is_array(value) else None
    if step is None:
        return None
    key = variables[step[1]] if step[0] == "$" else step[1]
    if type(value) is dict and type(key) in (str, int):
        return value.get(key)
    if type(value) in (list, tuple) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return None
