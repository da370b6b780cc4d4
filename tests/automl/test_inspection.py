from __future__ import annotations

import re
from pathlib import Path

from automl.inspection import inspection, inspection_lines
from clickstream.sources import read_source
from clickstream.versions import data_version
from tests.automl.visits_file import write_visits
from tests.clickstream.logs import END, event, read_log


def test_a_simulated_log_is_called_simulated(shop: Path) -> None:
    dataset = read_source([shop])
    found = inspection(dataset)
    assert found["simulated"]
    assert found["data_version"] == data_version(dataset)
    assert inspection_lines(found)[0].startswith("source simulated (simulated), data version ")
    answers = found["answers"]
    can = {name for name, answer in answers.items() if answer["status"] == "yes"}
    assert set(answers) - can == {"interest"}
    assert "too few spend most on any category but one" in answers["interest"]["reason"]


def test_units_are_counted(tmp_path: Path) -> None:
    dataset = read_log(
        tmp_path / "log.csv",
        [
            event("s1", 1),
            event("s1", 2, "purchase"),
            event("s1", 3, "purchase"),
            event("s2", 1, customer_id=""),
            event("s3", 1, "return"),
        ],
    )
    found = inspection(dataset)
    assert found["units"] == {
        "events": 5,
        "sessions": 3,
        "customers": 1,
        "views": 2,
        "carts": 0,
        "purchases": 2,
        "returns": 1,
    }
    assert "1 of 3 sessions (33.33 %) hold a purchase." in inspection_lines(found)
    assert not any(line.startswith("  quarantined") for line in inspection_lines(found))


def test_leaks_that_the_source_knows_of_are_told_with_their_reason(real_data) -> None:
    dataset = read_source([real_data("online-shoppers/online_shoppers_intention.csv")])
    found = inspection(dataset)
    assert found["units"] == {"rows": 12_330}
    leaks = [line.strip() for line in inspection_lines(found) if "leak:" in line]
    assert len(leaks) == 2, "of purchase and of segment; nothing else can be asked"
    for line in leaks:
        assert line.startswith("leak: PageValues (dropped): Google Analytics computes PageValues")


def test_a_planted_leak_and_the_evidence_are_told_before_anything_is_trained(
    real_data, tmp_path: Path
) -> None:
    file = write_visits(
        real_data, tmp_path, lambda row: row | {"SpecialDay": str(len(row["Revenue"]))}
    )
    found = inspection(read_source([file]))
    purchase = found["answers"]["purchase"]
    assert [leak["columns"] for leak in purchase["leaks"]] == [["PageValues"], ["SpecialDay"]]
    evidence = purchase["evidence"]
    assert evidence["training_rows"] + evidence["holdout_rows"] == 12_330
    assert found["answers"]["session_spend"].keys() == {"status", "reason", "scope"}
    text = "\n".join(inspection_lines(found))
    assert f"{evidence['holdout_positives']} holdout positives" in text
    assert "SpecialDay (blocks release): SpecialDay alone separates yes from no" in text


def test_proxies_and_notes_are_told_before_anything_is_trained(real_data) -> None:
    dataset = read_source([real_data("eshop2008/Test.csv")])
    found = inspection(dataset)
    assert {name: answer["status"] for name, answer in found["answers"].items()} == {
        "purchase": "proxy",
        "repurchase": "no",
        "exit": "proxy",
        "session_spend": "proxy",
        "customer_spend": "no",
        "segment": "yes",
        "interest": "no",
        "next_segment": "no",
    }
    assert "row-wise split" in inspection_lines(found)[-1]


def test_a_leak_of_the_split_is_told_by_its_kind(tmp_path: Path) -> None:
    def visit(name: str, day: int) -> list[dict[str, object]]:
        return [
            event(name, n, product_id=f"p{n}", event_time=f"2026-03-{day:02d}T12:{n:02d}:00Z")
            for n in range(1, 7)
        ]

    end = END | {"event_time": "2026-04-01T00:00:00Z"}
    log = [*(row for day in range(1, 21) for row in visit(f"s{day}", day)), end]
    lines = inspection_lines(inspection(read_log(tmp_path / "log.csv", log)))
    # All visits are alike, so that the clicks tell the last one, which is told as well.
    leaks = [line.strip() for line in lines if "leak: duplicates" in line]
    assert len(leaks) == 2, "of exit and of segment; nobody buys"
    told = r"leak: duplicates \(blocks release\): (\d) of \1 sessions of the holdout have a twin"
    assert all(re.match(told, leak) for leak in leaks)
