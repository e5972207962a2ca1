"""Commands that assess and compare tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from jupyter_gov.errors import GovError

from ._support import command, fail, tell


@command("assess")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--target", help="The column of what happened; by default the one with a usual name, such as y_true.")
@click.option("--prediction", help="The column of predicted labels or numbers.")
@click.option("--score", help="The column of scores or probabilities of the positive label.")
@click.option("--sensitive", multiple=True, help="Sensitive columns, separated by commas.")
@click.option("--task", help="binary, multiclass, regression or ranking; by default what the columns show.")
@click.option(
    "--threshold", type=float, help="Where there is no prediction: the lowest score that is decided positive."
)
@click.option("--positive", metavar="LABEL", help="The positive label; by default the larger in sort order.")
@click.option("--control", metavar="COL", help="The column of another model's predictions, to compare with.")
@click.option("--weight", metavar="COL", help="The column of sample weights.")
@click.option("--strata", multiple=True, help="Columns within whose values groups are compared too.")
@click.option("--reference", metavar="COL=GROUP", help="The groups that others are compared with, such as race=White.")
@click.option("--bins", metavar="COL=EDGES", help="Groups of a quantity, such as age=25:40:65, or age=4 of equal size.")
@click.option("--costs", help="What errors cost, such as false_positive=1,false_negative=5.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of everything that is drawn at random.")
@click.option("--model", help="What the model is called; by default as the file.")
@click.option("--name", help="What to call the run; by default as the file.")
@click.option("--experiment", help="Which project it belongs to.")
@click.option("--include", help="Only these assessments, separated by commas.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Of the intervals, two-sided.")
@click.option("--report", "render", is_flag=True, help="Render the model card at once.")
def assess(table: Path, *, render: bool, store: str | None, as_json: bool, **asked: Any) -> None:
    """Assess the model that made the predictions in TABLE, a CSV or Parquet file: anywhere, in any language."""
    from jupyter_gov.display import Progress, text
    from jupyter_gov.services import assess_table, report

    terminal = sys.stderr.isatty()
    with Progress(None) as progress:
        done = assess_table(table, store=store, progress=progress if terminal else None, **asked)
    files: list[Path] = []
    error: dict[str, Any] = {}
    problem: object = done.run.reason if done.run.status == "failed" else None
    try:
        files += report(done.run.id, store=store, progress=terminal) if render else []
    except GovError as failure:  # the run is there all the same
        error, problem = {"error": failure.to_json()}, failure
    tell(
        as_json,
        {
            "run": done.run.id,
            "status": done.run.status,
            "assessments": [r.to_json() for r in done.assessment.results],
            "files": [str(f) for f in files],
            **error,
        },
        [*text(done.assessment).split("\n"), "", done.table, f"run {done.run.id}", *(f"report {f}" for f in files)],
    )
    if problem is not None:
        fail(problem)


@command("compare")
@click.argument("reference", type=click.Path(path_type=Path))
@click.argument("current", type=click.Path(path_type=Path))
@click.option("--target", metavar="COL", help="The column of what happened, in both.")
@click.option("--floor", type=float, default=0.0, show_default=True, help="The smallest distance that counts.")
@click.option("--level", type=float, default=0.05, show_default=True, help="How often there may be a false alarm.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Of the intervals, two-sided.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of everything that is drawn at random.")
@click.option("--name", help="What to call the run; by default as the files.")
@click.option("--experiment", help="Which project it belongs to.")
def compare(reference: Path, current: Path, *, store: str | None, as_json: bool, **asked: Any) -> None:
    """Find what has changed from REFERENCE to CURRENT, two CSV or Parquet files, beyond chance."""
    from jupyter_gov.display import Progress, text
    from jupyter_gov.services import compare_tables

    terminal = sys.stderr.isatty()
    with Progress(None) as progress:
        done = compare_tables(reference, current, store=store, progress=progress if terminal else None, **asked)
    (result,) = done.assessment.results
    tell(
        as_json,
        {"run": done.run.id, "status": done.run.status, "assessments": [result.to_json()]},
        [*text(done.assessment).split("\n"), "", done.table, f"run {done.run.id}"],
    )
    if done.run.status == "failed":
        fail(done.run.reason)
