"""The ``%gov_*`` magics: parse, call a service, display. Nothing here raises into the user's cell."""

from __future__ import annotations

import os
import sys
from typing import Any

from IPython.core.magic import cell_magic, line_magic, magics_class

from ..errors import GovError, InputError
from ..records import Assessment
from ._charter import CharterMagics
from ._formatters import hide_results, show_results
from ._lines import assess_parser, compare_parser, explain_parser, names, pairs, parser, reproduce_parser, words
from ._mitigate import MitigateMagics
from ._nudging import nudge
from ._policy import PolicyMagics, show_check
from ._reading import Reading, never_raises, no_widgets, tracked_session


@magics_class
class GovMagics(Reading):
    """Governance in the notebook."""

    @line_magic
    @never_raises
    def gov_track(self, line: str) -> None:
        """``%gov_track [NAME] [--experiment E] [--off]``: start (or stop) tracking this notebook."""
        from ..capture import track, untrack
        from ..display import show_text

        made = parser("gov_track", "Track this notebook.")
        made.add_argument("name", nargs="*")
        made.add_argument("--experiment")
        made.add_argument("--off", action="store_true")
        given = made.parse_args(words(line))
        if given.off:
            untrack()
            show_text("Tracking is off.", kind="track")
            return
        run = track(" ".join(given.name) or None, experiment=given.experiment)
        show_text(f"Tracking “{run.name}” · experiment {run.experiment} · run {run.id}", kind="track")

    @line_magic
    @never_raises
    def gov_status(self, line: str) -> None:
        """``%gov_status``: the run so far, what the policy in force asks for, stale cells, and the gap list."""
        from ..capture import look_at_notebook
        from ..display import show, status
        from ..services import current_check, show_run

        parser("gov_status", "Show the run so far.").parse_args(words(line))
        session = tracked_session()
        look_at_notebook()
        session.flush()
        run, store = session.run.id, session.store.url
        show(*status(show_run(run, store), current_check(run, store)), kind="status")

    @line_magic
    @never_raises
    def gov_assess(self, line: str) -> Any:
        """``%gov_assess MODEL X y``, ``PREDICTIONS y`` or ``TABLE``, with ``--sensitive a,b`` …: assessments inline."""
        from ..display import Progress, card, text
        from ..execution import AUTOTRACK_VARIABLE
        from ..services import AssessmentInterrupted, assess_and_keep, check, find_policy

        given = assess_parser().parse_args(words(line))
        asked = [self._value(e) for e in (given.model, given.X, given.y) if e is not None]
        held = self._value(given.attributes) if given.attributes else None
        tables = [table for table in (held, *asked[:2]) if hasattr(type(table), "columns")]
        options: dict[str, Any] = {
            "attributes": held,
            "sensitive": names(given.sensitive),
            "confidence": given.confidence,
            "include": names(given.include),
            "task": given.task,
            "control": self._column_or_value(given.control, tables),
            "costs": given.costs,
            "sample_weight": self._column_or_value(given.weight, tables),
            "strata": names(given.strata),
            "reference": given.reference,
            "bins": given.bins,
            "target": given.target,
            "prediction": given.prediction,
            "score": given.score,
            "threshold": given.threshold,
            "positive": None if given.positive is None else self._label(given.positive),
            "seed": given.seed,
            "train": None if given.train is None else self._value(given.train),
            "changeable": given.changeable,
            "reasons": self._named(given.reasons),
            "time_limit": given.limit,
            "floor": given.floor,
            "name": given.model,
            "control_name": given.control or "",
            "written": {role: getattr(given, role) for role in ("model", "X", "y", "attributes", "train")},
        }
        if given.policy is not None:
            find_policy(given.policy)  # before there is work, as it may not be there
        interrupt: AssessmentInterrupted | None = None
        with Progress(self.shell) as progress:
            try:
                model, X, y = (*asked, None, None)[:3]
                assessment, subject = assess_and_keep(model, X, y, progress=progress, **options)
            except AssessmentInterrupted as stopped:
                interrupt, assessment = stopped, stopped.assessment
            # Hidden, so that it is no variable of the user's where these are listed.
            self.shell.user_ns["_assessment"] = self.shell.user_ns_hidden["_assessment"] = assessment
            progress.finish(card(assessment), text(assessment), kind="assessment")
        if interrupt is not None:
            raise interrupt  # so that the cells below do not run
        if given.policy is not None:
            show_check(check(assessment, given.policy))
        nudge()
        # Where a tool runs the notebook, nobody is there to explore, or to be told why not.
        if given.interactive and os.environ.get(AUTOTRACK_VARIABLE) != "1":
            self._explore(assessment, subject)

    @line_magic
    @never_raises
    def gov_explain(self, line: str) -> None:
        """``%gov_explain MODEL X ROW [--reasons FILE] [--background FRAME]``: why a model decided one row as it did."""
        from ..display import Progress, card, text
        from ..services import REFERENCES, explain_row

        given = explain_parser().parse_args(words(line))
        background = given.background
        if background is not None and background not in REFERENCES:
            background = self._value(background)
        options: dict[str, Any] = {
            "background": background,
            "reasons": self._named(given.reasons),
            "changeable": self._named(given.changeable),
            "positive": None if given.positive is None else self._label(given.positive),
            "unfavourable": None if given.unfavourable is None else self._label(given.unfavourable),
            "confidence": given.confidence,
            "seed": given.seed,
            "time_limit": given.limit,
            "name": given.model,
        }
        model, X = self._value(given.model), self._value(given.X)
        row = self._row(given.row, X)
        with Progress(self.shell) as progress:
            assessment = explain_row(model, X, row, progress=progress, **options)
            self.shell.user_ns["_assessment"] = self.shell.user_ns_hidden["_assessment"] = assessment
            progress.finish(card(assessment), text(assessment), kind="assessment")

    @line_magic
    @never_raises
    def gov_compare(self, line: str) -> None:
        """``%gov_compare REFERENCE CURRENT [--model M] [--target COL]``: what has changed between two data sets."""
        from ..display import Progress, card, text
        from ..services import compare_data

        given = compare_parser().parse_args(words(line))
        reference, current = self._value(given.reference), self._value(given.current)
        options: dict[str, Any] = {
            "model": None if given.model is None else self._value(given.model),
            "target": self._column_or_value(given.target, [t for t in (reference, current) if hasattr(t, "columns")]),
            "positive": None if given.positive is None else self._label(given.positive),
            "floor": given.floor,
            "level": given.level,
            "confidence": given.confidence,
            "seed": given.seed,
            "time_limit": given.limit,
        }
        with Progress(self.shell) as progress:
            assessment = compare_data(reference, current, progress=progress, **options)
            self.shell.user_ns["_assessment"] = self.shell.user_ns_hidden["_assessment"] = assessment
            progress.finish(card(assessment), text(assessment), kind="assessment")

    def _explore(self, assessment: Assessment, subject: Any) -> None:
        """Show widgets below the card, or say in a line why there are none."""
        from ..display import explorer, show_text, show_view
        from ..services import count_thresholds, explore

        why = no_widgets(self.shell)
        counts, questions = None, None if why else explore(assessment, subject)
        try:
            counts = None if why else count_thresholds(assessment, subject)
        except InputError as error:
            why = error.message[:1].lower() + error.message[1:]
        if counts is None and questions is None:
            why = why or "neither performance nor fairness was assessed, so there is nothing to explore."
            show_text(f"No widgets: {why}", kind="explorer")
            return
        hint = "Thresholds, groups and rows to explore: in a live notebook only."
        show_view(explorer(assessment, counts, questions), hint, kind="explorer")

    @cell_magic
    @never_raises
    def gov_doc(self, line: str, cell: str) -> None:
        """``%%gov_doc SECTION``: keep the cell's Markdown as a documentation section of the run."""
        from ..display import markdown, show
        from ..services import write_document

        show(*markdown(write_document(line, cell)), kind="document")
        nudge()

    @line_magic
    @never_raises
    def gov_report(self, line: str) -> None:
        """``%gov_report [TEMPLATE …] [--to html]``: render documents from the records of this run."""
        from ..capture import look_at_notebook
        from ..display import files, show
        from ..services import report

        made = parser("gov_report", "Render documents.")
        made.add_argument("template", nargs="*", default=["model-card"])
        made.add_argument("--to", default="html")
        made.add_argument("--output")
        given = made.parse_args(words(line))
        session = tracked_session()
        look_at_notebook()
        for template in given.template:
            rendered = report(session.run, template, to=names(given.to) or ("html",), output=given.output)
            show(*files(rendered), kind="report")

    @line_magic
    @never_raises
    def gov_reproduce(self, line: str) -> None:
        """``%gov_reproduce [RUN]``: execute a run again, by default this one, and say whether it comes out again."""
        from ..display import Progress, reproduction
        from ..records import TOLERANCE
        from ..services import reproduce, reproduced_cells

        given = reproduce_parser().parse_args(words(line))
        with Progress(self.shell) as progress:
            made = reproduce(
                given.run,
                scope="all" if given.all else "slice",
                env=given.env,
                inputs=pairs(given.input, "--input"),
                secrets=given.secret,
                restore=given.restore,
                tolerance=TOLERANCE if given.tolerance is None else given.tolerance,
                times=given.times,
                timeout=given.timeout,
                progress=progress,
            )
            progress.finish(*reproduction(made, cells=reproduced_cells(given.run)), kind="reproduction")
        nudge()


_CLASSES: tuple[type[Reading], ...] = (GovMagics, PolicyMagics, CharterMagics, MitigateMagics)


def load(shell: Any) -> None:
    """Register the magics; in a kernel that was started to be tracked, begin at once."""
    from ..execution import AUTOTRACK_VARIABLE

    shell.register_magics(*_CLASSES)
    show_results(shell)
    if os.environ.get(AUTOTRACK_VARIABLE) == "1":
        from ..capture import track

        try:
            track()
        except GovError as error:
            print(f"jupyter-gov: {error}", file=sys.stderr)  # noqa: T201 - there is no cell to show it in

        def forget(*_: Any) -> None:
            # The notebook's own %load_ext is to find nothing loaded, as it does when its author runs it.
            shell.events.unregister("pre_run_cell", forget)
            shell.extension_manager.loaded.discard("jupyter_gov")

        if "jupyter_gov" not in shell.extension_manager.loaded:
            shell.events.register("pre_run_cell", forget)


def unload(shell: Any) -> None:
    """Stop tracking, saying so, and take the magics away."""
    from ..capture import untrack
    from ..display import show_text
    from ..services import current

    tracked = current() is not None
    untrack()
    if tracked:
        show_text("Tracking is off: jupyter_gov was unloaded. %gov_track begins a new run.", kind="track")
    hide_results(shell)
    for magics in _CLASSES:
        for kind, known in magics.magics.items():
            for name in known:
                shell.magics_manager.magics[kind].pop(name, None)
