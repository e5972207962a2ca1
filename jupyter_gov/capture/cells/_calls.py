"""What a call could do, by the way it is written."""

from __future__ import annotations

import ast
import re

from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

PURE = frozenset({
    "abs", "all", "any", "bool", "bytes", "callable", "chr", "complex", "dict", "display", "divmod", "enumerate",
    "float", "format", "frozenset", "hash", "hex", "id", "int", "isinstance", "issubclass", "iter", "len", "list",
    "max", "min", "oct", "ord", "pow", "print", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str",
    "sum", "tuple", "type", "zip",
})  # fmt: skip
"""Functions that change nothing that they are given, by what they are called."""

IN_PLACE = frozenset({
    "copyto", "fill", "fill_diagonal", "insert", "itemset", "partition", "place", "pop", "put", "put_along_axis",
    "putmask", "resize", "setfield", "setflags", "shuffle", "sort", "update",
})  # fmt: skip
"""Methods and functions that change an array or a frame itself."""

DYNAMIC = frozenset({"delattr", "eval", "exec", "get_ipython", "globals", "locals", "setattr", "vars"})
"""Functions by which code can bind names that do not stand in it."""

UNTELLING = DYNAMIC - {"delattr", "setattr"}
"""Functions by which code can use them."""

ASKING = frozenset({"eval", "execute", "executemany", "from_query", "query", "query_df", "read_sql", "sql"})
"""Functions that take a text in which variables have their names: SQL over frames, expressions of pandas."""

SWALLOWS = re.compile("suppress|ignor|swallow|raises", re.IGNORECASE)
"""Context managers after which it is not sure that their body came to its end."""

DEFINES = frozenset({
    "abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod", "contextmanager", "dataclass",
    "deleter", "final", "getter", "jit", "lru_cache", "njit", "overload", "override", "property", "setter",
    "staticmethod", "total_ordering", "vectorize", "wraps",
})  # fmt: skip
"""Decorators that do not call what they are given."""

_LIBRARIES = frozenset({
    "catboost", "duckdb", "lightgbm", "matplotlib", "numpy", "pandas", "plotly", "polars", "pyarrow", "scipy",
    "seaborn", "sklearn", "statsmodels", "xgboost",
})  # fmt: skip
"""Packages whose functions leave their arguments alone, but for those of `IN_PLACE`."""

_LOOKS = frozenset({"copy", "count", "get", "getattr", "hasattr", "index", "items", "keys", "open", "super", "values"})

LOOP = ("for",)
"""What stands for a loop where functions are named by their paths."""

_GENERATORS = frozenset({"MT19937", "PCG64", "PCG64DXSM", "Philox", "RandomState", "SFC64", "default_rng"})
"""What makes a generator of NumPy's, and without a seed another one each time; so does ``random.Random``."""

_DRAWS_NOTHING = re.compile(
    r"(read|load|fetch|set|get|make_?dirs?|mkdir|to)(_\w+)?|\w*(warnings|Warning)|simplefilter|Path|join|exists|copy|"
    r"basicConfig|\w*[lL]ogger|use|chdir|append|DataFrame|Series|array|arange|zeros|ones|linspace|date_range|"
    + "|".join(_GENERATORS)
)
"""What is called before a seed is set and draws nothing from a global generator, by what it is called."""


def root_of(node: ast.expr) -> tuple[str, int]:
    """Return the variable at the beginning of ``a.b[c].d()``, and how many steps lead away from it."""
    steps = 0
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        steps += not isinstance(node, ast.Call)
        node = node.func if isinstance(node, ast.Call) else node.value
    return (node.id, steps) if isinstance(node, ast.Name) else ("", steps)


def last_of(node: ast.expr) -> str:
    """Return the last name of ``a.b.c``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def path_of(node: ast.expr) -> tuple[str, ...]:
    """Return the names of ``a.b.c``, calls left out; none where there is anything else in it."""
    if isinstance(node, ast.Call):
        return path_of(node.func)
    if isinstance(node, ast.Attribute):
        path = path_of(node.value)
        return (*path, node.attr) if path else ()
    return (node.id,) if isinstance(node, ast.Name) else ()


def makes_unseeded(node: ast.Call) -> bool:
    """Say whether a call makes a random generator without giving it a seed."""
    called = last_of(node.func)
    makes = called in _GENERATORS or (called == "Random" and root_of(node.func) == ("random", 1))
    return makes and not has_argument(node)


def has_argument(node: ast.Call) -> bool:
    """Say whether a call is given anything other than None."""
    given = (*node.args, *(k.value for k in node.keywords))
    return not all(isinstance(a, ast.Constant) and a.value is None for a in given)


def draws_nothing(node: ast.Call) -> bool:
    """Say whether a call takes no numbers from a global generator, by what it is called."""
    called = last_of(node.func)
    return (isinstance(node.func, ast.Name) and called in PURE) or _DRAWS_NOTHING.fullmatch(called) is not None


def leaves_alone(path: tuple[str, ...], package: str) -> bool:
    """Say whether a function changes nothing that it is given.

    Parameters
    ----------
    path : tuple of str
        The names by which it is called.
    package : str
        Where the first of them comes from.
    """
    if not path or path[-1] in IN_PLACE:
        return False
    return package in _LIBRARIES or (package == "builtins" and path[-1] in _LOOKS)


def magic_of(node: ast.Call) -> tuple[str, str, str | None] | None:
    """Return a magic's name, the text behind it and its body, as IPython's transformers write it."""
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not (isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call) and texts):
        return None
    if last_of(node.func.value.func) != "get_ipython":
        return None
    if node.func.attr in ("system", "getoutput"):
        return "!", texts[0], None
    if node.func.attr in ("run_line_magic", "run_cell_magic"):
        return texts[0], texts[1] if len(texts) > 1 else "", texts[2] if len(texts) > 2 else None
    return None
