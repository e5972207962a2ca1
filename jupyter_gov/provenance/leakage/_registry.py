"""The leakage checks, in the order in which they are made: what costs nothing first."""

from __future__ import annotations

from collections.abc import Mapping

from ._case import Check, LookCheck
from ._choices import early_stopping_on_test, threshold_on_test
from ._cross_validation import cross_validation_leak
from ._differences import difference_not_shown
from ._groups import groups_across_split
from ._identifier import identifier_as_feature
from ._looks import find_reuse, tuned_and_reported, tuned_on_test
from ._overlap import find_overlap
from ._preparation import preparation_on_test_rows, resampling_on_test_rows, selection_on_test_rows
from ._strength import baseline_not_beaten, too_few_positives, unfit_metric
from ._target import target_in_features
from ._time import time_across_split
from ._twins import find_identical, find_near_identical

CHECKS: Mapping[str, Check] = {
    "early_stopping_on_test": early_stopping_on_test,
    "threshold_on_test": threshold_on_test,
    "tuned_on_test": tuned_and_reported,
    "overlapping_rows": find_overlap,
    "selection_on_test_rows": selection_on_test_rows,
    "resampling_on_test_rows": resampling_on_test_rows,
    "preparation_on_test_rows": preparation_on_test_rows,
    "cross_validation_leak": cross_validation_leak,
    "too_few_positives": too_few_positives,
    "groups_across_split": groups_across_split,
    "time_across_split": time_across_split,
    "identifier_as_feature": identifier_as_feature,
    "target_in_features": target_in_features,
    "identical_rows": find_identical,
    "near_identical_rows": find_near_identical,
}
"""By the name that their findings have as ``check``."""

LATE_CHECKS: Mapping[str, Check] = {
    "baseline_not_beaten": baseline_not_beaten,
    "unfit_metric": unfit_metric,
}
"""Checks of what was reported at all: true only of all metrics that a run has of a model, so made when it ends."""

LOOK_CHECKS: Mapping[str, LookCheck] = {
    "test_set_reuse": find_reuse,
    "tuned_on_test": tuned_on_test,
    "too_few_positives": difference_not_shown,
}

ONCE: set[str] = {
    "overlapping_rows",
    "identical_rows",
    "near_identical_rows",
    "selection_on_test_rows",
    "resampling_on_test_rows",
    "preparation_on_test_rows",
    "groups_across_split",
    "time_across_split",
    "identifier_as_feature",
    "target_in_features",
}
"""Checks that look at data only, and neither at parameters nor at metrics: for other models they come out the same."""

OF_THE_TEST: set[str] = {"too_few_positives", "baseline_not_beaten", "unfit_metric"}
"""Checks of what test data can show: what they find of several models on the same rows is one finding."""
