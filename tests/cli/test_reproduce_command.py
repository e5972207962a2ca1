"""`jupyter gov reproduce` and `jupyter gov run --check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

from jupyter_gov.cli import main
from jupyter_gov.services import begin_run, close_stores

READ = "import numpy as np\nrows = np.loadtxt('rows.csv', delimiter=',')"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str) -> Any:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text("1,2\n3,4\n5,6\n")
    yield
    close_stores()


def write(*cells: str) -> None:
    nodes = [nbformat.v4.new_code_cell(c) for c in cells]  # type: ignore[no-untyped-call]
    nbformat.write(nbformat.v4.new_notebook(cells=nodes), "notebook.ipynb")  # type: ignore[no-untyped-call]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def last(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout.strip().split("\n")[-1])
    return found


def test_a_run_is_checked_at_once_and_reproduced_later() -> None:
    write(READ)
    done = call("run", "notebook.ipynb", "--check", "--json")
    assert done.exit_code == 0
    assert (last(done)["status"], last(done)["verdict"], last(done)["reproduction"]["verdict"]) == (
        "finished", "identical", "identical",
    )  # fmt: skip
    Path("rows.csv").write_text("1,2\n3,4\n5,7\n")
    again = call("reproduce", last(done)["run"])
    assert again.exit_code == 1
    assert "Different" in again.stdout
    assert "rows.csv" in again.stdout
    Path("rows.csv").rename("moved.csv")
    missing = call("reproduce", "--json")
    assert (missing.exit_code, last(missing)["verdict"]) == (1, "impossible")
    assert call("run", "notebook.ipynb", "--check", "--json").exit_code == 1


def test_what_is_asked_wrongly_is_said_in_a_sentence(store: str) -> None:
    begin_run(name="empty", experiment="e", store=store)
    for asked, said in (
        (["--input", "rows.csv"], "Write --input OLD=NEW"),
        (["--times", "0"], "times is 0"),
        (["--secret", "NO_SUCH_SECRET"], "No secret 'NO_SUCH_SECRET'"),
        (["--tolerance", "-1"], "tolerance is -1.0"),
    ):
        refused = call("reproduce", *asked)
        assert refused.exit_code == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.output
    nothing = call("reproduce")
    assert nothing.exit_code == 1
    assert "nothing to compare" in nothing.stdout


def test_there_is_no_such_run() -> None:
    refused = call("reproduce", "01a2", "--json")
    assert refused.exit_code == 1
    assert last(refused)["error"]["code"] == "not_found"
