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
    made = {name for name, times in record.checks.items() if times}
    assert made >= {*CHECKS} | {*LATE_CHECKS}
    assert record.left == {}
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
    assert {*record.left} >= {*CHECKS}
    assert not record.checks
    assert any(g["what"].startswith("checks of") for g in kernel.show(run)["gaps"])


def test_an_assessment_tells_what_it_looked_for(kernel: Kernel) -> None:
    run = kernel.track("assessed")
    kernel.run(FIT)
    kernel.run("import jupyter_gov as gov\n_ = gov.assess(model, X[300:], y[300:], include='performance')")
    kernel.run("import pandas as pd\ng = pd.DataFrame({'g': ['a', 'b'] * 50})")
    kernel.run("_ = gov.assess(model, X[300:], y[300:], attributes=g, include='fairness')")
    kernel.flush()
    made = [set(r.checks) for r in checked(kernel, run) if "assessed_on_training_data" in r.checks]
    assert made == [
        {"assessed_on_training_data"},
        {"assessed_on_training_data", "disparity", "small_groups", "unknown_group"},
    ]
    kernel.untrack()
