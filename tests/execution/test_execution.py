"""Headless kernels: the engine, the environment that they see, and notebooks that break the kernel."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from jupyter_gov.errors import ExecutionError, InputError
from jupyter_gov.execution import RUN_VARIABLE, fill
from jupyter_gov.services import close_stores, list_runs, run_notebook, show_run


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str) -> object:
    monkeypatch.chdir(tmp_path)
    yield
    close_stores()


def write(path: Path, *cells: str, kernel: str = "python3") -> Path:
    """Write a notebook."""
    spec = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    nodes = [nbformat.v4.new_code_cell(c) for c in cells]  # type: ignore[no-untyped-call]
    nbformat.write(nbformat.v4.new_notebook(cells=nodes, metadata=spec), path)  # type: ignore[no-untyped-call]
    return path


def test_papermills_own_command_can_use_the_engine(tmp_path: Path, store: str) -> None:
    notebook = write(tmp_path / "a.ipynb", "x = 1", "x + 1")
    papermill.execute_notebook(str(notebook), str(tmp_path / "out.ipynb"), engine_name="gov", progress_bar=False)
    (run,) = list_runs(store)
    shown = show_run(run.id, store)
    assert shown["status"] == "finished"
    assert [c["source"] for c in shown["cells"]] == ["x = 1", "x + 1"]
    assert all(c["cell_id"] for c in shown["cells"])


def test_a_notebook_without_any_magic_is_tracked_and_the_environment_stays(tmp_path: Path, store: str) -> None:
    before = dict(os.environ)
    done = run_notebook(write(tmp_path / "b.ipynb", "import os; open('here.txt', 'w').close(); 1"), store=store)
    assert dict(os.environ) == before
    assert done.error is None
    assert (tmp_path / "here.txt").exists()
    assert done.notebook == tmp_path / "gov-reports" / f"b-{done.run.id[:13]}.ipynb"
    assert [c["order"] for c in show_run(done.run.id, store)["cells"]] == [1]


MODELLING = (
    "from sklearn.datasets import load_iris\nX, y = load_iris(return_X_y=True, as_frame=True)",
    "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(max_iter=500).fit(X, y)",
    "from sklearn.metrics import accuracy_score\naccuracy_score(y, model.predict(X))",
)


def test_models_and_metrics_are_tracked_without_any_magic(tmp_path: Path, store: str) -> None:
    notebook = write(tmp_path / "iris.ipynb", *MODELLING)
    assert run_notebook(notebook, store=store).error is None
    papermill.execute_notebook(str(notebook), str(tmp_path / "out.ipynb"), engine_name="gov", progress_bar=False)
    for run in list_runs(store):
        shown = show_run(run.id, store)
        assert [c["source"] for c in shown["cells"]] == list(MODELLING)
        assert not any(c["state"] for c in shown["cells"])
        assert [(f["name"], f["top_to_bottom"]) for f in shown["fits"] if not f["parent"]] == [("model", True)]
        assert [(m["name"], m["split"], m["top_to_bottom"]) for m in shown["metrics"]] == [
            ("accuracy_score", "train", True)
        ]
        assert shown["metrics"][0]["slice"] == [c["id"] for c in shown["cells"]]
    assert len(list_runs(store)) == 2


def test_parameters_that_papermill_puts_in_stand_in_the_notebook(tmp_path: Path, store: str) -> None:
    done = run_notebook(write(tmp_path / "p.ipynb", "y = x + 1", "y"), parameters={"x": 1}, store=store)
    shown = show_run(done.run.id, store)
    assert [c["state"] for c in shown["cells"]] == [[], [], []]


def test_a_kernel_that_dies(tmp_path: Path, store: str) -> None:
    notebook = write(tmp_path / "dies.ipynb", "kept = 1", "import jupyter_gov.services as s; s.current().flush()",
                     "import os; os._exit(7)")  # fmt: skip
    done = run_notebook(notebook, store=store)
    assert isinstance(done.error, ExecutionError)
    assert done.run.status == "failed"
    assert done.notebook.is_file()
    assert show_run(done.run.id, store)["cells"][0]["source"] == "kept = 1"


def test_a_kernel_that_is_not_installed(tmp_path: Path, store: str) -> None:
    done = run_notebook(write(tmp_path / "k.ipynb", "1", kernel="no-such-kernel"), store=store)
    assert isinstance(done.error, ExecutionError)
    assert "jupyter kernelspec list" in done.error.hint
    assert show_run(done.run.id, store)["status"] == "failed"


def test_a_template_is_not_tracked(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUN_VARIABLE, "01a1")
    template = write(tmp_path / "t.ipynb", "import os; os.environ.get('JUPYTER_GOV_RUN')")
    fill(template, {"answer": 42}, tmp_path / "filled.ipynb")
    assert os.environ[RUN_VARIABLE] == "01a1"
    assert list_runs(store) == []
    filled = nbformat.read(tmp_path / "filled.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert any("answer = 42" in c.source for c in filled.cells)
    assert not filled.cells[-1].outputs
    (tmp_path / "x.ipynb").write_text("{}")
    with pytest.raises(InputError, match="not a notebook"):
        fill(tmp_path / "x.ipynb", {}, tmp_path / "y.ipynb")


def test_a_run_under_papermills_own_command_fails_with_its_notebook(tmp_path: Path, store: str) -> None:
    notebook = write(tmp_path / "raises.ipynb", "kept = 1", "1 / 0", "never = 1")
    with pytest.raises(papermill.PapermillExecutionError):
        papermill.execute_notebook(str(notebook), str(tmp_path / "out.ipynb"), engine_name="gov", progress_bar=False)
    (run,) = list_runs(store)
    assert run.status == "failed"
    assert "ZeroDivisionError: division by zero" in run.reason
    assert run.notebook.endswith("raises.ipynb")
    assert [c["status"] for c in show_run(run.id, store)["cells"]] == ["ok", "error"]


def test_a_kernel_without_the_package_is_on_the_gap_list(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "kernels" / "bare"
    spec.mkdir(parents=True)
    blocked = (
        "import sys; sys.modules['jupyter_gov'] = None; from ipykernel.kernelapp import launch_new_instance as f; f()"
    )
    argv = [sys.executable, "-c", blocked, "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "bare", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    done = run_notebook(write(tmp_path / "bare.ipynb", "1 + 1", kernel="bare"), store=store)
    assert done.run.status == "finished"
    (gap,) = show_run(done.run.id, store)["gaps"]
    assert gap["what"] == "everything that the notebook did"
    assert "Install jupyter-gov" in gap["remedy"]


def test_templates_run_in_this_interpreter_whatever_python3_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "x", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    fill(write(tmp_path / "t.ipynb", "import sys; sys.executable"), {}, tmp_path / "filled.ipynb")
    filled = nbformat.read(tmp_path / "filled.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert filled.cells[-1].outputs[-1].data["text/plain"] == repr(sys.executable)


def test_a_notebook_that_names_no_kernel_and_loads_the_extension_itself(tmp_path: Path, store: str) -> None:
    node = nbformat.v4.new_code_cell("%load_ext jupyter_gov")  # type: ignore[no-untyped-call]
    nbformat.write(nbformat.v4.new_notebook(cells=[node]), tmp_path / "n.ipynb")  # type: ignore[no-untyped-call]
    done = run_notebook(tmp_path / "n.ipynb", store=store)
    assert done.run.status == "finished"
    executed = nbformat.read(done.notebook, as_version=4)  # type: ignore[no-untyped-call]
    assert executed.cells[0].outputs == []


def test_progress_is_told_before_each_cell_and_may_end_the_work(tmp_path: Path) -> None:
    template = write(tmp_path / "card.ipynb", "import os", "os.getcwd()", "x = 1")
    folder = Path.cwd()
    told: list[tuple[str, int, int]] = []

    def progress(what: str, done: int, total: int) -> None:
        # The kernel works beside its output; this process stays where it is.
        assert Path.cwd() == folder
        told.append((what, done, total))

    fill(template, {"answer": 42}, tmp_path / "out" / "filled.ipynb", progress=progress)
    assert told == [("Filling card", done, 4) for done in range(4)]
    filled = nbformat.read(tmp_path / "out" / "filled.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert filled.cells[2].outputs[0].data["text/plain"] == repr(str(tmp_path / "out"))

    def stop(what: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(template, {"answer": 42}, tmp_path / "stopped.ipynb", progress=stop)
