"""Explanation: which columns the model relies on."""

from __future__ import annotations

from ...records import Outcome
from .._registry import add_assessment
from .._subject import Subject
from ._explanation import summary


def _fits(subject: Subject) -> str:
    if subject.model is None:
        return subject.no_model
    if subject.task == "multiclass" and subject.probabilities is None:
        return "Of several classes probabilities are explained, and the model has none."
    return ""


@add_assessment(
    name="explanation",
    title="Explanation",
    question="Which columns does the model rely on?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="The model, and the data that it predicts on. Of several classes the model must give probabilities.",
    formula=(
        "Mean absolute SHAP value of each original column, in the units of the output: log-odds, probability or "
        "prediction; of several classes for each row's most likely one. Exact for linear models and trees, by "
        "antithetic permutations for all others. Interactions: root mean square of Shapley interaction indices. Gaps "
        "between groups: mean SHAP value of a group minus that of the rest."
    ),
    intervals=(
        "Student's t and Welch's for the draw of rows; Bonett & Wright for rank correlations. Attributions are checked "
        "to add up to the model's output. Rows are explained until the ranking is stable, or the work is done. Of 95% "
        "limits 94–97% held from 200 rows on, but of columns that matter in few rows, and of interactions that are a "
        "fiftieth of the largest or less, only 43–92%: few rows show them."
    ),
    source=(
        "Lundberg & Lee (2017), NeurIPS; Lundberg et al. (2020), Nat. Mach. Intell. 2:56–67; Grabisch & Roubens "
        "(1999), Int. J. Game Theory 28:547–565."
    ),
    reading="The larger the number, the further the output moves, on average, because of what is in the column.",
    limits=(
        "It explains the model, not the world: a column may be relied on without being a cause. Columns that go "
        "together share or steal each other's part. Sample weights do not count."
    ),
    cost="Linear models at once, trees up to some seconds, others up to 250,000 predictions.",
    page="docs/assessments/explanation.md",
    fits=_fits,
)
def explanation(subject: Subject) -> Outcome:
    """Return how much the model relies on each column."""
    return summary(
        subject.attributions,
        subject.table,
        task=subject.task,
        seed=subject.seed,
        confidence=subject.confidence,
        positive=subject.asked_model.positive,
        people=subject.combinations,
        minimum=subject.minimum,
    )
