"""The ``%gov_*`` magics: parse, call a service, display. Nothing here raises into the user's cell."""

from __future__ import annotations

import ast
import builtins
import functools
import keyword
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, TypeVar

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from ..errors import GovError, InputError, NotFoundError, NotTrackingError, did_you_mean
from ..records import Assessment
from ._lines import assess_parser, explain_parser, names, parser, words

F = TypeVar("F", bound=Callable[..., Any])


def _describe(error: BaseException) -> str:
    """Return ``Type: message``, or the type alone where an exception cannot say its message."""
    try:
        return f"{type(error).__name__}: {error}".rstrip(".: ")
    except Exception:
        return type(error).__name__


def _never_raises(function: F) -> F:
    """Show what went wrong instead of raising it: the rest of the user's cell runs on."""

    @functools.wraps(function)
    def safe(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except GovError as error:
            problem = error
        except Exception as error:
            problem = GovError(
                f"%{function.__name__} failed: {_describe(error)}.",
                hint="This is a defect in jupyter-gov; your cell is not affected.",
            )
        try:
            from ..display import message, show

            show(*message(problem), kind="error")
        except Exception:
            # Not even an error can be shown as it should be.
            print(f"jupyter-gov: {problem}", file=sys.stderr)  # noqa: T201
        return None

    return safe  # type: ignore[return-value]


@magics_class
class GovMagics(Magics):
    """Governance in the notebook."""

    shell: Any

    @line_magic
    @_never_raises
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
    @_never_raises
    def gov_status(self, line: str) -> None:
        """``%gov_status``: the run so far, the cells that do not hold any more, and the gap list."""
        from ..capture import look_at_notebook
        from ..display import show, status
        from ..services import show_run

        parser("gov_status", "Show the run so far.").parse_args(words(line))
        session = _session()
        look_at_notebook()
        session.flush()
        show(*status(show_run(session.run.id, session.store.url)), kind="status")

    @line_magic
    @_never_raises
    def gov_assess(self, line: str) -> Any:
        """``%gov_assess MODEL X y``, ``PREDICTIONS y`` or ``TABLE``, with ``--sensitive a,b`` …: assessments inline."""
        from ..display import Progress, card, text
        from ..execution import AUTOTRACK_VARIABLE
        from ..services import AssessmentInterrupted, assess_and_keep

        given = assess_parser().parse_args(words(line))
        asked = [self._value(e) for e in (given.model, given.X, given.y) if e is not None]
        held = self._value(given.attributes) if given.attributes else None
        tables = [table for table in (held, *asked[:2]) if hasattr(type(table), "columns")]
        options: dict[str, Any] = {
            "attributes": held,
            "sensitive": names(given.sensitive),
            "confidence": given.confidence,
            "policy": given.policy,
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
        }
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
        # Where a tool runs the notebook, nobody is there to explore, or to be told why not.
        if given.interactive and os.environ.get(AUTOTRACK_VARIABLE) != "1":
            self._explore(assessment, subject)

    @line_magic
    @_never_raises
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
        model, X, row = self._value(given.model), self._value(given.X), self._row(given.row)
        with Progress(self.shell) as progress:
            assessment = explain_row(model, X, row, progress=progress, **options)
            self.shell.user_ns["_assessment"] = self.shell.user_ns_hidden["_assessment"] = assessment
            progress.finish(card(assessment), text(assessment), kind="assessment")

    def _row(self, text: str) -> Any:
        """Return a row: what a variable or expression is, else the label as it is written."""
        label = self._label(text)
        unknown = text.isidentifier() and text not in self.shell.user_ns
        return label if label is not text or unknown or not _is_expression(text) else self._value(text)

    def _named(self, text: str | None) -> Any:
        """Return a variable that holds a mapping, else the text."""
        held = self.shell.user_ns.get(text)
        return held if isinstance(held, Mapping) else text

    def _column_or_value(self, text: str | None, tables: Sequence[Any]) -> Any:
        """Return a name as it is if one of the tables has a column of that name, else what it evaluates to."""
        if text is None or any(text in map(str, table.columns) for table in tables):
            return text
        return self._value(text)

    def _label(self, text: str) -> Any:
        """Return a label: a number or a word in quotes as it is written, else the word itself."""
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text

    def _explore(self, assessment: Assessment, subject: Any) -> None:
        """Show widgets below the card, or say in a line why there are none."""
        from ..display import explorer, show_text, show_view
        from ..services import count_thresholds, explore

        why = _no_widgets(self.shell)
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
    @_never_raises
    def gov_doc(self, line: str, cell: str) -> None:
        """``%%gov_doc SECTION``: keep the cell's Markdown as a documentation section of the run."""
        from ..display import markdown, show
        from ..services import write_document

        show(*markdown(write_document(line, cell)), kind="document")

    @line_magic
    @_never_raises
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
        session = _session()
        look_at_notebook()
        for template in given.template:
            rendered = report(session.run, template, to=names(given.to) or ("html",), output=given.output)
            show(*files(rendered), kind="report")

    def _value(self, expression: str) -> Any:
        """Return the value of a name or expression in the user's namespace."""
        namespace = self.shell.user_ns
        named = expression.isidentifier() and not keyword.iskeyword(expression)
        if named and expression not in namespace and not hasattr(builtins, expression):
            known = [n for n in namespace if not n.startswith("_") and n not in self.shell.user_ns_hidden]
            raise NotFoundError(f"There is no variable {expression!r}.", hint=did_you_mean(expression, known))
        try:
            return eval(expression, self.shell.user_global_ns, namespace)  # noqa: S307 - the user's own code
        except Exception as error:
            raise InputError(
                f"{expression!r} could not be evaluated: {_describe(error)}.",
                hint="Give a variable or an expression without spaces.",
            ) from error


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def _no_widgets(shell: Any) -> str:
    """Return why there can be no widgets; nothing where there can be."""
    if not hasattr(shell, "kernel"):
        return "they need a notebook."
    return "" if find_spec("ipywidgets") is not None else "ipywidgets is not installed where this kernel runs."


def _session() -> Any:
    from ..services import current

    session = current()
    if session is None:
        raise NotTrackingError("Nothing is tracked in this notebook.", hint="Run %gov_track first.")
    return session


def load(shell: Any) -> None:
    """Register the magics; in a kernel that was started to be tracked, begin at once."""
    from ..execution import AUTOTRACK_VARIABLE

    shell.register_magics(GovMagics)
    _show_assessments(shell)
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


def _show_assessments(shell: Any) -> None:
    """Let what `gov.assess` returns be shown as a card where it is a cell's last expression."""
    formatters = shell.display_formatter.formatters
    formatters["text/html"].for_type(Assessment, _card)
    formatters["text/plain"].for_type(Assessment, _text)


def _card(assessment: Assessment) -> str:
    from ..display import card

    return card(assessment)


def _text(assessment: Assessment, printer: Any, _cycle: bool) -> None:
    from ..display import text

    printer.text(text(assessment))


def unload(shell: Any) -> None:
    """Stop tracking, saying so, and take the magics away."""
    from ..capture import untrack
    from ..display import show_text
    from ..services import current

    tracked = current() is not None
    untrack()
    if tracked:
        show_text("Tracking is off: jupyter_gov was unloaded. %gov_track begins a new run.", kind="track")
    for kind in ("text/html", "text/plain"):
        shell.display_formatter.formatters[kind].pop(Assessment, None)
    for kind, known in GovMagics.magics.items():
        for name in known:
            shell.magics_manager.magics[kind].pop(name, None)
