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
    recorded = without_values(found)
    assert told[0] in card(recorded)
    assert told[0] in text(recorded)


def without_values(found: Any) -> Any:
    """Return what is recorded of an explanation."""
    (result,) = found.results
    return replace(
        found, results=(result.replace(parameters={k: v for k, v in result.parameters.items() if k != "values"}),)
    )


def test_what_would_turn_the_decision(reasons: Path) -> None:
    found = gov.explain_row(MODEL, X, REFUSED, reasons=reasons, changeable="income=increase")
    at = found["row_explanation"].parameters["values"]["income"]["changed"]
    own = X["income"].iloc[REFUSED]
    line = f"The decision would turn if income were {at:.12g} (is {own:.4g}"
    for shown in (card(found).replace("<bdi>", "").replace("</bdi>", ""), text(found)):
        assert line in shown or line.replace("income", '<span class="jg-name">income</span>') in shown
    assert MODEL.predict(X.iloc[[REFUSED]].assign(income=at))[0] == 1
    kept = without_values(found)
    for shown in (card(kept), text(kept)):
        assert "within the declared bounds turns the decision" in shown
        assert f"{at:.12g}" not in shown
    assert "A change of income within" in text(kept)
    none = gov.explain_row(MODEL, X, REFUSED, changeable={"debt": "increase"})
    assert "No change of debt within the declared bounds was found" in text(none)
    assert "declared bounds" not in text(gov.explain_row(MODEL, X, REFUSED))


def test_two_columns_and_numbers_of_any_size() -> None:
    from jupyter_gov.display._row_words import _exact

    model, scores = MODEL, MODEL.decision_function(X)
    near = int(np.flatnonzero(scores < 0)[np.argmax(scores[scores < 0])])
    step = float(-scores[near] / np.abs(model.coef_).sum() * 1.2)
    bounds = {
        "income": (float(X["income"].iloc[near]), float(X["income"].iloc[near]) + step),
        "debt": (float(X["debt"].iloc[near]) - step, float(X["debt"].iloc[near])),
    }
    found = gov.explain_row(model, X, near, changeable=bounds)
    assert sorted(found["row_explanation"].parameters["changed"]) == ["debt", "income"]
    assert " and " in text(found).partition("would turn if")[2].partition(".\n")[0]
    told = [_exact(v) for v in (95.0, -1234.5, 0.30000000000000004, 1e-9, 1e18, 7, True, None, "a")]
    assert told == ["95", "−1,234.5", "0.3", "1e−09", "1e+18", "7", "True", "missing", "a"]


def test_a_row_without_a_name_is_not_called_by_anothers() -> None:
    for given in (X.iloc[5].to_dict(), X.iloc[5].rename(None), pd.DataFrame([X.iloc[5].to_dict()])):
        found = gov.explain_row(MODEL, X, given)
        assert found["row_explanation"].parameters["row"] is None
        assert summary(found).startswith("The row that was given: decision ")
        assert "The row that was given" in card(found)
    for given in (X.iloc[[5]], X.iloc[5]):
        assert gov.explain_row(MODEL, X, given)["row_explanation"].parameters["row"] == 5
    assert gov.explain_row(MODEL, X, X.iloc[[5]].set_axis([6]))["row_explanation"].parameters["row"] is None
    assert gov.explain_row(MODEL, X, X.iloc[[5]].set_axis(["new"]))["row_explanation"].parameters["row"] == "new"
    array = MODEL.__class__().fit(X.to_numpy(), Y)
    assert gov.explain_row(array, X.to_numpy(), X.to_numpy()[5])["row_explanation"].parameters["row"] is None


def test_words_do_not_say_which_decision_is_the_refusal(reasons: Path) -> None:
    named = np.where(Y == 1, "approve", "refuse")
    model = LogisticRegression().fit(X, named)
    with pytest.raises(InputError, match="Which of 'approve' and 'refuse' is the refusal is not said"):
        gov.explain_row(model, X, REFUSED, reasons=reasons)
    found = gov.explain_row(model, X, REFUSED, reasons=reasons, unfavourable="refuse")
    assert summary(found).startswith(f"Row {REFUSED} is declined (refuse): its probability of refuse is ")
    same = gov.explain_row(model, X, REFUSED, reasons=reasons, positive="approve")["row_explanation"]
    expected = gov.explain_row(MODEL, X, REFUSED, reasons=reasons)["row_explanation"].parameters["reasons"]
    assert same.parameters["reasons"] == found["row_explanation"].parameters["reasons"] == expected
    assert gov.explain_row(model, X, REFUSED)["row_explanation"].status == "done"
    told = gov.assess(model, X, named, reasons=reasons, include="reason_codes")["reason_codes"]
    assert (told.status, "is the refusal is not said" in told.reason) == ("failed", True)
    reasons.write_text(f"unfavourable: refuse\n{FILE}", encoding="utf-8")
    told = gov.assess(model, X, named, reasons=reasons, include="reason_codes")["reason_codes"]
    assert told.parameters["refused"] == int((MODEL.predict(X) == 0).sum())
    assert (
        gov.assess(model, X, named, reasons=load_reasons(None), include="performance")["performance"].status == "done"
    )


def test_the_headline_names_what_mattered() -> None:
    idle = X.assign(idle=0.0, weak=RNG.normal(size=len(X)))
    model = LogisticRegression().fit(idle, Y)
    model.coef_[0, 3] = 1e-3
    for row in range(0, 40, 4):
        said = summary(gov.explain_row(model, idle, row))
        assert "idle" not in said
        assert "weak" not in said
    with pytest.raises(InputError, match="The only row to compare with is the row itself"):
        gov.explain_row(MODEL, X, 5, background=X.iloc[[5]])
    assert gov.explain_row(MODEL, X, 5, background=X.iloc[[6]])["row_explanation"].status == "done"


@pytest.mark.parametrize("task", ["regression", "multiclass"])
def test_other_tasks_read_well(task: str) -> None:
    from sklearn.linear_model import LinearRegression

    kinds = np.digitize(X["debt"], [25, 35])
    model: Any = LinearRegression().fit(X, X["debt"]) if task == "regression" else LogisticRegression().fit(X, kinds)
    found = gov.explain_row(model, X, 3)
    assert summary(found).startswith("The prediction for row 3 is" if task == "regression" else "Row 3: decision ")
    assert "<svg" in card(found)
