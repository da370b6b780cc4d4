"""Nothing is searched before evidence and leaks are settled."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from automl.admission import admit, leaks_of
from automl.options import Options
from automl.sessions import labelled_table
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.errors import LeakFound, NotAnswerable
from clickstream.sources import read_source
from clickstream.tables import Dataset
from tests.automl.hand_made import prepare_answer
from tests.automl.visits_file import write_visits


def admitted(dataset: Dataset, name: str):
    answer = ANSWERS[name]
    return admit(dataset, answer, answerability(dataset, answer, Windows()), Options())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("SpecialDay", lambda row: "1" if row["Revenue"] == "TRUE" else "0"),
        ("Region", lambda row: "north" if row["Revenue"] == "TRUE" else row["Region"]),
        ("ExitRates", lambda row: str(float(row["ExitRates"]) - 9 * (row["Revenue"] == "TRUE"))),
    ],
    ids=["number", "category", "shifted"],
)
def test_a_planted_label_among_the_inputs_is_found_and_named(
    real_data, tmp_path: Path, column: str, value
) -> None:
    file = write_visits(real_data, tmp_path, lambda row: row | {column: value(row)})
    with pytest.raises(LeakFound, match=f"{column} alone separates yes from no with AUC"):
        admitted(read_source([file]), "purchase")


def test_a_planted_pair_is_found_and_named(real_data, tmp_path: Path) -> None:
    coins = random.Random(0)

    def change(row: dict[str, str]) -> dict[str, str]:
        coin = coins.random() < 0.5
        return row | {"Region": str(int(coin)), "Weekend": str(coin == (row["Revenue"] == "TRUE"))}

    file = write_visits(real_data, tmp_path, change)
    with pytest.raises(LeakFound, match="Region and Weekend together separate yes from no"):
        admitted(read_source([file]), "purchase")


def test_the_real_visits_are_admitted_without_page_values(real_data, tmp_path: Path) -> None:
    found = admitted(read_source([write_visits(real_data, tmp_path, dict)]), "purchase")
    assert [(leak.columns, leak.action) for leak in found.leaks] == [(["PageValues"], "dropped")]
    assert found.evidence.training_positives > 1_000


def test_too_little_evidence_is_refused(real_data) -> None:
    dataset = read_source([real_data("rees46/2019-Oct.csv")])
    for name in ("purchase", "session_spend"):
        with pytest.raises(NotAnswerable, match=f"Too little evidence for {name}: 9 positives"):
            admitted(dataset, name)


LOOKS_AHEAD = {
    '"event_index" <= ': '"event_index" <= 1 + ',
    '"event_index" = ': '"event_index" >= ',
}
"""Ways in which the query looks up to the cut or reads the click at it, each made to reach on."""


def test_a_feature_from_after_the_cut_is_found_by_computing_it_anew(shop: Path) -> None:
    dataset, answer = read_source([shop]), ANSWERS["purchase"]
    prepared = prepare_answer(dataset, "purchase")
    found = answerability(dataset, answer, Windows())
    assert leaks_of(dataset, prepared, answer, found) == []
    assert prepared.sql is not None
    ahead = prepared.sql
    for looks_back, looks_ahead in LOOKS_AHEAD.items():
        assert looks_back in ahead
        ahead = ahead.replace(looks_back, looks_ahead)
    table = labelled_table(dataset, prepared.features, ahead)
    planted = replace(prepared, training=table, holdout=table.rows(table.cut_index < 0), sql=ahead)
    leaks = leaks_of(dataset, planted, answer, found)
    named = {leak.columns[0] for leak in leaks if leak.kind == "after the cut"}
    assert {"clicks", "duration", "event_type_last"} <= named
    assert not {"country_last", "device_last"} & named


def test_a_label_of_training_that_reaches_into_the_holdout_is_found(shop: Path) -> None:
    dataset, answer = read_source([shop]), ANSWERS["purchase"]
    prepared = prepare_answer(dataset, "purchase")
    late = prepared.training.end + np.timedelta64(28, "D")
    planted = replace(prepared, training=replace(prepared.training, end=late))
    (leak,) = leaks_of(dataset, planted, answer, answerability(dataset, answer, Windows()))
    assert (leak.kind, leak.action) == ("window", "blocks release")
