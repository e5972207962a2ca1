"""Data at every door: what reads them, from where, and what is recorded of it; with real files in a real kernel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_gov.capture.data._sources import database, find_file, hash_file, locate
from jupyter_gov.fingerprints import fingerprint_bytes

FILES = """
import sqlite3
import numpy as np, pandas as pd, scipy.sparse as sp
frame = pd.DataFrame({"a": np.arange(50.0), "kind": ["x", "y"] * 25, "email": [f"p{i}@example.org" for i in range(50)]})
frame.to_csv("x.csv", index=False); frame.to_parquet("x.parquet"); frame.to_feather("x.feather")
frame.to_json("x.json"); frame.to_json("x.ndjson", orient="records", lines=True); frame.to_pickle("x.pkl")
matrix = frame[["a"]].to_numpy() + 0.5
np.save("x.npy", matrix); np.savez("x.npz", M=matrix * 2); matrix.tofile("x.bin"); np.savetxt("x.txt", matrix * 3)
sp.save_npz("sparse.npz", sp.csr_array(np.eye(7)))
with sqlite3.connect("x.db") as connection:
    frame.to_sql("people", connection, index=False)
connection.close()
del frame, matrix
"""


@pytest.fixture(autouse=True, scope="module")
def files(kernel):
    """Files of every kind in the kernel's folder."""
    kernel.run(FILES)


def gaps(shown):
    """Return what is on the gap list because of a cell of the test's."""
    return [g["what"] for g in shown["gaps"] if g["cell"]]


def digest(kernel, name):
    return fingerprint_bytes((kernel.folder / name).read_bytes())


def test_pandas_and_sql(kernel):
    shown = kernel.session(
        "pandas",
        "c = pd.read_csv('x.csv').assign(door=1)  # what was read has no name\nc = pd.read_csv('x.csv', nrows=49)",
        "j = pd.read_json('x.json', orient='columns').head(0)\n"
        "p = pd.read_pickle(compression=None, filepath_or_buffer='x.pkl')",
        "f = pd.read_feather('x.feather', columns=['a'])\n"
        "with open('x.csv') as stream:\n    s = pd.read_csv(stream, nrows=3)",
        "con = sqlite3.connect('x.db')\nq = pd.read_sql('SELECT a FROM people WHERE a > 7', con)",
        "import sqlalchemy\nengine = sqlalchemy.create_engine('sqlite:///x.db')\n"
        "e = pd.read_sql_query(sqlalchemy.text('SELECT kind FROM people'), engine)\n"
        "w = pd.read_sql_table('people', engine, columns=['a', 'email'])\nengine.dispose()\ncon.close()",
        "chunks = [c for c in pd.read_csv('x.csv', chunksize=20)]",
    )
    named = {d["name"]: d for d in shown["datasets"] if d["name"]}
    assert named["c"]["source"] == "x.csv"
    assert named["c"]["door"] == "pandas.read_csv"
    assert named["c"]["file_digest"] == digest(kernel, "x.csv")
    assert named["c"]["file_bytes"] == (kernel.folder / "x.csv").stat().st_size
    assert named["f"]["file_digest"] == digest(kernel, "x.feather")
    assert named["s"]["source"] == "x.csv"
    assert named["q"]["query"] == "SELECT a FROM people WHERE a > 7"
    assert named["q"]["source"] == "sqlite:///x.db"
    assert named["q"]["file_digest"] == digest(kernel, "x.db")
    assert named["e"]["query"] == "SELECT kind FROM people"
    assert named["e"]["source"].endswith("x.db")
    assert named["w"]["query"] == "SELECT * FROM people"
    read = [d for d in shown["datasets"] if d["door"].startswith("pandas.TextFileReader")]
    assert [d["rows"] for d in read] == [20, 20, 10]
    assert all(d["source"] == "x.csv" for d in read)
    columns = {c["name"]: c for c in named["c"]["columns"]}
    assert columns["email"]["personal"] == "e-mail"
    assert "example.org" not in json.dumps(shown["datasets"])
    assert columns["kind"]["summary"]["top"] == [["x", 25], ["y", 24]]
    assert gaps(shown) == []


def test_every_other_library(kernel):
    shown = kernel.session(
        "others",
        "import polars as pl\np1 = pl.read_csv('x.csv', n_rows=10)\np2 = pl.read_parquet('x.parquet', columns=['a'])\n"
        "p3 = pl.scan_parquet('x.parquet').filter(pl.col('a') > 9).collect()",
        "import pyarrow.parquet as pq, pyarrow.csv as pc, pyarrow.feather as pf, pyarrow.json as pj\n"
        "t1 = pq.read_table('x.parquet', columns=['kind'])\nt2 = pc.read_csv('x.csv')\n"
        "t3 = pf.read_table('x.feather', columns=['email'])\nt4 = pj.read_json('x.ndjson')\n"
        "t5 = pq.ParquetFile('x.parquet').read(columns=['a', 'kind'])",
        "import duckdb\nsmall = pd.DataFrame({'v': [1, 2, 3]})\nd1 = duckdb.sql('SELECT v + 1 AS w FROM small').df()\n"
        "con = duckdb.connect('duck.db')\nd2 = con.sql(\"SELECT a * 7 AS b FROM 'x.csv'\").to_arrow_table()\n"
        "d3 = con.execute('SELECT 5 AS five').fetchdf()\ncon.close()",
        "n1 = np.load('x.npy')\nn2 = np.load('x.npz')['M']\nn3 = np.loadtxt('x.txt')\nn4 = np.fromfile('x.bin')\n"
        "n5 = np.memmap('x.bin', mode='r', dtype='float32')\ns1 = sp.load_npz('sparse.npz')",
        "from sklearn.datasets import load_iris, make_blobs\nX, y = make_blobs(n_samples=30, random_state=5)\n"
        "iris = load_iris()\nfrom sklearn.tree import DecisionTreeClassifier\n"
        "tree = DecisionTreeClassifier().fit(iris.data, iris.target)",
    )
    named = {d["name"]: d for d in shown["datasets"] if d["name"]}
    expected = {
        "p1": ("polars.read_csv", "x.csv"), "p2": ("polars.read_parquet", "x.parquet"),
        "p3": ("polars.LazyFrame.collect", "x.parquet"), "t1": ("pyarrow.parquet.read_table", "x.parquet"),
        "t2": ("pyarrow.csv.read_csv", "x.csv"), "t3": ("pyarrow.feather.read_table", "x.feather"),
        "t4": ("pyarrow.json.read_json", "x.ndjson"), "t5": ("pyarrow.parquet.ParquetFile.read", "x.parquet"),
        "d1": ("duckdb.DuckDBPyRelation.df", "DuckDB"), "d3": ("duckdb.DuckDBPyConnection.fetchdf", "duck.db"),
        "d2": ("duckdb.DuckDBPyRelation.to_arrow_table", "x.csv"), "n1": ("numpy.load", "x.npy"),
        "n2": ("numpy.load", "x.npz"), "n3": ("numpy.loadtxt", "x.txt"), "n4": ("numpy.fromfile", "x.bin"),
        "n5": ("numpy.memmap", "x.bin"), "s1": ("scipy.sparse.load_npz", "sparse.npz"),
    }  # fmt: skip
    found = {name: (named[name]["door"], named[name]["source"]) for name in expected if name in named}
    # What has the content of data seen before is that data set, which has one door.
    assert {k: v for k, v in found.items() if v != expected[k]} == {}
    assert set(expected) - set(found) <= {"n4", "t4"}
    assert "SELECT v + 1 AS w FROM small" in named["d1"]["query"]
    assert named["t2"]["file_digest"] == digest(kernel, "x.csv")
    blobs = [d for d in shown["datasets"] if d["door"] == "sklearn.datasets.make_blobs"]
    assert [d["name"] for d in blobs] == ["X", "y"]
    assert blobs[0]["source"] == "sklearn.datasets.make_blobs(n_samples=30, random_state=5)"
    iris = [d for d in shown["datasets"] if d["door"] == "sklearn.datasets.load_iris"]
    assert sorted((d["rows"], d["role"]) for d in iris) == [(150, "train"), (150, "train")]
    assert shown["fits"][0]["datasets"] == [d["id"] for d in iris]
    assert gaps(shown) == ["the text of a query whose rows were fetched from a DuckDB connection"]


def test_what_is_not_followed_is_on_the_gap_list(kernel):
    shown = kernel.session(
        "gaps",
        "import pyarrow.dataset as ds\nt = ds.dataset('x.parquet').to_table()",
        "from sklearn.naive_bayes import GaussianNB\nmade = np.random.default_rng(0).normal(size=(40, 2))\n"
        "model = GaussianNB().fit(made, [0, 1] * 20)\nmodel.fit(made, [0, 1] * 20)",
        "class Odd:\n    pass\nclass Frame(pd.DataFrame):\n    pass\n"
        "model.fit(Frame({'u': [1.0, 2, 3]}), np.array([0, 1, 1]))\n",
    )
    assert gaps(shown) == [
        "what is read from x.parquet through pyarrow.dataset.dataset", "where made (40 rows) came from",
        "where y (40 rows) came from", "where X (3 rows) came from", "where y (3 rows) came from",
    ]  # fmt: skip
    assert all(g["remedy"] for g in shown["gaps"])


def test_every_other_way_is_read_or_on_the_gap_list(kernel):
    shown = kernel.session(
        "ways",
        "jr = [c for c in pd.read_json('x.ndjson', lines=True, chunksize=20)]",
        "pd.read_csv('x.csv').to_stata('x.dta')\nst = [c for c in pd.read_stata('x.dta', chunksize=20)]",
        "con = sqlite3.connect('x.db')\nsc = list(pd.read_sql('SELECT a FROM people', con, chunksize=20))\ncon.close()",
        "import polars as pl\nq = pl.scan_csv('x.csv')\nca, cb = pl.collect_all([q.head(11), q.head(12)])",
        "late = await q.head(13).collect_async()\nparts = list(q.head(14).collect_batches())\n"
        "q.head(15).sink_csv('y.csv')\nheld = pl.DataFrame({'a': [1]})\nheld.lazy().sink_csv('z.csv')",
        "for i in range(6):\n    pl.DataFrame({'a': [i]}).write_csv(f'm{i}.csv')\n"
        "several = pl.scan_csv([f'm{i}.csv' for i in range(6)]).collect()",
        "import duckdb\nrows = duckdb.sql(\"SELECT a FROM 'x.csv'\").fetchall()\n"
        "one = duckdb.execute('SELECT 7').fetchall()\n"
        "reader = duckdb.sql('SELECT 8 AS v').fetch_arrow_reader(100).read_all()",
        "import pyarrow as pa, pyarrow.parquet as pq\nbatches = list(pq.ParquetFile('x.parquet').iter_batches(13))",
        "made = pa.table({'a': [1.5]})\n"
        "with pa.OSFile('x.arrow', 'wb') as out, pa.ipc.new_file(out, made.schema) as to:\n"
        "    to.write(made)\nipc = pa.ipc.open_file('x.arrow').read_all()",
        "import pathlib\nfor kind in 'ab':\n    pathlib.Path('texts', kind).mkdir(parents=True)\n"
        "    for i in range(3):\n        pathlib.Path('texts', kind, f'{i}.txt').write_text(f'text {kind} {i}')\n"
        "from sklearn.datasets import load_files\ntexts = load_files('texts', encoding='utf-8')\n"
        "from sklearn.feature_extraction.text import CountVectorizer\ncounts = CountVectorizer().fit(texts.data)",
        "import pickle\npathlib.Path('o.pkl').write_bytes(pickle.dumps({'model': 'x'}))\no = pd.read_pickle('o.pkl')",
        "g = np.genfromtxt([f'p{i}@example.org,{i}' for i in range(20000)], delimiter=',', dtype=str)",
    )
    sets = shown["datasets"]
    assert [d["rows"] for d in sets if d["door"] == "pandas.JsonReader.__next__"] == [20, 20, 10]
    assert {d["source"] for d in sets if d["door"] == "pandas.StataReader.__next__"} == {"x.dta"}
    named = {d["name"]: d for d in sets if d["name"]}
    assert {named[n]["source"] for n in ("ca", "cb")} == {"x.csv"}
    assert named["several"]["source"] == "m0.csv; and 5 more"
    assert named["several"]["file_digest"] == ""
    assert named["g"]["source"] == "an object of class list"
    assert "example.org" not in json.dumps(sets)
    loaded = [d for d in sets if d["door"] == "sklearn.datasets.load_files"]
    assert [c["type"] for d in loaded for c in d["columns"]] == ["string", "int64"]
    assert loaded[0]["id"] in shown["fits"][-1]["datasets"]
    assert [g for g in gaps(shown) if g.startswith("what is read")] == [
        "what is read from sqlite:///x.db through pandas.read_sql",
        "what is read from x.csv through polars.LazyFrame.collect_async",
        "what is read from x.csv through polars.LazyFrame.collect_batches",
        "what is read from x.csv through polars.LazyFrame.sink_csv",
        "what is read from x.csv through duckdb.DuckDBPyRelation.fetchall",
        "what is read from DuckDB through duckdb.DuckDBPyConnection.fetchall",
        "what is read from DuckDB through duckdb.DuckDBPyRelation.fetch_arrow_reader",
        "what is read from x.parquet through pyarrow.parquet.ParquetFile.iter_batches",
        "what is read from x.arrow through pyarrow.ipc.open_file",
        "what is read from o.pkl through pandas.read_pickle",
    ]


def test_doors_are_given_back(kernel):
    kernel.run(
        "import numpy, pandas, polars, duckdb, pyarrow.csv, pyarrow.parquet, scipy.sparse, sklearn.datasets\n"
        "def state():\n"
        "    owners = [pyarrow.csv, duckdb, numpy, duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation, numpy.memmap]\n"
        "    bound = {(repr(o), n): v for o in owners for n, v in vars(o).items()}\n"
        "    code = {k: getattr(getattr(v, '__func__', v), '__code__', None) for k, v in bound.items()}\n"
        "    return bound, code\n"
        "before = state()"
    )
    kernel.track("restore")
    kernel.run("key = repr(pyarrow.csv), 'read_csv'\nassert state()[0][key] is not before[0][key]")
    kernel.run("assert pyarrow.csv.read_csv.__name__ == 'read_csv' and pyarrow.csv.read_csv.__doc__")
    kernel.untrack()
    kernel.run(
        "after = state()\n"
        "assert not [k for k in before[0] if before[0][k] is not after[0].get(k)]\n"
        "assert not [k for k in before[1] if before[1][k] is not after[1].get(k)]"
    )


def test_a_door_raises_its_own_error_and_finds_the_users_variables(kernel):
    kernel.track("errors")
    assert "FileNotFoundError" in kernel.run("import pandas as pd\npd.read_csv('none.csv')", check=False).error
    assert "FileNotFoundError" in kernel.run("import pyarrow.csv as pc\npc.read_csv('none.csv')", check=False).error
    ran = kernel.run("import duckdb\nhere = pd.DataFrame({'v': [4]})\nduckdb.sql('FROM here').fetchall()")
    assert ran.result == "[(4,)]"
    ran = kernel.run(
        "def inner():\n    local = pd.DataFrame({'v': [6]})\n    return duckdb.execute('FROM local').df()\ninner().v[0]"
    )
    assert "6" in ran.result
    kernel.untrack()


def test_a_loop_that_reads_is_recorded_by_its_beginning(kernel):
    shown = kernel.session(
        "loop",
        "import numpy as np\nfrom sklearn.naive_bayes import GaussianNB\nrng = np.random.default_rng(0)\n"
        "base = rng.normal(size=(30, 2)); y = (base[:, 0] > 0).astype(int)\n"
        "for i in range(130):\n    rows = rng.integers(0, 30, 30)\n    GaussianNB().fit(base[rows], y)",
    )
    assert len(shown["datasets"]) == 100
    assert any(g["what"] == "data sets beyond the first 100 in one cell" for g in shown["gaps"])


def test_sources_have_no_credentials(tmp_path: Path):
    assert locate("https://me:secret@host.org/a/b.csv?token=abc#part") == "https://host.org/a/b.csv"
    assert locate("s3://key:word@bucket/x.parquet") == "s3://bucket/x.parquet"
    assert locate('{"a": [1]}') == "text in the notebook"
    assert locate([tmp_path / "a.csv", tmp_path / "b.csv"], several=True).count(";") == 1

    class Hostile:
        def __getattr__(self, name):
            raise RuntimeError(name)

    assert locate(Hostile()) == f"an object of class {Hostile.__qualname__}"
    for secret in ("secret", "se/cret", "se#cr?et", "s@cret"):
        assert database(f"postgresql://me:{secret}@host:5432/db?password=x")[0] == "postgresql://host:5432/db"
    assert database("Driver=x;UID=me;PWD=secret")[0] == "a connection string"
    assert locate("https://cdn.org/package@1.2/x.csv") == "https://cdn.org/package@1.2/x.csv"
    assert locate("https://host:8080/me@home.csv") == "https://…"
    sqlalchemy = pytest.importorskip("sqlalchemy")
    url = sqlalchemy.engine.make_url("postgresql+psycopg://me:secret@host:5432/db")
    fake = type("Engine", (), {"__module__": "sqlalchemy.engine", "url": url})()
    assert database(fake)[0] == "postgresql+psycopg://host:5432/db"


def test_files_are_hashed_at_once_or_later(tmp_path: Path, monkeypatch):
    path = tmp_path / "x.bin"
    path.write_bytes(b"content" * 1000)
    expected = fingerprint_bytes(path.read_bytes())
    small = find_file(str(path))
    assert small is not None
    assert (small.digest, small.size) == (expected, 7000)
    monkeypatch.setattr("jupyter_gov.capture.data._sources.AT_ONCE", 10)
    large = find_file(path.as_uri())
    assert large is not None
    assert large.digest == ""
    assert hash_file(large) == expected
    path.write_bytes(b"other")
    assert not large.unchanged()
    assert hash_file(large) == ""
    assert find_file(tmp_path) is None
    assert find_file("https://host.org/x.csv") is None
    assert find_file(b"x") is None
