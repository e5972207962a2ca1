"""Robustness: what becomes of a model's answers when its input is disturbed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...records import Json, Outcome, Value
from .._influence import mean_interval
from .._prepare import Ints
from .._registry import add_assessment
from .._subject import Subject
from .._table import take
from .._values import estimate
from ._asking import Answer, Asker
from ._columns import read_columns
from ._comparing import Effect, Truth, averaged
from ._perturbing import FACTOR, MISSING, NOISE, REPEATS, STEP, UNITS, Perturbation, of_all, of_column, of_step
from ._telling import tell

MOST_ROWS = 1_000
"""Rows that are disturbed at most."""
MOST_COLUMNS = 15
"""Columns that are tried one by one at most; of more, those whose step moves the score most."""
MOST_STEPS = 30
"""Columns whose step is recorded at most, those that it moves most."""
MOST_ANSWERS = 400_000
"""Answers that changes of single columns may need; with many columns each is tried on fewer rows."""
FEWEST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A change, and what a model made of it.

    Attributes
    ----------
    change : Perturbation
    answers : list of Answer
        Of each draw.
    effects : dict of str to Effect
        By measure; empty where the model refuses it.
    n : int
        Rows.
    """

    change: Perturbation
    answers: list[Answer]
    effects: dict[str, Effect]
    n: int

    @property
    def refused(self) -> str:
        """The class of the error that the model raises; empty where it answers."""
        return next((answer.refused for answer in self.answers if answer.refused), "")

    @property
    def warned(self) -> tuple[str, ...]:
        """Classes of the warnings that the model gives."""
        return tuple(sorted({name for answer in self.answers for name in answer.warned}))

    @property
    def size(self) -> float:
        """How much it does, to put the worst first."""
        for measure in ("decisions_changed", "mean_absolute_change"):
            if measure in self.effects:
                return self.effects[measure].interval.value
        return -1.0


def _fits(subject: Subject) -> str:
    return subject.no_model if subject.model is None else ""


@add_assessment(
    name="robustness",
    title="Robustness",
    question="What becomes of decisions and scores when the input is noisy, incomplete or wrong?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="The model, and the data that it predicts on.",
    formula=(
        "Rows with a change beside the same rows without it: difference of the key metric (ROC AUC, or balanced "
        "accuracy without scores; accuracy of several classes; R² and mean absolute error), share of decisions that "
        "change, mean absolute change of the score. Changes: noise of 0.05, 0.1 and 0.25 standard deviations in all "
        "columns; 5% and 20% of cells missing; one column missing, with a level never seen, at 10 times its largest "
        "size (and below zero if it has such values), in another unit (× 1,000, × 0.001, × 12, °F for °C), or moved by "
        "half a standard deviation."
    ),
    intervals=(
        "Paired, of the same rows: ROC AUC by variance estimates recovery with DeLong's correlation, accuracy by "
        "Tango, balanced accuracy by paired bootstrap, R² and errors by t; shares Wilson, exact where few. Random "
        "changes are drawn five times; value and limits are means, so that intervals are rather too wide."
    ),
    coverage=(
        "95% intervals in simulations of 100 and 1,000 rows, deviations taken as given: one column 91–100%, all "
        "columns at random 99–100%."
    ),
    source=(
        "DeLong, DeLong & Clarke-Pearson (1988); Zou (2007); Tango (1998); Wilson (1927). Single-column changes: "
        "Saltelli et al. (2008), Global Sensitivity Analysis, chapter 1 (one factor at a time)."
    ),
    reading=(
        "Look for changes that turn many decisions and that nothing notices: a wrong unit that the model takes "
        "without an error or a warning. Noise shows how much of a decision rests on the last digit; a column that "
        "moves decisions when it moves a little must be measured well. That a model refuses missing values is no "
        "fault, but must be known to whoever runs it."
    ),
    limits=(
        "Changes are made column by column or independently in all of them: real faults come together. Not every "
        "change could happen in the column it is tried in. A decision that changes is not always wrong, nor one that "
        "stays right. Limits hold for one change, not for all together."
    ),
    cost="At most 1,000 rows; some 10 predictions a row for each column, of at most 15 columns.",
    page="docs/assessments/robustness.md",
    fits=_fits,
)
def robustness(subject: Subject) -> Outcome:
    """Return what becomes of a model's answers when its input is disturbed."""
    rows = sampled(subject, MOST_ROWS)
    table = take(subject.table, rows)
    columns = read_columns(table)
    changes = [*of_all(table, columns, subject.seed)]
    fewer = _fewer(len(rows), len(columns))
    per_column = fewer * (4 + len(UNITS)) * min(len(columns), MOST_COLUMNS)
    answers = len(rows) * (1 + sum(change.draws for change in changes)) + per_column + 2 * fewer * len(columns)
    calls = 2 if subject.task in ("binary", "multiclass") else 1
    subject.asked_model.afford(answers * calls, calls * (len(changes) + 2 * len(columns)))
    asker, truth = Asker.of(subject, table), Truth(subject, rows)
    part = take(table, np.arange(fewer))
    own = read_columns(part)
    # The first rows of a sample drawn at random are one, too.
    few = Truth(subject, rows[:fewer])
    before = _first(asker.before, fewer)
    steps = [(c, step) for c in own for step in of_step(part, c, subject.seed)]
    total = len(changes) + len(steps) + min(len(own), MOST_COLUMNS)
    done = 0

    def tried(some: Iterable[Perturbation], truth: Truth, before: Answer) -> list[Tried]:
        nonlocal done
        made = _try(list(some), asker, truth, before)
        done += 1
        subject.progress("robustness", done, total)
        return made

    found = [one for change in changes for one in tried([change], truth, asker.before)]
    moved = {c.position: one for c, step in steps for one in tried([step], few, before)}
    # Columns that move the score most come first; those that cannot be moved, last.
    size = {c.position: _reach(moved.get(c.position)) for c in own}
    ordered = sorted(own, key=lambda c: (-size[c.position], c.position))
    kept = ordered[:MOST_COLUMNS]
    moved = {c.position: moved[c.position] for c in ordered[:MOST_STEPS] if c.position in moved}
    found += moved.values()
    for column in kept:
        found += tried(of_column(part, column), few, before)
    names = {c.position: c.name for c in own}
    slopes = _slopes(moved, names, few, subject.confidence)
    notes = list(tell(found, len(own), len(kept)))
    parameters: dict[str, Json] = {
        "rows": len(rows),
        "rows_by_column": fewer,
        "rows_available": len(subject),
        "columns": len(columns),
        "columns_tried": [column.name for column in kept],
        "metrics": list(truth.metrics),
        "unchanged": {name: float(value) for name, value in truth.metric(asker.before).items() if value == value},
        "output": subject.scores.space if subject.scores is not None else "prediction",
        "families": {one.change.words: one.change.family for one in found},
        "refused": [_where(one) | {"error": one.refused} for one in found if one.refused],
        "warned": [_where(one) | {"warnings": list(one.warned)} for one in found if one.warned],
        "deviations": {c.name: c.deviation for c in columns if c.kind == "number"},
        "noise": list(NOISE),
        "missing": list(MISSING),
        "factor": FACTOR,
        "step": STEP,
        "repeats": REPEATS,
        "seed": subject.seed,
        "confidence": subject.confidence,
    }
    return Outcome(
        values=(*_values(found, truth, subject.confidence), *slopes), parameters=parameters, notes=tuple(notes)
    )


def sampled(subject: Subject, most: int) -> Ints:
    """Return at most so many rows, drawn at random with the seed; those of no weight are left out."""
    rows = np.arange(len(subject)) if subject.weight is None else np.flatnonzero(subject.weight > 0)
    return np.random.default_rng(subject.seed).permutation(rows)[:most]


def _fewer(rows: int, columns: int) -> int:
    wanted = MOST_ANSWERS // ((7 + len(UNITS)) * min(columns, MOST_COLUMNS) + 2 * columns)
    return min(rows, max(wanted, FEWEST_ROWS))


def _first(answer: Answer, n: int) -> Answer:
    scores = None if answer.scores is None else answer.scores[:n]
    return Answer(scores=scores, decided=None if answer.decided is None else answer.decided[:n])


def _try(changes: list[Perturbation], asker: Asker, truth: Truth, before: Answer) -> list[Tried]:
    """Ask the model about some changes at once, and compare."""
    made = [change.make() for change in changes]
    answers = iter(asker.ask([table for tables in made for table in tables]))
    out = []
    for change, tables in zip(changes, made, strict=True):
        own = [next(answers) for _ in tables]
        refused = any(answer.refused for answer in own)
        effects = {} if refused else averaged([truth.compare(before, answer) for answer in own])
        out.append(Tried(change=change, answers=own, effects=effects, n=len(truth.rows)))
    return out


def _reach(one: Tried | None) -> float:
    found = None if one is None else one.effects.get("mean_absolute_change", one.effects.get("decisions_changed"))
    return -1.0 if found is None else found.interval.value


def _where(one: Tried) -> dict[str, Json]:
    return {"change": one.change.words, "column": one.change.column}


def _values(found: list[Tried], truth: Truth, confidence: float) -> Iterable[Value]:
    """Yield all values, the change that does most first."""
    for one in sorted(found, key=lambda one: -one.size):
        where: dict[str, Any] = {
            "kind": "perturbation",
            "attribute": one.change.column,
            "group": one.change.words,
            "reference": "unchanged",
        }
        for measure, (interval, method) in one.effects.items():
            yield estimate(measure, *interval, confidence, one.n, method, **where)
        if one.refused:
            first = next(iter((*truth.metrics, "mean_absolute_change")))
            yield Value(measure=first, n=one.n, method="refused by the model", **where)


def _slopes(moved: dict[int, Tried], names: dict[int, str], truth: Truth, confidence: float) -> Iterable[Value]:
    """Yield how far the mean score moves when a column goes from one step below to one step above."""
    for position, one in moved.items():
        scores = [answer.scores for answer in one.answers if answer.scores is not None]
        if len(scores) != 2 or scores[0].ndim != 1:
            continue
        found = mean_interval(scores[0] - scores[1], truth.weight, confidence)
        yield estimate(
            "mean_change",
            *found,
            confidence,
            one.n,
            "t",
            kind="perturbation",
            attribute=names[position],
            group=f"from {STEP:g} standard deviations below to {STEP:g} above",
            reference="unchanged",
        )
