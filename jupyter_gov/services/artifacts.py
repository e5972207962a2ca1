"""What was kept with a run beside its records: predictions, learned parameters, origins of rows."""

from __future__ import annotations

from typing import Any

from jupyter_gov.records import unpack

from ._stores import find_store


def kept(record_id: str, role: str, store: str | None = None, *, run: str | None = None) -> dict[str, Any] | None:
    """Return what was kept of a record.

    Parameters
    ----------
    record_id : str
        Of a prediction, a fit or a data set.
    role : str
        ``predictions``, ``learned`` or ``rows``.
    store : str, optional
        URL or path of the store.
    run : str, optional
        Id of the run that the record belongs to: with it, this is quicker.

    Returns
    -------
    dict or None
        Arrays and single values by name, None where nothing was kept. Of ``predictions`` it has ``values``, of shape
        (rows,) or (rows, outputs); of ``learned`` what `jupyter_gov.fingerprints.learned` gives.

    Raises
    ------
    StoreError
        If it cannot be read, or has changed since it was written.
    """
    opened = find_store(store)
    found = None if opened is None else opened.artifact(record_id, role, run=run)
    content = None if opened is None or found is None else opened.content(found.digest)
    return None if content is None else unpack(content)
