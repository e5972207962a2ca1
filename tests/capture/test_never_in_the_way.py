"""Tracking changes no result, raises nothing, and leaves nothing behind."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

ANALYSIS = [
    "import random, warnings, numpy as np, pandas as pd\nrandom.seed(1); np.random.seed(1)\n"
    "X = pd.DataFrame(np.random.rand(120, 4), columns=list('abcd'))\n"
    "y = (X['a'] + np.random.rand(120) > 1).astype(int)",
    "from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier\n"
    "from sklearn.linear_model import SGDClassifier\nfrom sklearn.metrics import roc_auc_score\n"
    "from sklearn.model_selection import GridSearchCV, train_test_split\n"
    "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler",
    "A, B, a, b = train_test_split(X, y)\nforest = RandomForestClassifier(10).fit(A, a)\nforest.predict_proba(B).sum()",
    "search = GridSearchCV(make_pipeline(StandardScaler(), SGDClassifier()),"
    " {'sgdclassifier__alpha': [1e-3, 1e-2]}, cv=3).fit(A, a)\nsearch.decision_function(B).tolist()",
    "boosted = GradientBoostingClassifier(n_estimators=5, subsample=0.5).fit(A, a); boosted",
    "roc_auc_score(b, boosted.predict_proba(B)[:, 1])",
    "calls = []\nclass Once(SGDClassifier):\n    def fit(self, X, y):\n        calls.append(1); "
    "return super().fit(X, y)\n"
    "Once().fit(A, a).score(B, b), calls",
    "class Loud(SGDClassifier):\n    def fit(self, X, y):\n        warnings.warn('careful', stacklevel=2); "
    "return super().fit(X, y)\n"
    "_ = Loud().fit(A, a)",
    "import inspect; inspect.getsource(Loud.fit), str(inspect.signature(SGDClassifier.fit)), "
    "SGDClassifier.fit.__defaults__",
    "random.random(), np.random.rand()",
    "import hashlib; hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest(), hash(random.getstate())",
]

PATCHED = """
def _functions():
    import numpy, pandas, sklearn.metrics
    from sklearn.base import BaseEstimator
    found = {f"{m.__name__}.{n}": getattr(m, n) for m in (pandas, numpy, sklearn.metrics) for n in dir(m)}
    waiting = [BaseEstimator]
    while waiting:
        cls = waiting.pop(); waiting += cls.__subclasses__()
        for owner in cls.__mro__:
            for n, f in vars(owner).items():
                found[f"{owner.__module__}.{owner.__qualname__}.{n}"] = getattr(f, "fn", f)
    return {k: f for k, f in found.items() if type(f) is type(_functions)}
def _state():
    import inspect
    return {k: (f, f.__code__, f.__defaults__, f.__kwdefaults__, dict(f.__dict__), str(inspect.signature(f)))
            for k, f in _functions().items()}
"""


def test_the_same_with_and_without(make_kernel: Any) -> None:
    kernel = make_kernel()

    def outputs(cell: str) -> Any:
        ran = kernel.run(cell)
        streams = [
            ran.text(),
            "".join(line.partition("UserWarning")[2] for line in ran.text("stderr").splitlines(True)),
        ]
        shown = [o["content"]["data"] for o in ran.outputs if o["type"] in ("execute_result", "display_data")]
        # scikit-learn numbers its HTML displays by a counter, and IPython its cells.
        return [{k: v for k, v in d.items() if k != "text/html"} for d in shown], streams

    for cell in ANALYSIS:
        # Imports draw random numbers themselves, once.
        kernel.run(cell)
    without = [outputs(cell) for cell in ANALYSIS]
    kernel.track("on")
    with_tracking = [outputs(cell) for cell in ANALYSIS]
    kernel.untrack()
    assert with_tracking == without
    assert [outputs(cell) for cell in ANALYSIS] == without
    assert "careful" in without[7][1][1]
    kernel.stop()


def test_off_restores_everything(make_kernel: Any) -> None:
    kernel = make_kernel()
    kernel.run(
        "import sys, pandas, numpy, sklearn.linear_model, sklearn.pipeline, sklearn.metrics, sklearn.decomposition"
    )
    kernel.run(PATCHED)
    kernel.run("_hooks = list(sys.meta_path); _before = _state(); _send = set(get_ipython().kernel.session.__dict__)")
    kernel.run("_events = {k: list(v) for k, v in get_ipython().events.callbacks.items()}")
    kernel.run("_base = dict(vars(sklearn.base.BaseEstimator))")
    kernel.track("off")
    kernel.run(
        "from sklearn.base import BaseEstimator\nclass Mine(BaseEstimator):\n"
        "    def fit(self, X, y=None, *, w=2): return self"
    )
    changed = "_now = _state(); sum(_now[k][1] is not _before[k][1] for k in _before)"
    assert int(kernel.run(changed).result) > 100
    assert (
        kernel.run("all(_now[k][2:4] == _before[k][2:4] and _now[k][5] == _before[k][5] for k in _before)").result
        == "True"
    )
    assert (
        kernel.run("Mine().fit([1]); str(__import__('inspect').signature(Mine.fit))").result
        == "'(self, X, y=None, *, w=2)'"
    )
    kernel.untrack()
    kernel.run("_now = _state()")
    assert (
        kernel.run(
            "[k for k in _before if not (_now[k][1] is _before[k][1] and _now[k][2] is _before[k][2] and"
            " _now[k][3] is _before[k][3] and _now[k][0] is _before[k][0] and _now[k][4:] == _before[k][4:])]"
        ).result
        == "[]"
    )
    assert (
        kernel.run("dict(vars(sklearn.base.BaseEstimator)) == _base, '__wrapped__' in vars(Mine.fit)").result
        == "(True, False)"
    )
    assert (
        kernel.run("sys.meta_path == _hooks, set(get_ipython().kernel.session.__dict__) == _send").result
        == "(True, True)"
    )
    assert kernel.run("{k: list(v) for k, v in get_ipython().events.callbacks.items()} == _events").result == "True"
    kernel.track("again")
    kernel.run("%unload_ext jupyter_gov")
    assert kernel.run("_now = _state(); all(_now[k][1] is _before[k][1] for k in _before)").result == "True"
    assert kernel.run("%gov_status", check=False).status in ("ok", "error")
    assert kernel.run("'gov_track' in get_ipython().magics_manager.magics['line']").result == "False"
    kernel.stop()


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run("import gc, os, numpy as np, pandas as pd\nfrom sklearn.base import BaseEstimator, ClassifierMixin\n"
                "from sklearn.linear_model import LogisticRegression\nfrom sklearn.metrics import accuracy_score\n"
                "X = pd.DataFrame(np.random.default_rng(0).random((60, 2)), columns=['a', 'b']); "
                    "y = (X['a'] > 0.5).astype(int)")  # fmt: skip
    return started


HOSTILE = """
class Hostile:
    def _no(self, *a, **k): raise SystemExit("hostile")
    __repr__ = __str__ = __eq__ = __len__ = __hash__ = __bool__ = __iter__ = _no
    __array__ = __getitem__ = __reduce_ex__ = _no
    def __getattr__(self, name): raise RuntimeError(name)
class Accepts(ClassifierMixin, BaseEstimator):
    def __init__(self, thing=None): self.thing = thing
    def fit(self, X, y=None): self.classes_ = [0, 1]; return self
    def predict(self, X): return X
class Odd(BaseEstimator):
    def __init__(self, *things): self.things = things
    def fit(self, X, y=None): return self
    def __getattr__(self, name): raise KeyboardInterrupt if name == "never" else AttributeError(name)
class Slotted(BaseEstimator):
    __slots__ = ("x",)
    def fit(self, X, y=None): return self
"""


def test_hostile_objects(kernel: Any) -> None:
    run = kernel.track("hostile")
    kernel.run(HOSTILE)
    kernel.run(
        "h = Hostile(); a = Accepts(h).fit(h, h); b = Accepts(Hostile).fit([h, h], {1: h}); a.predict(h) is h or 1/0"
    )
    kernel.run(
        "Accepts().fit([1, [2, 3]], [h]); Accepts().fit(X=(h,)); "
        "Accepts().fit(np.array([None, {}], dtype=object)); None"
    )
    kernel.run("odd = Odd(1, 2).fit(X); s = Slotted().fit(X); s.fit(X)")
    kernel.run("try: accuracy_score(h, h)\nexcept BaseException as error: print(type(error).__name__)")
    kernel.run("try: Accepts.fit()\nexcept TypeError as error: print(error)")
    kernel.run(
        "class Series2(pd.Series):\n    def __len__(self): raise RuntimeError\nAccepts().fit(X, Series2([1])); None"
    )
    assert kernel.run("LogisticRegression().fit(X, y).score(X, y) > 0").result == "True"
    kernel.untrack()
    shown = kernel.show(run)
    assert [f["name"] for f in shown["fits"]][:2] == ["a", "b"]
    assert len(shown["fits"]) == 10
    assert shown["fits"][0]["params"]["thing"] == {"type": "__main__.Hostile"}
    assert any("Odd" in g["what"] for g in shown["gaps"])
    assert any("Hostile" in g["what"] for g in shown["gaps"])


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("data._summaries", "describe_columns"),
        ("data._registry", "known"),
        ("metrics._predictions", "fingerprint"),
        ("_active", "by_user"),
        ("models._fits", "by_user"),
        ("models._fits", "FitCall"),
        ("models._fitcall", "parameters"),
        ("metrics._functions", "describe"),
        ("data._lookups", "look_up"),
        ("cells._watch", "Cell"),
        ("cells._watch", "_Running"),
        ("cells._outputs", "blake3"),
        ("models._fits", "Fit"),
    ],
)
def test_our_own_failures_stay_ours(kernel: Any, module: str, name: str) -> None:
    X_path = f"import jupyter_gov.capture.{module} as _m\n"
    run = kernel.track("broken")
    kernel.run(
        X_path + f"_saved = _m.{name}\ndef _fail(*a, **k): raise RuntimeError('ours')\n_fail.MAX = 1\n_m.{name} = _fail"
    )
    ran = kernel.run("X.to_csv('x.csv'); Z = pd.read_csv('x.csv', index_col=0)\nm = LogisticRegression().fit(X, y)\n"
                     "(accuracy_score(y, m.predict(X)) == m.score(X, y), Z.shape)")  # fmt: skip
    assert ran.result == "(True, (60, 2))"
    assert not ran.text()
    assert not ran.text("stderr")
    kernel.run("class Later(BaseEstimator):\n    def fit(self, X, y=None): return self\n_ = Later().fit(X)")
    kernel.run(f"_m.{name} = _saved")
    assert kernel.run("after = LogisticRegression(C=3).fit(X, y); 1 + 1").result == "2"
    kernel.untrack()
    shown = kernel.show(run)
    assert "after" in [f["name"] for f in shown["fits"]]
    assert any("RuntimeError" in g["reason"] for g in shown["gaps"]) or name in ("by_user", "blake3")


def test_forks(kernel: Any) -> None:
    run = kernel.track("forks")
    kernel.run("pid = os.fork()\nif pid == 0:\n    try:\n        LogisticRegression(C=99).fit(X, y); os._exit(0)\n"
               "    finally: os._exit(1)\nassert os.waitpid(pid, 0)[1] == 0")  # fmt: skip
    kernel.run("import multiprocessing as mp\ndef work(c, q): q.put(LogisticRegression(C=c).fit(X, y).score(X, y))\n"
               "context = mp.get_context('fork'); q = context.Queue(); p = context.Process(target=work, args=(98, q))\n"
               "p.start(); value = q.get(timeout=30); p.join(); assert p.exitcode == 0")  # fmt: skip
    kernel.run("here = LogisticRegression(C=1).fit(X, y)")
    kernel.untrack()
    assert [f["params"]["C"] for f in kernel.show(run)["fits"]] == [1]


def test_autoreload(kernel: Any) -> None:
    path = kernel.folder / "own_module.py"
    text = (
        "from sklearn.base import BaseEstimator\nclass Own(BaseEstimator):\n    def fit(self, X, y=None):\n"
        "        self.v_ = {}\n        return self\n"
    )
    path.write_text(text.format(1))
    kernel.run("%load_ext autoreload\n%autoreload 2\nimport own_module")
    run = kernel.track("reload")
    kernel.run("o = own_module.Own().fit(X); assert o.v_ == 1")
    path.write_text(text.format(22) + "\n# longer\n")
    kernel.run("o.fit(X); print(o.v_); n = own_module.Own().fit(X)")
    assert kernel.run("(o.fit(X).v_, own_module.Own().fit(X).v_)").result == "(22, 22)"
    kernel.untrack()
    assert (
        kernel.run("(o.fit(X).v_, n.fit(X).v_, 'jupyter_gov' in o.fit.__func__.__code__.co_filename)").result
        == "(22, 22, False)"
    )
    kernel.run("%autoreload 0")
    assert len(kernel.show(run)["fits"]) == 5


def test_the_store_vanishes_and_comes_back(make_kernel: Any) -> None:
    kernel = make_kernel()
    run = kernel.track("vanishing")
    kernel.run("kept = 1")
    kernel.flush()
    folder = kernel.folder / "store"
    shutil.copytree(folder, kernel.folder / "copy")
    shutil.rmtree(folder)
    assert kernel.run("6 * 7").result == "42"
    ran = kernel.run("%gov_status\n'still here'")
    assert ran.result == "'still here'"
    assert kernel.run("2 + 2").result == "4"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kernel.folder / "copy", folder)
    shown = kernel.show(run)
    assert "kept = 1" in [c["source"] for c in shown["cells"]]
    kernel.stop()


def test_plain_ipython(tmp_path: Any, store: str) -> None:
    import subprocess
    import sys

    script = tmp_path / "script.ipy"
    script.write_text("")
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "s = InteractiveShell.instance()\n"
        "for c in ['%load_ext jupyter_gov', '%gov_track plain', 'x = 1', 'get_ipython().run_cell(\"y = 2\")', '1/0',\n"
        "          'import numpy as np; from sklearn.linear_model import LinearRegression',\n"
        "          'm = LinearRegression().fit(np.eye(3), [1, 2, 3])', '%gov_assess nothing X y', '%gov_status']:\n"
        "    s.run_cell(c, store_history=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "Tracking “plain”" in done.stdout
    assert "There is no variable 'nothing'" in done.stdout

    from jupyter_gov.services import show_run

    shown = show_run("latest", store)
    assert shown["status"] == "finished"
    assert [c["order"] for c in shown["cells"]] == list(range(1, 9))
    assert [c["status"] for c in shown["cells"]].count("error") == 1
    assert shown["fits"][0]["name"] == "m"
    assert any("digests of cell outputs" in g["what"] for g in shown["gaps"])


def test_warnings_go_where_they_went(kernel: Any) -> None:
    ask = "import logging, warnings; print(warnings.showwarning, sorted(map(str, warnings.filters)), logging.root)"
    before = kernel.run(ask).text()
    kernel.track("warnings")
    kernel.flush()
    assert kernel.run(ask).text() == before
    assert "UserWarning: mine" in kernel.run("warnings.warn('mine')").text("stderr")
    kernel.untrack()
