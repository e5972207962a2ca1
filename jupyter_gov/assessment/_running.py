"""Running assessments on a subject, each on its own feet."""

from __future__ import annotations

import json
import math
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any, Literal, NamedTuple

import numpy as np

from ..errors import GovError, InputError, NotFoundError, a_type, did_you_mean
from ..records import Json, Outcome, Value
from ._cards import Card
from ._model import first_line
from ._registry import Registered, assessments
from ._subject import Subject

INTERRUPTED = "It was interrupted."
ALL = "all"
"""Includes every assessment, also those that are done only when they are asked for."""
_NUMBERS = ("lower", "value", "upper", "confidence")


class Evaluation(NamedTuple):
    """One assessment's result.

    Attributes
    ----------
    name : str
        As in `assessments`.
    card : Card
        What the assessment asks, rests on and cannot tell.
    status : str
        ``done``, ``skipped`` (it does not apply, see `reason`) or ``failed`` (it could not be done, see `reason`).
    reason : str
        One sentence with a hint; empty when done.
    outcome : Outcome
        Without values unless done.
    seconds : float
    """

    name: str
    card: Card
    status: Literal["done", "skipped", "failed"]
    reason: str
    outcome: Outcome
    seconds: float


def chosen(include: str | Iterable[str] | None) -> list[str]:
    """Return the names of the assessments that are asked for, in the order in which they are done.

    Raises
    ------
    InputError
        If none is.
    NotFoundError
        If there is none of such a name.
    """
    known = assessments()
    if include is None:
        return list(known)
    asked = [part.strip() for part in include.split(",")] if isinstance(include, str) else [str(i) for i in include]
    if ALL in asked:
        return list(known)
    for name in asked:
        if name not in known:
            raise NotFoundError(f"No assessment named {name!r}.", hint=did_you_mean(name, known, label="Assessments"))
    if not asked:
        raise InputError("No assessment is included.", hint=f"Name some of {', '.join(known)}.")
    return [name for name in known if name in asked]


class Evaluations:
    """Results of assessments, made one after the other as they are asked for; one that fails leaves the others be.

    Where an assessment is interrupted, it and those that were still to come are given as skipped, and KeyboardInterrupt
    is raised after them.

    Attributes
    ----------
    subject : Subject
        What is assessed.
    """

    def __init__(self, names: Iterable[str], subject: Subject) -> None:
        self.subject = subject
        self._waiting = list(names)
        self._interrupt: KeyboardInterrupt | None = None

    def __iter__(self) -> Iterator[Evaluation]:
        return self

    def __next__(self) -> Evaluation:
        if self._waiting:
            found = self._next(self._waiting[0])
            del self._waiting[0]
            return found
        interrupt, self._interrupt = self._interrupt, None
        if interrupt is not None:
            raise interrupt
        raise StopIteration

    def stop(self, interrupt: KeyboardInterrupt) -> None:
        """Skip what is still to come, as where an assessment is interrupted."""
        self._interrupt = interrupt

    def _next(self, name: str) -> Evaluation:
        registered = assessments()[name]
        if self._interrupt is None:
            try:
                return _run(name, registered, self.subject)
            except KeyboardInterrupt as error:
                self._interrupt = error
        return Evaluation(name, registered.card, "skipped", INTERRUPTED, Outcome(), 0.0)


def _run(name: str, registered: Registered, subject: Subject) -> Evaluation:
    start = time.perf_counter()
    status: Literal["done", "skipped", "failed"] = "done"
    reason, outcome = "", Outcome()
    subject.progress(name, 0, 1)
    if subject.model is not None:
        subject.model.begin()
    try:
        reason = registered.left_out(subject)
        if reason:
            status = "skipped"
        elif registered.predictions and subject.no_predictions:
            raise subject.unpredicted
        else:
            # NumPy's own settings: under the user's an underflow may raise.
            with np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"):
                outcome = _checked(name, registered.assess(subject), subject, registered)
    except GovError as error:
        status, reason = "failed", str(error)
    except Exception as error:
        status, reason = "failed", f"{type(error).__name__}: {first_line(error)}{_place(error, registered)}"
    subject.progress(name, 1, 1)
    return Evaluation(name, registered.card, status, reason, outcome, time.perf_counter() - start)


def _place(error: Exception, registered: Registered) -> str:
    """Return where an assessment of the user's own raised, for people."""
    if registered.ours:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    home = getattr(getattr(registered.assess, "__code__", None), "co_filename", None)
    lines = [frame for frame in frames if frame.filename == home]
    return f" (line {lines[-1].lineno} of {lines[-1].name})" if lines else ""


def _checked(name: str, made: object, subject: Subject, registered: Registered) -> Outcome:
    """Return an outcome as it can be recorded, with what the reader should know of the input."""
    if not isinstance(made, Outcome):
        raise InputError(
            f"The assessment {name!r} returned {a_type(made)}, not an Outcome.",
            hint="Return jupyter_gov.records.Outcome(values=(Value(…), …)).",
        )
    outcome = made
    for value in outcome.values:
        if not isinstance(value, Value):
            raise InputError(
                f"The assessment {name!r} returned {a_type(value)} among its values.",
                hint="Return jupyter_gov.records.Value(measure=…, value=…) for each number.",
            )
    if not registered.ours:
        for value in outcome.values:
            _refuse_odd(value)
        outcome = replace(outcome, parameters=_python(outcome.parameters), curves=_python(outcome.curves))
    try:
        json.dumps([outcome.parameters, outcome.curves, outcome.notes])
    except (TypeError, ValueError) as error:
        raise InputError(
            f"What the assessment {name!r} returned cannot be written down: {first_line(error)}.",
            hint="Give parameters and curves as lists, dicts, text, int, float, bool and None.",
        ) from error
    # Where nothing is predicted, of a table as it is, there is no task.
    answers = (subject.model, subject.predicted, subject.scores)
    task = {} if all(one is None for one in answers) else {"task": subject.task}
    return replace(
        outcome,
        values=tuple(map(_plain, outcome.values)),
        parameters={**subject.decision, **outcome.parameters, **task},
        curves={key: _drawable(curve) for key, curve in outcome.curves.items()},
        notes=(*subject.notes, *outcome.notes),
    )


def _drawable(curve: Json) -> Json:
    """Return a curve without the points that are infinite or no number, which no axis has a place for."""
    if not isinstance(curve, Mapping):
        return curve
    lists = {key: part for key, part in curve.items() if isinstance(part, list)}
    odd = {i for part in lists.values() for i, v in enumerate(part) if isinstance(v, float) and not math.isfinite(v)}
    if not odd:
        return curve
    return {k: [v for i, v in enumerate(part) if i not in odd] if k in lists else part for k, part in curve.items()}


def _python(held: Any) -> Any:
    """Return a value of a parameter or curve with NumPy's numbers and arrays as Python's."""
    if isinstance(held, Mapping):
        return {key: _python(part) for key, part in held.items()}
    if isinstance(held, list | tuple):
        return [_python(part) for part in held]
    return held.tolist() if isinstance(held, np.ndarray | np.generic) else held


def _refuse_odd(value: Value) -> None:
    """Raise InputError if a number cannot be shown: it is infinite, or not within its interval."""
    low, mid, high = (getattr(value, name) for name in _NUMBERS[:3])
    if isinstance(mid, Real) and math.isinf(mid):
        raise InputError(f"{value.measure} is {mid}.", hint="Give a number, or None where it cannot be estimated.")
    pairs = ((low, mid), (mid, high), (low, high))
    if any(isinstance(a, Real) and isinstance(b, Real) and a > b for a, b in pairs):
        raise InputError(
            f"{value.measure} is {mid}, outside of its interval from {low} to {high}.", hint="Check lower and upper."
        )


def _plain(value: Value) -> Value:
    """Return a value whose numbers are Python's, NaN being None: what NumPy counts cannot be written down as it is."""
    changed: dict[str, Any] = {}
    for name in _NUMBERS:
        number = getattr(value, name)
        if number is None:
            continue
        if not isinstance(number, Real):
            raise InputError(
                f"{name} of {value.measure} is {number!r}, which is no number.", hint="Give a float, or None."
            )
        made: Any = None if math.isnan(number) else float(number)
        if made is not number:
            changed[name] = made
    if value.n is not None and type(value.n) is not int:
        changed["n"] = int(value.n)
    return replace(value, **changed) if changed else value
