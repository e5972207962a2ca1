"""The work of a reproduction: plan, tree, inputs, environment, execution, judgement."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

from jupyter_gov.display.words import lower_first
from jupyter_gov.errors import ConflictError, InputError
from jupyter_gov.execution import REPRODUCING_VARIABLE, Progress
from jupyter_gov.provenance import examine, judge, spread_of
from jupyter_gov.records import AGREEMENTS, TOLERANCE, Cause, Cell, Notebook, Reproduction, to_json, utc_now

from .._history import source_digest
from .._secrets import process_secrets
from ..session import actor
from ._environment import build, changes, thread_variables
from ._exchange import exchanged
from ._execution import Again, cell_name, execute
from ._inputs import Placed, place_inputs
from ._original import Original
from ._paths import copy_file, taken
from ._plan import Plan, Scope, is_ours, plan
from ._secrets import find_secrets, put_secrets
from ._tree import WorkTree, lay_source, make_tree

Env = Literal["current", "rebuild"]


_UNSEEN = 20
"""Files that nobody saw being read, for each of which the cells are executed once more."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """What can be executed: cells, the code of each, the files that it reads, and where all that lies."""

    plan: Plan
    sources: Mapping[str, str]
    placed: Placed
    tree: WorkTree


@dataclass(slots=True, kw_only=True)
class Work:
    """One reproduction; see `reproduce` for what is asked.

    Attributes
    ----------
    original : Original
        What is reproduced.
    """

    original: Original
    scope: Scope = "slice"
    env: Env = "current"
    inputs: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = ()
    restore: bool = False
    tolerance: float = TOLERANCE
    times: int = 1
    timeout: float | None = None
    progress: Progress | None = None
    stopped: Callable[[], bool] | None = None

    _python: Path | None = None
    _values: Mapping[str, str] = field(default_factory=dict)
    _facts: list[Cause] = field(default_factory=list)
    _missing: tuple[str, ...] = ()
    _unseen: list[Path] = field(default_factory=list)

    def do(self) -> Reproduction:
        """Execute, compare and judge; nothing is recorded, and nothing left behind.

        Raises
        ------
        ConflictError, InputError, NotFoundError, ExecutionError
            As `reproduce`.
        """
        self._check()
        self._values = find_secrets(self.secrets)
        began, started = time.monotonic(), utc_now()
        with tempfile.TemporaryDirectory(prefix="jupyter-gov-", ignore_cleanup_errors=True) as folder:
            root = Path(folder).resolve()
            ready, stops = self._prepare(root / "0", self.scope)
            runs: list[Again] = []
            if not stops:
                self._make_environment(root / "environment")
                ready, runs = self._execute(root, ready)
        made = self._judge(ready, runs, stops).replace(started=started, seconds=time.monotonic() - began)
        # What was written is searched as well; this is what is told.
        cleaned, _ = process_secrets().clean(made)
        return cast("Reproduction", cleaned)

    @property
    def _cells(self) -> list[Cell]:
        return [r for r in self.original.records if isinstance(r, Cell)]

    def _check(self) -> None:
        if os.environ.get(REPRODUCING_VARIABLE):
            raise ConflictError("This is a reproduction already.", hint="Reproduce the run from elsewhere.")
        for name, value, least in (("tolerance", self.tolerance, 0), ("times", self.times, 1)):
            if not value >= least:
                raise InputError(f"{name} is {value}.", hint=f"Give {least} or more.")
        if self.timeout is not None and not self.timeout > 0:
            raise InputError(f"timeout is {self.timeout}.", hint="Give seconds, more than 0.")
        for name, given, known in (("scope", self.scope, ("slice", "all")), ("env", self.env, ("current", "rebuild"))):
            if given not in known:
                raise InputError(f"{name} is {given!r}.", hint=f"Give {' or '.join(known)}.")

    def _prepare(self, root: Path, scope: Scope) -> tuple[_Ready, list[Cause]]:
        """Choose the cells and make a work tree with source and inputs; return with it what keeps it from beginning."""
        original = self.original
        chosen = plan(original.records, scope=scope)
        sources, missing = put_secrets(chosen.cells, self._values, others=self._cells)
        tree = make_tree(root, original.source, original.run.notebook)
        lost = ""
        if original.lay is None:
            lost = lay_source(tree, original.source)
        else:
            original.lay(tree.at(tree.top))
        placed = place_inputs(original.records, chosen.cells, tree, moved=self.inputs, brought=original.files)
        if lost:
            placed.causes.append(Cause(what="code", message=lost, remedy="Fetch it.", decides=False))
        for path in self._unseen:
            if not tree.at(path).exists():
                copy_file(path, tree, tree.at(path))
                placed.causes.append(taken(os.path.relpath(path, tree.here)))
        sources = {cell: exchanged(source, placed.exchanges) for cell, source in sources.items()}
        stops = [*(c for c in (*chosen.causes, *missing) if c.decides), *_gone(placed)]
        return _Ready(chosen, sources, placed, tree), stops

    def _make_environment(self, folder: Path) -> None:
        """Make the environment that the run had, where that is asked for."""
        recorded = self.original.environment
        if self.env == "current":
            return
        if recorded is None:
            raise InputError("The run's environment is not on record.", hint="Use --env current.")
        built = build(recorded, folder, progress=self.progress)
        self._python, self._missing = built.python, built.missing
        self._facts += [Cause(what="package", message=note, decides=False) for note in built.notes]

    def _execute(self, root: Path, ready: _Ready) -> tuple[_Ready, list[Again]]:
        """Execute as often as was asked; where the slice does not stand alone, all cells from then on."""
        end = None if self.timeout is None else time.monotonic() + self.timeout
        runs: list[Again] = []
        tries = 0
        while len(runs) < self.times:
            if tries:
                # What was executed may have altered the tree.
                ready, _ = self._prepare(root / str(tries), ready.plan.scope)
            tries += 1
            again = execute(
                self.original,
                ready.plan.cells,
                ready.sources,
                place=ready.tree.root.with_name(f"{ready.tree.root.name} store"),
                folder=ready.tree.folder,
                restore=self.restore,
                tolerance=self.tolerance,
                python=self._python,
                variables=self._variables(),
                secrets=self._values.values(),
                timeout=self.timeout,
                left=None if end is None else max(end - time.monotonic(), 0.0),
                progress=self._told(len(runs)),
                stopped=self.stopped,
            )
            unseen = again.unseen(ready.tree)
            if unseen is not None and unseen not in self._unseen and len(self._unseen) < _UNSEEN:
                self._unseen.append(unseen)
                continue
            if again.sliced and ready.plan.scope == "slice":
                wider, stops = self._prepare(root / "all", "all")
                if not stops and len(wider.plan.cells) > len(ready.plan.cells):
                    why = "some data were not seen again." if again.stop is None else lower_first(again.stop.message)
                    told = f"The slice does not stand alone, so all cells were executed: {why}"
                    self._facts.append(Cause(what="code", message=told, decides=False))
                    ready, runs, tries = wider, [], 0
                    root = root / "all of it"
                    continue
            runs.append(again)
            if again.stop is not None:
                break
        return ready, runs

    def _variables(self) -> dict[str, str]:
        recorded = self.original.environment
        return {} if recorded is None else thread_variables(recorded)

    def _told(self, done: int) -> Progress | None:
        """Return what to tell progress to, of the repetitions as one whole."""
        progress = self.progress
        if progress is None or self.times == 1:
            return progress
        return lambda what, step, steps: progress(what, done * steps + step, self.times * steps)

    def _judge(self, ready: _Ready, runs: Sequence[Again], stops: Sequence[Cause]) -> Reproduction:
        """Return the record, with the worst of the executions."""
        original, chosen, placed = self.original, ready.plan, ready.placed
        ids = tuple(c.id for c in chosen.cells)
        worst = max(runs, key=_badness, default=None)
        facts = [*stops, *self._facts, *placed.causes, *chosen.causes, *self._notes()]
        facts += [self._blamed(worst.stop)] if worst is not None and worst.stop is not None else []
        before, after = original.environment, worst.environment if worst is not None else None
        differs = changes(before, after) if before is not None and after is not None else ()
        spread = spread_of(original.records, [(r.records, r.pairs) for r in runs]) if self.times > 1 else ()
        cells = self._cells
        judged = judge(
            worst.items if worst is not None else (),
            original.records,
            worst.records if worst is not None else (),
            facts=list(dict.fromkeys(facts)),
            changes=differs,
            inputs=placed.inputs,
            restored=self.restore,
            tolerance=self.tolerance,
            spread=spread,
            repeated=[(r.records, r.items) for r in runs],
            session=examine(cells, original.last(Notebook), digest_of=source_digest),
            cells=ids,
        )
        return Reproduction(
            verdict=judged.verdict,
            summary=judged.summary,
            items=worst.items if worst is not None else (),
            first=judged.first,
            causes=judged.causes,
            spread=spread,
            tolerance=self.tolerance,
            times=self.times,
            scope=chosen.scope,
            cells=ids,
            restored=self.restore,
            place=self.env,
            environment={} if after is None else to_json(after),
            changes=differs,
            inputs=tuple(placed.inputs),
            bundle=original.bundle,
            actor=actor(),
        )

    def _notes(self) -> list[Cause]:
        """Return what there is to know however it came out."""
        found = []
        recorded = self.original.environment
        if recorded is not None and "PYTHONHASHSEED" in recorded.variables and "PYTHONHASHSEED" not in os.environ:
            message = "The run had set PYTHONHASHSEED, to what is not recorded: the order of sets may be another."
            found.append(Cause(what="not_recorded", message=message, remedy="Set it as it was.", decides=False))
        last = max((c for c in self._cells if not is_ours(c.source)), key=lambda c: c.order, default=None)
        if last is not None and last.status == "error":
            message = f"The run ended with an error in {cell_name(last)}: what would have come after it does not exist."
            found.append(Cause(what="raised", message=message, cells=(last.id,), decides=False))
        if self._missing:
            message = f"These packages could not be had: {', '.join(self._missing)}."
            found.append(Cause(what="package", message=message, remedy="Install them by hand.", decides=False))
        return found

    def _blamed(self, stop: Cause) -> Cause:
        """Return why it did not come to its end: where a package was missing, that."""
        if stop.what != "raised" or not self._missing:
            return stop
        message = f"{stop.message.rstrip('.')}, and these packages could not be had: {', '.join(self._missing)}."
        return replace(stop, what="package", message=message)


def _badness(again: Again) -> tuple[bool, int]:
    return again.stop is not None, max((AGREEMENTS.index(i.verdict) for i in again.items), default=0)


def _gone(placed: Placed) -> list[Cause]:
    """Return the cause for each input that is not there any more."""
    return [
        Cause(
            what="input",
            message=f"The file {one['path']} is gone. {one['detail']}",
            remedy=f"Put it back, or tell where it is: --input {one['path']}=PATH.",
        )
        for one in placed.inputs
        if one["verdict"] == "missing"
    ]
