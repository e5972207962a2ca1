"""`gov.compare_data`: what it takes, what it returns, and what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.tree import DecisionTreeClassifier

import jupyter_gov as gov
from jupyter_gov.errors import InputError
from jupyter_gov.records import Assessment

if TYPE_CHECKING:
    from ..conftest import Kernel


def table(n: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"income": rng.normal(shift, 1, n), "age": rng.integers(18, 80, n)})


def test_two_tables() -> None:
    made = gov.compare_data(table(300, 0), pl.from_pandas(table(200, 1, 0.5)))
    assert isinstance(made, Assessment)
    assert (made.model, made.rows, [r.name for r in made.results]) == ("", 200, ["drift"])
    found = made["drift"]
    assert (found.status, found.parameters["alarm"], found.parameters["drifted"]) == ("done", True, ["income"])
    assert found.card["page"] == "docs/assessments/drift.md"
    again = gov.compare_data(table(300, 0), table(200, 1, 0.5))["drift"]
    assert again.values == found.values
    told: list[tuple[str, int, int]] = []
    gov.compare_data(table(300, 0), table(200, 1), progress=lambda *step: told.append(step))
    assert told[-1] == ("drift", 4, 4)
    with pytest.raises(InputError, match="share no column"):
        gov.compare_data(table(30, 0), table(30, 0).rename(columns=str.upper))


def test_training_data_in_an_assessment() -> None:
    train, X = table(300, 0), table(300, 1, 0.5)
    y = np.arange(300) % 2
    model = DecisionTreeClassifier(random_state=0).fit(train, y)
    found = gov.assess(model, X, y, train=(train, y), include="drift", floor=0.1)["drift"]
    assert found.status == "done"
    assert found.parameters["drifted"] == ["income"]
    assert found.parameters["floor"] == 0.1
    assert found.find("distance", kind="p_value", attribute="prediction") is None
    assert "option train" in gov.assess(model, X, y, include="drift")["drift"].reason


def test_it_is_recorded_with_both_data_sets(kernel: Kernel) -> None:
    run = kernel.track("drift")
    kernel.run(
        "import numpy as np, pandas as pd, jupyter_gov as gov\n"
        "from sklearn.tree import DecisionTreeClassifier\n"
        "rng = np.random.default_rng(0)\n"
        "before, after = pd.DataFrame({'a': rng.random(90)}), pd.DataFrame({'a': rng.random(80) + 1})\n"
        "model = DecisionTreeClassifier(max_depth=2).fit(before, np.arange(90) % 2)"
    )
    kernel.run("made = gov.compare_data(before, after, model=model)")
    shown = kernel.run("made['drift'].parameters['drifted'], 'was trained on' in made['drift'].notes[0]").result
    kernel.untrack()
    assert shown == "(['a'], True)"
    record = kernel.show(run)
    (found,) = record["assessments"]
    assert (found["name"], found["status"]) == ("drift", "done")
    assert (found["parameters"]["reference_name"], found["parameters"]["current_name"]) == ("before", "after")
    ids = {one["id"] for one in record["datasets"]}
    assert {found["dataset"], found["parameters"]["reference_dataset"]} <= ids
    assert found["dataset"] != found["parameters"]["reference_dataset"]
