"""Fairness: decisions, errors and scores by group of people."""

from __future__ import annotations

from ...records import Outcome
from .._coverage import EXTREMES, GROUPS, LONG_TAILS, RATES, REFERENCE
from .._registry import add_assessment
from .._subject import Subject, with_parameters
from ._fairness import fairness_of
from ._notes import without_groups


@add_assessment(
    name="fairness",
    title="Fairness",
    question="Do decisions, errors and scores differ between groups of people?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="A target, predictions or scores, and at least one sensitive column with two groups or more.",
    formula=(
        "Each metric by group, of every attribute and intersection. Between groups: the largest difference and the "
        "smallest ratio (max–min), by fairlearn's definitions; each group against the best, everybody and a chosen one."
    ),
    intervals=(
        "Rates: exact or Wilson; means: Student's t; ROC AUC: DeLong. Comparisons: Newcombe's and Donner and Zou's "
        "methods; those with groups that were picked by their values allow for the choice (Tukey–Kramer). Tests have "
        "q-values for the false discovery rate."
    ),
    coverage=f"{RATES} {GROUPS} {EXTREMES} {REFERENCE} {LONG_TAILS}",
    source=(
        "Weerts et al. (2023); Hardt et al. (2016); Verma & Rubin (2018); Chouldechova (2017); Foulds et al. (2020); "
        "Benjamini & Hochberg (1995)"
    ),
    reading=(
        "Look at the groups first and at their sizes, then at differences whose interval lies above zero. Of all "
        "differences called at a q-value of 0.05, one in twenty is by chance. Groups under 30 rows are shown and not "
        "judged."
    ),
    limits=(
        "Equal metrics do not show that decisions are just, and the definitions exclude each other when base rates "
        "differ. The largest of many differences is biased upward: read its interval."
    ),
    cost="One pass over the rows; the rest grows with groups, not with rows.",
    page="docs/assessments/fairness.md",
    fits=without_groups,
)
def fairness(subject: Subject) -> Outcome:
    """Return metrics by group, the disparities between groups, and tests of them."""
    return with_parameters(fairness_of(subject).outcome, *_seen_by_the_model(subject))


def _seen_by_the_model(subject: Subject) -> list[str]:
    estimator = None if subject.model is None else subject.model.estimator
    columns = getattr(subject.features, "columns", ())
    # X may have columns that the model does not take: people are joined to it to be assessed by them.
    taken = {str(name) for name in getattr(estimator, "feature_names_in_", columns)}
    told = getattr(estimator, "sensitive", ())
    asks = set(map(str, told)) if isinstance(told, list | tuple) else set()
    features = taken & {str(name) for name in columns}
    parts = []
    for given, how in ((features, "is given {} as a feature"), (asks - features, "decides by {}")):
        seen = [name for name in subject.sensitive if name in given]
        if seen:
            named = " and ".join(repr(name) for name in seen)
            parts.append(f"The model {how.format(named)}; in some uses of a model, decisions may not rest on it.")
    return parts
