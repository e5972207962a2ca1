"""``jupyter gov``: the command line, a thin wrapper of the services."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from . import __version__
from .errors import GovError
from .records import Assessment, AssessmentResult

F = TypeVar("F", bound=Callable[..., Any])

_STORE = click.option("--store", metavar="URL", help="URL or path of the store; beats JUPYTER_GOV_STORE.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")


def _command(name: str) -> Callable[[F], click.Command]:
    """Make a command that takes --store and --json and says errors in one sentence."""

    def wrap(function: F) -> click.Command:
        @wraps(function)
        def safe(*args: Any, as_json: bool, **kwargs: Any) -> None:
            try:
                function(*args, as_json=as_json, **kwargs)
            except GovError as error:
                if as_json:
                    click.echo(json.dumps({"error": error.to_json()}))
                _fail(error)

        return main.command(name)(_STORE(_JSON(safe)))

    return wrap


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jupyter-gov")
def main() -> None:
    """Governance where models are made: track notebooks, assess models, render reports."""


@_command("run")
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Where the executed notebook goes.")
@click.option("--name", help="What to call the run.")
@click.option("--experiment", help="Which project it belongs to.")
@click.option("--parameter", "-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="For papermill.")
def run(
    notebook: Path,
    output: Path | None,
    name: str | None,
    experiment: str | None,
    parameters: tuple[tuple[str, str], ...],
    store: str | None,
    as_json: bool,
) -> None:
    """Execute NOTEBOOK headless, tracked from its first cell."""
    from .services import run_notebook

    done = run_notebook(
        notebook,
        output=output,
        name=name,
        experiment=experiment,
        parameters={key: _literal(value) for key, value in parameters},
        store=store,
        progress=sys.stderr.isatty(),
    )
    _print(
        as_json,
        {"run": done.run.id, "status": done.run.status, "notebook": str(done.notebook)},
        [f"run {done.run.id} {done.run.status}", f"notebook {done.notebook}"],
    )
    if done.error is not None:
        _fail(done.error)


@_command("assess")
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
    from .display import Progress, text
    from .services import assess_table, report

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
    _print(
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
        _fail(problem)


@_command("compare")
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
    from .display import Progress, text
    from .services import compare_tables

    terminal = sys.stderr.isatty()
    with Progress(None) as progress:
        done = compare_tables(reference, current, store=store, progress=progress if terminal else None, **asked)
    (result,) = done.assessment.results
    _print(
        as_json,
        {"run": done.run.id, "status": done.run.status, "assessments": [result.to_json()]},
        [*text(done.assessment).split("\n"), "", done.table, f"run {done.run.id}"],
    )
    if done.run.status == "failed":
        _fail(done.run.reason)


@_command("runs")
@click.option("--experiment", help="Only runs of this experiment.")
@click.option("--notebook", help="Only runs of this notebook.")
@click.option("--limit", type=int, default=20, show_default=True, help="At most so many.")
def runs(experiment: str | None, notebook: str | None, limit: int, store: str | None, as_json: bool) -> None:
    """List runs, newest first."""
    from .services import list_runs

    found = list_runs(store, experiment=experiment, notebook=notebook, limit=limit)
    rows = [("RUN", "STARTED", "STATUS", "EXPERIMENT", "NAME")]
    rows += [(r.id, r.started[:19].replace("T", " "), r.status, r.experiment, r.name) for r in found]
    _print(as_json, {"runs": [r.to_json() for r in found]}, _columns(rows) if found else ["No runs yet."])


@_command("show")
@click.argument("run")
@click.option(
    "--lineage",
    type=click.Choice(["text", "json", "svg"]),
    is_flag=False,
    flag_value="text",
    help="Only what came from what, from file to number, as text unless said otherwise.",
)
def show(run: str, lineage: str | None, store: str | None, as_json: bool) -> None:
    """Show everything about RUN: an id, the beginning of one, or `latest`."""
    from .display import status
    from .services import lineage_of, show_run

    if lineage:
        found = lineage_of(run, store)
        text = found.to_svg() if lineage == "svg" else str(found)
        _print(as_json or lineage == "json", found.to_json(), text.split("\n"))
        return
    shown = show_run(run, store)
    hint = f"What came from what: jupyter gov show {shown['id'][:13]} --lineage. Everything on record: --json."
    _print(as_json, shown, [] if as_json else [*status(shown)[1].split("\n"), "", hint])


@_command("report")
@click.argument("run", default="latest")
@click.option("--template", default="model-card", show_default=True, help="A template's name or path.")
@click.option("--to", default="html", show_default=True, help="Formats, separated by commas.")
@click.option("--output", type=click.Path(path_type=Path), help="The folder to write to.")
def report(run: str, template: str, to: str, output: Path | None, store: str | None, as_json: bool) -> None:
    """Render a document from the records of RUN."""
    from .services import report as render

    formats = [f.strip() for f in to.split(",") if f.strip()]
    files = render(run, template, to=formats, output=output, store=store, progress=sys.stderr.isatty())
    _print(as_json, {"files": [str(f) for f in files]}, [str(f) for f in files])


@_command("demo")
@click.argument("notebook", type=click.Path(path_type=Path), required=False)
def demo(notebook: Path | None, store: str | None, as_json: bool) -> None:
    """Run the tutorial on real mortgage decisions and render its report."""
    from .display import words
    from .services import find_example, load_records, report, run_notebook

    done = run_notebook(notebook or find_example("credit_approval"), store=store, progress=sys.stderr.isatty())
    if done.error is not None:
        raise done.error
    files = report(done.run.id, store=store, progress=sys.stderr.isatty())
    records = load_records(done.run.id, store)
    gaps = sum(r.kind == "gap" for r in records)
    lines = [
        f"{words.shorten(done.run.name, _CUT)} · experiment {words.shorten(done.run.experiment, _CUT)}",
        *_summary([r for r in records if isinstance(r, AssessmentResult)]),
        f"{gaps} gap{'' if gaps == 1 else 's'}: what was seen but not captured",
        f"run {done.run.id}",
        f"report {files[0]}",
    ]
    _print(as_json, {"run": done.run.id, "gaps": gaps, "files": [str(f) for f in files]}, lines)


@_command("doctor")
def doctor(store: str | None, as_json: bool) -> None:
    """Look at everything that must fit together and say what to do about each problem."""
    try:
        from .display import diagnosis
        from .services import examine
    except ImportError as error:  # then nothing else works either
        hint = f"Install it again with all that it needs: {sys.executable} -m pip install --force-reinstall jupyter-gov"
        raise GovError(f"jupyter-gov cannot be loaded: {error}.", hint=hint) from error

    checks = [check.to_json() for check in examine(store)]
    ok = all(check["status"] != "problem" for check in checks)
    _print(as_json, {"ok": ok, "checks": checks}, diagnosis(checks).split("\n"))
    if not ok:
        sys.exit(1)


_CUT = 60
"""Characters of a name that a person is shown."""
_KEY_METRICS = ("roc_auc", "accuracy", "balanced_accuracy", "brier_score")


def _summary(results: list[AssessmentResult]) -> list[str]:
    """Return the last assessed model, its key metrics with intervals, and its worst disparity, a line each."""
    from .display import words, worst

    if not results:
        return ["no assessment"]
    last = Assessment(results=tuple(r for r in results if r.act == results[-1].act))
    found = [r.find(name, kind="estimate") for name in _KEY_METRICS for r in last.results]
    lines = [f"model {words.shorten(results[-1].model, _CUT)}"]
    lines += [f"  {v.measure} {words.with_interval(v)}" for v in found if v is not None]
    value = worst(last)
    if value is not None:
        lines.append(
            f"  worst disparity: {value.measure} {value.kind} by {words.shorten(value.attribute or '', _CUT)} "
            f"{words.with_interval(value)}"
        )
    return lines


def _literal(text: str) -> Any:
    """Read a parameter's value as JSON where it is some, else as text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    from .display import words

    table = [tuple(words.shorten(words.printable(c), _CUT) for c in row) for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in table]


def _print(as_json: bool, data: dict[str, Any], lines: list[str]) -> None:
    """Print data as JSON, in ASCII, or lines: no name in either steers the terminal."""
    if as_json:
        from .ledger import plain

        # JSON has no word for NaN.
        lines = [json.dumps(plain(data), allow_nan=False)]
    for line in lines:
        click.echo(_printable(line))


def _fail(error: object) -> NoReturn:
    click.echo(f"Error: {_printable(str(error))}", err=True)
    sys.exit(1)


def _printable(text: str) -> str:
    try:
        from .display.words import printable
    except ImportError:  # what `doctor` says about that must be said
        return text
    return printable(text)


if __name__ == "__main__":
    main()
