"""How much a disparity changes when another model decides about the same rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.assessment import Subject, disparity_change, evaluate_table, fairness
from jupyter_gov.errors import InputError
from jupyter_gov.records import Value


def subject_of(y: Any, said: Any, group: Any, task: str | None = None) -> Subject:
    import pandas as pd

    table = pd.DataFrame({"y_true": y, "y_pred": said, "group": group})
    return evaluate_table(table, sensitive=["group"], include=["fairness"], task=task)[1].subject


def disparity(y: Any, said: Any, group: Any, measure: str, kind: str) -> float:
    found = fairness(y, said, sensitive_features={"group": group}).disparities
    at = (found.metric == measure) & (found.kind == kind) & (found.reference == "max-min")
    return float(found[at].value.iloc[0])


@pytest.mark.parametrize("measure", ["selection_rate", "true_positive_rate", "precision", "f1", "equalized_odds"])
@pytest.mark.parametrize("kind", ["difference", "ratio"])
def test_it_is_the_difference_of_the_two_disparities(measure: str, kind: str) -> None:
    rng = np.random.default_rng(3)
    y, one, other = rng.integers(0, 2, (3, 400))
    group = rng.choice(["a", "b", "c"], 400)
    asked = Value(measure=measure, kind=kind, attribute="group", reference="max-min")  # type: ignore[arg-type]
    found = disparity_change(asked, subject_of(y, one, group), subject_of(y, other, group), replicates=200)
    expected = disparity(y, other, group, measure, kind) - disparity(y, one, group, measure, kind)
    assert found is not None
    assert found.measure == f"{measure}_{kind}"
    assert found.reference == "original"
    assert found.value == pytest.approx(expected)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= expected <= found.upper


def test_numbers_are_compared_by_their_errors() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(["a", "b"], 150)
    y = rng.normal(10, 2, 300)
    one, other = y + np.where(group == "a", 1.0, 0.0), y + rng.normal(0, 0.1, 300)
    first, second = (subject_of(y, said, group, "regression") for said in (one, other))
    asked = Value(measure="mean_error", kind="difference", attribute="group", reference="max-min")
    found = disparity_change(asked, first, second, replicates=200)
    assert found is not None
    assert found.value == pytest.approx(-1.0, abs=0.05)
    assert found.upper is not None
    assert found.upper < -0.9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_swapping_the_models_turns_the_sign(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, one, other = rng.integers(0, 2, (3, 120))
    group = rng.choice(["a", "b", "c"], 120)
    asked = Value(measure="selection_rate", kind="difference", attribute="group", reference="max-min")
    first, second = subject_of(y, one, group), subject_of(y, other, group)
    there, back = (disparity_change(asked, *pair, replicates=50) for pair in ((first, second), (second, first)))
    assert there is not None
    assert back is not None
    assert there.value == pytest.approx(-(back.value or 0.0))
    same = disparity_change(asked, first, first, replicates=50)
    assert same is not None
    assert same.value == 0
    assert (same.lower or 0.0) <= 0 <= (same.upper or 0.0)


def test_it_knows_what_it_cannot_compare() -> None:
    rng = np.random.default_rng(1)
    y, one = rng.integers(0, 2, (2, 90))
    group = rng.choice(["a", "b"], 90)
    first = subject_of(y, one, group)
    asked = Value(measure="selection_rate", kind="difference", attribute="group", reference="max-min")
    for other in (
        replace(asked, attribute="nothing"),
        replace(asked, measure="roc_auc"),
        replace(asked, kind="group"),
        replace(asked, reference="overall", group="nobody"),
        replace(asked, measure="true_positive_rate_nobody_has"),
    ):
        assert disparity_change(other, first, first) is None
    pair = replace(asked, reference="a", group="b")
    found = disparity_change(pair, first, first, replicates=50)
    assert found is not None
    assert found.value == 0
    with pytest.raises(InputError, match="same rows"):
        disparity_change(asked, first, subject_of(1 - y, one, group))


def test_a_gap_that_closes_is_covered() -> None:
    """Largest differences are drawn upward, the more so where there is none: the interval allows for it."""
    rng = np.random.default_rng(7)
    asked = Value(measure="selection_rate", kind="difference", attribute="group", reference="max-min")
    group = np.repeat(["a", "b", "c", "d"], 150)
    hits = 0
    for _ in range(60):
        y = rng.integers(0, 2, 600)
        one = rng.random(600) < np.where(group == "a", 0.7, 0.5)
        other = rng.random(600) < 0.6
        found = disparity_change(
            asked, subject_of(y, one.astype(int), group), subject_of(y, other.astype(int), group), replicates=200
        )
        assert found is not None
        hits += (found.lower or 0.0) <= -0.2 <= (found.upper or 0.0)
    assert hits >= 53


@pytest.mark.parametrize("kind", ["difference", "ratio"])
@pytest.mark.parametrize("reference", ["overall", "best", "b"])
@pytest.mark.parametrize("measure", ["true_positive_rate", "false_positive_rate", "f1"])
def test_a_group_is_compared_with_others_too(measure: str, kind: Any, reference: str) -> None:
    rng = np.random.default_rng(5)
    y, one, other = rng.integers(0, 2, (3, 300))
    group = rng.choice(["a", "b", "c"], 300)
    asked = Value(measure=measure, kind=kind, attribute="group", group="a", reference=reference)
    found = disparity_change(asked, subject_of(y, one, group), subject_of(y, other, group))
    values = []
    for said in (one, other):
        told = fairness(y, said, sensitive_features={"group": group}, reference="b").disparities
        at = (told.metric == measure) & (told.kind == kind) & (told.reference == reference) & (told.group == "a")
        values.append(float(told[at].value.iloc[0]))
    assert found is not None
    assert found.value == pytest.approx(values[1] - values[0])
    assert found.lower is not None
    assert found.lower < (found.value or 0.0) < (found.upper or 0.0)


def test_a_rate_that_a_group_has_not_is_not_drawn() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(["a", "b", "c"], [300, 200, 40])
    y = np.where(group == "c", 0, rng.integers(0, 2, 540))
    one = np.where(group == "a", 1, rng.integers(0, 2, 540))
    asked = Value(measure="true_positive_rate", kind="difference", attribute="group", reference="max-min")
    other = np.where((group == "b") & (rng.random(540) < 0.1), 1 - one, one)
    without = group != "c"
    found = disparity_change(asked, subject_of(y, one, group), subject_of(y, other, group))
    alone = disparity_change(asked, *(subject_of(y[without], said[without], group[without]) for said in (one, other)))
    assert found is not None
    assert alone is not None
    assert found.lower == pytest.approx(alone.lower, abs=0.01)
    assert found.upper == pytest.approx(alone.upper, abs=0.01)


@pytest.mark.parametrize(("sizes", "told"), [([30] * 5, True), ([60] * 6, False), ([200, 29], False)])
def test_limits_that_would_not_hold_are_not_given(sizes: list[int], told: bool) -> None:
    rng = np.random.default_rng(0)
    group = np.repeat([f"g{i}" for i in range(len(sizes))], sizes)
    y, one, other = rng.integers(0, 2, (3, len(group)))
    asked = Value(measure="selection_rate", kind="difference", attribute="group", reference="max-min")
    first, second = subject_of(y, one, group), subject_of(y, other, group)
    found = disparity_change(asked, first, second, replicates=50)
    pair = disparity_change(replace(asked, group="g0", reference="g1"), first, second, replicates=50)
    assert found is not None
    assert found.value is not None
    assert (found.lower is not None) is told
    assert found.method == ("paired bootstrap" if told else "no interval")
    assert pair is not None
    assert pair.lower is not None


def test_more_confidence_takes_more_draws() -> None:
    from jupyter_gov.assessment._fairness._paired import _replicates

    assert _replicates(2_000, 0.95, 3) == 2_000
    assert _replicates(2_000, 1 - 0.05 / 15, 3) == pytest.approx(30_000, abs=1)
    assert _replicates(2_000, 1 - 0.05 / 15, 1_000) == 2_000
