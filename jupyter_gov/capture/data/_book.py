"""The records of data sets as they come to be known, and how they are written."""

from __future__ import annotations

import threading
from typing import Any, Literal

from jupyter_gov.records import Dataset
from jupyter_gov.services.session import Session

from ._sources import File, Reading, hash_file

Role = Literal["source", "train", "validation", "test"]

_RANK: dict[str, int] = {"source": 0, "test": 1, "validation": 2, "train": 3}
"""What was trained on stays training data, whatever else is done with it."""


class DatasetBook:
    """The data sets of a run by their content; for use by any number of threads.

    Parameters
    ----------
    session : Session
        Where records go.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._by_digest: dict[str, Dataset] = {}
        self._digests: dict[str, str] = {}
        self._written: dict[str, Dataset] = {}

    def find(self, digest: str) -> Dataset | None:
        """Return the data set with this content."""
        with self._lock:
            return self._by_digest.get(digest)

    def get(self, data_id: str) -> Dataset | None:
        """Return the data set of this id."""
        with self._lock:
            return self._by_digest.get(self._digests.get(data_id, ""))

    def add(self, made: Dataset) -> Dataset:
        """Take a data set in and return it; of two with the same content the first one stands."""
        with self._lock:
            kept = self._by_digest.setdefault(made.digest, made)
            self._digests[kept.id] = made.digest
            return kept

    def update(self, digest: str, role: Role, name: str, origin: Reading | None) -> Dataset:
        """Add what is new about a data set; return it."""
        late = None
        with self._lock:
            old = self._by_digest[digest]
            new: dict[str, Any] = {}
            if _RANK[role] > _RANK[old.role]:
                new["role"] = role
            if name and not old.name:
                new["name"] = name
            if origin is not None and not old.door:
                new |= {"door": origin.door, "source": origin.source, "query": origin.query}
                late = origin.file
            if not new:
                return old
            if late is not None:
                new |= {"file_bytes": late.size, "file_digest": late.digest}
            current = self._by_digest[digest] = old.replace(**new)
        if late is not None and not late.unchanged():
            current = self._changed(digest, str(origin.source) if origin else "")
        elif late is not None and not late.digest:
            self._session.record_later(lambda: self._hash(digest, late), "dataset.file_hashed", late=True)
        return current

    def _hash(self, digest: str, file: File) -> Dataset | None:
        """Return the data set with the digest of the file it was read from, on the writer's thread."""
        found = hash_file(file)
        if not found:
            return self._changed(digest, self._by_digest[digest].source)
        with self._lock:
            self._by_digest[digest] = self._by_digest[digest].replace(file_digest=found)
            self._written[digest] = self._by_digest[digest]
            return self._by_digest[digest]

    def _changed(self, digest: str, source: str) -> Dataset:
        with self._lock:
            current = self._by_digest[digest] = self._by_digest[digest].replace(file_bytes=None, file_digest="")
        self._session.gap(
            f"the digest of {source or 'a file'}",
            "The file changed while it was being read or before all of it could be hashed.",
            remedy="Keep input files as they are while the notebook runs.",
            cell=current.cell,
        )
        return current

    def write(self, digest: str, action: str) -> None:
        """Write a data set as it is when its turn comes: of two states on their way the newer never goes first."""

        def now() -> Dataset | None:
            with self._lock:
                current = self._by_digest[digest]
                same = self._written.get(digest) is current
                self._written[digest] = current
            return None if same else current

        self._session.record_later(now, action)
