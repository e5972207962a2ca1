"""Turning an executed notebook into a page, and refusing what a page must not hold."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_gov.errors import ReportError
from jupyter_gov.reports import export_html
from jupyter_gov.reports._check import check_inert


def _notebook(path: Path, *outputs: dict[str, Any], markdown: str = "") -> Path:
    cells = [nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output(**o) for o in outputs])]
    if markdown:
        cells.insert(0, nbformat.v4.new_markdown_cell(markdown))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def _html(text: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/html": text}}


def test_page_is_self_contained_and_its_policy_matches(tmp_path: Path) -> None:
    path = _notebook(tmp_path / "n.ipynb", _html('<section id="a"><h2>A &amp; B</h2></section>'))
    page = export_html(path, title="T <x>", description='d "e"')
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0].replace("&#39;", "'")
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert page.count("<style") == 1
    assert '<html lang="en">' in page
    assert "<title>T &lt;x&gt;</title>" in page
    assert '<li><a href="#a">A &amp; B</a></li>' in page
    assert "<script" not in page.lower()
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_other_outputs_are_shown_too(tmp_path: Path) -> None:
    png = base64.b64encode(b"\x89PNG not really").decode()
    path = _notebook(
        tmp_path / "n.ipynb",
        {"output_type": "stream", "name": "stdout", "text": "<out>"},
        {"output_type": "stream", "name": "stderr", "text": "noise"},
        {"output_type": "display_data", "data": {"image/png": png, "text/plain": "a chart"}},
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg role='img'></svg>"}},
        {"output_type": "display_data", "data": {"text/markdown": "**b** <i>"}},
        {"output_type": "display_data", "data": {"text/plain": "<p>"}},
        markdown="## Title\n\n<script>alert(1)</script>",
    )
    page = export_html(path, title="t")
    for shown in (
        "<pre>&lt;out&gt;</pre>",
        f'<img src="data:image/png;base64,{png}" alt="a chart">',
        "<svg role='img'></svg>",
        "<strong>b</strong> &lt;i&gt;",
        "<pre>&lt;p&gt;</pre>",
        "<h2>Title</h2>",
        "&lt;script&gt;",
    ):
        assert shown in page
    assert "noise" not in page
    assert "<script" not in page


def test_a_cell_can_be_left_out(tmp_path: Path) -> None:
    cell = nbformat.v4.new_markdown_cell("for authors", metadata={"tags": ["remove-cell"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "n.ipynb")
    assert "for authors" not in export_html(tmp_path / "n.ipynb", title="t")


@pytest.mark.parametrize(
    "fragment",
    [
        "<script>alert(1)</script>",
        "<SCRIPT src=x>",
        "<p onclick='x()'>",
        "<svg><g onload=x></g></svg>",
        "<a href='javascript:x()'>",
        "<a href=' java\nscript:x()'>",
        "<a href='&#106;avascript:x()'>",
        "<img src='data:text/html,x'>",
        "<iframe srcdoc='x'></iframe>",
        "<object data=x></object>",
        "<form action=x></form>",
        "<base href=x>",
        "<meta http-equiv=refresh content=0>",
        "<link rel=stylesheet href=x>",
        "<template><script></script></template>",
        "<svg><script>x</script></svg>",
        "<p title='<script>'>",
        "<title>x</title>",
        "<svg></svg><title>x</title>",
        "<svg><title><img src=x></title></svg>",
    ],
)
def test_what_is_not_inert_is_refused(fragment: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="report may not"):
        export_html(_notebook(tmp_path / "n.ipynb", _html(fragment)), title="t")


@pytest.mark.parametrize(
    "fragment",
    [
        "<p title='on time'>x</p>",
        "<a href='#a'>a</a>",
        "<b>&lt;script&gt;</b>",
        "<svg><title>a &lt;b&gt;</title></svg>",
    ],
)
def test_what_is_inert_passes(fragment: str) -> None:
    assert check_inert(fragment, "It") == fragment


def test_an_unreadable_image_is_refused(tmp_path: Path) -> None:
    path = _notebook(tmp_path / "n.ipynb", {"output_type": "display_data", "data": {"image/png": "a"}})
    with pytest.raises(ReportError, match="image"):
        export_html(path, title="t")
