from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import jupyter_gov as gov
from jupyter_gov.display import card, text


@pytest.fixture(scope="module")
def shown():
    rng = np.random.default_rng(0)
    n = 1_500
    X = pd.DataFrame({"income": rng.normal(50, 10, n), "zone": rng.choice(["<b>x", "y"], n)})
    bad = (X.zone == "<b>x") & (X.income > 52)
    p = rng.uniform(0.02, 0.3, n)
    y = (rng.random(n) < np.where(bad, 0.7, p)).astype(int)
    return gov.assess(
        np.column_stack([1 - p, p]), X, y, attributes=X[["zone"]], include="slices,conformal", threshold=0.5
    )


def test_the_worst_slice_is_told(shown):
    assert [r.status for r in shown.results] == ["done", "done"]
    told = text(shown).replace("\n", " ")
    assert "The model is worse where zone = <b>x & income" in told or "The model is worse where income" in told
    html = card(shown)
    assert "<b>x" not in html
    assert "&lt;b&gt;x" in html
    assert "Confirmed" in html


def test_the_size_of_sets_and_who_is_not_covered_is_told(shown):
    told = text(shown).replace("\n", " ")
    assert "To hold the truth in 90% of cases, sets need" in told
    assert "they hold it in" in told


def test_numbers():
    rng = np.random.default_rng(1)
    y = rng.normal(size=400)
    found = gov.assess(np.zeros(400), pd.DataFrame({"a": rng.normal(size=400)}), y, include="slices,conformal")
    told = text(found).replace("\n", " ")
    assert "intervals must be" in told
    assert "No slice is confirmed to be worse" in told
    assert "svg" in card(found)
