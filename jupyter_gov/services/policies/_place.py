"""The run that a policy is about: tracked here, or in a store."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_gov.errors import NotTrackingError, StoreError
from jupyter_gov.records import Record, Run

from .._stores import get_store
from ..runs import find_run
from ..session import Session, current, write
from ._evidence import Material, gather

if TYPE_CHECKING:
    from jupyter_gov.store import Store


@dataclass(frozen=True, slots=True)
class Place:
    """A run, where it is kept, and the session that tracks it in this process, if any."""

    run: Run
    store: Store
    session: Session | None

    @classmethod
    def of(cls, run: Run | str | None, store: str | None = None) -> Place:
        """Return the place of a run, as in `find_run`; by default of the one that is tracked here.

        Raises
        ------
        NotTrackingError
            If none is given and none is tracked.
        NotFoundError, InputError
            As `find_run`.
        """
        session = current()
        if run is None:
            if session is None:
                raise NotTrackingError("Nothing is tracked here.", hint="Run %gov_track first, or name a run.")
            return cls(session.run, session.store, session)
        found, opened = find_run(run if isinstance(run, str) else run.id, store), get_store(store)
        here = session is not None and session.run.id == found.id and session.store is opened
        return cls(found, opened, session if here else None)

    def gather(self, *, on_disk: bool = True) -> Material:
        """Read what is known, all that was recorded here included.

        Parameters
        ----------
        on_disk : bool
            Whether all must have been written; else what could not be is left out.
        """
        if self.session is not None:
            if self.session.resolver is not None:
                self.session.resolver.settle()
            with contextlib.nullcontext() if on_disk else contextlib.suppress(StoreError):
                self.session.flush()
        return gather(self.store, self.run)

    def write(self, *acts: tuple[Record, str]) -> None:
        """Write records, each with what happened; they are on disk on return.

        Raises
        ------
        StoreError
            If they could not be written; where the run is tracked here, they are kept and count later.
        """
        if self.session is None:
            write(self.run.id, *acts, store=self.store.url)
            return
        for record, action in acts:
            self.session.record(record, action)
        try:
            self.session.flush()
        except StoreError as error:
            told = f"{error.message} It is kept, and counts once it can be written."
            raise StoreError(told, hint=error.hint) from error

    @property
    def cell(self) -> str | None:
        """Id of the cell that is running, where the run is tracked here."""
        resolver = None if self.session is None else self.session.resolver
        return None if resolver is None else resolver.cell()
