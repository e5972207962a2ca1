"""How effects, the surrogate tree and proxies are shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import jupyter_gov as gov
from jupyter_gov import display
from jupyter_gov.display._figures import specs
from jupyter_gov.display._headline import headline


@pytest.fixture(scope="module")
def data() -> tuple[Any, pd.DataFrame, Any, pd.DataFrame]:
    rng = np.random.default_rng(0)
    n = 600
    sex = rng.choice(["F", "M"], n)
    X = pd.DataFrame({"<height>": rng.normal(size=n) + 2 * (sex == "M"), "income": rng.normal(size=n)})
    y = (X.sum(axis=1) + rng.normal(size=n) > 1).astype(int)
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y), X, y, pd.DataFrame({"sex": sex})


def result(data: Any, name: str, **options: Any) -> Any:
    model, X, y, people = data
    return gov.assess(model, X, y, attributes=people, include=[name], **options)


def told(found: Any) -> str:
    return "".join(str(part) for part in headline(found))


def test_effects_say_what_moves_the_output_most(data: Any) -> None:
    assessment = result(data, "effects")
    found = assessment["effects"]
    assert told(found).startswith("The output moves most along <height>: on average by 0.")
    assert "up for 100% of rows" in told(found)
    drawn = list(specs(found))
    assert len(drawn) == 2
    scales = {str(layer["encoding"]["y"]["scale"]) for spec in drawn for layer in spec["layer"]}
    assert len(scales) == 1  # a flat column looks flat beside a steep one
    html = str(display.card(assessment))
    assert "&lt;height&gt;" in html
    assert "<height>" not in html


def test_of_a_column_that_divides_rows_it_is_said() -> None:
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.normal(size=(300, 2)), columns=["a", "b"])

    class Product:
        def predict(self, table: Any) -> Any:
            return np.asarray(table["a"] * table["b"])

    found = gov.assess(Product(), X, X["a"] * X["b"], include=["effects"], task="regression")["effects"]
    assert "rows differ more than they agree" in told(found)


def test_the_tree_is_told_from_the_top(data: Any) -> None:
    assessment = result(data, "surrogate")
    found = assessment["surrogate"]
    assert "reproduces the model's output with R² 0." in told(found)
    text = display.text(assessment)
    lines = [line for line in text.splitlines() if line.startswith(("all rows", "· "))]
    assert lines[0].split()[-1] == "100%"
    assert lines[1].startswith("· <height>")
    assert any(line.startswith("· · ") for line in lines)
    [spec] = specs(found)
    assert spec["description"].startswith("The questions of the tree")


def test_of_a_tree_that_imitates_badly_the_headline_says_so() -> None:
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.normal(size=(300, 6)), columns=list("abcdef"))
    y = X.sum(axis=1)
    found = gov.assess(LinearRegression().fit(X, y), X, y, include=["surrogate"])["surrogate"]
    assert told(found).endswith("too little to explain it.")


def test_proxies_are_named_with_what_they_carry(data: Any) -> None:
    assessment = result(data, "proxies")
    found = assessment["proxies"]
    assert told(found).startswith("<height> tells groups of sex apart (ROC AUC 0.9")
    assert "of the difference in output between F and the rest." in told(found)
    [spec] = specs(found)
    assert [panel["title"]["text"] for panel in spec["hconcat"][1:]] == [
        "Tells sex apart (ROC AUC)",
        f"Part of the difference in {found.parameters['output']}",
    ]
    text = display.text(assessment)
    assert "  all columns" in text
    assert text.index("<height>") < text.index("income")
    assert "&lt;height&gt;" in str(display.card(assessment))


def test_without_proxies_that_is_said(data: Any) -> None:
    model, X, y, _ = data
    coin = pd.DataFrame({"coin": np.random.default_rng(3).choice(["heads", "tails"], len(X))})
    found = gov.assess(model, X, y, attributes=coin, include=["proxies"])["proxies"]
    assert told(found).startswith("No column both tells groups apart and carries")


def test_of_several_classes_what_rebuilds_best_is_told(data: Any) -> None:
    _, X, _, people = data
    y = pd.qcut(X["income"], 3, labels=["a", "b", "c"]).astype(str)
    model = LogisticRegression().fit(X, y)
    found = gov.assess(model, X, y, attributes=people, include=["proxies"])["proxies"]
    assert told(found).startswith("<height> tells groups of sex apart best")
    assert told(found).endswith("what columns carry was not measured.")
