"""``jupyter gov charter``: a charter without a notebook."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_gov.errors import InputError, NotFoundError

from ._support import command, tell


@command("charter")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--experiment", help="Which project it belongs to; by default what the file says.")
@click.option("--template", metavar="FILE", help="Write a charter to fill in to a new file instead.")
@click.option("--check", "only_check", is_flag=True, help="Only say what is wrong with the file.")
def charter(
    file: Path | None,
    *,
    experiment: str | None,
    template: str | None,
    only_check: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Write down the charter in FILE, a YAML file, for an experiment; without FILE, show the one that counts."""
    from jupyter_gov import services
    from jupyter_gov.display import charter_card

    if template:
        written = str(services.write_charter_template(template))
        tell(as_json, {"file": written}, [f"A charter to fill in: {written}"])
        return
    run = None
    if file is None:
        if not experiment:
            raise InputError("No charter and no experiment is named.", hint="Give a FILE, or --experiment NAME.")
        found = services.find_charter(experiment, store)
        if found is None:
            raise NotFoundError(
                f"The experiment {experiment!r} has no charter.", hint="Write one: --template charter.yaml"
            )
        made = found
    elif only_check:
        made = services.read_charter_source(file)
    else:
        made, run = services.charter_experiment(file, experiment=experiment or "", store=store)
    said = "" if only_check or file is None else "Recorded." if run else "The same is recorded already."
    data = {"charter": made.to_json(), "run": run.id if run else None}
    tell(as_json, data, charter_card(made, said=said)[1].splitlines())
