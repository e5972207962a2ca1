"""Asking a model about changed tables: many at once, and what it does with those that it does not take."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._comparison._references import positions
from .._model import Model, RefusedError
from .._prepare import Floats, Ints
from .._subject import Subject

BATCH = 20_000
"""Rows that a model is asked about in one call at most."""
NO_NUMBER = "no number"
"""Why scores are refused that are not finite."""
_BY_PREDICT = {"decision": "model.predict"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model says of n rows, or how it refuses them.

    Attributes
    ----------
    scores : ndarray of shape (n,) or (n, K), or None
    decided : ndarray of int, shape (n,), or None
        Decisions as positions of classes; of two classes 1 is the positive one.
    refused : str
        The class of the error that it raises, `NO_NUMBER` or `OTHER_ROWS`; empty where it answers.
    warned : tuple of str
        Classes of warnings that it gives and does not give on the unchanged rows.
    """

    scores: Floats | None = None
    decided: Ints | None = None
    refused: str = ""
    warned: tuple[str, ...] = ()


class Asker:
    """A model asked about tables like one that it knows.

    Parameters
    ----------
    model : Model
    table : table of shape (n, columns)
        Unchanged rows; what it answers about them is `before`.
    code : callable
        Maps labels that the model decides on to positions of classes.
    decision : mapping
        Where decisions come from, as in `Subject`.
    """

    def __init__(
        self, model: Model, table: Any, code: Callable[[Any], Ints], decision: Mapping[str, Any] = _BY_PREDICT
    ) -> None:
        self.model, self._code, self._decision = model, code, decision
        self._how = decision.get("decision")
        self._usual: frozenset[tuple[str, str]] = frozenset()
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            self.before = self._answer(table)
        self._usual = _named(given)

    @classmethod
    def of(cls, subject: Subject, table: Any) -> Asker:
        """Return the subject's model, deciding as it did for the subject."""

        def code(labels: Any) -> Ints:
            if subject.task == "multiclass":
                return positions(subject, labels)
            return np.asarray(labels == subject.encoded.positive).astype(np.int64)

        return cls(subject.asked_model, table, code, subject.decision)

    def with_model(self, model: Model) -> Asker:
        """Return another model that is asked in the same way."""
        other = copy(self)
        other.model = model
        return other

    def ask(self, tables: Sequence[Any], notify: Callable[[int], None] = lambda _done: None) -> list[Answer]:
        """Return what the model says of each of some tables of the same columns."""
        out: list[Answer] = []
        start = 0
        while start < len(tables):
            end = start + 1
            rows = len(tables[start])
            while end < len(tables) and rows + len(tables[end]) <= BATCH and _alike(tables[start], tables[end]):
                rows += len(tables[end])
                end += 1
            out += self._batch(tables[start:end])
            notify(end)
            start = end
        return out

    @property
    def _decides(self) -> bool:
        return self.model.task in ("binary", "multiclass")

    def _batch(self, tables: Sequence[Any]) -> list[Answer]:
        whole = self._guarded(tables[0] if len(tables) == 1 else _stacked(tables))
        if len(tables) == 1:
            return [whole]
        if whole.refused or whole.warned:
            return [self._guarded(table) for table in tables]  # so that it is known which of them is meant
        ends = np.cumsum([len(table) for table in tables])[:-1]
        scores = [None] * len(tables) if whole.scores is None else np.split(whole.scores, ends)
        decided = [None] * len(tables) if whole.decided is None else np.split(whole.decided, ends)
        return [Answer(scores=s, decided=d) for s, d in zip(scores, decided, strict=True)]

    def _guarded(self, table: Any) -> Answer:
        """Ask about a table; an error and a warning are answers, too."""
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            try:
                answer = self._answer(table)
            except Exception as error:
                return Answer(refused=error.why if isinstance(error, RefusedError) else type(error).__name__)
        if answer.scores is not None and not np.isfinite(answer.scores).all():
            return Answer(refused=NO_NUMBER)
        warned = tuple(sorted({name for name, _ in _named(given) - self._usual}))
        return Answer(scores=answer.scores, decided=answer.decided, warned=warned)

    def _answer(self, table: Any) -> Answer:
        task, model = self.model.task, self.model
        scores = None
        if task != "multiclass" or hasattr(model.estimator, "predict_proba"):
            scores = model.scores(table).values
        if not self._decides:
            return Answer(scores=scores)
        if scores is not None and self._how == "score ≥ threshold":
            return Answer(scores=scores, decided=(scores >= self._decision["threshold"]).astype(np.int64))
        if scores is not None and self._how == "largest probability":
            return Answer(scores=scores, decided=scores.argmax(axis=1))
        return Answer(scores=scores, decided=self._code(model.decide(table)))


def _named(given: Sequence[warnings.WarningMessage]) -> frozenset[tuple[str, str]]:
    return frozenset((one.category.__name__, str(one.message)) for one in given)


def _alike(first: Any, second: Any) -> bool:
    if hasattr(first, "iloc"):
        return bool((first.dtypes == second.dtypes).all())
    return bool(first.dtype == second.dtype)


def _stacked(tables: Sequence[Any]) -> Any:
    if not hasattr(tables[0], "iloc"):
        return np.concatenate(tables)
    import pandas as pd

    return pd.concat(tables, ignore_index=True)
