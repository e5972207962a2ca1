"""``%gov_charter``: a form, a file or a template; the charter is kept with the run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from IPython.core.magic import line_magic, magics_class

from ..errors import InputError
from ..records import Charter, Json
from ._lines import parser, words
from ._nudging import nudge
from ._reading import Reading, never_raises


@magics_class
class CharterMagics(Reading):
    """Should this be built: asked in the notebook."""

    @line_magic
    @never_raises
    def gov_charter(self, line: str) -> None:
        """``%gov_charter [FILE] [--show] [--template FILE]``: why a model is built, by a form or a YAML file."""
        from ..display import charter_card, show, show_text
        from ..services import charter, current_charter, write_charter_template

        made = parser("gov_charter", "Write down why a model is built, and who decided so.")
        made.add_argument("file", nargs="?")
        made.add_argument("--show", action="store_true")
        made.add_argument("--template", metavar="FILE")
        given = made.parse_args(words(line))
        if given.template:
            show_text(f"A charter to fill in: {write_charter_template(given.template)}", kind="charter")
        elif given.file:
            before = current_charter()
            show(*charter_card(charter(given.file), said=_kept(before)), kind="charter")
            nudge()
        elif given.show:
            show(*charter_card(charter()), kind="charter")
        else:
            self._form()

    def _form(self) -> None:
        from ..display import charter_card, charter_form, show, show_view
        from ..execution import AUTOTRACK_VARIABLE
        from ..services import charter, current_charter, write_charter_file
        from ._reading import no_widgets

        before = current_charter()
        why = no_widgets(self.shell)
        # Where a tool runs the notebook, nobody is there to fill in a form.
        if why or os.environ.get(AUTOTRACK_VARIABLE) == "1":
            if before is not None:
                show(*charter_card(before), kind="charter")
                return
            why = why or "nobody is there to fill it in."
            raise InputError(
                f"There is no form: {why}", hint="%gov_charter --template charter.yaml writes a file to fill in."
            )

        def save(data: Mapping[str, Json]) -> Charter:
            return charter(data)

        def write(data: Mapping[str, Json], path: str) -> str:
            return str(write_charter_file(data, path))

        view: Any = charter_form(before, save=save, write=write)
        show_view(view, "The form of the charter: in a live notebook only.", kind="charter")


def _kept(before: Charter | None) -> str:
    if before is None:
        return "It is in the record."
    return f"It is in the record; before, the one of {before.written[:10]} counted: {before.goal[:80]}"
