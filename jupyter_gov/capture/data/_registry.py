"""Data sets by their content, and variables by what they hold."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from jupyter_gov.errors import GovError
from jupyter_gov.fingerprints import ContentCache, Fingerprint
from jupyter_gov.records import Dataset
from jupyter_gov.services.session import Session

from .._kinds import LISTS
from ._ages import Ages
from ._book import DatasetBook, Role
from ._candidates import Known
from ._derivations import Derivations
from ._held import Held
from ._overlaps import Overlap
from ._readable import known
from ._search import MAX_CELLS, MAX_ROWS, Joined
from ._sources import Handles, Reading

T = TypeVar("T")

_MOST_FRAMES = 20
"""Variables that are looked into for what data came from."""

_MOST_SEARCHES = 10
"""Times in one cell that they are: in a loop over new data it would cost each time."""


class DataRegistry:
    """The data sets of a run, each recorded once for the same content.

    Parameters
    ----------
    session : Session
        Where records go.
    namespace : callable
        Returns the user's variables.
    cell : callable
        Returns the id of the running cell.
    allows : callable
        Says whether one more of what it is told may be recorded in this cell.
    """

    def __init__(
        self,
        session: Session,
        namespace: Callable[[], Mapping[str, Any]],
        cell: Callable[[], str | None],
        allows: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._session = session
        self._namespace = namespace
        self._cell = cell
        self._allows = allows
        self._book = DatasetBook(session)
        self._cache = ContentCache()
        self._ages = Ages(namespace)
        self._derivations = Derivations(session, self._cache, self._ages, cell)
        self._searches: Counter[str | None] = Counter()
        self.handles = Handles()
        self.held = Held()
        self.read: list[str] = []
        """Ids of data that came in through a door, of which nobody has looked yet what an earlier run knew of them."""

    def observe(self, data: Any, *, role: Role, fallback: str = "", origin: Reading | None = None) -> str | None:
        """Record `data` if its content is new to this run, and where it came from; return its data set's id.

        Parameters
        ----------
        data : frame, series, array, table, sparse matrix, list or None
            What was read, fitted on or scored.
        role : str
            What is being done with it.
        fallback : str
            Its name if no variable holds it.
        origin : Reading, optional
            Where it was read from.

        Returns
        -------
        str or None
            None for None, for data that cannot be identified, and for more data sets than one cell may record; the
            latter two go to the gap list.
        """
        seen = self._observe(data, role, fallback, origin)
        if seen is None:
            return None
        found, new = seen
        if new and origin is None:
            self._attempt(f"where {found.name or 'a data set'} came from", self._join, found, data, frozenset())
        return found.id

    def fitted(self, data: Any, fallback: str) -> str | None:
        """Record data that a model is trained on; see `observe`."""
        return self.observe(data, role="train", fallback=fallback)

    def validated(self, data: Any, fallback: str) -> str | None:
        """Record data that a choice between models is made by; see `observe`."""
        return self.observe(data, role="validation", fallback=fallback)

    def scored(self, data: Any, fallback: str) -> str | None:
        """Record data that a model is tried on; see `observe`."""
        return self.observe(data, role="test", fallback=fallback)

    def derived(
        self,
        data: Any,
        parents: Iterable[Any],
        *,
        operation: str,
        fit: str | None = None,
        rows: Mapping[str, Any] | None = None,
        positions: Any = None,
    ) -> str | None:
        """Record that an operation made `data` of other data, which it left as they were; return its data set's id.

        Parameters
        ----------
        data : frame, series, array, table, sparse matrix or list
            What came out.
        parents : iterable of such
            What went in.
        operation, fit, rows, positions
            As of `made_of`.
        """
        known = [self.observe(parent, role="source") for parent in parents]
        return self.made_of(data, known, operation=operation, fit=fit, rows=rows, positions=positions)

    def written(self, data: Any) -> None:
        """Record data that are written to a file, for when the file is read again; see `observe`."""
        seen = self._observe(data, "source", "", None)
        if seen is not None and seen[1]:
            self._attempt(f"where {seen[0].name or 'a data set'} came from", self._find, seen[0], data, frozenset())

    def came_from(self, data_id: str, source: str, positions: Any, of: int) -> None:
        """Take note of how the rows of what was read are rows of a data set that an earlier run knew, by its digest."""
        here, known = self._book.find(source), self._derivations.known(data_id)
        if known is not None:
            rows = {"count": known.rows, "of": of, "digest": ""}
            root = source if here is None else here.id
            self._derivations.origins.add(data_id, root, rows, count=known.rows, positions=positions)

    def made_of(
        self,
        data: Any,
        parents: Iterable[str | None],
        *,
        operation: str,
        fit: str | None = None,
        rows: Mapping[str, Any] | None = None,
        positions: Any = None,
    ) -> str | None:
        """Record that an operation made `data` of known data sets; return its data set's id.

        Parameters
        ----------
        data : frame, series, array, table, sparse matrix or list
            What came out.
        parents : iterable of str or None
            Ids of what went in, as `observe` returned them before the call.
        operation : str
            What was called, such as ``transform``.
        fit : str, optional
            The fit whose estimator did it.
        rows : mapping, optional
            Which rows of a parent, see `Derivation`; by default all, where there are as many.
        positions : array of integers, optional
            The same as numbers, where `rows` may tell their digest only.
        """
        seen = self._observe(data, "source", "", None)
        if seen is None:
            return None
        for parent in parents:
            if parent is not None:
                linked = {"operation": operation, "fit": fit, "rows": rows, "positions": positions}
                self._derivations.link(seen[0].id, parent, **linked)
        return seen[0].id

    def dataset(self, data_id: str) -> Dataset | None:
        """Return the record of a data set as it is now."""
        return self._book.get(data_id)

    def known(self, data_id: str) -> Known | None:
        """Return what is remembered of a data set besides its record."""
        return self._derivations.known(data_id)

    def thing(self, known: Known) -> Any:
        """Return the object that holds a data set; None where it is gone or has changed."""
        thing = known.object()
        readable = self.held.get(known.id) if thing is None else thing
        return readable if readable is not None and self._derivations.unchanged(known, readable) else None

    def origins(self, data_id: str) -> Mapping[str, Any]:
        """Return, for each data set at the beginning of a chain, which row of it each row is; see `Origins.of`."""
        known = self._derivations.known(data_id)
        return {} if known is None else self._derivations.origins.of(data_id, known.rows)

    def chain(self, data_id: str) -> list[str]:
        """Return a data set and all that its rows came from, nearest first."""
        return self._derivations.origins.chain(data_id)

    def positions(self, data_id: str) -> list[Any]:
        """Return which rows of each of its parents a data set has, where they are not all."""
        return self._derivations.origins.positions(data_id)

    def fits_behind(self, data_id: str) -> list[str]:
        """Return the fits of the transformers that a data set went through, the last one first."""
        return [fit for id_ in self.chain(data_id) for fit in self._derivations.made.get(id_, ())]

    def made_by(self, fit: str) -> tuple[str, ...]:
        """Return the data sets that the transformer of a fit made."""
        return tuple(child for child, fits in list(self._derivations.made.items()) if fit in fits)

    def role_of(self, data_id: str) -> Role | None:
        """Return what a data set has been used for so far."""
        found = self._book.get(data_id)
        return None if found is None else found.role

    def columns_of(self, data: Any) -> tuple[str, ...]:
        """Return the names of a frame's columns as they may be recorded; nothing for data without columns."""
        from ._personal import safe_columns

        return safe_columns(data)

    def overlap(self, one: str, other: str) -> Overlap:
        """Return how the rows of two data sets overlap, as far as it is known how they were made."""
        return self._derivations.overlap(one, other)

    def used_as(self, data: Any) -> Role | None:
        """Return the role of data that are known by their content, without recording them; None where they are not."""
        print_ = self._identify(data, "")
        found = self._book.find(print_.digest) if print_ is not None else None
        return found.role if found is not None else None

    def use(self, data_id: str, role: Role) -> None:
        """Note what is being done with data that was identified earlier, when it was put into a container."""
        found = self._book.get(data_id)
        if found is not None:
            self._book.update(found.digest, role, "", None)
            self._book.write(found.digest, "dataset.observed")

    def cell_ended(self) -> None:
        """Note which data are new in the user's variables."""
        self._ages.look(ended=True)

    def rename(self, data_id: str, data: Any) -> None:
        """Give a data set that was read before it had a name the name of the variable it was assigned to."""
        name, found = self.name_of(data), self._book.get(data_id)
        if name and found is not None and not found.name:
            self._book.update(found.digest, found.role, name, None)
            self._book.write(found.digest, "dataset.named")

    def name_of(self, thing: Any) -> str:
        """Return the variable that holds `thing` itself, or an empty string."""
        for name, value in list(self._namespace().items()):
            if value is thing and isinstance(name, str) and not name.startswith("_"):
                return name
        return ""

    # ------------------------------------------------------------------------------------------------------------------

    def _observe(self, data: Any, role: Role, fallback: str, origin: Reading | None) -> tuple[Dataset, bool] | None:
        """Return the data set, and whether it is new."""
        if data is None:
            return None
        name = self.name_of(data) or fallback
        print_ = self._identify(data, name)
        if print_ is None:
            return None
        # Brings NumPy along, which whoever has data has loaded.
        from ._summaries import describe_columns, plain_columns

        digest = print_.digest
        old, new = self._book.find(digest), False
        if old is None:
            if not self._allows("data sets"):
                return None
            columns = self._attempt(
                f"a summary of {name or 'a data set'}", describe_columns, known(data), print_.columns
            )
            made = Dataset(
                name=name,
                digest=digest,
                rows=print_.rows,
                columns=columns or plain_columns(print_.columns),
                role=role,
                type=f"{type(data).__module__.partition('.')[0]}.{type(data).__qualname__}",
                cell=self._cell(),
            )
            old = self._book.add(made)
            new = old is made
        current = self._book.update(digest, role, name, origin)
        if new or current is not old:
            self._book.write(digest, "dataset.observed")
        self._derivations.saw(current.id, data, print_, current.columns, read=origin is not None)
        if new and origin is not None:
            self.read.append(current.id)
        self.held.hold(current.id, known(data), 8 * print_.rows * max(1, len(print_.columns)))
        return current, new

    def _join(self, found: Dataset, data: Any, later: frozenset[str]) -> None:
        """Find what a new data set came from, or put it on the gap list."""
        joined = self._find(found, data, later)
        if not joined.found:
            self._unknown_origin(found, ended=joined.ended or self._searches[self._cell()] > _MOST_SEARCHES)

    def _find(self, found: Dataset, data: Any, later: frozenset[str]) -> Joined:
        """Find what a new data set came from; say whether anything was found."""

        def between(thing: Any) -> str | None:
            seen = self._observe(thing, "source", "", None)
            if seen is not None and seen[1]:
                self._join(seen[0], thing, later | {found.id})
            return None if seen is None else seen[0].id

        return self._derivations.join(found.id, data, unseen=self._frames, observe=between, later=later)

    def _attempt(self, what: str, work: Callable[..., T], *args: Any) -> T | None:
        """Do what a data set can be recorded without."""
        try:
            return work(*args)
        except Exception as error:
            self._session.gap(what, f"It could not be worked out: {type(error).__name__}.", cell=self._cell())
            return None

    def _identify(self, data: Any, name: str) -> Fingerprint | None:
        readable = known(data)
        what = f"data {name or 'without a name'}"
        if readable is None:
            self._session.gap(
                f"{what} ({type(data).__module__}.{type(data).__qualname__})",
                "Data of this class cannot be identified by content.",
                remedy="Pass a frame of pandas or polars, an array, an Arrow table or a sparse matrix.",
                cell=self._cell(),
            )
            return None
        try:
            print_ = self._cache.fingerprint(readable)
        except GovError as error:
            self._session.gap(what, error.message, remedy=error.hint, cell=self._cell())
            return None
        from ._personal import safe_names

        names = tuple(c.name for c in print_.columns)
        if safe_names(names) == names:
            return print_
        renamed = zip(print_.columns, safe_names(names), strict=True)
        return replace(print_, columns=tuple(replace(c, name=name) for c, name in renamed))

    def _unknown_origin(self, found: Dataset, *, ended: bool) -> None:
        large = found.rows > MAX_ROWS or 2 * found.rows * len(found.columns) > MAX_CELLS
        why = "not found in any data that are still there"
        if large:
            why = "too many to be looked for one by one"
        elif ended:
            why = "not in the data that were tried first; they were not looked for any further"
        self._session.gap(
            f"where {found.name or 'a data set'} ({found.rows:,} rows) came from",
            f"No function that reads data was seen to return it, and its rows are {why}.",
            remedy="Keep what it is made of in a variable of its own, or read it with a function that docs/data.md "
            "lists, after %gov_track.",
            cell=found.cell,
        )

    def _frames(self) -> list[Any]:
        """Return the data in the user's variables, the newest first; none once a cell has asked often enough."""
        self._searches[self._cell()] += 1
        if self._searches[self._cell()] > _MOST_SEARCHES:
            return []
        held = [v for n, v in list(self._namespace().items()) if isinstance(n, str) and not n.startswith("_")]
        data = [v for v in reversed(held) if type(v) not in LISTS and known(v) is not None]
        # A relation of DuckDB is a query, and nobody has asked for its rows.
        read = [v for v in data if not type(v).__module__.startswith("duckdb")][:_MOST_FRAMES]
        return [v for v in read if math.prod(getattr(v, "shape", ())) <= 2 * MAX_CELLS]
