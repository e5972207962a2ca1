"""Surrogate: a tree of few questions that imitates the model, and how well it does."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError
from ...records import Json, Outcome, Value
from .._influence import explained, mean_interval
from .._prepare import Bools, Floats, Ints, plain
from .._registry import add_assessment
from .._subject import Subject
from .._values import Interval, estimate
from ._curves import share
from ._encoded import coded_columns
from ._tree import DEPTH, ROWS, Node, grow, leaves

MOST_ROWS = 20_000
FEWEST_ROWS = 4 * ROWS
FAITHFUL = 0.75
"""Share of the output's variance below which the tree is no explanation of the model: a convention of ours."""


def _fits(subject: Subject) -> str:
    return "There are no features to ask questions about. Pass X." if subject.features is None else ""


@add_assessment(
    name="surrogate",
    title="Surrogate tree",
    question="Which few questions come close to what the model does, and how close?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="Predictions and the data that they were made from; at least 40 rows.",
    formula=(
        "A regression tree of at most three questions in a row, in the original columns, learned from the model's "
        "output (not from what happened) on one half of the rows. On the other half: R², the share of the output's "
        "variance that the tree reproduces, against the mean; agreement, the share of rows that the tree decides as "
        "the model does, against always the same decision; and each leaf's share of rows and mean output."
    ),
    intervals=(
        "For the draw of the second half, given the tree. R²: influence function; agreement and shares: Wilson, exact "
        "where there are few; gain and means: Student's."
    ),
    coverage="95% intervals of R² in simulations of 40 to 400 rows: 91–94%.",
    source=(
        "Craven & Shavlik (1996), NeurIPS; Breiman et al. (1984), Classification and Regression Trees; fidelity as in "
        "Molnar (2022), Interpretable Machine Learning, chapter on global surrogates."
    ),
    reading=(
        "Look at the fidelity first. Where it is high, the rules sum up the model well; where it is low, they sum "
        "up something else. Each leaf says how many rows get there and what the model says of them."
    ),
    limits=(
        "It is another model. Even at a high fidelity it may be wrong for the very rows that matter, and where columns "
        "go together it may ask about one when the model looks at the other. Another half may give other questions. "
        "Sample weights do not count."
    ),
    cost="No predictions beyond those there are; one tree on at most 10,000 rows.",
    page="docs/assessments/surrogate.md",
    fits=_fits,
    on_request=True,
)
def surrogate(subject: Subject) -> Outcome:
    """Return a shallow tree that imitates the model, and its fidelity on rows that it was not learned from."""
    table = subject.table
    if len(table) < FEWEST_ROWS:
        raise InputError(
            f"There are {len(table):,} rows, too few to learn a tree from one half and look at it on the other.",
            hint=f"Pass at least {FEWEST_ROWS}.",
        )
    drawn = np.random.default_rng([subject.seed, 22]).permutation(len(table))[:MOST_ROWS]
    output = _output(subject)
    target, decisions = output.values[drawn], None if output.decisions is None else output.decisions[drawn]
    columns = coded_columns(table, drawn)
    half = len(drawn) // 2
    learned, seen = np.arange(half), np.arange(half, len(drawn))
    root = grow(columns, target, learned, seed=subject.seed)
    confidence = subject.confidence
    imitated, decided = _imitate(root, target, decisions, learned)
    loss = ((target - imitated) ** 2).sum(axis=1)[seen]
    baseline = ((target[seen] - target[seen].mean(axis=0)) ** 2).sum(axis=1)
    fidelity = explained(loss, baseline, None, confidence)
    values = [estimate("surrogate_r2", *fidelity, confidence, len(seen), "influence function")]
    if decisions is not None and decided is not None:
        values += _agreement(decided == decisions, decisions, learned, seen, confidence)
    told: list[Value] = []
    tree = _told(root, np.isin(np.arange(len(drawn)), seen), (), target, output, len(seen), told, confidence)
    parameters: dict[str, Json] = {
        "output": output.space,
        "rows_learned": len(learned),
        "rows": len(seen),
        "rows_available": len(table),
        "depth": DEPTH,
        "faithful_from": FAITHFUL,
        "tree": tree,
        "seed": subject.seed,
        "confidence": confidence,
    }
    return Outcome(values=(*values, *told), parameters=parameters, notes=_notes(fidelity))


class _Output(NamedTuple):
    """What is imitated: an array of shape (n, K), what it is, its classes, and the model's decisions as codes."""

    values: Floats
    space: str
    classes: tuple[str, ...]
    decisions: Ints | None


def _output(subject: Subject) -> _Output:
    if subject.task == "multiclass":
        predicted = np.asarray(subject.predicted)
        known = [predicted == one for one in subject.classes]
        codes: Ints | None = np.select(known, range(len(known)), -1)
        names = tuple(str(plain(one)) for one in subject.classes)
        if subject.probabilities is None:
            return _Output(np.stack(known, axis=1).astype(np.float64), "decision", names, codes)
        return _Output(subject.probabilities, "probability", names, codes)
    if subject.task == "regression":
        return _Output(np.asarray(subject.predicted, np.float64).reshape(-1, 1), "prediction", (), None)
    decisions = subject.encoded.predicted if subject.task == "binary" else None
    codes = None if decisions is None else decisions.astype(np.int64)
    if subject.scores is None and decisions is not None:
        return _Output(decisions.astype(np.float64)[:, None], "decision", (), codes)
    return _Output(subject.scored.values[:, None], subject.scored.space, (), codes)


def _imitate(root: Node, target: Floats, decisions: Ints | None, learned: Ints) -> tuple[Floats, Ints | None]:
    """Return each row's output, and its decision, as the tree has them."""
    output = np.empty_like(target)
    decided = None if decisions is None else np.empty_like(decisions)
    for leaf, inside, _ in leaves(root, np.ones(len(target), bool)):
        output[inside] = leaf.mean
        if decisions is not None and decided is not None:
            decided[inside] = _most(decisions[learned[inside[learned]]])
    return output, decided


def _most(codes: Ints) -> int:
    found, counts = np.unique(codes, return_counts=True)
    return int(found[counts.argmax()])


def _agreement(agree: Bools, decisions: Ints, learned: Ints, seen: Ints, confidence: float) -> list[Value]:
    """Return how often the tree decides as the model does, the same for one decision for all, and the difference."""
    constant = decisions == _most(decisions[learned])
    n = len(seen)
    values = []
    for measure, right in (("surrogate_agreement", agree[seen]), ("constant_agreement", constant[seen])):
        values.append(estimate(measure, *share(right, confidence), confidence, n, "wilson or exact"))
    gain = mean_interval(agree[seen].astype(np.float64) - constant[seen], None, confidence)
    return [*values, estimate("surrogate_agreement_gain", *gain, confidence, n, "student")]


def _told(
    node: Node,
    inside: Bools,
    path: tuple[str, ...],
    target: Floats,
    output: _Output,
    total: int,
    values: list[Value],
    confidence: float,
) -> Json:
    """Return a part of the tree as JSON, and add what is measured in its leaves to `values`."""
    rows = np.flatnonzero(inside)
    told: dict[str, Json] = {"rows": len(rows), "share": len(rows) / total}
    at = int(np.argmax(node.mean)) if output.classes else 0
    label = output.classes[at] if output.classes else None
    mean = mean_interval(target[rows, at], None, confidence) if len(rows) else Interval(np.nan, np.nan, np.nan)
    for key, number in zip(("mean", "lower", "upper"), mean, strict=True):
        told[key] = number if np.isfinite(number) else None
    if label is not None:
        told["label"] = label
    if node.yes is None or node.no is None or node.inside is None:
        where: dict[str, Any] = {"kind": "slice", "group": " & ".join(path) or "all rows", "label": label}
        values.append(estimate("mean_output", *mean, confidence, len(rows), "student", **where))
        counted = np.arange(total) < len(rows)
        where["label"] = None
        values.append(
            estimate("share_of_rows", *share(counted, confidence), confidence, total, "wilson or exact", **where)
        )
        return told
    rest = (target, output, total, values, confidence)
    told |= {"column": node.column, "rule": node.rule, "otherwise": node.otherwise}
    told["yes"] = _told(node.yes, inside & node.inside, (*path, node.rule), *rest)
    told["no"] = _told(node.no, inside & ~node.inside, (*path, node.otherwise), *rest)
    return told


def _notes(fidelity: Interval) -> tuple[str, ...]:
    if np.isnan(fidelity.value):
        return ("The model's output is the same for all rows looked at, so there is nothing to imitate.",)
    if fidelity.value >= FAITHFUL:
        return ()
    return (
        f"The tree reproduces {max(fidelity.value, 0.0):.0%} of the variance of the model's output, less than "
        f"{FAITHFUL:.0%}: do not read it as an explanation of the model.",
    )
