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
from .._kinds import CONTAINERS, LISTS, Kinds
from ..metrics._functions import record_metric
from ..metrics._predictions import Found
from ..metrics._traces import Origins, is_array, is_frame, is_number, join
from ._losses import Writer, writer
from ._origins import Operands, Variables, of
from ._tree import COMPUTES, GROUPS, LOOP, OPAQUE, REDUCES, REPEATS

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ..metrics._predictions import Predictions
    from ._operands import Site

_LABELS = Kinds(str, int, float, bool)
_MAX_VALUES = 100
"""Longer results of one expression are no metric by group, threshold or fold."""

_MAX_TEXT = 1000

_TRUTHS = frozenset({"bool", "bool_"})


@dataclass(frozen=True, slots=True)
class Noted:
    """An expression into which predictions went.

    Attributes
    ----------
    file : str
        Under which name Python knows the cell.
    before : int or None
        How many metrics this thread had recorded before; None where the expression calls nothing.
    found : Operands
        The predictions behind the variables in it.
    origins : tuple of Origin
        These, and those that were made in it.
    """

    site: Site
    variables: Variables
    file: str
    before: int | None
    found: Operands
    origins: Origins

    @property
    def text(self) -> str:
        """The expression as it stands in the cell; empty where the cell's text is not known."""
        if self.site.text:
            return self.site.text[:_MAX_TEXT]
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
    """Note a value into which predictions went."""
    site = noted.site
    if site.flags & LOOP or (site.flags & REPEATS and type(value).__name__ in _TRUTHS):
        _use(tracker, noted, *site.names, *([site.name] if site.added else ()))
    elif is_number(value):
        _number(tracker, value, noted)
    elif is_array(value) or type(value) in CONTAINERS:
        _several(tracker, value, noted)
    elif site.flags & (REPEATS | OPAQUE) and (not site.flags & OPAQUE or _called(tracker, noted) == "user"):
        _use(tracker, noted)


def _number(tracker: Tracker, value: Any, noted: Noted) -> None:
    known, site = tracker.predictions.known, noted.site
    recorded = noted.before is not None and tracker.predictions.recent.metrics > noted.before
    key = noted.variables.key(site.name)
    # `n = n + …` in a loop: only what comes of it in the end is a number that sums up.
    own = bool(site.flags & REPEATS) and (site.added or any(site.name == name for name, _ in site.operands))
    if site.flags & OPAQUE:
        if recorded or known.of(value):
            known.add_number(value, noted.origins, key)
        else:
            _foreign(tracker, value, noted)
    elif site.flags & REDUCES or (not own and (recorded or (noted.found.origins and not noted.found.rows))):
        if math.isfinite(value) and not _is_of_data(noted) and site.flags & (REDUCES | COMPUTES):
            _record(tracker, value, noted)
            if site.added:
                # What it is added to becomes another object.
                known.add_total(key, noted.origins)
            else:
                known.add_number(value, noted.origins, key)
    elif (site.flags & REPEATS and (site.name or site.into)) or (noted.before is not None and noted.found.origins):
        _use(tracker, noted, *([site.name] if own else ()))


def _use(tracker: Tracker, noted: Noted, *totals: str) -> None:
    """Note that predictions went into something that may not be followed, and into the totals of a loop."""
    tracker.by_hand.losses.use(noted.origins, noted.found.name or noted.text)
    for name in totals:
        tracker.predictions.known.add_total(noted.variables.key(name), noted.origins)
    if noted.site.into and noted.site.flags & REPEATS:
        _put(tracker.predictions, None, noted)


def _called(tracker: Tracker, noted: Noted) -> Writer:
    return writer(tracker, noted.site.called, noted.variables)


def _foreign(tracker: Tracker, value: Any, noted: Noted) -> None:
    """Note a number that a function returned without any metric being recorded meanwhile."""
    by = _called(tracker, noted)
    real = type(value).__name__.startswith("float")
    if by != "cell" and noted.found.origins and real and math.isfinite(value):
        tracker.session.gap(
            f"the number {noted.text or noted.site.name}",
            "It was computed from predictions by a function that is not part of the notebook.",
            remedy="Define the function in a cell, or compute the number with sklearn.metrics.",
            cell=tracker.cell(),
        )
    elif by == "user":
        _use(tracker, noted)


def _is_of_data(noted: Noted) -> bool:
    """Say whether a number says something of the features in rows that predictions chose."""
    chosen: Any = noted.variables[noted.site.rows] if noted.site.rows else None
    if not is_array(chosen) or is_frame(chosen):
        return False
    return getattr(chosen, "ndim", 1) == 2 and chosen.shape[1] > 1


def _several(tracker: Tracker, value: Any, noted: Noted) -> None:
    """Note an array, or several values."""
    predictions, site = tracker.predictions, noted.site
    recorded = noted.before is not None and predictions.recent.metrics > noted.before
    if site.into:
        _put(predictions, value, noted)
    groups = bool(site.flags & GROUPS) and is_array(value) and not (value.ndim and len(value) in noted.found.lengths)
    if is_frame(value):
        _frame(tracker, value, noted)
    elif not predictions.known.of(value):
        known = predictions.known
        if type(value) is list and noted.found.origins:
            known.add(value, noted.origins)
        for item in [value] if is_array(value) else _items(value):
            if (is_array(item) or type(item) is list) and not known.of(item):
                known.add(item, noted.origins, summary=groups)
        if site.flags & OPAQUE and not recorded and not is_array(value) and _called(tracker, noted) == "user":
            _use(tracker, noted)
    if groups and not _is_of_data(noted):
        _group(tracker, value, noted)
    sums = recorded or site.flags & OPAQUE or not noted.found.rows
    if sums and site.names and len(value) == len(site.names) and type(value) is not dict:
        _unpack(predictions, value, noted)


def _items(value: Any) -> list[Any]:
    return list(value.values() if type(value) is dict else value)[:_MAX_VALUES]


def _record(tracker: Tracker, value: Any, noted: Noted) -> None:
    if not tracker.allows("numbers computed by hand"):
        return
    text = noted.text
    found = Found(noted.origins, noted.found.identified)
    # What is added to a variable is not yet the variable's value.
    name = ("" if noted.site.added else noted.site.name) or text or "by hand"
    record_metric(tracker, name, value, found, None, kind="by_hand", params=_params(tracker, noted), expression=text)


def _params(tracker: Tracker, noted: Noted) -> dict[str, Json]:
    """Return the variables in an expression that are plain values, such as a threshold or the name of a group."""
    params = {}
    for name, path in noted.site.operands:
        value = noted.variables[name]
        plain = is_number(value) or type(value) is bool or (type(value) is str and len(value) <= _MAX_VALUES)
        if not path and plain and not tracker.predictions.known.of(value, noted.variables.key(name)):
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
    plain = all(type(k) in _LABELS for k in labels)
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
    elif not noted.found.origins:
        # Predicted on the way, as in `DataFrame({"p": model.predict(X)})`.
        carried |= dict.fromkeys([c for c, _, calls in noted.site.columns if calls] or names, noted.origins)
    for column, origins in {**carried, **{c: o for c, o in given.items() if o}}.items():
        if (column in names or column == "*") and column not in before:
            known.add_column(value, column, origins)


def _put(predictions: Predictions, value: Any, noted: Noted) -> None:
    """Note that a column of a data frame is assigned to, or that something is put into an array or list."""
    name, label, *part = noted.site.into
    container = noted.variables[name]
    if is_frame(container):
        if label and (is_array(value) or type(value) in LISTS):
            before = predictions.known.columns(container).get(label, ()) if part else ()
            predictions.known.add_column(container, label, join((before, noted.origins)))
    elif is_array(container) or type(container) is list:
        predictions.known.put(container, noted.origins, whole=label == ":")


def _unpack(predictions: Predictions, value: Any, noted: Noted) -> None:
    """Note the numbers that are assigned to several variables at once."""
    for name, item in zip(noted.site.names, value.tolist() if is_array(value) else value, strict=True):
        if is_number(item):
            predictions.known.add_number(item, noted.origins, noted.variables.key(name))
