"""Retraining: how much depends on the random state, on the training sample, and on labels that are wrong."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import Json, Outcome, Value
from .._influence import mean_interval
from .._model import duration
from .._prepare import Floats, Ints
from .._registry import add_assessment
from .._subject import Subject
from .._table import take
from .._values import NOT_ESTIMABLE, Interval, estimate
from ._asking import Answer
from ._assessment import sampled
from ._comparing import Effect, Truth, share
from ._refitting import REFITS, REPEATS, SAMPLES, SEEDS, WRONG, Refitter, plan_refits

MOST_ROWS = 2_000
"""Rows on which refits are compared at most."""

AGAIN = "trained again on the same rows"


def _fits(subject: Subject) -> str:
    if subject.model is None:
        return subject.no_model
    if subject.train is None or subject.train.true is None:
        return "There is no training data with its target. Pass both: train=(X_train, y_train)."
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refits:
    """Answers of several refits about the same m rows.

    Attributes
    ----------
    words : str
        How they differ.
    answers : list of Answer
    """

    words: str
    answers: list[Answer]


@add_assessment(
    name="retraining",
    title="Retraining",
    question="Would the model decide alike had it been trained with another seed, sample, or some wrong labels?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="Training data with target (option train), and a model that scikit-learn can clone.",
    formula=(
        "The model is cloned and fitted again: 10 times with other random states, 10 times on bootstrap samples of "
        "the training rows (within classes), 3 times each with 1%, 5% and 10% of the training labels wrong. Spread of "
        "the key metric: standard deviation over refits. Churn: the share of rows that two refits decide differently. "
        "Ambiguity: the share of rows that any two of them do. Wrong labels: the key metric less that of a refit "
        "without."
    ),
    intervals=(
        "Spread: chi-square, over refits. Churn and spread of scores: t, over rows. Ambiguity: Wilson, exact where "
        "few. Wrong labels: the paired interval over rows and Student's over repeats, together."
    ),
    source=(
        "Efron (1979); Milani Fard et al. (2016), NeurIPS (churn); Marx, Calmon & Ustun (2020), ICML (ambiguity); "
        "Frénay & Verleysen (2014), IEEE Trans. Neural Netw. Learn. Syst. 25:845–869 (label noise)."
    ),
    reading=(
        "Where the decision about a row changes with the seed, the reason for it is chance: churn is how often. "
        "Samples show what other training data of the same kind would have changed. A metric that falls fast with few "
        "wrong labels leans on single rows."
    ),
    limits=(
        "Ten refits see only part of what could come out: ambiguity grows with their number, and intervals over rows "
        "take these refits as given. Bootstrap samples hold fewer distinct rows than the training data, so they vary "
        "somewhat more than new samples would. Wrong labels are drawn evenly; real ones are not. Fits without sample "
        "weights or early-stopping sets that the first fit may have had."
    ),
    cost="30 fits; refused, with an estimate from the first, where they would take longer than the time limit.",
    page="docs/assessments/retraining.md",
    fits=_fits,
    on_request=True,
)
def retraining(subject: Subject) -> Outcome:
    """Return how much a model's answers depend on seed, training sample and wrong labels."""
    train = subject.train
    if train is None or train.true is None:
        raise InputError("There is no training data with its target.", hint="Pass train=(X_train, y_train).")
    rows = sampled(subject, MOST_ROWS)
    subject.asked_model.afford(2 * len(rows) * (2 + 2 * REFITS + REPEATS * len(WRONG)), 2 * REFITS)
    maker = Refitter(subject, train, take(subject.table, rows))
    plan = list(plan_refits(maker, subject.task in ("binary", "multiclass"), subject.seed))
    total = 1 + sum(len(draws) for _, draws in plan)
    original = maker.asker.before
    start = time.perf_counter()
    again = maker.answer(None, maker.labels, None)
    seconds = time.perf_counter() - start
    _refuse(seconds, total, subject.asked_model.time_limit)
    done, groups = 1, []
    for words, draws in plan:
        answers = []
        for places, labels, state in draws:
            answers.append(maker.answer(places, labels, state))
            done += 1
            subject.progress("retraining", done, total)
        groups.append(Refits(words=words, answers=answers))
    truth = Truth(subject, rows)
    values: list[Value] = list(_records(truth.compare(original, again), AGAIN, "the model", len(rows), subject))
    notes = _notes(groups, maker)
    for group in groups:
        if group.words in (SEEDS, SAMPLES):
            values += _stability(group, truth, subject.confidence)
        else:
            values += _records(_noisy(group, truth, again), group.words, AGAIN, len(rows), subject)
    parameters: dict[str, Json] = {
        "rows": len(rows),
        "rows_available": len(subject),
        "training_rows": len(maker.labels),
        "refits": {group.words: len(group.answers) for group in groups},
        "metrics": list(truth.metrics),
        "unchanged": {name: float(value) for name, value in truth.metric(original).items() if value == value},
        "random_states": list(maker.states),
        "seed": subject.seed,
        "confidence": subject.confidence,
    }
    return Outcome(values=tuple(values), parameters=parameters, notes=tuple(notes))


def _refuse(seconds: float, fits: int, limit: float) -> None:
    if seconds * fits > limit:
        raise InputError(
            f"It would take about {duration(seconds * fits)}: {fits} fits at {duration(seconds)} each, and the limit "
            f"is {duration(limit)}.",
            hint="Raise the limit with the option time_limit, in seconds.",
        )


def _stability(group: Refits, truth: Truth, confidence: float) -> Iterable[Value]:
    """Yield how far refits differ from each other in the key metric, in decisions and in scores."""
    where: dict[str, Any] = {"kind": "perturbation", "group": group.words, "reference": "each other"}
    n = len(truth.rows)
    metrics = [truth.metric(answer) for answer in group.answers]
    for name in truth.metrics:
        found = np.array([metric.get(name, math.nan) for metric in metrics])
        spread = _deviation(found, confidence)
        yield estimate(f"{name}_deviation", *spread, confidence, len(found), "chi-square over refits", **where)
    decided = [answer.decided for answer in group.answers if answer.decided is not None]
    if decided:
        table = np.stack(decided)
        differing = _differing(table)
        churn = _within(mean_interval(differing, truth.weight, confidence), 0.0, 1.0)
        yield estimate("churn", *churn, confidence, n, "t over rows", **where)
        interval, method = share(differing > 0, truth.weight, confidence)
        yield estimate("ambiguity", *interval, confidence, n, method, **where)
    scores = [answer.scores for answer in group.answers if answer.scores is not None]
    if scores:
        stacked = np.stack(scores)
        # Rounding must not make equal scores vary.
        by_row = np.where(np.ptp(stacked, axis=0) > 0, stacked.std(axis=0, ddof=1), 0.0)
        by_row = by_row.max(axis=1) if by_row.ndim == 2 else by_row
        deviation = _within(mean_interval(by_row, truth.weight, confidence), 0.0, math.inf)
        yield estimate("mean_score_deviation", *deviation, confidence, n, "t over rows", **where)


def _differing(decided: Ints) -> Floats:
    """Return for each row the share of pairs of refits that decide it differently; `decided` is (refits, rows)."""
    refits = len(decided)
    alike = np.zeros(decided.shape[1])
    for label in np.unique(decided):
        count = (decided == label).sum(axis=0)
        alike += count * (count - 1)
    return np.asarray(1 - alike / (refits * (refits - 1)))


def _deviation(found: Floats, confidence: float) -> Interval:
    """Return a standard deviation with its limits if what varies is normal."""
    from scipy.special import chdtri

    if np.isnan(found).any() or len(found) < 2:
        return NOT_ESTIMABLE
    value, freedom = float(found.std(ddof=1)), len(found) - 1
    if not value > 1e-12:
        return Interval(0.0, math.nan, math.nan)
    tail = (1 - confidence) / 2
    lower, upper = (value * math.sqrt(freedom / float(chdtri(freedom, t))) for t in (tail, 1 - tail))
    return Interval(value, lower, upper)


def _noisy(group: Refits, truth: Truth, clean: Answer) -> dict[str, Effect]:
    """Return what wrong labels do on average, beside a refit without, with the limits over rows and over repeats."""
    draws = [truth.compare(clean, answer) for answer in group.answers]
    confidence = truth.subject.confidence
    # A metric may fall or rise; shares and sizes cannot be below zero.
    lowest = {name: -math.inf if name in truth.metrics else 0.0 for name in draws[0]}
    return {name: _over([draw[name] for draw in draws], lowest[name], confidence) for name in draws[0]}


def _over(effects: Sequence[Effect], lowest: float, confidence: float) -> Effect:
    from scipy.special import stdtrit

    limits = np.array([effect.interval for effect in effects])
    value, lower, upper = limits.mean(axis=0)
    repeats = len(effects)
    half = float(stdtrit(repeats - 1, (1 + confidence) / 2)) * limits[:, 0].std(ddof=1) / math.sqrt(repeats)
    down, up = math.hypot(value - lower, half), math.hypot(upper - value, half)
    method = f"{effects[0].method} and t over {repeats} repeats"
    return Effect(Interval(float(value), float(max(value - down, lowest)), float(value + up)), method)


def _within(found: Interval, low: float, high: float) -> Interval:
    if math.isnan(found.lower):
        return found
    return Interval(found.value, max(found.lower, low), min(found.upper, high))


def _records(effects: dict[str, Effect], words: str, reference: str, n: int, subject: Subject) -> Iterable[Value]:
    for measure, (interval, method) in effects.items():
        yield estimate(
            measure, *interval, subject.confidence, n, method, kind="perturbation", group=words, reference=reference
        )


def _notes(groups: Sequence[Refits], maker: Refitter) -> list[str]:
    notes = []
    if not maker.states:
        notes.append(
            "The model has no random state: trained again on the same rows it is the same, if nothing else is."
        )
    for group in groups:
        first, *others = group.answers
        if group.words == SEEDS and all(_same(first, other) for other in others):
            notes.append("The random state makes no difference: all refits answer alike.")
    return notes


def _same(one: Answer, other: Answer) -> bool:
    pairs = ((one.scores, other.scores), (one.decided, other.decided))
    return all(a is None or b is None or np.array_equal(a, b) for a, b in pairs)
