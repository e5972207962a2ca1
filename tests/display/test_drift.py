"""How drift is shown: one line that stands alone, and charts."""

from __future__ import annotations

import numpy as np
import pandas as pd

import jupyter_gov as gov
from jupyter_gov.display import card, text
from jupyter_gov.display._drift import SHOWN
from jupyter_gov.records import Assessment

SHOWING = SHOWN["drift"]


def table(n: int, seed: int, shift: float = 0.0, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "<b>income</b>": np.where(rng.random(n) < missing, np.nan, rng.normal(shift, 1, n)),
            "purpose": rng.choice(["car", "home"], n),
            "age": rng.integers(18, 80, n),
        }
    )


def said(assessment: Assessment) -> str:
    assert SHOWING.headline is not None
    return "".join(SHOWING.headline(assessment["drift"]))


def test_a_change_is_named_with_its_interval() -> None:
    made = gov.compare_data(table(500, 0), table(400, 1, 0.5))
    assert said(made).startswith("Something has changed: <b>income</b> (distance 0.")
    shown = card(made)
    assert "&lt;b&gt;income&lt;/b&gt;" in shown
    assert "<b>income" not in shown
    assert "Something has changed: <b>income</b>" in text(made).replace("\n", " ")


def test_no_change_says_what_would_have_been_found() -> None:
    told = said(gov.compare_data(table(500, 0), table(400, 2)))
    assert told.startswith("No change beyond chance in 3 columns at 400 rows; a shift of about 0.2")
    assert told.endswith("standard deviations in one of them would have been found in 80% of such data.")


def test_changes_below_the_floor_are_told_from_none() -> None:
    made = gov.compare_data(table(3_000, 0), table(3_000, 1, 0.2), floor=0.2)
    assert said(made) == "Changes in 3 columns are beyond chance, but none is surely larger than 0.2, the floor."


def test_columns_that_are_gone_come_first() -> None:
    made = gov.compare_data(table(300, 0), table(300, 2)[["age"]])
    assert said(made).startswith("<b>income</b>, purpose are missing from the current data. No change beyond chance in")
    shown = card(made)
    assert "Any change at all" in shown
    assert "&lt;b&gt;income&lt;/b&gt;" in shown


def test_a_change_of_dependence_is_told() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 1_500, 3))
    b[:, 1] = b[:, 0]
    told = said(gov.compare_data(a, b))
    assert "changed" in told
    assert "ROC AUC" in told or "x" in told


def test_charts_show_distances_and_what_is_missing() -> None:
    found = gov.compare_data(table(800, 0), table(800, 1, 0.5, missing=0.1))["drift"]
    assert SHOWING.figures is not None
    first, second = list(SHOWING.figures(found))
    assert first[1].startswith("Distance between the two data sets by column")
    assert "missing +" in str(second[0])
    quiet = gov.compare_data(table(200, 0), table(200, 2))["drift"]
    assert len(list(SHOWING.figures(quiet))) == 3
