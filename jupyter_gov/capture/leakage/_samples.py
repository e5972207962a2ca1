"""Data sets of the run as samples that leakage checks look at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jupyter_gov.fingerprints import column_cells, fold_cells
from jupyter_gov.provenance.leakage import Sample

from ..data._tables import column_of
from ._columns import column_values
from ._near import near_cells

if TYPE_CHECKING:
    from jupyter_gov.provenance.leakage._case import Hashes, Values

    from ..data._candidates import Known
    from ..data._registry import DataRegistry

_REMEMBERED = 32_000_000
"""Row hashes that are remembered: of data that have been let go, they are all that is left."""

_PLAIN = frozenset(f"{kind}{bits}" for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64)) | {"bool"}
_TEXT = 10
"""How many numbers a value of another type stands for."""


class RowHashes:
    """Row hashes by data set and kind; those that were not asked for longest are forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Hashes] = OrderedDict()
        self._count = 0

    def get(self, key: tuple[str, str]) -> Hashes | None:
        """Return what is remembered."""
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def keep(self, key: tuple[str, str], hashes: Hashes) -> None:
        """Remember hashes, unless they are too many."""
        if key not in self._known and len(hashes) <= _REMEMBERED:
            self._known[key] = hashes
            self._count += len(hashes)
            while self._count > _REMEMBERED:
                self._count -= len(self._known.popitem(last=False)[1])


class Samples:
    """Makes samples, each once for as long as this lives.

    Parameters
    ----------
    data : DataRegistry
    remembered : RowHashes
    go_on : callable
        Called before anything that costs time; raises to stop it.
    """

    def __init__(self, data: DataRegistry, remembered: RowHashes, go_on: Callable[[], None]) -> None:
        self._data = data
        self._remembered = remembered
        self._go_on = go_on
        self._made: dict[str, Sample | None] = {}
        self.gone: set[str] = set()
        """Names of data whose values were asked for, but are gone or have changed."""

    def of(self, id_: str) -> Sample | None:
        """Return a data set as a sample; None where nothing is remembered of it."""
        if id_ not in self._made:
            self._made[id_] = self._make(id_)
        return self._made[id_]

    def _make(self, id_: str) -> Sample | None:
        record, known = self._data.dataset(id_), self._data.known(id_)
        if record is None or known is None:
            return None
        reader = _Reader(self, known, record.name)
        return Sample(
            id=id_,
            name=record.name,
            rows=known.rows,
            cell=record.cell,
            read=bool(record.door),
            columns=tuple(c.name for c in known.columns if not c.index),
            origins=self._data.origins(id_),
            values=reader.values,
            hashes=reader.hashes,
            near=reader.near,
        )

    def volume(self, sample: Sample) -> int:
        """Return how many values there are, texts counted as what they take to be looked at."""
        known = self._data.known(sample.id)
        columns = () if known is None else known.columns
        return sample.rows * max(1, sum(1 if c.type in _PLAIN else _TEXT for c in columns))

    def thing(self, known: Known) -> Any:
        """Return the object that holds a data set; None where it is gone or has changed."""
        return self._data.thing(known)

    def row_hashes(self, known: Known, kind: str, cells: Callable[[int], Hashes | None]) -> Hashes | None:
        """Return one hash a row over all columns in the order of their names, remembered or made."""
        key = (known.id, kind)
        found = self._remembered.get(key)
        if found is None:
            names = [c.name for c in known.columns if not c.index]
            columns: list[Hashes] = []
            for place in sorted(range(len(names)), key=lambda i: (names[i], i)):
                self._go_on()
                column = cells(place)
                if column is None:
                    return None
                columns.append(column)
            found = fold_cells(columns, known.rows)
            self._remembered.keep(key, found)
        return found

    def go_on(self) -> None:
        """Stop here if there is to be no more work now."""
        self._go_on()


class _Reader:
    """Reads one data set, while its object is there and unchanged."""

    def __init__(self, samples: Samples, known: Known, name: str) -> None:
        self._samples = samples
        self._known = known
        self._name = name
        self._names = [c.name for c in known.columns if not c.index]
        self._places = {name: place for place, name in reversed([*enumerate(self._names)])}
        self._thing: Any = None
        self._values: dict[str, Values | None] = {}

    def values(self, name: str) -> Values | None:
        if name not in self._values:
            self._samples.go_on()
            if name not in self._places or self._object() is None:
                return None
            self._values[name] = column_values(self._object(), self._places[name])
        return self._values[name]

    def hashes(self) -> Hashes | None:
        def cells(place: int) -> Any:
            thing = self._object()
            return None if thing is None else next(iter(column_cells(column_of(thing, place)).values()))

        return self._samples.row_hashes(self._known, "exact", cells)

    def near(self) -> Hashes | None:
        def cells(place: int) -> Any:
            values = self.values(self._names[place])
            return None if values is None else near_cells(values)

        return self._samples.row_hashes(self._known, "near", cells)

    def _object(self) -> Any:
        if self._thing is None:
            self._samples.go_on()
            self._thing = self._samples.thing(self._known)
            if self._thing is None:
                self._samples.gone.add(self._name or "a data set")
        return self._thing
