"""Nothing is searched before evidence and leaks are settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from automl.admission import admit
from automl.options import Options
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.errors import LeakFound, NotAnswerable
from clickstream.sources import read_source
from clickstream.tables import Dataset
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


def test_the_real_visits_are_admitted_without_page_values(real_data, tmp_path: Path) -> None:
    found = admitted(read_source([write_visits(real_data, tmp_path, dict)]), "purchase")
    assert [(leak.columns, leak.action) for leak in found.leaks] == [(["PageValues"], "dropped")]
    assert found.evidence.training_positives > 1_000


def test_too_little_evidence_is_refused(real_data) -> None:
    dataset = read_source([real_data("rees46/2019-Oct.csv")])
    for name in ("purchase", "session_spend"):
        with pytest.raises(NotAnswerable, match=f"Too little evidence for {name}: 9 positives"):
            admitted(dataset, name)
