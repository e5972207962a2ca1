"""Commands that execute a notebook."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from jupyter_gov.records import Assessment, AssessmentResult, PolicyCheck, Record

from ._reproducing import GOOD, describe, execute_again
from ._support import CUT, command, fail, tell


@command("run")
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Where the executed notebook goes.")
@click.option("--name", help="What to call the run.")
@click.option("--experiment", help="Which project it belongs to.")
@click.option("--parameter", "-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="For papermill.")
@click.option("--check", is_flag=True, help="Reproduce the run at once.")
def run(
    notebook: Path,
    output: Path | None,
    name: str | None,
    experiment: str | None,
    parameters: tuple[tuple[str, str], ...],
    check: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Execute NOTEBOOK headless, tracked from its first cell."""
    from jupyter_gov.services import run_notebook

    done = run_notebook(
        notebook,
        output=output,
        name=name,
        experiment=experiment,
        parameters={key: _literal(value) for key, value in parameters},
        store=store,
        progress=sys.stderr.isatty(),
    )
    # A notebook that raised has no end to come to again.
    again = execute_again(done.run.id, store=store) if check and done.error is None else None
    tell(
        as_json,
        {"run": done.run.id, "status": done.run.status, "notebook": str(done.notebook)}
        | ({"verdict": again.verdict, "reproduction": again.to_json()} if again else {}),
        [
            f"run {done.run.id} {done.run.status}",
            f"notebook {done.notebook}",
            *(["", *describe(again, done.run.id, store)] if again else []),
        ],
    )
    if done.error is not None:
        fail(done.error)
    if again is not None and again.verdict not in GOOD:
        sys.exit(1)


@command("demo")
@click.argument("notebook", type=click.Path(path_type=Path), required=False)
def demo(notebook: Path | None, store: str | None, as_json: bool) -> None:
    """Walk the four steps on real mortgage decisions, or run NOTEBOOK, and render the report."""
    from jupyter_gov.display import words
    from jupyter_gov.services import find_example, load_records, report, run_notebook

    done = run_notebook(notebook or find_example("four_steps"), store=store, progress=sys.stderr.isatty())
    if done.error is not None:
        raise done.error
    files = report(done.run.id, store=store, progress=sys.stderr.isatty())
    records = load_records(done.run.id, store)
    gaps = sum(r.kind == "gap" for r in records)
    lines = [
        f"{words.shorten(done.run.name, CUT)} · experiment {words.shorten(done.run.experiment, CUT)}",
        *_summary([r for r in records if isinstance(r, AssessmentResult)]),
        *_judged(records),
        f"{gaps} gap{'' if gaps == 1 else 's'}: what was seen but not captured",
        f"run {done.run.id}",
        f"report {files[0]}",
    ]
    tell(as_json, {"run": done.run.id, "gaps": gaps, "files": [str(f) for f in files]}, lines)


def _judged(records: list[Record]) -> list[str]:
    """Return what the last check of a policy came to, in a line."""
    from jupyter_gov.display import readiness_words

    checks = [r for r in records if isinstance(r, PolicyCheck)]
    return [f"policy {checks[-1].policy}: {readiness_words(checks[-1])}"] if checks else []


_KEY_METRICS = ("roc_auc", "accuracy", "balanced_accuracy", "brier_score")


def _summary(results: list[AssessmentResult]) -> list[str]:
    """Return the last assessed model, its key metrics with intervals, and its worst disparity, a line each."""
    from jupyter_gov.display import words, worst

    if not results:
        return ["no assessment"]
    # What was explained afterwards, one row say, has no such numbers.
    act = next((r.act for r in reversed(results) if r.name == "performance"), results[-1].act)
    last = Assessment(results=tuple(r for r in results if r.act == act))
    found = [r.find(name, kind="estimate") for name in _KEY_METRICS for r in last.results]
    lines = [f"model {words.shorten(last.results[0].model, CUT)}"]
    lines += [f"  {v.measure} {words.with_interval(v)}" for v in found if v is not None]
    value = worst(last)
    if value is not None:
        lines.append(
            f"  worst disparity: {value.measure} {value.kind} by {words.shorten(value.attribute or '', CUT)} "
            f"{words.with_interval(value)}"
        )
    return lines


def _literal(text: str) -> Any:
    """Read a parameter's value as JSON where it is some, else as text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
