"""What our functions return, shown as a card where it is a cell's last expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..records import Assessment, Charter, PolicyCheck


def _assessment(assessment: Assessment) -> tuple[str, str]:
    from ..display import card, text

    return card(assessment), text(assessment)


def _charter(charter: Charter) -> tuple[str, str]:
    from ..display import charter_card

    return charter_card(charter)


def _check(check: PolicyCheck) -> tuple[str, str]:
    from ..display import policy_card
    from ..services import cell_numbers, site_voices

    return policy_card(check, cell=cell_numbers(check).get, templates=site_voices())


_CARDS: dict[type[Any], Callable[[Any], tuple[str, str]]] = {
    Assessment: _assessment,
    Charter: _charter,
    PolicyCheck: _check,
}


def show_results(shell: Any) -> None:
    """Let results be shown as cards."""
    formatters = shell.display_formatter.formatters
    for cls, made in _CARDS.items():
        formatters["text/html"].for_type(cls, _html(made))
        formatters["text/plain"].for_type(cls, _text(made))


def hide_results(shell: Any) -> None:
    """Let results be shown as any other object."""
    for kind in ("text/html", "text/plain"):
        for cls in _CARDS:
            shell.display_formatter.formatters[kind].pop(cls, None)


def _html(made: Callable[[Any], tuple[str, str]]) -> Callable[[Any], str]:
    return lambda result: made(result)[0]


def _text(made: Callable[[Any], tuple[str, str]]) -> Callable[[Any, Any, bool], None]:
    def show(result: Any, printer: Any, _cycle: bool) -> None:
        printer.text(made(result)[1])

    return show
