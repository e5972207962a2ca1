"""What `gov.assess` takes: models, predictions and tables of any library; and what it says of anything else."""

from __future__ import annotations

from dataclasses import fields
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression

from jupyter_gov import GovError, add_assessment, assess
from jupyter_gov.assessment import _registry, evaluate_predictions
from jupyter_gov.records import Assessment, Outcome, Value
from jupyter_gov.services import AssessmentInterrupted
from jupyter_gov.services.assessing import _keep_all

RNG = np.random.default_rng(0)
COLUMNS = {
    "y_true": RNG.integers(0, 2, 300),
    "score": RNG.random(300).round(3),
    "sex": RNG.choice(["f", "m"], 300),
}
FEW = ["performance", "calibration", "fairness", "label_bias"]


def values(assessment: Assessment) -> list[tuple[Any, ...]]:
    assert {r.status for r in assessment.results} == {"done"}
    return [(r.name, v) for r in assessment.results for v in r.values]


def test_a_table_of_any_library() -> None:
    duckdb = pytest.importorskip("duckdb")
    frame = pd.DataFrame(COLUMNS)
    expected = values(assess(frame, sensitive="sex", include=FEW))
    assert len(expected) > 100
    relation = duckdb.sql("select * from frame")
    for table in (pl.DataFrame(COLUMNS), pa.table(COLUMNS), relation, COLUMNS, frame.convert_dtypes()):
        got = assess(table, sensitive=["sex"], include=FEW)
        assert (got.rows, got.model) == (300, "predictions")
        assert values(got) == expected
    alone = assess(COLUMNS["score"], COLUMNS["y_true"], attributes=frame[["sex"]], include=FEW)
    assert values(alone) == expected
    model = LogisticRegression().fit(frame[["score"]], frame["y_true"])
    X = pl.DataFrame({"score": COLUMNS["score"]})
    polars = assess(model, X, pl.Series(COLUMNS["y_true"]), attributes=pl.DataFrame(COLUMNS), sensitive="sex")
    pandas = assess(model, frame[["score"]], frame["y_true"], attributes=frame, sensitive="sex")
    assert [r.reason for r in polars.results if r.status == "failed"] == []
    assert [r.values for r in polars.results] == [r.values for r in pandas.results]


@pytest.mark.parametrize(
    ("given", "asked", "text"),
    [
        ((5,), {}, "X is missing"),
        ((None, [[1]], [1]), {}, "has no predict method"),
        (("text", [1], [1]), {}, "has no predict method"),
        ((LogisticRegression(), [[1]]), {}, "y is missing"),
        ((LogisticRegression, [[1]], [1]), {}, "is a class, not a fitted model"),
        ((np.ones((3, 2)),), {}, "no columns with names"),
        (({},), {}, "no columns with names"),
        ((pl.DataFrame(COLUMNS).lazy(),), {}, "is a query"),
        (([0, 1], [0, 1]), {"target": "y"}, "target names a column of a table"),
        ((LogisticRegression().fit([[0], [1]], [0, 1]), [[0], [1]], [0, 1]), {"threshold": 0.3}, "decides by itself"),
        ((COLUMNS,), {"policy": "good-practise"}, "No policy named"),
        ((COLUMNS,), {"sensitive": "gender"}, "No column named 'gender'"),
        ((COLUMNS,), {"target": "true"}, "Did you mean 'y_true'"),
    ],
)
def test_what_it_does_not_take(given: tuple[Any, ...], asked: dict[str, Any], text: str) -> None:
    with pytest.raises(GovError, match=text) as caught:
        assess(*given, **asked)
    assert caught.value.hint


def test_results_as_frames_and_csv(tmp_path: Any) -> None:
    done = assess(COLUMNS, sensitive="sex", include="fairness")["fairness"]
    frame = done.to_frame()
    assert len(frame) == len(done.values)
    assert list(frame) == [field.name for field in fields(Value)]
    assert frame["value"].tolist()[0] == done.values[0].value
    text = done.to_csv()
    assert text is not None
    read = pd.read_csv(StringIO(text))
    pd.testing.assert_series_equal(read["value"], frame["value"].astype(float))
    assert done.to_csv(tmp_path / "t.csv") is None
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == text
    empty = assess(COLUMNS, include="fairness")["fairness"].to_frame()
    assert (len(empty), list(empty)) == (0, list(frame))


def test_cards_and_curves_are_kept() -> None:
    results = assess(COLUMNS, include=FEW).results
    for result in results:
        assert result.card["title"]
        assert ("formula" in result.card) is (result.status == "done")
        assert type(result).from_json(result.to_json()) == result
    assert {"title", "question", "tasks", "formula", "intervals", "coverage", "source", "reading", "limits"} <= set(
        results[0].card
    )
    assert results[0].curves


def test_an_interrupt_carries_what_is_done() -> None:
    @add_assessment(name="slow", title="Slow", question="How long?", tasks=("binary",))
    def slow(_: Any) -> Outcome:
        raise KeyboardInterrupt

    try:
        with pytest.raises(AssessmentInterrupted, match="1 of 2 parts are done") as caught:
            assess(COLUMNS, include="performance,slow")
    finally:
        _registry._known.pop("slow")
    assert isinstance(caught.value, KeyboardInterrupt)
    statuses = {r.name: (r.status, r.reason) for r in caught.value.assessment.results}
    assert statuses == {"performance": ("done", ""), "slow": ("skipped", "It was interrupted.")}


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_interrupt_while_a_result_is_recorded(at: int) -> None:
    kept: list[Any] = []
    calls = [0]

    class Slow:
        def record(self, result: Any, action: str) -> None:
            calls[0] += 1
            if calls[0] == at:
                raise KeyboardInterrupt
            kept.append((result.name, action))

    names = ["performance", "lift", "calibration"]
    evaluations = evaluate_predictions(COLUMNS["y_true"], y_score=COLUMNS["score"], include=names)
    results, interrupted = _keep_all(evaluations, {"act": "a", "model": "m"}, Slow())
    assert interrupted
    assert [r.name for r in results] == [name for name, _ in kept] == ["performance", "lift", "calibration"]
    assert [r.status for r in results] == ["done"] * at + ["skipped"] * (3 - at)


def test_quantities_are_made_groups_of() -> None:
    table = {**COLUMNS, "age": RNG.integers(18, 80, 300)}
    for bins in ({"age": [25, 40]}, "age=25:40"):
        found = assess(table, sensitive="age,sex", bins=bins, include="fairness")["fairness"]
        assert {"< 25", "25–40", "≥ 40"} <= {v.group for v in found.values if v.attribute == "age"}
    quarters = assess(table, sensitive="age", bins={"age": 4}, include="fairness")["fairness"]
    assert quarters.values == assess(table, sensitive="age", bins="age=4", include="fairness")["fairness"].values
    for bins, text in (("race=2", "no sensitive attribute"), ("age=x", "cannot be read"), ({"age": [3, 1]}, "ascend")):
        with pytest.raises(GovError, match=text):
            assess(table, sensitive="age", bins=bins)
