"""What is asked besides what is assessed, brought together with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import InputError
from . import _prepare
from ._answers import Answers, predictions
from ._asking import ask
from ._counting._groups import MINIMUM, few_enough
from ._model import TIME_LIMIT
from ._more import More, training_of
from ._options import bins_of, comparable, costs_of, reference_of
from ._prepare import Floats, Ints
from ._registry import assessments
from ._roles import looks_sensitive
from ._running import Evaluations, chosen
from ._subject import Control, Progress, Subject, Training
from ._table import take
from ._tasks import settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything that is asked for besides target and answers; columns have n rows and no index.

    Attributes
    ----------
    names : tuple of str
        The assessments to do.
    asked : frozenset of str
        Those that were included by name.
    bins, confidence, progress, costs, reference, seed, minimum
        As in `Subject`.
    sensitive, strata : mapping of name to column
    weight : ndarray of shape (n,), or None
    control : model or column, or None
    control_name : str
    features : table of shape (n, columns), or None
    more : More
    """

    names: tuple[str, ...]
    asked: frozenset[str]
    confidence: float
    progress: Progress
    costs: Mapping[str, float] | None
    reference: Mapping[str, str]
    bins: Mapping[str, Any]
    seed: int
    minimum: int
    sensitive: Mapping[str, Any]
    strata: Mapping[str, Any]
    weight: Floats | None
    control: Any
    control_name: str
    features: Any
    more: More

    @classmethod
    def of(
        cls,
        rows: Mapping[str, Any],
        *,
        include: str | Iterable[str] | None,
        confidence: float,
        progress: Progress | None,
        costs: Mapping[str, float] | str | None,
        reference: Mapping[str, Any] | str | None,
        bins: Mapping[str, Any] | str | None,
        seed: int,
        minimum: int | None,
        sensitive: Mapping[str, Any],
        strata: Mapping[str, Any],
        sample_weight: Any,
        control: Any,
        control_name: str,
        features: Any,
        more: More,
    ) -> Request:
        """Check what is asked; `rows` are columns, by their names for people, with the rows that all must have.

        Raises
        ------
        InputError
            If something cannot be used, or has other rows.
        NotFoundError
            If no assessment, cost or attribute has the name asked for.
        """
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise InputError(f"The seed is {seed!r}, not a whole number.", hint="Use 0, 1, 2 …")
        for name, held in (("time_limit", more.get("time_limit") or TIME_LIMIT), ("floor", more.get("floor", 0.0))):
            if isinstance(held, bool) or not isinstance(held, int | float) or not held >= 0:
                raise InputError(f"{name} is {held!r}, not a number of 0 or more.", hint="Leave it out, or give one.")
        weight = None if sample_weight is None else _prepare.one_column(sample_weight, "sample_weight")
        column = None if control is None or hasattr(control, "predict") else control
        given = {
            **rows,
            "sample_weight": weight,
            "control": column,
            **{f"sensitive column {name!r}": held for name, held in sensitive.items()},
            **{f"stratum {name!r}": held for name, held in strata.items()},
        }
        _prepare.same_rows(**given)
        if sensitive:
            few_enough(sensitive)
        names = tuple(chosen(include))
        return cls(
            names=names,
            asked=frozenset(() if include is None else names),
            confidence=_prepare.confidence_level(confidence),
            progress=progress or (lambda _name, _done, _total: None),
            costs=costs_of(costs),
            reference=reference_of(reference, sensitive),
            bins=bins_of(bins, sensitive),
            seed=seed,
            minimum=MINIMUM if minimum is None else minimum,
            sensitive={name: _prepare.unindexed(held) for name, held in sensitive.items()},
            strata={name: _prepare.unindexed(held) for name, held in strata.items()},
            weight=None if weight is None else _prepare.weights(weight),
            control=control,
            control_name=control_name,
            features=features,
            more=more,
        )

    def at(self, rows: Ints) -> Request:
        """Return the same for some of the rows."""
        control = self.control
        return replace(
            self,
            sensitive={name: take(column, rows) for name, column in self.sensitive.items()},
            strata={name: take(column, rows) for name, column in self.strata.items()},
            weight=None if self.weight is None else self.weight[rows],
            control=control if control is None or hasattr(control, "predict") else take(control, rows),
            features=None if self.features is None else take(self.features, rows),
        )

    @property
    def time_limit(self) -> float:
        """Seconds that one assessment may spend on predictions."""
        return float(self.more.get("time_limit") or TIME_LIMIT)

    def run_on(self, subject: Subject, columns: Iterable[str] = ()) -> Evaluations:
        """Assess a subject; `columns` are names among which sensitive ones are suggested where none is named.

        Raises
        ------
        InputError
            If the model cannot predict at all and nothing can be said without predictions.
        """
        sensitive, left_out = comparable(self.sensitive)
        strata, notes = comparable(self.strata, "stratum")
        control, problem = self._control(subject)
        train, unusable = self._training()
        notes = [*(left_out if sensitive else ()), *notes, *problem, *unusable]
        subject = replace(
            subject,
            sensitive=sensitive,
            no_sensitive=" ".join(left_out) or subject.no_sensitive + _suggested(columns),
            strata=strata,
            reference={
                name: group for name, group in self.reference.items() if name not in self.sensitive or name in sensitive
            },
            bins=self.bins,
            weight=self.weight,
            control=control,
            costs=self.costs,
            confidence=self.confidence,
            seed=self.seed,
            minimum=self.minimum,
            asked=self.asked,
            features=self.features,
            train=train,
            changeable=self.more.get("changeable") or {},
            reasons=self.more.get("reasons"),
            floor=float(self.more.get("floor", 0.0)),
            progress=self.progress,
            notes=(*subject.notes, *notes),
        )
        if subject.no_predictions:
            known = [assessments()[name] for name in self.names]
            if not any(not one.predictions and not one.left_out(subject) for one in known):
                raise subject.unpredicted
        return Evaluations(self.names, subject)

    def _training(self) -> tuple[Training | None, list[str]]:
        """Return the training data; where they are of no use, a note that says why."""
        try:
            return training_of(self.more.get("train"), self.features), []
        except InputError as error:
            return None, [f"Nothing is compared with the training data: {error}"]

    def _control(self, subject: Subject) -> tuple[Control | None, list[str]]:
        """Return the other model's answers; where they are of no use, a note that says why."""
        if self.control is None:
            return None, []
        name = self.control_name or (type(self.control).__name__ if hasattr(self.control, "predict") else "control")
        try:
            answers = self._control_answers(len(subject))
            if answers.no_predictions:
                raise InputError(answers.no_predictions, hint="Pass a model that predicts on X, or predictions.")
            positive = subject.labels.positive if subject.labels is not None else None
            found = settle(subject.true, answers, task=subject.task, positive=positive)
        except InputError as error:
            return None, [f"Nothing is compared with {name}: {error}"]
        scores, space = (None, "") if found.scores is None else found.scores
        table = _of_classes(found, subject.classes)
        return Control(name=name, predicted=found.predicted, scores=scores, space=space, probabilities=table), []

    def _control_answers(self, n: int) -> Answers:
        if not hasattr(self.control, "predict"):
            return predictions(self.control, "control")
        if self.features is None:
            raise InputError("There are no features to ask it about.", hint="Pass its predictions.")
        told = ask(self.control, self.features, n, self.progress)
        if told.answered is not None:
            raise InputError("It cannot predict all rows.", hint="Pass rows that both models can predict.")
        return told.answers


def _of_classes(found: Subject, classes: tuple[Any, ...]) -> Floats | None:
    """Return the probabilities of these classes; None where another class has some too."""
    table = found.probabilities
    if table is None or not set(found.classes) <= set(classes):
        return None
    aligned = np.zeros((len(table), len(classes)))
    aligned[:, [classes.index(label) for label in found.classes]] = table
    return aligned


def _suggested(columns: Iterable[str]) -> str:
    found = looks_sensitive(columns)
    return f" By their names, these may be some: {', '.join(map(repr, found[:6]))}." if found else ""
