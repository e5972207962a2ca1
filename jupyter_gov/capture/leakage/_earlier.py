"""What earlier runs in the store did with rows: where theirs came from, and how often they looked at held-out ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.provenance.leakage import Look
from jupyter_gov.records import Dataset, Derivation, Fit, Metric, Run, pack, unpack

from ..data._origins import Origins

if TYPE_CHECKING:
    from jupyter_gov.services.session import Session
    from jupyter_gov.store import Store

_MOST_RUNS = 50
_MOST_RECORDS = 5_000
"""Of one kind in one run that are read."""


def identify_rows(origins: Mapping[str, Any], digest_of: Callable[[str], str], otherwise: str) -> str:
    """Return what is the same for the same rows of the same source, in whatever order and form.

    Parameters
    ----------
    origins : mapping of str to array of int64
        As `Sample.origins`.
    digest_of : callable
        Returns the digest of a data set at the beginning of a chain; empty where it is not known.
    otherwise : str
        What stands for them where no source is known for every row.
    """
    import numpy as np
    from blake3 import blake3

    whole = {digest_of(root): at for root, at in origins.items() if len(at) and at.min() >= 0 and digest_of(root)}
    if not whole:
        return otherwise
    found = {digest: np.unique(at) for digest, at in whole.items()}
    # Of several sources the one that tells rows apart best, such as orders rather than their customers.
    digest = max(found, key=lambda d: (len(found[d]), d))
    return f"{digest} {blake3(np.ascontiguousarray(found[digest], '<i8').tobytes()).hexdigest()}"


class EarlierRun:
    """A run in the store: its data sets, and how rows of one are rows of another.

    Parameters
    ----------
    store : Store
    run : Run
    """

    def __init__(self, store: Store, run: Run) -> None:
        self._store = store
        self.run = run
        self._origins: Origins | None = None

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Its data sets by their ids."""
        return {d.id: d for d in self._all(Dataset)}

    def source_of(self, artifact: str) -> tuple[str, Any, int] | None:
        """Return where rows came from that this run had, found again by the digest of what was kept of them.

        Returns
        -------
        tuple or None
            Digest of the data at the beginning of the chain, positions in it, and how many rows they have.
        """
        found = self._store.page(self.run.id, "artifact", limit=1, where={"digest": artifact, "role": "rows"})
        dataset = self.datasets.get(str(found[0][1]["about"])) if found else None
        if dataset is None:
            return None
        for root, positions in self.origins.of(dataset.id, dataset.rows).items():
            if root != dataset.id and len(positions) and positions.min() >= 0:
                source = self.datasets[root]
                return source.digest, positions, source.rows
        return None

    def rows_of(self, dataset: Dataset) -> str:
        """Return what identifies a data set's rows, see `identify_rows`."""
        origins = self.origins.of(dataset.id, dataset.rows)
        return identify_rows(origins, lambda root: self.datasets[root].digest, dataset.digest)

    @property
    def origins(self) -> Origins:
        """How rows of one data set are rows of another, as far as it was kept."""
        if self._origins is None:
            self._origins = Origins()
            for found in self._all(Derivation):
                child = self.datasets.get(found.child)
                if child is not None and found.parent in self.datasets:
                    positions = self._positions(found.id) if "digest" in found.rows else None
                    self._origins.add(child.id, found.parent, found.rows, count=child.rows, positions=positions)
        return self._origins

    def looks(self) -> Iterator[Look]:
        """Yield the looks at held-out rows, in the order in which they were made."""
        fits = {fit.id: fit for fit in self._all(Fit)}
        known: dict[str, str] = {}
        for metric in self._all(Metric):
            fit = fits.get(next(iter(metric.fits), ""))
            dataset = self.datasets.get(next(iter(metric.datasets), ""))
            if metric.split not in ("test", "validation") or metric.origin == "cross_validation":
                continue
            if fit is not None and dataset is not None and dataset.id not in fit.datasets:
                if dataset.id not in known:
                    known[dataset.id] = self.rows_of(dataset)
                where = {"run": self.run.id, "cell": metric.cell, "rows": known[dataset.id]}
                yield Look(**where, fit=fit, metric=metric, name=dataset.name, size=dataset.rows, here=False)

    def _positions(self, about: str) -> Any:
        artifact = self._store.artifact(about, "rows", run=self.run.id)
        content = None if artifact is None else self._store.content(artifact.digest)
        return None if content is None else unpack(content)["positions"]

    def _all(self, kind: Any) -> list[Any]:
        return [kind.from_json(data) for _, data in self._store.page(self.run.id, kind.kind, limit=_MOST_RECORDS)]


def earlier_runs(store: Store, run: Run, *, experiment: str | None = None) -> Iterator[EarlierRun]:
    """Yield the runs before one, the newest first, of one experiment or of all."""
    for earlier in store.runs(experiment=experiment, before=run.id, limit=_MOST_RUNS):
        yield EarlierRun(store, earlier)


def find_source(session: Session, values_digest: str) -> tuple[str, Any, int] | None:
    """Return where rows came from that an earlier run of the store had; see `EarlierRun.source_of`.

    Parameters
    ----------
    session : Session
    values_digest : str
        Of the data, without their index.
    """
    artifact = fingerprint_bytes(pack({"values": values_digest}))
    found = (run.source_of(artifact) for run in earlier_runs(session.store, session.run))
    return next((source for source in found if source is not None), None)
