"""What moves rows away from a stated reference, with how sure that is."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .._explanation._attributions import Attributions, attribute
from .._model import Model
from .._prepare import Floats, Ints
from .._subject import Progress
from .._table import take

BATCHES = 10
"""Parts into which the reference is cut."""
MOST_LINEAR = 1_000
"""Reference rows of each part for a linear model, whose attributions cost nothing."""


class Against(NamedTuple):
    """Attributions of m rows against a reference, by parts of the reference.

    Attributes
    ----------
    parts : ndarray of shape (batches, m, columns)
        Against each part of the reference alone.
    share : ndarray of shape (batches,)
        Of the reference rows in each part; they sum to one.
    rows : ndarray of shape (m,)
        Positions of the rows.
    outputs : ndarray of shape (m,)
    bases : ndarray of shape (batches, m)
        The mean output over each part of the reference.
    names : list of str
    explainer, output : str
        As in `Attributions`.
    reference_rows : int
    error : float
        The largest additivity error.
    notes : tuple of str
    """

    parts: Floats
    share: Floats
    rows: Ints
    outputs: Floats
    bases: Floats
    names: list[str]
    explainer: str
    output: str
    reference_rows: int
    error: float
    notes: tuple[str, ...]

    @property
    def values(self) -> Floats:
        """Attributions against the whole reference, an array of shape (m, columns)."""
        return np.asarray(np.tensordot(self.share, self.parts, axes=1))

    def spread(self, parts: Floats, confidence: float) -> tuple[Floats, Floats]:
        """Return means and half widths of their intervals of anything that is computed by part.

        Parameters
        ----------
        parts : ndarray of shape (batches, …)
        confidence : float

        Notes
        -----
        Batch means: the parts are independent draws of the reference (and of the permutations), so that the mean's
        standard error is their standard deviation over √batches, with Student's t of one degree of freedom less. It is
        infinite where there is one part.
        """
        mean = np.tensordot(self.share, parts, axes=1)
        if len(parts) < 2:
            return mean, np.full(mean.shape, math.inf)
        from scipy.special import stdtrit

        error = parts.std(axis=0, ddof=1) / math.sqrt(len(parts))
        return mean, float(stdtrit(len(parts) - 1, (1 + confidence) / 2)) * error


def attribute_against(
    model: Model,
    table: Any,
    rows: Ints,
    reference: Any,
    *,
    size: int,
    seed: int = 0,
    notify: Progress = lambda _name, _done, _total: None,
    name: str = "row_explanation",
) -> Against:
    """Explain rows of a table against reference rows.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
    rows : ndarray of positions in `table`
    reference : table with the same columns
        Rows that stand for what the row might have been; drawn from at random if there are many.
    size : int
        Reference rows of each part at most.
    seed : int
    notify : callable
        Told `name`, the parts done and their total.

    Returns
    -------
    Against
        An interventional SHAP value is the mean over reference rows of what it is against each (Lundberg et al. 2020,
        Nat. Mach. Intell. 2:56–67), so parts of the reference can be averaged.
    """
    order = np.random.default_rng([seed, 3]).permutation(len(reference))
    batches = min(BATCHES, len(order))
    found: list[Attributions] = []
    sizes: list[int] = []
    for k in range(batches):
        part = order[k::batches]
        # The first tells which explainer it is; a linear one takes all rows at no cost.
        linear = found[0].explainer == "linear" if found else False
        chosen = part[: MOST_LINEAR if linear else size]
        made = attribute(model, table, rows, background=take(reference, chosen), seed=seed + k)
        if k == 0 and made.explainer == "linear" and len(part) > size:
            chosen = part[:MOST_LINEAR]
            made = attribute(model, table, rows, background=take(reference, chosen), seed=seed)
        found.append(made)
        sizes.append(len(chosen))
        notify(name, k + 1, batches)
    share = np.array(sizes) / sum(sizes)
    first = found[0]
    m = min(len(one) for one in found)
    return Against(
        parts=np.stack([one.values[:m] for one in found]),
        share=share,
        rows=np.asarray(rows)[:m],
        outputs=first.outputs[:m],
        bases=np.stack([np.broadcast_to(one.base, (len(one),))[:m] for one in found]),
        names=first.names,
        explainer=first.explainer,
        output=first.output,
        reference_rows=sum(sizes),
        error=max(one.error for one in found),
        notes=tuple(dict.fromkeys(note for one in found for note in one.notes)),
    )
