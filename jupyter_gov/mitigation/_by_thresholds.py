"""Methods that set thresholds by group and leave the model as it is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..errors import InputError
from ._applying import attribute_cost, goals_of, in_words, rates_of, volume_cost, why_not_by_group
from ._groups import groups_of
from ._problem import Made, Method, Problem
from ._refit import cross_fitted, labels_of
from ._thresholds import CONSTRAINTS, GroupThresholds, RandomisedThresholds


def _why_not(problem: Problem) -> str:
    if not rates_of(problem):
        return f"Thresholds do not decide the {in_words(problem)}."
    return why_not_by_group(problem)


def _why_not_optimizer(problem: Problem) -> str:
    if rates_of(problem) and rates_of(problem) not in CONSTRAINTS:
        return f"ThresholdOptimizer has no constraint on the {in_words(problem)}."
    if problem.sample_weight is not None:
        return "ThresholdOptimizer takes no sample weights."
    return _why_not(problem)


def _group_thresholds(problem: Problem) -> Iterator[Made]:
    scores = cross_fitted(problem, labels_of(problem.y_train, problem.positive))
    seen: list[dict[str, float]] = []
    refused: InputError | None = None
    for goal in goals_of(problem):
        problem.check_time()
        made = GroupThresholds.of(problem, measure=problem.measure, goal=goal, ratio=problem.kind == "ratio")
        try:
            made.learn(problem, scores)
        except InputError as error:
            refused = error  # a looser goal may have been kept
            continue
        if made.thresholds_ in seen or len(set(made.thresholds_.values())) == 1:
            continue  # one threshold for all is the original's own
        seen.append(made.thresholds_)
        parameters = {"measure": problem.measure, "kind": problem.kind, "goal": goal, "seed": problem.seed}
        yield Made(
            name=f"group thresholds, {problem.kind} {goal:.3g}",
            estimator=made,
            parameters={**parameters, "thresholds": dict(made.thresholds_), "decided positively": dict(made.volumes_)},
            needs_attribute=True,
            costs=(
                attribute_cost(problem),
                *volume_cost(made.volumes_),
                "Two people with the same score may be decided differently because of their group.",
            ),
        )
    if not seen:
        raise refused or InputError(
            f"The original keeps the {in_words(problem)} of groups within what is asked on the training rows already.",
            hint="Ask for less disparity.",
        )


def _threshold_optimizer(problem: Problem) -> Iterator[Made]:
    problem.check_time()
    constraint = CONSTRAINTS[rates_of(problem)]
    scores = cross_fitted(problem, labels_of(problem.y_train, problem.positive))
    made = RandomisedThresholds.of(problem, constraint=constraint)
    made.learn(problem, scores)
    told = {
        name: {**rule, "thresholds": [t if np.isfinite(t) else str(t) for t in rule["thresholds"]]}
        for name, rule in made.rules_.items()
    }
    drawn = any(0 < p < 1 for rule in made.rules_.values() for p in (*rule["chances"], rule["instead"]))
    off = made.drawn_otherwise(problem.X_train, groups_of(problem.A_train, made.groups_))
    chance = (
        "Near the thresholds chance decides: two people who differ in a detail may be decided differently for no other "
        "reason. The draw is made from the row itself and a seed, so that the same row is always decided alike."
    )
    yield Made(
        name="threshold optimizer",
        estimator=made,
        parameters={
            "constraint": constraint,
            "objective": made.objective_,
            "rules": told,
            "decided positively": dict(made.volumes_),
            "seed": problem.seed,
        },
        needs_attribute=True,
        costs=(
            attribute_cost(problem),
            *volume_cost(made.volumes_),
            *((chance,) if drawn else ()),
            *off,
            "Two people with the same score may be decided differently because of their group.",
        ),
    )


GROUP_THRESHOLDS = Method(
    key="group_thresholds",
    title="Thresholds by group",
    about=(
        "Decides from a threshold of each group on: those that keep a bound, with as many positive decisions as before "
        "and the fewest that change."
    ),
    citation="Hardt, Price & Srebro (2016), Equality of Opportunity in Supervised Learning, NeurIPS; not randomised.",
    needs="Two classes, a model with scores that can be fitted again, the attribute at prediction time.",
    applies=_why_not,
    make=_group_thresholds,
)

THRESHOLD_OPTIMIZER = Method(
    key="threshold_optimizer",
    title="ThresholdOptimizer",
    about="Decides by one of two thresholds of each group, drawn by chance, so that equal rates are to be expected.",
    citation="Hardt, Price & Srebro (2016), Equality of Opportunity in Supervised Learning, NeurIPS; by fairlearn.",
    needs="Two classes, a model with scores that can be fitted again, the attribute at prediction time.",
    applies=_why_not_optimizer,
    make=_threshold_optimizer,
)
