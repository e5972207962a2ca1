"""Whether documents can be made here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

from ._check import Check, ok, problem
from ._commands import pip, reinstall

_CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"x": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
}


def check_charts() -> Iterator[Check]:
    """Check that a chart is drawn."""
    from jupyter_gov.display import svg

    try:
        drawn = "<path" in svg(_CHART)
        reason = "it drew nothing"
    except (ImportError, ValueError) as error:
        drawn, reason = False, str(error)
    if drawn:
        yield ok("charts", "Charts are drawn as SVG.")
    else:
        again = pip("install", "--force-reinstall", "vl-convert-python>=1.7")
        yield problem("charts", f"No chart can be drawn: {reason}.", f"Install what draws them again: {again}")


def check_temporary() -> Iterator[Check]:
    """Check that a notebook in the temporary folder becomes a page."""
    import nbformat

    from jupyter_gov.reports import export_html

    try:
        folder = tempfile.TemporaryDirectory(prefix="jupyter-gov-")
    except OSError as error:
        yield problem(
            "temporary folder",
            f"No temporary folder can be written: {error.strerror or error}.",
            "Free some space, or name another folder: export TMPDIR=/path/to/folder",
        )
        return
    with folder as path:
        notebook = Path(path) / "check.ipynb"
        nbformat.write(nbformat.v4.new_notebook(), notebook)  # type: ignore[no-untyped-call]
        page = export_html(notebook, title="Check")
    yield ok("temporary folder", f"The temporary folder {tempfile.gettempdir()} can be written.")
    if page.rstrip().endswith("</html>"):
        yield ok("pages", "nbconvert makes a page from a notebook.")
    else:
        yield problem("pages", "nbconvert makes no whole page from a notebook.", f"Install it again: {reinstall()}")


def check_engine() -> Iterator[Check]:
    """Check that papermill knows the engine by its name."""
    found = [e.value for e in entry_points(group="papermill.engine", name="gov")]
    if found == ["jupyter_gov.execution._engine:GovEngine"]:
        yield ok("engine", "`papermill --engine gov` is registered.")
    else:
        told = f"leads to {', '.join(found)}" if found else "is not registered"
        yield problem("engine", f"`papermill --engine gov` {told}.", f"Install it again: {reinstall()}")
