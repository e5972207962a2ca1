"""Which labels a metric was computed of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jupyter_gov.capture.metrics._cuts import labels_of

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, 200)
P = np.clip(0.3 * Y + 0.3 + RNG.normal(0, 0.2, 200), 0, 1)


@pytest.mark.parametrize("labels", [P > 0.4, (P > 0.4).astype(int), pd.Series(P > 0.4), list((P > 0.4).astype(int))])
def test_labels_are_the_same_in_any_form(labels: object) -> None:
    assert labels_of("f1_score", Y, labels) == labels_of("f1_score", Y, np.where(P > 0.4, 1.0, 0.0)) != frozenset()
    assert labels_of("f1_score", Y, P > 0.41) != labels_of("f1_score", Y, labels)


def test_classes_with_names() -> None:
    words, cut = np.array(["no", "yes"])[Y], np.where(P > 0.4, "yes", "no")
    assert labels_of("f1_score", pd.Series(words), cut, "yes") == labels_of("f1_score", Y, P > 0.4)
    assert labels_of("f1_score", words, cut, "no") == labels_of("f1_score", 1 - Y, P <= 0.4)


def test_what_a_curve_chooses() -> None:
    thresholds = np.unique(P)
    youden = [np.mean(P[Y == 1] >= t) - np.mean(P[Y == 0] >= t) for t in thresholds]
    threshold = thresholds[int(np.argmax(youden))]
    best = threshold <= P
    assert labels_of("accuracy_score", Y, best) <= labels_of("roc_curve", Y, P)
    assert not labels_of("accuracy_score", Y, P > 0.5) & labels_of("roc_curve", Y, P)


@pytest.mark.parametrize(
    ("truth", "predicted"),
    [
        (Y, P),
        (Y * 1.5 + P, P > 0.5),
        (np.arange(200) % 3, np.arange(200) % 2),
        (Y, P[:50] > 0.5),
        (np.array([*Y[:199], None], object), P > 0.5),
        (np.stack([Y, Y]), np.stack([Y, Y])),
        ([], []),
        (None, P),
    ],
)
def test_what_is_no_labels_of_two_classes(truth: object, predicted: object) -> None:
    assert labels_of("f1_score", truth, predicted) == frozenset()
    if not isinstance(truth, np.ndarray) or truth is not Y or predicted is not P:
        assert labels_of("roc_curve", truth, predicted) == frozenset()
