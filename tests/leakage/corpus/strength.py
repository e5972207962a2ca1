#@ accuracy_of_the_majority: baseline_not_beaten
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(1000, 4)), columns=list("abcd"))
y = (rng.random(1000) < 0.25).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
forest = RandomForestClassifier(random_state=0).fit(X_train, y_train)
accuracy_score(y_test, forest.predict(X_test))

#@ accuracy_beyond_the_majority
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(1000, 4)), columns=list("abcd"))
y = (X["a"] * 2 + X["b"] + rng.normal(size=1000) > 0.9).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
model = LogisticRegression().fit(X_train, y_train)
accuracy_score(y_test, model.predict(X_test))

#@ worse_than_the_mean: baseline_not_beaten
import numpy as np
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor
rng = np.random.default_rng(1)
X, y = rng.normal(size=(400, 6)), rng.normal(size=400)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
tree = DecisionTreeRegressor(random_state=0).fit(X_train, y_train)
r2_score(y_test, tree.predict(X_test))

#@ no_better_than_a_coin: baseline_not_beaten
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(2)
X, y = rng.normal(size=(600, 5)), rng.integers(0, 2, 600)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
model = HistGradientBoostingClassifier(random_state=0).fit(X_train, y_train)
roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])

#@ five_frauds: too_few_positives
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score, roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(3)
X = rng.normal(size=(1500, 3))
y = np.zeros(1500, int)
fraud = rng.choice(1500, 20, replace=False)
y[fraud] = 1
X[fraud] += 1.5
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
model = LogisticRegression(class_weight="balanced").fit(X_train, y_train)
recall_score(y_test, model.predict(X_test)), roc_auc_score(y_test, model.decision_function(X_test))

#@ three_hundred_frauds
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, recall_score, roc_auc_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(3)
X = rng.normal(size=(6000, 3))
y = np.zeros(6000, int)
fraud = rng.choice(6000, 1200, replace=False)
y[fraud] = 1
X[fraud] += 1.0
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
model = LogisticRegression(class_weight="balanced").fit(X_train, y_train)
score = model.decision_function(X_test)
recall_score(y_test, model.predict(X_test)), roc_auc_score(y_test, score), average_precision_score(y_test, score)

#@ only_accuracy_where_three_in_a_hundred_count: unfit_metric|baseline_not_beaten
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(4)
X = rng.normal(size=(4000, 4))
y = (X[:, 0] + rng.normal(size=4000) > 2.65).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
RandomForestClassifier(50, random_state=0).fit(X_train, y_train).score(X_test, y_test)

#@ precision_and_recall_where_few_count
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, balanced_accuracy_score, recall_score
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(4)
X = rng.normal(size=(8000, 4))
y = (X[:, 0] + rng.normal(size=8000) > 2.0).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
# %%
model = LogisticRegression(class_weight="balanced").fit(X_train, y_train)
found = model.predict(X_test)
average_precision_score(y_test, model.decision_function(X_test)), recall_score(y_test, found), balanced_accuracy_score(y_test, found)

#@ digits
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, stratify=y, random_state=0)
# %%
model = LogisticRegression(max_iter=500).fit(X_train, y_train)
accuracy_score(y_test, model.predict(X_test)), f1_score(y_test, model.predict(X_test), average="macro")
