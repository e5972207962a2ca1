"""Errors say what is wrong and what to do, in sentences."""

from __future__ import annotations

import jupyter_gov.errors as errors
from jupyter_gov.errors import GovError, NotFoundError, did_you_mean


def test_message_and_hint_are_sentences() -> None:
    assert str(GovError("It broke.", hint="Mend it.")) == "It broke. Mend it."
    assert (
        str(GovError("Cell 1 raised KeyError: 'a'", hint="Look there.")) == "Cell 1 raised KeyError: 'a'. Look there."
    )
    assert str(GovError("Alone")) == "Alone"


def test_every_error_has_a_code_of_its_own() -> None:
    tree = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, GovError)]
    assert len({e.code for e in tree}) == len(tree) >= 7
    assert all(e.__name__ in (errors.__doc__ or "") for e in tree)


def test_the_nearest_name_is_proposed() -> None:
    known = ["credit", "default"]
    error = NotFoundError("No policy named 'credt'.", hint=did_you_mean("credt", known))
    assert str(error) == "No policy named 'credt'. Did you mean 'credit'?"
    assert did_you_mean("zzz", known) == "Known: 'credit', 'default'."
    assert did_you_mean("x", []) == ""
    assert error.to_json() == {"code": "not_found", "message": error.message, "hint": error.hint}
