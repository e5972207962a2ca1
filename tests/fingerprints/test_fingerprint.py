"""Golden values, what a fingerprint is as an object, and what is refused."""

import copy
import datetime as dt
import decimal
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.sparse as sp

from jupyter_gov.errors import InputError
from jupyter_gov.fingerprints import fingerprint, fingerprint_bytes
from jupyter_gov.records import Column


def digest(data):
    return fingerprint(data).digest


def golden_frame():
    return pd.DataFrame(
        {
            "int": np.array([1, -2, 3], "int32"),
            "float": [0.0, -0.0, np.nan],
            "bool": [True, False, True],
            "text": ["a", None, "ø"],
            "kind": pd.Categorical(["x", "y", "x"], ["y", "x"], ordered=True),
            "when": pd.to_datetime(["2026-01-01", None, "2026-07-01"], utc=True)
            .tz_convert("Europe/Oslo")
            .as_unit("us"),
            "span": pd.to_timedelta([1, 2, 3], unit="s").as_unit("ns"),
        }
    )


HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = json.loads((HERE / "golden.json").read_text())


def golden_cases():
    return {
        "frame": golden_frame(),
        "indexed frame": golden_frame().set_index("text"),
        "empty frame": pd.DataFrame(),
        "rows without columns": pd.DataFrame(index=range(3)),
        "series": pd.Series([1.5, 2.5], name="x"),
        "matrix": np.arange(6, dtype="float64").reshape(3, 2),
        "images": np.arange(12, dtype="uint8").reshape(2, 2, 3),
        "scalar": np.array(7, "int64"),
        "strings": np.array(["a", "bc", ""]),
        "decimals": pd.Series([decimal.Decimal("1.50"), None, decimal.Decimal("-2")]),
        "dates": pd.Series([dt.date(2026, 1, 1), None]),
        "intervals": pd.Series(pd.arrays.IntervalArray.from_breaks([0.0, 1.0, 2.0])),
        "lists": pd.Series(pd.array([[1, 2], None, []], dtype=pd.ArrowDtype(pa.list_(pa.int64())))),
        "structs": pd.Series(
            pd.array([{"a": 1, "b": "x"}, None], dtype=pd.ArrowDtype(pa.struct({"a": pa.int8(), "b": pa.string()})))
        ),
        "sparse": sp.csr_array(np.array([[0.0, 1.5, 0.0], [0.0, 0.0, 0.0], [np.nan, 0.0, -2.0]])),
        "labels": pd.DataFrame([[1, 2, 3, 4]], columns=pd.Index(["a", 1, 2.5, ("b", None)], dtype=object)),
    }


def golden_values():
    return {
        name: [found.digest, found.rows_digest]
        for name, found in ((n, fingerprint(d)) for n, d in golden_cases().items())
    }


@pytest.mark.parametrize("name", golden_cases())
def test_golden_values_never_change(name):
    found = fingerprint(golden_cases()[name])
    assert [found.digest, found.rows_digest] == GOLDEN[name]


def test_golden_value_of_bytes_is_what_b3sum_prints():
    assert fingerprint_bytes(b"abc") == "jg1:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
    assert fingerprint_bytes(np.arange(3)) == fingerprint_bytes(np.arange(3).tobytes())
    with pytest.raises(InputError, match="one piece"):
        fingerprint_bytes(memoryview(b"abcd")[::2])


@pytest.mark.parametrize("seed", ["0", "1"])
def test_other_processes_agree(seed):
    code = (
        "import sys, json; sys.path[:0] = [sys.argv[1], sys.argv[2]]; import test_fingerprint as t;"
        "print(json.dumps(t.golden_values()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(HERE), str(ROOT)],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == GOLDEN


def test_importing_the_package_loads_no_numerical_library():
    code = (
        "import sys, jupyter_gov.fingerprints;"
        "print([m for m in ('numpy', 'pandas', 'pyarrow', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_does_not_wait_for_threads_it_does_not_have():
    code = (
        "import os, sys, numpy as np\n"
        "from jupyter_gov.fingerprints import fingerprint\n"
        "a = np.zeros(4_000_000)\n"
        "d = fingerprint(a).digest\n"
        "pid = os.fork()\n"
        "if pid == 0: os._exit(0 if fingerprint(a).digest == d else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, timeout=30, check=True)


# Fingerprints as objects


def test_a_fingerprint_reads_well():
    found = fingerprint(golden_frame())
    assert str(found) == found.digest
    assert found.digest.startswith("jg1:")
    assert len(found.digest) == 4 + 64
    assert found.rows == 3
    text = found.columns[3]
    assert isinstance(text, Column)
    assert (text.name, text.type, text.missing) == ("text", "string", 1)
    assert text.digest.startswith("jg1:")
    assert [c.missing for c in found.columns] == [0, 1, 0, 1, 0, 1, 0]
    assert fingerprint(np.full((2, 2, 2), np.nan)).columns[0].missing == 8
    with pytest.raises(AttributeError):
        found.digest = ""
    assert "DataFrame" not in repr(found)
    assert found == fingerprint(golden_frame())
    assert hash(found) == hash(fingerprint(golden_frame()))


def test_the_rows_digest_is_of_the_data_as_it_was():
    matrix = np.arange(6.0)
    found = fingerprint(matrix)
    matrix[3] = 7
    with pytest.raises(InputError, match="has changed"):
        _ = found.rows_digest
    found = fingerprint(matrix)
    wanted = found.rows_digest
    matrix[3] = 8
    assert found.rows_digest == wanted


def test_a_copied_fingerprint_leaves_the_data_behind():
    found = fingerprint(np.arange(100_000))
    assert len(pickle.dumps(found)) < 1000
    assert copy.deepcopy(found) == found
    with pytest.raises(InputError, match="copied"):
        _ = pickle.loads(pickle.dumps(found)).rows_digest
    wanted = found.rows_digest
    assert pickle.loads(pickle.dumps(found)).rows_digest == wanted


# What is refused


class Hostile:
    """Raises on whatever is done with it."""

    def _no(self, *args, **kwargs):
        raise AssertionError("a foreign object was asked something")

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __reduce_ex__ = __array__ = _no
    __getattribute__ = __float__ = __int__ = __index__ = __ne__ = __lt__ = __format__ = _no


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1], [2]], "list"),
        ([{"a": 1}, None], "dict"),
        (["a", {1}], "set"),
        ([1, "a"], "int64 and string"),
        ([1, 1.5], "float64 and int64"),
        ([True, 1], "bool and int64"),
        (["a", b"a"], "binary and string"),
        ([1.5, decimal.Decimal(1)], "decimal and float64"),
        ([dt.date(2026, 1, 1), dt.datetime(2026, 1, 1)], "date and datetime"),
        ([2**63], "int64"),
        (["\ud800"], "Unicode"),
        ([decimal.Decimal("Infinity")], "decimal"),
        ([decimal.Decimal("sNaN")], "no Arrow type"),
        ([dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)], "mixes times"),
        ([dt.time(1, tzinfo=dt.UTC)], "time zone"),
        ([pd.Period("2026", "Y")], "Period"),
        ([1 + 2j], "complex"),
    ],
)
def test_objects_without_an_arrow_type_are_refused_by_the_name_of_their_column(values, message):
    frame = pd.DataFrame({"ok": range(len(values)), "bad one": pd.Series(values, dtype=object)})
    with pytest.raises(InputError, match="'bad one'") as caught:
        fingerprint(frame)
    assert message in caught.value.message
    assert caught.value.hint


def test_no_code_of_a_foreign_object_runs():
    column = np.empty(3, object)
    column[0], column[1] = "a", Hostile()
    for data in (column, column.reshape(1, 3), column[1:]):
        with pytest.raises(InputError, match="Hostile"):
            fingerprint(data)
    with pytest.raises(InputError, match="Hostile"):
        fingerprint(Hostile())


class Loud(str):
    def __str__(self):
        raise AssertionError

    __len__ = __eq__ = __hash__ = __iter__ = encode = __str__


def test_a_subclass_of_str_counts_by_its_characters_and_runs_none_of_its_code():
    column = np.empty(2, object)
    column[:] = [Loud("a"), "b"]
    assert digest(column) == digest(np.array(["a", "b"]))
    column[1] = None
    assert digest(column) == digest(pd.Series(["a", None]))


@pytest.mark.parametrize(
    "data",
    [
        np.zeros(2, "longdouble"),
        np.zeros(2, [("a", "i4")]),
        np.zeros(2, "M8[M]"),
        np.zeros(2, "M8"),
        np.zeros(2, "m8[10s]"),
        np.array([2**40], "M8[D]"),
        pd.Series(pd.period_range("2026", periods=2, freq="M")),
        pd.Series(pd.array([{"a": 1}.items()], dtype=object)),
        pd.Series(pd.array([[("a", 1)]], dtype=pd.ArrowDtype(pa.map_(pa.string(), pa.int64())))),
    ],
)
def test_types_that_arrow_does_not_have_are_refused(data):
    with pytest.raises(InputError, match="Column '0'"):
        fingerprint(data)


@pytest.mark.parametrize("data", [None, [1, 2], {"a": [1]}, "text", 3, np.float64(3)])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(InputError, match="cannot be fingerprinted"):
        fingerprint(data)


def test_a_zone_of_another_library_is_refused():
    class Mine(dt.tzinfo):
        def utcoffset(self, when):
            raise AssertionError

    column = np.empty(1, object)
    column[0] = dt.datetime(2026, 1, 1, tzinfo=Mine())
    with pytest.raises(InputError, match="without a name"):
        fingerprint(column)
