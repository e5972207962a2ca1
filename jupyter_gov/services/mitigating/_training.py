"""What a model was fitted on: what is passed, else what the notebook still holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_gov.errors import InputError

from ..session import Session

_HINT = "Write %gov_mitigate MODEL X y --train X_train,y_train, or mitigate(…, train=(X_train, y_train))."

_WEIGHT = "Pass sample_weight=…, in the notebook --sample-weight W; np.ones(len(y_train)) does without."


@dataclass(frozen=True, slots=True)
class Training:
    """Features and target that candidates are fitted on, and weights of the rows."""

    X: Any
    y: Any
    weight: Any = None


def find_training(model: Any, train: Any, session: Session | None, *, weight: Any = None) -> Training:
    """Return the training data.

    Parameters
    ----------
    model : fitted model
    train : pair of table and target, or None
        By default what the model's fit was seen to be given, where it is still there as it was.
    session : Session or None
    weight : array of shape (n,), optional
        Weights of the rows; by default those that its fit was seen to be given.

    Raises
    ------
    InputError
        If it is no pair, or not known, or weights of its fit are not there any more.
    """
    if train is not None:
        if not isinstance(train, tuple | list) or len(train) != 2:
            raise InputError("train is not a pair of features and target.", hint=_HINT)
        X, y = train
    else:
        X, y = _seen(model, session)
    if _rows(X) != _rows(y):
        raise InputError(f"The training data have {_rows(X):,} rows and their target {_rows(y):,}.", hint=_HINT)
    weight = _seen_weight(model, session, _rows(X)) if weight is None else weight
    if weight is not None and _rows(weight) != _rows(X):
        raise InputError(f"The training data have {_rows(X):,} rows and sample_weight {_rows(weight):,}.", hint=_WEIGHT)
    return Training(X, y, weight)


def _seen_weight(model: Any, session: Session | None, rows: int) -> Any:
    """Return the weights that the fit of a model was seen to be given, or None where it had none, or was not seen."""
    found = () if session is None or session.resolver is None else session.resolver.trained_on(model)
    if len(found) < 3:
        return None
    weight = found[2]
    if weight is None or _rows(weight) != rows:
        why = "they are not there any more as they were" if weight is None else f"there are {_rows(weight):,} of them"
        raise InputError(f"The model was fitted with weights of rows, and {why}.", hint=_WEIGHT)
    return weight


def _seen(model: Any, session: Session | None) -> tuple[Any, Any]:
    if session is None or session.resolver is None:
        raise InputError("What the model was fitted on is not known: nothing is tracked here.", hint=_HINT)
    found = session.resolver.trained_on(model)
    if len(found) < 2 or any(one is None for one in found[:2]):
        why = "its fit was not seen" if not found else "they are not there any more as they were"
        raise InputError(f"The data that the model was fitted on are not known: {why}.", hint=_HINT)
    return found[0], found[1]


def _rows(data: Any) -> int:
    return int(data.shape[0]) if hasattr(data, "shape") else len(data)
