import numpy as np
import pandas as pd
import pytest

from automl.families import families_of, fit_candidate
from automl.families.preprocessing import prepare_inputs
from automl.families.space import Choice, Table, start_of
from clickstream.errors import ClickwiseError

N_NUMERIC = 3


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(11)
    n = 600
    frame = pd.DataFrame(
        {
            "clicks": rng.poisson(4, n).astype(np.float32),
            "seconds": rng.lognormal(4, 1.2, n).astype(np.float32),
            "price": rng.lognormal(3, 0.5, n).astype(np.float32),
            "device": rng.choice(["phone", "desktop", ""], n),
            "country": rng.choice([f"c{i}" for i in range(30)], n),
        }
    )
    frame.loc[::9, "price"] = np.nan
    chance = 1 / (1 + np.exp(3 - 0.5 * frame["clicks"] - (frame["device"] == "desktop")))
    label = (rng.random(n) < chance).to_numpy().astype(np.int8)
    spend = np.where(label == 1, rng.lognormal(3, 1, n), 0.0)
    return frame, {"conversion": label, "revenue": spend}


def _fit(shop, kind, family, rows=slice(None), frame=None, **settings):
    own, labels = shop
    frame = own if frame is None else frame
    space = families_of(kind)[family].space(Table.of(own, labels[kind], N_NUMERIC))
    return fit_candidate(
        frame.iloc[rows],
        labels[kind][rows],
        n_numeric=N_NUMERIC,
        kind=kind,
        family=family,
        config={**start_of(space), **settings},
        seed=1,
    )


def _answer(pipeline, kind, frame):
    return pipeline.predict_proba(frame)[:, 1] if kind == "conversion" else pipeline.predict(frame)


ALL = [(kind, name) for kind in ("conversion", "revenue") for name in families_of(kind)]


@pytest.mark.parametrize(("kind", "family"), ALL)
def test_the_order_of_rows_changes_nothing(shop, kind, family):
    shuffled = np.random.default_rng(0).permutation(len(shop[0]))
    one = _answer(_fit(shop, kind, family), kind, shop[0])
    other = _answer(_fit(shop, kind, family, rows=shuffled), kind, shop[0])
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("kind", "family"), ALL)
def test_candidates_answer_within_bounds_and_vary(shop, kind, family):
    answer = _answer(_fit(shop, kind, family), kind, shop[0])
    assert (answer >= 0).all()
    assert kind == "revenue" or (answer <= 1).all()
    assert answer.std() > 0


@pytest.mark.parametrize(("kind", "family"), ALL)
def test_nothing_is_learned_from_rows_outside_the_fold(shop, kind, family):
    frame, training = shop[0].copy(), np.arange(400)
    clean = _fit(shop, kind, family, rows=training, frame=frame.copy())
    frame.loc[400:, "seconds"] = np.float32(1e9)
    frame.loc[400:, "price"] = np.nan
    frame.loc[400:, "device"] = "marker"
    marked = _fit(shop, kind, family, rows=training, frame=frame)
    assert "marker" not in str(_learned(marked))
    assert _learned(marked) == _learned(clean)
    np.testing.assert_array_equal(_answer(marked, kind, shop[0]), _answer(clean, kind, shop[0]))


def _learned(pipeline):
    strings = pipeline["inputs"].named_transformers_["categorical"]
    numeric = pipeline["inputs"].named_transformers_["numeric"]
    steps = getattr(numeric, "named_steps", {})
    learned = [strings["group"].categories_, [list(one) for one in strings["encode"].categories_]]
    for step, attribute in (("impute", "statistics_"), ("scale", "scale_")):
        if step in steps:
            learned.append(getattr(steps[step], attribute).tolist())
    shift = getattr(pipeline["model"], "prior_shift_", np.empty(0)).tolist()
    return [*learned, pipeline["select"].scores_.tolist(), shift]


@pytest.mark.parametrize(("kind", "family"), ALL)
def test_every_step_keeps_float32(shop, kind, family):
    pipeline = _fit(shop, kind, family)
    assert pipeline[:-1].transform(shop[0]).dtype == np.float32


def test_trees_are_never_scaled():
    table = Table(n_numeric=2, n_categorical=2, has_zeros=True)
    trees = {"decision tree", "random forest", "gradient boosting", "xgboost"}
    for kind, name in ALL:
        assert ("scale" in families_of(kind)[name].space(table)) == (name not in trees)


def test_two_parts_are_offered_only_where_somebody_spends_nothing():
    family = families_of("revenue")["ridge"]
    prices = family.space(Table(n_numeric=2, n_categorical=0, has_zeros=False))["target"]
    assert isinstance(prices, Choice)
    assert prices.options == ("as it is", "log1p")


@pytest.mark.parametrize("kept", [slice(0, 3), slice(3, 5)], ids=["numbers", "strings"])
def test_either_kind_of_column_may_be_absent(shop, kept):
    frame, labels = shop[0].iloc[:, kept], shop[1]
    n_numeric = 3 if kept.start == 0 else 0
    for name, family in families_of("conversion").items():
        config = start_of(family.space(Table.of(frame, labels["conversion"], n_numeric)))
        pipeline = fit_candidate(
            frame,
            labels["conversion"],
            n_numeric=n_numeric,
            kind="conversion",
            family=name,
            config=config,
            seed=0,
        )
        assert len(pipeline.predict(frame)) == len(frame)


def test_smote_fills_numbers_that_boosting_would_take_missing(shop):
    pipeline = _fit(shop, "conversion", "xgboost", numeric_missing="native", balancing="SMOTE")
    assert np.isfinite(pipeline[:-1].transform(shop[0])).all()


def test_a_column_empty_in_a_fold_is_dropped(shop):
    frame = shop[0].copy()
    frame["price"], frame["device"] = np.float32(np.nan), ""
    prepared = prepare_inputs({"numeric_missing": "mean", "scale": "standard"}, 3, 2)
    assert np.isfinite(prepared.fit_transform(frame)).all()
    assert not _fit(shop, "conversion", "decision tree", frame=frame)["select"].kept_[2:4].any()


def test_an_unknown_family_is_answered_with_the_known_ones(shop):
    with pytest.raises(ClickwiseError, match="no revenue family 'oracle'; families: linear"):
        fit_candidate(
            shop[0],
            shop[1]["revenue"],
            n_numeric=3,
            kind="revenue",
            family="oracle",
            config={},
            seed=0,
        )
