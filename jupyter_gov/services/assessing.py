"""Assessing a model, and recording what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from jupyter_gov.errors import InputError
from jupyter_gov.records import Assessment, AssessmentResult, new_id

from .session import Session, current

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_gov.assessment import ThresholdCounts

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""


def assess(
    model: Any,
    X: Any,
    y: Any,
    *,
    attributes: pd.DataFrame | None = None,
    sensitive: Sequence[str] | None = None,
    policy: str | None = None,
    include: Sequence[str] | None = None,
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Assessment:
    """Assess a fitted binary classifier on data that it has not seen.

    Parameters
    ----------
    model : estimator
        Fitted, with ``predict`` and, for ranking and calibration, ``predict_proba``.
    X : DataFrame or ndarray of shape (n_rows, n_features)
        Features.
    y : array-like of shape (n_rows,)
        The true labels, two classes.
    attributes : DataFrame, optional
        Sensitive columns that the model must not see; rows are matched to `X` by index, a mismatch is refused.
    sensitive : sequence of str, optional
        Names of the sensitive columns, in `attributes` or else in `X`; by default all of `attributes`.
    policy : str, optional
        Not available in this version.
    include : sequence of str, optional
        Only these assessments.
    confidence : float
        Of the intervals, two-sided.
    progress : callable, optional
        Called as the work goes on.

    Returns
    -------
    Assessment
        One result for each assessment; one that could not be made says why. Recorded where a run is tracked.

    Raises
    ------
    InputError, NotFoundError
        If nothing can be assessed with what was given.
    StoreError
        If the results could not be written.
    """
    from jupyter_gov.assessment import evaluate

    if policy is not None:
        raise InputError("Policies are not available in this version.", hint="Leave policy out.")
    session = current()
    name = session.resolver.name_of(model) if session and session.resolver else ""
    label = name or type(model).__name__
    evidence = _evidence(session, model, X, y, attributes, label)
    act = new_id()
    results = []
    # Data are identified before the model runs; each result is recorded as soon as it is there.
    for found in evaluate(
        model,
        X,
        y,
        attributes=attributes,
        sensitive=sensitive,
        confidence=confidence,
        include=include,
        progress=progress,
    ):
        result = AssessmentResult(
            name=found.name,
            act=act,
            model=label,
            status=found.status,
            reason=found.reason,
            parameters=found.outcome.parameters,
            values=found.outcome.values,
            notes=found.outcome.notes,
            seconds=found.seconds,
            **evidence,
        )
        results.append(result)
        if session is not None:
            session.record(result, f"assessment.{result.status}")
    if session is not None:
        _raise_findings(session, model, results)
        session.flush()
    return Assessment(id=act, model=label, rows=len(X), results=tuple(results))


def _raise_findings(session: Session, model: Any, results: list[AssessmentResult]) -> None:
    from ._findings import findings_of

    first = results[0]
    seen = session.resolver.rows_fitted_on(model, first.dataset) if session.resolver is not None else ""
    for finding in findings_of(results, seen=seen):
        session.find(finding, about=f"{first.fit or first.model} on {first.dataset}")


def count_thresholds(
    assessment: Assessment,
    model: Any,
    X: Any,
    y: Any,
    *,
    attributes: pd.DataFrame | None = None,
    sensitive: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> ThresholdCounts | None:
    """Count what exploring an assessment at other thresholds needs; nothing is recorded.

    Parameters
    ----------
    assessment : Assessment
        What `assess` returned for the other arguments; it tells what can be counted.
    model, X, y, attributes, sensitive, confidence
        As in `assess`. The model is asked for its predictions and scores once more.

    Returns
    -------
    ThresholdCounts or None
        None where neither performance nor fairness could be assessed.
    """
    from jupyter_gov.assessment import thresholds_of

    done = {r.name: r.parameters for r in assessment.results if r.status == "done"}
    told = done.get("performance", done.get("fairness"))
    if told is None:
        return None
    return thresholds_of(
        model,
        X,
        y,
        attributes=attributes,
        sensitive=sensitive,
        scored=bool(told["scores"]),
        compared="fairness" in done,
        confidence=confidence,
    )


class _Evidence(TypedDict, total=False):
    """Ids of what is assessed, as far as they are known."""

    fit: str | None
    dataset: str | None
    target: str | None
    attributes: str | None
    cell: str | None


def _evidence(session: Session | None, model: Any, X: Any, y: Any, attributes: Any, label: str) -> _Evidence:
    """Return the ids of what is assessed: the model's fit, features, labels, sensitive columns; and of the cell."""
    resolver = session.resolver if session else None
    if session is None or resolver is None:
        return {}
    fit, cell = resolver.fit_of(model), resolver.cell()
    if fit is None:
        session.gap(
            f"the fit of {label}",
            "It was fitted before tracking began, or elsewhere.",
            remedy="Fit it again in this notebook, after %gov_track.",
            cell=cell,
        )
    return {
        "fit": fit,
        "dataset": resolver.dataset_of(X, "X"),
        "target": resolver.dataset_of(y, "y"),
        "attributes": None if attributes is None else resolver.dataset_of(attributes, "attributes", role="source"),
        "cell": cell,
    }
