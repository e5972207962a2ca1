"""The first step at which a run and its reproduction part."""

from __future__ import annotations

from collections.abc import Sequence

from ...records import Compared, Record
from .._build import build


def first_of(items: Sequence[Compared], before: Sequence[Record]) -> Compared | None:
    """Return the first thing that differs although nothing that it came from does; None where nothing differs.

    Where nothing differs by more than the tolerance, the same for what differs at all.

    Parameters
    ----------
    items : sequence of Compared
        In the order of the run.
    before : sequence of Record
        The run's, whose lineage is followed.
    """
    for verdict in ("different", "equivalent"):
        found = [i for i in items if i.verdict == verdict]
        if found:
            break
    else:
        return None
    graph = build({"": before})
    differing = {graph.known_as.get(i.record, i.record) for i in found}
    for item in found:
        key = graph.known_as.get(item.record, item.record)
        if item.record and not (differing & graph.upstream(key).nodes.keys()) - {key}:
            return item
    return found[0]
