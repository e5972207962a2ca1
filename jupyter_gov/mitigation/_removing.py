"""CorrelationRemover: features without what goes with the attribute in a straight line."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from ..assessment._pipeline import unwrap
from ..assessment._prepare import Bools, Floats
from ..errors import InputError
from ._applying import attribute_cost, why_not_by_group
from ._by_group import ByGroup
from ._groups import Names
from ._problem import Made, Method, Problem
from ._refit import cloned, refit

CELLS = 50_000_000
"""Cells of a prepared table beyond which it is too large to be made dense."""


class CorrelationRemoved(ByGroup):
    """A model whose prepared features have what goes with the groups in a straight line taken out of them.

    Parameters
    ----------
    estimator : estimator
        Of a pipeline all steps but the last prepare; the last is fitted to what is left.
    sensitive : tuple of str
    alpha : float
        How much is taken out, up to 1.
    positive, threshold, minimum, seed, columns
        As for `GroupThresholds`.

    Attributes
    ----------
    before_ : fitted pipeline, or None
        The steps that prepare.
    remover_ : fairlearn.preprocessing.CorrelationRemover
    estimator_ : fitted estimator
        The last step.
    indicators_ : list of str
        Groups that have a column of zeros and ones; all but one.
    """

    def __init__(
        self,
        estimator: Any,
        *,
        sensitive: tuple[str, ...] = (),
        alpha: float = 1.0,
        positive: Any = None,
        threshold: float | None = None,
        minimum: int = 30,
        seed: int = 0,
        columns: tuple[str, ...] | None = None,
    ) -> None:
        self.estimator = estimator
        self.sensitive = sensitive
        self.alpha = alpha
        self.positive = positive
        self.threshold = threshold
        self.minimum = minimum
        self.seed = seed
        self.columns = columns

    def learn(self, problem: Problem) -> Self:
        """Fit a clone of the model, with the remover before its last step."""
        from fairlearn.preprocessing import CorrelationRemover

        _, groups, large = self._begin(problem)
        made = cloned(problem.model, problem.seed)
        made = unwrap(made)
        is_pipeline = type(made).__name__ == "Pipeline" and len(made.steps) > 1
        self.before_ = made[:-1] if is_pipeline else None
        X, y = problem.X_train, np.asarray(problem.y_train).reshape(-1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prepared = X if self.before_ is None else self.before_.fit_transform(X, y)
        self.indicators_ = sorted(large)[1:]
        table = self._table(prepared, groups)
        self.remover_ = CorrelationRemover(sensitive_feature_ids=list(range(len(self.indicators_))), alpha=self.alpha)
        left = self.remover_.fit_transform(table)
        weight = None if problem.sample_weight is None else np.asarray(problem.sample_weight, np.float64)
        problem.check_time()
        self.estimator_ = refit(made.steps[-1][1] if is_pipeline else made, left, y, weight=weight, seed=problem.seed)
        return self

    def predict(self, X: Any, *, sensitive_features: Any = None) -> Any:
        """Return the labels that are decided, an array of shape (n,); parameters as for `ByGroup.predict`."""
        left = self._left(X, sensitive_features)
        return np.where(self._alike(left, self._scores(left)), self.positive_, self.other_)

    def scores(self, X: Any, *, sensitive_features: Any = None) -> Floats:
        """Return scores of the positive label, of shape (n,)."""
        return self._scores(self._left(X, sensitive_features))

    def _left(self, X: Any, given: Any) -> Floats:
        inner = self._inner(X)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prepared = inner if self.before_ is None else self.before_.transform(inner)
        return np.asarray(self.remover_.transform(self._table(prepared, self._groups(X, given))), np.float64)

    def _table(self, prepared: Any, groups: Names) -> Floats:
        """Return indicators of groups and the prepared features beside them, as numbers."""
        if int(np.prod(prepared.shape)) > CELLS:
            raise InputError(
                f"The prepared features have {int(np.prod(prepared.shape)):,} cells.",
                hint="Encode categories more coarsely.",
            )
        dense = prepared.toarray() if hasattr(prepared, "toarray") else prepared
        try:
            numbers = np.asarray(dense, np.float64)
        except (TypeError, ValueError):
            raise InputError(
                "The model's last step takes text, from which no correlation can be removed.",
                hint="Encode it in a step of the pipeline before.",
            ) from None
        if not np.isfinite(numbers).all():
            raise InputError(
                "The model's last step takes missing values, from which no correlation can be removed.",
                hint="Fill them in a step of the pipeline before.",
            )
        return np.column_stack([*(groups == name for name in self.indicators_), numbers]).astype(np.float64)

    def _decide(self, inner: Any, groups: Names) -> Bools:
        raise NotImplementedError


def _make(problem: Problem) -> Iterator[Made]:
    problem.check_time()
    made = CorrelationRemoved.of(problem).learn(problem)
    yield Made(
        name="correlation remover",
        estimator=made,
        parameters={"alpha": 1.0, "indicators": list(made.indicators_), "seed": problem.seed},
        needs_attribute=True,
        costs=(
            attribute_cost(problem),
            "What goes with the attribute other than in a straight line stays.",
            "Features are no longer what people entered: reasons for a decision are harder to give.",
        ),
    )


CORRELATION_REMOVER = Method(
    key="correlation_remover",
    title="CorrelationRemover",
    about="Takes what goes with the attribute in a straight line out of the features, and fits the last step again.",
    citation="fairlearn's CorrelationRemover (Bird et al. 2020): residuals of a linear regression on the attribute.",
    needs="Two classes, features that are numbers before the last step, the attribute at prediction time.",
    applies=why_not_by_group,
    make=_make,
)
