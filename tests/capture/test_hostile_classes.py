"""Classes of classes that fight back, and parameters that cannot be written down, cost nothing but themselves."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.capture._describe import describe
from jupyter_gov.records import Fit

SETUP = """
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
log = []
class Fights(type):
    def __eq__(cls, other): log.append("eq"); raise RuntimeError
    def __hash__(cls): log.append("hash"); raise RuntimeError
class Odd(metaclass=Fights): pass
class Takes(BaseEstimator):
    def __init__(self, a=1): self.a = a
    def fit(self, X, y=None): return self
X = np.random.default_rng(0).normal(size=(80, 3)); y = (X[:, 0] > 0).astype(int)
"""


def test_in_a_kernel(kernel: Any) -> None:
    kernel.run(SETUP)
    run = kernel.track("fights")
    kernel.run("odd = Odd(); held = [Odd, odd, (odd,)]; named = {'a': odd}")
    kernel.run("again = odd; Takes(a=Odd).fit(X, y); Takes(a=odd).fit(X, y); Takes(a=[odd]).fit(X, y); None")
    kernel.run("Takes(a=10**5000).fit(X, y); Takes(a={1: 'first', '1': 'second'}).fit(X, y); None")
    kernel.run("A, B, a, b = train_test_split(X, y); LogisticRegression().fit(A, a).score(B, b)")
    assert kernel.run("log").result == "[]"
    counts = "class Counts(Exception):\n    n = 0\n    def __str__(self): Counts.n += 1; return f'told {Counts.n}'\n"
    told = kernel.run(f"{counts}raise Counts()", check=False).error
    tracked = kernel.run("Counts.n").result
    kernel.untrack()
    kernel.run(f"{counts}raise Counts()", check=False)
    assert kernel.run("Counts.n").result == tracked
    shown = kernel.show(run)
    assert [f["params"]["a"] for f in shown["fits"][:5]] == [
        {"class": "__main__.Odd"},
        {"type": "__main__.Odd"},
        [{"type": "__main__.Odd"}],
        {"type": "int", "digits": 5001},
        {"1 (int)": "first", "1": "second"},
    ]
    assert len(shown["fits"]) == 6
    assert [c["error"] for c in shown["cells"] if c["error"]] == [told]
    assert [d["operation"] for d in shown["derivations"]].count("train_test_split") == 4
    assert len(shown["metrics"]) == 1


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)


@given(st.dictionaries(PLAIN | st.sampled_from([1, "1", "1 (int)", 1.5, "1.5", None, "None", True, "True"]), PLAIN))
def test_no_key_of_a_dict_is_lost(value: dict[Any, Any]) -> None:
    made = describe(value)
    assert list(made.values()) == list(value.values())
    assert all(type(key) is str for key in made)
    assert {key: made[key] for key in value if type(key) is str} == {k: v for k, v in value.items() if type(k) is str}
    Fit(class_="C", params={"a": made}).to_json()


def test_large_integers() -> None:
    for digits in (700, 5000, 20_000):
        assert describe(10 ** (digits - 1)) == {"type": "int", "digits": digits}
        assert describe(10**digits - 1) == {"type": "int", "digits": digits}
        assert describe(-(10**digits) + 1) == {"type": "int", "digits": digits}
    assert describe(10**300) == 10**300
