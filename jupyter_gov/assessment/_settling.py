"""What a model is for, where nobody says what happened: from the model and its answers alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ._asking import ask, explainable
from ._cards import Task
from ._model import Model
from ._prepare import Floats, Ints, plain
from ._reasons._decision import Decisions, decisions
from ._scores import classes_of
from ._subject import Progress
from ._target import are_probabilities

_HALF = 0.5


class Settled(NamedTuple):
    """A model with its answers to n rows.

    Attributes
    ----------
    model : Model
    decided : Decisions or None
        Where the task is a decision between two classes.
    labels : array of shape (m,), or None
        What it predicts.
    scores : ndarray of shape (m,) or (m, K)
    space : str
        What they are.
    answered : ndarray of shape (m,)
        Positions of the rows that it answered.
    decision : mapping
        Where decisions come from, as in `Subject`.
    """

    model: Model
    decided: Decisions | None
    labels: Any
    scores: Floats
    space: str
    answered: Ints
    decision: Mapping[str, Any]


def settled(
    model: Any,
    table: Any,
    *,
    positive: Any,
    unfavourable: Any,
    two: bool,
    time_limit: float,
    progress: Progress,
) -> Settled:
    """Ask a model about all rows of a table.

    Parameters
    ----------
    model : fitted model
    table : DataFrame or ndarray of shape (n, columns)
    positive, unfavourable : label or None
    two : bool
        Whether numbers in [0, 1], of a model that does not say what it is for, are probabilities of label 1.
    time_limit : float
    progress : callable

    Raises
    ------
    InputError
        If it cannot predict, or has no such label.
    """
    told = ask(model, table, len(table), progress, time_limit)
    answers = told.answers
    if answers.no_predictions:
        raise InputError(answers.no_predictions, hint="Pass X as the model's predict takes it.")
    answered = np.arange(len(table)) if told.answered is None else np.flatnonzero(told.answered)
    rows = table if told.answered is None else (table.iloc[answered] if hasattr(table, "iloc") else table[answered])
    predicted = answers.predicted
    classes = tuple(answers.classes) or tuple(classes_of(model) or ())
    task: Task = "ranking" if answers.kind == "ranker" else "regression"
    scored = False
    if answers.kind not in ("ranker", "regressor"):
        if predicted is None:
            task = "binary" if answers.table is not None and answers.table.shape[1] == 2 else "multiclass"
            classes, scored = classes or (0, 1), True
        elif classes:
            task = "binary" if len(classes) == 2 else "multiclass"
        elif np.asarray(predicted).dtype.kind not in "iuf" or len(np.unique(predicted)) <= 2:
            classes = tuple(plain(label) for label in np.unique(np.asarray(predicted)))
            task = "binary" if len(classes) <= 2 else "multiclass"
        elif two and are_probabilities(np.asarray(predicted, np.float64)):
            task, classes, scored = "binary", (0, 1), True
    if task == "binary" and len(classes) == 1:
        raise InputError(
            f"The model predicts {classes[0]!r} for all rows, and does not say which classes there are.",
            hint="Pass more rows.",
        )
    decision = {"decision": "score ≥ threshold", "threshold": _HALF} if scored else {"decision": "model.predict"}
    estimator = explainable(model, answers, decided=not scored)
    if task != "binary":
        asked = Model(estimator=estimator, task=task, pace=told.pace, time_limit=time_limit)
        output = asked.scores(rows)
        return Settled(asked, None, predicted, output.values, output.space, answered, decision)
    known = {str(plain(label)): label for label in classes}
    if positive is not None and str(positive) not in known:
        raise InputError(f"The model has no class {positive!r}.", hint=f"Its classes are {', '.join(known)}.")
    top = classes[-1] if positive is None else known[str(positive)]
    asked = Model(estimator=estimator, task=task, positive=top, pace=told.pace, time_limit=time_limit)
    scores = asked.scores(rows)
    other = next(label for label in classes if label != top)
    is_top = scores.values >= _HALF if scored else np.asarray(predicted) == top
    labels = np.where(is_top, 1, 0) if scored else predicted
    made = decisions(np.asarray(is_top), scores.values, scores.space, top, other, unfavourable, model)
    return Settled(asked, made, labels, scores.values, scores.space, answered, decision)
