"""The assessments that there are: ours, those of other packages by entry point, and the user's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ..errors import InputError, did_you_mean
from ..records import Outcome
from ._cards import TASKS, Card, Task

if TYPE_CHECKING:
    from ._subject import Subject

ENTRY_POINTS = "jupyter_gov.assessments"
"""The group of entry points; each names a module, whose import adds its assessments."""

_OURS = (
    "_performance._assessment",
    "_performance._lift",
    "_performance._costs",
    "_comparison._assessment",
    "_calibration._assessment",
    "_fairness._assessment",
    "_fairness._individual",
    "_fairness._label_bias",
    "_fairness._law_144",
    "_explanation._assessment",
    "_explanation._permutation_importance",
    "_explanation._agreement",
    "_effects._assessment",
    "_effects._surrogate",
    "_effects._proxies",
    "_reasons._assessment",
    "_robustness._assessment",
    "_robustness._adversarial",
    "_robustness._retraining",
    "_slices._assessment",
    "_conformal._assessment",
    "_quality._assessment",
    "_drift._assessment",
)
"""Modules whose import adds our assessments, in the order in which they are done."""


@dataclass(frozen=True, slots=True)
class Registered:
    """An assessment: its card, its function, and when it fits.

    Attributes
    ----------
    card : Card
    assess : callable
        Maps a `Subject` to an `Outcome`; pure.
    fits : callable
        Maps a `Subject` to the reason why it cannot be done, in a sentence; an empty string where it can.
    on_request : bool
        Whether it is left out unless it is included by name.
    predictions : bool
        Whether it needs them; one that does not can be done where the model cannot predict.
    """

    card: Card
    assess: Callable[[Subject], Outcome]
    fits: Callable[[Subject], str]
    on_request: bool = False
    predictions: bool = True

    @property
    def ours(self) -> bool:
        """Whether it is one of ours."""
        return _is_ours(self.assess)

    def left_out(self, subject: Subject) -> str:
        """Return why the assessment is not done on `subject`; an empty string where it is."""
        if subject.task not in self.card.tasks:
            *others, last = (TASKS[task] for task in self.card.tasks)
            listed = f"{', '.join(others)} or {last}" if others else last
            return f"It is for {listed}; this is {TASKS[subject.task]}."
        if self.on_request and self.card.name not in subject.asked:
            return f"It is done when it is asked for (option include: {self.card.name})."
        return self.fits(subject)


_known: dict[str, Registered] = {}
_loading = threading.RLock()
_state: Literal["new", "loading", "loaded"] = "new"
Assess = TypeVar("Assess", bound="Callable[[Any], Outcome]")


def add_assessment(
    function: None = None,
    /,
    *,
    name: str = "",
    title: str = "",
    question: str = "",
    tasks: tuple[Task, ...] = (),
    needs: str = "",
    formula: str = "",
    intervals: str = "",
    coverage: str = "",
    source: str = "",
    reading: str = "",
    limits: str = "",
    cost: str = "",
    page: str = "",
    fits: Callable[[Any], str] | None = None,
    on_request: bool = False,
    predictions: bool = True,
) -> Callable[[Assess], Assess]:
    """Add a function to the assessments that `jupyter_gov.assess` chooses from.

    Parameters
    ----------
    function : None
        Nothing: what is added goes below the decorator, which needs its arguments.
    name : str
        The name that ``include`` and policies use: lower case, digits and underscores. One that is taken is replaced
        if it is not one of ours, so that a cell can be run again.
    title, question, needs, formula, intervals, coverage, source, reading, limits, cost, page : str
        The card; see `Card`.
    tasks : tuple of str
        The tasks that it fits: ``binary``, ``multiclass``, ``regression``, ``ranking``.
    fits : callable, optional
        Maps the subject to the reason why the assessment cannot be done, in a sentence, or to an empty string.
    on_request : bool
        Whether it is left out unless it is included by name.
    predictions : bool
        Whether it needs predictions: False for one that looks at labels and people alone.

    Returns
    -------
    callable
        A decorator that returns the function as it is.

    Raises
    ------
    InputError
        If name or tasks are missing, the name belongs to one of ours, or a task is unknown.

    Examples
    --------
    >>> import jupyter_gov as gov
    >>> from jupyter_gov.records import Outcome, Value
    >>> @gov.add_assessment(name="errors", title="Errors", question="How many are wrong?", tasks=("binary",))
    ... def errors(subject):
    ...     wrong = int((subject.true != subject.predicted).sum())
    ...     return Outcome(values=(Value(measure="errors", value=float(wrong), n=len(subject.true)),))
    """
    if function is not None:
        raise InputError(
            "The decorator add_assessment needs arguments.",
            hint="Write @gov.add_assessment(name=…, title=…, question=…, tasks=(…)) above the function.",
        )
    if not name.isidentifier() or name != name.lower():
        raise InputError(f"{name!r} is no name for an assessment.", hint="Use lower case, digits and underscores.")
    if not tasks:
        raise InputError(f"The assessment {name!r} is for no task.", hint=f"Tasks: {', '.join(TASKS)}.")
    for task in tasks:
        if task not in TASKS:
            raise InputError(f"There is no task {task!r}.", hint=did_you_mean(task, TASKS, label="Tasks"))
    card = Card(
        name=name,
        title=title,
        question=question,
        tasks=tuple(tasks),
        needs=needs,
        formula=formula,
        intervals=intervals,
        coverage=coverage,
        source=source,
        reading=reading,
        limits=limits,
        cost=cost,
        page=page,
    )

    def add(assess: Assess) -> Assess:
        mine = _is_ours(assess)
        if not mine:
            _load()  # so that a name of ours is known to be taken
        with _loading:
            if not mine and name in _known and _is_ours(_known[name].assess):
                raise InputError(f"{name!r} is an assessment of jupyter-gov.", hint="Choose another name.")
            _known[name] = Registered(card, assess, fits or (lambda _: ""), on_request, predictions)
        return assess

    return add


def assessments() -> Mapping[str, Registered]:
    """Return all assessments by name: ours in the order in which they are done, then those of others."""
    _load()
    return MappingProxyType(_known)


def _load() -> None:
    global _state
    with _loading:
        if _state != "new":
            return
        _state = "loading"  # what is loaded adds assessments, which asks for this again
        try:
            for module in _OURS:
                import_module(f"{__package__}.{module}")
            _load_entry_points()
            order = {f"{__package__}.{module}": i for i, module in enumerate(_OURS)}
            # One of our modules may have been imported before, by itself.
            ordered = sorted(_known.items(), key=lambda item: order.get(_module(item[1].assess), len(order)))
            _known.clear()
            _known.update(ordered)
            _state = "loaded"
        finally:
            if _state == "loading":
                _state = "new"


def _is_ours(function: Callable[..., Any]) -> bool:
    return _module(function).startswith(f"{__package__}.")


def _module(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__module__", ""))


def _load_entry_points() -> None:
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINTS):
        try:
            point.load()
        except Exception as error:
            # Another package's fault must not cost the reader the assessments that do work, nor be kept from them.
            why = f"{point.value!r} could not be loaded: {type(error).__name__}: {error}"
            _known.setdefault(point.name, _not_loaded(point.name, why))


def _not_loaded(name: str, why: str) -> Registered:
    """Return an assessment that only says why it cannot be done."""
    card = Card(
        name=name,
        title=name,
        question="",
        tasks=tuple(TASKS),
        needs="",
        formula="",
        intervals="",
        source="",
        reading="",
        limits="",
        cost="",
    )
    return Registered(card, lambda _: Outcome(), lambda _: why, predictions=False)
