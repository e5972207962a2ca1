"""Cells that are executed one after the other in a kernel of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov.errors import ExecutionError
from jupyter_gov.execution import Replayed, Step, replay
from jupyter_gov.services import begin_run, close_stores, show_run


@pytest.fixture
def again(tmp_path: Path, store: str) -> Any:
    """Return a function that executes sources, and gives how far it came and what was captured."""
    run = begin_run(name="again", experiment="e", store=store)

    def execute(*sources: str, **asked: Any) -> tuple[Replayed, dict[str, Any]]:
        steps = [Step(id=str(i), source=s, may_raise=s.startswith("1 / 0")) for i, s in enumerate(sources)]
        done = replay(steps, folder=tmp_path, run=run.id, store=store, log=tmp_path / "log", **asked)
        return done, show_run(run.id, store)

    yield execute
    close_stores()


def test_cells_run_in_order_in_the_folder_with_what_they_are_told(again: Any, tmp_path: Path) -> None:
    before = dict(os.environ)
    told: list[tuple[str, int, int]] = []
    variables = {"OMP_NUM_THREADS": "1"}
    sources = (
        "import os; place = os.getcwd(); print('x' * 100_000)",
        "1 / 0",
        "assert os.environ['OMP_NUM_THREADS'] == '1'",
    )
    done, shown = again(
        *sources, "open('made', 'w').write(place)", variables=variables, progress=lambda *t: told.append(t)
    )
    assert done == Replayed(ended="end", done=4)
    assert [(c["cell_id"], c["status"]) for c in shown["cells"]] == [
        ("0", "ok"),
        ("1", "error"),
        ("2", "ok"),
        ("3", "ok"),
    ]
    assert (tmp_path / "made").read_text() == str(tmp_path)
    assert [t[1] for t in told] == [0, 1, 2, 3, 4]
    assert dict(os.environ) == before


def test_it_says_where_and_why_it_ends(again: Any) -> None:
    done, shown = again("x = 1", "raise ValueError('no')", "never = 1")
    assert done == Replayed(ended="raised", done=1, error="ValueError: no")
    assert [c["source"] for c in shown["cells"]] == ["x = 1", "raise ValueError('no')"]


def test_a_person_is_not_asked(again: Any) -> None:
    done, _ = again("input()")
    assert (done.ended, done.error.partition(":")[0]) == ("raised", "StdinNotImplementedError")


def test_a_kernel_that_cannot_start_is_told(again: Any, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'No module named ipykernel_launcher' >&2\nexit 1\n")
    broken.chmod(0o755)
    done, _ = again("x = 1", python=broken)
    assert done == Replayed(ended="died", done=0, error="No module named ipykernel_launcher")


def test_it_is_stopped(again: Any) -> None:
    answers = iter([False] * 5)
    with pytest.raises(ExecutionError, match="stopped"):
        again("import time; time.sleep(60)", stopped=lambda: next(answers, True))
