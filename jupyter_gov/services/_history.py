"""What became of a run's executions: worked out from its records whenever it is asked for, and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.provenance import CellState, Session, examine
from jupyter_gov.records import Cell, Json, Notebook, Record

from ._secrets import process_secrets

STATES = ("stale", "edited", "deleted", "out_of_order", "rerun")
"""What may be said of an execution, what matters most first."""


def source_digest(source: str) -> str:
    """Return the digest by which a notebook's record knows the source of a cell."""
    return fingerprint_bytes(source.encode("utf-8", "surrogatepass"))


def recorded_digest(source: str) -> str:
    """Return the digest that a cell's source has once it is recorded, which is without secrets.

    So the notebook's cells are known by the very text that their executions are, and no digest of a text with a secret
    in it is written, from which the secret could be guessed.
    """
    clean, _ = process_secrets().clean(Cell(order=0, source=source))
    return source_digest(clean.source if isinstance(clean, Cell) else source)


class History:
    """The executions of a run beside its notebook.

    Parameters
    ----------
    records : iterable of Record
        The run's cells and its notebook, others among them or not.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        listed = list(records)
        self.cells: Sequence[Cell] = sorted((r for r in listed if isinstance(r, Cell)), key=lambda c: c.order)
        notebook = next((r for r in reversed(listed) if isinstance(r, Notebook)), None)
        self._session: Session = examine(self.cells, notebook, digest_of=source_digest)
        self._traces: dict[str, dict[str, Json]] = {}
        self._doubts: dict[str, str] = {}

    def state(self, cell: str) -> dict[str, Json]:
        """Return ``stale``, ``state`` (those of `STATES` that hold) and ``reasons`` of an execution."""
        found = self._session.states[cell]
        return {
            "stale": found.stale,
            "state": [name for name in STATES if getattr(found, name)],
            "reasons": list(found.reasons),
        }

    def trace(self, cell: str | None) -> dict[str, Json]:
        """Return ``slice`` and ``top_to_bottom`` of what an execution gave."""
        key = cell or ""
        if key not in self._traces:
            told = {"slice": list(self._session.slice(key)), "top_to_bottom": self._session.top_to_bottom(key)}
            self._traces[key] = told
        return self._traces[key]

    def doubt(self, cell: str | None) -> str:
        """Return why running the notebook from top to bottom would not give what an execution gave; empty if it would.

        Where that cannot be told, it is empty too.
        """
        key = cell or ""
        if key not in self._doubts:
            self._doubts[key] = self._session.why(key) if self._session.top_to_bottom(key) is False else ""
        return self._doubts[key]

    @cached_property
    def doubtful(self) -> list[Cell]:
        """The executions that are the last of their cell and do not hold any more, in order."""
        return [c for c in self.cells if _is_doubtful(self._session.states[c.id])]


def _is_doubtful(state: CellState) -> bool:
    return not state.rerun and (state.stale or state.edited or state.deleted or state.out_of_order)
