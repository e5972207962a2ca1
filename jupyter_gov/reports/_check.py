"""Refusing what a document must not hold: anything that runs, loads or submits."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from jupyter_gov.errors import ReportError

_TAGS = frozenset(
    {
        "applet", "base", "body", "embed", "form", "frame", "frameset", "head", "html", "iframe", "link", "meta",
        "noscript", "object", "plaintext", "portal", "script", "template", "textarea", "title", "xmp",
    }
)  # fmt: skip
_ADDRESSES = frozenset({"action", "background", "cite", "data", "formaction", "href", "poster", "src", "xlink:href"})
_SCHEMES = ("javascript:", "vbscript:", "data:text", "data:application", "data:image/svg")


class _Inspector(HTMLParser):
    """Reads a fragment as a browser would and stops at the first thing that is not inert."""

    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self._where = where
        self._drawings = 0

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._drawings -= 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "svg":
            self._drawings += 1
        # The title of a part of a drawing is a text that is shown beside it.
        if tag in _TAGS and not (tag == "title" and self._drawings > 0):
            self._refuse(f"the element <{tag}>")
        for name, value in attrs:
            if name.startswith("on"):
                self._refuse(f"the event handler {name!r}")
            if name == "srcdoc":
                self._refuse("the attribute 'srcdoc'")
            # Browsers drop white space and control characters from a scheme before they read it.
            address = "".join(c for c in value or "" if c > " ").lower()
            if name in _ADDRESSES and address.startswith(_SCHEMES):
                self._refuse(f"an address that begins with {address.split(':')[0]!r}")

    def unknown_decl(self, data: str) -> None:  # noqa: ARG002 - the base class names it
        self._refuse("a markup declaration")

    def _refuse(self, what: str) -> None:
        raise ReportError(
            f"{self._where} holds {what}, which a report may not.",
            hint="Reports have no scripts and load nothing; show plain HTML, an image or text instead.",
        )


def check_inert(fragment: str, where: str) -> str:
    """Return `fragment` if it is HTML that can only be read.

    Parameters
    ----------
    fragment : str
        A part of a page.
    where : str
        What to call it in the error.

    Raises
    ------
    ReportError
        If it holds a script, an event handler, a frame, a form, or an address that runs.

    Notes
    -----
    This gives the author of a template a clear error. The page's Content-Security-Policy is what keeps a reader safe,
    also where a browser reads a fragment differently.
    """
    inspector = _Inspector(where)
    inspector.feed(fragment)
    inspector.close()
    if re.search(r"<title\b[^>]*>[^<]*<(?!/title)", fragment, re.IGNORECASE):
        raise ReportError(
            f"{where} holds markup within a title, which a report may not.", hint="Escape the title of a drawing."
        )
    if "<script" in fragment.lower():
        raise ReportError(f"{where} holds a script, which a report may not.", hint="Show plain HTML, an image or text.")
    return fragment
