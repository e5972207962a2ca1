"""From a prediction back to the model and the data that it was made from."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from jupyter_gov.errors import GovError
from jupyter_gov.fingerprints import fingerprint
from jupyter_gov.records import Prediction
from jupyter_gov.services.session import Session

from .._kinds import LISTS
from ._traces import Origin, Origins, Traces, is_array, is_number

__all__ = ["Found", "Origin", "Origins", "Predictions"]

_KEEP = 512
"""How many predictions are remembered by content; older ones are forgotten first."""

_MAX_COLUMNS = 100
"""Of how many columns of a prediction each is remembered by itself."""

Identified = Literal["", "identity", "content", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Found:
    """Where values come from, and how that was found.

    Attributes
    ----------
    changed : bool
        Whether the array that a model returned has other content by now.
    """

    origins: Origins = ()
    identified: Identified = ""
    changed: bool = False


class _Recent(threading.local):
    """What this thread predicted and recorded of late."""

    def __init__(self) -> None:
        self.made = 0
        self.metrics = 0
        self.origins: deque[Origin] = deque(maxlen=100)


class Predictions:
    """Remembers what models returned and what was computed from it, by object identity and by content.

    Parameters
    ----------
    session : Session
        Where records go.
    cell : callable
        Returns the id of the running cell.
    """

    def __init__(self, session: Session, cell: Callable[[], str | None]) -> None:
        self._session = session
        self._cell = cell
        self._lock = threading.Lock()
        self._by_content: dict[str, dict[Origin, None]] = {}
        self._same: dict[tuple[str | None, str | None, str, str], Origin] = {}
        self._columns: dict[str, Origin] = {}
        self._returned: dict[int, tuple[weakref.ref[Any], str]] = {}
        self.known = Traces()
        self.recent = _Recent()
        self.reported: set[tuple[str | None, Origin]] = set()
        """Of which predictions a cell recorded a metric, with the cell, since the last cell ended."""
        self.any = False
        """Whether there is anything yet that a number could come from."""

    def remember(self, output: Any, origin: Origin, *, method: str = "predict", made_from: object = None) -> None:
        """Remember an array that a model returned, and each of its columns, and record it once for the same content.

        Parameters
        ----------
        output : array
            What the model returned.
        origin : Origin
            Which model, for which data.
        method : str
            What was called, such as ``predict_proba``.
        made_from : object
            What the model was given: where it returned that very object, the object tells nothing.
        """
        import numpy as np

        values = np.asarray(output)
        columns = [values]
        if values.ndim == 2:
            columns += [values[:, i] for i in range(min(values.shape[1], _MAX_COLUMNS))]
        prints = [fingerprint(c) for c in columns]
        digests = [p.digest for p in prints]
        key = (origin.fit, origin.dataset, method, digests[0])
        with self._lock:
            same = self._same.get(key)
            if same is None:
                record = Prediction(
                    method=method,
                    fit=origin.fit,
                    dataset=origin.dataset,
                    digest=digests[0],
                    rows=len(values) if values.ndim else 1,
                    cell=self._cell(),
                )
                origin = replace(origin, prediction=record.id)
                self._same[key] = origin
                self._session.record(record, "prediction.made")
                if self._session.keeps("predictions", values.nbytes):
                    held = {"values": values.copy()}
                    self._session.keep(record.id, "predictions", lambda: held, size=values.nbytes)
            else:
                origin = same
            for print_ in prints[-1:] if len(prints) == 1 else prints[1:]:
                self._columns.setdefault(print_.columns[0].digest, origin)
            while len(self._columns) > _KEEP:
                del self._columns[next(iter(self._columns))]
            for digest in digests:
                # Moved to the end, so that the ones seen last are kept.
                origins = self._by_content.pop(digest, {})
                origins[origin] = None
                self._by_content[digest] = origins
            while len(self._by_content) > _KEEP:
                del self._by_content[next(iter(self._by_content))]
            while len(self._same) > _KEEP:
                del self._same[next(iter(self._same))]
        if output is not made_from:
            self._identify(output, origin, digests[0])
        self.any = True
        self.recent.made += 1
        self.recent.origins.append(origin)

    def _identify(self, output: Any, origin: Origin, digest: str) -> None:
        self.known.add(output, (origin,))
        if not is_array(output):
            return
        key = id(output)
        self._returned[key] = (weakref.ref(output, lambda _: self._returned.pop(key, None) and None), digest)
        owner = getattr(output, "base", None) if type(output).__module__ == "numpy" else None
        if owner is not None and is_array(owner) and owner.size == output.size:
            # A view of what only the model had; views of the view will name its owner as their base.
            self.known.add(owner, (origin,))

    def derive(self, value: Any, origins: Origins) -> None:
        """Remember that a value sums up predictions: an array, a number, or several of them in a tuple or dict."""
        self.any = True
        items = [value]
        if type(value) in LISTS:
            items += list(value[:100])
        elif type(value) is dict:
            items = list(value.values())[:100]
        for item in items:
            if is_number(item):
                self.known.add_number(item, origins)
            elif (is_array(item) or type(item) is list) and not self.known.of(item):
                self.known.add(item, origins, summary=True)

    def of_column(self, digest: str) -> Origin | None:
        """Return where a column of other data comes from that has the values of a prediction, by its digest."""
        return self._columns.get(digest)

    def since(self, made: int) -> Origins:
        """Return the origins of what this thread predicted since its count of predictions was `made`."""
        new = self.recent.made - made
        return tuple(dict.fromkeys(list(self.recent.origins)[-new:])) if new > 0 else ()

    def trace(self, data: Any) -> Found:
        """Return where `data` comes from: by identity, else by content, else nothing."""
        import numpy as np

        origins = self.known.of(data)
        returned = self._returned.get(id(data))
        direct = returned is not None and returned[0]() is data
        if origins and not direct:
            return Found(origins, "identity")
        try:
            digest = fingerprint(np.asarray(data)).digest
        except GovError:
            # Such as objects without content of their own: no model's output looks like that.
            return Found(origins, "identity" if origins else "")
        changed = bool(origins) and returned is not None and returned[1] != digest
        if origins and not changed:
            return Found(origins, "identity")
        with self._lock:
            same = tuple(self._by_content.get(digest, ()))
        if changed and not same:
            return Found(origins, "identity", changed=True)
        # What another model returned may have been put into it.
        origins = same
        return Found(origins, "" if not origins else "content" if len(origins) == 1 else "ambiguous")
