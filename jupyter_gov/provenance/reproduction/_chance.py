"""Where random numbers were drawn that no seed fixes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...records import Cell, Compared, Finding, Fit, Record
from ...records._cell import ENTROPY

CHECK = "unseeded_randomness"
"""The check whose findings tell it."""

REMEDY = "Set its random_state, or what it calls its seed, and run the notebook again."
REMEDY_OF_CELLS = "Seed what draws, such as by numpy.random.seed(0) or default_rng(0), and run the notebook again."


def draws(first: Compared | None, before: Sequence[Record], behind: Collection[str]) -> tuple[bool, list[Cell]]:
    """Return whether what differs first was itself seen to draw without a seed, and the cells that did so.

    Parameters
    ----------
    first : Compared or None
        What differs first.
    before : sequence of Record
        The run's.
    behind : collection of str
        The cell executions that count: those that the first difference rests on.

    Returns
    -------
    own : bool
    cells : list of Cell
        In the order they ran; only the cell of `first` where that drew itself.
    """
    cells = {c.id: c for c in sorted((r for r in before if isinstance(r, Cell)), key=lambda c: c.order)}
    record = next((r for r in before if first is not None and r.id == first.record), None)
    if isinstance(record, Fit) and _unseeded(record, before):
        return True, [cells[c] for c in (record.cell,) if c in cells]
    named = {c for f in before if isinstance(f, Finding) and f.check == CHECK for c in f.cells}
    named |= {f.cell for f in before if isinstance(f, Fit) and f.randomness == "unseeded" and f.cell}
    # A cell that reads a global generator may have seeded it first: that is what findings tell apart.
    named |= {c.id for c in cells.values() if ENTROPY in c.reads}
    found = [c for key, c in cells.items() if key in named and key in behind]
    here = [c for c in found if first is not None and c.id == first.cell]
    return False, here or found


def _unseeded(fit: Fit, records: Sequence[Record]) -> bool:
    """Say whether a fit, or one that it is a part of, drew without a seed."""
    fits = {f.id: f for f in records if isinstance(f, Fit)}
    seen: set[str] = set()
    while fit.id not in seen:
        if fit.randomness == "unseeded":
            return True
        seen.add(fit.id)
        fit = fits.get(fit.parent or "", fit)
    return False
