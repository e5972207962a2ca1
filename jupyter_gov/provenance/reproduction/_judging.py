"""The verdict on a reproduction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...records import AGREEMENTS, TOLERANCE, Agreement, Cause, Cell, Compared, Json, Record, Spread
from .._replay import name_of
from .._session import Session
from ._causes import Evidence, find_causes
from ._naming import lower_first, power
from ._pairing import Compared as Comparable
from ._parting import first_of
from ._spread import varied

STOPS = ("secret", "package", "input", "raised", "timeout", "person", "not_recorded")
"""What keeps a run from being executed to its end, where it decides."""

_CALLED = {"fit": "model", "dataset": "data set"}


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a reproduction amounts to; see `Reproduction` for the fields."""

    verdict: Agreement
    summary: str
    first: str = ""
    causes: tuple[Cause, ...] = ()


def judge(
    items: Sequence[Compared],
    before: Sequence[Record],
    after: Sequence[Record],
    *,
    facts: Sequence[Cause] = (),
    changes: Sequence[Mapping[str, Json]] = (),
    inputs: Sequence[Mapping[str, Json]] = (),
    restored: bool = False,
    tolerance: float = TOLERANCE,
    spread: Sequence[Spread] = (),
    repeated: Sequence[tuple[Sequence[Record], Sequence[Compared]]] = (),
    session: Session | None = None,
    cells: Sequence[str] | None = None,
) -> Judgement:
    """Say whether a run came out again, where the two part, and why.

    Parameters
    ----------
    items : sequence of Compared
        From `compare_runs`.
    before, after : sequence of Record
        All records of the run and of the reproduction; none of the latter where it was never begun.
    facts : sequence of Cause
        What is known from executing it: ``raised``, ``timeout``, ``person``, ``secret``, ``package``, and an ``input``
        or something ``not_recorded`` without which it could not begin. One that decides makes the verdict
        ``impossible``. Causes of what differs are found here and need not be given.
    changes, inputs : sequence of mapping
        As `Reproduction` has them.
    restored : bool
        Whether the states of the global generators were put back before each cell.
    tolerance : float
        With which the items were compared.
    spread : sequence of Spread
        The metrics over several reproductions.
    repeated : sequence of (sequence of Record, sequence of Compared)
        Where there are several reproductions: the records and items of each, that of `after` included.
    session : Session, optional
        The run's executions beside its notebook (`examine`); without it nothing is said about their order.
    cells : sequence of str, optional
        The run's cell executions that were executed again; all by default.

    Returns
    -------
    Judgement
    """
    nothing = _nothing(before, cells)
    if nothing is not None:
        # What a plan says of cells that it did not find comes down to the same.
        facts = [nothing, *(f for f in facts if f.what != "not_recorded" or not f.decides)]
    stops = [f for f in facts if f.decides and f.what in STOPS]
    first = first_of(items, before)
    worst: Agreement = max((i.verdict for i in items), key=AGREEMENTS.index, default="identical")
    evidence = Evidence(
        items=items,
        first=first,
        verdict="impossible" if stops or not items else worst,
        before=before,
        after=after,
        facts=facts,
        changes=changes,
        inputs=inputs,
        restored=restored,
        spread=spread,
        times=max(len(repeated), *(len(s.values) for s in spread), 1),
        varied=varied(first, repeated) if first is not None else None,
        session=session,
        cells=cells,
    )
    causes, clause = find_causes(evidence)
    return Judgement(
        verdict=evidence.verdict,
        summary=_summary(evidence, clause, causes, tolerance),
        first=evidence.first.record if evidence.first else "",
        causes=causes,
    )


def _nothing(before: Sequence[Record], cells: Sequence[str] | None) -> Cause | None:
    """Return why no cell of a run can give anything to compare; None where one can."""
    made = [r for r in before if isinstance(r, Comparable)]
    if not made:
        message = "The run saw no data, model or metric: there is nothing to compare."
    elif cells is not None and not any(r.cell for r in made):
        message = "Nothing that the run saw belongs to a recorded cell: there is nothing to execute again."
    else:
        return None
    return Cause(what="not_recorded", message=message)


def _summary(known: Evidence, clause: str, causes: Sequence[Cause], tolerance: float) -> str:
    """Return the verdict in a plain sentence, with the reason."""
    items, first = known.items, known.first
    if known.verdict == "impossible":
        return f"Impossible: {lower_first(clause or 'not everything could be compared.')}"
    failed = _failed(known)
    as_far = f", as far as the run came before its {failed} raised" if failed else ""
    order = next((c for c in causes if c.what == "order" and not c.decides), None)
    ending = f" {order.message}" if order else ""
    unkept = sum(bool(i.detail) for i in items if i.verdict == "identical")
    if unkept:
        ending = (
            f" Of these, {unkept:,} could only be judged by what came of {'it' if unkept == 1 else 'them'}.{ending}"
        )
    if known.restored:
        ending = f" The states of the random generators were put back before each cell.{ending}"
    if known.verdict == "identical" or first is None:
        return f"Identical: {_count(items)} came out the same{as_far}.{ending}"
    if known.verdict == "equivalent":
        largest = max((i.difference for i in items if i.difference is not None), default=0.0)
        return (
            f"Equivalent: {_count(items)} came out the same up to rounding{as_far}. The largest relative difference is "
            f"{power(largest)}, where {power(tolerance)} is allowed; the first is in {known.there}.{ending}"
        )
    how = "came out otherwise" if first.again else "was not made again"
    if not first.record:
        how = "was not in the run"
    ended = f" The run itself ended when its {failed} raised." if failed else ""
    return f"Different: {known.there} {how}; {clause}{ending if known.restored else ''}{ended}"


def _failed(known: Evidence) -> str:
    """Return what the cell is called with whose error the run ended; empty where it did not."""
    last = max((c for c in known.before if isinstance(c, Cell)), key=lambda c: c.order, default=None)
    return name_of(last) if last is not None and last.status == "error" else ""


def _count(items: Sequence[Compared]) -> str:
    """Return ``all 12 things compared (3 data sets, 2 models, 7 metrics)``."""
    counts = Counter(i.of for i in items)
    listed = ", ".join(f"{n:,} {_CALLED.get(of, of)}{'s' if n != 1 else ''}" for of, n in counts.items())
    return f"all {len(items):,} things compared ({listed})" if len(items) > 1 else f"the one thing compared ({listed})"
