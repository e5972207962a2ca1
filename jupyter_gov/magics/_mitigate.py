"""``%gov_mitigate``: other ways to fit or to use a model, compared with it as it is."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from IPython.core.magic import line_magic, magics_class

from ..errors import InputError
from ._lines import Parser, names, parser, words
from ._reading import Reading, never_raises

_USAGE = "%(prog)s MODEL X y --train X_train,y_train --sensitive a,b and others (docs/reference.md)"


@magics_class
class MitigateMagics(Reading):
    """Mitigation in the notebook."""

    @line_magic
    @never_raises
    def gov_mitigate(self, line: str) -> None:
        """``%gov_mitigate MODEL X y --train X_train,y_train --sensitive a,b``: candidates, and what each costs."""
        from ..display import Progress, mitigation
        from ..services import MitigationInterrupted, mitigate

        given = _parser().parse_args(words(line))
        if given.choose is None and (given.by or given.why):
            raise InputError("--by and --why belong to a choice.", hint="Say which with --choose NAME.")
        model, X, y = (self._value(part) for part in (given.model, given.X, given.y))
        options = self._options(given)
        interrupt: MitigationInterrupted | None = None
        with Progress(self.shell) as progress:
            try:
                made = mitigate(model, X, y, progress=progress, **options)
            except MitigationInterrupted as stopped:
                interrupt, made = stopped, stopped.mitigated
            # Hidden, so that it is no variable of the user's where these are listed.
            self.shell.user_ns["_mitigation"] = self.shell.user_ns_hidden["_mitigation"] = made
            try:
                if given.choose is not None and interrupt is None:
                    made.choose(given.choose or None, by=given.by, why=given.why)
            finally:
                progress.finish(*mitigation(made.record), kind="mitigation")
        if interrupt is not None:
            raise interrupt  # so that the cells below do not run

    def _options(self, given: Namespace) -> dict[str, Any]:
        train = None if given.train is None else self._pair(given.train)
        expressions = (given.attributes, given.train_attributes, given.sample_weight)
        held = [None if e is None else self._value(e) for e in expressions]
        return {
            "train": train,
            "attributes": held[0],
            "train_attributes": held[1],
            "sample_weight": held[2],
            "sensitive": names(given.sensitive),
            "policy": given.policy,
            "controls": names(given.controls),
            "methods": names(given.methods),
            "minutes": given.minutes,
            "seed": given.seed,
            "confidence": given.confidence,
            "positive": None if given.positive is None else self._label(given.positive),
            "name": given.model,
        }

    def _pair(self, text: str) -> Any:
        """Return a pair of table and target, written with or without brackets."""
        found = self._value(text if text.startswith("(") else f"({text})")
        if not isinstance(found, tuple) or len(found) != 2:
            raise InputError("--train needs features and target.", hint="Write --train X_train,y_train.")
        return found


def _parser() -> Parser:
    made = parser("gov_mitigate", "Try what could meet the controls that a model does not meet.", _USAGE)
    made.add_argument("model", metavar="MODEL")
    made.add_argument("X", metavar="X")
    made.add_argument("y", metavar="y")
    made.add_argument("--train", metavar="X,y", help="what the model was fitted on")
    made.add_argument("--sensitive", help="columns, separated by commas")
    made.add_argument("--attributes", metavar="FRAME")
    made.add_argument("--train-attributes", dest="train_attributes", metavar="FRAME")
    made.add_argument("--sample-weight", dest="sample_weight", metavar="W", help="weights of the model's fit")
    made.add_argument("--policy")
    made.add_argument("--controls", help="ids, separated by commas")
    made.add_argument("--methods", help="keys, separated by commas")
    made.add_argument("--minutes", type=float, default=5.0)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--confidence", type=float, default=0.95)
    made.add_argument("--positive", metavar="LABEL")
    made.add_argument("--choose", metavar="NAME", nargs="?", const="", help="take a candidate; the proposed by default")
    made.add_argument("--by", default="")
    made.add_argument("--why", default="", metavar="TEXT")
    return made
