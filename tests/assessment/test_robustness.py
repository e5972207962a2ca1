"""Robustness: changes keep columns' types, and their effects are those of a model asked about each by itself."""

from __future__ import annotations

import datetime
import decimal
import json
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, mean_absolute_error, r2_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

import jupyter_gov as gov
from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._robustness import _assessment, _perturbing
from jupyter_gov.assessment._robustness._asking import Asker
from jupyter_gov.assessment._robustness._columns import read_columns, typed, with_columns
from jupyter_gov.assessment._robustness._perturbing import of_all, of_column, of_step

RNG = np.random.default_rng(5)
N = 300
X = pd.DataFrame(
    {
        "income": RNG.normal(50, 10, N),
        "age": RNG.integers(18, 80, N),
        "own": RNG.integers(0, 2, N),
        "ok": RNG.random(N) > 0.5,
        "purpose": RNG.choice(["car", "home", "other"], N),
        "job": pd.Categorical(RNG.choice(["a", "b"], N)),
    }
)
Y = (X["income"] + 0.3 * X["age"] + 8 * (X["purpose"] == "car") + RNG.normal(0, 8, N) > 67).astype(int)
NUMBERS = ["income", "age", "own", "ok"]


def pipeline(final: Any, y: Any = Y) -> Any:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    levels = OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(make_column_transformer((numbers, NUMBERS), (levels, ["purpose", "job"])), final).fit(X, y)


def assessed(model: Any, X: Any = X, y: Any = Y, **options: Any) -> Any:
    (found,) = evaluate(model, X, y, include="robustness", **options)
    return found


def made(family: str, column: str | None = None, table: Any = X) -> dict[str, list[Any]]:
    columns = read_columns(table)
    every = [*of_all(table, columns, 0)]
    for one in columns:
        every += [*of_step(table, one, 0), *of_column(table, one)]
    return {p.words: p.make() for p in every if p.family == family and p.column == column}


ODD = pd.DataFrame(
    {
        "arrow": pd.Series(["x", "y", None, "z"] * 25, dtype="str"),
        "masked": pd.Series([1, 2, None, 40] * 25, dtype="Int64"),
        "small": np.array([1, 2, 3, 100] * 25, np.int16),
        "half": np.array([1.5, 2, 3, np.nan] * 25, np.float32),
        "day": pd.date_range("2020-01-01", periods=100, tz="UTC"),
        "whole": [1, 2, 3, None] * 25,
        "object": pd.Series([1, 2, None, 5] * 25, dtype=object),
        "mixed": pd.Series(["a", "b", "c", None] * 25, dtype=object),
        "kind": pd.Categorical([1, 2, 3, 2] * 25),
        "lists": pd.Series([[1], [2], [3], [4]] * 25, dtype=object),
        "constant": 7,
        "none": np.nan,
    }
)


def test_noise_keeps_types_missing_values_signs_and_whole_numbers() -> None:
    for tables in made("noise", table=ODD).values():
        for table in tables:
            assert (table.dtypes == ODD.dtypes).all()
            assert (table.isna() == ODD.isna()).all(axis=None)
            for name in ("masked", "small", "half", "whole"):
                assert table[name].dropna().astype(float).min() >= 0  # as in the table itself
            assert (table["whole"].dropna() % 1 == 0).all()
            assert all(type(v) is int for v in table["object"].dropna())
            assert table["lists"].equals(ODD["lists"])
            assert table["constant"].equals(ODD["constant"])
    assert (X.dtypes == made("noise")[next(iter(made("noise")))][0].dtypes).all()


def test_noise_has_the_stated_size() -> None:
    sizes = _perturbing.NOISE
    # A placeholder must not be what noise is measured by.
    x = np.where(np.arange(20_000) == 7, 1e9, RNG.normal(size=20_000))
    big = pd.DataFrame({"x": x, "t": RNG.choice(["a", "b", "c"], 20_000, p=[0.6, 0.3, 0.1])})
    for size, tables in zip(sizes, made("noise", table=big).values(), strict=True):
        moved = (tables[0]["x"] - big["x"]).drop(index=7).std()
        assert moved == pytest.approx(size * 0.977, rel=0.02)  # of a normal variable cut at its outer percents
        other = tables[0]["t"] != big["t"]
        assert other.mean() == pytest.approx(size, rel=0.1)
        # Others come as often as they occur among the rest: of those that were "c", two thirds become "a".
        assert (tables[0]["t"][other & (big["t"] == "c")] == "a").mean() == pytest.approx(2 / 3, abs=0.1)


def test_whole_numbers_are_disturbed_without_a_shift() -> None:
    big = pd.DataFrame({"x": RNG.integers(0, 40, 20_000)})
    table = made("noise", table=big)["noise of 0.05 standard deviations"][0]
    assert table["x"].dtype == np.int64
    assert 0.1 < (table["x"] != big["x"]).mean() < 0.9
    assert (table["x"] - big["x"]).mean() == pytest.approx(0, abs=0.05)


def test_missing_cells_and_columns() -> None:
    for part, tables in zip(_perturbing.MISSING, made("missing cells").values(), strict=True):
        assert np.mean([t.isna().to_numpy().mean() for t in tables]) == pytest.approx(part, abs=0.01)
    for name in X:
        ((_, (table,)),) = made("missing column", name).items()
        assert table[name].isna().all()
        assert table.drop(columns=name).equals(X.drop(columns=name))
    assert isinstance(made("missing column", "job")["missing in all rows"][0]["job"].dtype, pd.CategoricalDtype)
    assert made("missing column", "none", ODD) == {}


def test_units_extremes_and_steps() -> None:
    units = made("unit", "income")
    assert len(units) == len(_perturbing.UNITS)
    for words, factor, added in _perturbing.UNITS:
        np.testing.assert_array_equal(units[words][0]["income"], X["income"] * factor + added)
    assert made("unit", "age")[_perturbing.UNITS[0][0]][0]["age"].dtype == np.int64
    small = made("unit", "small", ODD)[_perturbing.UNITS[0][0]][0]["small"]
    assert small.max() == 100_000
    assert small.dtype == np.int64
    ends = [tables[0]["age"].unique().tolist() for tables in made("extreme value", "age").values()]
    assert ends == [[10 * X["age"].max()]]  # no age is negative
    below = made("extreme value", "income", X.assign(income=X["income"] - 60))
    assert len(below) == 2
    (both,) = made("step", "income").values()
    assert [np.sign((t["income"] - X["income"]).sum()) for t in both] == [1, -1]
    assert max(abs(t["income"] - X["income"]).max() for t in both) == pytest.approx(
        0.5 * X["income"].clip(*X["income"].quantile([0.01, 0.99])).std(ddof=0)
    )
    (swapped,) = made("step", "purpose").values()
    assert (swapped[0]["purpose"] != X["purpose"]).all()
    assert made("unit", "purpose") == made("extreme value", "day", ODD) == made("step", "constant", ODD) == {}
    ((_, (up, _)),) = made("step", "day", ODD).items()
    assert up["day"].dtype == ODD["day"].dtype


@pytest.mark.parametrize("name", ["purpose", "job"])
def test_a_level_that_was_never_seen(name: str) -> None:
    ((_, (table,)),) = made("unseen category", name).items()
    assert table[name].nunique() == 1
    assert table[name].iloc[0] not in set(X[name])
    assert made("unseen category", "own") == made("unseen category", "ok") == {}
    ((_, (codes,)),) = made("unseen category", "kind", ODD).items()
    assert codes["kind"].iloc[0] == 4


def test_arrays_are_promoted_where_they_must_be() -> None:
    whole = np.arange(12).reshape(4, 3)
    table = with_columns(whole, {1: pd.Series([0.5, np.nan, 1, 2])})
    assert table.dtype == np.float64
    assert whole.dtype == np.int64
    assert np.array_equal(table[:, 0], whole[:, 0])
    assert [c.name for c in read_columns(whole)] == ["x0", "x1", "x2"]
    mixed = np.array([["a", 1], ["b", 2], [None, 3]], object)
    assert [c.kind for c in read_columns(mixed)] == ["level", "number"]


@given(st.lists(st.integers(-128, 127), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_numbers_that_are_put_back_are_the_same(values: list[int]) -> None:
    for dtype in (np.int8, np.int64, np.float32, "Int16", object):
        series = pd.Series(values, dtype=dtype)
        pd.testing.assert_series_equal(typed(series, np.array(values, np.float64)), series)


def test_times_that_are_put_back_are_the_same() -> None:
    for series in (ODD["day"], ODD["day"].dt.tz_localize(None), ODD["day"] - ODD["day"].iloc[0]):
        column = read_columns(series.to_frame())[0]
        assert column.kind == "date"
        pd.testing.assert_series_equal(column.with_numbers(column.numbers), series, check_names=False)


def brute(model: Any, tables: list[Any], rows: np.ndarray) -> dict[str, float]:
    """What scikit-learn says of each table by itself, on average."""
    y, before, decided = Y.to_numpy()[rows], model.predict_proba(X.iloc[rows])[:, 1], model.predict(X.iloc[rows])
    every = [model.predict_proba(t)[:, 1] for t in tables]
    return {
        "roc_auc": float(np.mean([roc_auc_score(y, s) for s in every])) - roc_auc_score(y, before),
        "decisions_changed": float(np.mean([(model.predict(t) != decided).mean() for t in tables])),
        "mean_absolute_change": float(np.mean([np.abs(s - before).mean() for s in every])),
    }


@pytest.mark.parametrize("final", [LogisticRegression(), RandomForestClassifier(10, random_state=0)])
def test_effects_are_those_of_scikit_learn(final: Any) -> None:
    model = pipeline(final)
    found = assessed(model)
    rows = np.random.default_rng(0).permutation(N)
    table = X.iloc[rows]
    columns = read_columns(table)
    every = [*of_all(table, columns, 0)]
    for one in columns:
        every += [*of_step(table, one, 0), *of_column(table, one)]
    checked = 0
    for change in every:
        for measure, value in brute(model, change.make(), rows).items():
            (record,) = (
                v
                for v in found.outcome.values
                if (v.measure, v.attribute, v.group) == (measure, change.column, change.words)
            )
            assert record.value == pytest.approx(value, abs=1e-10)
            assert record.kind == "perturbation"
            assert record.reference == "unchanged"
            if record.lower is not None:
                assert record.lower <= record.value <= record.upper
            checked += 1
    slopes = [v for v in found.outcome.values if v.measure == "mean_change"]
    assert len(found.outcome.values) == checked + len(slopes)
    assert {v.attribute for v in slopes} == {"income", "age"}
    assert found.outcome.parameters["unchanged"]["roc_auc"] == pytest.approx(
        roc_auc_score(Y, model.predict_proba(X)[:, 1]), abs=1e-12
    )


def test_worst_first_and_small() -> None:
    found = assessed(pipeline(LogisticRegression()))
    shares = [v.value for v in found.outcome.values if v.measure == "decisions_changed"]
    assert shares == sorted(shares, reverse=True)
    assert len(json.dumps([str(v) for v in found.outcome.values])) < 100_000
    assert found.outcome.parameters["families"]["5% of cells missing"] == "missing cells"


def test_decisions_are_those_of_predict() -> None:
    strange = SVC().fit(X[["income", "age"]], Y)
    forest = RandomForestClassifier(7, random_state=1).fit(X[["income", "age"]], Y)
    for model in (strange, forest, LogisticRegression().fit(X[["income", "age"]], Y)):
        evaluation = evaluate(model, X[["income", "age"]], Y, include="performance")
        asker = Asker.of(evaluation.subject, X[["income", "age"]].iloc[:60])
        tables = [t for ts in made("noise", table=X[["income", "age"]]).values() for t in ts]
        for table, answer in zip(tables, asker.ask(tables), strict=True):
            assert np.array_equal(answer.decided, model.predict(table))


class Contrary:
    """Decides against its own score in the middle: no cut of the score tells its decisions."""

    classes_ = np.array([0, 1])

    def predict(self, X: Any) -> Any:
        return (abs(np.asarray(X["income"]) - 50) > 5).astype(int)

    def predict_proba(self, X: Any) -> Any:
        score = 1 / (1 + np.exp(-(np.asarray(X["income"]) - 50) / 10))
        return np.column_stack([1 - score, score])


def test_decisions_that_do_not_follow_the_score_are_asked_for() -> None:
    evaluation = evaluate(Contrary(), X, Y, include="performance")
    asker = Asker.of(evaluation.subject, X)
    table = made("noise")[next(iter(made("noise")))][0]
    assert np.array_equal(asker.ask([table, table])[1].decided, Contrary().predict(table))


class Ruled:
    """Decides by its score, but nobody positive whose age is not known."""

    classes_ = np.array([0, 1])

    def predict(self, X: Any) -> Any:
        return ((self.predict_proba(X)[:, 1] > 0.5) & X["age"].notna()).astype(int).to_numpy()

    predict_proba = Contrary.predict_proba


def test_rules_beside_the_score_that_no_unchanged_row_shows_are_found() -> None:
    table, model = X.assign(age=X["age"].fillna(40.0)), Ruled()
    found = assessed(model, table)
    (share,) = (
        v.value
        for v in found.outcome.values
        if (v.measure, v.attribute, v.group) == ("decisions_changed", "age", "missing in all rows")
    )
    assert share == pytest.approx(model.predict(table).mean(), abs=1e-12)


class Drops:
    """Leaves out rows with missing values."""

    classes_ = np.array([0, 1])

    def predict(self, X: Any) -> Any:
        return (self.predict_proba(X)[:, 1] > 0.5).astype(int)

    def predict_proba(self, X: Any) -> Any:
        return Contrary.predict_proba(self, X.dropna())  # type: ignore[arg-type]


def test_answers_about_fewer_rows_are_a_refusal() -> None:
    table = X[["income", "age"]].assign(age=X["age"].fillna(40.0))
    found = assessed(Drops(), table)
    assert found.status == "done"
    assert {one["error"] for one in found.outcome.parameters["refused"]} == {"other number of rows"}
    assert sum(v.measure == "decisions_changed" for v in found.outcome.values) > 10


def test_a_model_that_refuses_missing_values_is_a_result_in_words() -> None:
    model = LogisticRegression().fit(X[NUMBERS], Y)
    found = assessed(model, X[NUMBERS])
    assert found.status == "done"
    assert any("does not take missing cells: it raises ValueError" in note for note in found.outcome.notes)
    (column,) = (note for note in found.outcome.notes if "a missing column" in note)
    assert "'income'" in column
    refused = [v for v in found.outcome.values if v.method == "refused by the model"]
    assert len(refused) == len(found.outcome.parameters["refused"]) == 2 + 4
    assert all(v.value is None for v in refused)
    assert sum(v.measure == "decisions_changed" for v in found.outcome.values) > 10


def test_an_unseen_level_that_is_refused() -> None:
    encoder = make_column_transformer((OneHotEncoder(), ["purpose", "job"]))
    found = assessed(make_pipeline(encoder, LogisticRegression()).fit(X, Y), X[["purpose", "job"]])
    assert any("a level that it has not seen in 'purpose', 'job'" in note for note in found.outcome.notes)
    assert "not seen before" not in str(found.outcome)


class Warns:
    """Answers with a warning where incomes are strange."""

    classes_ = np.array([0, 1])

    def predict(self, X: Any) -> Any:
        if X["income"].max() > 1_000:
            warnings.warn("strange income", UserWarning, stacklevel=2)
        return (np.asarray(X["income"]) > 50).astype(int)


def test_infinite_values_are_no_warning_of_ours() -> None:
    class Signs(Contrary):
        def predict(self, X: Any) -> Any:
            return (np.asarray(X["income"]) > 50).astype(int)

    table = X[["income", "age"]].astype(float)
    table.loc[3, "income"] = np.inf
    assert assessed(Signs(), table).status == "done"


def test_a_warning_is_noticing() -> None:
    found = assessed(Warns(), X[["income", "age"]])
    warned = [(one["column"], one["change"]) for one in found.outcome.parameters["warned"]]
    assert ("income", "in thousandths (× 1,000)") in warned
    assert all(column == "income" for column, _ in warned)
    (note,) = found.outcome.notes
    assert "in 1 of 2 columns" in note  # × 0.001 turns decisions and is not noticed
    assert "age" not in note


class NoNumber(Warns):
    def predict_proba(self, X: Any) -> Any:
        score = np.where(X["income"] > 5_000, np.nan, 0.6)
        return np.column_stack([1 - score, score])


def test_scores_that_are_no_numbers_are_refusals() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = assessed(NoNumber(), X[["income", "age"]])
    assert any("predicts no number" in note for note in found.outcome.notes)


def test_regression_multiclass_and_ranking() -> None:
    numbers = X[NUMBERS].astype(float)
    target = X["income"] * 2 + RNG.normal(0, 5, N)
    line = LinearRegression().fit(numbers, target)
    found = assessed(line, numbers, target)
    assert not any(v.measure == "decisions_changed" for v in found.outcome.values)
    rows = np.random.default_rng(0).permutation(N)
    (change,) = (
        c
        for c in of_column(numbers.iloc[rows], read_columns(numbers.iloc[rows])[0])
        if c.words == _perturbing.UNITS[2][0]
    )
    (table,) = change.make()
    y = target.iloc[rows]
    for measure, metric in (("r2", r2_score), ("mean_absolute_error", mean_absolute_error)):
        (record,) = (
            v for v in found.outcome.values if (v.measure, v.attribute, v.group) == (measure, "income", change.words)
        )
        before, after = (metric(y, line.predict(t)) for t in (numbers.iloc[rows], table))
        assert record.value == pytest.approx(after - before, rel=1e-10)

    three = pd.cut(X["income"], [-1e9, 45, 55, 1e9], labels=["low", "mid", "high"]).astype(str)
    model = pipeline(LogisticRegression(), three)
    found = assessed(model, y=three)
    assert found.outcome.parameters["metrics"] == ["accuracy"]
    assert found.outcome.parameters["unchanged"]["accuracy"] == pytest.approx(accuracy_score(three, model.predict(X)))
    ((_, (table,)),) = made("missing column", "income").items()
    (record,) = (
        v
        for v in found.outcome.values
        if (v.measure, v.attribute, v.group) == ("mean_absolute_change", "income", "missing in all rows")
    )
    change = np.abs(model.predict_proba(table) - model.predict_proba(X)).sum(axis=1).mean() / 2
    assert record.value == pytest.approx(change, abs=1e-10)

    ranked = assessed(line, numbers, Y, task="ranking")
    assert ranked.outcome.parameters["metrics"] == ["roc_auc"]


def test_decisions_without_scores_have_balanced_accuracy() -> None:
    found = assessed(Warns(), X[["income"]])
    assert {v.measure for v in found.outcome.values} >= {"balanced_accuracy", "decisions_changed"}


def test_weights_count() -> None:
    weight = RNG.random(N)
    weight[:50] = 0
    found = assessed(pipeline(LogisticRegression()), sample_weight=weight)
    assert found.outcome.parameters["rows"] == N - 50
    assert {v.method for v in found.outcome.values if v.measure == "decisions_changed"} >= {
        "wilson or exact (effective n)"
    }


def test_names_and_repeats_change_nothing_and_nothing_is_left_behind() -> None:
    model = LogisticRegression().fit(X[NUMBERS].to_numpy(float), Y)
    before, filters = np.random.get_state()[1].copy(), list(warnings.filters)  # noqa: NPY002
    one = assessed(model, X[NUMBERS].to_numpy(float))
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert warnings.filters == filters
    again = assessed(model, X[NUMBERS].to_numpy(float))
    assert one.outcome == again.outcome
    other = assessed(model, X[NUMBERS].to_numpy(float), seed=1)
    assert one.outcome.values != other.outcome.values
    renamed = X[NUMBERS].rename(columns={"income": "z"})
    named = [
        assessed(make_pipeline(StandardScaler(), LogisticRegression()).fit(t, Y), t) for t in (X[NUMBERS], renamed)
    ]
    first, second = ([v.value for v in f.outcome.values] for f in named)
    assert first == second


def test_many_columns_are_tried_on_fewer_rows_and_the_first_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_assessment, "MOST_ANSWERS", 3_000)
    monkeypatch.setattr(_assessment, "FEWEST_ROWS", 40)
    wide = pd.DataFrame(RNG.normal(size=(N, 20)), columns=[f"c{i}" for i in range(20)])
    target = (wide["c7"] > 0).astype(int)
    found = assessed(LogisticRegression().fit(wide, target), wide, target)
    told = found.outcome.parameters
    assert told["columns_tried"][0] == "c7"
    assert len(told["columns_tried"]) == _assessment.MOST_COLUMNS
    assert told["rows_by_column"] == 40
    assert "Of 20 columns the 15" in found.outcome.notes[0]


def test_the_card_and_the_page() -> None:
    result = gov.assess(pipeline(LogisticRegression()), X, Y, include="robustness")["robustness"]
    assert result.card["page"] == "docs/assessments/robustness.md"
    assert result.status == "done"


def test_columns_of_any_type_beside_numbers() -> None:
    table = pd.DataFrame(
        {
            "day": ODD["day"].dt.tz_localize(None),
            "x": RNG.normal(size=100),
            "month": pd.period_range("2020", periods=100),
            "between": pd.cut(ODD["small"], 3),
            "decimal": [decimal.Decimal(i) / 3 for i in range(100)],
            "lists": ODD["lists"],
            "mixed": ["a", 1] * 50,
        }
    )

    class Since:
        classes_ = np.array([0, 1])

        def predict(self, X: Any) -> Any:
            return (X["day"] > datetime.datetime(2020, 2, 15)).astype(int).to_numpy()

    found = assessed(Since(), table, (table["x"] > 0).astype(int))
    assert found.status == "done", found.reason
    step = next(v for v in found.outcome.values if v.attribute == "day" and v.measure == "decisions_changed")
    assert step.value > 0
