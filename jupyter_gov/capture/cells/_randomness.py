"""The state of the global random generators before each cell, and whether what was drawn from them was seeded."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Literal

from blake3 import blake3

from jupyter_gov.ledger import canonical_bytes
from jupyter_gov.records import Finding, GeneratorState
from jupyter_gov.records._builtins import keep_builtins
from jupyter_gov.services.session import Session

from ._generators import NumPyGenerator, PythonGenerator, State, origin

keep_builtins(globals())

CHECK = "unseeded_randomness"

_KEPT = 256
"""States whose record need not be written again."""

Generator = NumPyGenerator | PythonGenerator
Mark = tuple[bytes | None, ...]


class _Watched:
    """What is known of one generator."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        self.seen: bytes | None = None
        self.seeded = False
        self.state: State | None = None
        self.digest = ""

    def look(self, glance: bytes | None, *, seeds: bool) -> None:
        """Take note of the state; `seeds` says whether something that seeds may have run since the last look."""
        if glance is None or glance == self.seen:
            return
        self.seen, known = glance, origin(glance)
        if known or seeds:
            self.seeded = known != "unseeded"


class Randomness:
    """Watches the global generators of NumPy and ``random``, whose states it reads and never alters.

    A generator counts as seeded from the moment that its state is one that a seed gives, or that it changed while
    something ran that seeds by its name (``np.random.seed``, ``seed_everything``, ``set_state``), until the operating
    system gives it a new state.

    Parameters
    ----------
    session : Session
        Where records go.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._all = (_Watched(NumPyGenerator()), _Watched(PythonGenerator()))
        self._recorded: OrderedDict[str, None] = OrderedDict()
        self._flagged: str | None = None
        self._seeds = False

    def start(self, seeds: bool) -> None:
        """Look for the first time; `seeds` says whether one of the cells before called something that seeds."""
        self._seeds = seeds
        self.mark()

    def before_cell(self, mark: Mark, *, seeds: bool) -> Mapping[str, str]:
        """Return the digest of each generator's state, recording the states that are new.

        Parameters
        ----------
        mark : tuple
            From `mark`, just now.
        seeds : bool
            Whether the cell that is about to run calls something that seeds.
        """
        found: dict[str, str] = {}
        with self._lock:
            for watched, glance in zip(self._all, mark, strict=True):
                if glance is not None:
                    found[watched.generator.library] = self._digest(watched, glance)
            self._seeds = seeds
        return found

    def mark(self) -> Mark:
        """Return what `since` compares with."""
        mark = tuple(watched.generator.glance() for watched in self._all)
        with self._lock:
            for watched, glance in zip(self._all, mark, strict=True):
                watched.look(glance, seeds=self._seeds)
        return mark

    def since(self, mark: Mark) -> Literal["", "seeded", "unseeded"]:
        """Say whether random numbers were drawn since `mark`, and whether their generator had been seeded."""
        moved = self.moved(mark)
        if not moved:
            return ""
        return "seeded" if all(watched.seeded for watched in moved) else "unseeded"

    def moved(self, mark: Mark) -> list[_Watched]:
        """Return the generators that have given numbers, or were seeded, since `mark`."""
        with self._lock:
            moved = []
            for watched, before in zip(self._all, mark, strict=True):
                glance = watched.generator.glance()
                watched.look(glance, seeds=self._seeds)
                # A generator that was only imported has given nothing yet.
                if glance != before and (before is not None or origin(glance or b"") == ""):
                    moved.append(watched)
        return moved

    def changed(self, mark: Mark) -> dict[str, bool]:
        """Return the libraries whose generators have another state than at `mark`; true where only a seed gives it."""
        found: dict[str, bool] = {}
        for watched, before in zip(self._all, mark, strict=True):
            glance = watched.generator.glance()
            if glance is None or glance == before:
                continue
            known = origin(glance)
            # A generator that was only imported has given nothing yet.
            if before is not None or known != "unseeded":
                found[watched.generator.library] = known == "seeded"
        return found

    def settle(self, mark: Mark) -> None:
        """Count what has been drawn since `mark` as seeded: it was drawn by something that was given a seed."""
        for watched in self.moved(mark):
            watched.seeded = True

    def after_cell(self, mark: Mark, cell: str, *, seeds: bool, about: str, also: Iterable[str] = ()) -> None:
        """Raise a finding about a cell that drew what nothing has seeded.

        Parameters
        ----------
        mark : tuple
            From `mark`, before the cell.
        cell : str
            Id of the cell's record.
        seeds : bool
            Whether something that the cell called seeds by its name.
        about : str
            What is the same for each execution of the cell.
        also : iterable of str
            Sentences about generators that the cell made without a seed.
        """
        self._seeds = self._seeds or seeds
        unseeded = [w.generator for w in self.moved(mark) if not w.seeded]
        said = list(also)
        if unseeded and self._flagged != cell:
            said.append(
                f"The cell drew random numbers from {' and '.join(g.name for g in unseeded)} without a seed: "
                f"it may give other results each time. Call {' and '.join(g.remedy for g in unseeded)} before."
            )
        if said:
            self.find(" ".join(said), cell, about=about)

    def find(self, message: str, cell: str | None, *, about: str) -> None:
        """Raise the finding that something drew random numbers without a seed.

        Parameters
        ----------
        message : str
            What drew them, and what would mend it, in plain sentences.
        cell : str or None
            Where; no other finding says so for the whole cell then.
        about : str
            What is found again when it is done again, such as the estimator's class and the cell's source.
        """
        self._flagged = cell
        finding = Finding(check=CHECK, severity="warning", message=message, cells=(cell,) if cell else ())
        self._session.find(finding, about=about)

    def _digest(self, watched: _Watched, glance: bytes) -> str:
        """Return the digest of a generator's state, and see to its record."""
        generator: Generator = watched.generator
        state = generator.state(glance, watched.state)
        if state != watched.state:
            described = generator.describe(state)
            whole = blake3(b"jupyter_gov generator 1" + canonical_bytes([generator.library, described]))
            watched.state, watched.digest = state, f"jg1:{whole.hexdigest()}"
            if watched.digest not in self._recorded:
                record = GeneratorState(library=generator.library, digest=watched.digest, state=described)
                self._session.record(record, "generator_state.seen")
            self._recorded[watched.digest] = None
            self._recorded.move_to_end(watched.digest)
            while len(self._recorded) > _KEPT:
                self._recorded.popitem(last=False)
        return watched.digest
