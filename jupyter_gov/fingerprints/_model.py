"""Identity of models by what they have learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._format import node, spell

if TYPE_CHECKING:
    from ._learned import Learned


def fingerprint_model(model: Any) -> str:
    """Identify a fitted model by its class, its parameters and all that it has learned.

    A walk over its attributes and those of the estimators in it; never pickled bytes, never a `repr`. The same
    parameters fitted again on the same data with the same seed give the same digest, in another process too; any other
    learned value gives another. What counts and the byte format are in ``docs/fingerprint.md``.

    Parameters
    ----------
    model : estimator
        Anything with the scikit-learn protocol, a booster of LightGBM or XGBoost, or results of statsmodels.

    Returns
    -------
    str
        ``jg1:`` and 64 hexadecimal digits.

    Raises
    ------
    InputError
        If it holds something that cannot be identified; the message says where.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from jupyter_gov.fingerprints import fingerprint_model
    >>> fitted, again = (Ridge().fit([[0.0], [1.0]], [0.0, 1.0]) for _ in range(2))
    >>> fingerprint_model(fitted) == fingerprint_model(again)
    True
    >>> again.coef_[0] += 1e-12
    >>> fingerprint_model(fitted) == fingerprint_model(again)
    False
    """
    from ._walk import Walk

    return spell(node("model", *Walk().over(model)))


def learned(model: Any) -> dict[str, Any]:
    """Return what a fitted model has learned, with its parameters.

    The leaves of the walk that `fingerprint_model` makes: two models have the same ones if and only if they have the
    same digest.

    Parameters
    ----------
    model : estimator
        As for `fingerprint_model`.

    Returns
    -------
    dict of str to array, number, str, bool or None
        By the way to each, such as ``coef_``, ``steps.scale.mean_`` or ``estimators_[3].tree_['nodes'].threshold``.
        Values of one type that fill a list or a dict are one array, those of a dict by its keys in order. A booster's
        come from its text or JSON form. ``(structure)`` is a digest of everything else.

    Raises
    ------
    InputError
        If it holds something that cannot be identified; the message says where.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from jupyter_gov.fingerprints import learned
    >>> learned(Ridge().fit([[0.0], [1.0]], [0.0, 1.0]))["coef_"]
    array([0.33333333])
    """
    return read_model(model).values()


def read_model(model: Any) -> Learned:
    """Return a model's digest and what it has learned, both from one walk.

    Raises
    ------
    InputError
        As `fingerprint_model`.
    """
    from ._learned import Learned

    return Learned(model)
