"""All assessments of one fitted model on one data set, each on its own feet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from ..errors import GovError, InputError, NotFoundError, did_you_mean
from ..records import Outcome
from . import _prepare
from ._cards import ASSESSMENTS
from ._explanation import explanation
from ._fairness import fairness
from ._performance import calibration, performance
from ._scores import Scores, classes_of, model_scores
from ._sensitive import sensitive_columns

Progress = Callable[[str, int, int], None]


class Evaluation(NamedTuple):
    """One assessment's result.

    Attributes
    ----------
    name, title : str
        As in `ASSESSMENTS`.
    status : str
        ``done``, ``skipped`` (it does not apply, see `reason`) or ``failed`` (it could not be done, see `reason`).
    reason : str
        One sentence with a hint; empty when done.
    outcome : Outcome
        Without values unless done.
    seconds : float
    """

    name: str
    title: str
    status: Literal["done", "skipped", "failed"]
    reason: str
    outcome: Outcome
    seconds: float


class _SkippedError(Exception):
    """The assessment does not apply; its text is the reason."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What all assessments share."""

    model: Any
    X: Any
    true: Any
    predicted: Any
    labels: _prepare.Labels
    scores: Scores | None
    no_scores: str
    sensitive: dict[str, Any]
    confidence: float
    progress: Progress


def evaluate(
    model: Any,
    X: Any,
    y: Any,
    *,
    attributes: Any = None,
    sensitive: str | Iterable[str] | None = None,
    confidence: float = 0.95,
    include: str | Iterable[str] | None = None,
    progress: Progress | None = None,
) -> Iterator[Evaluation]:
    """Assess a fitted binary classifier on data with known labels.

    Parameters
    ----------
    model : fitted classifier or Pipeline
        Needs ``predict``; ``predict_proba`` or ``decision_function`` add ranking, ``predict_proba`` calibration.
    X : DataFrame or array of shape (n, columns)
        What the model predicts on.
    y : array-like of shape (n,)
        Labels of two classes; the positive one is the larger in sort order.
    attributes : DataFrame or Series, optional
        Sensitive columns that the model does not see. Rows are matched with those of `X` by index label; it may have
        more rows than `X`. What would match by luck only (default row numbers) is refused.
    sensitive : str or iterable of str, optional
        Sensitive columns by name, looked up in `attributes`, then in `X`; by default all columns of `attributes`.
    confidence : float
        Two-sided confidence of all intervals.
    include : str or iterable of str, optional
        Names of assessments to do; by default all of `ASSESSMENTS`.
    progress : callable, optional
        Called with an assessment's name, the steps done and their total.

    Returns
    -------
    iterator of Evaluation
        In the order of `ASSESSMENTS`. Input is checked and predictions are made before this function returns; the
        assessments run while the iterator is consumed, and one that fails leaves the others untouched.

    Raises
    ------
    InputError
        For what concerns every assessment: no rows, rows that do not match, an unfitted model, a target with other than
        two classes or with missing values.
    NotFoundError
        If no sensitive column or no assessment has the name asked for.
    """
    confidence = _prepare.confidence_level(confidence)
    names = _chosen(include)
    true = _prepare.one_column(y, "y")
    if not hasattr(X, "__len__") and not hasattr(X, "shape"):
        raise InputError(f"X is a {type(X).__name__}, not a table.", hint="Pass a DataFrame or an array.")
    _prepare.same_rows(X=_Rows(X) if not hasattr(X, "iloc") else X, y=true)
    columns = sensitive_columns(X, true, attributes, sensitive)
    _prepare.binary(true, true)  # a useless target is refused before the model is asked to predict
    predicted = _predict(model, X)
    _prepare.same_rows(y=_Rows(true), predictions=predicted)
    labels = _prepare.binary(true, predicted)
    scores, no_scores = _scores(model, X, labels)
    subject = _Subject(
        model,
        X,
        true,
        _unindexed(predicted),
        labels,
        scores,
        no_scores,
        columns,
        confidence,
        progress or (lambda _name, _done, _total: None),
    )
    return (_run(name, subject) for name in names)


def _chosen(include: str | Iterable[str] | None) -> list[str]:
    if include is None:
        return list(ASSESSMENTS)
    asked = [part.strip() for part in include.split(",")] if isinstance(include, str) else [str(i) for i in include]
    for name in asked:
        if name not in ASSESSMENTS:
            raise NotFoundError(
                f"No assessment named {name!r}.", hint=did_you_mean(name, ASSESSMENTS, label="Assessments")
            )
    if not asked:
        raise InputError("No assessment is included.", hint=f"Name some of {', '.join(ASSESSMENTS)}.")
    return [name for name in ASSESSMENTS if name in asked]


class _Rows:
    """A table or column of which only the number of rows counts, not the index."""

    def __init__(self, table: Any) -> None:
        self._n = int(table.shape[0]) if hasattr(table, "shape") else len(table)

    def __len__(self) -> int:
        return self._n


def _predict(model: Any, X: Any) -> Any:
    if not hasattr(model, "predict"):
        raise InputError(f"A {type(model).__name__} has no predict method.", hint="Pass a fitted classifier.")
    hint = "Fit it first: model.fit(X_train, y_train)."
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        if hasattr(model, "fit"):
            check_is_fitted(model)
    except NotFittedError:
        raise InputError(f"This {type(model).__name__} is not fitted.", hint=hint) from None
    except (TypeError, AttributeError):
        # Not one of scikit-learn's kind: whether it is fitted shows when it predicts.
        if isinstance(model, type):
            raise InputError(f"{model.__name__} is a class, not a fitted model.", hint=hint) from None
    try:
        return _prepare.one_column(model.predict(X), "model.predict(X)")
    except NotFittedError:
        raise InputError(f"This {type(model).__name__} is not fitted.", hint=hint) from None
    except GovError:
        raise
    except Exception as error:
        raise InputError(
            f"The model cannot predict on X: {_first_line(error)}", hint="Pass the columns that it was fitted on."
        ) from error


def _unindexed(column: Any) -> Any:
    """Return a column as an array, once its rows are known to be those of X."""
    return column.values if hasattr(column, "iloc") else column


def _scores(model: Any, X: Any, labels: _prepare.Labels) -> tuple[Scores | None, str]:
    """Return scores of the positive label, or None with the reason."""
    if not (hasattr(model, "predict_proba") or hasattr(model, "decision_function")):
        return None, "The model has neither predict_proba nor decision_function."
    classes = classes_of(model)
    positive = labels.positive if classes is None or labels.positive in classes else None
    try:
        scores = model_scores(model, X, positive)
        _prepare.numbers(scores.values, scores.space)
        _prepare.same_rows(predictions=labels.predicted, scores=scores.values)
    except GovError as error:
        return None, str(error)
    except Exception as error:
        return None, f"The model's scores cannot be computed: {_first_line(error)}"
    return scores, ""


def _run(name: str, subject: _Subject) -> Evaluation:
    start = time.perf_counter()
    status: Literal["done", "skipped", "failed"] = "done"
    reason, outcome = "", Outcome()
    subject.progress(name, 0, 1)
    try:
        outcome = _ASSESS[name](subject)
    except _SkippedError as skip:
        status, reason = "skipped", str(skip)
    except GovError as error:
        status, reason = "failed", str(error)
    except Exception as error:
        status, reason = "failed", f"{type(error).__name__}: {_first_line(error)}"
    subject.progress(name, 1, 1)
    return Evaluation(name, ASSESSMENTS[name].title, status, reason, outcome, time.perf_counter() - start)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _performance(subject: _Subject) -> Outcome:
    score = None if subject.scores is None else subject.scores.values
    outcome = performance(
        _unindexed(subject.true),
        subject.predicted,
        score,
        confidence=subject.confidence,
        positive=subject.labels.positive,
    )
    space = "none" if subject.scores is None else subject.scores.space
    notes = outcome.notes if score is not None else (*outcome.notes, f"Ranking is not assessed: {subject.no_scores}")
    return _with(outcome, notes, decision="model.predict", score=space)


def _calibration(subject: _Subject) -> Outcome:
    if subject.scores is None or subject.scores.space != "probability":
        why = subject.no_scores if subject.scores is None else "The model has no predict_proba."
        raise _SkippedError(f"{why} Calibration needs probabilities, for example from CalibratedClassifierCV.")
    outcome = calibration(
        _unindexed(subject.true),
        subject.scores.values,
        confidence=subject.confidence,
        positive=subject.labels.positive,
    )
    return _with(outcome, outcome.notes, score="probability")


def _fairness(subject: _Subject) -> Outcome:
    if not subject.sensitive:
        raise _SkippedError("No sensitive column is named. Name some with sensitive=…, or pass attributes.")
    columns = {name: _unindexed(column) for name, column in subject.sensitive.items()}
    outcome = fairness(
        _unindexed(subject.true),
        subject.predicted,
        sensitive_features=columns,
        y_score=None if subject.scores is None else subject.scores.values,
        confidence=subject.confidence,
        positive=subject.labels.positive,
    ).outcome
    return _with(outcome, outcome.notes, decision="model.predict")


def _explanation(subject: _Subject) -> Outcome:
    return explanation(
        subject.model,
        subject.X,
        confidence=subject.confidence,
        positive=subject.labels.positive,
        progress=lambda done, total: subject.progress("explanation", done, total),
    )


def _with(outcome: Outcome, notes: tuple[str, ...], **parameters: str) -> Outcome:
    return replace(outcome, notes=notes, parameters={**outcome.parameters, **parameters})


_ASSESS: dict[str, Callable[[_Subject], Outcome]] = {
    "performance": _performance,
    "calibration": _calibration,
    "fairness": _fairness,
    "explanation": _explanation,
}
