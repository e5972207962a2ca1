"""The call that supplies what is missing can be pasted."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_gov.policy import evidence_of
from jupyter_gov.policy._actions import assess, mitigate, needed_for, rounded, rows, told_rows
from jupyter_gov.policy._index import Index
from jupyter_gov.records import AssessmentResult, Column, Dataset, Fit, Record


def index_of(*records: Record) -> Index:
    return evidence_of(records).index


KNOWN: tuple[Record, ...] = (
    Dataset(id="a", name="X_test", digest="", rows=1),
    Dataset(id="b", name="y_test", digest="", rows=1),
    Dataset(id="c", name="people", digest="", rows=1),
    Dataset(id="d", name="X_fit", digest="", rows=1),
    Dataset(id="e", name="y_fit", digest="", rows=1),
    Fit(id="f", class_="Pipeline", name="model", datasets=("d", "e")),
    Fit(id="g", class_="StandardScaler", name="scaler", parent="f"),
    AssessmentResult(
        id="r",
        act="1",
        name="fairness",
        model="Pipeline",
        fit="f",
        dataset="a",
        target="b",
        attributes="c",
        parameters={"attributes": ["race", "home region"]},
    ),
)


@pytest.mark.parametrize(
    ("names", "more", "line"),
    [
        ([], {}, ""),
        (["drift"], {}, " --include drift --train (X_fit,y_fit)"),
        (["drift", "retraining"], {}, " --include drift,retraining --train (X_fit,y_fit)"),
        (["fairness"], {"confidence": 0.99}, " --include fairness --confidence 0.99"),
    ],
)
def test_the_call_of_before_is_repeated_with_what_lacks(names: list[str], more: dict[str, Any], line: str) -> None:
    start = "%gov_assess model X_test y_test --sensitive 'race,home region' --attributes people"
    assert assess(index_of(*KNOWN), names, **more) == start + line


def test_new_sensitive_columns_join_the_known() -> None:
    line = assess(index_of(*KNOWN), sensitive=["sex", "race × sex"])
    assert "--sensitive 'race,home region,sex'" in line


def test_without_an_assessment_the_last_model_is_named() -> None:
    named = "Run `%gov_assess MODEL DATA TARGET`, with your own for MODEL, DATA and TARGET."
    assert assess(index_of()) == named
    assert assess(index_of(*KNOWN[5:7])) == "Run `%gov_assess model DATA TARGET`, with your own for DATA and TARGET."


def test_words_in_capitals_are_named_as_such() -> None:
    assert assess(index_of(*KNOWN), ["control"]).endswith("--control OTHER_MODEL`, with your own for OTHER_MODEL.")
    assert "--sensitive ATTRIBUTE --include fairness" in assess(index_of(*KNOWN[5:7]), ["fairness"])


def test_what_the_user_wrote_is_written_again() -> None:
    result = KNOWN[-1]
    assert isinstance(result, AssessmentResult)
    called = {"model": "models[0]", "X": "X_test.join(people)", "y": "y_test"}
    told = result.replace(parameters={**result.parameters, "called": called}, attributes=None)
    line = assess(index_of(*KNOWN[:-1], told))
    assert line == "%gov_assess 'models[0]' 'X_test.join(people)' y_test --sensitive 'race,home region'"


def test_an_expression_of_which_nothing_is_known_is_never_x() -> None:
    result = KNOWN[-1]
    assert isinstance(result, AssessmentResult)
    unnamed = (Dataset(id="a", name="", digest="", rows=1), *KNOWN[1:])
    assert " DATA y_test " in assess(index_of(*unnamed))


def test_mitigation_is_called_with_all_that_is_on_record() -> None:
    assert mitigate(index_of(*KNOWN), "race") == (
        "%gov_mitigate model X_test y_test --train X_fit,y_fit --sensitive 'race,home region' --attributes people"
    )
    assert mitigate(index_of(*KNOWN[5:7]), "race").startswith("Run `%gov_mitigate model DATA TARGET --train TRAIN_DATA")


def test_sensitive_columns_that_the_features_lack_need_a_table() -> None:
    column = Column(name="race", type="str", missing=0)
    table = Dataset(id="a", name="X_test", digest="", rows=1, columns=(column,))
    result = AssessmentResult(id="r", act="1", name="performance", model="m", fit="f", dataset="a", target="b")
    index = index_of(table, *KNOWN[1:-1], result)
    assert assess(index, ["fairness"], sensitive=["race"]).endswith("--sensitive race --include fairness")
    assert "--sensitive race,sex --attributes FRAME" in assess(index, ["fairness"], sensitive=["race", "sex"])


def test_reason_codes_that_failed_are_corrected_first() -> None:
    known = [*KNOWN]
    assert assess(index_of(*known), ["reason_codes"]).startswith("Write reasons.yaml (docs/assessments/")
    failed = AssessmentResult(
        id="s",
        act="2",
        name="reason_codes",
        model="Pipeline",
        fit="f",
        status="failed",
        reason="There is no column 'incom'.",
    )
    assert assess(index_of(*known, failed), ["reason_codes"]).startswith("Correct reasons.yaml")


@pytest.mark.parametrize(
    ("where", "needed"),
    [
        ({}, (["performance"], [])),
        ({"assessment": "calibration"}, (["calibration"], [])),
        ({"kind": "importance", "attribute": "income"}, ([], [])),
        ({"kind": "difference", "reference": "baseline"}, (["comparison"], [])),
        ({"kind": "difference", "reference": "control"}, (["control"], [])),
        ({"kind": "ratio", "attribute": "each"}, (["fairness"], ["ATTRIBUTE"])),
        ({"kind": "group", "attribute": ["race", "sex"]}, (["fairness"], ["race", "sex"])),
    ],
)
def test_what_a_measure_needs(where: dict[str, Any], needed: tuple[list[str], list[str]]) -> None:
    assert needed_for(where) == needed


@pytest.mark.parametrize(("count", "told"), [(1, 1), (18, 18), (101, 110), (1_234, 1_300), (99_999, 100_000)])
def test_rows_are_rounded_upwards(count: int, told: int) -> None:
    assert rounded(count) == told
    assert rows(count) == f"Assess on about {told:,} more rows like these."


def test_far_more_rows_than_there_are_are_no_advice() -> None:
    assert rows(33_000, 1_989) == "Assess on about 33,000 more rows like these."
    assert rows(320_000, 1_989) == "These data cannot decide it: about 320,000 more rows like these would be needed."
    assert told_rows(320_000, 1_989) == "far more rows than there are (about 320,000)"


@pytest.mark.parametrize(
    ("remedy", "whole"),
    [
        ("Try what brings the groups closer together: %gov_mitigate.", True),
        ("To see what that changes: `%gov_mitigate MODEL X_TEST Y_TEST --train X_TRAIN,Y_TRAIN`", True),
        ("`%gov_mitigate forest X_b y_b --methods thresholds`", False),
        ("Ask the owner.", False),
    ],
)
def test_a_remedy_that_only_names_a_magic_gives_way_to_the_whole_call(remedy: str, whole: bool) -> None:
    from jupyter_gov.policy._combine import Part
    from jupyter_gov.policy._judge import _action
    from jupyter_gov.policy._model import Control, Requirement
    from jupyter_gov.records import Answer

    call = "%gov_mitigate model X_test y_test --train X_train,y_train --sensitive race"
    failing = Answer(of="measure", status="fail", asked="", reason="", action=call)
    control = Control(id="c.ratio", title="t", require=Requirement(of="fact", name="f"), remedies=(remedy,))
    assert _action(Part("fail", answers=(failing,), deciding=(failing,)), control) == (call if whole else remedy)
