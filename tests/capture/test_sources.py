"""Where data come from: nothing of what a list holds, no credentials, no file but the one that is read."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.capture.data._sources import database, find_file, locate, look_up
from jupyter_gov.records import Dataset

_SECRET = "QZJ79"
_passwords = (
    st.lists(st.sampled_from([*_SECRET, *"@:/?#;% []&=\t", "::", "://"]), min_size=1, max_size=12)
    .map("".join)
    .filter(lambda p: set(p) & set(_SECRET))
)


@settings(max_examples=1000, deadline=None)
@given(
    before=st.sampled_from(["", " ", "\t", "simplecache::", "filecache::", "zip://a.csv::", "jdbc:"]),
    scheme=st.sampled_from(["https", "s3", "postgresql+psycopg", "ftp"]),
    slashes=st.sampled_from(["//", "/", "///"]),
    user=st.sampled_from(["bob", "", "b"]),
    password=_passwords,
    host=st.sampled_from(["host", "host:5432", "h.org"]),
    path=st.sampled_from(["", "/", "/db", "/a/x.csv", "/a@b.csv"]),
    query=st.sampled_from(["", "?sig=QZ", "?a=Q@Z", "#J", ";token=Q9"]),
)
def test_nothing_of_a_password_is_kept(before, scheme, slashes, user, password, host, path, query):
    source = locate(f"{before}{scheme}:{slashes}{user}:{password}@{host}{path}{query}")
    written = Dataset(name="", digest="", rows=1, columns=(), role="source", source=source).to_json()["source"]
    assert not set(str(written)) & set(_SECRET)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("simplecache::https://bob:secret@host/x.csv?sig=abc", "simplecache::https://host/x.csv"),
        ("filecache::s3://KEY:SECRET@bucket/x", "filecache::s3://bucket/x"),
        ("https://user:12/34pw@host/x", "https://…"),
        (" https://u:p@h/x", "https://h/x"),
        ("jdbc:postgresql://u:pw@h/db", "jdbc:postgresql://h/db"),
        ("jdbc:oracle:thin:u/pw@h:1521:x", "a connection string"),
        ("https://cdn.org/package@1.2/x.csv", "https://cdn.org/package@1.2/x.csv"),
        ("zip://*.csv::simplecache::gcs://bucket/file.zip", "zip://*.csv::simplecache::gcs://bucket/file.zip"),
        ("http://127.0.0.1:8000/x.csv", "http://127.0.0.1:8000/x.csv"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("file:///tmp/x.csv", "file:///tmp/x.csv"),
    ],
)
def test_urls(url, kept):
    assert locate(url) == kept


def test_a_list_is_data_unless_the_function_takes_several_files():
    lines = ["alice@example.org,4111111111111111"] * 200_000
    assert look_up(lines) == ("an object of class list", None)
    assert locate(tuple(lines)) == "an object of class tuple"
    assert locate("a,b\n1,2") == "text in the notebook"
    assert locate("x" * 5000) == "text in the notebook"
    assert locate(b"a,b") == "an object of class bytes"
    many = locate([f"{i}.csv" for i in range(25)], several=True)
    assert many.endswith("; and 5 more")
    assert many.count(".csv") == 20
    assert locate([["nested"]], several=True) == "an object of class list"


def test_only_a_real_file_is_believed(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text("a\n1\n")
    with zipfile.ZipFile("z.zip", "w") as archive:
        archive.writestr("x.csv", "b\n2\n")

    class Named(io.StringIO):
        name = "x.csv"

    with zipfile.ZipFile("z.zip") as archive, archive.open("x.csv") as member:
        assert look_up(member) == ("an object of class ZipExtFile", None)
        assert look_up(io.TextIOWrapper(member)) == ("an object of class TextIOWrapper", None)
    assert look_up(Named("b\n2")) == (f"an object of class {Named.__qualname__}", None)
    for mode in ("r", "rb", "r+b"):
        with Path("x.csv").open(mode) as stream:
            assert look_up(stream) == ("x.csv", find_file("x.csv"))
    with Path("x.csv").open("rb", buffering=0) as stream:
        assert find_file(stream) == find_file("x.csv")
        stream.name = "z.zip"
        assert find_file(stream) is None
    assert find_file(stream) is None
    with gzip.open("x.csv.gz", "wb") as packed:
        packed.write(b"a\n1\n")
    with gzip.open("x.csv.gz") as packed:
        assert look_up(packed) == ("x.csv.gz", find_file("x.csv.gz"))


def test_a_path_of_the_users_own_is_asked_once(tmp_path: Path):
    class Own:
        asked = 0

        def __fspath__(self):
            Own.asked += 1
            return str(tmp_path / "x.csv")

    (tmp_path / "x.csv").write_text("a\n1\n")
    assert look_up(Own())[1] is not None
    assert Own.asked == 1


def test_a_database_whose_texts_are_bytes(tmp_path: Path):
    asked = []
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("create table t (a)")
    for factory in (str, bytes, lambda raw: asked.append(raw)):
        connection.text_factory = factory
        source, file = database(connection)
        assert source.endswith("x.db")
        assert file is not None
    assert asked == []
    connection.close()
    memory = sqlite3.connect(":memory:")
    assert database(memory) == ("sqlite in memory", None)
    memory.close()
    sqlalchemy = pytest.importorskip("sqlalchemy")
    assert database(sqlalchemy.create_engine("sqlite://")) == ("sqlite in memory", None)
