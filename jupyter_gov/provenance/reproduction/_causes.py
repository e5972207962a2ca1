"""Why a reproduction came out otherwise, or may do so the next time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from ...records import Agreement, Cause, Cell, Compared, Dataset, Gap, Json, Module, Record, Spread
from .._replay import name_of
from .._session import Session, examine
from . import _chance, _environment, _unrecorded
from ._comparing import NOT_MADE, OTHER_ORDER
from ._naming import called, lower_first, place, upper_first
from ._spread import changed, varies

_ELSEWHERE = re.compile(r"(?!file:|sqlite|duckdb)[\w.+-]+://")

OWN, NEAR, FAR, LAST = range(4)
"""How closely a reason belongs to the first difference; only the closest of those that there are decide."""


class Reason(NamedTuple):
    """A cause, how closely it belongs to the first difference, and how the verdict's sentence ends with it."""

    cause: Cause
    tier: int
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of a reproduction; see `judge` for the fields."""

    items: Sequence[Compared]
    first: Compared | None
    verdict: Agreement
    before: Sequence[Record]
    after: Sequence[Record]
    facts: Sequence[Cause] = ()
    changes: Sequence[Mapping[str, Json]] = ()
    inputs: Sequence[Mapping[str, Json]] = ()
    restored: bool = False
    spread: Sequence[Spread] = ()
    times: int = 1
    varied: bool | None = None
    session: Session | None = None
    cells: Sequence[str] | None = None

    @property
    def known(self) -> Mapping[str, Record]:
        """The run's records by id."""
        return {r.id: r for r in self.before}

    @property
    def there(self) -> str:
        """What differs first, and where, for the middle of a sentence."""
        first = self.first
        return "" if first is None else f"{called(first.of, first.name)} {place(first.cell, self.known)}".strip()

    @property
    def varies(self) -> bool:
        """Whether repetitions differ in what differs first; where that is not known, in any metric."""
        return any(varies(s) for s in self.spread) if self.varied is None else self.varied

    def cells_behind(self) -> list[Cell]:
        """Return the executions of `behind` in their order."""
        behind = self.behind()
        return sorted((c for c in self.before if isinstance(c, Cell) and c.id in behind), key=lambda c: c.order)

    def behind(self) -> set[str]:
        """Return the cell executions that the first difference rests on; all that ran, where nothing differs."""
        if self.first is None or self.first.cell is None:
            ran = {c.id for c in self.before if isinstance(c, Cell)}
            return ran if self.cells is None else ran & set(self.cells)
        session = self.session
        if session is None:
            session = examine([c for c in self.before if isinstance(c, Cell)], None, digest_of=str)
        return set(session.slice(self.first.cell))


def find_causes(known: Evidence) -> tuple[tuple[Cause, ...], str]:
    """Return what the verdict follows from, then what else there is to know; and the end of the verdict's sentence."""
    given = [Reason(f, OWN if f.decides else LAST, f.message) for f in known.facts]
    found = [*given, *chain.from_iterable(look(known) for look in _LOOKS)]
    stopped = known.verdict == "impossible"
    if stopped:
        # What was given has stopped it, else what could not be compared has; an error may have a cause of its own.
        raised = any(r.cause.what == "raised" and r.cause.decides for r in given)
        deciding = [r for r in given if r.cause.decides]
        deciding = deciding or [r for r in found if r.cause.what == "not_recorded" and r.cause.decides]
        deciding += [r for r in found if raised and r.cause.what in ("environment", "code") and r.tier < FAR]
    else:
        closest = min((r.tier for r in found if r.cause.decides), default=LAST)
        deciding = [r for r in found if r.cause.decides and r.tier == closest] if known.first is not None else []
        if known.verdict == "different" and not deciding:
            deciding = [_unknown(known)]
    others = [r for r in found if r not in deciding]
    causes = (*(r.cause for r in deciding), *(replace(r.cause, decides=False) for r in others))
    return causes, deciding[0].clause if deciding else ""


def _inputs(known: Evidence) -> Iterable[Reason]:
    """Find files that have changed, and sources that nobody can hold still."""
    record = known.known.get(known.first.record) if known.first is not None else None
    modules = {m.path for m in known.before if isinstance(m, Module)}
    given = any(f.what == "input" and f.decides for f in known.facts)
    for entry in known.inputs:
        path, verdict = str(entry.get("path", "")), entry.get("verdict")
        if verdict == "identical" or path in modules or (verdict == "missing" and given):
            continue
        own = isinstance(record, Dataset) and (not record.source or _base(record.source) == _base(path))
        told = f"`{path}` is not there any more" if verdict == "missing" else f"`{path}` has changed since the run"
        detail = str(entry.get("detail") or "")
        message = f"The file {told}. {detail}".rstrip()
        remedy = f"Put it back as it was, or tell where that is: `--input {path}=PATH`."
        cause = Cause(what="input", message=message, remedy=remedy, cells=_cell_of(known, own))
        yield Reason(cause, OWN if own else FAR, f"the file {told}.")
    if isinstance(record, Dataset) and (_ELSEWHERE.match(record.source) or (record.query and not record.source)):
        where = f"`{record.source}`" if record.source else "a database"
        told = f"read from {where}, which may give other data each time"
        message = f"{upper_first(known.there)} was {told}."
        remedy = "Keep what was read in a file beside the notebook, and read that."
        yield Reason(Cause(what="input", message=message, remedy=remedy, cells=_cell_of(known)), OWN, f"it was {told}.")


def _chance_of(known: Evidence) -> Iterable[Reason]:
    """Find random numbers that no seed fixes."""
    own, cells = _chance.draws(known.first, known.before, known.behind())
    varying = known.varies
    # Where every repetition gives the same, chance is not what makes it another than the run's.
    same = any(changed(s) for s in known.spread) if known.varied is None else not known.varied
    decides = known.verdict == "different" and (varying or not same)
    if cells:
        named = [name_of(c) for c in cells]
        others = f" and {named[1]}" if len(named) == 2 else f" and {len(named) - 1} more" if len(named) > 2 else ""
        who, verb = (known.there, "draws") if own else (named[0] + others, "draw" if others else "draws")
        told = f"{who} {verb} random numbers without a seed"
        after = ""
        if known.verdict in ("identical", "equivalent"):
            put_back = ": the states that the generators had in the run were put back"
            after = put_back if known.restored else ", and came out all the same this time"
        elif known.varied is not None:
            agree = f", but all {known.times} repetitions agree"
            after = f", and {known.times} repetitions of it differ" if known.varied else agree
        cause = Cause(
            what="unseeded",
            message=f"{upper_first(told)}{after}.",
            remedy=_chance.REMEDY if own else _chance.REMEDY_OF_CELLS,
            cells=tuple(c.id for c in cells),
            decides=decides,
        )
        near = own or (known.first is not None and known.first.cell in cause.cells)
        yield Reason(cause, OWN if near else FAR, "it draws random numbers without a seed." if own else f"{told}.")
    elif varying:
        told = "repetitions differ from one another, so that chance is at work that nothing on record shows"
        remedy = f"{_look_for(known)} {_chance.REMEDY_OF_CELLS}"
        cause = Cause(what="unseeded", message=f"{upper_first(told)}.", remedy=remedy)
        yield Reason(cause, OWN, f"{told}.")


def _code(known: Evidence) -> Iterable[Reason]:
    """Find modules of the notebook's own that are not what they were."""
    old, new = ({m.name: m for m in side if isinstance(m, Module)} for side in (known.before, known.after))
    changed_ = [m for name, m in old.items() if name in new and new[name].digest != m.digest]
    paths = {str(e.get("path")): e.get("verdict") for e in known.inputs if e.get("verdict") != "identical"}
    changed_ += [m for m in old.values() if m.path in paths and m not in changed_]
    for module in changed_:
        gone = paths.get(module.path) == "missing"
        told = f"the module `{module.name}` ({module.path}) {'is not there any more' if gone else 'has changed'}"
        message = f"{upper_first(told)}{'' if gone else ' since the run'}."
        remedy = "Put it back as it was; what is under version control is kept with the run."
        cells = (module.cell,) if module.cell else ()
        yield Reason(Cause(what="code", message=message, remedy=remedy, cells=cells), NEAR, f"{told}.")


def _surroundings(known: Evidence) -> Iterable[Reason]:
    """Find what of Python, packages and machine is not as it was in the run."""
    near, far = _environment.split(known.changes, known.first, known.known)
    for changes, tier, which in ((near, NEAR, "The environment differs"), (far, FAR, "The environment also differs")):
        if changes:
            told = _environment.tell(changes)
            no_matter = known.verdict == "identical"
            message = (
                f"{which if near else 'The environment differs'}{', which made no difference' if no_matter else ''}"
            )
            remedy = _environment.REMEDY if tier == NEAR or not (near or no_matter) else ""
            yield Reason(Cause(what="environment", message=f"{message}: {told}.", remedy=remedy), tier, f"{told}.")


def _order(known: Evidence) -> Iterable[Reason]:
    """Find cells that ran out of the notebook's order."""
    if known.session is None:
        return
    states = known.session.states
    cells = [c for c in known.cells_behind() if states[c.id].out_of_order]
    if not cells:
        return
    state = states[cells[0].id]
    # The reasons for being out of order come after those that say what became of the cell itself.
    reason = state.reasons[sum((state.rerun, state.edited, state.deleted))]
    more = f" So did {' and '.join(name_of(c) for c in cells[1:3])}." if len(cells) > 1 else ""
    told = f"{name_of(cells[0])} ran out of the notebook's order"
    cause = Cause(
        what="order",
        message=f"{upper_first(told)}: {lower_first(reason)}{more}",
        remedy="Run the notebook from top to bottom, and keep that run.",
        cells=tuple(c.id for c in cells),
    )
    yield Reason(cause, LAST, f"{told}: {lower_first(reason)}")


def _not_recorded(known: Evidence) -> Iterable[Reason]:
    """Find what could not be compared although it was computed again, or should have been."""
    open_ = [i for i in known.items if i.verdict == "impossible" and i.detail != NOT_MADE]
    lost = [i for i in known.items if i.detail == NOT_MADE]
    stopped = any(f.decides for f in known.facts)
    remedy = "Run the notebook again with room for what is kept, and reproduce that run."
    if open_:
        more = f", and {len(open_) - 1} more," if len(open_) > 1 else ""
        told = f"{called(open_[0].of, open_[0].name)}{more} could not be compared: {open_[0].detail}"
    elif lost and not stopped:
        open_ = lost
        # Data stand with the cell that made them, which need not be the one that is missing.
        where = place(min(lost, key=lambda i: i.of == "dataset").cell, known.known).removeprefix("in ")
        told = f"the second execution of {where} is not on record, although nothing stopped it"
        gap = next((f"{g.reason} " for g in known.after if isinstance(g, Gap) and g.what == "a cell"), "")
        remedy = f"{gap}The machine may have been too busy to write it in time: reproduce it again."
    elif not known.items and not stopped:
        told, remedy = "nothing that could be compared is on record", ""
    else:
        return
    cells = tuple(dict.fromkeys(i.cell for i in open_ if i.cell))
    cause = Cause(what="not_recorded", message=f"{upper_first(told)}.", remedy=remedy, cells=cells)
    yield Reason(cause, LAST, f"{told}.")


def _variables(known: Evidence) -> Iterable[Reason]:
    """Find environment variables that the cells behind a difference read."""
    if known.verdict != "different":
        return
    read = [(c, names) for c in known.cells_behind() if (names := _unrecorded.variables_read(c))]
    if read:
        names = list(dict.fromkeys(chain.from_iterable(n for _, n in read)))
        listed = f"`{'`, `'.join(names[:_MOST_NAMED])}`{' and more' if len(names) > _MOST_NAMED else ''}"
        cells = tuple(c.id for c, _ in read)
        which = f"the environment variable{'s' if len(names) > 1 else ''} {listed}"
        who = f"{name_of(read[0][0])}{' and others read' if len(read) > 1 else ' reads'}"
        told = "what they were" if len(names) > 1 else "what it was"
        message = f"{upper_first(who)} {which}: {told} set to in the run is not recorded."
        cause = Cause(what="not_recorded", message=message, remedy="Set it as it was then.", cells=cells)
        yield Reason(replace(cause, decides=False), LAST)


_MOST_NAMED = 6
_LOOKS = (_inputs, _chance_of, _code, _surroundings, _order, _not_recorded, _variables)


def _unknown(known: Evidence) -> Reason:
    told, remedy = "nothing on record explains it", _look_for(known)
    if known.varied is False:
        told = f"nothing on record explains it, and all {known.times} repetitions agree: it has changed, not varied"
    elif known.times == 1:
        remedy = f"`--times 3` shows whether it varies by chance. {remedy}"
    cause = Cause(what="unknown", message=f"{upper_first(told)}.", remedy=remedy, cells=_cell_of(known))
    return Reason(cause, LAST, f"{told}.")


def _look_for(known: Evidence) -> str:
    """Return what may lie behind a difference that no record explains; an order that changes by itself first."""
    others = "the time, the network, threads or files"
    if known.varied is False or not _unrecorded.hashes_vary(known.before):
        return f"Look for {others} in the cells behind it."
    makers = [name_of(c) for c in known.cells_behind() if _unrecorded.makes_sets(c)]
    where = f", as in {makers[0]}" if makers else ""
    order = f"the order of sets, and of lists and dicts made of them (PYTHONHASHSEED is not set){where}"
    if makers or (known.first is not None and known.first.detail == OTHER_ORDER):
        return f"It may well be {order}: sort them. Else look for {others} in the cells behind it."
    return f"Look for {order}, {others} in the cells behind it."


def _cell_of(known: Evidence, own: bool = True) -> tuple[str, ...]:
    return (known.first.cell,) if own and known.first is not None and known.first.cell else ()


def _base(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
