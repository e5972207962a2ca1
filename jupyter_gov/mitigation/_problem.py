"""What a mitigation starts from, what a method is, and what it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..errors import GovError
from ..records import Finding, Json, Value


class OutOfTimeError(GovError):
    """A method was told to stop before it had made its candidate; it never leaves the service that tries methods."""


def _go_on() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A model whose control is not met, and the rows that a candidate may be made of.

    There are no labels of the test rows here: a candidate cannot see them.

    Attributes
    ----------
    model : fitted model
        It stays as it is; what is fitted again is a clone.
    X_train, y_train : table of shape (n, columns), array of shape (n,)
        What it was fitted on.
    A_train : DataFrame of shape (n, attributes)
        Sensitive columns, whether or not `X_train` has them too.
    X_test, A_test : table of shape (m, columns), DataFrame of shape (m, attributes), or None
        What candidates will be assessed on. Methods look at the names of their columns, and, where a finding says that
        rows are in both, for training rows that are test rows too.
    sensitive : tuple of str
        The attributes of `A_train` by which the disparity was measured; more than one are crossed.
    task : str
        ``binary``, ``multiclass``, ``regression`` or ``ranking``.
    positive : label or None
        Of two classes; the larger by default.
    threshold : float or None
        The score at or above which the decision is positive; None for what ``predict`` says.
    measure : str
        The measure whose disparity is too large, such as ``selection_rate``, or ``equalized_odds`` for true and false
        positive rates together.
    kind : str
        ``difference`` or ``ratio``, between the largest and the smallest group.
    target : float or None
        What was asked for: at most for a difference, at least for a ratio; None where nothing was.
    findings : tuple of Finding
        Leaks, for which there is the corrected pipeline.
    proxies : tuple of str
        Columns that give the attributes away, the most telling first, as an assessment named them; found in the
        training rows where nothing is said.
    values : tuple of Value
        What was measured, for how many more rows would help.
    sample_weight : array of shape (n,) or None
    seed : int
    minimum : int
        Rows below which a group is too small to be treated by itself.
    stop : callable
        Says whether it is time to stop.
    kept : mapping
        What one method has worked out and another can use, such as cross-fitted scores.
    """

    model: Any
    X_train: Any
    y_train: Any
    A_train: Any = None
    X_test: Any = None
    A_test: Any = None
    sensitive: tuple[str, ...] = ()
    task: str = "binary"
    positive: Any = None
    threshold: float | None = None
    measure: str = "selection_rate"
    kind: Literal["difference", "ratio"] = "difference"
    target: float | None = None
    findings: tuple[Finding, ...] = ()
    proxies: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    sample_weight: Any = None
    seed: int = 0
    minimum: int = 30
    stop: Callable[[], bool] = _go_on
    kept: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def check_time(self) -> None:
        """Raise OutOfTimeError if it is time to stop."""
        if self.stop():
            raise OutOfTimeError("There was no time left.", hint="Give it more with --minutes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A candidate: a fitted estimator and what is to be said of it.

    Attributes
    ----------
    name : str
        Unlike that of any other candidate, such as ``group thresholds (selection rate)``.
    estimator : fitted estimator
        One that needs the attribute takes it as ``predict(X, sensitive_features=…)``, or as columns of X.
    parameters : mapping
        What it was made with and what it has learned that people want to know, as JSON.
    needs_attribute : bool
        Whether it needs the sensitive attribute when it predicts.
    costs : tuple of str
        In plain sentences.
    """

    name: str
    estimator: Any
    parameters: Mapping[str, Json] = field(default_factory=dict)
    needs_attribute: bool = False
    costs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to make candidates.

    Attributes
    ----------
    key, title : str
    about : str
        What it does, in a sentence.
    citation : str
        Where it was published.
    needs : str
        What it needs, in words.
    applies : callable
        Returns why it does not apply to a problem, or an empty text.
    make : callable
        Yields candidates; it raises `OutOfTimeError` where there is no time left, and another `GovError` where it
        cannot.
    advise : callable
        Returns sentences on what no candidate can do.
    """

    key: str
    title: str
    about: str
    citation: str
    needs: str
    applies: Callable[[Problem], str]
    make: Callable[[Problem], Iterator[Made]]
    advise: Callable[[Problem], tuple[str, ...]] = field(default=lambda _: ())
