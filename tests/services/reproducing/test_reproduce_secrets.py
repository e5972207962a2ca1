"""Secrets are put back where the code has places for them, and nowhere else."""

from __future__ import annotations

import re
import sys
from types import ModuleType

import pytest

from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.records import Cell
from jupyter_gov.services.reproducing._secrets import find_secrets, put_secrets


def put(source: str, **secrets: str) -> str:
    cell = Cell(order=1, source=source)
    sources, missing = put_secrets([cell], secrets)
    assert missing == ()
    return sources[cell.id]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('api_key = "[redacted: API key]"', "API_KEY"),
        ("connect('host', password='[redacted: password]')", "password"),
        ('os.environ["DB_TOKEN"] = "[redacted: token]"', "db_token"),
        ('{"Secret-Key": "[redacted: secret]"}', "SECRET_KEY"),
        ("%env TOKEN=[redacted: token]", "TOKEN"),
    ],
)
def test_a_secret_belongs_to_the_name_that_it_is_given_to(source: str, name: str) -> None:
    assert put(source, **{name: "value"}) == re.sub(r"\[redacted: [^\]]+\]", "value", source)


def test_several_secrets_go_by_their_names_and_one_that_is_left_by_itself() -> None:
    source = 'user_token = "[redacted: token]"\nurl = "https://me:[redacted: password]@host"\nagain = user_token'
    assert put(source, USER_TOKEN="a", ANYTHING="b").splitlines()[:2] == [
        'user_token = "a"',
        'url = "https://me:b@host"',
    ]


def test_quotes_in_a_secret_do_not_end_the_text() -> None:
    value = 'it\'s "quoted" \\ and\nmore'
    for quote in ("'", '"'):
        scope: dict[str, str] = {}
        exec(put(f"password = {quote}[redacted: password]{quote}", PASSWORD=value), scope)
        assert scope["password"] == value


def test_what_is_missing_or_too_much_is_said() -> None:
    cell = Cell(order=1, source='password = "[redacted: password]"')
    sources, (cause,) = put_secrets([cell], {})
    assert sources[cell.id] == cell.source
    assert (cause.what, cause.cells) == ("secret", (cell.id,))
    assert "--secret PASSWORD" in cause.remedy
    with pytest.raises(InputError, match="no place for the secret OTHER"):
        put_secrets([cell], {"PASSWORD": "a", "OTHER": "b"})
    with pytest.raises(NotFoundError, match="No secret 'NOWHERE'"):
        find_secrets(["NOWHERE"])


def test_a_secret_comes_from_the_environment_or_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = ModuleType("keyring")
    keyring.__spec__ = sys.__spec__
    keyring.get_password = lambda service, name: {("jupyter-gov", "KEPT"): "of the keyring"}.get((service, name))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setenv("SET", "of the environment")
    assert find_secrets(["SET", "KEPT"]) == {"SET": "of the environment", "KEPT": "of the keyring"}
