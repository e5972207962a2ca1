"""Search for the smallest change that flips a decision: of one column by its grid, of several by a beam."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from .._prepare import Bools, Floats, Ints
from ._asking import BATCH, Answer, Asker
from ._changes import Changes

COARSE = 8
"""Values of a column that are tried at most where several columns are changed."""
BEAM = 3
"""Unfinished changes of a row that are followed."""
DEEPEST = 4
"""Columns that are changed together at most."""
HALVINGS = 12
"""Times that the way between a value that flips the decision and one that does not is halved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """The smallest changes that were found for m rows, each verified by the model.

    Attributes
    ----------
    values : ndarray of shape (m, bounds)
        What to change each row to; what it has where nothing is changed, or nothing was found.
    changed : ndarray of bool, shape (m, bounds)
    distance : ndarray of shape (m,)
        Sum of the changes, each in units of its column's spread; infinite where nothing was found.
    alone : ndarray of shape (m, bounds)
        The smallest change of each column by itself; infinite where none flips the decision.
    nearest : ndarray of shape (m, bounds)
        What each column is changed to by that change; NaN where there is none.
    """

    values: Floats
    changed: Bools
    distance: Floats
    alone: Floats
    nearest: Floats


def find_flips(
    asker: Asker,
    changes: Changes,
    rows: Ints,
    before: Answer,
    notify: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    deepest: int = DEEPEST,
) -> Flips:
    """Return for each row the smallest change found that flips the decision about it.

    Parameters
    ----------
    asker : Asker
    changes : Changes
    rows : ndarray of shape (m,)
        Positions in the table of the changes.
    before : Answer
        About these rows.
    notify : callable, optional
        Called with the rows that are done and their total.
    deepest : int
        Columns that are changed together at most.

    Notes
    -----
    Fewest columns first, then the smallest sum of changes. For one column every value of the grid is tried and the way
    to the nearest that flips is halved, so that the result is exact up to the grid. Several columns are changed one
    after the other, following the `BEAM` changes that bring the score nearest to the other side, and each is then taken
    back as far as the decision allows. What is found is an upper bound of the smallest change. The distance is that of
    Wachter, Mittelstadt & Russell (2017, Harv. J. Law Technol. 31:841–887), the sum of changes by their median absolute
    deviations, after the number of columns.
    """
    return _Search(asker, changes, rows, before, notify).run(deepest)


def answers_needed(rows: int, changes: Changes) -> int:
    """Return how many answers the search needs at most."""
    sizes = [len(one.candidates) for one in changes.bounds]
    coarse = sum(min(size, COARSE) for size in sizes)
    deep = min(len(sizes), DEEPEST) - 1
    return rows * (sum(sizes) + len(sizes) * HALVINGS + deep * BEAM * coarse + (deep + 1) * HALVINGS)


class _Search:
    def __init__(
        self, asker: Asker, changes: Changes, rows: Ints, before: Answer, notify: Callable[[int, int], None]
    ) -> None:
        self.asker, self.changes, self.rows, self.notify = asker, changes, rows, notify
        if before.decided is None:
            raise InputError("The model decides nothing that could flip.", hint="Pass a classifier.")
        self.current = before.decided
        self.own = changes.own[rows]

    def run(self, deepest: int) -> Flips:
        m, k = self.own.shape
        found = Flips(
            values=self.own.copy(),
            changed=np.zeros((m, k), np.bool_),
            distance=np.full(m, np.inf),
            alone=np.full((m, k), np.inf),
            nearest=np.full((m, k), np.nan),
        )
        starts = self._one_column(found)
        self.notify(int(np.isfinite(found.distance).sum()), m)
        states = {int(at): starts[at] for at in np.flatnonzero(np.isinf(found.distance)) if starts[at]}
        for _ in range(2, min(k, deepest) + 1):
            if not states:
                break
            states = self._deeper(states, found)
            self.notify(m - len(states), m)
        self.notify(m, m)
        return found

    def _ask(self, at: Ints, values: Floats) -> tuple[Bools, Floats]:
        """Return of some trials whether the decision flips, and how near to that the score is."""
        flips, drive = np.zeros(len(at), np.bool_), np.zeros(len(at))
        for start in range(0, len(at), BATCH):
            part = slice(start, start + BATCH)
            answer = self.asker.ask([self.changes.made(self.rows[at[part]], values[part])])[0]
            if answer.refused or answer.decided is None:
                drive[part] = -np.inf
                continue
            current = self.current[at[part]]
            flips[part] = answer.decided != current
            if answer.scores is not None and answer.scores.ndim == 2:
                drive[part] = -answer.scores[np.arange(len(current)), current]
            elif answer.scores is not None:
                drive[part] = np.where(current == 1, -answer.scores, answer.scores)
        return flips, drive

    def _trials(self, at: Ints, base: Floats, j: int, candidates: Floats) -> tuple[Ints, Floats]:
        """Return which state and which value to try, for each allowed value of one column."""
        one = self.changes.bounds[j]
        state, value = np.repeat(np.arange(len(at)), len(candidates)), np.tile(candidates, len(at))
        keep = one.allowed(self.own[at[state], j], value) & one.allowed(base[state, j], value)
        return state[keep], value[keep]

    def _one_column(self, found: Flips) -> list[list[Floats]]:
        """Find the smallest change of each column alone; return the best values of each row that does not flip."""
        m, k = self.own.shape
        every = np.arange(m)
        drives = np.full((m, k), -np.inf)
        best = np.broadcast_to(self.own[:, None, :], (m, k, k)).copy()
        flipped = found.nearest
        for j, one in enumerate(self.changes.bounds):
            at, value = self._trials(every, self.own, j, one.candidates)
            if not len(at):
                continue
            values = self.own[at].copy()
            values[:, j] = value
            flips, drive = self._ask(at, values)
            size = one.distance(self.own[at, j], value)
            for i in np.unique(at):
                mine = np.flatnonzero(at == i)
                hits = mine[flips[mine]]
                if len(hits):
                    nearest_hit = hits[np.argmin(size[hits])]
                    flipped[i, j] = value[nearest_hit]
                    found.alone[i, j] = size[nearest_hit]
                else:
                    top = mine[np.lexsort((size[mine], -drive[mine]))[0]]
                    drives[i, j], best[i, j, j] = drive[top], value[top]
        self._take_back(found)
        winner = found.alone.argmin(axis=1)
        for i in np.flatnonzero(np.isfinite(found.alone.min(axis=1))):
            j = winner[i]
            found.values[i, j], found.distance[i] = flipped[i, j], found.alone[i, j]
            found.changed[i, j] = True
        order = np.argsort(-drives, axis=1, kind="stable")[:, :BEAM]
        return [[best[i, j] for j in order[i] if np.isfinite(drives[i, j])] for i in every]

    def _take_back(self, found: Flips) -> None:
        """Take changes of one column back between the value that flips and the next on the way, which does not."""
        between = np.array([one.between for one in self.changes.bounds], np.bool_)
        at, columns = np.nonzero(np.isfinite(found.alone) & between)
        if not len(at):
            return
        values, near = self.own[at], self.own[at, columns].copy()
        far = values[np.arange(len(at)), columns] = found.nearest[at, columns]
        for j in np.unique(columns):
            grid = self.changes.bounds[j].candidates
            for n in np.flatnonzero(columns == j):
                way = grid[(grid > min(near[n], far[n])) & (grid < max(near[n], far[n]))]
                if len(way):
                    near[n] = way[np.argmin(np.abs(way - far[n]))]
        back = self._back(at, values, columns, near)
        found.nearest[at, columns] = back
        for j in np.unique(columns):
            mine = columns == j
            found.alone[at[mine], j] = self.changes.bounds[j].distance(self.own[at[mine], j], back[mine])

    def _back(self, at: Ints, values: Floats, columns: Ints, near: Floats) -> Floats:
        """Return how far one column of each of some changes that flip can be taken back, towards `near`."""
        near, far = near.copy(), values[np.arange(len(at)), columns]
        whole = np.array([self.changes.bounds[j].column.whole for j in columns], np.bool_)
        open_ = np.isfinite(near)
        for _ in range(HALVINGS):
            middle = (near + far) / 2
            middle = np.where(whole, np.where(far > near, np.floor(middle), np.ceil(middle)), middle)
            some = np.flatnonzero(open_ & (middle != near) & (middle != far))
            if not len(some):
                break
            trial = values[some].copy()
            trial[np.arange(len(some)), columns[some]] = middle[some]
            flips, _ = self._ask(at[some], trial)
            far[some] = np.where(flips, middle[some], far[some])
            near[some] = np.where(flips, near[some], middle[some])
        return far

    def _deeper(self, states: dict[int, list[Floats]], found: Flips) -> dict[int, list[Floats]]:
        """Change one more column of each unfinished change; return those that are still unfinished."""
        at = np.array([i for i, some in states.items() for _ in some], np.int64)
        base = np.array([values for some in states.values() for values in some])
        parts = []
        for j, one in enumerate(self.changes.bounds):
            free = _same(base[:, j], self.own[at, j])
            state, value = self._trials(at, base, j, _coarse(one.candidates))
            keep = free[state]
            values = base[state[keep]].copy()
            values[:, j] = value[keep]
            parts.append((at[state[keep]], values))
        tried, values = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
        flips, drive = self._ask(tried, values)
        size = self._distance(tried, values)
        left: dict[int, list[Floats]] = {}
        won, winners = [], []
        for i in states:
            mine = np.flatnonzero(tried == i)
            hits = mine[flips[mine]]
            if len(hits):
                won.append(i)
                winners.append(values[hits[np.argmin(size[hits])]])
                continue
            order = mine[np.lexsort((size[mine], -drive[mine]))]
            kept = np.unique(values[order], axis=0, return_index=True)[1]
            some = [values[order[n]] for n in np.sort(kept)[:BEAM]]
            if some:
                left[i] = some
        if won:
            self._finish(np.array(won), np.array(winners), found)
        return left

    def _finish(self, at: Ints, values: Floats, found: Flips) -> None:
        """Take changes that flip back as far as they still do, column by column, the largest change first."""
        sizes = np.column_stack(
            [one.distance(self.own[at, j], values[:, j]) for j, one in enumerate(self.changes.bounds)]
        )
        order = np.argsort(-sizes, axis=1, kind="stable")
        for turn in range(min(sizes.shape[1], DEEPEST)):
            for j in np.unique(order[:, turn]):
                some = np.flatnonzero((order[:, turn] == j) & (sizes[:, j] > 0))
                if not len(some):
                    continue
                trial = values[some].copy()
                trial[:, j] = self.own[at[some], j]
                needless, _ = self._ask(at[some], trial)
                values[some[needless], j] = self.own[at[some[needless]], j]
                some = some[~needless]
                if self.changes.bounds[j].between and len(some):
                    values[some, j] = self._back(at[some], values[some], np.full(len(some), j), self.own[at[some], j])
        found.values[at] = values
        found.changed[at] = ~_same(values, self.own[at])
        found.distance[at] = self._distance(at, values)

    def _distance(self, at: Ints, values: Floats) -> Floats:
        parts = [one.distance(self.own[at, j], values[:, j]) for j, one in enumerate(self.changes.bounds)]
        return np.asarray(np.sum(parts, axis=0))


def _same(one: Floats, other: Floats) -> Bools:
    return np.asarray((one == other) | (np.isnan(one) & np.isnan(other)))


def _coarse(candidates: Floats) -> Floats:
    if len(candidates) <= COARSE:
        return candidates
    return candidates[np.linspace(0, len(candidates) - 1, COARSE).round().astype(np.int64)]
