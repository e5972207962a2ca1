"""The whole examination: nothing changes, nothing raises, nothing takes for ever."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doctor_laws import keep_the_laws

from jupyter_gov.errors import InputError
from jupyter_gov.services import doctor, examine
from jupyter_gov.services.doctor import Check, _installation, _store

AREAS = ["installation", "front and back end", "servers", "store", "kernels", "rendering", "browser"]


def test_everything(jupyter_home: Path) -> None:
    before = sorted(jupyter_home.rglob("*"))
    found = examine(str(jupyter_home / "gov.db"), seconds=120)
    assert list(dict.fromkeys(c.area for c in found)) == AREAS
    assert [c for c in found if c.status == "problem"] == []
    for check in found:
        keep_the_laws(check)
    assert len({(c.area, c.name) for c in found}) == len(found)
    assert sorted(jupyter_home.rglob("*")) == before


def test_a_home_that_is_new_stays_empty(tmp_path: Path) -> None:
    for name in ("home", "temporary"):
        (tmp_path / name).mkdir()
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    variables |= {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "temporary")}
    code = "from jupyter_gov.services import examine; print(*(c.area for c in examine(seconds=120)))"
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert set(AREAS) <= set(done.stdout.replace("front and back end", "").split()) | {"front and back end"}
    assert done.stderr == ""
    assert [*(tmp_path / "home").iterdir(), *(tmp_path / "temporary").iterdir()] == []


def test_a_check_that_breaks_is_a_problem(
    jupyter_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def breaks() -> Iterator[Check]:
        raise RuntimeError("no table of mounts at pg://ada:secret@host")

    def refuses() -> Iterator[Check]:
        yield Check(name="half", status="ok", message="Half of it.")
        raise InputError("That is not so.", hint="Do this.")

    monkeypatch.setattr(_installation, "check_version", breaks)
    monkeypatch.setattr(_installation, "check_copies", refuses)
    # A file of configuration may run any code.
    monkeypatch.delenv("JUPYTER_GOV_STORE")
    (jupyter_home / "config" / "jupyter_gov_config.py").write_text("raise SystemExit('no')")
    found = examine(seconds=120)
    errors = {(c.area, c.message, c.hint) for c in found if c.name == "error"}
    broke = "A check broke: RuntimeError: no table of mounts at pg://***@host."
    assert errors == {
        ("installation", broke, doctor._REPORT),
        ("installation", "That is not so.", "Do this."),
        ("store", "A check broke: SystemExit: no.", doctor._REPORT),
    }
    assert "half" in {c.name for c in found}
    assert "demo" in {c.name for c in found}
    assert capfd.readouterr().err == ""


def test_a_disk_that_hangs_is_not_waited_for(jupyter_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()

    def hangs(explicit: str | None) -> Iterator[Check]:
        yield Check(name="url", status="ok", message="Found.")
        free.wait()

    monkeypatch.setattr(_store, "check_store", hangs)
    found = [c for c in examine(seconds=0.5) if c.area == "store"]
    free.set()
    assert [(c.name, c.status) for c in found] == [("url", "ok"), ("time", "problem")]
    for check in found:
        keep_the_laws(check)
    for thread in threading.enumerate():
        if thread.name.startswith("doctor-"):
            thread.join(60)


@pytest.mark.parametrize("path", sorted(Path(doctor.__file__).parent.glob("*.py")), ids=lambda p: p.stem)
def test_every_problem_in_the_code_has_a_hint(path: Path) -> None:
    calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
    named: list[Any] = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "problem"]
    for call in named:
        assert len(call.args) == 3, ast.unparse(call)
        assert ast.unparse(call.args[2]) not in ("''", "None")
