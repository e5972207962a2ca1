"""An executed template as one HTML file: no script, nothing loaded, a strict Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

from jupyter_gov.display import html, prose
from jupyter_gov.errors import ReportError

from ._check import check_inert
from ._run_records import STYLES

_IMAGES = ("image/png", "image/jpeg", "image/gif")


def export_html(notebook: Path, *, title: str, description: str = "") -> str:
    """Return an executed template notebook as a self-contained HTML page.

    Parameters
    ----------
    notebook : Path
        The executed notebook; the code of its cells is left out.
    title : str
        The page's title.
    description : str
        What it is about, in a sentence.

    Raises
    ------
    ReportError
        If an output holds anything that is not inert.
    """
    import nbformat
    from nbconvert.exporters import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter

    class PageExporter(HTMLExporter):
        """nbconvert's exporter with this package's page around the outputs."""

        default_preprocessors: list[Any] = []  # noqa: RUF012 - a traitlet of the base class

        def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
            # The base class parses and writes the page again, which no part of it needs.
            return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    node = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    body = [part for cell in node.cells for part in _cell(cell)]
    style = _style()
    page = {
        "title": title,
        "description": description,
        "policy": _policy(style),
        "style": style,
        "contents": _contents(body),
        "body": body,
    }
    exporter = PageExporter(  # type: ignore[no-untyped-call]
        template_name="html",
        template_file="page.html.j2",
        extra_template_basedirs=[str(files(__package__))],
        preprocessors=[],
    )
    made, _ = exporter.from_notebook_node(node, {"page": page})
    return str(made)


def _cell(cell: Any) -> Iterable[html.Html]:
    if "remove-cell" in cell.get("metadata", {}).get("tags", ()):
        return
    if cell.cell_type == "markdown":
        yield html.el("div", prose(cell.source, 2), class_="jg-prose")
    if cell.cell_type != "code":
        return
    for output in cell.outputs:
        shown = _output(output)
        if shown:
            yield shown


def _output(output: Any) -> html.Html:
    if output.output_type == "stream":
        return html.el("pre", output.text) if output.name == "stdout" and output.text.strip() else html.Html("")
    if output.output_type == "error":
        raise ReportError(f"The template raised {output.ename}: {output.evalue}.", hint="Mend the template.")
    data = output.get("data", {})
    where = "An output of the template"
    if "text/html" in data:
        fragment = _text(data["text/html"]).replace(html.style_element(*STYLES), "")
        return html.Html(check_inert(fragment, where))
    if "image/svg+xml" in data:
        return html.Html(check_inert(_text(data["image/svg+xml"]), where))
    for kind in _IMAGES:
        if kind in data:
            alt = _text(data.get("text/plain", "figure"))
            return html.el("figure", html.el("img", src=f"data:{kind};base64,{_encoded(data[kind])}", alt=alt))
    if "text/markdown" in data:
        return html.el("div", prose(_text(data["text/markdown"]), 3), class_="jg-prose")
    return html.el("pre", _text(data.get("text/plain", "")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(value)


def _encoded(value: Any) -> str:
    """Return base64 as nothing but base64."""
    try:
        return base64.b64encode(base64.b64decode(_text(value))).decode()
    except ValueError as error:
        raise ReportError(
            "An output of the template holds an image that cannot be read.", hint="Draw it again."
        ) from error


def _style() -> str:
    sheet = (files(__package__) / "html" / "report.css").read_text("utf-8")
    sheet = re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)).strip()
    style = f"{html.stylesheet('tokens', *STYLES)}\n{sheet}"
    if "</" in style:
        raise ReportError("The style sheet holds markup.", hint="This is a defect in jupyter-gov.")
    return style


def _policy(style: str) -> str:
    """Return a policy under which nothing but this page's own style and inline images counts."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


class _Headings(HTMLParser):
    """Collects the second-level headings of sections that have an id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._section = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        key = dict(attrs).get("id") or ""
        if tag == "section" and key:
            self._section = key
        self._inside = tag == "h2" and bool(key or self._section)
        if self._inside:
            self.found.append((key or self._section, ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "h2"

    def handle_data(self, data: str) -> None:
        if self._inside:
            key, text = self.found[-1]
            self.found[-1] = (key, text + data)


def _contents(body: Iterable[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in body:
        headings = _Headings()
        headings.feed(part)
        found += headings.found
    return found
