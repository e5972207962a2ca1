"""How one data set came from another: by what was seen, else by columns and rows, else on the gap list."""

from __future__ import annotations

import numpy as np
import pytest

START = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
rng = np.random.default_rng(0)
pd.DataFrame(rng.normal(size=(120, 3)), columns=["a", "b", "c"]).assign(
    label=rng.integers(0, 2, 120), hole=[1.0, np.nan, 2.0] * 40).to_csv("file.csv", index=False)
"""


@pytest.fixture(autouse=True)
def start(kernel):
    """Nothing but a file and what is imported."""
    kernel.run("%reset -f")
    kernel.run(START)


def graph(shown):
    """Return data sets by name and the derivations by the names of child and parent."""
    named = {d["id"]: d for d in shown["datasets"]}
    edges = {(named[e["child"]]["name"], named[e["parent"]]["name"]): e for e in shown["derivations"]}
    return {d["name"]: d for d in named.values()}, edges


def unjoined(shown):
    return [g["what"] for g in shown["gaps"] if g["what"].startswith("where ")]


def test_a_split_says_where_every_row_went(kernel):
    run = kernel.track("split")
    kernel.run("df = pd.read_csv('file.csv')\nX, y = df[['a', 'b']], df['label']")
    kernel.run("np.random.seed(3)\nA, B, u, v = train_test_split(X, y, test_size=0.25, stratify=y)")
    kernel.run("drawn = np.random.random()\nC, D = train_test_split(X, shuffle=False)")
    kernel.run("E, F = train_test_split(X.to_numpy(), random_state=np.random.RandomState(7))")
    kernel.untrack()
    kernel.run("np.random.seed(3)\nA2, B2, u2, v2 = train_test_split(X, y, test_size=0.25, stratify=y)")
    assert kernel.run("A.equals(A2) and v.equals(v2) and drawn == np.random.random()").result == "True"
    shown = kernel.show(run)
    _, edges = graph(shown)
    split = edges["A", "X"]
    assert split["operation"] == "train_test_split"
    assert split["columns"] == {"a": "a", "b": "b"}
    assert (split["rows"]["count"], split["rows"]["of"]) == (90, 120)
    index = kernel.run("B.index.tolist()").result
    assert expand(edges["B", "X"]["rows"]) == [int(i) for i in index.strip("[]").split(",")]
    assert edges["u", "y"]["rows"] == split["rows"]
    assert expand(edges["D", "X"]["rows"]) == list(range(90, 120))
    assert edges["X", "df"]["rows"]["all"]
    assert edges["y", "df"]["columns"] == {"label": "label"}
    assert unjoined(shown) == []


def expand(rows):
    return [i for r in rows["ranges"] for i in range(*r)]


def test_transformations_name_their_fit(kernel):
    shown = kernel.session(
        "transform",
        "df = pd.read_csv('file.csv')\nX = df[['a', 'b', 'c']].to_numpy()",
        "scaler = StandardScaler().fit(X)\nZ = scaler.transform(X)\nback = scaler.inverse_transform(Z)",
        "W = StandardScaler(copy=False).fit(X.copy()).transform(V := X.copy())",
        "both = StandardScaler()\nQ = both.fit_transform(X[:50])\nmodel = LogisticRegression().fit(Z, df.label)",
    )
    _, edges = graph(shown)
    fit = next(f for f in shown["fits"] if f["name"] == "scaler")
    assert edges["Z", "X"]["operation"] == "transform"
    assert edges["Z", "X"]["fit"] == fit["id"]
    assert edges["Z", "X"]["new_columns"] == ["0", "1", "2"]
    assert edges["X", "df"]["columns"] == {"0": "a", "1": "b", "2": "c"}
    assert edges["Q", "X"]["operation"] == "fit_transform"
    assert edges["Q", "X"]["fit"] == next(f["id"] for f in shown["fits"] if f["name"] == "both")
    assert edges["back", "Z"]["operation"] == "inverse_transform"
    assert unjoined(shown) == []


def test_what_the_user_makes_is_joined_by_content(kernel):
    shown = kernel.session(
        "content",
        "df = pd.read_csv('file.csv')",
        "clean = df.dropna()\nclean = clean.assign(d=clean.a * 2)\npart = clean[['a', 'd', 'b']][10:60]",
        "model = LogisticRegression().fit(part, clean.label[10:60])",
        "picked = df.sample(30, random_state=1)[['c', 'b']].to_numpy()\nmodel.fit(picked, picked[:, 0] > 0)",
        "model.fit(df[['a']], df.label)\nmodel.score(df[['a']][::2], df.label[::2])",
        "import polars as pl\np = pl.from_pandas(df[['b', 'c']]).slice(5, 50)\nmodel.fit(p, df.label[5:55])",
    )
    named, edges = graph(shown)
    assert edges["part", "clean"]["rows"] == {"count": 50, "of": 80, "ranges": [[10, 60, 1]]}
    assert edges["part", "clean"]["columns"] == {"a": "a", "d": "d", "b": "b"}
    assert edges["clean", "df"]["new_columns"] == ["d"]
    assert edges["clean", "df"]["rows"]["count"] == 80
    assert edges["picked", "df"]["columns"] == {"0": "c", "1": "b"} if ("picked", "df") in edges else True
    assert edges["p", "df"]["rows"]["ranges"] == [[5, 55, 1]]
    assert "df" not in {child for child, _ in edges}
    # Truth values made of numbers are no rows of anything.
    assert all("y" in g or "picked" in g for g in unjoined(shown)), unjoined(shown)
    assert named["df"]["door"] == "pandas.read_csv"


def test_no_cycles_and_nothing_twice(kernel):
    shown = kernel.session(
        "cycles",
        "df = pd.read_csv('file.csv')\ncopy = df.copy()\nX = copy[['a', 'b']]\nmore = X.assign(e=1.5)\ny = df.label",
        "for i in range(3):\n    LogisticRegression().fit(more, y).score(X.assign(e=1.5), y)",
        "LogisticRegression().fit(X, y)",
    )
    edges = [(e["child"], e["parent"], e["operation"]) for e in shown["derivations"]]
    assert len(edges) == len(set(edges))
    assert all(child != parent for child, parent, _ in edges)
    parents = {}
    for child, parent, _ in edges:
        parents.setdefault(child, set()).add(parent)

    def ancestors(one, seen=()):
        assert one not in seen
        for parent in parents.get(one, ()):
            ancestors(parent, (*seen, one))

    for child in parents:
        ancestors(child)
    assert unjoined(shown) == []


def test_a_parent_that_was_changed_or_is_gone_is_not_one(kernel):
    shown = kernel.session(
        "gone",
        "X = rng.normal(size=(120, 2))",
        "part = X[20:70].copy()\nX[:] = 0",
        "LogisticRegression().fit(part, rng.integers(0, 2, 50))",
    )
    _, edges = graph(shown)
    assert edges == {}
    assert "where part (50 rows) came from" in unjoined(shown)


def test_what_was_read_is_known_under_whatever_name_it_goes_on(kernel):
    shown = kernel.session(
        "goes on",
        "df = pd.read_csv('file.csv')\ndf = df.dropna()\ndf['k'] = df.a * 2",
        "LogisticRegression().fit(df[['a', 'k']], df.label)",
        "df.assign(u=-df.b, hole=[np.nan, 1.0] * 40)[['u', 'hole']].to_csv('other.csv', index=False)\n"
        "other = pd.read_csv('other.csv')\nother.dropna(inplace=True)",
        "LogisticRegression().fit(other[['u']], [0, 1] * 20)",
    )
    _, edges = graph(shown)
    assert edges["df", ""]["new_columns"] == ["k"]
    assert edges["X", "df"]["columns"] == {"a": "a", "k": "k"}
    assert ("y", "df") in edges
    assert [e["rows"]["count"] for (_, parent), e in edges.items() if parent == "other"] == [40]
    assert [gap.split()[1] for gap in unjoined(shown)] == ["y"]


def test_a_parent_was_there_before_its_child(kernel):
    shown = kernel.session(
        "order",
        "loans = pd.read_csv('file.csv')",
        "clean = loans[['a', 'b', 'hole', 'label']].dropna()\nX, y = clean.drop(columns='label'), clean['label']",
        "more = X.assign(e=X.a * 2)\nA, B, u, v = train_test_split(X, y, random_state=0)",
        "LogisticRegression().fit(A, u).score(B, v)\nLogisticRegression().fit(more, y)",
    )
    _, edges = graph(shown)
    assert set(edges) == {
        ("clean", "loans"), ("X", "clean"), ("y", "clean"), ("more", "X"), ("A", "X"), ("B", "X"), ("u", "y"),
        ("v", "y"),
    }  # fmt: skip
    assert edges["clean", "loans"]["rows"]["count"] == 80
    assert edges["more", "X"]["new_columns"] == ["e"]
    assert unjoined(shown) == []


def test_what_only_looks_like_a_column_is_none(kernel):
    shown = kernel.session(
        "chance",
        "X = pd.DataFrame({'age': range(40), 'inc': np.arange(40.0) ** 2})\ny = (X['age'] > 20).astype(int)",
        "LogisticRegression().fit(X, y)\nperm = rng.permutation(40)\nz = rng.integers(0, 2, 40)",
        "LogisticRegression().fit(X, z)\nLogisticRegression().fit(X, rng.integers(0, 9, 40))",
    )
    assert shown["derivations"] == []
    assert sorted(unjoined(shown)) == [f"where {name} (40 rows) came from" for name in "Xyz"]


def test_targets_are_found_beside_their_features(kernel):
    shown = kernel.session(
        "beside",
        "df = pd.read_csv('file.csv')\nX, y = df[['a', 'b']].to_numpy(), df['label'].to_numpy()",
        "mask = rng.random(len(X)) < 0.7\nm = LogisticRegression().fit(X[mask], y[mask])\nm.score(X[~mask], y[~mask])",
        "order = rng.permutation(len(X))\nXa, ya = X[order[:80]], y[order[:80]]\nLogisticRegression().fit(Xa, ya)",
        "import polars as pl\nframe = pl.read_csv('file.csv')\nsome = frame.filter(pl.col('a') > 0)\n"
        "m.fit(some.select('b', 'c'), some['label'])",
    )
    _, edges = graph(shown)
    assert {("Xa", "X"), ("ya", "y"), ("some", "df"), ("X", "df"), ("y", "df")} <= set(edges)
    assert edges["ya", "y"]["rows"]["digest"] == edges["Xa", "X"]["rows"]["digest"]
    assert len([e for e in shown["derivations"] if e["rows"]["of"] == 120 and e["rows"]["count"] < 120]) == 7
    assert unjoined(shown) == []


def test_several_parents(kernel):
    shown = kernel.session(
        "several",
        "a = pd.read_csv('file.csv').assign(key=range(120))\n"
        "b = pd.DataFrame({'key': range(120), 'score': rng.normal(size=120)}).sample(frac=1, random_state=0)",
        "both = a.merge(b, on='key')\nLogisticRegression().fit(both[['a', 'score']], both.label)",
        "top, low = rng.normal(size=(30, 2)), rng.normal(size=(50, 2))\nall_ = np.concatenate([low, top])",
        "LogisticRegression().fit(all_, [0, 1] * 40)",
        "train = a.sample(90, random_state=2)\nfew = train[train.label == 1]\n"
        "even = pd.concat([train, few.sample(60, replace=True, random_state=3)])",
        "LogisticRegression().fit(even[['b', 'c']], even['label'])",
    )
    _, edges = graph(shown)
    assert edges["both", "b"]["columns"] == {"key": "key", "score": "score"}
    assert edges["both", "a"]["rows"]["all"]
    assert edges["all_", "low"]["rows"] == {"count": 50, "of": 50, "all": True}
    assert edges["all_", "top"]["columns"] == {"0": "0", "1": "1"}
    assert edges["even", "train"]["rows"]["count"] == 150
    assert {gap.split()[1] for gap in unjoined(shown)} == {"b", "y", "low", "top"}


def test_columns_from_two_parents(kernel):
    shown = kernel.session(
        "two",
        "left = pd.read_csv('file.csv', usecols=['a', 'b'])\nright = pd.read_csv('file.csv', usecols=['c', 'label'])",
        "both = pd.concat([left, right], axis=1)\nboth['one'] = 1\n"
        "LogisticRegression().fit(both[['a', 'c', 'one']], both['label'])\ndel both",
    )
    named, edges = graph(shown)
    assert named["X"]["role"] == "train"
    assert {parent for child, parent in edges if child == "X"} <= {"left", "right", "both"}
    assert unjoined(shown) == []


def test_small_pieces():
    from jupyter_gov.capture.data._tables import kept_table, table_of
    from jupyter_gov.fingerprints import fingerprint

    parent = np.random.default_rng(0).normal(size=(100, 3))
    table = table_of(parent, fingerprint(parent))
    kept = kept_table(table)
    parent[:] = 0
    assert list(table.cells) == ["0", "1", "2"]
    assert len(table.cells) == 3
    assert kept.cells["0"].all()
    listed = [1.5, 2.5]
    assert list(table_of(listed, fingerprint(np.array(listed))).cells["0"]) == list(np.array(listed).view(np.uint64))


def test_labels_of_rows():
    import pandas as pd

    from jupyter_gov.capture.data._tables import table_of
    from jupyter_gov.fingerprints import fingerprint

    def labels(index):
        frame = pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=index)
        return table_of(frame, fingerprint(frame)).labels

    assert list(labels(None)) == [0, 1, 2]
    assert list(labels([5, 3, 9])) == [5, 3, 9]
    assert len(set(labels(["a", "b", "c"]).tolist())) == 3
    assert labels(pd.MultiIndex.from_product([[1], [1, 2, 3]])) is None
    assert labels(pd.date_range("2020", periods=3)) is None


def test_ages():
    from jupyter_gov.capture.data._ages import Age, Ages

    space = {"a": np.ones(1)}
    ages = Ages(lambda: space)
    ages.look(ended=True)
    space["b"], space["c"] = np.ones(2), np.ones(3)
    ages.look()
    a, b, c = (ages.of(space[n]) for n in "abc")
    assert (a.before(b), c.before(b), b.before(c), a.before(a)) == (True, False, True, None)
    ages.look(ended=True)
    space["a"], space["d"] = np.ones(4), np.ones(5)
    ages.look()
    assert ages.of(space["a"]) == Age(3)
    assert ages.of(space["a"]).before(ages.of(space["d"])) is None
    assert ages.of(np.ones(1)) is None
    assert ages.now == Age(3)
