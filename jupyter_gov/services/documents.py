"""Documentation sections written by the user."""

from __future__ import annotations

from jupyter_gov.errors import InputError, NotTrackingError
from jupyter_gov.records import SECTIONS, Document, utc_now

from .session import current


def write_document(section: str, markdown: str) -> Document:
    """Keep a section of documentation as a record of the current run; it is on disk on return.

    Parameters
    ----------
    section : str
        Its name, such as ``purpose``.
    markdown : str
        Its text.

    Raises
    ------
    InputError
        If the name or the text is empty.
    NotTrackingError
        If nothing is tracked.
    StoreError
        If it could not be written.
    """
    name = "_".join(section.lower().split()).replace("-", "_")
    if not name:
        raise InputError("The section has no name.", hint=f"Name one, such as {', '.join(SECTIONS)}.")
    if not markdown.strip():
        raise InputError(f"The section {name!r} is empty.", hint="Write its Markdown below the first line of the cell.")
    session = current()
    if session is None:
        raise NotTrackingError(f"The section {name!r} has no run to belong to.", hint="Run %gov_track first.")
    cell = session.resolver.cell() if session.resolver else None
    document = Document(section=name, markdown=markdown.strip() + "\n", cell=cell, written=utc_now())
    session.record(document, "document.written")
    session.flush()
    return document
