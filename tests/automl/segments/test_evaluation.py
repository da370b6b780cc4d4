import json


def test_every_candidate_kept_stands_there_with_all_its_figures(search, evaluation):
    assert len(evaluation["candidates"]) == len(search.kept)
    for candidate, kept in zip(evaluation["candidates"], search.kept, strict=True):
        assert candidate["family"] == kept.candidate.family
        assert candidate["segments"] == kept.figures.segments
        for name in ("silhouette", "davies_bouldin", "within_ss", "stability", "out_of_time"):
            assert isinstance(candidate[name], float)


def test_one_candidate_was_chosen_and_it_is_the_best_that_breaks_nothing(evaluation):
    (chosen,) = [one for one in evaluation["candidates"] if one["chosen"]]
    sound = [one["silhouette"] for one in evaluation["candidates"] if not one["broken"]]
    assert chosen["silhouette"] == max(sound)
    assert chosen["segments"] == 4


def test_the_elbow_of_planted_segments_is_their_number(evaluation):
    assert evaluation["elbow_at"] == 4


def test_sizes_and_places_on_the_map_are_those_of_the_rows(evaluation, blobs):
    assert evaluation["sizes"] == {"1": 240, "2": 160, "3": 120, "4": 80}
    assert len(evaluation["map"]) == len(blobs[0])


def test_profiles_compare_all_segments_in_the_same_inputs(evaluation):
    profiles = evaluation["profiles"]
    assert sorted(profiles["inputs"]) == ["orders", "recency", "views"]
    assert profiles["segments"] == [1, 2, 3, 4]
    assert [len(row) for row in profiles["differences"]] == [3, 3, 3, 3]


def test_it_is_json_without_nan(evaluation):
    assert json.loads(json.dumps(evaluation, allow_nan=False)) == evaluation
