import numpy as np
import pandas as pd
import pytest

from automl.segments import profile
from automl.segments.profiles import heatmap

LABELS = np.repeat([1, 2, 3], [50, 30, 20])


@pytest.fixture
def frame() -> pd.DataFrame:
    generator = np.random.default_rng(0)
    noise = {f"noise_{i}": generator.normal(size=100) for i in range(6)}
    spend = np.repeat([10.0, 20.0, 90.0], [50, 30, 20])
    return pd.DataFrame({"spend": spend, "always": 1.0, **noise}, dtype="float32")


def test_sizes_and_shares_add_up(frame):
    profiles = profile(frame, LABELS)
    assert [(p.segment, p.size, p.share) for p in profiles] == [
        (1, 50, 0.5),
        (2, 30, 0.3),
        (3, 20, 0.2),
    ]


def test_the_column_that_sets_a_segment_apart_comes_first(frame):
    trait = profile(frame, LABELS)[2].traits[0]
    spend = np.repeat([10.0, 20.0, 90.0], [50, 30, 20])
    assert trait.input == "spend"
    assert trait.difference == pytest.approx((90 - spend.mean()) / spend.std(), rel=1e-6)
    assert (trait.typical, trait.typical_overall) == (90, 15)


def test_five_columns_at_most_and_none_that_never_varies(frame):
    for described in profile(frame, LABELS):
        names = [trait.input for trait in described.traits]
        assert len(names) == 5
        assert "always" not in names
        sizes = [abs(trait.difference) for trait in described.traits]
        assert sizes == sorted(sizes, reverse=True)


def test_differences_weighted_by_share_cancel(frame):
    profiles = profile(frame[["spend", "noise_0"]], LABELS)
    for name in ("spend", "noise_0"):
        weighted = sum(
            p.share * trait.difference
            for p in profiles
            for trait in p.traits
            if trait.input == name
        )
        assert weighted == pytest.approx(0, abs=1e-9)


def test_unknown_values_are_left_out(frame):
    frame.loc[99, "spend"] = np.nan
    trait = profile(frame, LABELS)[2].traits[0]
    assert (trait.input, trait.typical) == ("spend", 90)


def test_a_column_that_a_segment_does_not_know_is_no_trait_of_it(frame):
    frame.loc[LABELS == 3, "spend"] = np.nan
    described = profile(frame, LABELS)[2]
    assert "spend" not in [trait.input for trait in described.traits]


def test_labels_of_another_table_are_refused(frame):
    with pytest.raises(ValueError, match="99 labels for 100 rows"):
        profile(frame, LABELS[1:])


def test_a_heatmap_has_every_column_that_varies_the_most_telling_first(frame):
    shown = heatmap(frame, LABELS)
    assert shown.inputs[0] == "spend"
    assert sorted(shown.inputs) == sorted(set(frame.columns) - {"always"})
    assert shown.segments == (1, 2, 3)
    assert shown.left_out == 0
    for segment, differences, typical in zip(
        profile(frame, LABELS), shown.differences, shown.typical, strict=True
    ):
        by_name = dict(zip(shown.inputs, zip(differences, typical, strict=True), strict=True))
        for trait in segment.traits:
            assert by_name[trait.input] == pytest.approx((trait.difference, trait.typical))


def test_a_heatmap_of_many_columns_shows_twenty_and_counts_the_rest(frame):
    wide = pd.concat(
        [
            frame,
            frame.iloc[:, 2:].add_suffix("b"),
            frame.iloc[:, 2:].add_suffix("c"),
            frame.iloc[:, 2:].add_suffix("d"),
        ],
        axis=1,
    )
    shown = heatmap(wide, LABELS)
    assert (len(shown.inputs), shown.left_out) == (20, 5)


def test_a_segment_that_knows_no_value_of_a_column_has_no_difference_in_it(frame):
    unknown = frame.copy()
    unknown.loc[LABELS == 2, "spend"] = np.nan
    shown = heatmap(unknown, LABELS)
    place = shown.inputs.index("spend")
    assert np.isnan(shown.differences[1][place])
    assert np.isfinite(shown.differences[2][place])
