"""Which functions are observed: scikit-learn's estimators and metrics, and what reads data."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

from jupyter_gov.errors import InputError
from jupyter_gov.records._builtins import keep_builtins

from ._exchange import Exchange, Observer
from ._imports import ImportWatch
from .adapters import Adapter, Container, Prediction, Training
from .data._doors import DOORS, Rebinding, open_doors
from .data._folds import RESAMPLE, SPLIT, observe_folds, observe_resample
from .data._operations import SPLITS, TRANSFORMS, observe_fit_transform, observe_split, observe_transform
from .metrics._functions import SCORERS, is_metric, observe_metric, observe_scorer
from .metrics._uses import (
    PREDICTIONS,
    STAGED,
    observe_fit_predict,
    observe_prediction,
    observe_score,
    observe_staged,
)
from .metrics._validation import observe_validation
from .models import _fits
from .models._behind import VALIDATION
from .models._fits import observe_fit
from .models._functions import FUNCTIONS, observe_function
from .models._native import observe_native_prediction
from .models._search import MEANS, observe_means
from .models._training import observe_container, observe_training
from .models._workers import POOLS, observe_parallel, observe_pool

keep_builtins(globals())

_METHODS: dict[str, Observer] = {
    **dict.fromkeys(_fits.METHODS, observe_fit),
    "fit_transform": observe_fit_transform,
    "fit_predict": observe_fit_predict,
    **dict.fromkeys(STAGED, observe_staged),
    **dict.fromkeys(PREDICTIONS, observe_prediction),
    **dict.fromkeys(TRANSFORMS, observe_transform),
    "score": observe_score,
    RESAMPLE: observe_resample,
}

_FIXED = frozenset({"sklearn", "joblib", "concurrent", "multiprocessing", *(name.partition(".")[0] for name in DOORS)})
"""Packages that nobody edits while using them."""


class Instruments:
    """All observed functions, and the way back.

    Parameters
    ----------
    failed : callable
        Told what could not be observed, and why.
    adapters : sequence of Adapter
        What of other libraries is observed.
    containers : mapping
        Filled with how to read each class of containers.
    """

    def __init__(
        self,
        failed: Callable[[str, BaseException], None],
        adapters: Sequence[Adapter],
        containers: dict[type, Callable[[Any], Mapping[str, Any]]],
    ) -> None:
        self._failed = failed
        self._containers = containers
        self._fixed = _FIXED.union(adapter.package for adapter in adapters)
        self._exchanged: dict[FunctionType, Exchange] = {}
        self._changing: dict[FunctionType, Exchange] = {}
        self._rebound: list[Rebinding] = []
        self._hooks: dict[type, Any] = {}
        self._joined: dict[type, list[Callable[[type], None]]] = {}
        self._callbacks: dict[str, list[Callable[[ModuleType], None]]] = {}
        self._on("sklearn.base", lambda module: self._family(module.BaseEstimator, self.observe_class))
        self._on("sklearn.metrics", self._metrics)
        self._on("sklearn.model_selection", self._functions(VALIDATION, observe_validation))
        self._on("sklearn.model_selection", self._functions(SPLITS, observe_split))
        self._on("sklearn.model_selection", self._folds)
        for name in DOORS:
            self._on(name, self._doors)
        for name, functions in MEANS.items():
            self._on(name, self._functions(functions, observe_means))
        for name, functions in FUNCTIONS.items():
            self._on(name, self._functions(functions, observe_function))
        for name, functions in POOLS.items():
            self._on(name, self._functions(functions, observe_pool))
        self._on("joblib.parallel", self._functions(("Parallel.__call__",), observe_parallel))
        for adapter in adapters:
            for training in adapter.trainings:
                self._adapt(training, observe_training)
            for container in adapter.containers:
                self._adapt(container, observe_container)
            for prediction in adapter.predictions:
                self._adapt(prediction, observe_native_prediction)
        self._watch = ImportWatch({name: self._all_of(callbacks) for name, callbacks in self._callbacks.items()})

    def start(self) -> None:
        """Observe what is imported, and what will be."""
        self._watch.start()

    def stop(self) -> None:
        """Give every function its own code back."""
        self._watch.stop()
        for base, hook in self._hooks.items():
            if base.__dict__.get("__init_subclass__") is hook:
                del base.__init_subclass__
        self._hooks.clear()
        self._joined.clear()
        for rebinding in reversed(self._rebound):
            rebinding.undo()
        self._rebound.clear()
        shells = {id(exchange.shell): exchange for exchange in self._exchanged.values()}
        for exchange in self._exchanged.values():
            exchange.undo(shells)
        self._exchanged.clear()
        self._changing.clear()

    def renew(self) -> None:
        """Observe again the functions that got other code, as ``%autoreload`` gives them."""
        shells = None
        for function, exchange in list(self._changing.items()):
            if function.__code__ is not exchange.shell:
                shells = shells or {id(e.shell) for e in self._exchanged.values()}
                if id(function.__code__) not in shells:
                    exchange.undo({})
                    # Taken over by whoever patched the shell: the function's file is the one that it had before.
                    file = exchange.code.co_filename
                    function.__code__ = function.__code__.replace(co_filename=file)
                    del self._exchanged[function]
                    self._exchange(function, exchange.observer)

    def _safely(self, work: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return `work` as something that an import or a class statement of the user's can call: it does not raise."""

        def attempt(target: Any) -> None:
            try:
                work(target)
            except Exception as error:
                self._failed(f"what {getattr(target, '__name__', 'a module')} does", error)

        return attempt

    def _exchange(self, function: Any, observer: Observer) -> None:
        if isinstance(function, FunctionType) and function not in self._exchanged:
            self._exchanged[function] = Exchange(function, observer)
            if str(function.__module__).partition(".")[0] not in self._fixed:
                self._changing[function] = self._exchanged[function]

    def _on(self, module: str, work: Callable[[ModuleType], None]) -> None:
        self._callbacks.setdefault(module, []).append(self._safely(work))

    def _all_of(self, callbacks: list[Callable[[ModuleType], None]]) -> Callable[[ModuleType], None]:
        def observe(module: ModuleType) -> None:
            for callback in callbacks:
                callback(module)

        return observe

    def _functions(self, names: Iterable[str], observer: Observer) -> Callable[[ModuleType], None]:
        def observe(module: ModuleType) -> None:
            for name in names:
                found = _find(module, name)
                self._exchange(found, observer)

        return observe

    def _adapt(self, entry: Training | Container | Prediction, observer: Callable[..., Any]) -> None:
        """Observe the function that an adapter names."""
        where, _, name = entry.function.partition(":")

        def observe(module: ModuleType) -> None:
            function = _find(module, name)
            owner, method = _find(module, name.rpartition(".")[0]), name.rpartition(".")[2]
            inherited = not isinstance(entry, Container) and entry.subclasses and isinstance(owner, type)
            if not inherited and not isinstance(function, FunctionType):
                raise InputError(
                    f"{entry.function} is not a Python function.",
                    hint="The adapter is for another version of the library.",
                )
            # Called through a partial: which entry it is belongs to the observer, not to the function.
            seen_by = partial(observer, entry)
            if isinstance(entry, Container):
                self._containers[owner] = entry.waiting
            elif inherited:
                # Of a property the function that works out its value.
                self._family(owner, lambda cls: self._exchange(_function(cls.__dict__.get(method)), seen_by))
            self._exchange(function, seen_by)

        self._on(where, observe)

    def _doors(self, module: ModuleType) -> None:
        open_doors(module, self._exchange, self._rebound.append)

    def _metrics(self, module: ModuleType) -> None:
        for name in module.__all__:
            function = getattr(module, name)
            if is_metric(function):
                self._exchange(function, observe_metric)
        scorers = sys.modules.get("sklearn.metrics._scorer")
        for name in SCORERS:
            self._exchange(vars(getattr(scorers, name, object)).get("__call__"), observe_scorer)

    def _folds(self, module: ModuleType) -> None:
        for name in module.__all__:
            # Not asked for by attribute: what is experimental refuses to be.
            for owner in getattr(vars(module).get(name), "__mro__", ()):
                if owner.__module__ == "sklearn.model_selection._split":
                    self._exchange(owner.__dict__.get(SPLIT), observe_folds)

    def _family(self, base: Any, observe: Callable[[type], None]) -> None:
        """Observe all that derive from a class, and all that will."""
        observe = self._safely(observe)
        for cls in _descendants(base):
            observe(cls)
        if base in self._hooks:
            self._joined[base].append(observe)
            return
        joined = self._joined[base] = [observe]

        def __init_subclass__(cls: Any, /, **kwargs: Any) -> None:  # noqa: N807
            super(base, cls).__init_subclass__(**kwargs)
            for each in joined:
                each(cls)

        # Classes that are imported or defined from now on announce themselves here.
        if "__init_subclass__" not in base.__dict__:
            self._hooks[base] = classmethod(__init_subclass__)
            base.__init_subclass__ = self._hooks[base]

    def observe_class(self, cls: type) -> None:
        """Observe the methods that a class brings along, its mixins' included."""
        for owner in cls.__mro__[:-1]:
            for name, observer in _METHODS.items():
                method = owner.__dict__.get(name)
                # `available_if` keeps the method in a descriptor.
                self._exchange(method if isinstance(method, FunctionType) else getattr(method, "fn", None), observer)


def _find(module: ModuleType, name: str) -> Any:
    """Return what a dotted name in a module stands for, or None."""
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None) if part else None
    return found


def _function(found: Any) -> Any:
    return found if isinstance(found, FunctionType) else getattr(found, "fget", None)


def _descendants(base: type) -> Iterator[type]:
    # By identity: a class of classes may say anything of how its classes compare.
    waiting, seen = [base], set[int]()
    while waiting:
        cls = waiting.pop()
        if id(cls) not in seen:
            seen.add(id(cls))
            yield cls
            waiting.extend(type.__subclasses__(cls))
