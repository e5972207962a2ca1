"""Why a method does not apply, and how far a candidate is to go: what several methods ask alike."""

from __future__ import annotations

from collections.abc import Mapping

from ..assessment._model import has_scores
from ..errors import GovError
from ._cuts import CRITERIA, SLACK
from ._groups import groups_of, learn_groups
from ._problem import Problem
from ._refit import labels_of, why_not_again


def why_not_binary(problem: Problem) -> str:
    """Return why a problem is not one of two classes."""
    if problem.task != "binary":
        return f"It is for two classes, and this is a {problem.task} task."
    try:
        labels_of(problem.y_train, problem.positive)
    except GovError as error:
        return error.message
    return ""


def why_not_groups(problem: Problem) -> str:
    """Return why there are no groups of the training rows."""
    if problem.A_train is None or not problem.sensitive:
        return "No sensitive column of the training rows is known. Pass train_attributes."
    try:
        learn_groups(problem.A_train, problem.sensitive)
    except GovError as error:
        return error.message
    return ""


def why_not_by_group(problem: Problem) -> str:
    """Return why decisions cannot be made by group: that takes two classes, groups, scores and clones of the model."""
    refused = why_not_again(problem) or why_not_binary(problem) or why_not_groups(problem)
    if refused:
        return refused
    if not has_scores(problem.model):
        return "The model gives no scores, only decisions."
    return why_not_two_large(problem)


def why_not_two_large(problem: Problem) -> str:
    """Return why there are not two groups that are large enough to be treated by themselves."""
    import numpy as np

    groups = groups_of(problem.A_train, learn_groups(problem.A_train, problem.sensitive)).astype(str)
    counts = np.unique(groups, return_counts=True)[1]
    if int((counts >= problem.minimum).sum()) > 1:
        return ""
    return f"Fewer than two groups have {problem.minimum} training rows."


def rates_of(problem: Problem) -> tuple[str, ...]:
    """Return the rates that a problem's disparity is about; none where thresholds do not decide them."""
    return CRITERIA.get(problem.measure, ())


def goals_of(problem: Problem) -> list[float]:
    """Return how far candidates are to go on training rows: what is asked, and closer, for held-out rows differ.

    An interval that is to keep the bound as a whole needs room, too. Without a target a difference of 0.1 and a ratio
    of 0.8 are the first.
    """
    if problem.kind == "ratio":
        gap = 1 - (0.8 if problem.target is None else min(problem.target, 1.0))
        return [1 - gap, 1 - gap / 2, 1 - gap / 4] if gap > 0 else [0.99]
    gap = 0.1 if problem.target is None else problem.target
    return [gap, gap / 2, gap / 4] if gap > 0 else [0.01]


def in_words(problem: Problem) -> str:
    """Return what a disparity is of, such as ``selection rate``."""
    return problem.measure.replace("_", " ")


ATTRIBUTE = (
    "It needs {attributes} of everybody it decides about. Whether that may decide anything is for the law to say: "
    "in US credit race, color, religion, national origin and sex may not, with few exceptions (Regulation B, 12 CFR "
    "1002.6(b)(9))."
)


def attribute_cost(problem: Problem) -> str:
    """Return the sentence on needing the attribute at prediction time."""
    return ATTRIBUTE.format(attributes=" and ".join(problem.sensitive))


def volume_cost(volumes: Mapping[str, float]) -> tuple[str, ...]:
    """Return a sentence on how many more or fewer are decided positively, where that is more than `SLACK`."""
    before, after = volumes["before"], volumes["after"]
    if abs(after - before) <= SLACK:
        return ()
    return (f"It decides {after:.1%} of the training rows positively, the original {before:.1%}.",)
