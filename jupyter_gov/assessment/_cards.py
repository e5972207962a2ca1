"""What each assessment asks, needs, rests on, and cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The description of one assessment, for people.

    Attributes
    ----------
    name : str
        The name that `evaluate` and policies use.
    title : str
        A heading.
    question : str
        What the assessment asks, as one question.
    needs : str
        What must be there for it to be done.
    method : str
        How the numbers and their intervals are made, with the source.
    limits : str
        What a reader must not conclude.
    """

    name: str
    title: str
    question: str
    needs: str
    method: str
    limits: str


_CARDS = (
    Card(
        name="performance",
        title="Performance",
        question="How often are the model's decisions right, and does it rank positives above negatives?",
        needs="Labels and predictions; ranking also needs predict_proba or decision_function.",
        method=(
            "Rates by scikit-learn's definitions with Wilson (1927) score intervals; balanced accuracy by Newcombe's "
            "(1998) method; ROC AUC by DeLong et al. (1988); average precision by bootstrap."
        ),
        limits="It describes rows like the given ones and the model's own decision threshold, nothing else.",
    ),
    Card(
        name="calibration",
        title="Calibration",
        question="When the model says 80%, does it happen in 80 of 100 cases?",
        needs="Labels and probabilities from predict_proba.",
        method=(
            "Log loss and Brier score as means with normal intervals; expected calibration error over ten equal-width "
            "bins (Guo et al. 2017) with a simulated bound; observed rates per bin with Wilson intervals."
        ),
        limits="The expected calibration error depends on the bins and is biased upward in small samples.",
    ),
    Card(
        name="fairness",
        title="Fairness",
        question="Do decisions and errors differ between groups of people?",
        needs="Labels, predictions and at least one sensitive column with two groups or more.",
        method=(
            "Metrics and max–min disparities by fairlearn's definitions; Wilson intervals per group; disparities by "
            "Newcombe's method over all pairs of groups, with the Tukey–Kramer critical value for the lower end."
        ),
        limits=(
            "Equal metrics do not show that decisions are just, and the definitions exclude each other when base rates "
            "differ. The largest of many differences is biased upward: read its interval."
        ),
    ),
    Card(
        name="explanation",
        title="Explanation",
        question="Which columns does the model rely on?",
        needs="The data that the model predicts on; shap for models that are neither linear nor trees is slower.",
        method=(
            "Mean absolute SHAP value (Lundberg & Lee 2017) per original column over sampled rows, with a normal "
            "interval; attributions are checked to add up to the model's output."
        ),
        limits="It explains the model, not the world: a column may be relied on without being a cause.",
    ),
)

ASSESSMENTS: Mapping[str, Card] = MappingProxyType({card.name: card for card in _CARDS})
"""The known assessments by name, in the order in which they are done."""
