"""Trying other ways to decide, on real mortgage decisions."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import jupyter_gov as gov
from jupyter_gov import mitigation
from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.mitigation import Made, Method, Problem
from jupyter_gov.records import Mitigation
from jupyter_gov.services import Mitigated, MitigationInterrupted

if TYPE_CHECKING:
    from .conftest import Loans


def try_all(model: Any, loans: Loans, **options: Any) -> Mitigated:
    given = {"train": (loans.X_train, loans.y_train), "attributes": loans.people, "sensitive": "race", **options}
    return gov.mitigate(model, loans.X, loans.y, **given)


@pytest.fixture
def method(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put methods of the test's own in the place of ours."""

    def put(*made: tuple[str, Any]) -> None:
        methods = {
            key: Method(
                key=key, title=key.title(), about="Of the test.", citation="", needs="", applies=lambda _: "", make=make
            )
            for key, make in made
        }
        monkeypatch.setattr(mitigation, "METHODS", methods, raising=False)

    return put


def same_again(problem: Problem) -> Iterator[Made]:
    yield Made(name="the same", estimator=problem.model)


def everybody(problem: Problem) -> Iterator[Made]:
    from sklearn.dummy import DummyClassifier

    made = DummyClassifier(strategy="constant", constant=1).fit(problem.X_train, problem.y_train)
    yield Made(name="everybody", estimator=made, costs=("It approves everybody.",))


@pytest.fixture(scope="module")
def made(model: Any, loans: Loans, policy_text: Any) -> Mitigated:
    return try_all(model, loans, policy=policy_text, methods=["reweighing", "group_thresholds", "correlation_remover"])


@pytest.fixture(scope="module")
def policy_text() -> Any:
    from jupyter_gov.policy import read_policy

    from .conftest import POLICY

    return read_policy(POLICY)


def test_what_is_tried_and_compared(made: Mitigated, loans: Loans, model: Any) -> None:
    record = made.record
    assert record.policy == "lending 1.0.0"
    assert record.controls == ("ln.gap",)
    assert record.performance == {"measure": "balanced_accuracy", "better": "higher"}
    assert record.disparity["measure"] == "selection_rate"
    assert record.disparity["threshold"] == 0.2
    original = made["original"]
    assert original.verdicts == {"ln.gap": "fail"}
    assert made.estimator("original") is model
    for name in made.candidates:
        tried = made[name]
        assert set(tried.verdicts) >= {"ln.gap"}
        assert {v.measure for v in tried.changes} >= {"balanced_accuracy", "selection_rate_difference"}
        assert all(v.reference == "original" and v.lower is not None for v in tried.changes)
        assert tried.decisions["of"] == len(loans.y)
        assert tried.decisions["changed"] == tried.decisions["up"] + tried.decisions["down"]  # type: ignore[operator]
        by_race = tried.decisions["groups"]["race"]  # type: ignore[index,call-overload]
        assert sum(g["changed"] for g in by_race.values()) == tried.decisions["changed"]  # type: ignore[union-attr]
    assert Mitigation.from_json(record.to_json()) == record


def test_a_change_is_what_the_two_assessments_differ_by(made: Mitigated) -> None:
    before = {(v.measure, v.kind): v.value for v in made["original"].values}
    for name in made.candidates:
        tried = made[name]
        after = {(v.measure, v.kind): v.value for v in tried.values}
        for change in tried.changes:
            measure, _, kind = change.measure.rpartition("_")
            key = (measure, kind) if kind == "difference" else (change.measure, "estimate")
            assert change.value == pytest.approx((after[key] or 0.0) - (before[key] or 0.0)), (name, key)


def test_the_proposed_one_meets_what_is_asked_at_the_smallest_loss(made: Mitigated) -> None:
    meeting = [n for n in made.candidates if set(made[n].verdicts.values()) == {"pass"}]
    assert made.proposed in meeting
    kept = {n: next(v.value for v in made[n].values if v.measure == "balanced_accuracy") for n in meeting}
    assert kept[made.proposed] == max(kept.values())  # type: ignore[type-var]
    adjusted: Any = made.record.parameters["adjusted"]
    assert adjusted["compared"] == len(made.candidates)
    assert adjusted["confidence"] == pytest.approx(1 - 0.05 / len(made.candidates))
    own = {v.measure: v for v in made[made.proposed].changes}
    for change in adjusted["changes"]:
        assert change["lower"] <= own[change["measure"]].lower
        assert change["upper"] >= own[change["measure"]].upper
    assert any("rows that none of this has seen" in sentence for sentence in made.record.advice)


def test_nobody_beats_the_frontier(made: Mitigated) -> None:
    def point(name: str) -> tuple[float, float]:
        values = {v.measure: v.value or 0.0 for v in made[name].values if v.kind in ("estimate", "difference")}
        return values["balanced_accuracy"], -values["selection_rate"]

    points = {name: point(name) for name in ("original", *made.candidates)}
    for name, mine in points.items():
        beaten = any(o != mine and o[0] >= mine[0] and o[1] >= mine[1] for o in points.values())
        assert beaten is (name not in made.record.frontier)


def test_the_chosen_one_is_an_ordinary_estimator(made: Mitigated, loans: Loans) -> None:
    chosen = made.choose(by="Grace", why="Legal approved the use of race for this product.")
    assert made.record.chosen == made.proposed
    again = pickle.loads(pickle.dumps(chosen))
    tables = loans.X.join(loans.people)
    assert np.array_equal(again.predict(tables), chosen.predict(tables))


def test_another_than_the_proposed_one_needs_a_reason(made: Mitigated) -> None:
    with pytest.raises(InputError, match="reason is missing"):
        made.choose("reweighing")
    assert made.choose("reweighing", why="Easier to explain.") is made.estimator("reweighing")
    assert made.record.chosen == "reweighing"
    with pytest.raises(NotFoundError, match="no candidate"):
        made.choose("rewieghing", why="Typing.")


def by_race(problem: Problem) -> Iterator[Made]:
    class Told:
        classes_ = problem.model.classes_

        def predict(self, X: Any, sensitive_features: Any) -> Any:
            return np.where(sensitive_features["race"] == "White", 1, np.ones(len(X), int))

    yield Made(name="by race", estimator=Told(), needs_attribute=True)


def test_one_that_decides_by_race_is_second_and_needs_a_reason(
    model: Any, loans: Loans, method: Any, policy_text: Any
) -> None:
    method(("told", by_race), ("everybody", everybody))
    both = try_all(model, loans, policy=policy_text)
    assert both.proposed == "everybody"
    assert both.record.parameters["other_kind"] == "by race"
    method(("told", by_race))
    alone = try_all(model, loans, policy=policy_text)
    assert alone.proposed == "by race"
    with pytest.raises(InputError, match="decides by race: say who decided"):
        alone.choose()
    alone.choose(by="Grace", why="Legal said yes.")
    assert alone.record.parameters["chosen_why"] == "Legal said yes."
    assert alone.record.parameters["chosen_by"] == "Grace"


def test_training_rows_are_not_held_out(model: Any, loans: Loans, method: Any) -> None:
    method(("same", same_again))
    with pytest.raises(InputError, match="All rows of X are training rows"):
        try_all(model, loans, train=(loans.X, loans.y))
    import pandas as pd

    X, y = pd.concat([loans.X_train, loans.X[:40]]), pd.concat([loans.y_train, loans.y[:40]])
    made = try_all(model, loans, train=(X, y))
    assert made.record.parameters["shared_rows"] == 40
    assert made.record.advice[0].startswith("40 of 995 held-out rows are training rows too")
    assert try_all(model, loans).record.parameters["shared_rows"] == 0


def test_rows_that_are_alike_anyhow_are_not_taken_for_the_same() -> None:
    import pandas as pd

    from jupyter_gov.services.mitigating._rows import seen_in_training

    rng = np.random.default_rng(0)
    coarse, other = (pd.DataFrame({"a": rng.integers(0, 3, 200)}) for _ in range(2))
    assert seen_in_training(coarse, other) == 0
    with pytest.raises(InputError, match="All rows"):
        seen_in_training(coarse, coarse.copy())
    fine = rng.normal(size=(200, 2))
    assert seen_in_training(fine, np.vstack([fine[:7], rng.normal(size=(20, 2))])) == 7


def test_people_are_not_taken_for_others_that_bear_the_same_label(model: Any, loans: Loans, method: Any) -> None:
    from jupyter_gov.services.mitigating._rows import attributes_of_training

    method(("same", same_again))
    X, y, people = loans.X.reset_index(drop=True), loans.y.reset_index(drop=True), loans.people.loc[loans.X.index]
    train = (loans.X_train[:995].reset_index(drop=True), loans.y_train[:995].reset_index(drop=True))
    given: dict[str, Any] = {"attributes": people.reset_index(drop=True), "sensitive": "race", "methods": "same"}
    X_short, y_short = X[: len(train[0])], y[: len(train[0])]
    given["attributes"] = given["attributes"][: len(X_short)]
    with pytest.raises(InputError, match="bear the same labels") as caught:
        gov.mitigate(model, X_short, y_short, train=train, **given)
    assert "--train-attributes" in caught.value.hint
    own = loans.people.loc[loans.X_train.index].reset_index(drop=True)
    made = gov.mitigate(model, X_short, y_short, train=train, train_attributes=own, **given)
    assert made.candidates == ("the same",)
    arrays = [data.to_numpy() for data in (*train, X_short, y_short)]
    with pytest.raises(InputError, match="bear the same labels"):
        attributes_of_training(*arrays, attributes=own, train_attributes=None, names=["race"])
    assert (
        attributes_of_training(*train, X_short, y_short, attributes=own, train_attributes=None, names=["dep"]) is None
    )


def test_weights_of_the_fit_reach_the_methods(model: Any, loans: Loans, method: Any) -> None:
    seen: list[Problem] = []

    def look(problem: Problem) -> Iterator[Made]:
        seen.append(problem)
        yield from same_again(problem)

    method(("look", look))
    weight = np.linspace(1, 2, len(loans.y_train))
    try_all(model, loans, sample_weight=weight)
    assert seen[0].sample_weight is weight
    with pytest.raises(InputError, match="994 rows and sample_weight 2"):
        try_all(model, loans, sample_weight=[1.0, 2.0])


def test_an_interrupt_while_comparing_keeps_what_is_done(
    model: Any, loans: Loans, method: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_gov.services.mitigating._trying import Trials

    def interrupted(_: Trials) -> Any:
        raise KeyboardInterrupt

    method(("same", same_again))
    monkeypatch.setattr(Trials, "together", interrupted)
    with pytest.raises(MitigationInterrupted) as caught:
        try_all(model, loans)
    assert caught.value.mitigated.candidates == ("the same",)
    assert caught.value.mitigated.proposed == ""


def test_nothing_that_is_given_is_changed(model: Any, loans: Loans, method: Any) -> None:
    method(("same", same_again))
    before = pickle.dumps((model, *loans))
    try_all(model, loans)
    assert pickle.dumps((model, *loans)) == before


def test_without_a_policy_the_clearest_difference_is_to_shrink(model: Any, loans: Loans, method: Any) -> None:
    method(("same", same_again), ("everybody", everybody))
    made = try_all(model, loans)
    assert made.record.policy == ""
    assert made.record.disparity == {
        "measure": "demographic_parity", "kind": "difference", "attribute": "race", "reference": "max-min",
    }  # fmt: skip
    assert made.proposed == "everybody"
    same = made["the same"]
    assert same.decisions["changed"] == 0
    assert all(v.value == 0 for v in same.changes)


def test_a_control_that_is_lost_counts_against_a_candidate(model: Any, loans: Loans, method: Any) -> None:
    from dataclasses import replace

    from jupyter_gov.policy import read_policy

    from .conftest import POLICY

    method(("everybody", everybody))
    policy = read_policy(POLICY)
    controls = [replace(c, require=replace(c.require, threshold=0.6)) if c.id == "ln.performance" else c  # type: ignore[arg-type]
                for c in policy.controls]  # fmt: skip
    made = try_all(model, loans, policy=replace(policy, controls=tuple(controls)))
    assert made["everybody"].verdicts == {"ln.gap": "pass", "ln.performance": "fail"}
    assert any("no longer meets" in cost for cost in made["everybody"].costs)
    assert made.proposed == ""
    with pytest.raises(InputError, match="No candidate is proposed"):
        made.choose()


def test_nothing_to_do(model: Any, loans: Loans, policy_text: Any) -> None:
    made = try_all(model, loans, policy=policy_text, controls="ln.performance")
    assert made.candidates == ()
    assert made.record.advice[0].startswith("Nothing was tried: the model meets ln.performance")
    from dataclasses import replace

    gap = next(c for c in policy_text.controls if c.id == "ln.gap")
    other = replace(gap, require=replace(gap.require, where={**gap.require.where, "attribute": "age"}))
    unknown = try_all(model, loans, policy=replace(policy_text, controls=(other,)))
    assert unknown.record.advice[0].startswith("Nothing was tried: no control could be judged")
    assert "ln.gap" in unknown.record.advice[0]
    with pytest.raises(NotFoundError, match="no control"):
        try_all(model, loans, policy=policy_text, controls="ln.gop")
    with pytest.raises(InputError, match="something else than a model's measures"):
        try_all(model, loans, policy=policy_text, controls="ln.purpose")
    with pytest.raises(InputError, match="no policy is in force"):
        try_all(model, loans, controls="ln.gap")


def test_methods_that_do_not_apply_or_fail_say_why(model: Any, loans: Loans, method: Any) -> None:
    def broken(problem: Problem) -> Iterator[Made]:
        yield from same_again(problem)
        raise ValueError("out of luck\nsecond line")

    def wrong(_: Problem) -> Iterator[Made]:
        yield Made(name="wrong", estimator=object())

    method(("broken", broken), ("wrong", wrong))
    made = try_all(model, loans)
    told = {t.name: (t.status, t.reason) for t in made.record.tried}
    assert told["the same"][0] == "done"
    assert told["Broken"] == ("failed", "ValueError: out of luck")
    assert told["wrong"][0] == "failed"
    with pytest.raises(NotFoundError, match="no estimator"):
        made.estimator("wrong")
    with pytest.raises(NotFoundError, match="no method"):
        try_all(model, loans, methods="brokn")


def test_the_time_is_kept_to(model: Any, loans: Loans, method: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_gov.services.mitigating import _mitigate

    now = [0.0]
    monkeypatch.setattr(_mitigate, "time", SimpleNamespace(perf_counter=lambda: now[0]))

    def long(problem: Problem) -> Iterator[Made]:
        problem.check_time()
        yield from same_again(problem)
        now[0] = 121.0
        problem.check_time()

    method(("long", long), ("everybody", everybody))
    made = try_all(model, loans, minutes=2)
    assert made.record.seconds == 121
    assert {t.name: t.status for t in made.record.tried} == {
        "original": "done", "the same": "done", "Long": "stopped", "Everybody": "stopped",
    }  # fmt: skip
    with pytest.raises(InputError, match="no time"):
        try_all(model, loans, minutes=0)


def test_an_interrupt_keeps_what_is_done(model: Any, loans: Loans, method: Any) -> None:
    def interrupted(problem: Problem) -> Iterator[Made]:
        yield from same_again(problem)
        raise KeyboardInterrupt

    method(("first", interrupted), ("everybody", everybody))
    with pytest.raises(MitigationInterrupted, match="1 candidates are done") as caught:
        try_all(model, loans)
    made = caught.value.mitigated
    assert [(t.name, t.status) for t in made.record.tried] == [
        ("original", "done"), ("the same", "done"), ("First", "stopped"), ("Everybody", "stopped"),
    ]  # fmt: skip
    assert made.record.parameters["interrupted"] is True


def test_no_label_of_the_held_out_rows_reaches_a_method(model: Any, loans: Loans, method: Any) -> None:
    seen: list[Problem] = []

    def look(problem: Problem) -> Iterator[Made]:
        seen.append(problem)
        yield from ()

    method(("look", look))
    try_all(model, loans)
    (problem,) = seen
    assert problem.X_test is loans.X
    assert problem.y_train is loans.y_train
    assert not any(getattr(problem, f) is loans.y for f in problem.__dataclass_fields__)
    assert list(problem.A_train.index) == list(loans.X_train.index)
    assert problem.sensitive == ("race",)
    assert problem.measure == "selection_rate"


def test_a_method_without_a_candidate_says_so(model: Any, loans: Loans, method: Any) -> None:
    def nothing(_: Problem) -> Iterator[Made]:
        yield from ()

    method(("nothing", nothing))
    (_, told) = try_all(model, loans).record.tried
    assert (told.status, told.reason[:26]) == ("skipped", "It made no candidate: none")


def test_no_method_aims_at_performance(model: Any, loans: Loans, method: Any, policy_text: Any) -> None:
    from dataclasses import replace

    method(("same", same_again))
    (control,) = (c for c in policy_text.controls if c.id == "ln.performance")
    control = replace(control, require=replace(control.require, threshold=0.99))
    made = try_all(model, loans, policy=replace(policy_text, controls=(control,)))
    assert made.record.advice[0].startswith("No method aims at “Better than guessing”")


def test_training_data_are_needed_and_must_fit(model: Any, loans: Loans) -> None:
    with pytest.raises(InputError, match="not known: nothing is tracked") as caught:
        try_all(model, loans, train=None)
    assert "--train X_train,y_train" in caught.value.hint
    with pytest.raises(InputError, match="not a pair"):
        try_all(model, loans, train=loans.X_train)
    with pytest.raises(InputError, match=r"994 rows and their target 995"):
        try_all(model, loans, train=(loans.X_train, loans.y))
    with pytest.raises(InputError, match="Of the training data"):
        try_all(model, loans, train_attributes=loans.people.loc[loans.X.index])
    with pytest.raises(InputError, match="No sensitive column"):
        try_all(model, loans, attributes=None, sensitive=None)


def test_a_group_alone_is_no_disparity(model: Any, loans: Loans) -> None:
    people = loans.people.assign(race="White")
    with pytest.raises(InputError, match="race"):
        try_all(model, loans, attributes=people)


def test_numbers_are_mitigated_too(loans: Loans, method: Any) -> None:
    from sklearn.linear_model import LinearRegression

    rng = np.random.default_rng(0)
    black = (loans.people.race == "Black").to_numpy()
    X = np.column_stack([rng.normal(size=len(black)), rng.normal(size=len(black))])
    y = X[:, 0] + black * 2.0 + rng.normal(0, 0.3, len(black))
    half = len(black) // 2
    people = loans.people.reset_index(drop=True)

    def shifted(problem: Problem) -> Iterator[Made]:
        A = (problem.A_train["race"] == "Black").to_numpy()[:, None]
        yield Made(name="with race", estimator=ByRace().fit(np.hstack([problem.X_train, A]), problem.y_train),
                   needs_attribute=True)  # fmt: skip

    class ByRace(LinearRegression):
        def predict(self, X: Any, sensitive_features: Any = None) -> Any:
            return super().predict(np.hstack([X, (sensitive_features["race"] == "Black").to_numpy()[:, None]]))

    method(("shifted", shifted))
    model = LinearRegression().fit(X[:half], y[:half])
    made = gov.mitigate(
        model,
        X[half:],
        y[half:],
        train=(X[:half], y[:half]),
        attributes=people.iloc[half:],
        train_attributes=people.iloc[:half],
        sensitive="race",
    )
    assert made.record.performance == {"measure": "root_mean_squared_error", "better": "lower"}
    assert made.record.disparity["measure"] == "mean_error"
    assert made["with race"].decisions == {}
    assert made.proposed == "with race"
    change = next(v for v in made["with race"].changes if v.measure == "mean_error_difference")
    assert change.upper is not None
    assert change.upper < -1
