"""``jupyter gov doctor``: what it prints, and with which exit status it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from jupyter_gov import services
from jupyter_gov.cli import main
from jupyter_gov.display import diagnosis
from jupyter_gov.services.doctor import Check

FOUND = [
    Check(area="store", name="url", status="ok", message="The store is /x."),
    Check(area="store", name="runs", status="note", message="1 run is silent.", hint="To see: jupyter gov show 1"),
    Check(area="kernels", name="kernel a", status="problem", message="It is\x1b[1m gone.", hint="Remove it: rm 'a b'"),
]
TEXT = """\
✓ ok       store: The store is /x.
! note     store: 1 run is silent.
           → To see: jupyter gov show 1

✗ problem  kernels: It is\\x1b[1m gone.
           → Remove it: rm 'a b'

1 problem, 1 note, 1 ok."""


def test_the_text() -> None:
    assert diagnosis([c.to_json() for c in FOUND]) == TEXT
    assert diagnosis([c.to_json() for c in FOUND[:1]]).endswith("No problem, 0 notes, 1 ok.")


@pytest.mark.parametrize(("found", "status"), [(FOUND, 1), (FOUND[:2], 0)])
def test_the_exit_status(found: list[Check], status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(services, "examine", lambda store: asked.append(store) or found)
    result = CliRunner().invoke(main, ["doctor", "--store", "x.db"])
    assert (result.exit_code, asked) == (status, ["x.db"])
    assert result.stdout.startswith("✓ ok       store: The store is /x.\n")
    told = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout.splitlines()[-1])
    assert told == {"ok": status == 0, "checks": [c.to_json() for c in found]}
    assert list(told["checks"][0]) == ["area", "name", "status", "message", "hint"]


def test_the_real_command_looks_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUPYTER_GOV_STORE", str(tmp_path / "new" / "gov.db"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(services, "examine", partial(services.examine, seconds=300))
    result = CliRunner().invoke(main, ["doctor", "--json"])
    told = json.loads(result.stdout.splitlines()[-1])
    assert result.exit_code == (0 if told["ok"] else 1)
    store = {c["name"] for c in told["checks"] if c["area"] == "store"}
    assert store == {"url", "file", "disk", "journal", "migrations"}
    assert list(tmp_path.iterdir()) == []
    assert (result.stderr, capfd.readouterr()) == ("", ("", ""))


def test_it_works_where_packages_are_gone(tmp_path: Path) -> None:
    """What the doctor is for: a broken installation must not keep it from saying so."""
    gone = ("sqlalchemy", "alembic", "nbconvert", "vl_convert", "papermill", "sklearn", "pandas", "pyarrow")
    for name in gone:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"raise ImportError('No module named {name}')")
    code = (
        "import json; from jupyter_gov.services import examine\nfound = [c.to_json() for c in examine(seconds=300)]\n"
    )
    code += "print(json.dumps(found))"
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    broken = [c for c in json.loads(done.stdout) if c["status"] == "problem"]
    assert {"store", "rendering"} <= {c["area"] for c in broken}
    assert all(c["hint"] for c in broken)
    assert "No module named sqlalchemy" in " ".join(c["message"] for c in broken)


def test_it_says_why_where_not_even_it_can_run(tmp_path: Path) -> None:
    (tmp_path / "traitlets").mkdir()
    (tmp_path / "traitlets" / "__init__.py").write_text("raise ImportError('traitlets is broken')")
    words = [sys.executable, "-m", "jupyter_gov.cli", "doctor"]
    done = subprocess.run(words, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: jupyter-gov cannot be loaded: traitlets is broken. Install it again")
