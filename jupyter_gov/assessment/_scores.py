"""Predictions and scores of a fitted classifier, asked for once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ._pipeline import unwrap
from ._prepare import Floats, plain


class Scores(NamedTuple):
    """Scores of the positive label and what they are: ``probability``, ``decision function`` or ``label``."""

    values: Floats
    space: str


def model_scores(model: Any, X: Any, positive: Any = None) -> Scores:
    """Return the model's scores of the positive label.

    Parameters
    ----------
    model : fitted classifier
    X : table of shape (n, columns)
    positive : label, optional
        By default the model's last class.

    Returns
    -------
    Scores
        Probabilities where there is ``predict_proba``, else the decision function, else 0 and 1 from ``predict``.

    Raises
    ------
    InputError
        If `positive` is not a class of the model, or the model has more than two classes.
    """
    classes, space = classes_of(model), score_space(model)
    if space == "probability":
        table = np.asarray(model.predict_proba(X), np.float64)
        if table.ndim != 2 or table.shape[1] != 2:
            raise InputError(
                f"predict_proba has the shape {table.shape}, not two columns.", hint="Only two classes are assessed."
            )
        return Scores(table[:, _position(classes, positive)], space)
    if space == "decision function":
        score = np.asarray(model.decision_function(X), np.float64)
        if score.ndim == 2 and score.shape[1] == 1:
            score = score[:, 0]
        if score.ndim != 1:
            raise InputError("The decision function has several columns.", hint="Only two classes are assessed.")
        return Scores(score if _position(classes, positive) == 1 else -score, space)
    labels = np.asarray(model.predict(X)).reshape(-1)
    top = positive if positive is not None or classes is None else classes[-1]
    return Scores(
        (labels == top).astype(np.float64) if top is not None else labels.astype(np.float64), score_space(model)
    )


def score_space(model: Any) -> str:
    """Return what `model_scores` are, without asking."""
    for name, space in (("predict_proba", "probability"), ("decision_function", "decision function")):
        if hasattr(model, name):
            return space
    return "label"


def classes_of(model: Any) -> list[Any] | None:
    """Return the classes that a fitted classifier knows, in its order, or None."""
    found = getattr(model, "classes_", None)
    if found is None:
        found = getattr(unwrap(model), "classes_", None)
    return None if found is None else list(np.asarray(found).reshape(-1))


def _position(classes: list[Any] | None, positive: Any) -> int:
    if positive is None or classes is None:
        return 1
    for i, label in enumerate(classes):
        if label == positive:
            return i
    raise InputError(
        f"The model has no class {plain(positive)!r}.",
        hint=f"Its classes are {', '.join(repr(plain(c)) for c in classes)}.",
    )
