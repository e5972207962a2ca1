"""`gov.lineage`, from a real kernel and from the store alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import jupyter_gov as gov
from jupyter_gov.cli import main
from jupyter_gov.errors import NotFoundError, NotTrackingError
from jupyter_gov.records import Cell, Column, Dataset, Fit, Metric, Run
from jupyter_gov.services import get_store, lineage_of
from jupyter_gov.services.session import entry_of

CELLS = (
    "import numpy as np, pandas as pd, jupyter_gov as gov\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "from sklearn.metrics import accuracy_score",
    "table = pd.read_csv('loans.csv')",
    "other = 1",
    "X, y = table[['a', 'b']], table['y']",
    "model = LogisticRegression().fit(X, y)",
    "guess = model.predict(X)\nscore = accuracy_score(y, guess)",
)


def test_in_a_kernel(make_kernel: Callable[..., Any]) -> None:
    kernel = make_kernel()
    rows = "".join(f"{i},{i * i % 7},{i % 2}\n" for i in range(60))
    (Path(kernel.folder) / "loans.csv").write_text("a,b,y\n" + rows)
    run = kernel.track("lineage")
    for source in CELLS:
        kernel.run(source)
    told = kernel.run("print(gov.lineage())").text()
    assert told.startswith("loans.csv · file · ")
    assert "model · fit · LogisticRegression" in told
    for thing in ("model", "score", "X", "table"):
        part = kernel.run(f"print(gov.lineage({thing}))").text()
        assert "model · fit" in part, thing
        assert "loans.csv" in part, thing
    orders = kernel.run("[c.source.partition('\\n')[0] for c in gov.lineage(score).cells]").result
    assert orders is not None
    assert "read_csv" in orders
    shown = kernel.run("gov.lineage(model)")
    bundle = shown.outputs[-1]["content"]["data"]
    assert "<svg" in bundle["text/html"]
    assert "model · fit" in bundle["text/plain"]
    assert kernel.run("gov.lineage(123.456)", check=False).error.startswith(
        "NotFoundError: Nothing is known about where"
    )
    kernel.untrack()
    found = lineage_of(run, kernel.store)
    assert [n.label for n in found.files] == ["loans.csv"]
    assert [n.label for n in found.fits] == ["model"]
    assert [n.label for n in found.metrics] == ["accuracy_score"]
    assert {"table", "X", "y"} <= {n.label for n in found.frames}
    assert json.loads(json.dumps(found.to_json()))["cells"]
    assert found.to_svg().startswith("<svg")


@pytest.fixture
def runs(store: str) -> list[Run]:
    """Two runs of an experiment that used the same data, and one of another."""
    made = [Run(experiment=e, name=e) for e in ("one", "one", "two")]
    for i, run in enumerate(made):
        data = Dataset(
            name="X", digest="jg1:x", rows=3, columns=(Column(name="a", type="int64", missing=0),), cell=f"c{i}"
        )
        fit = Fit(class_="a.Model", name=f"model {i}", datasets=(data.id,), cell=f"d{i}")
        cells = [
            Cell(id=f"c{i}", order=1, source="X = 1", writes=("X",)),
            Cell(id=f"d{i}", order=2, source="fit(X)", reads={"X": f"c{i}"}),
            Cell(id=f"e{i}", order=3, source="unrelated"),
        ]
        metric = Metric(name="accuracy", value=0.5, fits=(fit.id,), datasets=(data.id,), cell=f"d{i}")
        records = [run, *cells, data, fit, metric]
        get_store(store).append([entry_of(r, "made", run.id) for r in records])
    return made


def test_a_run_and_its_experiment(runs: list[Run]) -> None:
    alone = gov.lineage(runs[0])
    assert [n.label for n in alone.fits] == ["model 0"]
    assert [c.source for c in alone.cells] == ["X = 1", "fit(X)"]
    both = gov.lineage(runs[1].id, experiment=True)
    assert [n.label for n in both.fits] == ["model 0", "model 1"]
    assert len(both.frames) == 1
    assert both.frames[0].runs == (runs[0].id, runs[1].id)
    assert str(gov.lineage()) == repr(lineage_of(runs[2].id))


def test_on_the_command_line(runs: list[Run]) -> None:
    def show(*options: str) -> str:
        done = CliRunner().invoke(main, ["show", runs[0].id, *options])
        assert done.exit_code == 0, done.output
        return done.output

    told = str(gov.lineage(runs[0]))
    assert show("--lineage") == show("--lineage", "text") == told + "\n"
    graph = gov.lineage(runs[0]).to_json()
    assert json.loads(show("--lineage", "json")) == json.loads(show("--lineage", "--json")) == graph
    assert show("--lineage", "svg").startswith("<svg")


def test_what_cannot_be_found(store: str) -> None:
    with pytest.raises(NotFoundError, match="No run"):
        gov.lineage("latest")
    with pytest.raises(NotTrackingError, match="only while a run is tracked"):
        gov.lineage(3.5)
