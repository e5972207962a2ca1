"""Checks on how often held-out rows have been looked at, and what was chosen by them."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import NormalDist

from ...records import Finding, Fit, to_json
from ._case import Case, Look
from ._choices import FEWEST_TRIALS
from ._preparation import among, is_validation, short

FEWEST_MODELS = 10
"""Models looked at on the same rows from which on a warning is due."""

CORRELATION = 0.9
"""Assumed between the errors of two models on the same rows; much alike, so that the optimism is rather understated."""

_ENOUGH = 0.45
"""Standard errors of optimism from which on a warning is due: "about half"."""

_MANY_TRIALS = 5
"""Settings of one kind of model, tried on what is called a test set, from which on the best of them was looked for."""

_TEST = re.compile(r"(?<![a-z])(test|tests|testing|holdout|hold_out|heldout|held_out)(?![a-z])")

_ACCURACIES = ("accuracy_score", "accuracy", "balanced_accuracy_score", "zero_one_loss")

_CLASSIFIES = re.compile(r"Classifier|LogisticRegression|SVC$|NB$|Discriminant")


def expected_maximum(count: int, *, correlation: float = 0.0) -> float:
    """Return the expected largest of `count` standard normal numbers, each two equally correlated.

    sqrt(1 - correlation) times that of independent ones, since X = sqrt(r) Z0 + sqrt(1 - r) Z with a common Z0 whose
    mean is 0; for these Blom's approximation, the normal quantile of (count - 3/8) / (count + 1/4) (Blom, Statistical
    Estimates and Transformed Beta-Variables, 1958), wrong by less than 0.02.
    """
    if count < 2:
        return 0.0
    return math.sqrt(1 - correlation) * NormalDist().inv_cdf((count - 0.375) / (count + 0.25))


def find_reuse(looks: list[Look]) -> Iterator[Finding]:
    """Count the models that were looked at on the same held-out rows, over all runs, and tell the optimism of the best.

    The best of k equally good models exceeds what any of them can do by the expected maximum of k errors. Models that
    were made for one purpose err on the same rows (Mania et al., Model Similarity Mitigates Test Set Overuse, NeurIPS
    2019), hence the correlation. The same model again, as when a notebook is run again, adds nothing.
    Rows that are looked at in one run only are taken for a validation part unless they are called a test.
    """
    looks = [look for look in looks if not _validates(look)]
    models = {_model(look.fit) for look in looks}
    k = len(models)
    optimism = expected_maximum(k, correlation=CORRELATION)
    if k < FEWEST_MODELS or optimism < _ENOUGH or not any(look.here for look in looks):
        return
    last = next(look for look in reversed(looks) if look.here)
    runs = len({look.run for look in looks})
    if runs == 1 and not any(map(_tests, looks)):
        # A part that settings are chosen by in this run, as far as anybody can tell.
        return
    error = _standard_error(last)
    about = f"about {optimism:.1f} standard errors" + ("" if error is None else f" ({optimism * error:.3f})")
    yield Finding(
        check="test_set_reuse",
        severity="warning",
        message=f"{k:,} different models have been looked at on the same {last.size:,} held-out rows in {_runs(runs)}: "
        f"the best of so many looks better than it is, by {about} even if they hardly differ.",
        remedy="Choose among models by cross-validation or on a validation part, and keep rows for a last test that no "
        "choice has seen.",
        count=last.size,
        of=last.size,
        cells=_cells(looks),
        fits=tuple(dict.fromkeys(look.fit.id for look in looks if look.here)),
        evidence={
            "models": k,
            "looks": len(looks),
            "runs": runs,
            "correlation": CORRELATION,
            "optimism_in_standard_errors": optimism,
            "standard_error": error,
        },
    )


def tuned_on_test(looks: list[Look]) -> Iterator[Finding]:
    """Find settings of one kind of model that were compared on the rows that the chosen one is reported on.

    Stages of one model, as ``staged_predict`` gives them, are settings too: when a model of the kind is fitted anew
    after they were compared, their number was chosen.
    """
    told = [look for look in looks if look.here and not _validates(look)]
    kinds: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    for look in told:
        kinds[look.fit.class_, *sorted(look.fit.params)].append(look)
    for (kind, *_), of_kind in kinds.items():
        for metric in dict.fromkeys(look.metric.name for look in of_kind):
            compared = _compared([look for look in of_kind if look.metric.name == metric])
            if compared is None:
                continue
            tried, chosen = compared, _chosen(of_kind, compared)
            staged = len({_model(look.fit) for look in tried}) == 1
            named = len(tried) >= _MANY_TRIALS and any(map(_tests, tried)) and not staged
            what = f"{len(tried):,} {'stages' if staged else 'settings'} of {kind.rpartition('.')[2]}"
            yield Finding(
                check="tuned_on_test",
                severity="warning" if chosen or named else "info",
                message=f"{what} were compared by {metric} on the same {tried[-1].size:,} held-out rows"
                + (", and the chosen one is reported on them too" if chosen else "")
                + ": the best of several on the test looks better than it is.",
                remedy="Compare settings by cross-validation within the training rows (GridSearchCV) or on a "
                "validation part, and test the chosen one once.",
                count=tried[-1].size,
                of=tried[-1].size,
                cells=_cells(tried),
                fits=tuple(dict.fromkeys(look.fit.id for look in tried)),
                evidence={"settings": len(tried), "reported_again": chosen, "metric": metric},
            )
            return


def tuned_and_reported(case: Case) -> Iterator[Finding]:
    """Find searches whose result is reported on the rows that they searched by."""
    same = case.use == "cross_validation" or case.test.id == case.train.id
    # Of its own data a search has scores of folds, too.
    metrics = [m for m in case.metrics if not same or m.split == "train"]
    if not case.fit.candidates or not metrics:
        return
    count = case.test.rows if same else int(among(case.test, case.train.origins).sum())
    if not count:
        return
    search, rows = short(case.fit), case.test.rows
    yield Finding(
        check="tuned_on_test",
        severity="warning",
        message=f"{search} chose among {len(case.fit.candidates):,} settings by {count:,} of the {rows:,} rows that "
        f"{metrics[-1].name} is reported on.",
        remedy="Set test rows apart before the search, or cross-validate the search itself (nested cross-validation).",
        count=count,
        of=rows,
        cells=case.cells,
        datasets=(case.test.id,),
        fits=(case.fit.id,),
        evidence={"candidates": len(case.fit.candidates), "shared": count},
    )


def _compared(looks: Sequence[Look]) -> list[Look] | None:
    """Return the first look at each of several settings, or at each of several stages of one model; None if neither."""
    settings: dict[str, Look] = {}
    for look in looks:
        settings.setdefault(_settings(look.fit), look)
    if len({_model(look.fit) for look in settings.values()}) >= FEWEST_TRIALS:
        return list(settings.values())
    stages: dict[str, dict[tuple[str, ...], Look]] = defaultdict(dict)
    for look in looks:
        stages[_model(look.fit)].setdefault(look.metric.predictions, look)
    return next((list(found.values()) for found in stages.values() if len(found) >= FEWEST_TRIALS), None)


def _chosen(looks: Sequence[Look], tried: Sequence[Look]) -> bool:
    """Say whether a few of several settings were looked at once more when all had been tried."""
    last = tried[-1]
    later = looks[looks.index(last) + 1 :]
    models = {_model(look.fit) for look in tried}
    if len(models) == 1:
        return any(_model(look.fit) not in models for look in later)
    settings = {_settings(look.fit) for look in tried}
    again = {_settings(k.fit) for k in later if k.cell != last.cell or _settings(k.fit) != _settings(last.fit)}
    return 0 < len(again & settings) <= len(settings) / 2


def _validates(look: Look) -> bool:
    return look.metric.split == "validation" or is_validation(look.name)


def _tests(look: Look) -> bool:
    """Say whether a person calls the rows a test."""
    return bool(_TEST.search(look.name.lower()))


def _model(fit: Fit) -> str:
    return fit.model_digest or f"{fit.class_} {_settings(fit)}"


def _settings(fit: Fit) -> str:
    return repr(sorted((name, repr(to_json(value))) for name, value in fit.params.items()))


def _cells(looks: Sequence[Look]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(look.cell for look in looks if look.here and look.cell))


def _runs(count: int) -> str:
    return "this run" if count == 1 else f"{count:,} runs"


def _standard_error(look: Look) -> float | None:
    """Return the binomial standard error of an accuracy; of other metrics it is not told."""
    value = look.metric.value
    right = look.metric.name in _ACCURACIES or (look.metric.name == "score" and _CLASSIFIES.search(short(look.fit)))
    if not right or not isinstance(value, int | float) or not 0 <= value <= 1 or not look.size:
        return None
    return math.sqrt(value * (1 - value) / look.size)
