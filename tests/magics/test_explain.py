"""`%gov_explain` and the options of `%gov_assess` that explanation, robustness and drift need, in a real kernel."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
%load_ext jupyter_gov
%gov_track explaining
rng = np.random.default_rng(0)
X = pd.DataFrame({"debt": rng.normal(3000, 900, 400).round(3), "income": rng.normal(5000, 900, 400).round(3)},
                 index=[f"case {i}" for i in range(400)])
y = pd.Series((X["income"] - X["debt"] + rng.normal(0, 900, 400) > 2000).astype(int), X.index)
X_train, y_train, X_test, y_test = X[:200], y[:200], X[200:], y[200:]
model = LogisticRegression(max_iter=1000).fit(X_train, y_train)
refused = X_test.index[model.predict(X_test) == 0][0]
place = X_test.index.get_loc(refused)
mapping = {"features": {"debt": {"reason": "Excessive obligations in relation to income", "adverse": "high"},
                        "income": {"ignore": "so that there is one"}}}
bounds = {"income": "increase"}
"""
FILE = """
features:
  debt: {reason: Excessive obligations in relation to income, adverse: high}
  income: {reason: Income insufficient for amount of credit requested, adverse: low}
"""


@pytest.fixture(scope="module")
def run(kernel: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("reasons") / "reasons.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(kernel.run(f"path = {str(path)!r}\n{SETUP}").gov("track")[0].rpartition(" ")[2])


def newest(kernel: Any, run: str) -> dict[str, Any]:
    kernel.flush()
    found: dict[str, Any] = kernel.show(run)["assessments"][-1]
    return found


def test_one_row_is_explained_and_recorded_without_its_values(kernel: Any, run: str) -> None:
    folder = kernel.run("print(path)").text().strip()
    ran = kernel.run(f"%gov_explain model X_test refused --reasons {folder}\n42")
    assert ran.result == "42"
    (shown,) = ran.gov("assessment")
    assert not ran.gov("error")
    assert "declined" in shown
    value = kernel.run("print(X_test.loc[refused, 'debt'])").text().strip()
    assert f"{float(value):,.0f}" in shown
    record = newest(kernel, run)
    assert (record["name"], record["status"], record["model"]) == ("row_explanation", "done", "model")
    assert record["dataset"]
    assert record["fit"]
    assert record["target"] is None
    assert record["parameters"]["reasons"]
    assert "values" not in record["parameters"]
    assert value not in repr(record)
    assert kernel.run("_assessment['row_explanation'].parameters['values']['debt']['value']").result == value


def test_what_would_turn_the_decision_is_recorded_without_its_values(kernel: Any, run: str) -> None:
    ran = kernel.run("%gov_explain model X_test refused --changeable income=increase")
    assert "The decision would turn if income were " in ran.gov("assessment")[0]
    value = kernel.run("_assessment['row_explanation'].parameters['values']['income']['changed']").result
    record = newest(kernel, run)
    assert record["parameters"]["changed"] == ["income"]
    assert value not in repr(record)
    assert kernel.run("print(X_test.loc[refused, 'income'])").text().strip() not in repr(record)


@pytest.mark.parametrize(
    "line",
    [
        "place",
        "refused --background X_train",
        "refused --background all --positive 0 --seed 3 --confidence 0.9 --limit 30",
        "refused --background 'just approved'",
        "refused --unfavourable 1",
        "refused --reasons mapping",
        "refused --changeable income=increase,debt=0:9000",
        "refused --changeable bounds",
        "refused --changeable {'income':'increase'}",
        "refused --reasons {'features':{'debt':{'ignore':'x'},'income':{'ignore':'y'}}} --time_limit 60",
        "X_test.loc[[refused]]",
        "X_test.iloc[5]",
        "7",
        "'case 210'",
    ],
)
def test_lines_that_work(kernel: Any, run: str, line: str) -> None:
    ran = kernel.run(f"%gov_explain model X_test {line}")
    assert not ran.gov("error")
    assert ran.gov("assessment")[0].startswith("Row ")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("model X_test", "the following arguments are required: ROW"),
        ("model X_test 'case 3'", "no row with the index label"),
        ("model X_test refused --reasons nowhere.yaml", "no file"),
        ("model X_test refused --background nobody", "no variable"),
        ("model X_test refused --changeable incom=increase", "no column 'incom' that could be changed"),
        ("model X_test refused --confidence much", "invalid float"),
    ],
)
def test_lines_that_cannot_work_say_so(kernel: Any, run: str, line: str, text: str) -> None:
    ran = kernel.run(f"%gov_explain {line}\n42")
    assert ran.result == "42"
    assert text in ran.gov("error")[0]


@pytest.mark.parametrize(
    ("index", "label"),
    [
        ("[f'A-{i}' for i in range(200)]", "A-17"),
        ("pd.date_range('2024-06-01', periods=200)", "2024-11-15"),
        ("[f'n{i}*2' for i in range(200)]", "n3*2"),
        ("['place', *range(199)]", "place"),
        ("range(500, 700)", "517"),
    ],
)
def test_a_label_is_taken_as_it_is_written(kernel: Any, run: str, index: str, label: str) -> None:
    kernel.run(f"odd = X_test.set_axis(pd.Index({index}))")
    ran = kernel.run(f"%gov_explain model odd {label}")
    assert not ran.gov("error")
    assert ran.gov("assessment")[0].startswith(f"Row {label}")
    # What is no label is no sum either.
    for unknown in ("A-999", "2023-11-15", "9-5"):
        assert "no row with the index label" in kernel.run(f"%gov_explain model odd {unknown}").gov("error")[0]


def test_what_has_changed(kernel: Any, run: str) -> None:
    kernel.run("later = X_test.assign(debt=X_test['debt'] + 900)")
    ran = kernel.run("%gov_compare X_train later\n42")
    assert ran.result == "42"
    assert "debt" in ran.gov("assessment")[0]
    record = newest(kernel, run)
    assert (record["name"], record["status"]) == ("drift", "done")
    assert record["parameters"]["alarm"] is True
    kernel.run("old, new = X_train.assign(y=y_train), later.assign(y=y_test)")
    options = "--target y --floor 0.05 --level 0.01 --confidence 0.9 --seed 3 --limit 60 --positive 1 --model model"
    assert not kernel.run(f"%gov_compare old new {options}").gov("error")
    record = newest(kernel, run)
    assert record["model"] == "model"
    assert record["parameters"]["level"] == 0.01
    assert record["parameters"]["seed"] == 3
    assert not kernel.run("%gov_compare X_train later --target (y_train,y_test)").gov("error")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("X_train", "the following arguments are required: CURRENT"),
        ("X_train nothing", "no variable 'nothing'"),
        ("X_train X_test --target incom", "incom"),
        ("X_train X_test --level much", "invalid float"),
        ("X_train X_test --model nothing", "no variable 'nothing'"),
    ],
)
def test_comparisons_that_cannot_be_made(kernel: Any, run: str, line: str, text: str) -> None:
    ran = kernel.run(f"%gov_compare {line}\n42")
    assert ran.result == "42"
    assert text in ran.gov("error")[0]


def test_the_api_records_too(kernel: Any, run: str) -> None:
    before = len(kernel.show(run)["assessments"])
    ran = kernel.run("import jupyter_gov as gov\ngov.explain_row(model, X_test, refused)")
    assert "decision" in ran.result
    kernel.flush()
    assert len(kernel.show(run)["assessments"]) == before + 1


@pytest.mark.parametrize("train", ["(X_train,y_train)", "X_train", "'(X_train, y_train)'", '"(X_train, y_train)"'])
def test_every_option_that_is_handed_on(kernel: Any, run: str, train: str) -> None:
    kernel.run(
        "from jupyter_gov.records import Outcome\n"
        "@gov.add_assessment(name='seen', title='Seen', question='What came?', tasks=('binary',))\n"
        "def seen(subject):\n"
        "    return Outcome(parameters={'train': None if subject.train is None else len(subject.train.features),\n"
        "        'target': subject.train is not None and subject.train.true is not None,\n"
        "        'changeable': subject.changeable, 'floor': subject.floor, 'limit': subject.model.time_limit,\n"
        "        'reasons': sorted(subject.reasons['features'])})"
    )
    folder = kernel.run("print(path)").text().strip()
    options = f"--train {train} --changeable income=+ --reasons {folder} --limit 60 --floor 0.1"
    ran = kernel.run(f"%gov_assess model X_test y_test {options} --include seen")
    assert not ran.gov("error")
    told = newest(kernel, run)
    assert told["name"] == "seen"
    assert told["status"] == "done", told["reason"]
    expected = {"train": 200, "changeable": "income=+", "floor": 0.1, "limit": 60.0, "reasons": ["debt", "income"]}
    assert {k: told["parameters"][k] for k in expected} == expected
    assert told["parameters"]["target"] is ("y_train" in train)


def test_all_adds_what_is_left_out_otherwise(kernel: Any, run: str) -> None:
    kernel.run(
        "from jupyter_gov.records import Outcome\n"
        "@gov.add_assessment(name='rare', title='Rare', question='?', tasks=('binary',), on_request=True)\n"
        "def rare(subject):\n"
        "    return Outcome()"
    )
    for include, status in (("all", "done"), ("rare", "done")):
        kernel.run(f"%gov_assess model X_test[:60] y_test[:60] --include {include}", timeout=300)
        kernel.flush()
        records = [a for a in kernel.show(run)["assessments"] if a["name"] == "rare"]
        assert records[-1]["status"] == status


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--train nothing", "no variable 'nothing'"),
        ("--train (X_train, y_train)", "unrecognized arguments"),
        ("--limit fast", "invalid float"),
        ("--floor -1", "floor is -1.0"),
        ("--reasons nowhere.yaml", "no file"),
    ],
)
def test_options_that_cannot_be_used(kernel: Any, run: str, option: str, text: str) -> None:
    ran = kernel.run(f"%gov_assess model X_test y_test {option} --include performance\n42")
    assert ran.result == "42"
    assert text in ran.gov("error")[0]
