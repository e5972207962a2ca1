"""Numbers computed by hand from predictions, in a real kernel."""

from __future__ import annotations

import re
from typing import Any

import pytest

SETUP = """
import asyncio, collections, math, statistics, sys, time, types
import numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, mean_squared_error
rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3)); y = (X[:, 0] + rng.normal(size=200) > 0).astype(int)
g = np.where(X[:, 1] > 0, 'a', 'b')
Xt, Xv, yt, yv, gv = X[:150], X[150:], y[:150], y[150:], g[150:]
tv = 2 * Xv[:, 0] + 0.1
helper = types.ModuleType("helper")
exec("def wrong(t, p): return float((t != p).sum() / len(t))", helper.__dict__)
exec("def two(t, p): return {'n': int((t != p).sum()), 'all': len(t)}", helper.__dict__)
"""

MODELS = """
m = LogisticRegression().fit(Xt, yt); lin = LinearRegression().fit(Xt, 2 * Xt[:, 0])
pred, proba, val = m.predict(Xv), m.predict_proba(Xv), lin.predict(Xv)
"""

# A cell, and what is recorded: names with the value that the cell leaves in a variable, or in an expression.
FOLLOWED: list[tuple[str, dict[str, str]]] = [
    ("(pred == yv).mean()", {"(pred == yv).mean()": "(pred == yv).mean()"}),
    ("acc = (pred == yv).mean()", {"acc": "acc"}),
    ("err = 1 - acc", {"err": "err"}),
    ("error_rate = np.mean(pred != yv)", {"error_rate": "error_rate"}),
    ("rmse = np.sqrt(((val - tv) ** 2).mean())", {"rmse": "rmse"}),
    ("mae = np.abs(val - tv).mean()", {"mae": "mae"}),
    (
        "mse = np.mean((tv - val) ** 2)\nroot = mse ** 0.5\nagain = math.sqrt(mse)",
        {"mse": "mse", "root": "root", "again": "again"},
    ),
    ("mape = 100 * np.mean(np.abs((tv - val) / tv))", {"mape": "mape"}),
    ("r2 = 1 - ((tv - val) ** 2).sum() / ((tv - tv.mean()) ** 2).sum()", {"r2": "r2"}),
    ("corr = np.corrcoef(tv, val)[0, 1]", {"corr": "corr"}),
    (
        "tp = ((pred == 1) & (yv == 1)).sum(); fp = ((pred == 1) & (yv == 0)).sum()\n"
        "fn = ((pred == 0) & (yv == 1)).sum()\n"
        "precision = tp / (tp + fp); recall = tp / (tp + fn)\nf1 = 2 * precision * recall / (precision + recall)",
        dict.fromkeys(["tp", "fp", "fn", "precision", "recall", "f1"], ""),
    ),
    ("precision = yv[pred == 1].mean()", {"precision": "precision"}),
    ("loss = -np.mean(yv * np.log(proba[:, 1]) + (1 - yv) * np.log(1 - proba[:, 1]))", {"loss": "loss"}),
    ("print(f'accuracy {(pred == yv).mean():.3f}, {acc:.1%}')", {"(pred == yv).mean()": "acc"}),
    ("print('accuracy', (pred == yv).mean())", {"(pred == yv).mean()": "acc"}),
    ("print('accuracy ' + str((pred == yv).mean()))", {"(pred == yv).mean()": "acc"}),
    ("print('accuracy %.3f' % (pred == yv).mean())", {"(pred == yv).mean()": "acc"}),
    ("rounded = round(float((pred == yv).mean()), 2)", {"rounded": "rounded"}),
    ("share = float((pred == yv).sum() / len(yv))", {"share": "share"}),
    ("if (walrus := (pred == yv).mean()) > 0: pass", {"walrus": "walrus"}),
    ("share = sum(a == b for a, b in zip(pred, yv)) / len(yv)", {"share": "share"}),
    ("hits = [a == b for a, b in zip(pred, yv)]\nshare = sum(hits) / len(hits)", {"share": "share"}),
    ("mae = statistics.mean(abs(a - b) for a, b in zip(val, tv))", {"mae": "mae"}),
    ("correct = pred == yv\nshare = correct.mean()", {"share": "share"}),
    ("chosen = np.argmax(proba, axis=1)\nshare = (chosen == yv).mean()", {"share": "share"}),
    ("chosen = np.where(proba[:, 1] > 0.4, 1, 0)\nshare = (chosen == yv).mean()", {"share": "share"}),
    ("chosen = (proba[:, 1] > 0.4).astype(int)\nshare = (chosen == yv).mean()", {"share": "share"}),
    ("one, two = pd.Series(pred), pd.Series(yv)\nshare = (one == two).mean()", {"share": "share"}),
    ("share = (m.predict(Xv) == yv).mean()", {"share": "share"}),
    ("def rate(t, p):\n    same = t == p\n    return same.mean()\nscore = rate(yv, pred)", {"rate": "score"}),
    ("distance = lambda t, p: np.sqrt(np.mean((t - p) ** 2))\nd = distance(tv, val)", {"distance": "d"}),
    ("root = np.sqrt(mean_squared_error(tv, val))", {"root": "root"}),
    ("tn, fp, fn, tp = confusion_matrix(yv, pred).ravel()\nspecific = tn / (tn + fp)", {"specific": "specific"}),
    ("frame = pd.DataFrame({'y': yv, 'p': pred})\nshare = (frame['p'] == frame['y']).mean()", {"share": "share"}),
    ("frame['ok'] = frame.p == frame.y\nshare = frame['ok'].mean()", {"share": "share"}),
    ("share = frame.eval('p == y').mean()", {"share": "share"}),
    ("predictions = {'lr': pred}\nfor k in predictions: share = (predictions[k] == yv).mean()", {"share": "share"}),
    (
        "class Trial:\n    def __init__(self, p): self.p = p\n    def rate(self, t): return (self.p == t).mean()\n"
        "score = Trial(pred).rate(yv)",
        {"rate": "score"},
    ),
    (
        "n = 0\nfor i in range(0, 50, 25): n += (pred[i:i + 25] == yv[i:i + 25]).sum()\nshare = n / len(yv)",
        {"(pred[i:i + 25] == yv[i:i + 25]).sum()": "", "share": "share"},
    ),
    ("best = max(((proba[:, 1] > t) == yv).mean() for t in (0.3, 0.5))", {"best": "best"}),
    ("n = 0\nfor i in range(len(pred)):\n    if pred[i] == yv[i]: n += 1\nshare = n / len(pred)", {"share": "share"}),
    ("n = 0\nfor a, b in zip(pred, yv):\n    n = n + (a == b)\nshare = n / len(pred)", {"share": "share"}),
    ("i = n = 0\nwhile i < 50:\n    n += int(pred[i] == yv[i]); i += 1\nshare = n / len(yv)", {"share": "share"}),
    ("share = len([1 for a, b in zip(pred, yv) if a == b]) / 50", {"share": "share"}),
    ("share = collections.Counter((pred == yv).tolist())[True] / 50", {"share": "share"}),
    ("each = list((pred == k).mean() for k in (0, 1))", {"(pred == k).mean()": ""}),
    ("share = len(pred[pred == yv]) / len(yv)", {"share": "share"}),
    (
        "found = []\nfor i in (0, 25): found.extend(m.predict(Xv[i:i + 25]))\nshare = (np.array(found) == yv).mean()",
        {"share": "share"},
    ),
    ("def late():\n    yield (pred == yv).mean()\nshare = next(late())", {"(pred == yv).mean()": ""}),
    ("def given(a=(pred == yv).mean()): return a", {"(pred == yv).mean()": ""}),
    ("%%time\nshare = (pred == yv).mean()", {"share": "share"}),
    ("two = collections.namedtuple('Two', 'p')(pred)\nshare = (two.p == yv).mean()", {"share": "share"}),
    ("kept = collections.defaultdict(list)\nkept['a'].append(pred)\nshare = (kept['a'][0] == yv).mean()",
     {"share": "share"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def _by_hand(shown: dict[str, Any], cell: dict[str, Any]) -> list[dict[str, Any]]:
    return [m for m in shown["metrics"] if m["cell"] == cell["id"] and m["origin"] == "by_hand"]


def test_what_is_followed(kernel: Any) -> None:
    run = kernel.track("followed")
    kernel.run(MODELS)
    values = []
    for cell, told in FOLLOWED:
        kernel.run(cell)
        wanted = ", ".join(f"{n!r}: float({e or n})" for n, e in told.items() if e or n.isidentifier())
        # Said by the interpreter itself, in a way that holds no probe.
        kernel.run(f"_told = eval({'{' + wanted + '}'!r})")
        values.append(kernel.run("_told").result)
    kernel.untrack()
    shown = kernel.show(run)
    # After each cell, two that ask for the values.
    cells = shown["cells"][2:-1:3]
    fits = {f["name"]: f["id"] for f in shown["fits"]}
    for (cell, told), said, executed in zip(FOLLOWED, values, cells, strict=True):
        found = _by_hand(shown, executed)
        assert list(dict.fromkeys(m["name"] for m in found)) == list(told), cell
        for name, value in eval(said).items():
            assert [m["value"] for m in found if m["name"] == name][-1] == pytest.approx(value, nan_ok=True), cell
        for metric in found:
            model = "lin" if re.search(r"\b(tv|mse)\b", cell) else "m"
            assert metric["fits"] == [fits[model]], cell
            assert metric["identified"] == "identity"
            assert metric["split"] == "test"
            assert metric["predictions"]
            assert metric["expression"] in cell
    made = {p["id"]: p for p in shown["predictions"]}
    assert {(p["method"], p["fit"]) for p in made.values()} == {
        ("predict", fits["m"]), ("predict_proba", fits["m"]), ("predict", fits["lin"])
    }  # fmt: skip


def test_groups_thresholds_and_lists(kernel: Any) -> None:
    shown = kernel.session(
        "groups",
        MODELS,
        "frame = pd.DataFrame({'y': yv, 'p': pred, 'g': gv})\nframe.groupby('g').apply(lambda d: (d.p == d.y).mean())",
        "for name, d in frame.groupby('g'): print((d['p'] == d['y']).mean())",
        "frame['ok'] = frame.p == frame.y\nby_group = frame.groupby('g')['ok'].mean()",
        "for name in ('a', 'b'):\n    rows = gv == name\n    print((pred[rows] == yv[rows]).mean())",
        "shares = {t: ((proba[:, 1] > t) == yv).mean() for t in (0.3, 0.5)}\nhighest = max(shares.values())",
        "scores = []\nfor name in 'ab': scores.append((pred[gv == name] == yv[gv == name]).mean())\n"
        "average = np.mean(scores)",
        "pd.crosstab(yv, pred)",
    )
    cells = shown["cells"]
    found = [_by_hand(shown, c) for c in cells]
    expected = kernel.run("{k: float(v) for k, v in by_group.items()}").result
    groups = eval(expected)
    assert [m["value"] for m in found[2]] == [groups["a"], groups["b"]]
    assert {m["identified"] for m in found[2] + found[3]} == {"content"}
    assert [m["value"] for m in found[3]] == [groups["a"], groups["b"]]
    assert [(m["name"], m["value"]) for m in found[4]] == [("by_group", groups)]
    assert [(m["params"], m["value"]) for m in found[5]] == [({}, groups["a"]), ({}, groups["b"])]
    assert [m["params"] for m in found[6]] == [{"t": 0.3}, {"t": 0.5}, {}]
    assert found[6][-1]["name"] == "highest"
    assert found[7][-1]["name"] == "average"
    assert sum(sum(c.values()) for c in found[8][0]["value"].values()) == 50


def test_what_is_no_metric(kernel: Any) -> None:
    cells = [
        "y.mean(), X.std(axis=0), np.mean(yv), round(yv.mean(), 2)",
        "frame = pd.DataFrame({'y': yv, 'p': pred, 'g': gv})\n"
        "frame.y.mean(), frame['y'].sum(), frame.groupby('g').y.mean()",
        "len(pred), pred.shape[0], np.linspace(0, 1, len(pred)).mean(), proba[0, 1], (pred == yv).all()",
        "np.zeros_like(pred).sum(), sum(range(len(pred)))",
        "a, b = 3, 4\na / b, sum([a, b]) / 2, max(a, b)",
        "accuracy = accuracy_score(yv, pred)\nround(accuracy, 3), float(accuracy), accuracy * 100, f'{accuracy:.2f}'",
        "bad = (pred[:0] == yv[:0]).sum() / np.float64(0) if False else float('nan')",
        "%timeit -n2 -r1 (pred == yv).mean()",
        "%%timeit -n2 -r1\nshare = (pred == yv).mean()",
        "def share(p): return (p == yv).mean()\n%timeit -n2 -r1 share(pred)",
        "int(pred[0]), float(proba[0, 1]), f'{proba[0, 1] * 100:.1f}', proba[3, 1] + 1\n"
        "for i in range(3): print(i, pred[i] - yv[i])",
        "few = m.predict_proba(Xv[:9]); sure = few.max(axis=1); both = np.mean([few[:, 1], few[:, 0]], axis=0)\n"
        "each = pd.DataFrame({'id': range(9), 'p': few[:, 1]}).groupby('id').p.mean()",
        "def timed(f):\n    t = time.perf_counter(); f(); return time.perf_counter() - t\n"
        "times = [timed(lambda: m.predict(Xv)) for _ in range(3)]; np.mean(times), min(times) * 1000",
        "sys.getsizeof(pred) + 1, np.where(pred == 1)[0].min(), Xv[pred == 1].mean()",
        "hits = int((yv == 1).sum())\ndef area(hits): return hits * 2.0\narea(hits)",
        "best = max((0.3, 0.5), key=lambda t: ((proba[:, 1] > t) == yv).all())",
    ]
    shown = kernel.session("nothing", MODELS, *cells)
    assert [(m["name"], m["expression"]) for m in shown["metrics"] if m["origin"] == "by_hand"] == []
    assert [m["name"] for m in shown["metrics"]] == ["accuracy_score"]
    assert not [g for g in shown["gaps"] if "number" in g["what"] or "loop" in g["what"]]


def test_what_is_not_followed_is_a_gap(kernel: Any) -> None:
    shown = kernel.session(
        "gaps",
        MODELS,
        "correct = 0\nfor a, b in zip(pred, yv):\n    correct += a == b\nprint(correct)",
        "errors = []\nfor i in range(len(yv)):\n    errors.append(abs(val[i] - tv[i]))",
        "share = helper.wrong(yv, pred)",
        "for i in range(150): (pred[:i + 2] == yv[:i + 2]).mean()",
        "for word in ['plain']:\n    n = 0\n    n += 1",
        "two = helper.two(yv, proba[:, 1] > 0.5)",
        "print(pred, pred[:3]); kept = {'p': pred}; shown = pred.tolist(); ok = pred == yv; accuracy_score(yv, pred)",
    )
    cells = [c["id"] for c in shown["cells"]]
    gaps = {(g["cell"], g["what"]) for g in shown["gaps"]}
    assert (cells[2], "numbers computed from pred") in gaps
    assert (cells[3], "numbers computed from val") in gaps
    assert (cells[4], "the number helper.wrong(yv, pred)") in gaps
    assert (cells[5], "numbers computed by hand beyond the first 100 in one cell") in gaps
    assert (cells[7], "numbers computed from proba") in gaps
    assert not [g for g in gaps if g[0] in (cells[6], cells[8]) and "came from" not in g[1]]
    assert len([m for m in shown["metrics"] if m["cell"] == cells[5]]) == 100


def test_whose_number_it_is(kernel: Any) -> None:
    shown = kernel.session(
        "whose",
        MODELS + "other = LogisticRegression(C=1e-4).fit(Xt, 1 - yt)",
        "changed = m.predict(Xv)\nchanged[:] = other.predict(Xv)\nshare = (changed == yv).mean()",
        "out = np.zeros(50)\nfor i, one in enumerate((m, other)): out[i::2] = one.predict(Xv[i::2])\n"
        "share = (out == yv).mean()",
        "async def late(one):\n    await asyncio.sleep(0.02); return one.predict(Xv)\n"
        "async def rate(one): return np.mean(await late(one) == yv)\n"
        "both = await asyncio.gather(rate(m), rate(other))",
        "np.save('kept.npy', pred)\nloaded = np.load('kept.npy')\nshare = (loaded == yv).mean()",
        "hits = int(((pred == 1) & (yv == 1)).sum())\nhits = 46\narea = hits * 10",
        "def area(hits): return hits * 2.0\nhits = int(((pred == 1) & (yv == 1)).sum())\nsize = area(int(str(hits)))",
        "for t in (0.3, 0.4): assert accuracy_score(yv, proba[:, 1] > t)\n"
        "best = max((0.3, 0.4), key=lambda t: accuracy_score(yv, proba[:, 1] > t))\n"
        "[accuracy_score(yv, proba[:, 1] > t) for t in (0.3,)]",
        "def share(p): return (p == yv).mean()\nfor i in range(1200): share(yv)\nshare(pred)",
    )
    fits = {f["name"]: f["id"] for f in shown["fits"]}
    m, other = fits["m"], fits["other"]
    found = [[x for x in shown["metrics"] if x["cell"] == c["id"]] for c in shown["cells"]]
    assert [x["fits"] for x in found[2]] == [[other]]
    assert [set(x["fits"]) for x in found[3]] == [{m, other}]
    assert [x["fits"] for x in found[4]] == [[m], [other]]
    assert [(x["fits"], x["identified"]) for x in found[5]] == [([m], "content")]
    assert [x["name"] for x in found[6]] == ["hits"]
    assert [x["name"] for x in found[7]] == ["hits"]
    assert [x["fits"] for x in found[8]] == [[m]] * 5
    assert [x["fits"] for x in found[9]] == [[m]]


def test_the_cell_in_which_tracking_begins_or_ends(kernel: Any) -> None:
    begun = kernel.run("%gov_track here\n" + MODELS + "def share(p): return (p == yv).mean()\nprint(share(pred))")
    run = begun.gov("track")[0].rpartition(" ")[2]
    assert kernel.run("%gov_track elsewhere\nshare = (pred == yv).mean()\nshare").error is None
    assert kernel.run("%gov_track --off\nshare = (pred == yv).mean()\nshare").error is None
    shown = kernel.show(run)
    assert [x["name"] for x in shown["metrics"]] == ["share"]
    assert not [g for g in shown["gaps"] if "number" in g["what"]]
