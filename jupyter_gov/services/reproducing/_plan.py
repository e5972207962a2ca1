"""Which cells are executed again, in an order that a fresh kernel can follow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jupyter_gov.records import AssessmentResult, Cause, Cell, Dataset, Fit, Metric, Record
from jupyter_gov.records._cell import ENTROPY, RANDOM, UNTOLD

from .._history import History
from ._exchange import shell_lines

Scope = Literal["slice", "all"]

_REPEATED = ("assess", "explain", "compare")
"""Magics of ours that are executed again; the others show something, and it is tracked from the start."""

_OURS = re.compile(rf"\s*%(load_ext\s+jupyter_gov|gov_(?!({'|'.join(_REPEATED)})\b)\w+.*)\s*")
_STATE = re.compile(
    r"""^\s*%(cd|env|set_env|load_ext|reload_ext|autoreload|matplotlib|pylab|config)\b
    | \bsys\.path\b | \bos\.(environ|putenv|chdir|umask)\b | \bsite\.addsitedir\b | \bset_start_method\b
    | \b(set_options?|set_config|set_output|seterr|setlocale|tzset|filterwarnings|simplefilter|set_default_\w+)\b
    | \.options\.\w+(\.\w+)*\s*=[^=] | \brcParams\b | \b(setrecursionlimit|use_deterministic_algorithms)\b
    | \b(set_num_threads|set_num_interop_threads|threadpool_limits|reload|register_\w+|enable_\w+|disable_\w+)\(""",
    re.MULTILINE | re.VERBOSE,
)
"""What changes the process and not a variable: later cells rest on it, and nobody can see that they do."""

_WRITES = re.compile(
    r"\b(to_(csv|parquet|pickle|json|excel|feather|hdf|sql|stata)|write_\w+|write|save\w*|dump|sink_\w+)\(|%%writefile"
    r"|^\s*!|^\s*%%(bash|sh|script|file)\b|\bos\.system\(|\bsubprocess\.|\bopen\([^)\n]*['\"][wax]b?\+?['\"]",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\s'\"<>|;&=()!]+")
_FILE = re.compile(r"[^\n\0]{0,240}[^\s/\\]\.\w{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is executed.

    Attributes
    ----------
    cells : tuple of Cell
        The run's executions, in their order.
    scope : str
        ``slice`` or ``all``.
    causes : tuple of Cause
        Why nothing can be executed, which decides, and what else there is to know.
    """

    cells: tuple[Cell, ...]
    scope: Scope
    causes: tuple[Cause, ...] = ()


def plan(records: Sequence[Record], *, scope: Scope) -> Plan:
    """Choose the executions that stand behind a run's results, or all of them.

    A slice holds what the fits, metrics and assessments rest on by the variables that cells read, or the data where
    there are none of these; the cells above that change the process, such as ``sys.path``; and those that write a file
    which the slice names. Where a cell uses variables that nobody could name, all cells above it belong to it. Cells
    that hold nothing but magics of ours that show something are left out.

    Parameters
    ----------
    records : sequence of Record
        All of the run.
    scope : str
        ``slice`` or ``all``.
    """
    history = History(records)
    cells = [c for c in history.cells if not is_ours(c.source)]
    if scope == "slice":
        chosen = _closed(history, cells, _behind_results(records))
        cells = [c for c in cells if c.id in chosen]
    return Plan(cells=tuple(cells), scope=scope, causes=tuple(_causes(cells)))


def is_ours(source: str) -> bool:
    """Say whether a cell holds nothing but magics of ours that show something, or keep a document."""
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return source.lstrip().startswith("%%gov_doc") or all(_OURS.fullmatch(line) for line in lines)


def writes(source: str) -> bool:
    """Say whether a cell looks as if it wrote a file."""
    return _WRITES.search(source) is not None


@lru_cache(maxsize=1000)
def texts_in(source: str) -> frozenset[str]:
    """Return the texts that stand in a cell's code, and the words that shells are given."""
    lines = source.splitlines()
    words = frozenset(w for line in shell_lines(source) for w in _WORD.findall(line) if re.search(r"[./]", w))
    code = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return words
    return words | frozenset(
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )


def _behind_results(records: Iterable[Record]) -> set[str]:
    """Return the executions that gave a result; where there is none, those that saw data."""
    listed = list(records)
    results = {r.cell for r in listed if isinstance(r, Fit | Metric | AssessmentResult)}
    return {c for c in results or {r.cell for r in listed if isinstance(r, Dataset)} if c}


def _closed(history: History, cells: Sequence[Cell], wanted: set[str]) -> set[str]:
    """Return the executions that `wanted` rest on."""
    chosen: set[str] = set()
    open_ = set(wanted)
    while open_:
        chosen |= open_.union(*(history.trace(c)["slice"] for c in open_))
        here = [c for c in cells if c.id in chosen]
        last = max((c.order for c in here), default=0)
        above = [c for c in cells if c.order < last and c.id not in chosen]
        blind = max((c.order for c in here if any(_is_untold(c, v) for v in c.reads)), default=0)
        files = {text for c in here for text in texts_in(c.source) if _FILE.fullmatch(text)}
        open_ = {
            c.id
            for c in above
            if c.order < blind or _STATE.search(c.source) or (writes(c.source) and files & texts_in(c.source))
        }
    return chosen


def _is_untold(cell: Cell, variable: str) -> bool:
    return variable == UNTOLD or (cell.reads[variable] == "" and variable not in (ENTROPY, *RANDOM.values()))


def _causes(cells: Sequence[Cell]) -> Iterable[Cause]:
    if not cells:
        yield Cause(
            what="not_recorded",
            message="The run has no result that rests on a recorded cell.",
            remedy="Reproduce all of its cells with --all.",
        )
    asking = tuple(c.id for c in cells if c.status == "ok" and asks_a_person(c.source))
    if asking:
        yield Cause(
            what="person",
            message="A cell asks a person for something with input() or getpass().",
            remedy="Put what is answered into the code, or into an environment variable that the code reads.",
            cells=asking,
        )


def asks_a_person(source: str) -> bool:
    """Say whether a cell calls ``input`` or ``getpass`` by name, outside of functions that it only defines."""
    if "input" not in source and "getpass" not in source:
        return False
    try:
        open_: list[ast.AST] = [ast.parse(source)]
    except (SyntaxError, ValueError, RecursionError):
        return False
    while open_:
        node = open_.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in ("input", "getpass") and not (called == "input" and isinstance(node.func, ast.Attribute)):
                return True
        open_ += ast.iter_child_nodes(node)
    return False
