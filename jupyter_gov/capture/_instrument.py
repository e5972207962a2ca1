"""Which functions are observed: scikit-learn's estimators and metrics, and the readers of pandas and NumPy."""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

from . import _fits
from ._exchange import Exchange, Observer
from ._fits import observe_fit, observe_prediction, observe_score
from ._imports import ImportWatch
from ._metrics import is_metric, observe_metric
from ._readers import NUMPY, PANDAS, observe_read

_METHODS: dict[str, Observer] = {
    **dict.fromkeys(_fits.METHODS, observe_fit),
    **dict.fromkeys(("predict", "predict_proba", "predict_log_proba", "decision_function"), observe_prediction),
    "score": observe_score,
}


class Instruments:
    """All observed functions, and the way back."""

    def __init__(self) -> None:
        self._exchanged: dict[FunctionType, Exchange] = {}
        self._base: type | None = None
        self._watch = ImportWatch(
            {
                "sklearn.base": self._estimators,
                "sklearn.metrics": self._metrics,
                "pandas": lambda module: self._functions(module, PANDAS),
                "numpy": lambda module: self._functions(module, NUMPY),
            }
        )

    def start(self) -> None:
        """Observe what is imported, and what will be."""
        self._watch.start()

    def stop(self) -> None:
        """Give every function its own code back."""
        self._watch.stop()
        if self._base is not None:
            del self._base.__init_subclass__
            self._base = None
        for exchange in self._exchanged.values():
            exchange.undo()
        self._exchanged.clear()

    def _exchange(self, function: Any, observer: Observer) -> None:
        if isinstance(function, FunctionType) and function not in self._exchanged:
            self._exchanged[function] = Exchange(function, observer)

    def _functions(self, module: ModuleType, names: Iterable[str]) -> None:
        for name in names:
            self._exchange(getattr(module, name, None), observe_read)

    def _metrics(self, module: ModuleType) -> None:
        for name in module.__all__:
            function = getattr(module, name)
            if is_metric(function):
                self._exchange(function, observe_metric)

    def _estimators(self, module: ModuleType) -> None:
        base: Any = module.BaseEstimator

        def __init_subclass__(cls: Any, /, **kwargs: Any) -> None:  # noqa: N807
            super(base, cls).__init_subclass__(**kwargs)
            self._class(cls)

        # Estimators that are imported or defined from now on announce themselves here.
        base.__init_subclass__ = classmethod(__init_subclass__)
        self._base = base
        waiting, seen = [base], set()
        while waiting:
            cls = waiting.pop()
            if cls not in seen:
                seen.add(cls)
                self._class(cls)
                waiting.extend(cls.__subclasses__())

    def _class(self, cls: type) -> None:
        """Observe the methods that a class brings along, its mixins' included."""
        for owner in cls.__mro__[:-1]:
            for name, observer in _METHODS.items():
                method = owner.__dict__.get(name)
                # `available_if` keeps the method in a descriptor.
                self._exchange(method if isinstance(method, FunctionType) else getattr(method, "fn", None), observer)
