"""Publishing in the notebook: HTML for front ends, plain text for terminals, marked as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_gov.errors import GovError
from jupyter_gov.records import Json

from . import words
from .html import el, join, style_element


def show(html: str, text: str, *, kind: str, display_id: str | None = None, update: bool = False) -> None:
    """Display a result below the running cell.

    Parameters
    ----------
    html, text : str
        The same thing twice; the front end takes the one that it can show.
    kind : str
        What it is; kept in the output's ``metadata.jupyter_gov``, so that it can be told from the user's own outputs.
    display_id : str, optional
        A name under which the output can be replaced.
    update : bool
        Whether to replace the output of that name rather than add one.
    """
    _publish({"text/html": html, "text/plain": text}, kind, display_id, update)


def show_view(view: Mapping[str, Json], text: str, *, kind: str) -> None:
    """Display widgets, given by mime type, with a line for front ends that have none; otherwise as `show`."""
    _publish({**view, "text/plain": text}, kind)


def show_text(text: str, *, kind: str) -> None:
    """Display a line of text, as in `show`."""
    _publish({"text/plain": words.printable(text)}, kind)


def message(error: GovError) -> tuple[str, str]:
    """Return an error as a box and as text: what is wrong, and what the reader can do about it."""
    what, hint = words.shorten(error.message, 2000), words.shorten(error.hint, 2000)
    lines = join([el("p", what), el("p", hint, class_="jg-hint") if hint else ""])
    html = style_element("box") + el("div", lines, class_="jg-root jg-box jg-error", role="alert")
    return html, "\n".join(words.printable(line) for line in (what, hint) if line)


def _publish(data: dict[str, Any], kind: str, display_id: str | None = None, update: bool = False) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import publish_display_data

    if not InteractiveShell.initialized():
        print(data["text/plain"])  # noqa: T201 - plain Python has no other place to show it
        return
    publish_display_data(  # type: ignore[no-untyped-call]
        data,
        metadata={"jupyter_gov": {"kind": kind}},
        transient={"display_id": display_id} if display_id else None,
        update=update,
    )
