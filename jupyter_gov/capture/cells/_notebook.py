"""The notebook's file: which code cells it has now, in which order, and what stands in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_gov.records import Json, Notebook, NotebookCell
from jupyter_gov.services.session import Session
from jupyter_gov.services.tracing import recorded_digest


class NotebookFile:
    """Reads the notebook's file, on the writer's thread, and records its cells when they have changed.

    Parameters
    ----------
    session : Session
        Where records go.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stamp: tuple[Path, int, int] | None = None
        self._known = Notebook()

    def look(self, path: Path) -> None:
        """See to it that the cells are recorded as the file has them; returns at once.

        Parameters
        ----------
        path : Path
            The file; one that is not there, or is no notebook, is left alone.
        """
        self._session.record_later(lambda: self._read(path), "notebook.seen")

    def _read(self, path: Path) -> Notebook | None:
        try:
            stat = path.stat()
            stamp = path, stat.st_mtime_ns, stat.st_size
            if stamp == self._stamp or not path.is_file():
                return None
            content = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            # Not there, or just being written.
            return None
        self._stamp = stamp
        # Also where the cells are the same: what was executed before this does not stand in the notebook unsaved.
        cells = tuple(code_cells(content))
        saved = datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self._known = self._known.replace(cells=cells, saved=saved)
        return self._known


def code_cells(content: Json) -> list[NotebookCell]:
    """Return the code cells of a notebook's JSON; what has not the form of one is passed over."""
    found = []
    for cell in _list(_dict(content).get("cells")):
        cell = _dict(cell)
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source")
        text = source if isinstance(source, str) else "".join(s for s in _list(source) if isinstance(s, str))
        id_ = cell.get("id")
        found.append(NotebookCell(cell_id=id_ if isinstance(id_, str) else "", digest=recorded_digest(text)))
    return found


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
