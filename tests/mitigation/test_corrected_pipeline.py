"""What leaked is taken out, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from jupyter_gov.errors import InputError
from jupyter_gov.mitigation import METHODS, Problem
from jupyter_gov.mitigation._corrected import correction, shared_rows
from jupyter_gov.records import Finding

METHOD = METHODS["corrected_pipeline"]


def finding(check: str, *columns: str, message: str = "") -> Finding:
    return Finding(check=check, severity="error", message=message, columns=columns, remedy="Split first.")


@pytest.fixture
def leaky() -> Problem:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=400), "copy": 0.0})
    y = (X["x"] + rng.normal(size=400) > 0).astype(int)
    X["copy"] = y * 2.0 + 1
    return Problem(
        model=LogisticRegression().fit(X[:300], y[:300]),
        X_train=X[:300],
        y_train=y[:300],
        X_test=X[250:],
        threshold=None,
    )


def test_a_column_that_says_the_target_is_left_out(leaky: Problem) -> None:
    (made,) = METHOD.make(replace(leaky, findings=(finding("target_in_features", "copy"),)))
    alone = LogisticRegression().fit(leaky.X_train[["x"]], leaky.y_train)
    assert (made.estimator.predict(leaky.X_test) == alone.predict(leaky.X_test[["x"]])).mean() > 0.97
    # What no longer matters need not be there.
    assert (made.estimator.predict(leaky.X_test) == made.estimator.predict(leaky.X_test[["x"]])).all()
    assert made.parameters["columns left out"] == ["copy"]


def test_rows_that_are_in_both_are_left_out_of_training(leaky: Problem) -> None:
    (made,) = METHOD.make(replace(leaky, findings=(finding("overlapping_rows"),)))
    assert made.parameters["training rows left out"] == 50
    apart = LogisticRegression().fit(leaky.X_train[:250], leaky.y_train[:250])
    assert made.estimator.coef_ == pytest.approx(apart.coef_)
    without = replace(leaky, X_test=None, findings=(finding("overlapping_rows"),))
    assert METHOD.applies(without) == "No training row equals a test row in all columns."


def test_rows_of_a_group_that_is_in_both_are_left_out_where_its_column_is_there(leaky: Problem) -> None:
    X = leaky.X_train.assign(person=np.arange(300) // 3)
    later = leaky.X_test.assign(person=[0, 0, 7, *range(200, 346), None])
    problem = replace(leaky, X_train=X, X_test=later, findings=(finding("groups_across_split", "person"),))
    assert METHOD.applies(problem) == ""
    (made,) = METHOD.make(problem)
    assert made.parameters["training rows left out"] == 6
    elsewhere = later.assign(person=1_000)
    assert METHOD.applies(replace(problem, X_test=elsewhere)) == (
        "No training row has a value of person that a test row has."
    )
    with pytest.raises(InputError, match="is of a group of the test rows"):
        list(METHOD.make(replace(problem, X_test=later.assign(person=list(range(100)) + [1] * 50))))


def test_groups_whose_column_is_not_there_are_said(leaky: Problem) -> None:
    beside = finding("groups_across_split", "person", message="3 test rows have a 'person' of training rows.")
    assert METHOD.applies(replace(leaky, findings=(beside,))) == "What was found cannot be corrected by fitting again."
    (said,) = METHOD.advise(replace(leaky, findings=(beside,)))
    assert said.startswith("3 test rows have a 'person' of training rows. This cannot be undone by a table without")
    (made,) = METHOD.make(replace(leaky, findings=(beside, finding("overlapping_rows"))))
    assert said in made.costs
    assert made.parameters["training rows left out"] == 50


def test_rows_are_told_by_their_labels_where_these_say_which_row_it_is() -> None:
    X = pd.DataFrame({"x": [1, 1, 2, 3], "t": ["a", "a", None, "b"]}, index=[7, 8, 9, 10])
    assert shared_rows(X, X.iloc[1:3]).tolist() == [False, True, True, False]
    again = X.iloc[1:3].reset_index(drop=True)
    assert shared_rows(X, again).tolist() == [True, True, True, False]
    assert shared_rows(X.to_numpy(), again.to_numpy()).tolist() == [True, True, True, False]


@pytest.mark.parametrize("scaler", [StandardScaler(), MinMaxScaler()])
def test_a_scale_that_was_learned_from_test_rows_is_undone_exactly(scaler: Any) -> None:
    rng = np.random.default_rng(1)
    X = pd.DataFrame({"x": rng.exponential(size=300), "z": rng.normal(size=300)})
    y = 2 * X["x"] - X["z"] + rng.normal(size=300)
    leaked = pd.DataFrame(scaler.fit_transform(X), columns=X.columns)
    from sklearn.linear_model import Ridge

    problem = Problem(
        model=Ridge(alpha=50.0).fit(leaked[:200], y[:200]),
        X_train=leaked[:200],
        y_train=y[:200],
        X_test=leaked[200:],
        task="regression",
        findings=(
            finding("preparation_on_test_rows", message=f"{type(scaler).__name__} was fitted on 100 of the 100 rows"),
        ),
    )
    assert METHOD.applies(problem) == ""
    (made,) = METHOD.make(problem)
    own = StandardScaler().fit(X[:200])
    proper = Ridge(alpha=50.0).fit(own.transform(X[:200]), y[:200])
    assert made.estimator.predict(leaked[200:]) == pytest.approx(proper.predict(own.transform(X[200:])))
    assert made.parameters["columns scaled again"] == ["x", "z"]


def test_what_cannot_be_undone_is_said() -> None:
    found = correction(
        [
            finding("preparation_on_test_rows", message="KNNImputer was fitted on 3 of the 9 rows."),
            finding("preparation_on_test_rows", "rate", message="rate has the mean of the target for each category"),
            finding("selection_on_test_rows", message="Columns were picked."),
            finding("test_set_reuse", message="Looked at often."),
        ],
        ["x", "rate"],
        ["x", "rate"],
    )
    assert found.left_out == ["rate"]
    assert found.scaled == []
    assert [s.split(".")[0] for s in found.undone] == [
        "KNNImputer was fitted on 3 of the 9 rows",
        "Columns were picked",
    ]


def test_nothing_is_fitted_where_nothing_would_be_left(leaky: Problem) -> None:
    every = replace(leaky, findings=(finding("target_in_features", "copy", "x"),))
    with pytest.raises(InputError, match="Every column leaks"):
        list(METHOD.make(every))
    with pytest.raises(InputError, match="Every training row is a test row"):
        list(METHOD.make(replace(leaky, X_test=leaky.X_train, findings=(finding("overlapping_rows"),))))


def test_it_is_for_numbers_too() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(100, 2))
    problem = Problem(
        model=LinearRegression().fit(X, X[:, 0]),
        X_train=X,
        y_train=X[:, 0],
        task="regression",
        findings=(finding("target_in_features", "x0"),),
    )
    (made,) = METHOD.make(problem)
    assert np.ptp(made.estimator.predict(X)) < 1
