"""What is to be reproduced: the run's records, and where its source and its files are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from jupyter_gov.records import Environment, Record, Run, Source

from .._stores import get_store
from ..artifacts import kept
from ..runs import find_run

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A run, from the store or from a bundle.

    Attributes
    ----------
    run : Run
    records : sequence of Record
        All that the run has.
    kept : callable
        Gives what was kept of a record, by its id and the role, or None.
    lay : callable or None
        Puts the source tree into a folder, the repository's top or the working folder where there is no repository;
        None where git is asked for it.
    files : mapping
        Files that it brings along, by their digest.
    bundle : str
        Digest of the bundle; empty where it is from the store.
    """

    run: Run
    records: Sequence[Record]
    kept: Callable[[str, str], Mapping[str, Any] | None]
    lay: Callable[[Path], None] | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    bundle: str = ""

    def last(self, kind: type[R]) -> R | None:
        """Return the run's record of a kind that it has one of: the last that was made."""
        return next((r for r in reversed(self.records) if isinstance(r, kind)), None)

    @property
    def source(self) -> Source:
        """Where the code came from."""
        return self.last(Source) or Source()

    @property
    def environment(self) -> Environment | None:
        """Where it ran."""
        return self.last(Environment)


def from_store(run: str, store: str | None) -> Original:
    """Return a run of the store.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`.
    """
    found = find_run(run, store)
    return Original(
        run=found,
        records=get_store(store).records(found.id),
        kept=lambda record, role: kept(record, role, store, run=found.id),
    )
