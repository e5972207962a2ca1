"""The explorer's tab in which one picks a row and a column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from jupyter_gov import services
from jupyter_gov.display._explorer import Explorer
from jupyter_gov.errors import NotFoundError
from jupyter_gov.services import Exploration

RNG = np.random.default_rng(5)
X = pd.DataFrame(RNG.normal(size=(120, 3)), columns=["a", "<b>", "c"], index=[f"row {i}" for i in range(120)])
NUMBER = X["a"] + 0.5 * X["<b>"] + RNG.normal(size=120)
Y = (NUMBER > 0).astype(int)
INCLUDE = ["performance", "effects"]


def explored(model: object, table: object, y: object) -> tuple[object, Exploration]:
    assessment, subject = services.assess_and_keep(model, table, y, include=INCLUDE)
    made = services.explore(assessment, subject)
    assert made is not None
    return (assessment, subject), made


@pytest.fixture
def tab() -> Iterator[Explorer]:
    """The explorer of a classifier, at its last tab."""
    done, questions = explored(LogisticRegression().fit(X, Y), X, Y)
    made = Explorer(done[0], services.count_thresholds(*done), questions)  # type: ignore[index, misc]
    made._tab.selected_index = len(made._tab.children) - 1
    yield made
    made.root.close()


def test_the_first_row_is_the_first_that_was_declined(tab: Explorer) -> None:
    why = tab._why
    assert why is not None
    predicted = LogisticRegression().fit(X, Y).predict(X)
    first = X.index[int(np.argmin(predicted))]
    assert why._row.value == first
    assert first in why._explained.value
    assert "<svg" in why._explained.value


def test_another_row_and_another_column_are_drawn(tab: Explorer) -> None:
    why = tab._why
    assert why is not None
    before = why._explained.value, why._effect.value
    why._row.value = X.index[7]
    why._column.value = "<b>"
    assert X.index[7] in why._explained.value
    assert why._explained.value != before[0]
    assert why._effect.value != before[1]
    assert "<b>" not in why._effect.value
    assert set(why._questions.columns) == set(X.columns)


def test_a_row_that_there_is_not_is_told_and_does_no_harm(tab: Explorer) -> None:
    why = tab._why
    assert why is not None
    why._row.value = "<script>"
    assert "There is no row" in why._explained.value
    assert "<script" not in why._explained.value


def test_a_model_without_decisions_is_explored_by_rows_and_columns() -> None:
    done, questions = explored(LinearRegression().fit(X, NUMBER), X, NUMBER)
    made = Explorer(done[0], None, questions)  # type: ignore[index]
    try:
        assert made._tab.titles == ("Why",)
        assert made._why is not None
        assert "<svg" in made._why._explained.value
        assert made.threshold is None
    finally:
        made.root.close()


def test_the_numbers_are_those_of_explain_row_and_kept() -> None:
    model = LogisticRegression().fit(X, Y)
    _, questions = explored(model, X, Y)
    found = questions.explain("row 7")
    asked = services.explain_row(model, X, "row 7", positive=1)["row_explanation"]
    assert found.values == asked.values
    assert questions.explain("row 7") is found


def test_an_array_has_rows_from_zero() -> None:
    table = X.to_numpy()
    _, questions = explored(LogisticRegression().fit(table, Y), table, Y)
    assert questions.rows[:2] == ("0", "1")
    assert questions.explain("3").name == "row_explanation"
    with pytest.raises(NotFoundError):
        questions.explain("120")
    with pytest.raises(NotFoundError):
        questions.effect("nothing")


def test_predictions_alone_cannot_be_explored() -> None:
    done = services.assess_and_keep(Y.to_numpy(), Y.to_numpy(), include=["performance"])
    assert services.explore(*done) is None
