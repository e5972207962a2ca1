from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeRegressor

from jupyter_gov.assessment import explanation
from jupyter_gov.assessment._explanation._permutation import shap_values
from jupyter_gov.assessment._pipeline import flatten, origins
from jupyter_gov.errors import InputError


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    n = 400
    X = pd.DataFrame(
        {
            "income": np.round(rng.lognormal(size=n), 2),
            "city": rng.choice(["Rome_1", "Oslo", "c2_x"], n),
            "age": rng.integers(18, 80, n),
            "debt": np.where(rng.random(n) < 0.2, np.nan, rng.random(n)),
            "noise": rng.random(n),
        },
        index=np.arange(n) + 1_000,
    )
    y = (X.income + (X.city == "Oslo") + X.debt.fillna(0) + rng.normal(size=n) > 2).astype(int)
    return X, y


def encoder():
    numeric = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    return make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["city"]), (numeric, ["debt", "income", "age"]), sparse_threshold=0
    )


def shapley(game, player, players):
    """Return a player's Shapley value by its definition."""
    rest = [k for k in range(players) if k != player]
    return sum(
        math.factorial(size)
        * math.factorial(players - size - 1)
        / math.factorial(players)
        * (game((*known, player)) - game(known))
        for size in range(players)
        for known in itertools.combinations(rest, size)
    )


def importance(outcome):
    return {v.attribute: v.value for v in outcome.values if v.kind == "importance"}


def test_linear_pipeline_is_shaps(table):
    X, y = table
    model = make_pipeline(encoder(), LogisticRegression()).fit(X, y)
    got = explanation(model, X)
    assert got.parameters["explainer"] == "linear"
    assert got.parameters["output"] == "log-odds"
    assert got.parameters["rows"] == 400
    assert got.parameters["additivity_error"] < 1e-10
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        Z = model[0].transform(X)
        theirs = shap.LinearExplainer(model[-1], shap.maskers.Independent(Z, max_samples=400)).shap_values(Z)
    city = np.abs(theirs[:, :3].sum(axis=1)).mean()  # three derived columns, one column of X
    assert importance(got)["city"] == pytest.approx(city, abs=1e-10)
    assert importance(got)["debt"] == pytest.approx(np.abs(theirs[:, 3] + theirs[:, 6]).mean(), abs=1e-10)
    assert importance(got)["noise"] == 0
    values = [v for v in got.values if v.kind == "importance"]
    assert [v.value for v in values] == sorted((v.value for v in values), reverse=True)
    assert all(v.lower <= v.value <= v.upper and v.n == 400 for v in values if v.attribute != "noise")
    assert values[-1].method == "no interval"  # nothing that the rows could be unsure of


@pytest.mark.parametrize("forest", [False, True])
def test_tree_pipeline_is_shaps(table, forest):
    X, y = table
    final = RandomForestClassifier(20, random_state=0) if forest else HistGradientBoostingClassifier(random_state=0)
    numeric = make_column_transformer((SimpleImputer(), ["debt", "income"]), ("passthrough", ["age"]))
    model = make_pipeline(numeric, final).fit(X, y)
    got = explanation(model, X, max_rows=100)
    assert got.parameters["explainer"] == "tree"
    assert got.parameters["output"] == ("probability" if forest else "log-odds")
    assert got.parameters["rows"] == 100
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        rows = np.random.default_rng(0).permutation(400)[:100]
        theirs = shap.TreeExplainer(final).shap_values(model[0].transform(X)[rows], check_additivity=False)
    theirs = np.abs(theirs[:, :, 1] if forest else theirs).mean(axis=0)
    assert [importance(got)[name] for name in ("debt", "income", "age")] == pytest.approx(theirs, abs=1e-10)
    assert importance(got)["city"] == importance(got)["noise"] == 0


def test_columns_derived_from_one_are_one_player_of_a_tree(table):
    X, y = table
    tree = DecisionTreeRegressor(max_depth=6, random_state=0)
    model = make_pipeline(encoder(), tree).fit(X, y)
    got = explanation(model, X, task="regression", max_rows=8)
    x = np.asarray(model[0].transform(X.iloc[np.random.default_rng(0).permutation(400)[:8]]), np.float32)
    groups = np.array([0, 0, 0, 1, 2, 3, 1])  # city one-hot, debt, income, age, and whether debt is missing

    def game(row, known, node=0):
        t = tree.tree_
        if t.children_left[node] < 0:
            return t.value[node, 0, 0]
        below = t.children_left[node], t.children_right[node]
        if groups[t.feature[node]] in known:
            return game(row, known, below[int(row[t.feature[node]] > t.threshold[node])])
        covers = t.weighted_n_node_samples[list(below)] / t.weighted_n_node_samples[node]
        return sum(cover * game(row, known, child) for cover, child in zip(covers, below, strict=True))

    for player, name in enumerate(("city", "debt", "income", "age")):
        exact = [shapley(lambda known, row=row: game(row, known), player, 4) for row in x]
        assert importance(got)[name] == pytest.approx(np.abs(exact).mean(), abs=1e-12)


def test_background_makes_trees_interventional(table):
    X, y = table
    forest = make_pipeline(encoder(), RandomForestClassifier(20, random_state=0)).fit(X, y)
    got = explanation(forest, X, background=X.iloc[:50], max_rows=40)
    assert (got.parameters["explainer"], got.parameters["background"]) == ("tree", "given")
    assert got.parameters["background_rows"] == 50
    boosted = make_pipeline(encoder(), HistGradientBoostingClassifier(max_iter=20)).fit(X, y)
    other = explanation(boosted, X, background=X.iloc[:50], max_rows=40)
    assert (other.parameters["explainer"], other.parameters["output"]) == ("tree", "log-odds")
    assert other.parameters["additivity_error"] < 1e-10


def test_mixed_columns_fall_back_to_permutations(table):
    X, y = table
    model = make_pipeline(encoder(), PCA(3), LogisticRegression()).fit(X, y)
    seen = []
    got = explanation(model, X, max_rows=40, progress=lambda done, total: seen.append((done, total)))
    assert got.parameters["explainer"] == "permutation"
    assert got.parameters["output"] == "probability"
    assert got.parameters["additivity_error"] < 1e-12
    assert any("mix several columns" in note for note in got.notes)
    assert importance(got)["noise"] == 0
    assert seen[-1] == (got.parameters["rows"], got.parameters["rows"])
    assert explanation(model, X, max_rows=40) == got


def test_categorical_splits_on_which_shap_is_wrong_add_up(table):
    X, y = table
    coded = X.assign(city=X.city.map({"Rome_1": 0, "Oslo": 1, "c2_x": 2}))
    model = HistGradientBoostingClassifier(categorical_features=["city"], random_state=0).fit(coded, y)
    got = explanation(model, coded, max_rows=30)
    assert got.parameters["explainer"] == "tree"
    assert got.parameters["additivity_error"] < 1e-10


def test_types_reach_the_model_as_they_are(table):
    X, _y = table
    frame = X.assign(city=X.city.astype("category"), day=pd.Timestamp("2026-01-01"), flag=X.age > 40)
    frame["count"] = pd.array([None if a > 70 else a for a in X.age], dtype="Int64")
    frame["word"] = pd.Series([None if a > 70 else "w" for a in X.age], dtype="object", index=X.index)

    class Model:
        classes_ = np.array(["no", "yes"])

        def predict(self, rows):
            return np.where(self.predict_proba(rows)[:, 1] > 0.5, "yes", "no")

        def predict_proba(self, rows):
            assert dict(rows.dtypes) == dict(frame.dtypes)
            assert rows.word.map(lambda w: w is None or w == "w").all()
            p = 0.3 * (rows.city == "Oslo") + 0.3 * rows.flag + 0.2 * rows["count"].isna().astype(float)
            return np.column_stack([1 - p, p])

    got = explanation(Model(), frame, max_rows=25)
    found = importance(got)
    assert [name for name in found if found[name] > 1e-12] == [n for n in found if n in {"city", "flag", "count"}]
    assert explanation(Model(), frame, max_rows=25, positive="no").parameters["output"] == "probability"
    with pytest.raises(InputError, match="no class 'maybe'"):
        explanation(Model(), frame, positive="maybe")


def test_permutation_values_are_shaps_and_exact_up_to_pairs():
    rng = np.random.default_rng(0)
    x, base = rng.integers(0, 4, (6, 4)), rng.integers(0, 4, (8, 4))

    def output(rows):  # interactions of two columns at most, for which antithetic permutations are exact
        return rows[:, 0] * rows[:, 1] + 2.0 * rows[:, 2] - rows[:, 0] * rows[:, 3]

    values, mean, at_x = shap_values(output, x, base, seed=0, notify=lambda d, t: None)
    assert values.sum(axis=1) + mean == pytest.approx(at_x, abs=1e-12)

    def game(row, known):
        rows = base.copy()
        rows[:, list(known)] = row[list(known)]
        return output(rows).mean()

    for i, j in itertools.product(range(6), range(4)):
        exact = shapley(lambda known, i=i: game(x[i], known), j, 4)
        assert values[i, j] == pytest.approx(exact, abs=1e-12)


def test_numpys_global_state_and_warnings_are_left_alone(table):
    X, y = table
    model = make_pipeline(encoder(), RandomForestClassifier(5, random_state=0)).fit(X, y)
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    explanation(model, X, max_rows=10)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


TRANSFORMERS = {
    "remainder": lambda: ColumnTransformer(
        [("city", OneHotEncoder(), ["city"]), ("drop", "drop", ["age"])], remainder="passthrough"
    ),
    "by position": lambda: ColumnTransformer(
        [("a", StandardScaler(), [4, 0]), ("b", OneHotEncoder(drop="first"), [1])]
    ),
    "by mask": lambda: ColumnTransformer([("a", StandardScaler(), np.array([True, False, True, False, True]))]),
    "by selector": lambda: make_column_transformer((OrdinalEncoder(), make_column_selector(pattern="^c"))),
    "by slice": lambda: ColumnTransformer([("a", SimpleImputer(add_indicator=True), slice(2, 5))]),
    "nested": lambda: make_pipeline(encoder(), SelectKBest(k=4)),
    "union": lambda: make_column_transformer(
        (
            make_union(StandardScaler(), KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf")),
            ["income", "noise"],
        )
    ),
    "target": lambda: make_column_transformer((TargetEncoder(cv=2), ["city"]), (SplineTransformer(), ["noise", "age"])),
    "log": lambda: make_column_transformer((FunctionTransformer(np.log1p), ["income", "age"])),
    "infrequent": lambda: make_column_transformer(
        (OneHotEncoder(min_frequency=150), ["city"]), ("passthrough", ["age"])
    ),
    "pandas": lambda: make_column_transformer(
        (SimpleImputer(add_indicator=True), ["debt", "age"]), (OneHotEncoder(sparse_output=False), ["city"])
    ).set_output(transform="pandas"),
}


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_derived_columns_are_traced_to_their_origin(table, name):
    """Change one column of X at a time: exactly the derived columns that are said to come from it may change."""
    X, y = table
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        step = TRANSFORMERS[name]().fit(X, y)
        sources = (
            origins(flatten(step)[0] + [flatten(step)[1]], None, X) if name == "nested" else origins([step], None, X)
        )
        assert sources is not None

        def derived(frame):
            Z = step.transform(frame)
            return np.asarray(Z.toarray() if hasattr(Z, "toarray") else Z, dtype=float)

        before = derived(X)
        assert before.shape[1] == len(sources)
        moved = set()
        for j, column in enumerate(X):
            other = X.copy()
            other[column] = X[column].sample(frac=1, random_state=j).to_numpy()
            change = np.flatnonzero(~np.isclose(derived(other), before, equal_nan=True).all(axis=0))
            assert set(change) <= {k for k, source in enumerate(sources) if source == j}
            moved |= set(change)
        assert len(moved) == len(sources)


@pytest.mark.parametrize(
    "step",
    [
        lambda: make_column_transformer((PolynomialFeatures(), ["income", "age"])),
        lambda: make_column_transformer((FunctionTransformer(lambda f: f[["income"]]), ["income", "age"])),
        lambda: FeatureUnion([("a", make_column_transformer((PCA(1), ["income", "age"])))]),
    ],
)
def test_what_mixes_columns_is_not_traced(table, step):
    X, y = table
    assert origins([step().fit(X, y)], None, X) is None


def test_reordered_and_extra_columns_are_followed(table):
    X, y = table
    model = make_pipeline(encoder(), LogisticRegression()).fit(X, y)
    turned = X[X.columns[::-1]].assign(extra=1.0)
    assert importance(explanation(model, turned)) == pytest.approx({**importance(explanation(model, X)), "extra": 0.0})


def test_search_and_arrays(table):
    X, y = table
    numeric = X[["income", "age", "noise"]]
    search = GridSearchCV(LogisticRegression(max_iter=1_000), {"C": [0.1, 1]}, cv=2).fit(numeric, y)
    assert explanation(search, numeric).parameters["explainer"] == "linear"
    array = clone(search.estimator).fit(numeric.to_numpy(), y)
    got = explanation(array, numeric.to_numpy())
    assert set(importance(got)) == {"x0", "x1", "x2"}
    bayes = GaussianNB().fit(numeric.to_numpy(), y)
    assert explanation(bayes, numeric.to_numpy(), max_rows=20).parameters["explainer"] == "permutation"


def test_one_row_has_no_interval(table):
    X, y = table
    model = make_pipeline(encoder(), LogisticRegression()).fit(X, y)
    value = explanation(model, X.iloc[:1]).values[0]
    assert (value.lower, value.method) == (None, "no interval")


def test_bad_input(table):
    X, y = table
    model = make_pipeline(encoder(), LogisticRegression()).fit(X, y)
    twice = pd.concat([X, X[["age"]]], axis=1)
    for given, text in (
        (X.iloc[:0], "X is empty"),
        (twice, "more than one column named 'age'"),
        (X["age"], "not a table"),
        ([[1, 2]], "not a table"),
        (model[0].transform(X)[:, :0], "X is empty"),
    ):
        with pytest.raises(InputError, match=text):
            explanation(model, given)
    for background in (X[["age"]], X.iloc[:0], X.to_numpy(), X[X.columns[::-1]]):
        with pytest.raises(InputError, match="background does not have the columns"):
            explanation(model, X, background=background)
    with pytest.raises(InputError, match="max_rows"):
        explanation(model, X, max_rows=0)


@pytest.fixture(scope="module")
def amounts(table):
    X, _y = table
    rng = np.random.default_rng(1)
    return X, X.income.to_numpy() * 2 + (X.city == "Oslo") + X.debt.fillna(0) + rng.normal(size=len(X)) * 0.1


def test_a_linear_regressor_is_explained_exactly(amounts):
    X, y = amounts
    model = make_pipeline(encoder(), Ridge()).fit(X, y)
    got = explanation(model, X, task="regression")
    assert (got.parameters["explainer"], got.parameters["output"]) == ("linear", "prediction")
    assert got.parameters["additivity_error"] < 1e-10
    Z = model[0].transform(X)
    values = (Z - Z.mean(axis=0)) * model[-1].coef_
    assert importance(got)["city"] == pytest.approx(np.abs(values[:, :3].sum(axis=1)).mean(), abs=1e-12)
    assert importance(got)["income"] == pytest.approx(np.abs(values[:, 4]).mean(), abs=1e-12)
    assert got.values[0].attribute == "income"


def test_a_tree_regressor_is_shaps(amounts):
    X, y = amounts
    final = RandomForestRegressor(10, max_depth=4, random_state=0)
    model = make_pipeline(make_column_transformer(("passthrough", ["income", "age"])), final).fit(X, y)
    got = explanation(model, X, task="regression", max_rows=50)
    assert (got.parameters["explainer"], got.parameters["output"]) == ("tree", "prediction")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        rows = np.random.default_rng(0).permutation(400)[:50]
        theirs = shap.TreeExplainer(final).shap_values(model[0].transform(X)[rows], check_additivity=False)
    assert importance(got)["income"] == pytest.approx(np.abs(theirs[:, 0]).mean(), abs=1e-10)


def test_a_generalized_linear_regressor_is_explained_on_its_own_scale(amounts):
    X, y = amounts
    model = make_pipeline(encoder(), PoissonRegressor()).fit(X, y - y.min())
    got = explanation(model, X, task="regression", max_rows=20)
    assert got.parameters["explainer"] == "permutation"
    assert got.parameters["additivity_error"] < 1e-9
    assert importance(got)["noise"] == 0


def test_of_several_classes_the_most_likely_is_explained(table):
    X, _y = table
    numeric = X[["income", "age", "noise"]]
    y = np.where(X.income > 1.5, "high", np.where(X.age > 50, "old", "young"))
    model = GaussianNB().fit(numeric[["income", "age"]], y)
    narrow = numeric[["income", "age"]]
    got = explanation(model, narrow, task="multiclass", max_rows=30)
    assert got.parameters["output"] == "probability of the most likely class"
    assert got.parameters["additivity_error"] < 1e-12
    # Two columns: the exact Shapley values are means over both orders.
    order = np.random.default_rng(0).permutation(400)[:30]
    chosen = np.random.default_rng([0, 1]).permutation(400)[:50]
    x, base = narrow.iloc[order], narrow.iloc[chosen]
    best = model.predict_proba(x).argmax(axis=1)

    def game(i, known):
        rows = base.copy()
        for column in known:
            rows[column] = x[column].iloc[i]
        return model.predict_proba(rows)[:, best[i]].mean()

    both = [
        abs((game(i, ["income"]) - game(i, []) + game(i, ["income", "age"]) - game(i, ["age"])) / 2) for i in range(30)
    ]
    assert importance(got)["income"] == pytest.approx(np.mean(both), abs=1e-12)
    with pytest.raises(InputError, match="no predict_proba"):
        explanation(LinearSVC().fit(narrow, y), narrow, task="multiclass")


def test_a_ranker_without_scores_is_explained_by_what_it_predicts(amounts):
    X, y = amounts
    model = make_pipeline(encoder(), Ridge()).fit(X, y)
    got = explanation(model, X, task="ranking")
    assert got.parameters["output"] == "prediction"
    assert importance(got) == importance(explanation(model, X, task="regression"))
