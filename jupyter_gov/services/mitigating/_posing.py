"""The problem that methods are given: never the labels of the held-out rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError
from jupyter_gov.records import Finding

from ._aims import Aims
from ._held_out import HeldOut, frame_of
from ._training import Training

if TYPE_CHECKING:
    from jupyter_gov.mitigation import Problem

_HINT = "Pass train=… and train_attributes=…, in the notebook --train X,y and --train-attributes FRAME."
_MEASURE_OF = {
    "demographic_parity": "selection_rate",
    "equal_opportunity": "true_positive_rate",
    "predictive_parity": "precision",
    "overall_accuracy_equality": "accuracy",
    "false_positive_error_rate_balance": "false_positive_rate",
    "false_negative_error_rate_balance": "false_negative_rate",
}
"""What criteria of fairness want equal."""


def pose(
    held: HeldOut,
    aims: Aims,
    training: Training,
    model: Any,
    *,
    attributes: Any,
    sensitive: Sequence[str] | None,
    positive: Any,
    findings: Sequence[Finding],
    seed: int,
    stop: Callable[[], bool],
) -> Problem:
    """Return the problem of a model on these rows; `attributes` are those of the training rows.

    Raises
    ------
    InputError, NotFoundError
        If the training rows lack a sensitive column, or the model cannot predict all of them.
    """
    from jupyter_gov.assessment import CROSS, evaluate
    from jupyter_gov.mitigation import Problem

    names = list(held.original.subject.sensitive) if sensitive is None else list(sensitive)
    try:
        seen = evaluate(
            model,
            training.X,
            training.y,
            attributes=attributes,
            sensitive=names,
            include=["performance"],
            positive=positive,
            task=held.original.subject.task,
            seed=seed,
        ).subject
    except InputError as error:
        raise type(error)(f"Of the training data: {error.message}", hint=f"{error.hint} {_HINT}".strip()) from error
    if len(seen) != len(training.y):
        raise InputError("The model cannot predict all training rows.", hint="Pass those that it was fitted on.")
    found, disparity = held.original.subject, aims.disparity
    measure = "selection_rate" if disparity is None else disparity.measure
    crossed = tuple(seen.sensitive) if disparity is None else tuple(str(disparity.attribute).split(CROSS))
    return Problem(
        model=model,
        X_train=training.X,
        y_train=training.y,
        A_train=frame_of(seen, training.X),
        X_test=held.X,
        A_test=held.attributes,
        sensitive=crossed,
        task=found.task,
        positive=None if found.labels is None else found.labels.positive,
        measure=_MEASURE_OF.get(measure, measure),
        kind="ratio" if disparity is not None and disparity.kind == "ratio" else "difference",
        target=_target(aims),
        findings=tuple(findings),
        sample_weight=training.weight,
        values=tuple(v for v in held.original.values if disparity is None or v.attribute == disparity.attribute),
        seed=seed,
        minimum=found.minimum,
        stop=stop,
    )


def _target(aims: Aims) -> float | None:
    """Return what is asked for as of the largest difference, or the smallest ratio, whichever group is ahead."""
    if not isinstance(aims.threshold, int | float) or aims.disparity is None:
        return None
    threshold = abs(aims.threshold)
    return 1 / threshold if aims.disparity.kind == "ratio" and threshold > 1 else threshold
