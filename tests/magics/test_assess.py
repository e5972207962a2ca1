"""What a person tries first with `%gov_assess`, without any option, in a real kernel; and an interrupt."""

from __future__ import annotations

import time
from typing import Any

import pytest

SETUP = """
import time
import numpy as np, pandas as pd
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
%load_ext jupyter_gov
%gov_track first tries
import jupyter_gov as gov
from jupyter_gov.records import Outcome, Value

X, number = load_diabetes(return_X_y=True, as_frame=True)
y = (number > 150).map({True: "high", False: "low"})
flowers, kind = load_iris(return_X_y=True, as_frame=True)
kind = kind.map({0: "setosa", 1: "versicolor", 2: "virginica"})
classifier = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[:300], y[:300])
regressor = LinearRegression().fit(X[:300], number[:300])
pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(flowers[::2], kind[::2])
table = pd.DataFrame({"y_true": y, "y_pred": classifier.predict(X), "age": X["age"]})[300:]
numbers = pd.DataFrame({"actual": number, "prediction": regressor.predict(X)})[300:]
predicted = classifier.predict(X[300:])
probabilities = pipeline.predict_proba(flowers)
"""
FIRST = [
    ("classifier X[300:] y[300:]", "classifier", "binary"),
    ("regressor X[300:] number[300:]", "regressor", "regression"),
    ("pipeline flowers[1::2] kind[1::2]", "pipeline", "multiclass"),
    ("table", "table", "binary"),
    ("numbers", "numbers", "regression"),
    ("predicted y[300:]", "predicted", "binary"),
    ("probabilities kind", "probabilities", "multiclass"),
]


@pytest.fixture(scope="module")
def run(kernel: Any) -> str:
    return str(kernel.run(SETUP).gov("track")[0].rpartition(" ")[2])


@pytest.mark.parametrize(("line", "name", "task"), FIRST, ids=[f[0] for f in FIRST])
def test_what_a_person_tries_first(kernel: Any, run: str, line: str, name: str, task: str) -> None:
    ran = kernel.run(f"%gov_assess {line}\n42")
    assert ran.result == "42"
    (shown,) = ran.gov("assessment")
    assert not ran.gov("error")
    assert not ran.text("stderr")
    assert name in shown
    kernel.flush()
    record = kernel.show(run)
    act = record["assessments"][-1]["act"]
    results = {a["name"]: a for a in record["assessments"] if a["act"] == act}
    assert {n: a["reason"] for n, a in results.items() if a["status"] == "failed"} == {}
    assert results["performance"]["status"] == "done"
    assert results["performance"]["parameters"]["task"] == task
    assert results["performance"]["model"] == name
    assert results["performance"]["card"]["title"]
    assert results["performance"]["dataset"]
    assert (results["performance"]["fit"] is not None) is (name in ("classifier", "regressor", "pipeline"))
    assert all(a["reason"] for a in results.values() if a["status"] == "skipped")
    assert [g for g in record["gaps"] if f"behind {name}" in g["what"]] or name in (
        "classifier",
        "regressor",
        "pipeline",
    )


def test_every_option(kernel: Any, run: str) -> None:
    kernel.run(
        "people = pd.DataFrame({'race': ['a', 'b'] * 221, 'w': 2.0}, X.index)\n"
        "people['region'] = people['race'].shift(1, fill_value='a').replace({'a': 'n', 'b': 's'})\n"
        "rival = LogisticRegression(C=0.01).fit(X[:300], y[:300])"
    )
    options = (
        "--attributes people --sensitive race --strata region --weight w --reference race=a --control rival "
        "--costs false_positive=1,false_negative=5 --positive low --task binary --seed 3 --confidence 0.9"
    )
    ran = kernel.run(
        f"%gov_assess classifier X[300:] y[300:] {options} --include performance,fairness,costs,comparison"
    )
    assert not ran.gov("error")
    kernel.flush()
    results = {a["name"]: a for a in kernel.show(run)["assessments"][-4:]}
    assert {n: a["reason"] for n, a in results.items() if a["status"] != "done"} == {}
    assert results["performance"]["parameters"]["positive_label"] == "low"
    assert results["comparison"]["parameters"]["control"] == "rival"
    for options in (
        "--target y_true --prediction y_pred",
        "--include performance --weight table['age']+1",
        "--positive high",
    ):
        assert not kernel.run(f"%gov_assess table {options}").gov("error")
    kernel.run("scores = pd.DataFrame({'y': y, 's': X['bmi'] * 9, 'q': X['bp']})")
    assert not kernel.run("%gov_assess scores --score s --threshold 0.1 --control q").gov("error")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        # Of models, rows and columns can be explored where thresholds cannot; predictions have nothing but thresholds.
        ("number number", "only decisions between two classes"),
        ("kind kind", "only decisions between two classes"),
        ("y y --weight X['age']+1", "nothing of sample weights"),
    ],
)
def test_what_cannot_be_explored(kernel: Any, run: str, line: str, why: str) -> None:
    ran = kernel.run(f"%gov_assess {line} --include performance --interactive")
    assert not ran.gov("error")
    assert why in ran.gov("explorer")[0]


SLOW = """
@gov.add_assessment(name="slow", title="Slow", question="How long?", tasks=("binary",))
def slow(subject):
    for i in range(1_000):
        subject.progress("slow", i, 1_000)
        time.sleep(0.05)
    return Outcome()

@gov.add_assessment(name="quick", title="Quick", question="How many?", tasks=("binary",))
def quick(subject):
    return Outcome(values=(Value(measure="rows", value=float(len(subject)), n=len(subject)),))
"""


@pytest.mark.parametrize("how", ["%gov_assess table", "gov.assess(table)"])
def test_an_interrupt_keeps_what_is_done_and_stops_the_cell(kernel: Any, run: str, how: str) -> None:
    kernel.run(SLOW)
    before = len(kernel.show(run)["assessments"])
    message = kernel.send(f"{how}\nafterwards = True")
    while kernel.client.get_iopub_msg(timeout=30)["content"].get("metadata", {}).get("jupyter_gov", {}).get(
        "kind"
    ) != "progress" and how.startswith("%"):
        pass  # it takes a second until progress is shown
    if not how.startswith("%"):
        time.sleep(3)
    kernel.manager.interrupt_kernel()
    ran = kernel.collect(message)
    assert ran.status == "error"
    assert ran.error is not None
    assert "AssessmentInterrupted: The assessment was interrupted; " in ran.error
    kernel.run("assert 'afterwards' not in globals()")
    kernel.flush()
    results = kernel.show(run)["assessments"][before:]
    found = {a["name"]: (a["status"], a["reason"]) for a in results}
    assert found["performance"] == ("done", "")
    assert found["slow"] == found["quick"] == ("skipped", "It was interrupted.")
    if how.startswith("%"):
        assert "table" in ran.gov("assessment")[-1]
    kernel.run("from jupyter_gov.assessment import _registry; [_registry._known.pop(n) for n in ('slow', 'quick')]")


def test_the_result_is_left_in_a_variable(kernel: Any, run: str) -> None:
    kernel.run("%gov_assess regressor X number --include performance")
    assert (
        kernel.run("_assessment.model, [r.name for r in _assessment.results]").result
        == "('regressor', ['performance'])"
    )
    assert "_assessment" not in kernel.run("%who_ls").result
    assert "_assessment" in kernel.run("[name for name in list(globals()) if name == '_assessment']").result


def test_bins_and_names(kernel: Any, run: str) -> None:
    assert not kernel.run("%gov_assess X['bmi']>0 y=='high' --attributes X --sensitive age --bins age=0:0.05").gov(
        "error"
    )
    told = kernel.run("sorted({v.group for v in _assessment['fairness'].values if v.group}), _assessment.model").result
    assert "0–0.05" in told
    assert "X['bmi']>0" in told
    assert "no sensitive attribute" in kernel.run("%gov_assess X['bmi']>0 y=='high' --bins age=4").gov("error")[0]


def test_usage_is_short(kernel: Any, run: str) -> None:
    told = kernel.run("%gov_assess --nothing").gov("error")[0]
    assert "gov_assess MODEL X y" in told
    assert len(told) < 300


def test_an_assessment_of_ones_own_is_shown_and_reported(kernel: Any, run: str) -> None:
    kernel.run(SLOW.partition('@gov.add_assessment(name="quick"')[0].replace("range(1_000)", "range(2)"))
    kernel.run(
        "@gov.add_assessment(name='rows', title='Rows counted', question='How many?', tasks=('binary',))\n"
        "def rows(s): return Outcome(values=(Value(measure='rows', value=float(len(s)), n=len(s)),))"
    )
    ran = kernel.run("done = gov.assess(table, include='rows,performance')\ndone['rows'].to_csv()")
    assert ran.result.startswith('\'"measure","kind","attribute"')
    assert '"rows","estimate"' in ran.result
    frame = kernel.run("done['rows'].to_frame()[['measure', 'value', 'n']].to_dict('records')").result
    assert frame == "[{'measure': 'rows', 'value': 142.0, 'n': 142}]"
    shown = kernel.run("%gov_assess table --include rows").gov("assessment")
    assert "Rows counted" in shown[0] or "Rows" in shown[0]
    kernel.run("_registry._known.pop('rows'), _registry._known.pop('slow')")
