"""Asking a model: what it costs, and when that is refused."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from jupyter_gov.assessment import assessments, evaluate
from jupyter_gov.assessment._model import Model, Pace, duration, measure_pace, refuse_slow
from jupyter_gov.assessment._more import training_of
from jupyter_gov.errors import InputError

RNG = np.random.default_rng(6)
X = pd.DataFrame({"a": RNG.normal(size=60), "b": RNG.normal(size=60)})
Y = (X["a"] + RNG.normal(size=60) > 0).astype(int)


class Slow:
    """A model whose clock, not the machine's, says how long it takes."""

    classes_ = np.array([0, 1])

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, call: float, row: float, first: float = 0.0) -> None:
        self.now, self.call, self.row, self.first, self.asked = 0.0, call, row, first, []  # type: ignore[var-annotated]
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)

    def predict(self, table: Any) -> Any:
        self.asked.append(len(table))
        self.now += self.call + self.row * len(table) + self.first
        self.first = 0.0
        return (np.asarray(table)[:, 0] > 0).astype(int)


@pytest.mark.parametrize(("call", "row"), [(0.0, 60.0), (5.0, 1.0), (3.0, 0.0)])
def test_pace_tells_calls_from_rows(monkeypatch: pytest.MonkeyPatch, call: float, row: float) -> None:
    found = measure_pace(Slow(monkeypatch, call=call, row=row, first=9.0).predict, X, len(X))
    assert found == pytest.approx((call, row))


def test_quick_models_are_asked_about_one_row_only(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Slow(monkeypatch, call=0.0, row=0.001)
    assert measure_pace(model.predict, X, len(X)) == Pace(0.001)
    assert model.asked == [1]


def test_slow_models_are_asked_about_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Slow(monkeypatch, call=0.0, row=60.0)
    assert measure_pace(model.predict, X, len(X)) == Pace(0.0, 60.0)
    assert model.asked == [1, 1, 3]
    model = Slow(monkeypatch, call=0.0, row=60.0)
    assert measure_pace(model.predict, X, len(X), 30.0) == Pace(60.0)
    assert model.asked == [1, 1]


def test_a_model_that_takes_a_minute_for_a_row_is_refused_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Slow(monkeypatch, call=0.0, row=60.0)
    with pytest.raises(InputError, match=r"about 60 minutes: 60 predictions at 60 s each") as caught:
        evaluate(model, X, Y)
    assert "time_limit" in str(caught.value)
    assert max(model.asked) < 5
    done = {one.name: one for one in evaluate(model, X, Y, time_limit=4_000.0, include="performance,robustness")}
    assert done["performance"].status == "done"
    assert done["robustness"].status == "failed"
    assert "the limit is 67 minutes" in done["robustness"].reason


def test_what_would_take_too_long_is_said_in_words() -> None:
    refuse_slow(Pace(1.0, 0.1), 100, 10, 20.0)
    with pytest.raises(InputError, match="about 3 days"):
        refuse_slow(Pace(0.0, 1.0), 250_000, 1, 300.0)
    assert [duration(s) for s in (0.0012, 3.21, 42.4, 100, 7_300, 400_000)] == [
        "0.0012 s", "3.2 s", "42 s", "2 minutes", "2 hours", "5 days",
    ]  # fmt: skip


def test_scores_and_decisions() -> None:
    fitted = LogisticRegression().fit(X, Y)
    asked = Model(estimator=fitted, task="binary", positive=0)
    assert np.array_equal(asked.scores(X).values, fitted.predict_proba(X)[:, 0])
    assert asked.scores(X).space == "probability"
    assert np.array_equal(asked.decide(X), fitted.predict(X))
    line = Model(estimator=LinearRegression().fit(X, X["a"]), task="regression")
    assert np.allclose(line.scores(X).values, X["a"])


def test_training_data_are_put_into_the_order_of_the_columns() -> None:
    found = training_of((X[["b", "a"]], Y), X)
    assert found is not None
    assert list(found.features.columns) == ["a", "b"]
    assert np.array_equal(found.true, Y)
    assert training_of(None, X) is None
    alone = training_of(X.to_numpy(), X.to_numpy())
    assert alone is not None
    assert alone.true is None


@pytest.mark.parametrize(
    ("train", "features", "message"),
    [
        (X, None, "no features"),
        (X[["a"]], X, "of 1 columns, and X is a DataFrame of 2"),
        (X.rename(columns={"b": "c"}), X, "lack 'b'"),
        (X.to_numpy(), X, "array"),
        ((X, Y[:10]), X, "rows"),
        (3, X, "not a table"),
        (X[:0], X, "empty"),
    ],
)
def test_training_data_that_do_not_fit_are_refused(train: Any, features: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        training_of(train, features)


def test_training_data_of_no_use_cost_only_what_needs_them() -> None:
    done = {
        one.name: one for one in evaluate(LogisticRegression().fit(X, Y), X, Y, train=3, include="performance,drift")
    }
    assert done["performance"].status == "done"
    assert "Nothing is compared with the training data: " in " ".join(done["performance"].outcome.notes)
    assert done["drift"].status == "skipped"


@pytest.mark.parametrize("option", [{"time_limit": -1}, {"time_limit": "long"}, {"floor": True}, {"floor": -0.1}])
def test_odd_options_are_refused(option: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"{next(iter(option))} is"):
        evaluate(LogisticRegression().fit(X, Y), X, Y, **option)


def test_all_includes_what_is_done_on_request() -> None:
    asked = evaluate(LogisticRegression().fit(X, Y), X, Y, include="all").subject.asked
    assert asked == set(assessments())


def test_what_no_axis_has_a_place_for_is_left_out_of_curves() -> None:
    from jupyter_gov.assessment._running import _drawable

    inf, nan = float("inf"), float("nan")
    assert _drawable({"x": [1.0, inf, 3.0, 4.0], "y": [None, 2.0, nan, 5.0], "label": "a"}) == {
        "x": [1.0, 4.0], "y": [None, 5.0], "label": "a",
    }  # fmt: skip
    whole = {"x": [1, 2], "lines": [[1.0, 2.0], [3.0, 4.0]]}
    assert _drawable(whole) is whole


class Twofold(Slow):
    """Decides at once, and takes its time for probabilities."""

    def predict_proba(self, table: Any) -> Any:
        self.now += self.row * len(table)
        self.asked.append(len(table))
        p = 1 / (1 + np.exp(-np.asarray(table)[:, 0] * np.asarray(table)[:, 1]))
        return np.column_stack([1 - p, p])

    def predict(self, table: Any) -> Any:
        return (np.asarray(table)[:, 0] > 0).astype(int)


def test_what_probabilities_take_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Twofold(monkeypatch, call=0.0, row=1.0)
    asked = evaluate(model, X, Y, time_limit=30, include="performance,robustness")
    assert "about 60 s: 60 predictions at 1 s each" in asked.subject.no_scores
    done = {one.name: one for one in asked}
    assert done["performance"].status == "done"
    assert done["robustness"].status == "failed"
    assert sum(model.asked) < 12


def test_an_assessment_has_one_limit_for_all_that_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Slow(monkeypatch, call=0.0, row=1.0)
    asked = Model(estimator=model, task="regression", pace=Pace(0.0, 1.0), time_limit=100.0)
    asked.afford(60)
    asked.decide(X)
    assert asked.spent.seconds == 60
    assert asked.affords(40)
    assert not asked.affords(41)
    with pytest.raises(InputError, match="about 60 s more after 60 s: 60 predictions"):
        asked.afford(60)
    asked.begin()
    asked.afford(60)


def test_slow_models_are_explained_by_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame(RNG.normal(size=(400, 6)), columns=list("abcdef"))
    label = (table["a"] * table["b"] > 0).astype(int)
    explained = []
    for row in (0.0001, 0.002, 0.02):
        model = Twofold(monkeypatch, call=0.0, row=row)
        (found,) = evaluate(model, table, label, include="explanation")
        assert found.status == "done", found.reason
        assert found.seconds < 300
        explained.append(found.outcome.parameters["rows"])
    assert explained == sorted(explained, reverse=True)
    assert explained[0] > explained[2] >= 20
    model = Twofold(monkeypatch, call=0.0, row=0.5)
    (found,) = evaluate(model, table, label, include="explanation")
    assert found.status == "failed"
    assert "and the limit is 5 minutes" in found.reason


class Closed:
    """Answers about rows that it knows only, or about ten at least."""

    classes_ = np.array([0, 1])

    def __init__(self, *, least: int = 0) -> None:
        self.least, self.calls = least, 0
        self.known = set(map(tuple, X.to_numpy().tolist()))

    def predict_proba(self, table: Any) -> Any:
        self.calls += 1
        rows = np.asarray(table).tolist()
        if len(rows) < self.least or (not self.least and not self.known.issuperset(map(tuple, rows))):
            raise ValueError("never seen\nand more")
        p = 1 / (1 + np.exp(-np.asarray(table)[:, 0] * np.asarray(table)[:, 1]))
        return np.column_stack([1 - p, p])

    def predict(self, table: Any) -> Any:
        return self.predict_proba(table)[:, 1].round().astype(int)


def test_a_model_that_raises_on_made_up_rows_says_so_in_a_sentence() -> None:
    model = Closed()
    asked = evaluate(model, X, Y, include="explanation,agreement,effects", train=(X, Y))
    (first, *others) = asked
    calls = model.calls
    assert first.status == "failed"
    assert "The model cannot predict some rows: ValueError: never seen. Assessments also ask" in first.reason
    with pytest.raises(InputError, match="never seen"):
        asked.subject.attributions  # noqa: B018 - what failed is not tried again
    assert model.calls == calls
    assert all("Error: The" not in one.reason for one in others)


def test_models_that_take_no_single_row_are_explained() -> None:
    (found,) = evaluate(Closed(least=10), X, Y, include="explanation")
    assert found.status == "done", found.reason
    assert found.outcome.parameters["output"] == "probability"


def test_the_same_columns_in_another_order_are_named_as_that() -> None:
    fitted = LogisticRegression().fit(X, Y)
    with pytest.raises(InputError, match="has the same columns in another order"):
        evaluate(fitted, X[["b", "a"]], Y, include="performance")


def test_numpy_settings_of_the_user_fail_nothing() -> None:
    fitted = LogisticRegression(C=1e6).fit(X * 100, Y)
    with np.errstate(all="raise"):
        done = [*evaluate(fitted, X * 100, Y, include="performance,calibration,explanation,robustness")]
        assert np.geterr()["under"] == "raise"
    assert {one.status for one in done} == {"done"}


def test_answers_must_be_as_many_as_rows() -> None:
    class Short:
        def predict(self, table: Any) -> Any:
            return np.zeros(len(table) - 1)

    asked = Model(estimator=Short(), task="regression")
    for ask in (asked.scores, asked.decide):
        with pytest.raises(InputError, match="59 predictions for 60 rows"):
            ask(X)
