"""Missing, old and doubled packages; files that are gone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from doctor_laws import command, write

import jupyter_gov
from jupyter_gov import reports, services
from jupyter_gov.errors import NotFoundError
from jupyter_gov.services.doctor import _commands, _installation

OURS = jupyter_gov.__version__


def test_all_is_well(ask: Any) -> None:
    for question in (
        _installation.check_version,
        _installation.check_copies,
        _installation.check_requirements,
        _installation.check_files,
        _installation.check_demo,
        _installation.check_imports,
    ):
        assert {c.status for c in ask(question).values()} == {"ok"}


def test_code_and_metadata_disagree(ask: Any, distribution: Any) -> None:
    distribution("jupyter-gov", "0.0.9")
    found = ask(_installation.check_version)["metadata"]
    assert found.status == "problem"
    assert "0.0.9" in found.message
    copies = ask(_installation.check_copies)["copies"]
    assert "0.0.9 in " in copies.message
    assert command(copies)[1:] == ["-m", "pip", "uninstall", "jupyter-gov"]


def test_two_packages(ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "jupyter_gov" / "__init__.py", "")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert str(tmp_path) in ask(_installation.check_copies)["copies"].message
    # The same folder by two ways is one.
    monkeypatch.setattr(sys, "path", [*sys.path[:-1], str(Path(jupyter_gov.__file__).parents[1] / "docs" / "..")])
    assert ask(_installation.check_copies)["copies"].status == "ok"


def test_packages_missing_or_out_of_range(ask: Any, distribution: Any) -> None:
    needs = ["no-such-package>=2", "numpy>=99", "click>=8", 'never>=1; python_version < "3"', 'lab>=1; extra == "lab"']
    distribution("jupyter-gov", OURS, *needs)
    found = ask(_installation.check_requirements)
    assert set(found) == {"requirement no-such-package", "requirement numpy"}
    assert "is not installed" in found["requirement no-such-package"].message
    assert command(found["requirement numpy"]) == [sys.executable, "-m", "pip", "install", "numpy>=99"]


def test_packages_that_are_there_but_broken(ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "papermill" / "__init__.py", "raise ImportError('half of it\\nis gone.')")
    write(tmp_path / "alembic" / "__init__.py", "print('hello'); raise SystemExit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert {c.status for c in ask(_installation.check_requirements).values()} == {"ok"}
    found = ask(_installation.check_imports)
    assert set(found) == {"import alembic", "import papermill"}
    broken = found["import papermill"]
    assert broken.message == "papermill cannot be loaded: ImportError: half of it is gone."
    assert command(broken) == [sys.executable, "-m", "pip", "install", "--force-reinstall", "papermill"]


def test_a_package_that_ends_python(ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "alembic" / "__init__.py", "import os; os._exit(11)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    [found] = ask(_installation.check_imports).values()
    assert found.status == "problem"
    assert found.message.endswith("the last that it spoke of: alembic.")


def test_packages_that_take_too_long(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_installation, "_IMPORT_SECONDS", 0.001)
    assert ask(_installation.check_imports)["imports"].status == "note"


def test_an_environment_without_pip(ask: Any, distribution: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    distribution("jupyter-gov", OURS, "numpy>=99")
    monkeypatch.setattr(_commands, "find_spec", lambda name: None)
    found = ask(_installation.check_requirements)["requirement numpy"]
    assert command(found) == ["uv", "pip", "install", "--python", sys.executable, "numpy>=99"]


def test_a_python_that_is_not_supported(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_installation.platform, "python_version", lambda: "3.9.1")
    assert ask(_installation.check_version)["python"].status == "problem"


def test_used_without_being_installed(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (_installation, _commands):
        monkeypatch.setattr(module, "installed", lambda: None)
    found = ask(_installation.check_version)["metadata"]
    root = str(Path(jupyter_gov.__file__).parents[1])
    assert command(found)[3:] == ["install", "--force-reinstall", "--no-deps", "--editable", root]
    assert ask(_installation.check_requirements) == {}


def test_files_that_are_gone(ask: Any, distribution: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    about = distribution("jupyter-gov", OURS) / f"jupyter_gov-{OURS}.dist-info"
    lines = [f"jupyter_gov/{name}.py,," for name in "abcd"] + ["jupyter_gov/__pycache__/a.pyc,,", "../../etc/x.json,,"]
    write(about / "RECORD", "\n".join(lines))
    found = ask(_installation.check_files)["files"]
    assert "a.py, jupyter_gov/b.py, jupyter_gov/c.py and 1 more" in found.message
    # It did not come from a checkout, so it comes from where packages come from.
    assert command(found)[3:] == ["install", "--force-reinstall", "--no-deps", "jupyter-gov"]
    monkeypatch.setattr(reports, "template_names", list)
    assert ask(_installation.check_files)["templates"].status == "problem"


def test_the_tutorial_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> Path:
        raise NotFoundError("No example.", hint="Install jupyter-gov again.")

    monkeypatch.setattr(services, "find_example", gone)
    with pytest.raises(NotFoundError):
        list(_installation.check_files())


def test_no_data_for_the_tutorial(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_installation, "find_spec", lambda name: None)
    found = ask(_installation.check_demo)["demo"]
    assert found.status == "note"
    assert found.hint.endswith("[demo]'")
