"""Our own files do not make a clean commit dirty."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jupyter_gov.services.workplace import OUTPUT_FOLDER, short_path, source


def test_what_is_written_beside_a_notebook_is_not_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "n.ipynb").write_text("{}")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x")
    monkeypatch.chdir(tmp_path / "sub")
    (tmp_path / "sub" / OUTPUT_FOLDER).mkdir()
    (tmp_path / "sub" / OUTPUT_FOLDER / "n.ipynb").write_text("{}")
    assert source("sub/n.ipynb").dirty is False
    (tmp_path / "other.py").write_text("x = 1")
    assert source("sub/n.ipynb").dirty is True


def test_paths_say_something_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home" / "work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "home" / "work")
    assert short_path(tmp_path / "home" / "work" / "data" / "a.csv") == "data/a.csv"
    assert short_path(tmp_path / "home" / "a.csv") == "~/a.csv"
    assert short_path(tmp_path / "a.csv") == (tmp_path / "a.csv").as_posix()
