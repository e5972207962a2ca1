"""Which row of the data at the beginning of its chain each row of a data set is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]


class _Step(NamedTuple):
    """How a data set's rows are rows of its parent: by position, -1 for none; None where each is the very same."""

    parent: str
    positions: NDArray[Any] | None


class Origins:
    """Composes where rows came from through any number of steps.

    Each step holds one small number a row, unless the rows are all there in their order.
    """

    def __init__(self) -> None:
        self._steps: dict[str, tuple[_Step, ...]] = {}
        self._rows: dict[str, int] = {}

    def add(self, child: str, parent: str, rows: Mapping[str, Any], *, count: int, positions: Any = None) -> None:
        """Take note of how the `count` rows of a data set came from another.

        Parameters
        ----------
        rows : mapping
            As of a `Derivation`; what it tells by a digest only is lost without `positions`.
        positions : array of integers, shape (count,), optional
            The parent's row for each of the child's, -1 where it is none of them.
        """
        if not rows:
            return
        if positions is None and not (rows.get("all") and rows.get("count") == count):
            positions = positions_of(rows)
            if positions is None or len(positions) != count:
                return
        of = self._rows[parent] = rows["of"]
        step = _Step(parent, None if positions is None else _compact(positions, of))
        self._steps[child] = (*self._steps.get(child, ()), step)

    def of(self, id_: str, rows: int) -> dict[str, Positions]:
        """Return, for each data set at the beginning of a chain, which row of it each row is; -1 for none.

        Parameters
        ----------
        id_ : str
        rows : int
            How many rows the data set has.

        Returns
        -------
        dict of str to array of int64, shape (rows,)
        """
        return self._of(id_, rows, {})

    def positions(self, id_: str) -> list[NDArray[Any]]:
        """Return which rows of each of its parents a data set has, where they are not all."""
        return [step.positions for step in self._steps.get(id_, ()) if step.positions is not None]

    def chain(self, id_: str) -> list[str]:
        """Return a data set and all that its rows came from, nearest first."""
        found = {id_: None}
        waiting = [id_]
        while waiting:
            new = [s.parent for s in self._steps.get(waiting.pop(0), ()) if s.parent not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return list(found)

    def _of(self, id_: str, rows: int, known: dict[str, dict[str, Positions]]) -> dict[str, Positions]:
        import numpy as np

        if id_ in known:
            return known[id_]
        found: dict[str, Positions] = {}
        for parent, positions in self._steps.get(id_, ()):
            for root, above in self._of(parent, self._rows[parent], known).items():
                taken = above if positions is None else _take(above, positions)
                found[root] = taken if root not in found else np.where(found[root] < 0, taken, found[root])
        known[id_] = found or {id_: np.arange(rows)}
        return known[id_]


def positions_of(rows: Mapping[str, Any]) -> Positions | None:
    """Return the positions that a `Derivation` tells; None where it tells their digest only, or none."""
    import numpy as np

    if rows.get("all"):
        return np.arange(rows["of"])
    if "ranges" in rows:
        return np.concatenate([np.zeros(0, np.int64), *(np.arange(*r) for r in rows["ranges"])])
    return None


def _compact(positions: Any, of: int) -> NDArray[Any]:
    import numpy as np

    return np.asarray(positions).astype(np.int32 if of < 1 << 31 else np.int64)


def _take(above: Positions, positions: NDArray[Any]) -> Positions:
    import numpy as np

    if not len(above):
        return np.full(len(positions), -1, np.int64)
    return np.where(positions < 0, -1, above[positions])
