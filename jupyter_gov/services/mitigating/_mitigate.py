"""Trying what could meet the controls that a model does not meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import Finding, Json, Mitigation, Verdict, utc_now

from ..runs import load_records
from ..session import Session, actor, current
from ._advice import adjusted, advise, no_method, nothing_to_do, selection_note, without_limits
from ._aims import find_aims
from ._asked import find_asked
from ._held_out import ORIGINAL, HeldOut
from ._mitigated import Mitigated, MitigationInterrupted
from ._posing import pose
from ._rows import attributes_of_training, seen_in_training, seen_note
from ._training import find_training
from ._trying import Trials
from ._weighing import frontier, rank

if TYPE_CHECKING:
    from jupyter_gov.mitigation import Method
    from jupyter_gov.policy import Policy

Progress = Callable[[str, int, int], None]

MINUTES = 5.0
"""How long candidates are tried, by default."""

CORRECTION = "corrected_pipeline"
"""The method that is for leaks."""

_OF_RESULTS = ("disparity", "small_groups", "unknown_group", "assessed_on_training_data")
"""Findings that say what an assessment showed."""


def mitigate(
    model: Any,
    X: Any,
    y: Any,
    *,
    train: Any = None,
    attributes: Any = None,
    train_attributes: Any = None,
    sample_weight: Any = None,
    sensitive: str | Sequence[str] | None = None,
    policy: str | Policy | None = None,
    controls: str | Sequence[str] | None = None,
    methods: str | Sequence[str] | None = None,
    minutes: float = MINUTES,
    seed: int = 0,
    confidence: float = 0.95,
    positive: Any = None,
    progress: Progress | None = None,
    name: str = "",
) -> Mitigated:
    """Try other ways to fit or to use a model, and compare each with the model as it is.

    Candidates are fitted on the training data alone. Each is assessed on the same held-out rows with the same
    intervals, and its differences from the original are paired by row. Nothing that is passed is changed.

    Parameters
    ----------
    model : fitted model
        A classifier or regressor of scikit-learn's kind.
    X : DataFrame or ndarray of shape (n_rows, n_features)
        Rows that neither the model nor any candidate is fitted on.
    y : array-like of shape (n_rows,)
        What happened.
    train : pair of table and target, optional
        What the model was fitted on; by default what it was seen to be fitted on in the notebook.
    attributes, train_attributes : DataFrame, optional
        Sensitive columns of the held-out and of the training rows, matched by index; one frame may have both, where no
        label is borne by two rows.
    sample_weight : array-like of shape (n_training_rows,), optional
        Weights that the model was fitted with; by default those that its fit was seen to be given in the notebook.
    sensitive : sequence of str, optional
        Names of the sensitive columns, in `attributes` or else in `X`; by default all of `attributes`.
    policy : str, optional
        Whose controls are to be met; by default the one in force. Without one, the clearest difference between groups
        is to become smaller.
    controls : sequence of str, optional
        Only these controls; by default all that the model does not meet and that measures of a model decide.
    methods : sequence of str, optional
        Only these methods, by their keys in `jupyter_gov.mitigation.METHODS`.
    minutes : float
        After so long no further candidate is begun.
    seed : int
        Of everything that is drawn at random.
    confidence : float
        Of the intervals, two-sided; a control that asks for more gets more.
    positive : label, optional
        Of two classes; by default the larger in sort order.
    progress : callable, optional
        Called with what is being tried, how many methods are done, and how many there are.
    name : str
        What the model is called where a tracked notebook does not tell.

    Returns
    -------
    Mitigated
        Its ``record`` has the numbers; ``choose()`` returns a fitted estimator. Recorded where a run is tracked.

    Raises
    ------
    InputError, NotFoundError
        If the model cannot be assessed, the training data are not known, or there is no such policy, control or method.
    MitigationInterrupted
        If it is interrupted once candidates are being tried; it holds those that are done, which are recorded.
    StoreError
        If the result could not be written.
    """
    started = time.perf_counter()
    session = current()
    if not minutes > 0:
        raise InputError(f"{minutes!r} minutes are no time.", hint="Give some, such as --minutes 5.")
    chosen = _chosen(methods)
    training = find_training(model, train, session, weight=sample_weight)
    seen = seen_in_training(training.X, X)
    asked = find_asked(policy, _names(controls), session)
    level = max(confidence, asked.confidence)
    told = _told(session, model, training.X, X, name)
    options: dict[str, Any] = {"attributes": attributes, "sensitive": _names(sensitive), "positive": positive}
    held = HeldOut(model, X, y, include=asked.include, confidence=level, seed=seed, **options)
    verdicts = asked.judge(held.original.results, ORIGINAL)
    unmet = tuple(v for v in verdicts if v.status in ("fail", "inconclusive") and asked.wants(v.control))
    leaks = _leaks(session)
    aims = find_aims(held.original, verdicts, unmet)
    trials = Trials.begin(held, asked, aims, verdicts, unmet, level, model=model, fit=told.get("fit"))
    wanted = bool(unmet) if asked.policy is not None else aims.beyond_chance
    if not wanted and methods is None:
        # Then only a leak is a reason to try anything.
        chosen = [m for m in chosen if leaks and m.key == CORRECTION]
    data: dict[str, Any] = {"X": training.X, "y": training.y}
    if training.weight is not None:
        data["sample_weight"] = training.weight
    advice: tuple[str, ...] = () if chosen else (nothing_to_do(asked, verdicts),)
    advice += seen_note(seen, len(held.original.subject))
    if chosen:
        until = started + 60 * minutes
        options["attributes"] = attributes_of_training(
            training.X,
            training.y,
            X,
            y,
            attributes=attributes,
            train_attributes=train_attributes,
            names=list(held.original.subject.sensitive),
        )
        problem = pose(
            held, aims, training, model, findings=leaks, seed=seed, stop=lambda: time.perf_counter() > until, **options
        )
        data["sensitive_features"] = problem.A_train
        trials.run(chosen, problem, progress or _silent)
        advice += no_method(unmet) + advise(chosen, problem) + without_limits(trials)
    parameters: dict[str, Json] = {"seed": seed, "minutes": minutes, "training_rows": len(training.y), "wanted": wanted}
    parameters |= {"shared_rows": seen, "weighted": training.weight is not None}
    record = _conclude(trials, verdicts, advice, parameters).replace(seconds=time.perf_counter() - started, **told)
    if session is not None:
        session.record(record, "mitigation.made")
        session.flush()
    made = Mitigated(record, trials.estimators, data=data, run=session.run.id if session else "")
    if trials.interrupted:
        raise MitigationInterrupted(made)
    return made


def _conclude(
    trials: Trials, verdicts: Sequence[Verdict], advice: tuple[str, ...], parameters: dict[str, Json]
) -> Mitigation:
    """Return the record of what was tried, with what is proposed."""
    performance, disparity = trials.aims.performance_json(), trials.aims.disparity_json()
    order: tuple[str, ...] = ()
    try:
        order = rank(trials.tried, performance, disparity, trials.distances, trials.together())
    except KeyboardInterrupt:
        trials.interrupted = True
    needing = {t.name for t in trials.tried if t.needs_attribute}
    proposed = order[0] if order else ""
    other = next((name for name in order if (name in needing) is not (proposed in needing)), "")
    found, asked = trials.held.original.subject, trials.asked
    parameters |= {
        "confidence": trials.confidence,
        "rows": len(found),
        "sensitive": list(found.sensitive),
        "task": found.task,
        "titles": {v.control: v.title for v in verdicts},
        "context": dict(asked.context),
        "proposed": proposed,
        "other_kind": other,
        "estimates_only": trials.distances.get(proposed) == 1,
    }
    if found.labels is not None:
        # For telling which decisions change to what.
        parameters |= {"positive": str(found.labels.positive), "negative": str(found.labels.negative)}
    if proposed:
        advice = (*advice, selection_note(trials.compared))
        try:
            parameters["adjusted"] = adjusted(trials, proposed)
        except KeyboardInterrupt:
            trials.interrupted = True
    return Mitigation(
        policy=asked.name,
        check=asked.check,
        controls=trials.controls,
        performance=performance,
        disparity=disparity,
        tried=tuple(trials.tried),
        frontier=frontier(trials.tried, performance, disparity),
        advice=advice,
        parameters={**parameters, "interrupted": trials.interrupted},
        made=utc_now(),
        actor=actor(),
    )


def _chosen(methods: str | Sequence[str] | None) -> list[Method]:
    """Return the methods to try."""
    from jupyter_gov.mitigation import METHODS

    names = _names(methods)
    for key in names or ():
        if key not in METHODS:
            raise NotFoundError(f"There is no method {key!r}.", hint=did_you_mean(key, METHODS, label="Methods"))
    return [METHODS[key] for key in (METHODS if names is None else dict.fromkeys(names))]


def _names(given: str | Sequence[str] | None) -> list[str] | None:
    if isinstance(given, str):
        given = [part.strip() for part in given.split(",") if part.strip()]
    return None if given is None else list(given)


def _told(session: Session | None, model: Any, X_train: Any, X: Any, name: str) -> dict[str, Any]:
    """Return what model and data are called, and the ids of what is on record of them."""
    resolver = None if session is None else session.resolver
    called = name or type(model).__name__
    if resolver is None:
        return {"model": called}
    return {
        "model": resolver.name_of(model) or called,
        "fit": resolver.fit_of(model),
        "train": resolver.dataset_of(X_train, "X_train", role="source"),
        "test": resolver.dataset_of(X, "X"),
        "cell": resolver.cell(),
    }


def _leaks(session: Session | None) -> tuple[Finding, ...]:
    """Return the run's findings that are about how the model came to be, rather than about what it decides."""
    if session is None:
        return ()
    session.flush()
    found = load_records(session.run.id, session.store.url)
    return tuple(f for f in found if isinstance(f, Finding) and f.severity != "info" and f.check not in _OF_RESULTS)


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""
