"""Which checks were made in a run is on record, so that silence can be told from not having looked."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..conftest import Kernel

from jupyter_gov.provenance.leakage import CHECKS, LATE_CHECKS
from jupyter_gov.records import Checked
from jupyter_gov.services import load_records

FIT = """\
import numpy as np
from sklearn.linear_model import LogisticRegression
rng = np.random.default_rng(0)
X, y = rng.normal(size=(400, 2)), rng.integers(0, 2, 400)
model = LogisticRegression().fit(X[:300], y[:300])
"""


def checked(kernel: Kernel, run: str) -> list[Checked]:
    return [r for r in load_records(run, kernel.store) if isinstance(r, Checked)]


def events(kernel: Kernel, run: str) -> list[dict[str, Any]]:
    from jupyter_gov.services import get_store

    found = get_store(kernel.store).events(run)
    return [dict(e.body or {}) for e in found if e.envelope["subject"]["kind"] == "checked"]


def test_what_was_looked_for_and_not_found(kernel: Kernel) -> None:
    run = kernel.track("looked")
    kernel.run("%load_ext jupyter_gov\n" + FIT)
    kernel.flush()
    assert checked(kernel, run) == []  # nothing was tried yet
    kernel.run("model.score(X[300:], y[300:])")
    for _ in range(3):
        kernel.run("1")
    kernel.untrack()
    (record,) = checked(kernel, run)
    ((fit, made),) = record.checks.items()
    assert {name for name, times in made.items() if times} >= {*CHECKS} | {*LATE_CHECKS}
    assert record.left == {}
    assert {*record.compared} == {fit}
    # Cells that check nothing write nothing.
    told = events(kernel, run)
    assert len(told) <= 4
    assert all(before != after for before, after in pairwise(told))
    assert not [f for f in kernel.show(run)["findings"] if f["check"] == "overlapping_rows"]


def test_what_was_not_looked_for_is_told_too(kernel: Kernel) -> None:
    run = kernel.track("not looked")
    kernel.run(FIT)
    # Nothing can be done in no time at all.
    kernel.run(
        "import jupyter_gov.capture.leakage._engine as _e\n"
        "_before = _e._AT_END, _e._LEAST, _e.Idle.start\n"
        "_e._AT_END = _e._LEAST = _e._SHARE = -1.0; _e.Idle.start = lambda self: None\n"
        "_ = model.score(X[300:], y[300:])"
    )
    kernel.untrack()
    kernel.run("_e._AT_END, _e._LEAST, _e.Idle.start = _before; _e._SHARE = 0.05")
    (record,) = checked(kernel, run)
    (left,) = record.left.values()
    assert {*left} >= {*CHECKS}
    assert not record.checks
    assert not record.compared
    assert any(g["what"].startswith("checks of") for g in kernel.show(run)["gaps"])


def test_an_assessment_tells_what_it_looked_for(kernel: Kernel) -> None:
    run = kernel.track("assessed")
    kernel.run(FIT)
    kernel.run("import jupyter_gov as gov\n_ = gov.assess(model, X[300:], y[300:], include='performance')")
    kernel.run("import pandas as pd\ng = pd.DataFrame({'g': ['a', 'b'] * 50})")
    kernel.run("_ = gov.assess(model, X[300:], y[300:], attributes=g, include='fairness')")
    kernel.flush()
    (fit,) = (f["id"] for f in kernel.show(run)["fits"])
    told = [r.checks.get(fit, {}) for r in checked(kernel, run)]
    assert [set(made) for made in told if "assessed_on_training_data" in made] == [
        {"assessed_on_training_data"},
        {"assessed_on_training_data", "disparity", "small_groups", "unknown_group"},
    ]
    kernel.untrack()


def test_what_was_checked_of_one_model_is_not_of_another(kernel: Kernel) -> None:
    run = kernel.track("two")
    kernel.run(FIT)
    kernel.run("other = LogisticRegression(C=0.5).fit(X[:300], y[:300])\nthird = LogisticRegression().fit(X, y)")
    kernel.run("_ = model.score(X[300:], y[300:])")
    kernel.run("_ = other.score(X[300:], y[300:])")
    kernel.untrack()
    fits = {f["name"]: f["id"] for f in kernel.show(run)["fits"]}
    records = checked(kernel, run)
    made = {fit: times for record in records for fit, times in record.checks.items()}
    # The data of both are the same, so what was found once counts for both; nobody has tried the third.
    assert {*made} == {fits["model"], fits["other"]}
    assert all(times["overlapping_rows"] for times in made.values())
    compared = {fit: data for record in records for fit, data in record.compared.items()}
    assert {*compared} == {*made}
    assert compared[fits["model"]] == compared[fits["other"]]


def test_what_somebody_interrupts_is_made_later(kernel: Kernel) -> None:
    run = kernel.track("interrupted")
    kernel.run("%load_ext jupyter_gov\n" + FIT)
    kernel.run(
        "from jupyter_gov.capture._active import active\n"
        "from jupyter_gov.capture.leakage import _checking, _engine\n"
        "def _interrupted(case):\n    raise KeyboardInterrupt\n"
        "_before, _start = dict(_checking.CHECKS), _engine.Idle.start\n"
        "_engine.Idle.start = lambda self: None\n"
        "_checking.CHECKS.update(dict.fromkeys(_checking.CHECKS, _interrupted))"
    )
    kernel.run(
        "model.score(X[300:], y[300:])\n"
        "try:\n    active().leakage.settle(10.0)\nexcept KeyboardInterrupt:\n    pass\n"
        "_checking.CHECKS.update(_before); _engine.Idle.start = _start"
    )
    kernel.untrack()
    (record,) = checked(kernel, run)
    ((_, made),) = record.checks.items()
    assert {name for name, times in made.items() if times} >= {*CHECKS}
    assert record.left == {}
