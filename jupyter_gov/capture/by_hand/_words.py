"""Which words make a number of many, keep its meaning, or have nothing to do with values."""

from __future__ import annotations

import re

PROBE, MARK = "jupyter_gov probe", "jupyter_gov mark"
"""Texts whose places the probes take in compiled code."""

REDUCTIONS = frozenset(
    {
        "mean", "nanmean", "average", "fmean", "sum", "nansum", "fsum", "count_nonzero", "prod", "std", "nanstd", "var",
        "nanvar", "median", "nanmedian", "quantile", "percentile", "max", "min", "nanmax", "nanmin", "amax", "amin",
        "norm", "dot", "vdot", "corrcoef", "corr", "cov", "trace", "trapezoid", "trapz", "pearsonr", "spearmanr",
        "kendalltau", "ks_2samp", "harmonic_mean", "geometric_mean", "gmean", "hmean", "stdev", "pstdev", "variance",
        "pvariance", "sem", "ptp", "skew", "kurtosis", "wasserstein_distance", "entropy", "crosstab", "value_counts",
        "pivot_table", "agg", "aggregate", "count", "reduce", "inner", "Counter",
    }
)  # fmt: skip
"""Functions and methods that make a number of many."""

STEPS = frozenset(
    {
        "sqrt", "log", "log2", "log10", "log1p", "exp", "expm1", "abs", "absolute", "fabs", "square", "power", "pow",
        "negative", "divide", "subtract", "add", "multiply", "true_divide", "round", "around", "float", "int",
        "float64", "float32", "int64", "item", "asarray", "array", "clip", "hypot", "nan_to_num", "tolist", "to_numpy",
        "ravel", "flatten", "squeeze", "astype", "reshape", "values", "maximum", "minimum", "where", "logical_and",
        "logical_or", "logical_not", "logical_xor", "equal", "not_equal", "eq", "ne", "gt", "lt", "ge", "le", "isclose",
        "sub", "mul", "div", "truediv", "fillna", "list", "map", "zip", "cumsum", "diff", "sign", "complex",
        "select", "collect", "lazy",
    }
)  # fmt: skip
"""Functions and methods on the way to a number: what is inside them is part of the same expression."""

ROUNDING = frozenset({"round", "float", "int", "abs", "around", "str", "repr", "format"})
"""What says the same number in another way."""

SILENT = frozenset(
    {
        "print", "display", "len", "range", "isinstance", "issubclass", "type", "str", "repr", "format", "super", "id",
        "getattr", "setattr", "hasattr", "delattr", "open", "input", "hash", "locals", "globals", "vars", "dir", "exec",
        "eval", "iter", "next", "callable", "fit", "read_csv", "head", "tail", "info", "describe", "plot", "scatter",
        "hist", "show", "figure", "subplots", "title", "xlabel", "ylabel", "legend", "join", "keys", "items",
    }
)  # fmt: skip
"""Calls whose results are no values computed from predictions."""

BLIND = frozenset(
    {"len", "range", "type", "isinstance", "id", "hash", "zeros_like", "ones_like", "empty_like", "full_like", "print",
     "callable", "hasattr", "getsizeof", "time", "perf_counter", "monotonic", "process_time"}
)  # fmt: skip
"""Calls that do not look at the values of what they are given."""

SHAPE = frozenset(
    {"shape", "size", "index", "columns", "dtype", "dtypes", "ndim", "nbytes", "name", "names", "classes_"}
)
"""Attributes that say nothing about values."""

COMPILERS = frozenset({"jit", "njit", "vectorize", "guvectorize", "stencil", "cfunc", "compile", "kernel"})
"""Decorators that read a function's bytecode, and would not know a probe."""

INDICES = frozenset({"nonzero", "argwhere", "flatnonzero", "argsort", "searchsorted"})
"""Functions that say where values are, as `where` does with a condition alone."""

COMPARES = re.compile(r"score|loss|error|matrix|report|curve|support|auc|deviance", re.IGNORECASE)
"""In the names of functions that compare a truth with predictions, those of ``sklearn.metrics`` and the user's."""

TIMES = re.compile(r"time|bench|latency|elapsed|duration|profile", re.IGNORECASE)
"""In the names of functions that say how long a prediction takes, not what it is."""

GROWS = frozenset({"append", "extend"})
"""Methods that put values into a list."""
