"""Which decision is unfavourable, whom a row is compared with, and where the line is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError, did_you_mean
from .._pipeline import flatten
from .._prepare import Bools, Floats, Ints, plain
from ._mapping import REFERENCES

LOWEST = 5
"""One in so many of the approved, those with the lowest scores, were just approved."""
_AT_LEAST = 20


class Decisions(NamedTuple):
    """What was decided of n rows.

    Attributes
    ----------
    unfavourable, favourable : label
    refused : ndarray of shape (n,)
        Whether the decision is the unfavourable one.
    sign : float
        1 where a larger score is better for the person, else −1.
    scores : ndarray of shape (n,)
        Of the positive label.
    threshold : float or None
        The score from which on the decision is positive; None where there is no such line to be seen.
    """

    unfavourable: Any
    favourable: Any
    refused: Bools
    sign: float
    scores: Floats
    threshold: float | None

    def reference(self, named: str) -> Ints:
        """Return the rows that a reference names, as positions.

        Raises
        ------
        InputError
            If there is no such reference, or none of its rows.
        """
        if named not in REFERENCES:
            raise InputError(f"There is no reference {named!r}.", hint=did_you_mean(named, REFERENCES))
        if named == "all":
            return np.arange(len(self.refused))
        approved = np.flatnonzero(~self.refused)
        if not len(approved):
            raise InputError(
                f"The model decides {self.unfavourable!r} for all rows, so nobody can be compared with the approved.",
                hint="Use the reference all, or pass more rows.",
            )
        if named == "approved":
            return approved
        order = approved[np.argsort(self.sign * self.scores[approved], kind="stable")]
        return np.sort(order[: max(_AT_LEAST, len(approved) // LOWEST)])


def decisions(
    predicted_positive: Bools, scores: Floats, space: str, positive: Any, negative: Any, unfavourable: Any, model: Any
) -> Decisions:
    """Return decisions with what is unfavourable of them.

    Parameters
    ----------
    predicted_positive : ndarray of shape (n,)
    scores : ndarray of shape (n,)
        Of the positive label.
    space : str
        What they are.
    positive, negative : label
    unfavourable : label or None
        By default `negative`.
    model : fitted model
        Whose threshold is known if it was chosen.

    Raises
    ------
    InputError
        If `unfavourable` is neither label.
    """
    labels = {str(plain(label)): plain(label) for label in (negative, positive)}
    bad = plain(negative) if unfavourable is None else labels.get(str(plain(unfavourable)))
    if bad is None and str(plain(unfavourable)) not in labels:
        raise InputError(
            f"There is no decision {unfavourable!r}.", hint=did_you_mean(str(unfavourable), labels, label="Decisions")
        )
    is_positive = bad == plain(positive)
    return Decisions(
        unfavourable=bad,
        favourable=plain(negative) if is_positive else plain(positive),
        refused=predicted_positive if is_positive else ~predicted_positive,
        sign=-1.0 if is_positive else 1.0,
        scores=scores,
        threshold=_threshold(predicted_positive, scores, space, model),
    )


def refuse_unsaid(positive: Any, negative: Any) -> None:
    """Raise InputError unless two labels are numbers or booleans of which the smaller is usually the refusal.

    Of words, such as approve and refuse, the larger in sort order may be either.
    """
    if {plain(positive), plain(negative)} not in ({0, 1}, {-1, 1}):
        raise InputError(
            f"Which of {plain(negative)!r} and {plain(positive)!r} is the refusal is not said: reasons need it.",
            hint="Say it in the reasons, such as unfavourable: refuse, or by the option unfavourable.",
        )


def _threshold(positive: Bools, scores: Floats, space: str, model: Any) -> float | None:
    """Return the first line that all decisions agree with: one that was chosen, else 0.5 or 0."""
    chosen = [getattr(model, name, None) for name in ("best_threshold_", "threshold")]
    usual = 0.0 if space == "decision function" else 0.5
    final = flatten(model)[1]
    chosen += [getattr(final, name, None) for name in ("best_threshold_", "threshold")]
    for line in [*(float(c) for c in chosen if isinstance(c, int | float) and not isinstance(c, bool)), usual]:
        decided = scores >= line
        # At the line itself models differ.
        if ((decided == positive) | (scores == line)).all():
            return line
    return None
