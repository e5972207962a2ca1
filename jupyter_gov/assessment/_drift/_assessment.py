"""Drift: what has changed between what a model was trained on and what it is assessed on."""

from __future__ import annotations

from ...records import Outcome
from .._registry import add_assessment
from .._subject import Subject, Training
from ._drift import drift as compare


def _fits(subject: Subject) -> str:
    if subject.train is not None:
        return ""
    return (
        "It needs what the model was trained on: name it with the option train. Any two data sets are compared by "
        "gov.compare_data(reference, current)."
    )


@add_assessment(
    name="drift",
    title="Drift",
    question="What has changed between these data and those of before, beyond chance?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="Two data sets with the same columns: here X and what the model was trained on.",
    formula=(
        "By column the distance: the largest difference of cumulative shares (Kolmogorov–Smirnov) where values have an "
        "order, else half the sum of the absolute differences of shares (total variation). Whether it is chance: rows "
        "of both sets change sides 999 times with all of their columns; the smallest p-value of all is compared "
        "with the smallest of each permutation. A classifier of the data set is fitted on half of the rows and its "
        "ROC AUC taken on the other half. The columns' test has 90% of the level, the classifier 10%, attributions "
        "another 10%. Population stability index and Jensen–Shannon distance rest on the reference's deciles."
    ),
    intervals=(
        "Distances: Kolmogorov's limits, or simulated ones of levels; conservative. Missing shares: Newcombe. "
        "ROC AUC: DeLong. Index and Jensen–Shannon distance describe the given rows and have none."
    ),
    coverage=(
        "Batches without drift that raise an alarm at the level of 5%: 3.8% to 5.5% in simulations of 50 to 100,000 "
        "rows and 1 to 200 continuous columns, most of 500 to 4,000 batches. Up to 2,000 rows in all it is 5% by "
        "construction. Where values are rare in more rows, 2% to 6%."
    ),
    source=(
        "Pettitt (1976); Kuiper (1960); Westfall & Young (1993); Benjamini & Hochberg (1995); "
        "Lopez-Paz & Oquab (2017); DeLong, DeLong & Clarke-Pearson (1988); Knijnenburg et al. (2009)"
    ),
    reading=(
        "Read the alarm first: it says whether anything has changed at all. Then the columns with a q-value within the "
        "level, by their distance and its interval. With many rows the smallest change is beyond chance: set a floor, "
        "the smallest distance that counts. Without an alarm, look at what shift would have been found."
    ),
    limits=(
        "That data have changed does not say that the model has become worse, and it may become worse where no column "
        "has changed. Rows must be independent: repeated measurements of one person raise false alarms. The law of "
        "large sets is taken from 2,000 rows, but of columns with rare values from all. What a model says of rows that "
        "it was trained on is described, not tested."
    ),
    cost="One pass over the values and 999 permutations of up to 2,000 rows: half a second for 2 × 100,000 × 50.",
    page="docs/assessments/drift.md",
    fits=_fits,
    predictions=False,
)
def drift(subject: Subject) -> Outcome:
    """Return what has changed since the training data."""
    train = subject.train or Training(features=subject.table)
    return compare(
        train.features,
        subject.table,
        labels=None if train.true is None else (train.true, subject.true),
        model=subject.model,
        known=True,
        floor=subject.floor,
        confidence=subject.confidence,
        seed=subject.seed,
        notify=lambda done, total: subject.progress("drift", done, total),
    )
