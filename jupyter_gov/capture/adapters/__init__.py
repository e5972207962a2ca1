"""How fits of a library without scikit-learn's protocol are observed; see ``docs/adapters.md``.

A package registers an `Adapter` under the entry-point group ``jupyter_gov.adapters``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Arguments = Mapping[str, Any]
"""The arguments of an observed call by the function's own names, defaults included; of a method also ``self``."""


UNSEEN = object()
"""What `Prediction.data` returns where a prediction is for no data that there are, as a forecast is."""


def _nothing(*_: Any) -> Mapping[str, Any]:
    return {}


def _itself(result: Any) -> Any:
    return result


def _result(_: Arguments, result: Any) -> tuple[Any, ...]:
    return () if result is None else (result,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A function or method that fits a model.

    Attributes
    ----------
    function : str
        Where it is, as ``module:name`` or ``module:Class.method``.
    data : callable
        ``data(arguments)`` returns what it is trained on, features first, by the names to use where no variable holds
        it. Containers are given as they are. Called before the function.
    validation : callable
        ``validation(arguments)`` returns in the same way what it only watches, such as for early stopping.
    params : callable
        ``params(arguments)`` returns the parameters. Called after the function.
    models : callable
        ``models(arguments, result)`` returns the objects that are fitted now, first the one that the user holds; by
        default the result alone.
    class_ : callable
        ``class_(arguments, result)`` returns the name of what was fitted; by default the first model's class.
    learned : callable
        ``learned(model)`` returns what the model has learned, as bytes, arrays, numbers, texts, and lists or mappings
        of them, for the model's digest. By default the model itself is walked through.
    previous : callable
        ``previous(arguments)`` returns the model that this training goes on from, or None.
    scores : callable
        ``scores(arguments, result)`` returns numbers of a cross-validation by name.
    subclasses : bool
        Whether to observe, of every subclass of the method's class, its own method of that name.
    """

    function: str
    data: Callable[[Arguments], Mapping[str, Any]]
    validation: Callable[[Arguments], Mapping[str, Any]] = _nothing
    params: Callable[[Arguments], Mapping[str, Any]] = _nothing
    models: Callable[[Arguments, Any], tuple[Any, ...]] = _result
    class_: Callable[[Arguments, Any], str] | None = None
    learned: Callable[[Any], Any] | None = None
    previous: Callable[[Arguments], Any] | None = None
    scores: Callable[[Arguments, Any], Mapping[str, Any]] = _nothing
    subclasses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """An object that holds data in a form of its own, such as XGBoost's ``DMatrix``.

    Attributes
    ----------
    function : str
        The method that fills it, as ``module:Class.method``; often ``__init__``.
    data : callable
        ``data(arguments)`` returns the data it is filled with, features first. Called before the method.
    waiting : callable
        ``waiting(container)`` returns the data in one that is filled only when it is used; by default there is none.
    """

    function: str
    data: Callable[[Arguments], Mapping[str, Any]]
    waiting: Callable[[Any], Mapping[str, Any]] = _nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A method or property by which a fitted model predicts.

    Attributes
    ----------
    function : str
        The method, as ``module:Class.method``.
    data : callable
        ``data(arguments)`` returns what it predicts for, None for the data that the model was fitted on, or `UNSEEN`.
    output : callable
        ``output(result)`` returns the predictions in what it returns; by default that is all.
    kept : bool
        Whether it is a property whose value is computed once, whoever asks first, and kept.
    through : tuple of str
        Modules of the library that may stand between the user's call and the method, and only pass it on.
    subclasses : bool
        As in `Training`.
    """

    function: str
    data: Callable[[Arguments], Any]
    output: Callable[[Any], Any] = _itself
    kept: bool = False
    through: tuple[str, ...] = ()
    subclasses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """What of a library is observed.

    Attributes
    ----------
    name : str
        What to call it on the gap list.
    package : str
        The package that is importable; calls from inside it are part of the user's call.
    trainings, containers, predictions : tuple
        Its functions.
    """

    name: str
    package: str
    trainings: tuple[Training, ...] = ()
    containers: tuple[Container, ...] = field(default=())
    predictions: tuple[Prediction, ...] = field(default=())


__all__ = ["UNSEEN", "Adapter", "Arguments", "Container", "Prediction", "Training"]
