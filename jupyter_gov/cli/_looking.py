"""Commands that show what is on record, and what is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jupyter_gov.errors import GovError

from ._support import aligned, command, tell


@command("runs")
@click.option("--experiment", help="Only runs of this experiment.")
@click.option("--notebook", help="Only runs of this notebook.")
@click.option("--limit", type=int, default=20, show_default=True, help="At most so many.")
def runs(experiment: str | None, notebook: str | None, limit: int, store: str | None, as_json: bool) -> None:
    """List runs, newest first."""
    from jupyter_gov.services import list_runs

    found = list_runs(store, experiment=experiment, notebook=notebook, limit=limit)
    rows = [("RUN", "STARTED", "STATUS", "EXPERIMENT", "NAME")]
    rows += [(r.id, r.started[:19].replace("T", " "), r.status, r.experiment, r.name) for r in found]
    tell(as_json, {"runs": [r.to_json() for r in found]}, aligned(rows) if found else ["No runs yet."])


@command("show")
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
    from jupyter_gov.display import status
    from jupyter_gov.services import current_check, lineage_of, show_run

    if lineage:
        found = lineage_of(run, store)
        text = found.to_svg() if lineage == "svg" else str(found)
        tell(as_json or lineage == "json", found.to_json(), text.split("\n"))
        return
    shown = show_run(run, store)
    hint = f"What came from what: jupyter gov show {shown['id'][:13]} --lineage. Everything on record: --json."
    tell(as_json, shown, [] if as_json else [*status(shown, current_check(run, store))[1].split("\n"), "", hint])


@command("report")
@click.argument("run", default="latest")
@click.option("--template", default="model-card", show_default=True, help="A template's name or path.")
@click.option("--to", default="html", show_default=True, help="Formats, separated by commas.")
@click.option("--output", type=click.Path(path_type=Path), help="The folder to write to.")
def report(run: str, template: str, to: str, output: Path | None, store: str | None, as_json: bool) -> None:
    """Render a document from the records of RUN."""
    from jupyter_gov.services import report as render

    formats = [f.strip() for f in to.split(",") if f.strip()]
    files = render(run, template, to=formats, output=output, store=store, progress=sys.stderr.isatty())
    tell(as_json, {"files": [str(f) for f in files]}, [str(f) for f in files])


@command("doctor")
def doctor(store: str | None, as_json: bool) -> None:
    """Look at everything that must fit together and say what to do about each problem."""
    try:
        from jupyter_gov.display import diagnosis
        from jupyter_gov.services import examine
    except ImportError as error:  # then nothing else works either
        hint = f"Install it again with all that it needs: {sys.executable} -m pip install --force-reinstall jupyter-gov"
        raise GovError(f"jupyter-gov cannot be loaded: {error}.", hint=hint) from error

    checks = [check.to_json() for check in examine(store)]
    ok = all(check["status"] != "problem" for check in checks)
    tell(as_json, {"ok": ok, "checks": checks}, diagnosis(checks).split("\n"))
    if not ok:
        sys.exit(1)
