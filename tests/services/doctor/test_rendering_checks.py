"""What keeps documents from being made."""

from __future__ import annotations

import tempfile
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov import display, reports
from jupyter_gov.services.doctor import _rendering


def test_all_is_well(ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for question in (_rendering.check_charts, _rendering.check_temporary, _rendering.check_engine):
        assert {c.status for c in ask(question).values()} == {"ok"}
    assert list(tmp_path.iterdir()) == []


def test_nothing_draws(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(spec: Any) -> str:
        raise ImportError("libfontconfig.so.1: cannot open shared object file")

    monkeypatch.setattr(display, "svg", broken)
    assert "libfontconfig" in ask(_rendering.check_charts)["charts"].message
    monkeypatch.setattr(display, "svg", lambda spec: "<svg/>")
    assert "drew nothing" in ask(_rendering.check_charts)["charts"].message


def test_no_temporary_folder(ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert "TMPDIR" in ask(_rendering.check_temporary)["temporary folder"].hint


def test_no_page(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "export_html", lambda notebook, title: "<html>")
    assert ask(_rendering.check_temporary)["pages"].status == "problem"


def test_the_engine(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_rendering, "entry_points", lambda **_: [])
    assert "is not registered" in ask(_rendering.check_engine)["engine"].message
    other = EntryPoint("gov", "another.engine:Gov", "papermill.engine")
    monkeypatch.setattr(_rendering, "entry_points", lambda **_: [other])
    assert "leads to another.engine:Gov" in ask(_rendering.check_engine)["engine"].message
