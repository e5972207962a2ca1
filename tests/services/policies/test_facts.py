"""What can be told of how a run came to be, from its records alone."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_gov.policy import FACTS, Fact
from jupyter_gov.records import (
    AssessmentResult,
    Cell,
    Checked,
    Dataset,
    Derivation,
    Environment,
    Finding,
    Fit,
    Gap,
    Metric,
    Record,
    Run,
    Source,
)
from jupyter_gov.services.policies._facts import find_facts

CELL = Cell(order=1, source="model.fit(X, y)", writes=("model",))
READ = Dataset(name="loans", digest="jg1:a", rows=100, source="loans.csv", file_digest="jg1:f", cell=CELL.id)
TRAIN = Dataset(name="X_train", digest="jg1:b", rows=75, role="train", cell=CELL.id)
TEST = Dataset(name="X_test", digest="jg1:c", rows=25, role="test", cell=CELL.id)
SPLIT = [Derivation(child=d.id, parent=READ.id, operation="train_test_split") for d in (TRAIN, TEST)]
FIT = Fit(class_="sklearn.linear_model.LogisticRegression", name="model", datasets=(TRAIN.id,), cell=CELL.id)
RESULT = AssessmentResult(name="performance", act="a", model="model", fit=FIT.id, dataset=TEST.id, cell=CELL.id)
RUN = Run(experiment="loans", name="credit", actor="ann")
ENVIRONMENT = Environment(
    python="3.12", implementation="CPython", packages={}, os="", machine="", cpu="", cores=None, memory_bytes=None
)
LOOKED = Checked(checks={FIT.id: {"overlapping_rows": 1}}, compared={FIT.id: [TEST.id]})
ALL: list[Record] = [RUN, ENVIRONMENT, CELL, READ, TRAIN, TEST, *SPLIT, FIT, RESULT, LOOKED]


def fact(name: str, records: list[Record], *, fit: str | None = FIT.id, model: str = "model") -> Fact:
    found = find_facts(records, model=model, fit=fit)
    assert {*found} == {*FACTS}
    for one in found.values():
        assert one.reason.endswith((".", "!", "?")), one
        assert one.action or not (one.value is None or one.value is False), one
    return found[name]


def test_every_fact_is_found_even_of_nothing() -> None:
    found = find_facts([])
    assert {name: f.value for name, f in found.items()} == dict.fromkeys(FACTS) | {"gaps": 0}


@pytest.mark.parametrize(
    ("source", "committed", "kept"),
    [
        ({"commit": "c" * 40, "dirty": False, "repository": "r"}, True, True),
        ({"commit": "c" * 40, "dirty": True, "repository": "r"}, False, False),
        ({"commit": "c" * 40, "dirty": True, "repository": "r", "snapshot": "5" * 40}, False, True),
        ({"commit": "c" * 40, "repository": "r"}, None, False),
        ({"repository": "r"}, False, False),
        ({}, False, False),
    ],
)
def test_where_the_code_is(source: dict[str, Any], committed: bool | None, kept: bool) -> None:
    records: list[Record] = [*ALL, Source(**source)]
    assert fact("code_committed", records).value is committed
    assert fact("code_kept", records).value is kept
    assert fact("code_kept", records).records == (records[-1].id,)


def test_a_lock_file() -> None:
    assert fact("environment_locked", ALL).value is False
    locked = ENVIRONMENT.replace(lock_files={"uv.lock": "jg1:1"})
    assert fact("environment_locked", [locked]).value is True
    assert "uv.lock" in fact("environment_locked", [locked]).reason


def test_data_and_model_trace_back_to_a_file() -> None:
    assert fact("data_identified", ALL).value == 1.0
    traced = fact("model_traced", ALL)
    assert traced.value is True
    assert "loans.csv" in traced.reason
    assert traced.records == (FIT.id,)
    # X_train is told to be content of a file, but nobody saw how it came from there.
    lost = [r for r in ALL if r is not SPLIT[0]]
    assert fact("data_identified", lost).value == 0.0
    assert fact("model_traced", lost).value is False
    assert "X_train" in fact("model_traced", lost).reason
    half = [r.replace(digest="") if r is TRAIN else r for r in ALL]
    assert fact("data_identified", half).value == 0.5


def test_a_model_that_is_not_on_record() -> None:
    records: list[Record] = [RUN, CELL, TEST, RESULT.replace(fit=None)]
    for name, value in (("model_traced", False), ("data_identified", None), ("randomness_seeded", None)):
        found = fact(name, records, fit=None)
        assert found.value is value
        assert "not on record" in found.reason
    assert fact("rows_unseen", records, fit=None).value is None


def test_rows_that_the_model_has_seen() -> None:
    assert fact("rows_unseen", ALL).value is True
    seen = [r if r is not RESULT else RESULT.replace(dataset=TRAIN.id) for r in ALL]
    assert fact("rows_unseen", seen).value is False
    overlap = Finding(check="overlapping_rows", severity="error", message="12 rows are in both.", fits=(FIT.id,))
    assert fact("rows_unseen", [*ALL, overlap]).value is False
    assert fact("rows_unseen", [*ALL, overlap]).records[0] == overlap.id
    for other in (overlap.replace(severity="info"), overlap.replace(fits=("another",)), overlap.replace(check="x")):
        assert fact("rows_unseen", [*ALL, other]).value is True


def test_rows_are_unseen_only_where_somebody_looked() -> None:
    for compared in ({}, {"another": [TEST.id]}, {FIT.id: [TRAIN.id]}):
        unlooked = [r if r is not LOOKED else LOOKED.replace(compared=compared) for r in ALL]
        assert fact("rows_unseen", unlooked).value is None
    # For every result, not for one.
    other = RESULT.replace(id="z", name="fairness", dataset="another")
    assert fact("rows_unseen", [*ALL, other]).value is None
    # Of a step, what was looked for of the pipeline counts.
    step = Fit(class_="LogisticRegression", parent=FIT.id)
    assert fact("rows_unseen", [*ALL, step, RESULT.replace(id="y", fit=step.id)], fit=step.id).value is True


def test_seeds_of_all_fits_behind_the_model() -> None:
    assert fact("randomness_seeded", ALL).value is True
    inner = Fit(class_="Forest", parent=FIT.id, randomness="unseeded", step="forest", cell=CELL.id)
    loose = fact("randomness_seeded", [*ALL, inner])
    assert loose.value is False
    assert (loose.records, loose.cells) == ((inner.id,), (CELL.id,))
    assert "Forest" in loose.reason
    assert fact("randomness_seeded", [*ALL, inner.replace(randomness="seeded")]).value is True
    assert fact("randomness_seeded", [*ALL, inner.replace(parent=None)]).value is True  # of another model


def test_results_whose_cells_do_not_hold() -> None:
    assert fact("results_hold", ALL).value == 1.0
    made = Cell(order=1, source="rate = 0.5", writes=("rate",), cell_id="a")
    used = Cell(order=2, source="rate", reads={"rate": made.id}, cell_id="b")
    again = Cell(order=3, source="rate = 0.9", writes=("rate",), cell_id="a")
    metric, other = Metric(name="m", value=1.0, cell=used.id), Metric(name="o", value=1.0, cell=again.id)
    found = fact("results_hold", [made, used, again, metric, other])
    assert found.value == 0.5
    assert (found.records, found.cells) == ((metric.id,), (used.id,))
    # An execution whose cell ran again has no part in it.
    rerun = Metric(name="old", value=0.0, cell=made.id)
    assert fact("results_hold", [made, used, again, metric, other, rerun]).value == 0.5
    # In which order the notebook has them is not known, so that nothing is.
    assert fact("results_hold", [made, used, metric]).value is None


def test_gaps_controls_and_author() -> None:
    gap = Gap(what="a join", reason="It was too large.", remedy="Make it smaller.", cell=CELL.id)
    found = fact("gaps", [*ALL, gap])
    assert (found.value, found.action, found.cells) == (1, "Make it smaller.", (CELL.id,))
    assert fact("control_compared", ALL).value is False
    assert fact("control_compared", [*ALL, RESULT.replace(id="c", name="comparison")]).value is True
    assert fact("author", ALL).value == "ann"


def test_facts_do_not_depend_on_records_of_other_models() -> None:
    other = Fit(class_="Forest", name="forest", randomness="unseeded")
    more: list[Record] = [*ALL, other, RESULT.replace(id="o", fit=other.id, model="forest", name="comparison")]
    mine = {k: f.value for k, f in find_facts(more, model="model", fit=FIT.id).items()}
    assert mine == {k: f.value for k, f in find_facts(ALL, model="model", fit=FIT.id).items()}
