"""Joining data with what they came from: where one candidate fails, where there are many, and what it may cost."""

from __future__ import annotations

import numpy as np
import pytest

START = """
import numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression
rng = np.random.default_rng(0)
"""


@pytest.fixture(autouse=True)
def start(kernel):
    """Nothing but what is imported."""
    kernel.run("%reset -f")
    kernel.run(START)


def test_an_index_among_the_variables_is_one_of_many(kernel):
    shown = kernel.session(
        "dates",
        "days = pd.date_range('2020', periods=500)\n"
        "frame = pd.DataFrame(rng.normal(size=(500, 3)), columns=['a', 'b', 'y'], index=days)\n"
        "train, test = frame.iloc[:300], frame.iloc[200:]",
        "model = LinearRegression().fit(train[['a', 'b']], train['y'])\nmodel.score(test[['a', 'b']], test['y'])",
    )
    assert "overlapping_rows" in {f["check"] for f in shown["findings"]}
    about = {g["what"] for g in shown["gaps"] if g["what"].startswith(("where", "data"))}
    assert about <= {"where frame (500 rows) came from"}


def test_windows_of_earlier_turns_do_not_hide_the_data_they_were_taken_of(kernel):
    shown = kernel.session(
        "walk",
        "frame = pd.DataFrame(rng.normal(size=(2000, 3)), columns=['a', 'b', 'y'])",
        "for i in range(60):\n"
        "    now = frame.iloc[20 * i:20 * i + 400 + i]\n"
        "    LinearRegression().fit(now[['a', 'b']].to_numpy(), now['y'].to_numpy())",
    )
    used = [id_ for fit in shown["fits"] for id_ in fit["datasets"]]
    children = {d["child"] for d in shown["derivations"]}
    assert len(used) > 80
    assert set(used) <= children


def test_of_data_made_of_others_those_that_go_closest_are_taken(kernel):
    shown = kernel.session(
        "close",
        "frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=['a', 'b', 'y'])",
        "kept = {}\nmodel = LinearRegression()\nkept['half'] = frame[['a', 'b']][:150]\n"
        "model.fit(kept['half'], frame['y'][:150])\nmodel.predict(kept['half'][20:60])\n"
        "model.fit(kept['half'][20:70], frame['y'][20:70])",
    )
    rows = {d["id"]: d["rows"] for d in shown["datasets"]}
    taken = {(rows[d["child"]], rows[d["parent"]]) for d in shown["derivations"] if d["columns"].get("a")}
    assert (50, 150) in taken


def known_table(data):
    from jupyter_gov.capture.data._tables import table_of
    from jupyter_gov.fingerprints import fingerprint

    print_ = fingerprint(data)
    return print_, table_of(data, print_)


def candidate(data, asked):
    from jupyter_gov.capture.data._candidates import Candidate

    print_, table = known_table(data)

    def give():
        asked.append(table)
        return table

    return Candidate(None, print_.rows, print_.columns, data, give, older=True)


def test_pieces_are_found_whatever_else_begins_alike():
    from jupyter_gov.capture.data._matching import parts
    from jupyter_gov.capture.data._search import Effort

    rng = np.random.default_rng(0)
    one, two, three = (rng.normal(size=(n, 2)) for n in (40, 25, 40))
    _, ours = known_table(np.concatenate([one, two, three]))
    asked: list = []
    others = [candidate(d, asked) for d in (one[:10], one, two[:20], two, three, rng.normal(size=(40, 2)))]
    found = parts(ours, others, effort=Effort(), attempt=lambda work, *args: work(*args))
    assert [o.candidate.rows for o in found] == [40, 25, 40]
    covered = [np.flatnonzero(o.positions >= 0) for o in found]
    assert np.array_equal(np.concatenate(covered), np.arange(105))


def test_a_search_ends_where_it_has_cost_enough(monkeypatch):
    from jupyter_gov.capture.data import _matching, _search

    rng = np.random.default_rng(0)
    _, ours = known_table(rng.normal(size=(3000, 8)))
    asked: list = []
    many = [candidate(rng.normal(size=(50, 8)), asked) for _ in range(300)]
    other = candidate(np.full((50, 8), "text"), [])
    located = []
    monkeypatch.setattr(_matching, "locate", lambda *tables: located.append(tables))
    assert _matching.parts(ours, [other, *many], effort=_search.Effort(), attempt=lambda w, *a: w(*a)) == []
    # Each is looked into once at most, and none is compared that does not begin alike.
    assert len(asked) <= 100
    assert located == []
    effort = _search.Effort()
    assert not effort.takes(10**12)
    assert effort.ended
    assert all(effort.takes(10) for _ in range(20))
    assert not effort.takes(10)
    effort.again()
    assert effort.takes(10)


def test_what_fails_with_one_does_not_end_the_search_over_others():
    from jupyter_gov.capture.data._matching import parts
    from jupyter_gov.capture.data._search import Effort

    def attempt(work, *args):
        try:
            return work(*args)
        except RuntimeError:
            failed.append(work)
            return None

    def fail():
        raise RuntimeError

    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(30, 2)), rng.normal(size=(30, 2))
    _, ours = known_table(np.concatenate([one, two]))
    failed: list = []
    from dataclasses import replace

    bad = replace(candidate(one[:20], []), table=fail)
    found = parts(ours, [bad, candidate(one, []), candidate(two, [])], effort=Effort(), attempt=attempt)
    assert len(found) == 2
    assert len(failed) == 1
