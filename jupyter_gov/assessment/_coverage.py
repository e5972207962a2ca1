"""How often nominal 95% intervals hold the truth, in sentences for cards; see ``benchmarks/interval_coverage.py``."""

from __future__ import annotations

RATES = (
    "Rates of 1% to 99%, 20 to 100,000 rows: 95% to 98% of intervals hold the truth on the mean over rates, at no rate "
    "fewer than 93%, and never fewer than 95% where under 10 successes or failures are expected (exact enumeration)."
)
EXTREMES = (
    "Largest difference and smallest ratio of 2, 6 or 40 groups of 50 to 5,000 rows: at least 93.8% of intervals, "
    "while of 40 equal groups of 50 rows the largest difference itself lies 0.28 above the truth (2,000 samples each)."
)
REFERENCE = (
    "A group against a chosen one or everybody, 2 to 40 groups of 50 to 5,000 rows: at least 93.7%; all comparisons "
    "with the best group together: at least 93.7% (1,000 samples each)."
)
ROC_AUC = (
    "ROC AUC of 0.6 to 0.97, normal scores, classes of 5 to 5,000 rows: 94% to 98% of intervals hold the truth (2,000 "
    "samples each)."
)
GROUPS = (
    "6 or 40 groups of 30 to 1,000 rows that are alike: each group's rates, F1 and ROC AUC 94.7% to 97.6% of "
    "intervals, means 93% to 95.6%, expected calibration error 94.4% to 97.8%; the largest difference of any of them "
    "93.8% to 100% (500 samples each)."
)
LONG_TAILS = (
    "Long-tailed errors: of groups of 50 rows 86% to 90% of intervals of the mean absolute error and 58% to 68% of the "
    "mean squared error; of 2 to 40 equal groups, tests and largest differences tell some apart in at most 6% of "
    "samples (250 each)."
)
