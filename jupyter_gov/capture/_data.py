"""Data sets by their content, and variables by what they hold."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, Literal

from jupyter_gov.errors import GovError
from jupyter_gov.fingerprints import fingerprint
from jupyter_gov.records import Column, Dataset
from jupyter_gov.services.session import Session

Role = Literal["source", "train", "validation", "test"]

_RANK: dict[str, int] = {"source": 0, "test": 1, "validation": 2, "train": 3}
"""What was trained on stays training data, whatever else is done with it."""


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
    """

    def __init__(
        self, session: Session, namespace: Callable[[], Mapping[str, Any]], cell: Callable[[], str | None]
    ) -> None:
        self._session = session
        self._namespace = namespace
        self._cell = cell
        self._lock = threading.Lock()
        self._by_digest: dict[str, Dataset] = {}

    def observe(self, data: Any, *, role: Role, fallback: str = "", source: str = "") -> str | None:
        """Record `data` if its content is new to this run; return its data set's id.

        Parameters
        ----------
        data : DataFrame, Series, ndarray, list or None
            What was read, fitted on or scored.
        role : str
            What is being done with it.
        fallback : str
            Its name if no variable holds it.
        source : str
            Where it was read from.

        Returns
        -------
        str or None
            None for None and for data of a kind that cannot be identified yet, which goes to the gap list.
        """
        if data is None:
            return None
        name = self.name_of(data) or fallback
        known = _known(data)
        if known is None:
            self._session.gap(
                f"data {name or 'without a name'} ({type(data).__module__}.{type(data).__qualname__})",
                "Only pandas and NumPy data can be identified by content in this version.",
                remedy="Pass a DataFrame, a Series or an array.",
                cell=self._cell(),
            )
            return None
        try:
            print_ = fingerprint(known)
        except GovError as error:
            self._session.gap(f"data {name or 'without a name'}", error.message, remedy=error.hint, cell=self._cell())
            return None
        with self._lock:
            old = self._by_digest.get(print_.digest)
            if old is None:
                new = Dataset(
                    name=name,
                    digest=print_.digest,
                    rows=print_.rows,
                    columns=tuple(Column(name=c.name, type=c.type, missing=c.missing) for c in print_.columns),
                    source=source,
                    role=role,
                    type=f"{type(data).__module__.partition('.')[0]}.{type(data).__qualname__}",
                    cell=self._cell(),
                )
            else:
                new = old.replace(
                    role=role if _RANK[role] > _RANK[old.role] else old.role,
                    name=old.name or name,
                    source=old.source or source,
                )
            self._by_digest[print_.digest] = new
            if new != old:
                self._session.record(new, "dataset.observed")
        return new.id

    def fitted(self, data: Any, fallback: str) -> str | None:
        """Record data that a model is trained on; see `observe`."""
        return self.observe(data, role="train", fallback=fallback)

    def scored(self, data: Any, fallback: str) -> str | None:
        """Record data that a model is tried on; see `observe`."""
        return self.observe(data, role="test", fallback=fallback)

    def role_of(self, data_id: str) -> Role | None:
        """Return what a data set has been used for so far."""
        with self._lock:
            return next((d.role for d in self._by_digest.values() if d.id == data_id), None)

    def rename(self, data_id: str, data: Any) -> None:
        """Give a data set that was read before it had a name the name of the variable it was assigned to."""
        name = self.name_of(data)
        with self._lock:
            old = next((d for d in self._by_digest.values() if d.id == data_id), None)
            if name and old is not None and not old.name:
                self._by_digest[old.digest] = old.replace(name=name)
                self._session.record(self._by_digest[old.digest], "dataset.named")

    def name_of(self, thing: Any) -> str:
        """Return the variable that holds `thing` itself, or an empty string."""
        for name, value in list(self._namespace().items()):
            if value is thing and isinstance(name, str) and not name.startswith("_"):
                return name
        return ""


def _known(data: Any) -> Any:
    """Return `data` in a form that has a fingerprint, or None."""
    kind = type(data)
    if "numpy" not in sys.modules:
        return None
    import numpy as np

    if isinstance(data, np.ndarray):
        # np.matrix and masked arrays mean something else by the same bytes.
        return data if kind is np.ndarray else None
    if kind in (list, tuple):
        try:
            array = np.asarray(data)
        except Exception:
            # Ragged, or of objects that will not be looked at.
            return None
        return array if array.dtype.kind in "biufUM" else None
    if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ in ("DataFrame", "Series"):
        return data
    return None
