"""``%gov_policy`` in a real kernel: a policy from its use at the start to its verdicts, with a nudge where it helps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..conftest import Kernel

POLICY = """\
schema: jupyter-gov/policy/1
id: credit
version: 1.0.0
title: Credit
controls:
  - id: c.auc
    title: It ranks well enough
    severity: blocker
    require: {measure: roc_auc, at_least: 0.6}
  - id: c.purpose
    title: Purpose is written down
    require: {document: purpose, min_words: 3}
  - id: c.rows
    title: No rows in common
    severity: minor
    require: {finding: overlapping_rows, severity: warning}
  - id: c.us
    title: Only in the US
    severity: minor
    applies: {jurisdiction: [US]}
    require: {document: data}
"""

MODEL = """\
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(800, 2)), columns=["a", "b"])
y = (X["a"] + rng.normal(size=800) > 0).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LogisticRegression().fit(X_train, y_train)
"""


@pytest.fixture(scope="module")
def folder(kernel: Kernel) -> Path:
    (kernel.folder / "policies").mkdir()
    (kernel.folder / "policies" / "credit.yaml").write_text(POLICY, encoding="utf-8")
    kernel.run("%load_ext jupyter_gov")
    return Path(kernel.folder)


def test_from_use_to_verdicts(kernel: Kernel, folder: Path) -> None:
    def say(source: str) -> list[str]:
        return kernel.run(source).gov("policy")

    run = kernel.track("whole")
    told = say("%gov_policy use credit --jurisdiction EU --stage development")
    assert told[0].startswith("Policy “Credit” 1.0.0 is in force · from ")
    assert told[0].endswith("policies/credit.yaml · jurisdiction EU · stage development")
    assert told[1].startswith("credit: 0 of 3 met; next: Run `%gov_assess")
    # Cells of the user's own are left alone, whatever they change.
    assert say(MODEL) == []
    assert say("model.score(X_test, y_test)") == []
    # What has changed through a cell of ours is told, once.
    nudges = say("%gov_assess model X_test y_test --include performance")
    assert len(nudges) == 1
    assert nudges[0].startswith("credit: 2 of 3 met; next: ")
    assert "%%gov_doc purpose" in nudges[0]
    assert say("%gov_assess model X_test y_test --include performance") == []
    assert say("%%gov_doc purpose\nNo.") == nudges  # it is there now, but too short
    assert say("%%gov_doc purpose\nNo, yes.") == []
    assert say("%%gov_doc purpose\nTo try the magic out.") == ["credit: 3 of 3 met."]
    card = say("%gov_policy check")
    assert len(card) == 1
    assert "Ready" in card[0]
    shown = kernel.run("%gov_policy show c.auc").gov("policy")[0]
    assert "It ranks well enough" in shown
    assert "credit: " in kernel.run("%gov_policy list").gov("policy")[0]
    kernel.untrack()
    findings = [e for e in kernel.show(run)["findings"] if e["check"] == "overlapping_rows"]
    assert findings == []


def test_the_policy_with_an_assessment(kernel: Kernel, folder: Path) -> None:
    kernel.track("with")
    kernel.run(MODEL)
    ran = kernel.run("%gov_assess model X_test y_test --include performance --policy credit")
    assert len(ran.gov("assessment")) >= 1
    (card,) = ran.gov("policy")
    assert "It ranks well enough" in card or "Met" in card
    # A policy that is not there is told before there is work.
    ran = kernel.run("%gov_assess model X_test y_test --policy credti")
    assert ran.gov("assessment") == []
    assert "Did you mean 'credit'?" in ran.gov("error")[0]
    kernel.untrack()
    ran = kernel.run("%gov_assess model X_test y_test --include performance --policy credit")
    assert len(ran.gov("policy")) == 1  # on the results alone


def test_waivers_and_the_end(kernel: Kernel, folder: Path) -> None:
    kernel.track("waived")
    kernel.run("%gov_policy use credit")
    until = "2999-12-31"
    ran = kernel.run(f"%gov_policy waive c.purpose --by 'Ann Lee' --why 'it is a test' --until {until}")
    assert ran.gov() == [
        "c.purpose is waived by Ann Lee until 2999-12-31, in all runs of this experiment: it is a test"
    ]
    told = kernel.run("%%gov_doc data\nIt is described.").gov("policy")[0]
    assert told.startswith("credit: 1 of 4 met, 1 waived; next: ")
    assert "Ann Lee" in kernel.run("%gov_policy check").gov("policy")[0]
    assert "withdrawn" in kernel.run("%gov_policy withdraw c.purpose").gov("policy")[0]
    assert "not in force any more" in kernel.run("%gov_policy off").gov("policy")[0]
    assert "No policy is in force" in kernel.run("%gov_policy check").gov("error")[0]
    assert kernel.run("%%gov_doc purpose\nWhat for.").gov("policy") == []
    kernel.untrack()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("use", "POLICY"),
        ("use credti", "Did you mean 'credit'?"),
        ("chek", "Did you mean 'check'?"),
        ("use credit --stage develop", "--stage"),
        ("use credit --jurisdiction USA", "Did you mean 'US'?"),
        ("check --as-of soon", "no date"),
        ("waive c.auc", "--by"),
        ("waive c.acu --by A --why 'No data yet.' --until 2999-01-01", "Did you mean 'c.auc'?"),
        ("withdraw c.auc", "no waiver"),
        ("show c.acu", "Did you mean 'c.auc'?"),
    ],
)
def test_what_cannot_be_done_is_said(kernel: Kernel, folder: Path, line: str, said: str) -> None:
    kernel.track("wrong")
    kernel.run("%gov_policy use credit")
    ran = kernel.run(f"%gov_policy {line}\n'the cell goes on'")
    assert said in ran.gov("error")[0]
    assert ran.result == "'the cell goes on'"


def test_help_is_the_usage(kernel: Kernel, folder: Path) -> None:
    (said,) = kernel.run("%gov_policy use -h").gov("policy")
    assert said.startswith("Put a policy in force. Usage: %gov_policy use [--jurisdiction")


def test_verdicts_are_shown_also_where_nothing_can_be_written(kernel: Kernel, folder: Path) -> None:
    kernel.track("full")
    kernel.run("%gov_policy use credit")
    kernel.run(
        "from jupyter_gov.errors import StoreError\nfrom jupyter_gov.services import current\n"
        "def _full(*_):\n    raise StoreError('The disk is full.')\n"
        "current().store.append = _full"
    )
    ran = kernel.run("%gov_policy check\n'the cell goes on'")
    kernel.run("del current().store.append")
    assert "It ranks well enough" in ran.gov("policy")[0]
    assert "not on record yet" in ran.gov("error")[0]
    assert ran.result == "'the cell goes on'"


def test_nothing_is_tracked(kernel: Kernel, folder: Path) -> None:
    kernel.untrack()
    for line in ("use credit", "check", "show", "waive a --by b --why c --until 2999-01-01", "withdraw a", "off"):
        assert "%gov_track" in kernel.run(f"%gov_policy {line}").gov("error")[0]


def test_what_was_written_is_on_record(kernel: Kernel, folder: Path) -> None:
    run = kernel.track("written")
    kernel.run(MODEL)
    kernel.run("people = pd.DataFrame({'race': ['a', 'b'] * 100}, index=X_test.index)")
    kernel.run("%gov_assess model X_test[['a','b']] y_test --attributes people.copy() --include performance")
    kernel.run("import jupyter_gov as gov\n_ = gov.assess(model, X_test.copy(), y_test, include='performance')")
    kernel.run("_ = gov.assess(model.predict(X_test), y_test, include='performance')")
    kernel.untrack()
    shown = kernel.show(run)
    written, called, predicted = [a["parameters"]["called"] for a in shown["assessments"] if a["status"] == "done"]
    assert written == {"model": "model", "X": "X_test[['a','b']]", "y": "y_test", "attributes": "people.copy()"}
    assert called == {"model": "model", "y": "y_test"}
    assert predicted == {"y": "y_test"}
    names = {d["name"] for d in shown["datasets"]}
    assert not names & {"X", "attributes", "predictions"} - {"X"}
