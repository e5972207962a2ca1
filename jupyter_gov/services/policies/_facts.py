"""How a run came to be, in the facts that a policy can ask for: functions of its records alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from jupyter_gov.records import (
    AssessmentResult,
    Environment,
    Finding,
    Gap,
    Metric,
    Record,
    Run,
    Source,
)

from .._history import History
from ._known import Known

if TYPE_CHECKING:
    from jupyter_gov.policy import Fact

_MOST = 20
"""How many records and cells a fact cites."""

_TRACK = "%gov_track in the first cell"
_ASSESS = "%gov_assess MODEL X y"
_COMMIT = "git commit, then run the notebook again"
_RERUN = "Save the notebook, restart the kernel, and run all cells."
_READ = "Read the data in the notebook, from a file, an address or a query."


def find_facts(records: Sequence[Record], *, model: str = "", fit: str | None = None) -> Mapping[str, Fact]:
    """Return the facts of a run by name; see `jupyter_gov.policy.FACTS`.

    Parameters
    ----------
    records : sequence of Record
        All of the run's, in the order in which each was first seen.
    model : str
        The model that is judged.
    fit : str, optional
        Id of its fit, where that is known.
    """
    known = Known(records, model, fit)
    return {fact.name: fact for fact in (find(known) for find in _FINDERS)}


def _fact(
    name: str,
    value: bool | float | str | None,
    reason: str,
    action: str = "",
    *,
    records: Sequence[str] = (),
    cells: Sequence[str | None] = (),
) -> Fact:
    from jupyter_gov.policy import Fact

    at = tuple(dict.fromkeys(c for c in cells if c))
    return Fact(name=name, value=value, reason=reason, action=action, records=tuple(records)[:_MOST], cells=at[:_MOST])


def _code_committed(known: Known) -> Fact:
    source = known.last(Source)
    if source is None:
        return _fact("code_committed", None, "Where the code comes from was not recorded.", _TRACK)
    if source.commit is None:
        reason = "The notebook lies in no git repository." if not source.repository else "The repository has no commit."
        return _fact("code_committed", False, reason, _COMMIT, records=[source.id])
    short = source.commit[:10]
    if source.dirty is None:
        reason = f"Whether the work tree differed from commit {short} could not be told."
        return _fact("code_committed", None, reason, _COMMIT, records=[source.id])
    if source.dirty:
        reason = f"The work tree differed from commit {short} when the run began."
        return _fact("code_committed", False, reason, _COMMIT, records=[source.id])
    return _fact("code_committed", True, f"The code is commit {short}.", records=[source.id])


def _code_kept(known: Known) -> Fact:
    source, committed = known.last(Source), _code_committed(known)
    if source is None or committed.value:
        return _fact("code_kept", committed.value, committed.reason, committed.action, records=committed.records)
    if source.snapshot:
        left = f"; {len(source.left_out)} of its files are not in it" if source.left_out else ""
        reason = f"The work tree is kept as snapshot {source.snapshot[:10]}{left}."
        return _fact("code_kept", True, reason, records=[source.id])
    reason = f"{committed.reason} No snapshot of it was kept."
    return _fact("code_kept", False, reason, _COMMIT, records=[source.id])


def _environment_locked(known: Known) -> Fact:
    found = known.last(Environment)
    if found is None:
        return _fact("environment_locked", None, "The environment was not recorded.", _TRACK)
    if found.lock_files:
        reason = f"There was {_listed(found.lock_files)}."
        return _fact("environment_locked", True, reason, records=[found.id])
    reason = "No lock file lay beside the notebook or at the top of its repository."
    return _fact("environment_locked", False, reason, "pip freeze > requirements.lock", records=[found.id])


def _data_identified(known: Known) -> Fact:
    if not known.data:
        return _fact("data_identified", None, *_untraced(known))
    nodes = known.behind.nodes
    good = [key for key, read in known.data.items() if read and nodes[key].digest]
    rest = [key for key in known.data if key not in good]
    reason = f"{len(good)} of {len(known.data)} data sets behind {known.model} are identified, with a known source"
    reason += f"; not {_listed(map(known.name_of, rest))}." if rest else "."
    share = len(good) / len(known.data)
    cells = [nodes[key].cell for key in rest]
    return _fact("data_identified", share, reason, _READ if rest else "", records=rest or list(known.data), cells=cells)


def _model_traced(known: Known) -> Fact:
    if known.fit is None:
        reason, action = _untraced(known)
        return _fact("model_traced", False if known.model else None, reason, action)
    cells = [known.fit.cell]
    lost = [key for key in map(_as_known(known), known.fit.datasets) if not known.data.get(key)]
    if lost or not known.fit.datasets:
        names = _listed(
            known.name_of(key) if key in known.behind.nodes else "data that was not recorded" for key in lost
        )
        reason = f"{known.model} was fitted on {names or 'data that was not recorded'}, whose source is not known."
        return _fact("model_traced", False, reason, _READ, records=[known.fit.id], cells=cells)
    files = _listed(n.label for n in known.behind.of_kind("file"))
    reason = f"The fit of {known.model} is on record, and its data trace back to {files}."
    return _fact("model_traced", True, reason, records=[known.fit.id], cells=cells)


def _rows_unseen(known: Known) -> Fact:
    if not known.results:
        return _fact("rows_unseen", None, "Nothing was assessed.", _ASSESS)
    ids = [r.id for r in known.results]
    tested = [r.dataset for r in known.results]
    fits = {known.fit.id} if known.fit is not None else set()
    for finding in known.all(Finding):
        of_it = set(finding.fits) & fits or {*finding.cells} & {r.cell for r in known.results if r.cell}
        if finding.check in _SEEN and finding.severity != "info" and of_it:
            return _fact(
                "rows_unseen", False, finding.message, _HELD_OUT, records=[finding.id, *ids], cells=finding.cells
            )
    if known.fit is None:
        return _fact("rows_unseen", None, *_untraced(known), records=ids)
    if {*tested} & {*known.fit.datasets}:
        reason = f"{known.model} was assessed on the very data that it was fitted on."
        return _fact("rows_unseen", False, reason, _HELD_OUT, records=ids, cells=[known.fit.cell])
    if not {*tested} <= known.compared:
        reason = f"Nobody looked for all rows that {known.model} was assessed on among those that it was fitted on."
        return _fact("rows_unseen", None, reason, _LOOK, records=ids)
    reason = f"No row that {known.model} was assessed on was found among those that it was fitted on."
    return _fact("rows_unseen", True, reason, records=ids)


def _randomness_seeded(known: Known) -> Fact:
    if known.fit is None:
        return _fact("randomness_seeded", None, *_untraced(known))
    fits = [known.fits[n.id] for n in known.behind.of_kind("fit") if n.id in known.fits]
    drawing = [f for f in fits if f.randomness]
    loose = [f for f in drawing if f.randomness == "unseeded"]
    if loose:
        names = _listed(dict.fromkeys(f.name or f.class_.rpartition(".")[2] for f in loose))
        reason = f"{names} drew random numbers without a seed."
        action = "Set random_state, and fit again."
        return _fact(
            "randomness_seeded", False, reason, action, records=[f.id for f in loose], cells=[f.cell for f in loose]
        )
    told = f"{len(drawing)} of {len(fits)} fits behind {known.model} drew random numbers, each with a seed."
    reason = told if drawing else f"No fit behind {known.model} drew random numbers."
    return _fact("randomness_seeded", True, reason, records=[f.id for f in fits])


def _results_hold(known: Known) -> Fact:
    history = History(known.records)
    states = {c.id: history.state(c.id)["state"] for c in history.cells}
    # Of a cell that was run again, only the last results are those of the run.
    results = [
        (r, r.cell)
        for r in known.records
        if isinstance(r, Metric | AssessmentResult) and r.cell in states and "rerun" not in states[r.cell]
    ]
    if not results:
        return _fact("results_hold", None, "There is no result whose cell is on record.", _ASSESS)
    holds = {c: False if states[c] else history.trace(c)["top_to_bottom"] for _, c in results}
    loose = [(r.id, c) for r, c in results if holds[c] is False]
    if loose:
        first = loose[0][1]
        why = " ".join(history.state(first)["reasons"]) or history.doubt(first)
        share = 1 - len(loose) / len(results)
        reason = f"{len(loose)} of {len(results)} results do not stand as their cells ran, top to bottom. {why}"
        return _fact("results_hold", share, reason, _RERUN, records=[r for r, _ in loose], cells=[c for _, c in loose])
    untold = [(r.id, c) for r, c in results if holds[c] is None]
    if untold:
        reason = f"Of {len(untold)} of {len(results)} results it cannot be told whether their cells still hold."
        return _fact("results_hold", None, reason, _RERUN, records=[r for r, _ in untold], cells=[c for _, c in untold])
    return _fact("results_hold", 1.0, f"All {len(results)} results stand as their cells ran, top to bottom.")


def _gaps(known: Known) -> Fact:
    gaps = known.all(Gap)
    if not gaps:
        return _fact("gaps", 0, "Nothing is on the gap list.")
    told = "1 thing is on the gap list:" if len(gaps) == 1 else f"{len(gaps)} things are on the gap list, such as"
    reason = f"{told} {gaps[0].what}."
    action = next((g.remedy for g in gaps if g.remedy), "%gov_status lists them.")
    return _fact("gaps", len(gaps), reason, action, records=[g.id for g in gaps], cells=[g.cell for g in gaps])


def _control_compared(known: Known) -> Fact:
    made = [r for r in known.results if r.name == "comparison"]
    if made:
        reason = f"{known.model} was compared with a baseline or control on the same rows."
        return _fact("control_compared", True, reason, records=[made[-1].id], cells=[made[-1].cell])
    if not known.results:
        return _fact("control_compared", None, "Nothing was assessed.", f"{_ASSESS} --control OTHER")
    reason = f"{known.model} was compared with nothing."
    return _fact("control_compared", False, reason, f"{_ASSESS} --control OTHER")


def _author(known: Known) -> Fact:
    run = known.last(Run)
    if run is None or not run.actor:
        return _fact("author", None, "Who ran the notebook was not recorded.", _TRACK)
    return _fact("author", run.actor, f"The notebook was run by {run.actor}.", records=[run.id])


_SEEN = ("assessed_on_training_data", "overlapping_rows", "identical_rows", "near_identical_rows")
"""Findings that say that a model was tried on rows it was fitted on, or on rows that are equal to them."""

_LOOK = "Fit and assess it in this notebook, on tables of the same columns."
_HELD_OUT = "Assess it on rows that were held out before fitting."

_FINDERS: tuple[Callable[[Known], Fact], ...] = (
    _code_committed,
    _code_kept,
    _environment_locked,
    _data_identified,
    _model_traced,
    _rows_unseen,
    _randomness_seeded,
    _results_hold,
    _gaps,
    _control_compared,
    _author,
)


def _untraced(known: Known) -> tuple[str, str]:
    """Return why what stands behind the model cannot be told, and what would mend it."""
    if not known.model:
        return "No model was assessed yet.", _ASSESS
    if known.fit is None:
        return f"The fit of {known.model} is not on record.", "Fit it in this notebook, after %gov_track."
    return f"The data behind {known.model} are not on record.", _READ


def _as_known(known: Known) -> Callable[[str], str]:
    """Return a function from a data set's id to that under which its content is known."""
    names = known.behind.known_as
    return lambda key: names.get(key, key)


def _listed(names: Iterable[str]) -> str:
    """Return up to three names, and how many more there are."""
    found = list(names)
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"{', '.join(found[:3])}{more}"
