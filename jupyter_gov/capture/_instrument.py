"""Which functions are observed: scikit-learn's estimators and metrics, and the readers of pandas and NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import FunctionType, ModuleType
from typing import Any

from . import _fits
from ._exchange import Exchange, Observer
from ._fits import observe_fit
from ._imports import ImportWatch
from ._metrics import is_metric, observe_metric
from ._readers import NUMPY, PANDAS, observe_read
from ._uses import PREDICTIONS, VALIDATION, observe_prediction, observe_score, observe_validation

_METHODS: dict[str, Observer] = {
    **dict.fromkeys(_fits.METHODS, observe_fit),
    **dict.fromkeys(PREDICTIONS, observe_prediction),
    "score": observe_score,
}

_FIXED = frozenset({"sklearn", "pandas", "numpy"})
"""Packages that nobody edits while using them."""


class Instruments:
    """All observed functions, and the way back.

    Parameters
    ----------
    failed : callable
        Told what could not be observed, and why.
    """

    def __init__(self, failed: Callable[[str, BaseException], None]) -> None:
        self._failed = failed
        self._exchanged: dict[FunctionType, Exchange] = {}
        self._changing: dict[FunctionType, Exchange] = {}
        self._base: type | None = None
        self._hook: Any = None
        self._watch = ImportWatch(
            {
                "sklearn.base": self._safely(self._estimators),
                "sklearn.metrics": self._safely(self._metrics),
                "sklearn.model_selection": self._safely(self._functions(VALIDATION, observe_validation)),
                "pandas": self._safely(self._functions(PANDAS, observe_read)),
                "numpy": self._safely(self._functions(NUMPY, observe_read)),
            }
        )

    def start(self) -> None:
        """Observe what is imported, and what will be."""
        self._watch.start()

    def stop(self) -> None:
        """Give every function its own code back."""
        self._watch.stop()
        if self._base is not None and self._base.__dict__.get("__init_subclass__") is self._hook:
            del self._base.__init_subclass__
        self._base = self._hook = None
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
            if str(function.__module__).partition(".")[0] not in _FIXED:
                self._changing[function] = self._exchanged[function]

    def _functions(self, names: Iterable[str], observer: Observer) -> Callable[[ModuleType], None]:
        def observe(module: ModuleType) -> None:
            for name in names:
                self._exchange(getattr(module, name, None), observer)

        return observe

    def _metrics(self, module: ModuleType) -> None:
        for name in module.__all__:
            function = getattr(module, name)
            if is_metric(function):
                self._exchange(function, observe_metric)

    def _estimators(self, module: ModuleType) -> None:
        base: Any = module.BaseEstimator
        observe = self._safely(self._class)

        def __init_subclass__(cls: Any, /, **kwargs: Any) -> None:  # noqa: N807
            super(base, cls).__init_subclass__(**kwargs)
            observe(cls)

        # Estimators that are imported or defined from now on announce themselves here.
        if "__init_subclass__" not in base.__dict__:
            self._base, self._hook = base, classmethod(__init_subclass__)
            base.__init_subclass__ = self._hook
        waiting, seen = [base], set()
        while waiting:
            cls = waiting.pop()
            if cls not in seen:
                seen.add(cls)
                observe(cls)
                waiting.extend(type.__subclasses__(cls))

    def _class(self, cls: type) -> None:
        """Observe the methods that a class brings along, its mixins' included."""
        for owner in cls.__mro__[:-1]:
            for name, observer in _METHODS.items():
                method = owner.__dict__.get(name)
                # `available_if` keeps the method in a descriptor.
                self._exchange(method if isinstance(method, FunctionType) else getattr(method, "fn", None), observer)
