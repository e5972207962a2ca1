"""What answers come to together: Kleene's three-valued logic, with two words for what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..records import Answer, Status

ORDER: tuple[Status, ...] = ("pass", "inconclusive", "missing", "fail")
"""From met to not met; `inconclusive` and `missing` are Kleene's unknown: more rows decide one, a call the other."""


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part of a control.

    Attributes
    ----------
    status : str
    answers : tuple of Answer
        All, in the policy's order.
    deciding : tuple of Answer
        Those that the status follows from.
    """

    status: Status
    answers: tuple[Answer, ...] = ()
    deciding: tuple[Answer, ...] = ()


def of_answers(answers: Sequence[Answer]) -> Part:
    """Return what all answers to one requirement come to."""
    if len(answers) == 1:
        return Part(answers[0].status, tuple(answers), tuple(answers))
    return every([Part(a.status, (a,), (a,)) for a in answers])


def every(parts: Sequence[Part]) -> Part:
    """Return what parts come to that must all hold."""
    return at_least(len(parts), parts)


def at_least(k: int, parts: Sequence[Part]) -> Part:
    """Return what parts come to of which `k` must hold: the status of the k-th best.

    What is not applicable drops out; where fewer than k are left, all that are left must hold, and nothing left is not
    applicable. All of them is the worst, any of them the best: Kleene's conjunction and disjunction
    (*Introduction to Metamathematics*, 1952, section 64), and in between their symmetric functions.
    """
    answers = _joined(part.answers for part in parts)
    left = [part for part in parts if part.status != "not_applicable"]
    if not left:
        return Part("not_applicable", answers, _joined(part.deciding for part in parts))
    status = sorted((part.status for part in left), key=ORDER.index)[min(k, len(left)) - 1]
    return Part(status, answers, _joined(part.deciding for part in left if part.status == status))


def only_if(condition: Part, then: Part) -> Part:
    """Return what a requirement comes to that must hold only where a condition does.

    Where the condition is not met, nothing is asked; where that is not known, the requirement is met if `then` is, and
    otherwise as open as the condition.
    """
    answers = (*condition.answers, *then.answers)
    if condition.status in ("fail", "not_applicable"):
        return Part("not_applicable", answers, condition.deciding)
    if condition.status == "pass" or then.status in ("pass", "not_applicable"):
        return Part(then.status, answers, then.deciding)
    return Part(condition.status, answers, condition.deciding)


def _joined(groups: Iterable[tuple[Answer, ...]]) -> tuple[Answer, ...]:
    return tuple(answer for group in groups for answer in group)
