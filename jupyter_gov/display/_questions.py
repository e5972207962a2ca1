"""Which question an assessment belongs to, where there are too many for a row of tabs."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_gov.records import AssessmentResult

QUESTIONS = {
    "How good": ("performance", "lift", "costs", "comparison", "calibration", "conformal"),
    "For whom": ("fairness", "individual_fairness", "label_bias", "local_law_144", "proxies"),
    "Why": (
        "row_explanation",
        "explanation",
        "effects",
        "reason_codes",
        "permutation_importance",
        "surrogate",
        "agreement",
    ),
    "When it breaks": ("robustness", "slices", "adversarial", "retraining"),
    "The data": ("drift", "data_quality"),
}
"""Our assessments by question, in the order in which they are read."""

ABOUT_OTHERS = frozenset(n for q in ("Why", "When it breaks", "The data") for n in QUESTIONS[q]) | {"proxies"}
"""Assessments whose numbers over all rows are not how good the model is, also where a measure has the same name."""

_OWN = "Further"


def by_question(results: Sequence[AssessmentResult]) -> dict[str, list[AssessmentResult]]:
    """Return results by question, those of users and other packages last."""
    there: dict[str, list[AssessmentResult]] = {}
    known = {name for names in QUESTIONS.values() for name in names}
    for question, names in QUESTIONS.items():
        there[question] = [r for n in names for r in results if r.name == n]
    there[_OWN] = [r for r in results if r.name not in known]
    return {question: found for question, found in there.items() if found}
