"""What is noted of an expression into which predictions went: a metric, or that its value came from them."""

from __future__ import annotations

import linecache
import math
from ast import get_source_segment
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from jupyter_gov.records import Json

from .._describe import describe
from ..metrics._functions import record_metric
from ..metrics._predictions import Found, Identified
from ..metrics._traces import Origins, is_array, is_frame, is_number, join
from ._origins import Variables, of
from ._rewrite import GROUPS, LOOP, OPAQUE, REDUCES

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ..metrics._predictions import Predictions
    from ._operands import Site

_MAX_VALUES = 100
"""Longer results of one expression are no metric by group, threshold or fold."""

_MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Noted:
    """An expression into which predictions went.

    Attributes
    ----------
    file : str
        Under which name Python knows the cell.
    before : int or None
        How many metrics this thread had recorded before; None where the expression calls nothing.
    direct, origins : tuple of Origin
        The predictions behind the variables in it, and these with those that were made in it.
    """

    site: Site
    variables: Variables
    file: str
    before: int | None
    direct: Origins
    origins: Origins
    identified: Identified

    @property
    def text(self) -> str:
        """The expression as it stands in the cell; empty where the cell's text is not known."""
        line, column, last, end = self.site.place
        lines = linecache.getlines(self.file)
        if not 0 < last <= len(lines):
            return ""
        if line == last:
            # The parser counts bytes.
            return lines[line - 1].encode()[column:end].decode(errors="replace")[:_MAX_TEXT]
        node: Any = SimpleNamespace(lineno=line, col_offset=column, end_lineno=last, end_col_offset=end)
        return (get_source_segment("".join(lines), node) or "")[:_MAX_TEXT]


def note(tracker: Tracker, value: Any, noted: Noted) -> None:
    predictions = tracker.predictions
    if noted.site.flags & LOOP:
        _loop(tracker, noted)
        return
    if is_number(value):
        _number(tracker, value, noted)
        return
    if noted.site.into:
        _put(predictions, value, noted)
    if is_frame(value):
        _frame(tracker, value, noted)
        if noted.site.flags & GROUPS:
            _group(tracker, value, noted)
    elif is_array(value):
        if not predictions.known.of(value):
            predictions.derive(value, noted.origins)
        if noted.site.flags & GROUPS:
            _group(tracker, value, noted)
        if noted.site.names and len(value) == len(noted.site.names):
            _unpack(predictions, value, noted)
    elif type(value) in (list, tuple, dict):
        if not predictions.known.of(value):
            predictions.derive(value, noted.origins)
        if type(value) is not dict and len(value) == len(noted.site.names):
            _unpack(predictions, value, noted)


def _number(tracker: Tracker, value: Any, noted: Noted) -> None:
    predictions = tracker.predictions
    if noted.site.flags & OPAQUE:
        recorded = noted.before is not None and predictions.recent.metrics > noted.before
        if recorded or predictions.known.of(value):
            predictions.known.add_number(value, noted.origins, noted.site.name)
        elif noted.direct and type(value).__name__.startswith("float") and math.isfinite(value):
            tracker.session.gap(
                f"the number {noted.text or noted.site.name}",
                "It was computed from predictions by a function that is not part of the notebook.",
                remedy="Define the function in a cell, or compute the number with sklearn.metrics.",
                cell=tracker.cell(),
            )
    elif noted.site.flags & REDUCES and math.isfinite(value):
        _record(tracker, value, noted)
        if noted.site.added:
            # What it is added to becomes another object.
            predictions.known.add_total(noted.site.name, noted.origins)
        else:
            predictions.known.add_number(value, noted.origins, noted.site.name)


def _record(tracker: Tracker, value: Any, noted: Noted) -> None:
    if not tracker.allows("numbers computed by hand"):
        return
    text = noted.text
    found = Found(noted.origins, noted.identified)
    # What is added to a variable is not yet the variable's value.
    name = ("" if noted.site.added else noted.site.name) or text or "by hand"
    record_metric(tracker, name, value, found, None, kind="by_hand", params=_params(tracker, noted), expression=text)


def _params(tracker: Tracker, noted: Noted) -> dict[str, Json]:
    """Return the variables in an expression that are plain values, such as a threshold or the name of a group."""
    params = {}
    for name, path in noted.site.operands:
        value = noted.variables[name]
        plain = is_number(value) or type(value) is bool or (type(value) is str and len(value) <= _MAX_VALUES)
        if not path and plain and not tracker.predictions.known.of(value, name):
            params[name] = describe(value)
    return params


def _group(tracker: Tracker, value: Any, noted: Noted) -> None:
    """Record several numbers that one expression gave, such as an accuracy for each group."""
    told = _told(value)
    if told is not None:
        _record(tracker, told, noted)


def _told(value: Any) -> Json:
    """Return a few numbers by their labels, or in a list; None where they are many or no numbers."""
    if is_frame(value):
        if value.size > _MAX_VALUES or not hasattr(value, "index"):
            return None
        columns = {str(c): _told(value[c]) for c in value.columns}
        return columns if None not in columns.values() else None
    if value.ndim != 1 or not 0 < len(value) <= _MAX_VALUES or value.dtype.kind not in "fiu":
        return None
    numbers = value.tolist()
    if not all(math.isfinite(v) for v in numbers):
        return None
    if not hasattr(value, "index"):
        return numbers
    labels = value.index.tolist()
    plain = all(type(k) in (str, int, float, bool) for k in labels)
    return {str(k): v for k, v in zip(labels, numbers, strict=True)} if plain else None


def _frame(tracker: Tracker, value: Any, noted: Noted) -> None:
    """Note which columns of a data frame came from predictions."""
    known = tracker.predictions.known
    names = set(map(str, value.columns))
    before = dict(known.columns(value))
    carried: dict[str, Origins] = {}
    frames = [v for v in (noted.variables[n] for n, _ in noted.site.operands) if is_frame(v)]
    for frame in frames:
        carried |= known.columns(frame)
    given = {
        label: join(of(tracker, o, noted.site.labels, noted.variables) for o in operands)
        for label, operands, _ in noted.site.columns
    }
    if not noted.site.columns and not frames:
        carried["*"] = noted.origins
    elif not noted.direct:
        # Predicted on the way, as in `DataFrame({"p": model.predict(X)})`.
        carried |= dict.fromkeys([c for c, _, calls in noted.site.columns if calls] or names, noted.origins)
    for column, origins in {**carried, **{c: o for c, o in given.items() if o}}.items():
        if (column in names or column == "*") and column not in before:
            known.add_column(value, column, origins)


def _put(predictions: Predictions, value: Any, noted: Noted) -> None:
    """Note that a column of a data frame is assigned to."""
    name, column = noted.site.into
    container = noted.variables[name]
    if is_frame(container) and (is_array(value) or type(value) in (list, tuple)):
        predictions.known.add_column(container, column, noted.origins)


def _unpack(predictions: Predictions, value: Any, noted: Noted) -> None:
    """Note the numbers that are assigned to several variables at once."""
    for name, item in zip(noted.site.names, value.tolist() if is_array(value) else value, strict=True):
        if is_number(item):
            predictions.known.add_number(item, noted.origins, name)


def _loop(tracker: Tracker, noted: Noted) -> None:
    tracker.session.gap(
        f"what the loop in line {noted.site.place[0]} adds up",
        "It goes through predictions one by one; numbers that come of that are not followed.",
        remedy="Compute the number from the whole array, as in (predicted == y).mean(), or with sklearn.metrics.",
        cell=tracker.cell(),
    )
