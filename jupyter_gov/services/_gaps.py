"""Which gaps a session has told of: the same one again tells how many there were, and where the last was."""

from __future__ import annotations

import threading

from jupyter_gov.records import Cell, Gap, Record
from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())


class Gaps:
    """Keeps the gaps of one session apart. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[Gap, int]] = {}

    def tell(self, gap: Gap, about: str = "") -> Gap | None:
        """Return a gap as it is to be written, under the id that it had before; None where it says nothing new.

        Parameters
        ----------
        gap : Gap
            What is missing; of the same thing and reason in the same cell only the first counts.
        about : str
            Which record of its kind it is about, in words: then each one counts.
        """
        with self._lock:
            known, times = self._known.get((gap.what, gap.reason), (gap, 0))
            if times and not about and gap.cell in (None, known.cell):
                return None
            known, times = known.replace(cell=gap.cell or known.cell), times + 1
            self._known[gap.what, gap.reason] = known, times
        if times == 1:
            more = f" It is {about}." if about else ""
        else:
            more = f" The last of {times:,} is {about}." if about else f" So in {times:,} cells; the last is named."
        return known.replace(reason=known.reason + more)


def cell_of(record: Record | None) -> str | None:
    """Return the cell that a record tells of, or during which it was made."""
    return record.id if isinstance(record, Cell) else getattr(record, "cell", None)


def in_words(record: Record | None) -> str:
    """Return which record of its kind it is."""
    if record is None:
        return "one that was worked out late"
    if isinstance(record, Cell):
        return f"execution {record.order}"
    return f"the {record.kind} {getattr(record, 'name', '') or getattr(record, 'class_', '') or record.id}"
