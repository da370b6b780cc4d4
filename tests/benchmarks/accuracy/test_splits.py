from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.accuracy import online_shoppers, rees46
from clickstream.sources import read_source


@pytest.fixture(autouse=True)
def _data(real_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    file = real_data("rees46/2019-Oct.csv")
    monkeypatch.setenv("CLICKWISE_DATA", str(file.parents[1]))


def test_visits_are_split_by_rows_with_as_many_buyers_on_either_side(tmp_path: Path) -> None:
    training, testing = (
        pd.read_csv(file, dtype=str) for file in online_shoppers.split_file(tmp_path, 0)
    )
    assert (len(training), len(testing)) == (9_864, 2_466)
    buyers = [(part["Revenue"] == "TRUE").mean() for part in (training, testing)]
    assert buyers == pytest.approx([0.1547, 0.1547], abs=1e-3)
    whole = pd.read_csv(online_shoppers.data_file(online_shoppers._FILE), dtype=str)
    columns = list(whole)
    both = pd.concat([training, testing]).sort_values(columns, ignore_index=True)
    assert both.equals(whole.sort_values(columns, ignore_index=True))


def test_another_seed_is_another_split(tmp_path: Path) -> None:
    first, second = (
        online_shoppers.split_file(folder, seed)[1].read_text()
        for seed in (0, 1)
        for folder in [tmp_path]
    )
    assert first != second


def test_sessions_stand_whole_on_one_side_and_the_log_goes_on(tmp_path: Path) -> None:
    training, testing = (pd.read_csv(file) for file in rees46.split_file(tmp_path, 0))
    sessions = [set(part["user_session"]) for part in (training, testing)]
    assert sessions[0] & sessions[1] == {"later"}
    assert len(sessions[0] | sessions[1]) == 5_066 + 1
    assert len(sessions[1]) == pytest.approx(0.3 * 5_066, abs=2)
    _, label = rees46.hand_made(read_source([tmp_path / "test.csv"]))
    assert label.sum() > 100, "buyers whose sessions were open at the end of the file"


def test_hand_made_inputs_know_nothing_of_what_follows_the_cut(tmp_path: Path) -> None:
    head = "event_time,event_type,product_id,category_code,brand,price,user_id,user_session\n"
    begin = "2019-10-01 00:00:0"
    lines = [
        f"{begin}0 UTC,view,1,a.b,x,10.0,7,s",
        f"{begin}4 UTC,cart,1,a.b,x,10.0,7,s",
        f"{begin}6 UTC,view,2,c.d,x,40.0,7,s",
        f"{begin}8 UTC,purchase,1,a.b,x,10.0,7,s",
        "2019-10-01 03:00:00 UTC,view,1,a.b,x,10.0,8,t",
    ]
    file = tmp_path / "log.csv"
    file.write_text(head + "\n".join(lines) + "\n")
    made, label = rees46.hand_made(read_source([file]))
    assert made.tolist() == [
        [1, 0, 1, 1, 10, 10, 10, 0],
        [2, 1, 1, 1, 10, 10, 10, 4],
        [3, 1, 2, 2, 20, 40, 40, 6],
    ]
    assert label.tolist() == [1, 1, 1]
