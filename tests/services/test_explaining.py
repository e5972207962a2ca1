"""`gov.explain_row` and reasons from files: what is read, what is recorded, and what is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import jupyter_gov as gov
from jupyter_gov.assessment._reasons._mapping import read_reasons
from jupyter_gov.display import card, summary, text
from jupyter_gov.errors import GovError, InputError, NotFoundError
from jupyter_gov.services._reasons_file import load_reasons

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "loanapp_reasons.yaml"
RNG = np.random.default_rng(0)
X = pd.DataFrame({"debt": RNG.normal(30, 9, 300).round(2), "income": RNG.normal(50, 9, 300).round(2)})
Y = (X["income"] - X["debt"] + RNG.normal(0, 9, 300) > 20).astype(int)
MODEL = LogisticRegression().fit(X, Y)
REFUSED = int(np.flatnonzero(MODEL.predict(X) == 0)[0])
FILE = """
reference: approved
features:
  debt:
    reason: Excessive obligations in relation to income
    adverse: high
  income: {reason: Income insufficient for amount of credit requested, adverse: low}
"""


@pytest.fixture
def reasons(tmp_path: Path) -> Path:
    path = tmp_path / "reasons.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_file_is_as_good_as_a_mapping(reasons: Path) -> None:
    held = load_reasons(reasons)
    assert read_reasons(held) == read_reasons({**held})
    results = [
        gov.explain_row(MODEL, X, REFUSED, reasons=given)["row_explanation"] for given in (reasons, str(reasons), held)
    ]
    assert {r.values for r in results} == {results[0].values}
    assert results[0].parameters["reasons"]
    assert load_reasons(None) is None


def test_the_example_is_whole() -> None:
    held = read_reasons(load_reasons(EXAMPLE))
    money = "loanamt price apr other hexp atotinc cototinc liq netw loanprc hrat obrat term rep lines unit unem"
    codes = "mortg cons prop occ pubrec self cosign gift fixadj"
    assert set(held.features) == {*money.split(), *codes.split()}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("features: [", r"r.yaml, line 1"),
        ("features:\n  debt: {reason: x\n  income: 2", r"r.yaml, line \d"),
        ("features:\n  debt: {ignore: a}\n  debt: {ignore: b}", r"r.yaml, line 3 has 'debt' a second time.*line 2"),
        ("features:\n  debt:\n    reason: Bankruptcy\n    adverse: up", r"r.yaml, line 4: adverse of 'debt' is 'up'"),
        ("features:\n  debt:\n    reason: Bankruptsy\n    adverse: high", r"r.yaml, line 3: .*'Bankruptcy'"),
        ("features:\n  dept: {ignore: x}", r"r.yaml, line 2: There is no column 'dept'. Did you mean 'debt'"),
        ("reference: nobody\nfeatures:\n  debt: {ignore: x}", r"r.yaml, line 1: There is no reference"),
        ("features:\n  debt: {ignore: x}\n  income: {}", r"r.yaml, line 3: 'income' has no reason"),
        ("- debt", "holds no mapping"),
        ("", "holds no mapping"),
        ("features:\n  ? [a, b]\n  : {ignore: x}", "a key that is no name"),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor|holds no mapping"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_its_line(tmp_path: Path, content: str, text: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=text):
        gov.explain_row(MODEL, X, REFUSED, reasons=path)


def test_keys_are_columns_as_they_are_written(tmp_path: Path) -> None:
    # YAML 1.1 takes yes, no, on and off for booleans.
    path = tmp_path / "r.yaml"
    path.write_text("features:\n  on: {ignore: a}\n  1: {ignore: b}\n  no: {ignore: c}", encoding="utf-8")
    assert list(load_reasons(path)["features"]) == ["on", "1", "no"]  # type: ignore[index]


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        gov.explain_row(MODEL, X, REFUSED, reasons="nowhere.yaml")
    (tmp_path / "r.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        gov.explain_row(MODEL, X, REFUSED, reasons=tmp_path / "r.yaml")
    with pytest.raises(InputError, match="reasons is an int"):
        gov.explain_row(MODEL, X, REFUSED, reasons=5)  # type: ignore[arg-type]


def test_assess_reads_reasons_from_a_file(reasons: Path) -> None:
    found = gov.assess(MODEL, X, Y, reasons=reasons, include=["reason_codes", "performance"])
    assert [r.status for r in found.results] == ["done", "done"]
    reasons.write_text(FILE.replace("adverse: high", "adverse: up"), encoding="utf-8")
    found = gov.assess(MODEL, X, Y, reasons=reasons, include=["reason_codes", "performance"])
    assert found["performance"].status == "done"
    assert "reasons.yaml, line 6" in found["reason_codes"].reason
    with pytest.raises(GovError, match="no file"):
        gov.assess(MODEL, X, Y, reasons="nowhere.yaml")


def test_what_a_person_reads(reasons: Path) -> None:
    odd = X.rename(columns={"debt": "<b>debt"})
    model = LogisticRegression().fit(odd, Y)
    reasons.write_text(FILE.replace("  debt:", '  "<b>debt":'), encoding="utf-8")
    found = gov.explain_row(model, odd, REFUSED, reasons=reasons)
    told = found["row_explanation"].parameters["reasons"]
    said, shown, printed = summary(found), card(found), text(found)
    assert said.startswith(f"Row {REFUSED} is declined: its probability of 1 is ")
    assert told[0][1:] in said
    for i, reason in enumerate(told, start=1):
        assert f"{i}. {reason}" in printed
        assert reason in shown
    assert "<b>debt" not in shown
    assert f"{odd['<b>debt'].iloc[REFUSED]:.4g}".rstrip("0") in printed
    approved = int(np.flatnonzero(MODEL.predict(X) == 1)[0])
    assert "declined" not in summary(gov.explain_row(MODEL, X, approved, reasons=load_reasons(None)))
    plain = found["row_explanation"]
    without = {k: v for k, v in plain.parameters.items() if k != "values"}
    recorded = replace(found, results=(plain.replace(parameters=without),))
    assert told[0] in card(recorded)
    assert told[0] in text(recorded)


@pytest.mark.parametrize("task", ["regression", "multiclass"])
def test_other_tasks_read_well(task: str) -> None:
    from sklearn.linear_model import LinearRegression

    kinds = np.digitize(X["debt"], [25, 35])
    model: Any = LinearRegression().fit(X, X["debt"]) if task == "regression" else LogisticRegression().fit(X, kinds)
    found = gov.explain_row(model, X, 3)
    assert summary(found).startswith("The prediction for row 3 is" if task == "regression" else "Row 3: decision ")
    assert "<svg" in card(found)
