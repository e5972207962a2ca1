"""Commands that judge a policy on a run, for pipelines, and that waive what it asks for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from jupyter_gov.errors import ConflictError, InputError
from jupyter_gov.policy import STAGES
from jupyter_gov.records import LEVELS, TIERS, Level, PolicyCheck

from ._support import command, tell

EXITS: dict[Level, int] = {"minor": 3, "major": 4, "blocker": 5}
"""Exit status by the most severe control that is not met; 1: nothing was judged, 2: a call that cannot be read."""


@command("check")
@click.argument("run", default="latest")
@click.option("--policy", metavar="P,Q", help="By name or path; by default the one in force in the run.")
@click.option("--as-of", "as_of", metavar="DATE", help="When ages and waivers are judged; by default now.")
@click.option("--model", metavar="NAME", help="Which model; by default the one that was assessed last.")
@click.option("--jurisdiction", default="", help="Where the model is used: EU, US, US-NY ….")
@click.option("--stage", default="", type=click.Choice(["", *STAGES]), metavar="S", help=f"{', '.join(STAGES)}.")
@click.option("--tier", default="", type=click.Choice(["", *TIERS]), metavar="T", help=f"At stake: {', '.join(TIERS)}.")
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice([*LEVELS]),
    default="minor",
    show_default=True,
    help="The least severity of a control that is not met for which the exit status is not 0.",
)
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML to this file.")
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write Markdown to this file.")
@click.option("--again", metavar="CHECK", help="Work a recorded check out again, `latest` or by its id, and compare.")
def check(
    run: str,
    *,
    fail_on: Level,
    junit: Path | None,
    markdown: Path | None,
    again: str | None,
    store: str | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Judge a policy on RUN; exit status 0 if it is met, else 3, 4 or 5: a minor, major or blocking control is not.

    It is 1 where there is an error, or no control applies.
    """
    from jupyter_gov.display import policy_junit, policy_markdown, policy_text
    from jupyter_gov.services import cell_numbers, changed_since, check, site_voices, why_nothing_applies

    if again is None:
        made = check(run, store=store, **asked)
        notes = [changed_since(made, store)]
    else:
        made = _again(run, again, store, {k: v for k, v in asked.items() if v})
        notes = [f"The check of {made.checked} comes out again: the same policy, evidence and verdicts."]
    number, own = cell_numbers(made, store).get, site_voices()
    if junit is not None:
        _write(junit, policy_junit(made, cell=number, templates=own))
    if markdown is not None:
        _write(markdown, policy_markdown(made, cell=number, templates=own))
    notes = [note for note in (*notes, why_nothing_applies(made)) if note]
    status = exit_status(made, fail_on)
    told = {"readiness": made.readiness, "counts": made.counts(), "exit": status, "notes": notes}
    tell(as_json, made.to_json() | told, [*policy_text(made, cell=number, templates=own).split("\n"), *notes])
    sys.exit(status)


@command("waive")
@click.argument("control")
@click.option("--by", required=True, metavar="NAME", help="Who decided so.")
@click.option("--why", required=True, metavar="TEXT", help="The reason.")
@click.option("--until", required=True, metavar="DATE", help="The last day on which it counts.")
@click.option("--run", default="latest", show_default=True, help="A run of the experiment that it counts for.")
@click.option("--policy", metavar="P,Q", help="By name or path; by default the one in force in the run.")
def waive(control: str, *, as_json: bool, **asked: Any) -> None:
    """Decide that CONTROL need not be met until a day, in all runs of an experiment."""
    from jupyter_gov.services import waive

    made = waive(control, **asked)
    tell(as_json, made.to_json(), [f"{made.control} is waived by {made.by} until {made.until}: {made.why}"])


@command("withdraw")
@click.argument("waiver")
@click.option("--run", default="latest", show_default=True, help="A run of the experiment that it counts for.")
def withdraw(waiver: str, *, as_json: bool, **asked: Any) -> None:
    """Take WAIVER back, by its id, or all waivers of a control, by the control's."""
    from jupyter_gov.services import withdraw

    taken = withdraw(waiver, **asked)
    lines = [f"The waiver of {w.control} by {w.by} is withdrawn." for w in taken]
    tell(as_json, {"waivers": [w.to_json() for w in taken]}, lines)


def exit_status(check: PolicyCheck, fail_on: Level = "minor") -> int:
    """Return the exit status by the most severe control that is not met, 0 where none is as severe as `fail_on`.

    It is 1 where no control applies: what was not judged is not met.
    """
    if all(v.status == "not_applicable" for v in check.verdicts):
        return 1
    counting = LEVELS[: LEVELS.index(fail_on) + 1]
    return max((EXITS[v.severity] for v in check.unmet(*counting)), default=0)


def _again(run: str, check: str, store: str | None, asked: dict[str, Any]) -> PolicyCheck:
    """Return a check worked out again, if it comes out as it was recorded."""
    from jupyter_gov.services import differences, recompute, recorded_check

    if asked:
        option = next(iter(asked)).replace("_", "-")
        raise InputError(f"--again takes no --{option}.", hint="It works out what was asked then, as of then.")
    recorded, again = recorded_check(check, run, store), recompute(check, run, store)
    if again != recorded:
        told = "; ".join(differences(recorded, again)) or "more than verdicts"
        raise ConflictError(f"The check of {recorded.checked} does not come out again: {told}.")
    return again


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.", hint="Name a file that can be.") from error
