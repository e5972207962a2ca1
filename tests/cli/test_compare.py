"""``jupyter gov compare``: two tables in files become a run that says what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from jupyter_gov.assessment import evaluate_drift
from jupyter_gov.cli import main
from jupyter_gov.services import close_stores, list_runs, report, show_run

RNG = np.random.default_rng(0)
BEFORE = pd.DataFrame(
    {"age": RNG.normal(40, 9, 400).round(2), "zone": RNG.choice(["a", "b"], 400), "y": RNG.integers(0, 2, 400)}
)
AFTER = pd.DataFrame(
    {"age": RNG.normal(50, 9, 300).round(2), "zone": RNG.choice(["a", "b"], 300), "y": RNG.integers(0, 2, 300)}
)


@pytest.fixture
def gov(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    BEFORE.to_csv("before.csv", index=False)
    AFTER.to_parquet("after.parquet", index=False)
    yield lambda *arguments: CliRunner().invoke(main, ["compare", *arguments])
    close_stores()


Gov = Callable[..., Result]


def test_what_has_changed_is_said_and_recorded(gov: Gov, store: str) -> None:
    done = gov("before.csv", "after.parquet", "--target", "y", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    (result,) = told["assessments"]
    assert result["parameters"]["alarm"] is True
    assert result["parameters"]["drifted"] == ["age"]
    direct = evaluate_drift(BEFORE, AFTER, target="y").outcome
    assert [v["value"] for v in result["values"]] == [v.value for v in direct.values]
    shown = show_run(told["run"])
    assert shown["status"] == told["status"] == "finished"
    assert shown["name"] == "before → after"
    assert {d["name"]: d["rows"] for d in shown["datasets"]} == {"before": 400, "after": 300}
    ids = {d["name"]: d["id"] for d in shown["datasets"]}
    assert (result["parameters"]["reference_dataset"], result["dataset"]) == (ids["before"], ids["after"])
    assert report(told["run"])[0].exists()


def test_a_person_reads_it(gov: Gov) -> None:
    done = gov("before.csv", "after.parquet", "--floor", "0.05", "--level", "0.01", "--seed", "3", "--name", "May")
    assert done.exit_code == 0, done.output
    assert "age" in done.stdout
    assert "400 rows" in done.stdout
    assert done.stdout.splitlines()[-1] == f"run {list_runs()[0].id}"
    assert list_runs()[0].name == "May"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("nothing.csv", "after.parquet"), "No file"),
        (("before.csv", "after.parquet", "--target", "yy"), "yy"),
        (("before.csv", "after.parquet", "--level", "2"), "level"),
        (("before.csv", "empty.csv"), "has no rows"),
        (("before.csv", "other.csv"), "column"),
    ],
)
def test_what_cannot_be_compared_leaves_no_run(gov: Gov, arguments: tuple[str, ...], text: str) -> None:
    AFTER[:0].to_csv("empty.csv", index=False)
    pd.DataFrame({"nothing": [1, 2, 3]}).to_csv("other.csv", index=False)
    done = gov(*arguments)
    assert done.exit_code == 1
    assert text in done.stderr
    assert list_runs() == []
