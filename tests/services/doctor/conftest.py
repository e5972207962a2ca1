"""Folders of one's own for Jupyter, and the laws that whatever the doctor says has to keep."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov.services.doctor import Check, _installation, _python

sys.path.insert(0, str(Path(__file__).parent))
try:
    from doctor_laws import SCRIPTS, keep_the_laws
finally:
    sys.path.pop(0)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a busy machine: what is slow here is not what the tests are about."""
    monkeypatch.setattr(_python, "_SECONDS", 120)
    monkeypatch.setattr(_installation, "_IMPORT_SECONDS", 120)


@pytest.fixture
def ask() -> Callable[..., dict[str, Check]]:
    """Return a function that asks a question and returns the answers by name."""

    def asked(question: Callable[..., Iterable[Check]], *args: Any) -> dict[str, Check]:
        found = list(question(*args))
        for check in found:
            keep_the_laws(check)
        assert len({c.name for c in found}) == len(found)
        return {c.name: c for c in found}

    return asked


@pytest.fixture
def jupyter_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the user's config, data and runtime, which beat those of the environment."""
    for name in ("config", "data", "runtime"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(f"JUPYTER_{name.upper()}_DIR", str(tmp_path / name))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setenv("PATH", f"{SCRIPTS}:/usr/bin:/bin")
    return tmp_path


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that puts the metadata of a distribution before all others."""

    def make(name: str, version: str, *needs: str) -> Path:
        folder = tmp_path / f"site-{name}"
        about = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        about.mkdir(parents=True)
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Requires-Python: >=3.11"]
        (about / "METADATA").write_text("\n".join([*lines, *(f"Requires-Dist: {n}" for n in needs)]) + "\n")
        monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
        return folder

    return make
