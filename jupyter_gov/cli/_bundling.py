"""The command that puts a run into a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from ._support import command, tell

_SHOWN = 10


@command("bundle")
@click.argument("run")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The file; by default in gov-reports/.")
@click.option("--data", is_flag=True, help="Put the data that the run read into it as well.")
def bundle(run: str, output: Path | None, data: bool, store: str | None, as_json: bool) -> None:
    """Put RUN into one file, with which anybody who has Python can reproduce it."""
    from jupyter_gov.services import bundle as make

    made = make(run, output=output, data=data, store=store)
    lines = [f"bundle {made.path}", f"digest {made.digest}"]
    lines += [f"data {path}" for path in made.data]
    lines += [
        f"without the data {path}: {'it is not there as the run had it' if data else 'allow it by --data'}"
        for path in made.wanted
    ]
    lines += [f"without {told}" for told in made.left_out[:_SHOWN]]
    lines += [f"… and {len(made.left_out) - _SHOWN} more"] if len(made.left_out) > _SHOWN else []
    lines += list(made.notes)
    tell(
        as_json,
        {
            "file": str(made.path),
            "digest": made.digest,
            "data": list(made.data),
            "wanted": list(made.wanted),
            "left_out": list(made.left_out),
            "notes": list(made.notes),
        },
        lines,
    )
