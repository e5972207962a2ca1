"""Publishing in a notebook, and the small boxes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov import display
from jupyter_gov.errors import NotFoundError
from jupyter_gov.records import Document


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    import IPython.display
    from IPython.core.interactiveshell import InteractiveShell

    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(InteractiveShell, "initialized", classmethod(lambda cls: True))
    monkeypatch.setattr(
        IPython.display, "publish_display_data", lambda data, **rest: calls.append({"data": data, **rest})
    )
    return calls


def test_show_is_marked_as_ours(published: list[dict[str, Any]]) -> None:
    display.show("<p>x</p>", "x", kind="assessment")
    display.show("<p>y</p>", "y", kind="assessment", display_id="d", update=True)
    assert published[0]["data"] == {"text/html": "<p>x</p>", "text/plain": "x"}
    assert published[0]["metadata"] == {"jupyter_gov": {"kind": "assessment"}}
    assert published[1]["transient"] == {"display_id": "d"}
    assert published[1]["update"] is True


def test_show_text_is_plain(published: list[dict[str, Any]]) -> None:
    display.show_text("run \x1b[1m7", kind="track")
    assert published[0]["data"] == {"text/plain": "run \\x1b[1m7"}


def test_show_prints_outside_of_ipython(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setattr(InteractiveShell, "initialized", classmethod(lambda cls: False))
    display.show("<p>x</p>", "x", kind="k")
    assert capsys.readouterr().out == "x\n"


def test_message_has_sentence_and_hint() -> None:
    html, text = display.message(NotFoundError("No variable '<b>'.", hint="Did you mean 'b'?"))
    assert "No variable &#x27;&lt;b&gt;&#x27;." in html
    assert 'role="alert"' in html
    assert text == "No variable '<b>'.\nDid you mean 'b'?"


def test_markdown_is_rendered_without_raw_html() -> None:
    text = "# T\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![i](https://e.org/i.png)\n\n|a|\n|-:|\n|1|\n"
    html, plain = display.markdown(Document(section="ethical_considerations", markdown=text))
    assert "Ethical considerations" in html
    assert "<h5>T</h5>" in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert '<a href="https://e.org/i.png" rel="noopener noreferrer">[image: i]</a>' in html
    assert '<th class="jg-right" scope="col">' in html
    assert "style=" not in html
    assert plain.startswith("Documented: Ethical considerations")


def test_headings_follow_without_a_gap() -> None:
    made = display.prose("# a\n\n### b\n\n###### c\n", 3)
    assert "<h3>a</h3>" in made
    assert "<h4>b</h4>" in made
    assert "<h5>c</h5>" in made


def test_files_below_the_working_folder_are_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    html, text = display.files([tmp_path / "out" / "a b.html", Path("/elsewhere/c.html")])
    assert 'href="out/a%20b.html"' in html
    assert 'href="/elsewhere' not in html
    assert text.splitlines()[1] == "/elsewhere/c.html"


def _shown(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": "01a1fc66-1730-7ca1-a005-e5965b47a9cc",
        "name": "credit <b>",
        "status": "running",
        "cells": [
            {"id": "c", "order": 1, "seconds": 1.5, "status": "ok", "source": "\n x\ny"},
            {"id": "e", "order": 2, "seconds": 0.1, "status": "error"},
        ],
        "datasets": [{"id": "d", "name": "X_test", "rows": 498, "columns": [1, 2], "role": "test"}],
        "fits": [
            {"id": "f", "parent": None, "name": "", "class": "sklearn.svm.SVC", "datasets": ["d"], "seconds": 0.5}
        ],
        "metrics": [{"name": "roc_auc_score", "value": 0.81234, "fits": ["f"], "split": "test", "origin": "by_hand"}],
        "assessments": [],
        "documents": [{"section": "purpose"}],
        "gaps": [{"what": "x\u202e", "reason": "unseen.", "remedy": "Look.", "cell": None}],
    }
    return base | changes


def test_status_tells_the_run_so_far() -> None:
    html, text = display.status(_shown())
    assert "credit &lt;b&gt;" in html
    assert "2 cells run · 1 data set · 1 fit · 1 metric · 0 assessments · 1 gap · 1.6 s in cells · 1 raised" in text
    assert "Metrics        model  split  how      value\nroc_auc_score  SVC    test   by hand  0.812\n" in text
    assert "Cells    state     time\n[1] x …  ok       1.5 s\n[2]      raised  100 ms" in text
    assert "business_context" in text
    assert "purpose," not in text
    assert "- x\\u202e: unseen. Look." in text
    assert max(map(len, text.splitlines())) <= 100


def test_status_lists_findings() -> None:
    finding = {"check": "small_groups", "severity": "info", "message": "2 groups of <b>\u202e."}
    html, text = display.status(_shown(findings=[finding]))
    assert "1 finding · 1 gap" in text
    assert "- Small groups: 2 groups of <b>\\u202e. (info)" in text
    assert "2 groups of &lt;b&gt;" in html


def test_status_tells_what_does_not_hold() -> None:
    cell: dict[str, Any] = {"seconds": 0.1, "status": "ok"}
    cells = [
        cell | {"id": "a", "order": 1, "state": ["rerun"], "reasons": ["The same cell ran again as cell [2]."]},
        cell | {"id": "b", "order": 2, "state": ["stale", "out_of_order"], "reasons": ["`x` was changed."]},
        cell | {"id": "c", "order": 3, "state": [], "redacted": ["source, line 3: AWS access key"]},
    ]
    fit = {"parent": None, "datasets": (), "seconds": 0.5, "cell": "b", "top_to_bottom": False}
    fits = [fit | {"id": "f", "name": "", "class": "sklearn.svm.SVC"}]
    metric = {"name": "auc", "value": 0.8, "fits": ["f"], "split": "test", "origin": "function"}
    metrics = [metric | {"cell": "b", "top_to_bottom": False}, metric | {"cell": "c", "top_to_bottom": None}]
    html, text = display.status(_shown(cells=cells, fits=fits, metrics=metrics))
    assert "Cells that do not hold\n- cell [2]: stale, out of order. `x` was changed.\n" in text
    assert "Not as from top to bottom\n- SVC: cell [2]\n- auc: cell [2]\n" in text
    assert "Redacted\n- cell [3]: source, line 3: AWS access key\n" in text
    assert "Cells that do not hold: 1 cell to run again" in html


def test_status_of_an_empty_run() -> None:
    html, text = display.status(_shown(cells=[], datasets=[], fits=[], metrics=[], documents=[], gaps=[]))
    assert "0 cells run" in text
    assert "<table" not in html


def test_importing_display_loads_nothing_heavy() -> None:
    heavy = ("numpy", "pandas", "vl_convert", "markdown_it", "IPython", "sqlalchemy")
    code = f"import sys, jupyter_gov.display; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
