"""What a person sees of explanation, permutation importance and agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

from jupyter_gov.assessment import evaluate
from jupyter_gov.display import card, text, words
from jupyter_gov.display._explanation import SHOWN
from jupyter_gov.display._figures import specs
from jupyter_gov.display._headline import Name, headline
from jupyter_gov.records import Assessment, AssessmentResult, Value

NASTY = "<b>income</b> & `co`"


@pytest.fixture(scope="module")
def results() -> Mapping[str, AssessmentResult]:
    rng = np.random.default_rng(0)
    n = 300
    X = pd.DataFrame(rng.normal(size=(n, 4)), columns=[NASTY, "debt", "age", "rooms"])
    people = pd.DataFrame({"sex": rng.choice(["f", "m"], n)})
    X.loc[people.sex == "f", NASTY] -= 1
    y = (X[NASTY] * X.debt + X.age + X[NASTY] > 0).map({True: "yes", False: "no"})
    model = RandomForestClassifier(10, max_depth=5, random_state=0).fit(X, y)
    found = evaluate(model, X, y, attributes=people, sensitive=["sex"], positive="yes", include=list(SHOWN))
    made = {}
    for e in found:
        assert e.outcome is not None, e.reason
        of = e.outcome
        made[e.name] = AssessmentResult(
            name=e.name, act="a", values=of.values, parameters=of.parameters, notes=of.notes, curves=of.curves
        )
    return made


def shown(results: Mapping[str, AssessmentResult]) -> Assessment:
    return Assessment(model="m", rows=300, results=tuple(results.values()))


def test_the_lines_that_say_what_was_found(results: Any) -> None:
    line = headline(results["explanation"])
    ranked = [v for v in results["explanation"].values if v.kind == "importance"]
    assert line[0] == "The output depends most on "
    assert line[1] == Name(ranked[0].attribute)
    assert [str(p) for p in line if isinstance(p, Name)] == [v.attribute for v in ranked[:3]]
    assert "of probability on average" in line[2]
    assert "".join(headline(results["permutation_importance"])).startswith("Shuffling ")
    assert "lowers ROC AUC by" in "".join(headline(results["permutation_importance"]))
    assert "agree" in "".join(headline(results["agreement"]))


def test_charts_and_their_captions(results: Any) -> None:
    drawn = list(SHOWN["explanation"].figures(results["explanation"]))  # type: ignore[misc]
    told = " ".join(caption for _, caption in drawn)
    assert "right of zero the column raised the score of yes" in told
    assert "Where the difference in output between" in told
    assert "beyond what each does alone" in told
    assert 6 <= len(drawn) <= 9
    assert len(list(specs(results["permutation_importance"]))) == 1
    assert len(list(specs(results["agreement"]))) == 1


def test_gaps_that_may_be_chance_are_not_drawn() -> None:
    where: dict[str, Any] = {
        "kind": "attribution",
        "group": "f",
        "label": "sex",
        "reference": "rest",
        "confidence": 0.95,
    }
    values = (
        Value(measure="mean_abs_shap", kind="importance", attribute="a", value=0.1),
        Value(measure="output_gap", value=0.1, lower=-0.1, upper=0.3, **where),
        Value(measure="attribution_gap", attribute="a", value=0.1, lower=-0.1, upper=0.3, **where),
    )
    found = AssessmentResult(name="explanation", act="a", values=values)
    assert len(list(specs(found))) == 1
    gap = Value(measure="output_gap", value=0.2, lower=0.1, upper=0.3, **where)
    clear = AssessmentResult(name="explanation", act="a", values=(*values[:1], gap))
    assert len(list(specs(clear))) == 2


def test_names_are_shown_as_names_and_nothing_runs(results: Any) -> None:
    page = str(card(shown(results)))
    assert "<b>income</b>" not in page
    assert "&lt;b&gt;income" in page
    plain = text(shown(results))
    assert "Shuffling" in plain
    assert "Explanation" in plain


def test_little_on_record_is_enough() -> None:
    for name in SHOWN:
        found = AssessmentResult(name=name, act="a")
        assert headline(found)
        assert not list(specs(found))
    zero = Value(measure="mean_abs_shap", kind="importance", attribute="a", value=0.0)
    none = AssessmentResult(name="explanation", act="a", values=(zero,))
    assert headline(none) == ["The output does not depend on any column."]


def test_a_group_that_is_a_number_is_told_with_its_attribute() -> None:
    assert words.group("1", "black") == "black = 1"
    assert words.group("< 25", "age") == "age < 25"
    assert words.group("Rome", "city") == "Rome"
    assert words.group(None, None) == ""
