"""Building HTML in which every string is escaped unless it was built here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from importlib.resources import files

from jupyter_gov.records import new_id

from .words import shorten

NAME_LIMIT = 48
_TITLE_LIMIT = 400
_VOID = frozenset({"br", "hr", "wbr", "col", "img", "meta"})
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """A string that is HTML already; made by `el` and `join` only."""

    __slots__ = ()


def clean(text: str) -> str:
    """Return `text` with characters that no document may hold, or that turn its direction, replaced by U+FFFD."""
    return _UNFIT.sub("\ufffd", text)


def escape(child: object) -> Html:
    """Return `child` as HTML; text is escaped."""
    if isinstance(child, Html):
        return child
    return Html("" if child is None else html.escape(clean(str(child)), quote=True))


def join(children: Iterable[object], between: str = "") -> Html:
    """Return the children one after the other."""
    return Html(escape(between).join(escape(c) for c in children))


def el(tag: str, *children: object, **attributes: str | bool | None) -> Html:
    """Return an element.

    Parameters
    ----------
    tag : str
        Its name.
    children : object
        Html stands as it is, everything else is escaped.
    attributes : str, bool or None
        ``class_`` is ``class``, other underscores are hyphens; False and None leave the attribute out. True is written
        as ``hidden="hidden"``: JupyterLab's sanitiser takes attributes without a value away.
    """
    parts = []
    for name, value in attributes.items():
        if value is not None and value is not False:
            shown = name.rstrip("_").replace("_", "-")
            parts.append(f' {shown}="{shown}"' if value is True else f' {shown}="{escape(value)}"')
    opened = f"<{tag}{''.join(parts)}>"
    return Html(opened if tag in _VOID else f"{opened}{join(children)}</{tag}>")


def name(text: object, *, limit: int = NAME_LIMIT, tag: str = "bdi") -> Html:
    """Return a name from the user's data: isolated from the direction of what surrounds it, cut when it is long."""
    full = str(text)
    cut = shorten(full, limit)
    return el(tag, cut or "(empty)", title=shorten(full, _TITLE_LIMIT) if cut != full else None, dir=_auto(tag))


def _auto(tag: str) -> str | None:
    return None if tag == "bdi" else "auto"


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: object = None,
    class_: str = "",
    text_columns: int = 1,
    hidden_caption: bool = False,
    above: Sequence[tuple[object, int]] = (),
) -> Html:
    """Return a table whose first column heads its rows.

    Parameters
    ----------
    head : sequence
        Column headings.
    rows : iterable of sequence
        Cells; the first of each row is its heading.
    caption : object, optional
        What the table shows.
    class_ : str
        More classes, separated by spaces.
    text_columns : int
        How many columns from the left hold text; the others hold numbers.
    hidden_caption : bool
        Whether the caption is for screen readers only.
    above : sequence of (object, int)
        A row of headings over groups of columns, each with the number of columns.
    """
    # Most cells are numbers, so that it is the others that say what they are.
    kinds = ["jg-x" if 0 < i < text_columns else None for i in range(len(head))]
    numeric = [None if i < text_columns else "jg-n" for i in range(len(head))]
    body = [
        el(
            "tr",
            *(
                el("th", c, scope="row", class_=numeric[i]) if i == 0 else el("td", c, class_=kinds[i])
                for i, c in enumerate(row)
            ),
        )
        for row in rows
    ]
    groups = [
        el("th", h, scope="colgroup", colspan=str(span), class_="jg-n") if h else el("td", colspan=str(span))
        for h, span in above
    ]
    made = el(
        "table",
        el("caption", caption, class_="jg-hidden" if hidden_caption else None) if caption else "",
        el(
            "thead",
            el("tr", *groups) if groups else "",
            el("tr", *(el("th", h, scope="col", class_=numeric[i]) for i, h in enumerate(head))),
        ),
        el("tbody", *body),
        class_=f"jg-table {class_}".strip(),
    )
    # In reach of the keyboard, because it scrolls where the page is narrow.
    return el("div", made, class_="jg-scroll", tabindex="0")


def details(summary: object, *children: object, printed: bool = True, opened: bool = False) -> Html:
    """Return a part that is folded until the reader asks for it, unless `opened`; `printed`: whether paper shows it."""
    kind = "jg-more" if printed else "jg-more jg-screen"
    return el(
        "details",
        el("summary", el("span", summary)),
        el("div", *children, class_="jg-folded"),
        class_=kind,
        open=opened,
    )


def tabs(parts: Iterable[tuple[object, object]]) -> Html:
    """Return folds, each a title and what is in it, that close each other; the style sheet ``tabs`` makes them tabs.

    Those of one name do. The name is new each time, so that a card that is shown twice has a tab open in either.
    """
    group = f"jg-{new_id()}"
    made = [
        el("details", el("summary", el("span", title)), el("div", content, class_="jg-tab"), name=group, open=i == 0)
        for i, (title, content) in enumerate(parts)
    ]
    return el("div", *made, class_="jg-tabs") if made else Html("")


def coded(text: str) -> Html:
    """Return a sentence with what stands between backticks as code, which breaks between its words only."""
    parts = text.split("`")
    return join(el("code", _unbroken(p)) if i % 2 and i < len(parts) - 1 else p for i, p in enumerate(parts))


def _unbroken(code: str) -> Html:
    """Return code in which no option is parted at its hyphens."""
    return join(
        (el("span", w, class_="jg-word") if "-" in w and len(w) <= NAME_LIMIT else w for w in code.split(" ")), " "
    )


def facts(pairs: Iterable[tuple[object, object]]) -> Html:
    """Return terms, each with what is said of it."""
    return el("dl", *(el("div", el("dt", term), el("dd", told)) for term, told in pairs), class_="jg-facts")


def bullets(items: Iterable[object], class_: str = "jg-notes") -> Html:
    """Return a list, or nothing where there are no items."""
    lines = [el("li", i) for i in items]
    return el("ul", *lines, class_=class_) if lines else Html("")


def stylesheet(*names: str) -> str:
    """Return style sheets of this package, comments and indentation taken out."""
    folder = files(__package__) / "style"
    text = "\n".join((folder / f"{n}.css").read_text("utf-8") for n in names)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def style_element(*names: str) -> Html:
    """Return the style that a fragment carries along into a notebook; `names` are its style sheets."""
    return Html(f"<style>\n{stylesheet('tokens', *names)}\n</style>")
