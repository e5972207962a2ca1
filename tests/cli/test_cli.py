"""The command line: exit statuses, the last line of --json, what is kept of a notebook that fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

from jupyter_gov.cli import main
from jupyter_gov.services import close_stores, show_run

CELLS = [
    "import numpy as np, pandas as pd\nrate = 0.5",
    "from sklearn.linear_model import LogisticRegression\nfrom sklearn.metrics import accuracy_score\n"
    "rng = np.random.default_rng(0)\nX = pd.DataFrame(rng.normal(size=(120, 2)), columns=['a', 'b'])\n"
    "y = (X['a'] > 0).astype(int)\nmodel = LogisticRegression(C=rate).fit(X, y)",
    "accuracy_score(y, model.predict(X))",
]


def write(path: Path, *cells: str) -> Path:
    """Write a notebook whose first cell takes parameters."""
    nodes = [nbformat.v4.new_code_cell(c, id=f"cell-{i}") for i, c in enumerate(cells)]  # type: ignore[no-untyped-call]
    nodes[0].metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=nodes, metadata=kernel), path)  # type: ignore[no-untyped-call]
    return path


@pytest.fixture
def gov(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    yield invoke
    close_stores()


def last(result: Result) -> Any:
    """Return the JSON on the last line of standard output."""
    return json.loads(result.stdout.splitlines()[-1])


def test_run_joins_and_names(gov: Any, tmp_path: Path, store: str) -> None:
    notebook = write(tmp_path / "work.ipynb", "%load_ext jupyter_gov\n%gov_track Better name", *CELLS)
    before = notebook.read_bytes()
    result = gov("run", str(notebook), "--experiment", "loans", "--json")
    assert result.exit_code == 0, result.output
    assert set(last(result)) == {"run", "status", "notebook"}
    assert last(result)["status"] == "finished"
    shown = show_run(last(result)["run"], store)
    assert (shown["name"], shown["experiment"], shown["status"]) == ("Better name", "loans", "finished")
    assert shown["notebook"].endswith("work.ipynb")
    assert [c["order"] for c in shown["cells"]] == [1, 2, 3, 4]
    assert [c["cell_id"] for c in shown["cells"]] == ["cell-0", "cell-1", "cell-2", "cell-3"]
    assert all(c["outputs_digest"].startswith("jg1:") for c in shown["cells"])
    assert [m["name"] for m in shown["metrics"]] == ["accuracy_score"]
    assert not [g for g in shown["gaps"] if "before tracking" in g["what"] or "path" in g["what"]]
    executed = nbformat.read(last(result)["notebook"], as_version=4)  # type: ignore[no-untyped-call]
    assert executed.cells[3].outputs[0]["data"]["text/plain"]
    assert notebook.read_bytes() == before
    assert len(json.loads(gov("runs", "--json").stdout)["runs"]) == 1


def test_a_failing_notebook_is_kept_and_can_be_reported(gov: Any, tmp_path: Path, store: str) -> None:
    notebook = write(tmp_path / "fails.ipynb", *CELLS, "raise ValueError('half-way')", "print('never')")
    out = tmp_path / "executed.ipynb"
    result = gov("run", str(notebook), "-o", str(out), "-p", "rate", "0.25", "--name", "Failing", "--json")
    assert result.exit_code == 1
    assert "ValueError: half-way" in result.stderr
    assert last(result) == {"run": last(result)["run"], "status": "failed", "notebook": str(out)}
    executed = nbformat.read(out, as_version=4)  # type: ignore[no-untyped-call]
    assert any(o.get("ename") == "ValueError" for c in executed.cells if c.cell_type == "code" for o in c.outputs)
    run = last(result)["run"]
    shown = last(gov("show", run[:13], "--json"))
    assert shown == show_run(run, store)
    assert shown["status"] == "failed"
    assert "half-way" in shown["reason"]
    assert shown["fits"][0]["params"]["C"] == 0.25
    assert [c["status"] for c in shown["cells"]] == ["ok", "ok", "ok", "ok", "error"]
    assert "never" not in "".join(c["source"] for c in shown["cells"])
    assert {"id", "experiment", "status", "notebook", "actor", "environment", "source", "cells", "datasets", "fits",
            "metrics", "findings", "assessments", "documents", "gaps"} <= set(shown)  # fmt: skip
    human = gov("show", "latest")
    assert human.exit_code == 0
    assert "Failing" in human.stdout
    reported = gov("report", run, "--output", str(tmp_path / "out"), "--json")
    assert reported.exit_code == 0, reported.output
    files = [Path(f) for f in last(reported)["files"]]
    assert files[0].suffix == ".html"
    assert "half-way" in files[0].read_text()


def test_demo_ends_with_run_and_report(gov: Any, tmp_path: Path) -> None:
    notebook = write(
        tmp_path / "small.ipynb",
        *CELLS,
        "people = pd.DataFrame({'sex': rng.choice(['f', 'm'], 120)}, index=X.index)",
        "%gov_assess model X y --sensitive sex --attributes people --include performance,fairness",
        "%gov_explain model X 0",  # has no such numbers
    )
    result = gov("demo", str(notebook))
    assert result.exit_code == 0, result.output
    *summary, run, report = result.stdout.splitlines()
    assert len(run.removeprefix("run ")) == 36
    assert Path(report.removeprefix("report ")).is_absolute()
    assert Path(report.removeprefix("report ")).is_file()
    text = "\n".join(summary)
    for part in ("model model", "accuracy", "worst disparity", "gap"):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "01a1"], "not_found", "jupyter gov runs"),
        (["show", "latest"], "not_found", "latest"),
        (["report", "01a1"], "not_found", "01a1"),
        (["run", "missing.ipynb"], "not_found", "missing.ipynb"),
        (["run", "bad.ipynb"], "input", "not a notebook"),
        (["runs", "--limit", "0"], "input", "limit"),
        (["runs", "--store", "sqlite:////proc"], "store", "JUPYTER_GOV_STORE"),
        (["run", "good.ipynb", "--store", "sqlite:////proc/none/gov.db"], "store", "JUPYTER_GOV_STORE"),
        (["demo", "missing.ipynb"], "not_found", "missing.ipynb"),
    ],
)
def test_errors_are_one_sentence_and_status_one(
    gov: Any, tmp_path: Path, arguments: list[str], code: str, says: str
) -> None:
    (tmp_path / "bad.ipynb").write_text("this is not JSON")
    write(tmp_path / "good.ipynb", "1")
    result = gov(*arguments, "--json")
    assert result.exit_code == 1
    error = last(result)["error"]
    assert error["code"] == code
    assert says in error["message"] + error["hint"]
    assert error["hint"]
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output


def test_no_runs_yet(gov: Any) -> None:
    assert gov("runs").stdout == "No runs yet.\n"
    assert last(gov("runs", "--json")) == {"runs": []}
    assert gov("nonsense").exit_code == 2
