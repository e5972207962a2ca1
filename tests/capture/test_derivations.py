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
        "X = np.loadtxt('file.csv', delimiter=',', skiprows=1, usecols=(0, 1))",
        "part = X[20:70].copy()\nX[:] = 0",
        "LogisticRegression().fit(part, rng.integers(0, 2, 50))",
    )
    _, edges = graph(shown)
    assert edges == {}
    assert "where part came from" in unjoined(shown)


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
    from jupyter_gov.capture.data._tables import share_values, table_of
    from jupyter_gov.fingerprints import fingerprint

    parent = np.random.default_rng(0).normal(size=(1000, 3))
    child, other = parent[100:200].copy(), parent[:100] + 1
    of = {id(d): table_of(d, fingerprint(d)) for d in (parent, child, other)}
    assert share_values(of[id(child)], of[id(parent)])
    assert not share_values(of[id(other)], of[id(parent)])
    assert list(of[id(child)].cells) == ["0", "1", "2"]
    assert len(of[id(child)].cells) == 3
    listed = [1.5, 2.5]
    assert list(table_of(listed, fingerprint(np.array(listed))).cells["0"]) == list(np.array(listed).view(np.uint64))
