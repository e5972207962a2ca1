"""What goes by a secret's name is taken out however it is written, and spreads only where it looks like a secret."""

from __future__ import annotations

import pickle
import sqlite3
from pathlib import Path

import pytest

from jupyter_gov.records import Cell, Column, Dataset, Document, Fit, Metric
from jupyter_gov.services._secrets import Secrets

PW = "zzLEAKx9q"
LONG = "zzLEAK99abcdefghijkl"

CODE = {
    "after or": f'password = None or "{PW}"',
    "after a call": f'password = os.getenv("X") or "{PW}"',
    "default": f'password = os.environ.get("DBPW", "{PW}")',
    "converted": f'password = str("{PW}")',
    "wrapped": f'api_key = SecretStr("{LONG}")',
    "method": f'password = "{PW}".strip()',
    "condition": f'pw = "{PW}" if env == "prod" else ""',
    "continued": f'password = \\\n   "{PW}"',
    "brackets": f'password = (\n   "{PW}")',
    "tuple": f'user, password = "ada", "{PW}"',
    "tuple in brackets": f'(user, password) = ("ada", "{PW}")',
    "setattr": f'setattr(config, "password", "{PW}")',
    "several lines": f'password = """{PW}\nsecond line"""',
    "escaped quote": f'password = "abK9\\"{PW}"',
    "in pieces": f'password = ("Xk29aa11"\n            "{PW}")',
    "joined": f'headers = {{"Authorization": "Basic " + "{LONG}"}}',
    "numbered": f'password2 = "{PW}"; pwd1 = "{PW}"',
    "which": f'password_prod = "{PW}"; TOKEN_PROD = "{LONG}"; api_key_openai = "{LONG}"',
    "value": f'secret_value = "{LONG}"',
    "walrus": f'(token := "{LONG}")',
    "argument": f'def connect(user="ada", password: str = "{PW}"): ...',
    "deep": f'config = {{"db": {{"password": ["{PW}"]}}}}',
    "keyring": f'keyring.set_password("service", "ada", "{PW}")',
    "identified": f"q = \"CREATE USER bob IDENTIFIED BY '{PW}'\"",
    "role": f"q = \"ALTER ROLE bob WITH PASSWORD '{PW}'\"",
    "duckdb": f"q = \"CREATE SECRET s (TYPE S3, KEY_ID 'foo', SECRET '{LONG}')\"",
    "shell": f"!PGPASSWORD={PW} psql",
    "curl": f"!curl -u ada:{PW} https://example.org",
    "mysql": f'c = "mysql -uada -p{PW} -h db"',
    "cookie": f'headers = {{"Cookie": "session={LONG}"}}',
    "ODBC": f'cs = "Server=x;Uid=a;Pwd=zz {PW};Database=d"',
    "quote in a URL": f'url = "postgresql://ada:zz\'{PW}@h:5432/db"',
    "subscription": f'url = "https://example.org/v1?subscription-key={LONG}"',
    "appid": f'url = "https://example.org/v1?a=1&appid={LONG}"',
    "Discord": f'url = "https://discord.com/api/webhooks/123456789012345678/{LONG}"',
    "comment": f"# the password is {PW}",
    "in a comment": f"x = 1  # password: {PW}",
    "compared": f'assert password != "{PW}"',
    "in a cell of text": f"%%gov_doc purpose\nThe login is ada / password: {PW}",
}


@pytest.mark.parametrize("sort", CODE)
def test_however_it_is_written(sort: str) -> None:
    source = CODE[sort]
    before = "" if source.startswith("%%") else "x = 1\n"
    clean, checked = Secrets().clean(Cell(order=1, source=f"{before}{source}\ny = f(2)\n"))
    assert checked
    assert isinstance(clean, Cell)
    assert "LEAK" not in clean.source
    # Nothing but the secret goes.
    assert clean.source.endswith("\ny = f(2)\n")
    assert clean.redacted


ORDINARY = [
    'password = getpass.getpass("Password for ada 2: "); token = keys["api_key_v2x9"]',
    'token = tokenizer.decode("utf-8"); secret = open("notes2024.txt").read()',
    'df = df.rename(columns={"password": "pw_strength2"}).astype({"token": "Int64x"})',
    'df.groupby("secret").agg({"password": "nunique", "token": "first2"})',
    'password_column = "user_password2"; token_type = "WordPiece2024abc"; primary_key = "CustomerID2024"',
    'password = input("Which of the 2?") if env == "production2" else ask()',
    "for token, word in zip(tokens, words):\n    label = 'B-PER2'",
    '{"user": "ada99", "host": "db2.example.org", "port": 5432}',
    'if secret:\n    message = "it is set 2"\nelse:\n    message = "Not2Day!"',
]


@pytest.mark.parametrize("source", ORDINARY)
def test_ordinary_code_is_left_alone(source: str) -> None:
    assert Secrets().find(source) == []


def test_what_is_found_by_its_name_alone_stays_where_it_is_elsewhere() -> None:
    secrets = Secrets()
    for source in (
        'cols = dict(password="feature_password_len")',
        'assert df["token"] == "Hello2World"',
        'd = {"password": "pw_strength_v2"}',
        'secret = "sauce"',
        'password="train2"',
    ):
        clean, _ = secrets.clean(Cell(order=1, source=source))
        assert clean.redacted
    fit = Fit(
        class_="C", features=("feature_password_len", "Hello2World", "pw_strength_v2", "train2"), params={"a": "sauce"}
    )
    assert secrets.clean(fit) == (fit, True)
    secrets.clean(Cell(order=2, source='password = "c0rrect-Horse"'))
    assert secrets.clean(Metric(name="login as c0rrect-Horse", value=1))[0].redacted == ("name: password",)


def test_names_of_variables_are_not_taken_for_secrets() -> None:
    secrets = Secrets()
    id_ = "01a1ff07-ff87-703e-a470-703d073dd9b6"
    cell = Cell(order=1, source="db_password", reads={"db_password": id_}, writes=("api_key",))
    assert secrets.clean(cell) == (cell, True)
    later = Cell(order=2, source=f"see {id_}")
    assert secrets.clean(later) == (later, True)


def test_prose_and_what_is_told_of_columns_and_parameters() -> None:
    text = f"Login: ada\n\n- password: {PW}\n- pw {PW}1!\n- the **token** is {LONG}\n\nThe password is required."
    clean, _ = Secrets().clean(Document(section="purpose", markdown=text))
    assert isinstance(clean, Document)
    assert "LEAK" not in clean.markdown
    assert clean.markdown.endswith("The password is required.")
    error = Cell(order=1, source="x", error="SyntaxError: unexpected token WordPiece2024; the password of ada")
    assert Secrets().clean(error) == (error, True)
    data = Dataset(
        name="x", digest="d", rows=2,
        columns=(
            Column(name="password", type="string", missing=0, summary={"top": [[PW, 1], ["b", 1]]}),
            Column(name="city", type="string", missing=0, summary={"top": [["Bonn", 2]]}),
        ),
    )  # fmt: skip
    clean, _ = Secrets().clean(data)
    assert isinstance(clean, Dataset)
    assert clean.columns[0].summary == {"top": [["[redacted: password]", 1], ["b", 1]]}
    assert clean.columns[1] is data.columns[1]
    fit = Fit(class_="C", params={"password": {"value": PW}, "credentials": {"user": "ada", "secret": PW}})
    clean, _ = Secrets().clean(fit)
    assert isinstance(clean, Fit)
    assert clean.params == {
        "password": {"value": "[redacted: password]"},
        "credentials": {"user": "ada", "secret": "[redacted: password]"},
    }


def test_files(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("create table t(a)")
        connection.execute("insert into t values(?)", (f"postgresql://a:{PW}@h/db",))
    connection.close()
    held = {
        ".netrc": b"machine x login ada password abc",
        "home/.pgpass": b"db:5432:name:ada:abc",
        ".env.local": b"A=b",
        ".aws/config": b"[default]",
        "deploy/id_ed25519": b"x",
        "server.pem": b"x",
        "passwords.kdbx": b"\x03\xd9",
        "utf16.txt": f"API_KEY={LONG}".encode("utf-16"),
        "utf16-without-a-mark.txt": f"API_KEY={LONG}".encode("utf-16-le"),
        "users.csv": f"user;password\nada;{PW}\n".encode(),
        "keys.tsv": f"id\tapi_key\n1\t{LONG}\n".encode(),
        "p.pkl": pickle.dumps({"password": PW}),
        "s.db": (tmp_path / "s.db").read_bytes(),
        "conf.yml": f"password: {PW}\n".encode(),
        "link": f"postgresql://a:{PW}@h/db".encode(),
    }
    secrets = Secrets()
    assert [name for name, content in held.items() if not secrets.describe_first(name, content)] == []
    fine = {
        "users.csv": b"user,password\nada,\nbob,***\n",
        "features.csv": b"password_length,token_count\n8,3\n",
        ".env.example": b"API_KEY=\n",
        "id_rsa.pub": b"ssh-rsa AAAA",
        "model.pkl": pickle.dumps({"coef_": [1.0, 2.0], "name": "token2vec"}),
        "image.png": bytes(range(256)) * 40,
        "keys.py": b"key = 'customer'\n",
    }
    assert {name: told for name, content in fine.items() if (told := secrets.describe_first(name, content))} == {}
