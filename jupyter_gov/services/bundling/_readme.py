"""What a bundle tells a stranger."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_gov.records import Dataset, Fit, Metric

from ..reproducing._building import Lock
from ..reproducing._original import Original
from . import _layout as layout
from ._source import Collected

_LONGEST = 30
"""Lines of a list."""


def readme(original: Original, collected: Collected, lock: Lock | None) -> str:
    """Return the text of a bundle's `README.md`."""
    run, records = original.run, original.records
    datasets = {r.digest for r in records if isinstance(r, Dataset)}
    counts = (
        f"{_count(len(datasets), 'data set')}, {_count(sum(isinstance(r, Fit) for r in records), 'fit')} and "
        f"{_count(sum(isinstance(r, Metric) for r in records), 'metric')}"
    )
    began = f", which began on {run.started[:10]}" if run.started else ""
    lines = [
        f"# {run.name}",
        "",
        f"This is the run `{run.id}` of {_code(run.notebook) if run.notebook else 'a Jupyter session'}{began}, with "
        "all that it takes to execute it again and to see whether the same comes out. "
        f"The run came to {counts}; all of them are compared.",
        "",
        "## Do it",
        "",
        *_missing(collected),
        "```sh",
        f"python {layout.RUNNER}",
        "```",
        "",
        "It needs Python 3.11 or later"
        + (f" (the run had {lock.python})" if lock else "")
        + " and a package index, and nothing else: it checks that this bundle is whole, makes a virtual environment "
        "from the versions that the run had, executes the cells in a temporary folder, compares, and leaves nothing "
        f"behind. `python {layout.RUNNER} --help` lists what you may ask of it. Where jupyter-gov is installed, "
        "`jupyter gov reproduce` takes this folder, or the file that it came in, in place of a run.",
        "",
        "| verdict | means | exit status |",
        "|---|---|---|",
        "| identical | everything that is compared came out the same, to the last bit | 0 |",
        "| equivalent | numbers differ by no more than the tolerance, relatively 1e-8 unless you ask for another | 0 |",
        "| different | something came out otherwise; the first such step and the likely cause are named | 1 |",
        "| impossible | it could not be executed to its end, for the reason that is named | 1 |",
        "",
        "The code in this bundle is executed on your machine with your rights: read it first, or run it where it can "
        "do no harm.",
        "",
        *_expected([r for r in records if isinstance(r, Metric)], {r.id: r for r in records if isinstance(r, Fit)}),
        "## What is in it",
        "",
        "| | |",
        "|---|---|",
        f"| `{layout.RUNNER}` | does all of the above, with nothing but the standard library |",
        f"| `{layout.NOTEBOOK}`, `{layout.SCRIPT}` | the cells behind the results, as a notebook and as a script "
        "that needs nothing of jupyter-gov |",
        f"| `{layout.SOURCE}/` | the work tree as the run had it |",
        f"| `{layout.INPUTS}` | the files that the run read, with their digests and places |",
        f"| `{layout.REQUIREMENTS}`, `{layout.LOCK}` | the versions that the run had, exactly |",
        f"| `{layout.RECORDS.partition('/')[0]}/` | what the run came to: its records, and predictions and learned "
        "parameters that were kept with them |",
        f"| `{layout.PACKAGE}/` | the source of jupyter-gov, which is free software under the BSD-3-Clause licence |",
        f"| `{layout.SUMS}` | the SHA-256 of every other file: `sha256sum --check {layout.SUMS}` |",
        "",
        *_left_out(collected, lock),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _missing(collected: Collected) -> list[str]:
    wanted = [item for item in collected.inputs if not item["included"]]
    if not wanted:
        return []
    rows = [
        f"| {_code(i['path'])} | {_code(i['place'])} | {'' if i['bytes'] is None else format(i['bytes'], ',')} | "
        f"{_code(i['sha256'] or i['digest'] or 'not known')} |"
        for i in wanted
    ]
    return [
        "First put these files, which the run read and this bundle does not hold, into their places in this folder:",
        "",
        "| file | its place | bytes | SHA-256 |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _expected(metrics: list[Metric], fits: Mapping[str, Fit]) -> list[str]:
    numbers = [m for m in metrics if isinstance(m.value, int | float)]
    if not numbers:
        return []
    rows = [f"| {_code(m.name)} | {_models(m, fits)} | {m.value!r} |" for m in numbers[-_LONGEST:]]
    more = f" (the last {_LONGEST} of {len(numbers)})" if len(numbers) > _LONGEST else ""
    return [f"## What should come out{more}", "", "| metric | of the model | value |", "|---|---|---|", *rows, ""]


def _models(metric: Metric, fits: Mapping[str, Fit]) -> str:
    return ", ".join(_code(fits[f].name or fits[f].class_.rpartition(".")[2]) for f in metric.fits if f in fits)


def _left_out(collected: Collected, lock: Lock | None) -> list[str]:
    told = [*collected.left_out, *(f"{name}: {why}" for name, why in (lock.local if lock else {}).items())]
    return [*_list("What is not in it", told), *_list("What else there is to know", collected.notes)]


def _list(title: str, told: list[str]) -> list[str]:
    if not told:
        return []
    more = [f"- and {len(told) - _LONGEST} more"] if len(told) > _LONGEST else []
    return [f"## {title}", "", *(f"- {line}" for line in told[:_LONGEST]), *more, ""]


def _code(text: str) -> str:
    """Return a text as Markdown shows it letter by letter, also in a table."""
    return f"`{text.replace('`', chr(39)).replace('|', '¦')}`"
