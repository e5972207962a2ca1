"""Assessing a model, and recording what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, TypedDict

from jupyter_gov.records import Assessment, AssessmentResult, Json, new_id

from ._given import Given
from ._reasons_file import load_reasons
from .policies import check
from .session import Session, current

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_gov.assessment import Evaluation, Evaluations, Subject, ThresholdCounts

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""


class AssessmentInterrupted(KeyboardInterrupt):
    """An assessment was interrupted; what was done until then is recorded.

    Parameters
    ----------
    assessment : Assessment
        The results; what was not done any more is skipped.
    """

    def __init__(self, assessment: Assessment) -> None:
        done = sum(r.status == "done" for r in assessment.results)
        super().__init__(f"The assessment was interrupted; {done} of {len(assessment.results)} parts are done.")
        self.assessment = assessment


def assess(
    model: Any,
    X: Any = None,
    y: Any = None,
    *,
    attributes: Any = None,
    sensitive: str | Sequence[str] | None = None,
    policy: str | None = None,
    include: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    progress: Progress | None = None,
    task: str | None = None,
    control: Any = None,
    costs: Mapping[str, float] | str | None = None,
    sample_weight: Any = None,
    strata: Any = None,
    reference: Mapping[str, Any] | str | None = None,
    bins: Mapping[str, Any] | str | None = None,
    positive: Any = None,
    threshold: float | None = None,
    target: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    seed: int = 0,
    train: Any = None,
    changeable: Mapping[str, Any] | str | None = None,
    reasons: Mapping[str, Any] | str | Path | None = None,
    time_limit: float | None = None,
    floor: float = 0.0,
) -> Assessment:
    """Assess a fitted model, or predictions, on data that the model has not seen.

    Parameters
    ----------
    model : estimator, array-like, or table
        A fitted classifier, regressor or ranker, or anything else with ``predict``. Or predictions of `y`: labels,
        numbers, or the probabilities of classes. Or one table with target and predictions in it.
    X : DataFrame or ndarray of shape (n_rows, n_features), optional
        Features; a model needs them.
    y : array-like of shape (n_rows,), optional
        What happened: labels or numbers. Predictions with one other argument take it for `y`.
    attributes : DataFrame, optional
        Sensitive columns that the model must not see; rows are matched to `X` by index, a mismatch is refused.
    sensitive : sequence of str, optional
        Names of the sensitive columns, in `attributes` or else in `X` or the table; by default all of `attributes`.
    policy : str, optional
        A policy, as in `check`, that is judged on the results at once and, where a run is tracked, on all else that is
        known about it. What comes of it is a record of the run; in a notebook ``%gov_assess --policy`` shows it too.
    include : sequence of str, optional
        Only these assessments; ``all`` adds those that are done only when they are asked for.
    confidence : float
        Of the intervals, two-sided.
    progress : callable, optional
        Called as the work goes on.
    task : str, optional
        ``binary``, ``multiclass``, ``regression`` or ``ranking``; by default what model and data show.
    control : fitted model, array-like or name of a column, optional
        Another model or its predictions, to compare with on the same rows.
    costs : mapping, optional
        What a ``false_positive``, ``false_negative``, ``true_positive``, ``true_negative`` costs.
    sample_weight : array-like of shape (n_rows,) or name of a column, optional
    strata : names of columns, or a table; optional
        Columns within whose values groups are compared too.
    reference : mapping, optional
        The group that others are compared with, by sensitive attribute.
    bins : mapping, optional
        How quantities are made groups of, by sensitive attribute: how many groups, or the edges between them.
    positive : label, optional
        Of two classes; by default the larger in sort order.
    threshold : float, optional
        For scores without decisions: the lowest that is decided positive; by default 0.5 for probabilities.
    target, prediction, score : str, optional
        Columns of a table; by default those with a usual name, such as ``y_true``, ``y_pred`` and ``y_score``.
    seed : int
        Of everything that is drawn at random.
    train : table, or pair of table and target, optional
        What the model was trained on: `X` is compared with it.
    changeable : mapping, optional
        The columns that a person can change, with the bounds of the change; see the page on adversarial changes.
    reasons : mapping or path of a YAML file, optional
        The reasons that columns stand for; see the page on reason codes.
    time_limit : float, optional
        Seconds that one assessment may spend on predictions; by default 300.
    floor : float
        The smallest effect that counts as drift.

    Returns
    -------
    Assessment
        One result for each assessment; one that could not be made says why. Recorded where a run is tracked.

    Raises
    ------
    InputError, NotFoundError
        If nothing can be assessed with what was given.
    AssessmentInterrupted
        If it is interrupted once results are being made; it holds those that are done, which are recorded.
    StoreError
        If the results could not be written.
    """
    options = dict(locals())
    options.pop("policy")
    if policy is not None:
        from .policies._finding import find_policy

        # What is wrong with its name is said before there is work.
        find_policy(policy)
    assessment, _ = assess_and_keep(**options)
    if policy is not None:
        check(assessment, policy)
    return assessment


def assess_and_keep(
    model: Any,
    X: Any = None,
    y: Any = None,
    *,
    name: str = "",
    threshold: float | None = None,
    control_name: str = "",
    written: Mapping[str, str | None] | None = None,
    **options: Any,
) -> tuple[Assessment, Subject]:
    """Do what `assess` does, with the same options, and return what was assessed too.

    `name` and `control_name` are what model and control are called where a tracked notebook does not tell; `written`
    are the expressions that ``model``, ``X``, ``y``, ``attributes`` and ``train`` were given as, where these are known.
    """
    session = current()
    called = session.resolver.name_of if session and session.resolver else lambda _: ""
    given = Given.of(model, X, y)
    written = dict(written or {})
    if given.X is None:
        # Of predictions, what happened is the second thing that is given.
        written |= {"X": None, "y": written.get("X")}
    names = _names({"model": model, "X": given.X, "y": given.y, **options}, written, called)
    options["reasons"] = load_reasons(options.get("reasons"))
    columns = {role: options.pop(role, None) for role in ("target", "prediction", "score")}
    control = options.get("control")
    asked = {**options, "control_name": "" if control is None else called(control) or control_name}
    # Data are identified before the model runs, which may change them.
    label = called(model) or name or (type(model).__name__ if given.is_model else "predictions")
    evidence = _evidence(session, given, options.get("attributes"), label, names, modelled=not given.is_data(options))
    about: dict[str, Any] = {"act": new_id(), "model": label, **evidence}
    if session is not None and session.resolver is not None:
        session.resolver.assessed(evidence.get("fit"), evidence.get("dataset"), evidence.get("target"))
    evaluations = given.evaluate(asked, columns, threshold)
    results, interrupted = _keep_all(evaluations, about, session, **({"called": names} if names else {}))
    if session is not None:
        if results:
            _raise_findings(session, model, results)
        session.flush()
    made = Assessment(id=about["act"], model=label, rows=given.rows, results=tuple(results))
    if interrupted:
        raise AssessmentInterrupted(made)
    return made, evaluations.subject


def _keep_all(
    evaluations: Evaluations, about: Mapping[str, Any], session: Session | None, **parameters: Json
) -> tuple[list[AssessmentResult], bool]:
    """Make all results, each recorded as soon as it is there, and say whether there was an interrupt."""
    found: list[Evaluation] = []
    results: list[AssessmentResult] = []

    def keep() -> None:
        for one in found[len(results) :]:
            result = result_of(one, about, **parameters)
            if session is not None:
                session.record(result, f"assessment.{result.status}")
            results.append(result)

    interrupted = False
    while True:
        try:
            keep()
            for one in evaluations:
                found.append(one)
                keep()
            return results, interrupted
        except KeyboardInterrupt as error:
            # It may have come while a result was being recorded: that is done again, and what follows is skipped.
            if not interrupted:
                evaluations.stop(error)
            interrupted = True


def result_of(found: Evaluation, about: Mapping[str, Any], **parameters: Json) -> AssessmentResult:
    """Return the record of one assessment, with the card that it had."""
    return AssessmentResult(
        name=found.name,
        status=found.status,
        reason=found.reason,
        parameters={**found.outcome.parameters, **parameters},
        values=found.outcome.values,
        notes=found.outcome.notes,
        curves=found.outcome.curves,
        card={**asdict(found.card), "tasks": list(found.card.tasks)}
        if found.status == "done"
        else {"title": found.card.title},
        seconds=found.seconds,
        **about,
    )


def keep(session: Session | None, *results: AssessmentResult) -> None:
    """Record results where a run is tracked, and wait until they are written."""
    if session is None:
        return
    for result in results:
        session.record(result, f"assessment.{result.status}")
    session.flush()


def _raise_findings(session: Session, model: Any, results: list[AssessmentResult]) -> None:
    from ._findings import checks_of, findings_of

    first = results[0]
    seen = session.resolver.rows_fitted_on(model, first.dataset) if session.resolver is not None else ""
    for finding in findings_of(results, seen=seen):
        session.find(finding, about=f"{first.fit or first.model} on {first.dataset}")
    traced = first.fit is not None and first.dataset is not None
    session.record(checks_of(results, traced=traced), "checks.made")


def _names(
    given: Mapping[str, Any], written: Mapping[str, str | None], name_of: Callable[[Any], str]
) -> dict[str, str]:
    """Return how a call names what it was given: as it was written, else by the variables; what has no name lacks."""
    found: dict[str, str] = {}
    for role in ("model", "X", "y", "attributes", "train"):
        thing = given.get(role)
        parts = thing if role == "train" and isinstance(thing, tuple) else (thing,)
        names = ["" if part is None else name_of(part) for part in parts]
        name = ",".join(names) if all(names) else ""
        if known := written.get(role) or (f"({name})" if len(parts) > 1 and name else name):
            found[role] = known
    return found


def count_thresholds(assessment: Assessment, subject: Subject) -> ThresholdCounts | None:
    """Count what exploring an assessment at other thresholds needs; nothing is recorded.

    Parameters
    ----------
    assessment, subject : Assessment, Subject
        As from `assess_and_keep`.

    Returns
    -------
    ThresholdCounts or None
        None where neither performance nor fairness could be assessed.

    Raises
    ------
    InputError
        If there is nothing that thresholds could decide.
    """
    from jupyter_gov.assessment import thresholds_of

    done = {r.name for r in assessment.results if r.status == "done"}
    if not done & {"performance", "fairness"}:
        return None
    return thresholds_of(subject if "fairness" in done else replace(subject, sensitive={}))


class _Evidence(TypedDict, total=False):
    """Ids of what is assessed, as far as they are known."""

    fit: str | None
    dataset: str | None
    target: str | None
    attributes: str | None
    cell: str | None


def _evidence(
    session: Session | None,
    given: Given,
    attributes: Any,
    label: str,
    names: Mapping[str, str],
    *,
    modelled: bool = True,
) -> _Evidence:
    """Return the ids of what is assessed: the model's fit, features, labels, sensitive columns; and of the cell.

    With `modelled`, a model made what is assessed: it is a gap if that is not known.
    """
    resolver = session.resolver if session else None
    if session is None or resolver is None:
        return {}
    fit, cell = resolver.fit_of(given.model) if given.is_model else None, resolver.cell()
    if fit is None and modelled:
        session.gap(
            f"the fit of {label}" if given.is_model else f"the model behind {label}",
            "It was fitted before tracking began, or elsewhere." if given.is_model else "Only predictions were given.",
            remedy="Fit it again in this notebook, after %gov_track."
            if given.is_model
            else "Pass the model itself, with X and y.",
            cell=cell,
        )

    def named(data: Any, role: str, *, source: bool = False) -> str | None:
        return resolver.dataset_of(data, names.get(role, ""), role="source" if source else "test")

    dataset = named(given.data, "model" if given.X is None else "X")
    return {
        "fit": fit,
        "dataset": dataset,
        "target": dataset if given.is_table else None if given.y is None else named(given.y, "y"),
        "attributes": None if attributes is None else named(attributes, "attributes", source=True),
        "cell": cell,
    }
