"""Identity of models by what they have learned."""

from __future__ import annotations

from typing import Any

from ._format import node, spell


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
