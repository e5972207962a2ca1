"""What cases are made of in a real kernel: what rows came from, what prepared them, what else was tried."""

from __future__ import annotations

import pytest

START = """
import numpy as np, pandas as pd
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import KFold, cross_val_predict, train_test_split
from jupyter_gov.provenance.leakage import CHECKS, LATE_CHECKS, LOOK_CHECKS
rng = np.random.default_rng(0)
site = np.repeat(np.arange(60), 10)
frame = pd.DataFrame(rng.normal(size=(600, 3)), columns=["a", "b", "c"])
frame["site_id"] = site
frame["y"] = frame["a"] + rng.normal(0, 2, 60)[site] + rng.normal(0, 0.5, 600)
frame.to_csv("rows.csv", index=False)
cases, looks = [], []
CHECKS["see"] = lambda case: cases.append(case) or []
LATE_CHECKS["see late"] = lambda case: cases.append(case) or []
LOOK_CHECKS["see"] = lambda found: looks.extend(found) or []
"""

SPLIT = "A, B, u, v = train_test_split(frame[['a', 'b', 'c']], frame['y'], random_state=0)"


@pytest.fixture(autouse=True)
def start(kernel):
    kernel.run("%reset -f")
    kernel.run(START)
    yield
    kernel.run("for held in (CHECKS, LATE_CHECKS, LOOK_CHECKS):\n    [held.pop(k) for k in list(held) if 'see' in k]")


def test_a_table_that_was_made_here_is_a_source_with_all_of_its_columns(kernel):
    run = kernel.track("made")
    kernel.run("days = pd.date_range('2026-01-01', periods=600)")
    kernel.run(SPLIT)
    kernel.run("LinearRegression().fit(A, u).score(B, v)")
    kernel.untrack()
    told = kernel.run("[s.columns for s in cases[-1].sources.values() if len(s.columns) > 3], cases[-1].train.read")
    assert told.result == "([('a', 'b', 'c', 'site_id', 'y')], False)"
    shown = kernel.show(run)
    assert [f["columns"] for f in shown["findings"] if f["check"] == "groups_across_split"] == [["site_id"]]
    assert not [g for g in shown["gaps"] if "could not be worked out" in g["reason"]]


def test_what_was_read_says_so(kernel):
    kernel.track("read")
    kernel.run("df = pd.read_csv('rows.csv')")
    kernel.run("A, B, u, v = train_test_split(df[['a', 'b']], df['y'], random_state=0)")
    kernel.run("LinearRegression().fit(A, u).score(B, v)")
    kernel.untrack()
    told = kernel.run("[(s.name, s.read) for s in cases[-1].sources.values()], cases[-1].test.read")
    assert told.result == "([('df', True)], False)"


def test_columns_that_a_selector_named_were_chosen_by_it(kernel):
    kernel.track("masked")
    kernel.run("X, y = frame[['a', 'b', 'c']].to_numpy(), frame['y'].to_numpy()")
    kernel.run("kept = SelectKBest(f_regression, k=2).fit(X, y).get_support()")
    kernel.run("A, B, u, v = train_test_split(X[:, kept], y, random_state=0)")
    kernel.run("LinearRegression().fit(A, u).score(B, v)")
    kernel.run("LinearRegression().fit(X[:450], y[:450]).score(X[450:], y[450:])")
    kernel.untrack()
    told = kernel.run("[[s.fit.class_.rpartition('.')[2] for s in c.steps] for c in cases if c.train.rows == 450]")
    assert told.result.startswith("[['SelectKBest'], []")


def test_predictions_that_became_features_come_from_their_model(kernel):
    kernel.track("stacked")
    kernel.run("X, y = frame[['a', 'b', 'c']].to_numpy(), frame['y'].to_numpy()")
    kernel.run("first = RandomForestRegressor(5, random_state=0).fit(X, y).predict(X)")
    kernel.run("A, B, u, v = train_test_split(np.column_stack([X, first]), y, random_state=0)")
    kernel.run("LinearRegression().fit(A, u).score(B, v)")
    kernel.run("inner = cross_val_predict(Ridge(), X, y)")
    kernel.run("A, B, u, v = train_test_split(np.column_stack([X, inner]), y, random_state=1)")
    kernel.run("LinearRegression().fit(A, u).score(B, v)")
    kernel.untrack()
    told = kernel.run("[[s.fit.class_.rpartition('.')[2] for s in c.steps] for c in cases if c.use == 'test']")
    assert told.result.startswith("[['RandomForestRegressor'], []")


def test_what_else_was_tried_on_the_target_stands_beside(kernel):
    kernel.track("beside")
    kernel.run(SPLIT)
    kernel.run("DummyRegressor().fit(A, u).score(B, v)")
    kernel.run("LinearRegression().fit(A, u).score(B, v)")
    kernel.run("Ridge().fit(A[['a']], u).score(B[['a']], v)")
    kernel.untrack()
    told = kernel.run("[len(c.beside) for c in cases[-3:]]")
    assert told.result == "[2, 1, 1]"


def test_what_another_run_wrote_is_a_source_with_the_columns_that_were_read(kernel):
    kernel.track("writes")
    kernel.run("frame.sample(frac=1, random_state=0).iloc[:500].to_csv('some.csv', index=False)")
    kernel.untrack()
    kernel.run("del frame")
    run = kernel.track("reads")
    kernel.run("df = pd.read_csv('some.csv')")
    kernel.run("A, B, u, v = train_test_split(df[['a', 'b']], df['y'], random_state=0)")
    kernel.run("LinearRegression().fit(A, u).score(B, v)")
    kernel.untrack()
    told = kernel.run("[(s.name, s.read, s.columns[3], s.rows > 500) for s in cases[-1].sources.values()]")
    assert told.result == "[('df', True, 'site_id', True)]"
    assert [f["columns"] for f in kernel.show(run)["findings"] if f["check"] == "groups_across_split"] == [["site_id"]]


def test_looks_are_called_by_what_columns_were_taken_of(kernel):
    kernel.track("named")
    kernel.run("train, test = train_test_split(frame, random_state=0)")
    kernel.run("LinearRegression().fit(train[['a']], train['y']).score(test[['a']], test['y'])")
    kernel.untrack()
    assert kernel.run("looks[-1].name").result == "'test'"


def test_folds_of_a_loop_are_told_of_together(kernel):
    run = kernel.track("loop")
    kernel.run(
        "for train, test in KFold(5, shuffle=True, random_state=0).split(frame):\n"
        "    model = LinearRegression().fit(frame.iloc[train][['a', 'b']], frame.iloc[train]['y'])\n"
        "    model.score(frame.iloc[test][['a', 'b']], frame.iloc[test]['y'])"
    )
    kernel.untrack()
    found = [f for f in kernel.show(run)["findings"] if f["check"] == "groups_across_split"]
    assert [(f["severity"], len(f["fits"])) for f in found] == [("warning", 5)]
