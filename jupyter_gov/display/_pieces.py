"""Small results: a documentation section that was kept, the files that a report made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from jupyter_gov.records import Document

from . import words
from ._markdown import render
from .html import Html, bullets, coded, details, el, join, name, style_element


def markdown(document: Document) -> tuple[str, str]:
    """Return a documentation section as HTML and text, as the report will show it."""
    title = words.title_of(document.section)
    head = el("p", join(["Documented: ", name(title, tag="b")]), class_="jg-kicker")
    html = style_element("box") + el(
        "div", head, el("div", render(document.markdown, 5), class_="jg-prose"), class_=_BOX
    )
    return html, f"Documented: {words.printable(title)}\n\n{document.markdown}"


def files(made: Sequence[Path]) -> tuple[str, str]:
    """Return links to rendered files, relative to the working folder where they lie in it."""
    items = [_file(path) for path in made]
    html = style_element("box") + el("div", el("p", "Report"), bullets(items, "jg-files"), class_=_BOX)
    return html, "\n".join(str(path) for path in made)


def outline(title: str, text: str) -> tuple[str, str]:
    """Return text in blocks, such as what a policy asks for; of several, all but the first are folded.

    Parameters
    ----------
    title : str
    text : str
        Blocks are parted by empty lines; a block's first line is what it is about.
    """
    lines = [words.printable(line) for line in text.strip().split("\n")]
    blocks = [block.split("\n") for block in "\n".join(lines).split("\n\n")]
    made = [
        details(first, bullets(map(_item, rest)), opened=block == 0)
        if len(blocks) > 1
        else join([el("p", el("b", first)), bullets(map(_item, rest))])
        for block, (first, *rest) in enumerate(blocks)
    ]
    html = style_element("box", "base") + el("div", el("p", title, class_="jg-kicker"), *made, class_=_BOX)
    return html, "\n".join(lines)


def _item(line: str) -> Html:
    return coded(line.strip().removeprefix("- "))


_BOX = "jg-root jg-box"


def _shown(path: Path) -> str:
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _file(path: Path) -> Html:
    """Return a file's name, as a link where it lies in the working folder: a notebook there can follow it."""
    shown = _shown(path)
    label = name(shown, limit=200, tag="span")
    return label if Path(shown).is_absolute() else el("a", label, href=quote(shown), target="_blank")
