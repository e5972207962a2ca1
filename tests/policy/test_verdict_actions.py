"""The call that supplies what is missing can be pasted."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_gov.policy import evidence_of
from jupyter_gov.policy._actions import assess, needed_for, rounded, rows
from jupyter_gov.policy._index import Index
from jupyter_gov.records import AssessmentResult, Dataset, Fit, Record


def index_of(*records: Record) -> Index:
    return evidence_of(records).index


KNOWN: tuple[Record, ...] = (
    Dataset(id="a", name="X_test", digest="", rows=1),
    Dataset(id="b", name="y test", digest="", rows=1),
    Dataset(id="c", name="people", digest="", rows=1),
    Dataset(id="d", name="X_fit", digest="", rows=1),
    Dataset(id="e", name="y_fit", digest="", rows=1),
    Fit(id="f", class_="Pipeline", name="model", datasets=("d", "e")),
    Fit(id="g", class_="StandardScaler", name="scaler", parent="f"),
    AssessmentResult(
        id="r",
        act="1",
        name="fairness",
        model="Pipeline",
        fit="f",
        dataset="a",
        target="b",
        attributes="c",
        parameters={"attributes": ["race", "home region"]},
    ),
)


@pytest.mark.parametrize(
    ("names", "more", "line"),
    [
        ([], {}, ""),
        (["drift"], {}, " --include drift --train (X_fit,y_fit)"),
        (["drift", "retraining"], {}, " --include drift,retraining --train (X_fit,y_fit)"),
        (["control"], {}, " --include comparison --control OTHER_MODEL"),
        (["fairness"], {"confidence": 0.99}, " --include fairness --confidence 0.99"),
    ],
)
def test_the_call_of_before_is_repeated_with_what_lacks(names: list[str], more: dict[str, Any], line: str) -> None:
    start = "%gov_assess model X_test y --sensitive 'race,home region' --attributes people"
    assert assess(index_of(*KNOWN), names, **more) == start + line


def test_new_sensitive_columns_join_the_known() -> None:
    line = assess(index_of(*KNOWN), sensitive=["sex", "race × sex"])
    assert "--sensitive 'race,home region,sex'" in line


def test_without_an_assessment_the_last_model_is_named() -> None:
    assert assess(index_of()) == "%gov_assess MODEL X y"
    assert assess(index_of(*KNOWN[5:7])) == "%gov_assess model X y"


@pytest.mark.parametrize(
    ("where", "needed"),
    [
        ({}, (["performance"], [])),
        ({"assessment": "calibration"}, (["calibration"], [])),
        ({"kind": "importance", "attribute": "income"}, ([], [])),
        ({"kind": "difference", "reference": "baseline"}, (["comparison"], [])),
        ({"kind": "difference", "reference": "control"}, (["control"], [])),
        ({"kind": "ratio", "attribute": "each"}, (["fairness"], ["ATTRIBUTE"])),
        ({"kind": "group", "attribute": ["race", "sex"]}, (["fairness"], ["race", "sex"])),
    ],
)
def test_what_a_measure_needs(where: dict[str, Any], needed: tuple[list[str], list[str]]) -> None:
    assert needed_for(where) == needed


@pytest.mark.parametrize(("count", "told"), [(1, 1), (18, 18), (101, 110), (1_234, 1_300), (99_999, 100_000)])
def test_rows_are_rounded_upwards(count: int, told: int) -> None:
    assert rounded(count) == told
    assert rows(count) == f"Assess on about {told:,} more rows like these."
