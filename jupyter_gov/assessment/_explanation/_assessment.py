"""Explanation: which columns the model relies on."""

from __future__ import annotations

from ...records import Outcome
from .._registry import add_assessment
from .._subject import Subject
from ._explanation import explanation as explanation_of


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
        "Mean absolute SHAP value of each original column over sampled rows, in the units of the output: score, "
        "prediction, or the probability of each row's most likely class. Exact for linear models, by shap for trees, "
        "by antithetic permutations for all others."
    ),
    intervals="Normal, for the draw of rows. Attributions are checked to add up to the model's output.",
    source="Lundberg & Lee (2017), NeurIPS; Lundberg et al. (2020), Nat. Mach. Intell. 2:56–67.",
    reading="The larger the number, the further the output moves, on average, because of what is in the column.",
    limits=(
        "It explains the model, not the world: a column may be relied on without being a cause. Columns that go "
        "together share or steal each other's part. Sample weights do not count."
    ),
    cost="At most 500 rows; linear models at once, trees some seconds, others up to 250,000 predictions.",
    page="docs/assessments/explanation.md",
    fits=_fits,
)
def explanation(subject: Subject) -> Outcome:
    """Return how much the model relies on each column."""
    model = subject.asked_model
    return explanation_of(
        model.estimator,
        subject.table,
        seed=subject.seed,
        confidence=subject.confidence,
        positive=model.positive,
        progress=lambda done, total: subject.progress("explanation", done, total),
        task=subject.task,
    )
