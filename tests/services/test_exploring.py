"""What may be asked of an assessed model about single rows, where labels do not tell them apart."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from jupyter_gov import services
from jupyter_gov.services import exploring

RNG = np.random.default_rng(5)
X = pd.DataFrame(RNG.normal(size=(120, 2)), columns=["a", "b"])
Y = (X["a"] + RNG.normal(size=120) > 0).astype(int)


def test_of_several_rows_with_one_label_the_first_is_explained() -> None:
    table = X.set_axis([f"row {i // 2}" for i in range(120)])
    done = services.assess_and_keep(
        LogisticRegression().fit(X, Y), table, Y.set_axis(table.index), include=["performance"]
    )
    questions = services.explore(*done)
    assert questions is not None
    found = questions.explain("row 7")
    values = found.parameters["values"]
    assert values["a"]["value"] == X["a"].iloc[14]
    assert found.parameters["row"] == "row 7"


def test_answers_are_kept_as_long_as_the_questions_and_no_longer() -> None:
    done = services.assess_and_keep(LogisticRegression().fit(X, Y), X.copy(), Y, include=["performance"])
    questions = services.explore(*done)
    assert questions is not None
    first = questions.explain("0")
    for row in range(1, exploring._KEPT):
        assert questions.explain(str(row)) is questions.explain(str(row))
    assert questions.explain("0") is first
    questions.explain("100")
    assert questions.explain("0") is not first
    kept = weakref.ref(done[1])
    del done, questions
    gc.collect()
    assert kept() is None
