"""What is assessed, whatever made its decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..records import Json, Outcome
from ._cards import Task
from ._counting._groups import Combinations, combine, encode
from ._model import Model
from ._prepare import Floats, Ints, Labels, dense
from ._scores import Scores

if TYPE_CHECKING:
    from ._explanation._attributions import Attributions

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Another model's answers on the same rows, to compare with.

    Attributes
    ----------
    name : str
    predicted : array of shape (n,), or None
        Labels or numbers.
    scores : ndarray of shape (n,), or None
        Scores of the positive label.
    space : str
        What `scores` are, as in `Scores`; empty where there are none.
    probabilities : ndarray of shape (n, K), or None
        Of a multi-class task, one column for each class of the subject, in its order.
    """

    name: str
    predicted: Any = None
    scores: Floats | None = None
    space: str = ""
    probabilities: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class Training:
    """What a model was trained on.

    Attributes
    ----------
    features : DataFrame or ndarray of shape (m, columns)
        With the columns of the subject's `table`.
    true : array of shape (m,), or None
        Labels or numbers.
    """

    features: Any
    true: Any = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What all assessments share: n rows with what happened, what was predicted, and what is known besides.

    Attributes
    ----------
    task : str
        ``binary``, ``multiclass``, ``regression`` or ``ranking``.
    true : array of shape (n,)
        Labels or, for a regression, numbers.
    predicted : array of shape (n,), or None
        Decisions or predicted numbers; None for a ranking, and where the model could not predict.
    labels : Labels or None
        `true` and `predicted` encoded, of a binary task or of a ranking with two labels, whose `predicted` is all
        False.
    classes : tuple
        Of a multi-class task, in order.
    scores : Scores or None
        Of a binary task those of the positive label; of a ranking the score.
    probabilities : ndarray of shape (n, K), or None
        Of a multi-class task, one column for each of `classes`.
    no_scores : str
        Why there are none.
    weight : ndarray of shape (n,), or None
    features : table of shape (n, columns), or None
        What the model predicts on.
    no_predictions : str
        Why there are none although the task decides; assessments that need them fail with it.
    sensitive : mapping
        Sensitive columns by name, as arrays of shape (n,); all can be compared by.
    bins : mapping
        How sensitive columns that are quantities are made groups of, as in `encode`.
    no_sensitive : str
        Why there are none, for assessments that compare groups.
    strata : mapping
        Columns by name within whose values groups are compared too.
    reference : mapping
        The chosen reference group by attribute.
    control : Control or None
        Another model.
    costs : mapping or None
        What each outcome costs: ``false_positive``, ``false_negative``, ``true_positive``, ``true_negative``.
    decision : mapping
        Where the decisions come from, and what was left out: parameters that every result has.
    confidence : float
    replicates, seed : int
        Of bootstraps and simulations.
    minimum : int
        Rows below which a group is shown but not judged.
    asked : frozenset of str
        Assessments that are included by name.
    notes : tuple of str
        What the reader should know of the input, whichever assessment is read: they are put before the notes of each.
    progress : callable
        Told an assessment's name, the steps done and their total.
    model : Model or None
        The model itself, to be asked about other rows.
    no_model : str
        Why there is none.
    train : Training or None
        What the model was trained on.
    changeable : mapping
        The columns that a person can change, by name, with the bounds of the change, as they were given.
    reasons : mapping or None
        The reasons that columns stand for, as they were read; `reason_codes` checks them.
    floor : float
        The smallest effect that counts as drift.
    """

    task: Task
    true: Any
    predicted: Any = None
    labels: Labels | None = None
    classes: tuple[Any, ...] = ()
    scores: Scores | None = None
    probabilities: Floats | None = None
    no_scores: str = ""
    weight: Floats | None = None
    no_predictions: str = ""
    features: Any = None
    sensitive: Mapping[str, Any] = field(default_factory=dict)
    bins: Mapping[str, Any] = field(default_factory=dict)
    no_sensitive: str = "No sensitive column is named. Name some with the option sensitive."
    strata: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, str] = field(default_factory=dict)
    control: Control | None = None
    costs: Mapping[str, float] | None = None
    decision: Mapping[str, Json] = field(default_factory=dict)
    confidence: float = 0.95
    replicates: int = 1_000
    seed: int = 0
    minimum: int = 30
    asked: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    progress: Progress = lambda _name, _done, _total: None
    model: Model | None = None
    no_model: str = "There is no model."
    train: Training | None = None
    changeable: Mapping[str, Any] | str = field(default_factory=dict)
    reasons: Mapping[str, Any] | None = None
    floor: float = 0.0

    def __len__(self) -> int:
        return len(self.true)

    @property
    def unpredicted(self) -> InputError:
        """The error of what needs predictions where there are none."""
        return InputError(self.no_predictions, hint="Pass X as the model's predict takes it.")

    @property
    def encoded(self) -> Labels:
        """The labels of two classes; an InputError where there are none."""
        if self.labels is None:
            raise InputError("The target does not have two classes.", hint="Pass a target with two classes.")
        return self.labels

    @property
    def scored(self) -> Scores:
        """The scores; an InputError where there are none."""
        if self.scores is None:
            raise InputError(self.no_scores or "There are no scores.", hint="Use a model with predict_proba.")
        return self.scores

    @property
    def asked_model(self) -> Model:
        """The model; an InputError where there is none."""
        if self.model is None:
            raise InputError(self.no_model, hint="Pass a fitted model.")
        return self.model

    @cached_property
    def table(self) -> Any:
        """The features as a DataFrame or an array of shape (n, columns).

        Raises
        ------
        InputError
            If there are none, or they are sparse or something else.
        """
        return dense(self.features, "X")

    @property
    def attributions(self) -> Attributions:
        """The parts of columns in the outputs of sampled rows of `table`, made once for all assessments.

        Raises
        ------
        InputError
            If there is no model, no table, the model does not answer rows made of values of others, or it would take
            longer than the model's time limit.
        """
        if isinstance(self._attributed, Exception):
            raise self._attributed
        return self._attributed

    @cached_property
    def _attributed(self) -> Attributions | Exception:
        """`attributions`, or why there are none: what failed once is not tried again."""
        from ._explanation._sampling import sample_attributions

        try:
            return sample_attributions(
                self.asked_model,
                self.table,
                seed=self.seed,
                notify=lambda done, total: self.progress("explanation", done, total),
            )
        except Exception as error:
            return error

    @cached_property
    def order(self) -> Ints:
        """Rows by ascending score, equal ones in any order; an InputError where there are no scores."""
        return np.argsort(self.scored.values)

    @cached_property
    def combinations(self) -> Combinations | None:
        """The sensitive columns and their combinations, as codes; None where there are none.

        Raises
        ------
        InputError
            If a column cannot be made groups of, see `encode`.
        """
        if not self.sensitive:
            return None
        return combine([encode(column, name, bins=self.bins.get(name)) for name, column in self.sensitive.items()])


def with_parameters(outcome: Outcome, *notes: str, **parameters: Json) -> Outcome:
    """Return an outcome with more notes and parameters."""
    return replace(outcome, notes=(*outcome.notes, *notes), parameters={**outcome.parameters, **parameters})
