"""Which predictions went into an expression, by the variables that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

from .._kinds import LISTS
from ..metrics._selection import selected
from ..metrics._traces import Origin, Origins, is_array, is_frame, is_number, join
from ._tree import REDUCES

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ..metrics._predictions import Identified
    from ._operands import Operand, Site

_BY_MODEL = frozenset(
    {".labels_", ".fit_predict", ".oob_decision_function_", ".oob_prediction_", ".fittedvalues", ".resid"}
)
"""What a fitted model says of the data that it was fitted on."""

_MAX_SIZE = 10_000_000
"""Larger arrays are not compared with predictions by content."""


class Variables:
    """The values of the variables that an expression names: the function's own, else the module's."""

    __slots__ = ("_frame", "_local")

    def __init__(self, frame: FrameType, local: Mapping[str, Any]) -> None:
        self._frame = frame
        self._local = local

    def __getitem__(self, name: str) -> Any:
        return self._local[name] if name in self._local else self._frame.f_globals.get(name)

    def key(self, name: str) -> str:
        """Return what tells a variable from those of the same name in other functions."""
        # A name in a function that is not among its own is one that it declares `global`, or will have for its own.
        code = self._frame.f_code
        return f"{code.co_firstlineno}:{code.co_qualname}:{name}" if name and code.co_flags & 2 and (
            name in self._local or name in code.co_varnames or name in code.co_cellvars
        ) else name  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operands:
    """The predictions behind the variables in an expression.

    Attributes
    ----------
    rows : bool
        Whether any variable has a value for each row, rather than numbers that sum up.
    name : str
        The first such variable.
    lengths : frozenset of int
        How many rows the arrays in it have.
    """

    origins: Origins
    identified: Identified
    rows: bool
    name: str
    lengths: frozenset[int]


def find(tracker: Tracker, site: Site, variables: Variables, *, by_content: bool) -> Operands:
    """Return the predictions that went into an expression, and how they were found."""
    known = tracker.predictions.known
    found: list[Origins] = []
    identified: Identified = "identity"
    rows, first = False, ""
    for operand in site.operands:
        origins, thing = reach(tracker, operand, site.labels, variables)
        frame = variables[operand[0]]
        if not origins and site.flags & REDUCES and is_frame(frame):
            origins, thing = selected(known, frame, site.labels), frame
            if origins:
                identified = "content" if len({o.fit for o in origins}) == 1 else "ambiguous"
        if origins:
            found.append(origins)
            first = first or operand[0]
            rows = rows or not (is_number(thing) or known.is_summary(thing))
    if not found and by_content and len(site.operands) > 1:
        seen = _by_content(tracker, site, variables)
        if seen is not None:
            first, origins, identified = seen
            found, rows = [origins], True
    lengths = (
        frozenset(n for o in site.operands for n in _lengths(variables[o[0]])) if rows or not found else frozenset()
    )
    return Operands(join(found), identified, rows, first, lengths)


def of(tracker: Tracker, operand: Operand, labels: tuple[str, ...], variables: Variables) -> Origins:
    """Return the predictions behind one variable, or behind what it holds at the end of the way."""
    return reach(tracker, operand, labels, variables)[0]


def reach(tracker: Tracker, operand: Operand, labels: tuple[str, ...], variables: Variables) -> tuple[Origins, Any]:
    """Return the predictions behind one variable, or behind what it holds at the end of the way, and what that is."""
    name, path = operand
    known = tracker.predictions.known
    value, key = variables[name], variables.key(name)
    for step in (*path, None):
        if value is None:
            break
        # `results["forest"]` is one item; `results.values()`, `results[:3]` and `results` are all.
        one = isinstance(value, list | dict) and type(step) is tuple and step[1] is not None
        origins = () if one else known.of(value, key)
        if origins:
            return origins, value
        if is_frame(value):
            return join(o for c, o in known.columns(value).items() if c in labels or c == "*"), value
        if isinstance(step, str) and step in _BY_MODEL and (fit := tracker.fits.of(value)) is not None:
            return (Origin(fit.id, next(iter(fit.datasets), None)),), None
        value = _next(value, step, variables)
        key = ""
    return (), None


def _next(value: Any, step: Any, variables: Variables) -> Any:
    """Return what is one step on from a value, without calling anything that a user may have written."""
    if isinstance(step, str):
        if isinstance(value, tuple):
            fields = type(value).__dict__.get("_fields", ())
            return tuple.__getitem__(value, fields.index(step[1:])) if step[1:] in fields else None
        try:
            own = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return None
        return own.get(step[1:]) if type(own) is dict and not is_array(value) else None
    if step is None:
        return None
    key = variables[step[1]] if step[0] == "$" else step[1]
    if isinstance(value, dict) and (type(key) is str or type(key) is int):
        return dict.get(value, key)
    if type(value) in LISTS and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return None


def _by_content(tracker: Tracker, site: Site, variables: Variables) -> tuple[str, Origins, Identified] | None:
    """Return the one array among several that has the content of a prediction, and that prediction.

    The truth that a perfect model predicted has that content, too: data that are known as such are no prediction.
    """
    arrays: dict[str, Any] = {}
    for name, path in site.operands:
        value = variables[name]
        if is_frame(value):
            label = next((s[1:] if isinstance(s, str) else s[1] for s in path), None)
            if type(label) is str and label in value.columns:
                arrays[f"{name}.{label}"] = value[label]
        elif is_array(value):
            arrays[name] = value
    arrays = {n: a for n, a in arrays.items() if 1 < a.size <= _MAX_SIZE and a.ndim == 1}
    if len(arrays) < 2:
        return None
    found = [(n, f) for n, a in arrays.items() if (f := tracker.predictions.trace(a)).origins]
    found = [(n, f) for n, f in found if tracker.data.used_as(arrays[n]) in (None, "source")]
    return (found[0][0], found[0][1].origins, found[0][1].identified) if len(found) == 1 else None


def _lengths(value: Any) -> list[int]:
    if is_array(value):
        return [len(value)] if getattr(value, "ndim", None) != 0 else []
    if type(value) in LISTS:
        return [len(value), *(len(v) for v in value[:5] if is_array(v) and getattr(v, "ndim", None) != 0)]
    return []
