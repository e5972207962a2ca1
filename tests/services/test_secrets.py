"""Secrets are taken out before anything is written, and nothing else is."""

from __future__ import annotations

import base64
import itertools
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_gov.records import Cell, Column, Dataset, Document, Fit, Gap, Metric, Record, Run, new_id
from jupyter_gov.services import _secrets, close_stores, get_store, session
from jupyter_gov.services._secrets import UNCHECKED, Secrets, _cleaning
from jupyter_gov.services._secrets._plugins import rules

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEX = "0123456789abcdef"


def some(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=size, max_size=size)


# A secret of each sort, and the text that it stands in. A digit and a letter are in every one, as in real ones.
VALUE = st.builds("{}{}".format, some(ALNUM, 9), st.just("x7Q"))
PEM = some(ALNUM + "+/", 64)
SORTS: dict[str, tuple[st.SearchStrategy[str], str]] = {
    "keyword": (VALUE, 'connect(user="ada", password="{}")'),
    "variable": (VALUE, "db_password = '{}'"),
    "annotated": (VALUE, 'client_secret: str = "{}"'),
    "dictionary": (VALUE, '{{"api_key": "{}"}}'),
    "escaped": (VALUE, '"source": "password=\\"{}\\""'),
    "environment": (VALUE, 'os.environ["MY_API_KEY"] = "{}"'),
    "default": (VALUE, 'os.getenv("DB_PASSWORD", "{}")'),
    "magic": (VALUE, "%env SERVICE_TOKEN={}"),
    "shell": (VALUE, "!mysql --password={} -u root"),
    "URL": (VALUE, 'create_engine("postgresql+psycopg2://ada:{}@db.example.org:5432/x?sslmode=require")'),
    "mongo": (VALUE, "mongodb+srv://ada:{}@cluster.example.net/x"),
    "redis": (VALUE, "redis://:{}@localhost:6379/0"),
    "ODBC": (VALUE, '"DRIVER={{ODBC Driver 18}};SERVER=x;UID=sa;PWD={};Encrypt=no"'),
    "JDBC": (VALUE, "jdbc:postgresql://db/x?user=ada&password={}&ssl=true"),
    "libpq": (VALUE, '"host=db user=ada password={} dbname=x"'),
    "query": (VALUE, "https://example.org/x.csv?a=1&access_token={}&b=2"),
    "SAS": (VALUE, "https://a.blob.core.windows.net/c/x.csv?sv=2022&sig={}&se=1"),
    "S3": (VALUE, "https://b.s3.amazonaws.com/x?X-Amz-Date=1&X-Amz-Signature={}"),
    "bearer": (some(ALNUM, 30), 'headers = {{"Authorization": "Bearer {}"}}'),
    "basic": (some(ALNUM, 20), 'headers = {{"Authorization": "Basic {}"}}'),
    "tuple": (VALUE, 'requests.get(url, auth=("ada", "{}"))'),
    "AWS id": (st.builds("AKIA{}".format, some(UPPER, 16)), "key = '{}'"),
    "AWS secret": (some(ALNUM + "/+", 40), 'aws_secret_access_key="{}"'),
    "Google": (st.builds("AIza{}".format, some(ALNUM, 35)), "f('{}')"),
    "Azure": (st.builds("{}==".format, some(ALNUM + "/+", 86)), "AccountName=a;AccountKey={};EndpointSuffix=x"),
    "GitHub": (st.builds("ghp_{}".format, some(ALNUM, 36)), "f('{}')"),
    "GitLab": (st.builds("glpat-{}".format, some(ALNUM, 20)), "f('{}')"),
    "Hugging Face": (st.builds("hf_{}".format, some(ALNUM, 34)), "f('{}')"),
    "OpenAI": (st.builds("sk-proj-{}".format, some(ALNUM, 48)), "f('{}')"),
    "Slack": (st.builds("xoxb-1234567890-{}".format, some(ALNUM, 24)), "f('{}')"),
    "Stripe": (st.builds("sk_live_{}".format, some(ALNUM, 24)), "f('{}')"),
    "Databricks": (st.builds("dapi{}".format, some(HEX, 32)), "f('{}')"),
    "W&B": (some(HEX, 40), "wandb.login(key='{}')"),
    "private key": (PEM, "k = '''-----BEGIN PRIVATE KEY-----\n{}\nabcd==\n-----END PRIVATE KEY-----'''"),
    "private key in JSON": (PEM, '"-----BEGIN RSA PRIVATE KEY-----\\n{}\\nab==\\n-----END RSA PRIVATE KEY-----\\n"'),
}  # fmt: skip


@st.composite
def hidden(draw: st.DrawFn) -> tuple[str, str, str]:
    """A sort, a secret, and a text that it stands in."""
    sort = draw(st.sampled_from(sorted(SORTS)))
    values, text = SORTS[sort]
    secret = draw(values)
    return sort, secret, text.format(secret)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    fresh = Secrets()
    monkeypatch.setattr(session, "process_secrets", lambda: fresh)
    yield f"sqlite:///{tmp_path / 'gov.db'}"
    session.close_session()
    close_stores()


def stored(url: str) -> bytes:
    """Return every byte that is on disk, pages, log and free space."""
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(p.read_bytes() for p in path.parent.iterdir() if p.name.startswith(path.name))


def test_what_a_record_says_of_it() -> None:
    cell = Cell(order=1, source='x = 1\nkey = "AKIAIOSFODNN7EXAMPL3"\nconnect(password="hunter2!")\n')
    clean, checked = Secrets().clean(cell)
    assert checked
    assert isinstance(clean, Cell)
    assert clean.source == 'x = 1\nkey = "[redacted: AWS access key]"\nconnect(password="[redacted: password]")\n'
    assert clean.redacted == ("source, line 2: AWS access key", "source, line 3: password")
    assert clean.replace(source=cell.source, redacted=()) == cell
    again, _ = Secrets().clean(clean)
    assert again is clean
    fit = Fit(
        class_="C", params={"dsn": "redis://:pw12345@h/0", "deep": {"password": "secret7", "n": [1, "a"]}, "C": 1}
    )
    clean, _ = Secrets().clean(fit)
    assert clean.redacted == ("params.dsn: password in a connection string", "params.deep.password: password")
    assert clean.to_json()["params"] == {
        "dsn": "redis://:[redacted: password in a connection string]@h/0",
        "deep": {"password": "[redacted: password]", "n": [1, "a"]},
        "C": 1,
    }
    data = Dataset(
        name="x",
        digest="d",
        rows=1,
        columns=(Column(name="a", type="s", missing=0, summary={"top": [["ghp_" + "a1" * 18, 3]]}),),
    )
    clean, _ = Secrets().clean(data)
    assert clean.redacted == ("columns.0.summary.top.0.0: GitHub token",)


def test_a_secret_that_was_seen_once_is_taken_out_wherever_it_stands() -> None:
    secrets = Secrets()
    secrets.learn('login(password="tr0ub4dor&3")')
    for text in ("KeyError: 'tr0ub4dor&3'", "GET /?x=tr0ub4dor%263", "tr0ub4dor&3"):
        clean, _ = secrets.clean(Cell(order=1, source="x", error=text))
        assert clean.redacted == ("error: password",)
        assert "tr0ub" not in str(clean.to_json())
    # What is like any word is not: it would make holes into everything.
    secrets.learn('login(password="train")')
    assert secrets.clean(Metric(name="train", value=1))[0].redacted == ()


HARMLESS = [
    'CountVectorizer(token_pattern=r"(?u)\\b\\w+\\b")',
    'Tokenizer(pad_token="[PAD]", eos_token="</s>", unk_token="<unk>", bos_token="<|endoftext|>", mask_token="##x")',
    'df.drop(columns=["password", "token", "api_key", "secret"])',
    'pd.read_csv("users.csv", dtype={"password": "string", "token": "category", "secret": "object"})',
    'password_column = "user_password"; token_column="access_token_2"; n_tokens = 1000',
    'password = getpass.getpass("Password: "); token = os.environ["API_TOKEN"]; key = keys["api_key"]',
    'engine = create_engine(f"postgresql://{user}:{password}@{host}/db", connect_args={"password": pw})',
    'psycopg2.connect(host=host, user=user, password=password, dbname="x")',
    'api_key = "<your key>"; password = "********"; secret = "${SECRET}"; token = "xxxxxxxxxxxx"',
    "for token in tokens:\n    if token == 'the':\n        pass",
    'digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    'id = "550e8400-e29b-41d4-a716-446655440000"; sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"',
    'primary_key="customer_2020_x1"; sort_key="x1y2z3abcd"; key="sales_2021"; d["key"] = "abc123def456"',
    "LogisticRegression(C=1.0, solver='lbfgs', random_state=42, max_iter=10_000)",
    "http://localhost:8888/lab/@user https://example.org:443/a@b docker://registry:5000/i@sha256:a git@github.com:o/r",
    'if "-----BEGIN RSA PRIVATE KEY-----" in text: raise ValueError("a private key was found in the text")',
    "<img src='data:image/png;base64," + base64.b64encode(bytes(range(256)) * 40).decode() + "'>",
    'private_key = "~/.ssh/id_rsa"; ssl_key="/etc/ssl/private/server.key"; account_key = "keys/account.json"',
    "the password is required; a token: expected something; pwd = '/home/ada/work'",
    "# the secret of a good model = more data; key idea: fewer features; pass -> fail",
    'assert response.headers["Authorization"].startswith("Bearer ")  # the bearer responsibilities',
    "seed = 20240131123456789; np.random.default_rng(0x9E3779B97F4A7C15)",
    'pd.read_sql("SELECT password, token FROM users WHERE key = 12345678", engine)',
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Secrets().find(text) == []
    record = Cell(order=1, source=text, error=text[:50])
    assert Secrets().clean(record) == (record, True)


@given(text=st.text() | st.from_regex(r"[ -~]{0,60}(?:password|token|key|secret|://|eyJ|AKIA)[ -~\n]{0,60}"))
@settings(deadline=None, max_examples=300)
def test_laws(text: str) -> None:
    secrets = Secrets()
    found = secrets.find(text, code=False)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    record = Document(section="x", markdown=text)
    clean, checked = secrets.clean(record)
    assert checked
    assert isinstance(clean, Document)
    if not clean.redacted:
        assert clean is record
    else:
        # All that stands around the secrets is as it was.
        around = re.split(r"\[redacted: [^\]]*\]", clean.markdown)
        assert text.startswith(around[0])
        assert text.endswith(around[-1])


@given(one=hidden(), before=st.text(max_size=80), after=st.text(max_size=80))
@settings(deadline=None, max_examples=150)
def test_every_sort_is_found_wherever_it_stands(one: tuple[str, str, str], before: str, after: str) -> None:
    sort, secret, text = one
    # In a line of its own: what stands before a secret may be part of what it is.
    record = Cell(order=1, source=f"{before}\n{text}\n{after}")
    clean, _ = Secrets().clean(record)
    assert isinstance(clean, Cell)
    assert secret not in clean.source, sort
    assert clean.redacted


@pytest.mark.parametrize("size", [0, 31_900, 32_700, 40_900, 100_000])
def test_long_texts_are_searched_to_the_end(size: int) -> None:
    text = "x = 1\n" * (size // 6) + "y" * (size % 6) + '\npassword = "hunter2!"\n' + "z = 2\n" * 9_000
    clean, _ = Secrets().clean(Cell(order=1, source=text))
    assert isinstance(clean, Cell)
    assert clean.source == text.replace("hunter2!", "[redacted: password]")


def places(text: str, secret: str) -> list[Record]:
    """Return records that hold a text with a secret, and the secret alone, in every sort of field."""
    return [
        Cell(order=1, source=text, error=f"KeyError: '{secret}'"),
        Fit(class_="C", name=text, params={"a": text, "b": [secret, {"c": text}], text: 1}, features=(text, secret)),
        Dataset(name="d", digest="d", rows=1, source=text, columns=(Column(name=secret, type="t", missing=0),)),
        Metric(name="m", value=1, params={"x": {secret: secret}}, expression=text),
        Gap(what=text, reason=secret, remedy=text),
        Document(section="purpose", markdown=text),
        Run(name=text, experiment=secret, notebook=text, reason=text),
    ]  # fmt: skip


@given(one=hidden())
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_of_it_reaches_the_disk(url: str, one: tuple[str, str, str]) -> None:
    sort, secret, text = one
    # A store of its own for each.
    url = url.replace("gov.db", f"{new_id()}.db")
    run = session.begin_run(name=text, experiment="e", notebook=text, store=url)
    opened = session.open_session(run, owner=True, store=url)
    opened.foresee(text)
    for record in places(text, secret):
        opened.record(record, "made")
        opened.record_later(lambda record=record: record.replace(id=new_id()), "made", late=True)  # type: ignore[misc]
    opened.gap(text, secret)

    def fails() -> Record:
        raise ValueError(secret)

    opened.record_later(fails, "made")
    opened.fail(text)
    session.close_session()
    session.end_run(run, status="failed", reason=f"{text} {secret}", store=url)
    session.join_run(run.id, name=text, experiment=secret, store=url)
    assert secret.encode() not in stored(url), sort
    assert len(get_store(url).records(run.id)) >= 14
    close_stores()


def test_what_cannot_be_checked_is_not_written(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, code: bool) -> list[Any]:
        if "careful" in text:
            raise ImportError("detect_secrets")
        return []

    monkeypatch.setattr(_cleaning, "_look", broken)
    run = session.begin_run(name="n", experiment="e", store=url)
    opened = session.open_session(run, owner=True, store=url)
    for i in range(3):
        opened.record(Cell(order=i, source="be careful", error="fine and long"), "cell.executed")
    session.close_session()
    session.write(run.id, (Document(section="purpose", markdown="be careful"), "document.written"), store=url)
    records = get_store(url).records(run.id)
    cells = [r for r in records if isinstance(r, Cell)]
    assert [(c.source, c.error, c.redacted) for c in cells] == [
        (UNCHECKED, "fine and long", ("source: not checked",))
    ] * 3
    gaps = [r.what for r in records if isinstance(r, Gap)]
    assert gaps == ["texts of a record (cell.executed)", "texts of a record (document.written)"]
    assert b"careful" not in stored(url)


def test_hostile_texts_and_containers() -> None:
    class Text(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "harmless"

        def __len__(self) -> int:
            raise RuntimeError

        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        __hash__ = str.__hash__

    class Odd(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            raise RuntimeError(key)

    clean, checked = Secrets().clean(Fit(class_="C", params=Odd(a=Text('password="hunter2!"'), b=("x", 1.5, None))))
    assert checked
    assert isinstance(clean, Fit)
    assert dict(clean.params) == {"a": 'password="[redacted: password]"', "b": ("x", 1.5, None)}
    two = {"ghp_" + "a1" * 18: 1, "ghp_" + "b2" * 18: 2}
    clean, _ = Secrets().clean(Fit(class_="C", params=two))
    assert isinstance(clean, Fit)
    assert list(clean.params.values()) == [1, 2]


def test_detect_secrets_is_there_and_its_rules_are_ours() -> None:
    labels = {rule.label for rule in rules()}
    assert {"Discord token", "PyPI token", "SendGrid key", "Twilio key"} <= labels
    script = "import jupyter_gov.services, sys; print('detect_secrets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert _secrets.process_secrets() is _secrets.process_secrets()


def test_only_the_session_makes_entries() -> None:
    package = Path(session.__file__).parents[1]
    makers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "labextension" not in path.parts and re.search(r"\bEntry\(", path.read_text(encoding="utf-8"))
    }
    assert makers == {"services/session.py", "store/_events.py"} - {"store/_events.py"}


def test_in_a_kernel(kernel: Any) -> None:
    run = kernel.session(
        "secrets",
        "from sklearn.base import BaseEstimator\n"
        "class Remote(BaseEstimator):\n"
        "    def __init__(self, dsn='', label=''):\n"
        "        self.dsn, self.label = dsn, label\n"
        "    def fit(self, X, y=None):\n"
        "        return self",
        "pw = 'x'\npassword = 'tr0ub4dor&3'\n"
        "Remote(dsn=f'postgresql://ada:{password}@db/x', label=password).fit([[1.0], [2.0]])\n"
        "raise KeyError(password)",
        check=False,
    )
    cell = next(c for c in run["cells"] if "pw = " in c["source"])
    assert cell["source"].splitlines()[1] == "password = '[redacted: password]'"
    assert cell["redacted"][0] == "source, line 2: password"
    assert "[redacted: password]" in cell["error"]
    params = run["fits"][0]["params"]
    assert params["dsn"] == "postgresql://ada:[redacted: password]@db/x"
    assert "[redacted: password]" in params["label"]
    path = Path(kernel.store.removeprefix("sqlite:///"))
    assert all(b"tr0ub4dor" not in p.read_bytes() for p in path.parent.iterdir())
    with sqlite3.connect(path) as connection:
        assert (
            connection.execute("select count(*) from record where data like '%redacted: password%'").fetchone()[0] >= 2
        )
