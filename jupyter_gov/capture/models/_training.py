"""Fits, containers and predictions of libraries that an adapter describes."""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from jupyter_gov.records import Json, Metric
from jupyter_gov.records._builtins import keep_builtins

from .._active import active, called_by_library, guarded, stack, unnoticed
from .._describe import describe, qualified
from ._fitcall import FitCall
from ._fits import enter, leave, listed_under
from ._parameters import seeds

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ..adapters import Arguments, Container, Training

keep_builtins(globals())

T = TypeVar("T")
Role = Literal["train", "validation", "test"]


class Containers:
    """Which data sets are inside an object such as XGBoost's ``DMatrix``, known from when it was filled."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[weakref.ref[Any], tuple[str, ...]]] = {}
        self.readers: dict[type, Callable[[Any], Mapping[str, Any]]] = {}
        """Of each class of containers, how to read one that is still to be filled."""

    def remember(self, container: Any, datasets: tuple[str, ...]) -> None:
        """Note what a container was filled with."""
        key = id(container)
        self._by_id[key] = (weakref.ref(container, lambda _: self._by_id.pop(key, None) and None), datasets)

    def inside(self, container: Any) -> tuple[str, ...] | None:
        """Return the data sets in a container, or None where it is not known."""
        found = self._by_id.get(id(container))
        return found[1] if found is not None and found[0]() is container else None

    def reader(self, thing: Any) -> Callable[[Any], Mapping[str, Any]] | None:
        """Return how to read a container; None for anything else."""
        return next((self.readers[k] for k in type(thing).__mro__ if k in self.readers), None)


class TrainingCall(FitCall):
    """A function or method that an adapter says is a fit, under way.

    Parameters
    ----------
    training : Training
        What the adapter says.
    arguments : mapping
        Those of the call, by name.
    """

    def __init__(
        self, tracker: Tracker, training: Training, arguments: Arguments, parent: FitCall | None, *, method: str
    ) -> None:
        super().__init__(tracker, arguments.get("self", arguments), parent, method=method)
        self._training = training
        self._arguments = arguments
        self.result: Any = None
        self.returned = False

    @property
    def class_name(self) -> str:
        """As the adapter names it, else the model's class."""
        name = self._training.class_ and self._asked("class", self._training.class_, self._arguments, self.result)
        if name:
            return name
        models = self.models
        return qualified(type(models[0])) if models else self._training.function.replace(":", ".")

    @property
    def models(self) -> tuple[Any, ...]:
        """What the adapter says is fitted now."""
        if not self.returned:
            return ()
        return self._asked("model", self._training.models, self._arguments, self.result) or ()

    @property
    def learned(self) -> Any:
        """What the adapter says the model has learned; None where there is no model."""
        models = self.models
        if not models:
            return None
        return models[0] if self._training.learned is None else self._training.learned(models[0])

    @property
    def params(self) -> Mapping[str, Json]:
        """What the adapter says the parameters are."""
        return {str(k): describe(v) for k, v in sorted(self._training.params(self._arguments).items())}

    @property
    def own(self) -> bool:
        """Whether the user wrote it: a method of a class of the user's."""
        return "self" in self._arguments and super().own

    @property
    def unread(self) -> bool:
        """Never: the adapter says what there is."""
        return False

    @property
    def searches(self) -> bool:
        """Never: an adapter describes single fits."""
        return False

    @property
    def workers(self) -> Any:
        """None: what a library does by itself in other threads is not listed."""
        return None

    def end(self, *, ok: bool) -> None:
        """Stop the clocks; a function that is given a seed seeds the generators that it draws from."""
        super().end(ok=ok)
        if self.randomness and any(value is not None for value in seeds(self.params).values()):
            self.randomness = "seeded"
            self.tracker.randomness.settle(self._mark)

    def _asked(self, what: str, tell: Callable[..., T], *args: Any) -> T | None:
        return guarded(self.tracker, f"the {what} of {self._training.function}", tell, *args)

    def chose(self, child: Any) -> bool:  # noqa: ARG002
        """Never: what happens inside is how the library works."""
        return False


@unnoticed
def observe_training(training: Training, original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function that fits a model."""
    __tracebackhide__ = True
    tracker = active()
    what = f"a call of {original.__module__}.{original.__name__}"
    begun = (training, original, args, kwargs)
    call = None if tracker is None else guarded(tracker, what, _begin, tracker, *begun)
    if call is None:
        return original(*args, **kwargs)
    try:
        result = original(*args, **kwargs)
    except BaseException:
        leave(call, ok=False)
        raise
    call.result, call.returned = result, True
    leave(call, ok=True)
    guarded(tracker, f"the scores of {original.__name__}", _scores, call)
    return result


@unnoticed
def observe_container(
    container: Container, original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Stand in for the method that fills a container with data."""
    __tracebackhide__ = True
    tracker = active()
    # Inside a fit it is the library's own; what a user's function fills inside a user's fit is the user's.
    if tracker is None or (stack.calls and called_by_library()):
        return original(*args, **kwargs)
    what = f"the data of a {type(args[0]).__name__}"
    found = guarded(tracker, what, _fill, tracker, container, original, args, kwargs)
    stack.calls.append(original)
    try:
        result = original(*args, **kwargs)
    finally:
        stack.calls.pop()
    if found:
        guarded(tracker, what, tracker.containers.remember, args[0], found)
    return result


def arguments_of(function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return a call's arguments by name, defaults included."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def identify(tracker: Tracker, given: Mapping[str, Any], role: Role) -> tuple[str, ...]:
    """Return the ids of data, and of the data that containers were filled with."""
    observe = {"train": tracker.data.fitted, "validation": tracker.data.validated, "test": tracker.data.scored}[role]
    found: list[str | None] = []
    for name, data in given.items():
        read = tracker.containers.reader(data)
        if read is None:
            found.append(guarded(tracker, f"the data {name}", observe, data, name))
            continue
        inside = tracker.containers.inside(data)
        if inside is None:
            # Not filled yet: that is what the call is about to do.
            held = guarded(tracker, f"the data in {name}", read, data) or {}
            inside = identify(tracker, held, role)
            if inside:
                tracker.containers.remember(data, inside)
        for id_ in inside:
            tracker.data.use(id_, role)
        if not inside:
            tracker.session.gap(
                f"the data in {tracker.data.name_of(data) or name} ({qualified(type(data))})",
                "It was filled before tracking began, from a file, or from a part of another.",
                remedy="Build it from a frame or an array after %gov_track.",
                cell=tracker.cell(),
            )
        found += inside
    return tuple(dict.fromkeys(id_ for id_ in found if id_ is not None))


def _begin(
    tracker: Tracker, training: Training, original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> TrainingCall | None:
    parent, wanted = listed_under(args[0] if args else None)
    if not wanted:
        return None
    if parent is not None and called_by_library():
        # A round of a training that is under way, or the training of a class with scikit-learn's protocol.
        return None
    arguments = arguments_of(original, args, kwargs)
    call = TrainingCall(tracker, training, arguments, parent, method=original.__name__)
    before = None if training.previous is None else training.previous(arguments)
    if before is not None and parent is None and before is call.estimator:
        call.listed = tracker.allows(f"calls of {call.class_name}.{call.method}")
    if call.listed:
        given = guarded(tracker, f"the data of {original.__name__}", training.data, arguments) or {}
        call.datasets = identify(tracker, given, "train")
        X: Any = next(iter(given.values()), None)
        call.features = call.tracker.data.columns_of(X)
        shown = identify(tracker, training.validation(arguments), "validation")
        call.watched = tuple(id_ for id_ in shown if id_ not in call.datasets)
        fit = None if before is None else tracker.fits.last(before)
        call.previous = fit.id if fit else None
    enter(call)
    return call


def _fill(
    tracker: Tracker, container: Container, original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[str, ...]:
    given = container.data(arguments_of(original, args, kwargs))
    found = [tracker.data.observe(data, role="source", fallback=name) for name, data in given.items()]
    return tuple(dict.fromkeys(id_ for id_ in found if id_ is not None))


def _scores(call: TrainingCall) -> None:
    if call.parent is not None or not call.listed:
        return
    tracker = call.tracker
    for name, value in call._training.scores(call._arguments, call.result).items():
        tracker.session.record(
            Metric(
                name=name, value=describe(value), origin="cross_validation", cell=tracker.cell(), fits=(call.id,),
                datasets=call.datasets, split="train" if name.startswith("train") else "validation",
            ),
            "metric.computed",
        )  # fmt: skip
