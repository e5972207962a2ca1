"""``%gov_policy``: which policy is in force, what it comes to, who waived what."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from IPython.core.magic import line_magic, magics_class

from ..errors import InputError, NotFoundError, StoreError, did_you_mean
from ..records import PolicyCheck
from ._lines import Parser, parser, words
from ._nudging import saw, standing
from ._reading import Reading, never_raises, tracked_session


@magics_class
class PolicyMagics(Reading):
    """Policies in the notebook."""

    @line_magic
    @never_raises
    def gov_policy(self, line: str) -> None:
        """``%gov_policy use|check|show|waive|withdraw|list|off``: what must hold, and whether it does."""
        verb, *rest = words(line) or ["check"]
        if verb not in _VERBS:
            raise InputError(f"%gov_policy knows no {verb!r}.", hint=did_you_mean(verb, _VERBS, label="It knows"))
        from ..display import show_text

        about, takes, does = _VERBS[verb]
        made = parser(f"gov_policy {verb}", about)
        takes(made)
        if {"-h", "--help"} & {*rest}:
            usage = " ".join(made.format_usage().split()).lstrip(":% ")
            show_text(f"{about} Usage: %{usage}", kind="policy")
            return
        does(made.parse_args(rest))


def show_check(check: PolicyCheck) -> None:
    """Show the verdicts of a policy below the cell, and what the reader should know about it besides."""
    from ..display import policy_card, show, show_text
    from ..services import cell_numbers, changed_since, site_voices

    show(*policy_card(check, cell=cell_numbers(check).get, templates=site_voices()), kind="policy")
    changed = changed_since(check)
    if changed:
        show_text(changed, kind="policy")


def _use(given: Namespace) -> None:
    from ..display import policy_title, show_text
    from ..services import current_check, use_policy

    session = tracked_session()
    use = use_policy(given.name, **_said(given))
    check = current_check(session.run.id, session.store.url)
    saw(session.run.id, check)
    called, version = policy_title(use)
    told = [f"Policy “{called}” {version}".rstrip() + " is in force", f"from {', '.join(dict.fromkeys(use.sources))}"]
    told += [f"{key} {value}" for key, value in _said(given).items() if value]
    show_text(" · ".join(told), kind="policy")
    if check is not None:
        show_text(standing(check), kind="policy")


def _check(given: Namespace) -> None:
    from ..capture import look_at_notebook
    from ..services import check

    session = tracked_session()
    look_at_notebook()
    asked = {"policy": given.name or None, "as_of": given.as_of, "model": given.model, **_said(given)}
    try:
        made = check(**asked)
    except StoreError as error:
        # Who asks reads the verdicts all the same.
        show_check(check(**asked, record=False))
        told = f"The verdicts are not on record yet, and what could not be written has no part in them: {error.message}"
        raise StoreError(told, hint=error.hint) from error
    if not given.name and given.as_of is None:
        saw(session.run.id, made)
    show_check(made)


def _show(given: Namespace) -> None:
    from ..display import outline, show, verdict_card
    from ..policy import explain, from_json
    from ..services import cell_numbers, check, policy_in_force, site_voices

    session = tracked_session()
    use = policy_in_force(session.run.id, session.store.url)
    if use is None:
        raise NotFoundError("No policy is in force.", hint="Put one in force with %gov_policy use NAME.")
    if given.control is None:
        show(*outline("Policy", explain(from_json(use.content))), kind="policy")
        return
    made = check(record=False)
    found = next((v for v in made.verdicts if v.control == given.control), None)
    if found is not None:
        show(*verdict_card(found, made, cell=cell_numbers(made).get, templates=site_voices()), kind="policy")
    if not given.control.startswith("kpi."):
        show(*outline("Control", explain(from_json(use.content), given.control)), kind="policy")


def _waive(given: Namespace) -> None:
    from ..display import show_text
    from ..services import waive

    tracked_session()
    made = waive(given.control, by=given.by, why=given.why, until=given.until)
    show_text(
        f"{made.control} is waived by {made.by} until {made.until}, in all runs of this experiment: {made.why}",
        kind="policy",
    )


def _withdraw(given: Namespace) -> None:
    from ..display import show_text
    from ..services import withdraw

    tracked_session()
    taken = withdraw(given.control)
    for waiver in taken:
        show_text(f"The waiver of {waiver.control} by {waiver.by} is withdrawn.", kind="policy")


def _list(_: Namespace) -> None:
    from ..display import outline, show
    from ..services import list_policies

    lines = [f"{p.name}: {p.error or f'{p.title} {p.version}'} ({p.where})" for p in list_policies()]
    show(*outline("Policies", "\n".join(["To put one in force: %gov_policy use NAME", *lines])), kind="policy")


def _off(_: Namespace) -> None:
    from ..display import policy_title, show_text
    from ..services import drop_policy

    session = tracked_session()
    ended = drop_policy()
    saw(session.run.id, None)
    show_text(f"Policy “{policy_title(ended)[0]}” is not in force any more.", kind="policy")


def _takes_use(made: Parser) -> None:
    made.add_argument("name", metavar="POLICY", nargs="+")
    _takes_said(made)


def _takes_check(made: Parser) -> None:
    made.add_argument("name", metavar="POLICY", nargs="*")
    made.add_argument("--as-of", dest="as_of", metavar="DATE")
    made.add_argument("--model", metavar="NAME")
    _takes_said(made)


def _takes_said(made: Parser) -> None:
    from ..policy import STAGES
    from ..records import TIERS

    made.add_argument("--jurisdiction", default="", help="where the model is used, such as US")
    made.add_argument("--stage", default="", choices=STAGES)
    made.add_argument("--tier", default="", choices=TIERS)


def _takes_show(made: Parser) -> None:
    made.add_argument("control", metavar="CONTROL", nargs="?")


def _takes_waive(made: Parser) -> None:
    made.add_argument("control", metavar="CONTROL")
    made.add_argument("--by", required=True, metavar="NAME")
    made.add_argument("--why", required=True, metavar="TEXT")
    made.add_argument("--until", required=True, metavar="DATE")


def _takes_withdraw(made: Parser) -> None:
    made.add_argument("control", metavar="CONTROL")


def _takes_nothing(_: Parser) -> None:
    """Take no arguments."""


_VERBS: Mapping[str, tuple[str, Callable[[Parser], None], Callable[[Namespace], None]]] = {
    "use": ("Put a policy in force.", _takes_use, _use),
    "check": ("Say whether what the policy asks for holds.", _takes_check, _check),
    "show": (
        "Say what the policy in force asks for; of one control, also its verdict in four voices.",
        _takes_show,
        _show,
    ),
    "waive": ("Waive a control for a while.", _takes_waive, _waive),
    "withdraw": ("Take a waiver back.", _takes_withdraw, _withdraw),
    "list": ("List the policies there are.", _takes_nothing, _list),
    "off": ("Take the policy out of force.", _takes_nothing, _off),
}


def _said(given: Namespace) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("jurisdiction", "stage", "tier")}
