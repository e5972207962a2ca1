"""What a check cites, for people: cells by the number that the notebook shows, the policy by what it is today."""

from __future__ import annotations

from pathlib import PurePath

from jupyter_gov.errors import GovError
from jupyter_gov.records import Cell, PolicyCheck, PolicyUse

from .._stores import find_store
from ..session import current


def cell_numbers(check: PolicyCheck, store: str | None = None) -> dict[str, int]:
    """Return the number that the notebook shows beside each cell execution that a check rests on, by its id."""
    opened = find_store(_store(store))
    cited = {cell for verdict in check.verdicts for answer in verdict.answers for cell in answer.cells}
    found = {} if opened is None else opened.some(Cell.kind, cited)
    return {key: Cell.from_json(data).number for key, data in found.items()}


def changed_since(check: PolicyCheck, store: str | None = None) -> str:
    """Return a sentence where the policy of a check is another in its file by now; empty where it is not.

    What was recorded counts. Where the file cannot be found or read any more, nothing is said.
    """
    from jupyter_gov.policy import digest

    from ._finding import find_policy

    opened = find_store(_store(store))
    use = None if opened is None else opened.get(PolicyUse, check.use)
    if use is None or not use.sources:
        return ""
    paths = {PurePath(source).stem: source for source in use.sources}
    names = [paths.get(name, name) for name in use.policy.split(" + ")]
    try:
        now = digest(find_policy(",".join(names))[0])
    except GovError:
        return ""
    if now == use.digest:
        return ""
    return (
        f"The policy {use.policy} has changed since it was put in force: these verdicts are of what it was then. "
        "%gov_policy use takes it as it is now."
    )


def _store(store: str | None) -> str | None:
    session = current()
    return session.store.url if store is None and session is not None else store
