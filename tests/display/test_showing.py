"""Many results: tabs by question, tables of what is about the data, results that stand alone."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from jupyter_gov import display
from jupyter_gov.assessment import assessments
from jupyter_gov.display import _figures, _questions, _select, _showing, _tables
from jupyter_gov.records import Assessment, AssessmentResult, Value


def result(name: str, *values: Value, **more: object) -> AssessmentResult:
    return AssessmentResult(name=name, act="a", values=values, **more)  # type: ignore[arg-type]


def value(measure: str, number: float, **where: object) -> Value:
    spread = {"lower": number - 0.1, "upper": number + 0.1, "confidence": 0.95}
    return Value(measure=measure, value=number, n=40, **(spread | where))  # type: ignore[arg-type]


def many(*names: str) -> Assessment:
    return Assessment(model="m", rows=40, results=tuple(result(n, value("x", 0.5)) for n in names))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)))


# -- which module shows what -------------------------------------------------------------------------------------------


def test_every_assessment_of_ours_belongs_to_one_question() -> None:
    ours = {name for name, one in assessments().items() if one.ours}
    named = [name for names in _questions.QUESTIONS.values() for name in names]
    assert len(named) == len(set(named))
    assert ours <= set(named)


@pytest.mark.parametrize(("name", "module"), _showing._MODULES.items())
def test_modules_show_what_they_are_named_for(name: str, module: str) -> None:
    shown = import_module(f"jupyter_gov.display.{module}").SHOWN
    assert set(shown) <= {n for n, m in _showing._MODULES.items() if m == module}
    assert _showing.showing(name) is shown.get(name, _showing._GENERAL)


@pytest.mark.parametrize("name", _showing._MODULES)
def test_a_result_without_values_is_shown_all_the_same(name: str) -> None:
    empty = result(name)
    card = display.card(Assessment(model="m", rows=0, results=(empty,)))
    assert "on record" in card or len(text_of(card)) > 40
    assert display.text(Assessment(model="m", rows=0, results=(empty,)))


# -- tabs --------------------------------------------------------------------------------------------------------------

NAMES = ("performance", "lift", "fairness", "label_bias", "explanation", "effects", "robustness", "drift", "mine")


def test_many_results_are_tabs_by_question_and_a_question_with_one_result_is_its_tab() -> None:
    card = display.card(many(*NAMES))
    outer = re.findall(r'<summary><span>([^<]*)</span></summary><div class="jg-tab"><div class="jg-tabs">', card)
    assert outer == ["How good", "For whom", "Why"]
    titles = re.findall(r'<summary><span>([^<]*)</span></summary><div class="jg-tab">', card)
    assert titles[-3:] == ["Robustness", "Drift", "Mine"]
    assert set(titles) >= {"Performance", "Lift", "Fairness", "Label bias", "Explanation", "Effects"}


def test_tabs_of_a_question_close_each_other_and_no_others() -> None:
    groups = re.findall(r'<details name="([^"]*)"', display.card(many(*NAMES)))
    assert len(set(groups)) == 4
    assert sorted(groups.count(g) for g in set(groups)) == [2, 2, 2, 6]


def test_few_results_are_tabs_beside_each_other() -> None:
    groups = re.findall(r'<details name="([^"]*)"', display.card(many(*NAMES[:7])))
    assert len(set(groups)) == 1


def test_results_of_a_question_are_in_the_order_in_which_they_are_read() -> None:
    found = _questions.by_question(many("agreement", "effects", "mine", "explanation").results)
    assert {q: [r.name for r in results] for q, results in found.items()} == {
        "Why": ["explanation", "effects", "agreement"],
        "Further": ["mine"],
    }


# -- what stands alone -------------------------------------------------------------------------------------------------


def test_a_question_by_itself_has_no_tabs_and_says_its_line_once() -> None:
    alone = Assessment(rows=40, results=(result("drift", value("drift", 0.2, kind="p_value")),))
    card, line = display.card(alone), display.summary(alone)
    assert 'name="jg-' not in card
    assert text_of(card).count(line) == 1
    assert " ".join(display.text(alone).split()).count(line) == 1
    assert "data on 40 rows" in text_of(card).replace("  ", " ")


def test_a_failed_question_says_why() -> None:
    failed = result("drift", status="failed", reason="No rows.")
    card = text_of(display.card(Assessment(rows=0, results=(failed,))))
    assert "No rows." in card


def test_numbers_about_the_data_are_no_key_numbers_of_the_model() -> None:
    drift = result("drift", value("roc_auc", 0.9), value("accuracy", 0.9))
    assert _select.headlines(Assessment(model="m", rows=40, results=(drift,))) == []
    mine = result("mine", value("roc_auc", 0.9))
    assert [v.measure for v in _select.headlines(Assessment(model="m", rows=40, results=(drift, mine)))] == ["roc_auc"]


# -- tables ------------------------------------------------------------------------------------------------------------


def test_tests_of_a_column_stand_beside_its_value() -> None:
    found = result(
        "mine",
        value("distance", 0.2, kind="column", attribute="income"),
        value("psi", 0.3, kind="column", attribute="income"),
        Value(measure="distance", kind="p_value", attribute="income", value=0.012),
        Value(measure="distance", kind="q_value", attribute="income", value=0.034),
    )
    table = str(_tables.about_data(found, "column", full=False))
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', table) == [
        "Column", "Distance", "p", "q", "Population stability index",
    ]  # fmt: skip
    assert "0.012" in table
    assert "Compared" not in str(_tables.tables(found))


def test_a_difference_never_takes_the_place_of_the_number_itself() -> None:
    slices = result(
        "mine",
        value("log_loss", 0.6, kind="slice", group="income ≤ 40"),
        value("log_loss", 0.2, kind="slice", group="income ≤ 40", reference="rest"),
    )
    told = text_of(str(_tables.about_data(slices, "slice", full=False)))
    assert "Log loss" in told
    assert "Difference in log loss" in told
    assert "0.600" in told
    assert "0.200" in told
    changed = result("mine", value("roc_auc", -0.02, kind="perturbation", group="noise", reference="unchanged"))
    assert "Change in ROC AUC" in text_of(str(_tables.tables(changed)))


def test_counts_are_whole_numbers() -> None:
    rows = Value(measure="rows", value=995.0, n=995, method="count")
    assert "995.0" not in display.card(Assessment(model="m", rows=995, results=(result("mine", rows),)))


# -- charts of anybody's curves about columns --------------------------------------------------------------------------


def test_curves_about_columns_are_drawn_in_the_order_of_the_values() -> None:
    line = {"x": [0, 1], "y": [0.1, 0.2]}
    found = result(
        "mine",
        value("range", 0.2, kind="column", attribute="z"),
        value("range", 0.1, kind="column", attribute="a"),
        curves={
            "pdp:a": line,
            "pdp:z": line,
            "ice:a": {"x": [0, 1], "lines": [[0, 1]]},
            "beeswarm:a": {"x": [1], "y": [0]},
        },
    )
    specs = [spec["description"] for spec, _ in _figures._drawn(found)]
    assert len(specs) == 3
    assert "by z" in specs[1]
    assert "by a" in specs[2]
