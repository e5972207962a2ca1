"""Effects: what the output does as one column changes."""

from __future__ import annotations

from ...records import Outcome
from .._registry import add_assessment
from .._subject import Subject
from ._effects import effects_of


def fits(subject: Subject) -> str:
    """Return why the output cannot be looked at, or an empty string."""
    if subject.model is None:
        return subject.no_model
    if subject.task == "multiclass" and subject.probabilities is None:
        return "Of several classes probabilities are looked at, and the model has none."
    return ""


@add_assessment(
    name="effects",
    title="Effects of columns",
    question="What does the output do as one column changes and all others stay as they are?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="The model, and the data that it predicts on. Of several classes the model must give probabilities.",
    formula=(
        "Partial dependence: the mean output over up to 500 rows, with the column set to one value for all of them. "
        "ICE lines are single rows, moved up or down to the level of their mean, so that shapes can be compared. "
        "Range: largest less smallest partial dependence on the grid. Heterogeneity: the share of the lines' variance "
        "along the grid that is not that of their mean. Rising, falling, monotone: the share of lines that end "
        "higher than they begin, lower, and that never turn back. Of several classes: the probability of the one that "
        "is predicted most."
    ),
    intervals=(
        "For the draw of rows, given the grid. Curve: Student's at each value. Range: what noise can add or take, by "
        "the bootstrap. Heterogeneity: influence function. Shares: Wilson, exact where there are few."
    ),
    coverage=(
        "95% intervals in simulations of 30 to 500 rows: range 94–100%, with a few rows that move far more than others "
        "88–94%; heterogeneity 90–98%, with such rows as little as 54%."
    ),
    source=(
        "Friedman (2001), Ann. Stat. 29:1189–1232; Goldstein et al. (2015), J. Comput. Graph. Stat. 24:44–65; "
        "Herbinger, Bischl & Casalicchio (2022), AISTATS."
    ),
    reading=(
        "The thick line is what happens on average, thin lines are single rows. Where thin lines run across the thick "
        "one, the column works differently for different rows, and the average speaks for few of them."
    ),
    limits=(
        "It explains the model, not the world. Columns that go together are torn apart: rows are made up that may "
        "never occur, and the model was not trained on such. Beyond the 5% and 95% quantiles nothing is looked at. "
        "Sample weights do not count."
    ),
    cost="Up to 60,000 predictions in 6 calls: 500 rows, 20 values, 6 columns.",
    page="docs/assessments/effects.md",
    fits=fits,
)
def effects(subject: Subject) -> Outcome:
    """Return what the output does as columns change, one at a time."""
    return effects_of(subject)
