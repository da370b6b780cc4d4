"""A file that no source knows: a mapping is proposed, written, trained with and remembered."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from clickstream.bundle import open_bundle
from tests.automl.conftest import run, run_json

HEADER = "zeit;was;wer;ware;preis;geraet"


def write_log(path: Path, customers: int, seed: int = 1) -> Path:
    """A German shop's log: those who come by desktop buy more often."""
    draw = random.Random(seed)
    lines = [HEADER]
    for customer in range(customers):
        device = draw.choice(["handy", "desktop"])
        start = 1_570_000_000 + customer * 600
        clicks = ["gesehen"] * draw.randint(2, 6)
        if draw.random() < (0.8 if device == "desktop" else 0.1):
            clicks.append("gekauft")
        lines += [
            f"{start + 20 * place};{what};k{customer};w{draw.randint(1, 80)};"
            f"{draw.randint(100, 5000)};{device}"
            for place, what in enumerate(clicks)
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with its mapping."""
    folder = tmp_path_factory.mktemp("mapped")
    write_log(folder / "shop.csv", 700)
    (folder / "shop.toml").write_text(
        'kind = "events"\ntime = "zeit"\nevent = "was"\ncustomer = "wer"\nproduct = "ware"\n'
        'price = "preis"\nprice_divisor = 100\ncontext = ["geraet"]\n'
        '[codes]\ngesehen = "view"\ngekauft = "purchase"\n'
    )
    return folder


def test_an_unknown_file_is_refused_with_a_proposal(folder: Path) -> None:
    result = run("inspect", folder / "shop.csv")
    assert result.exit_code == 2
    assert "does not have the columns of any known source" in result.stderr
    assert "--write-mapping mapping.toml" in result.stderr
    lines = {line.split()[0]: line.split()[1:3] for line in result.stdout.splitlines()[1:]}
    assert lines["zeit"] == ["time", "low"]
    assert lines["geraet"] == ["context", "low"]
    assert run("train", folder / "shop.csv", "--out", folder / "no").stdout == ""


def test_a_proposal_is_written_once_and_used_at_once(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("When,Action,Member ID,SKU,Price EUR,Browser\n"
                    "2020-01-01 10:00:00,pv,m1,s1,9.90,ff\n"
                    "2020-01-01 10:01:00,buy,m1,s1,9.90,cr\n")  # fmt: skip
    out = tmp_path / "shop.toml"
    written = run("inspect", file, "--write-mapping", out)
    assert written.exit_code == 0, written.output
    assert f"use it with --mapping {out}" in written.stdout
    found = run_json("inspect", file, "--mapping", out)
    assert (found["source"], found["rows"]["kept"]) == ("mapping", 2)
    assert found["units"] == {
        "events": 2,
        "sessions": 1,
        "customers": 1,
        "views": 1,
        "carts": 0,
        "purchases": 1,
        "returns": 0,
    }
    again = run("inspect", file, "--write-mapping", out)
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    proposal = run_json("inspect", file, "--write-mapping", tmp_path / "other.toml")
    assert proposal["mapping"]["customer"] == "Member ID"
    assert proposal["missing"] == []


def test_a_source_and_a_mapping_are_not_both_taken(folder: Path) -> None:
    both = ["--source", "event-log", "--mapping", folder / "shop.toml"]
    result = run("inspect", folder / "shop.csv", *both)
    assert result.exit_code == 2
    assert "either --source or --mapping" in result.stderr


def test_what_was_trained_with_a_mapping_reads_the_next_file_without_it(folder: Path) -> None:
    out = folder / "out"
    options = ["--answers", "purchase", "--trials", "5"]
    mapping = ["--mapping", folder / "shop.toml"]
    trained = run("train", folder / "shop.csv", *mapping, "--out", out, *options)
    assert trained.exit_code == 0, trained.output
    manifest = open_bundle(out / "conversion").manifest
    assert manifest.source == "mapping"
    assert manifest.mapping is not None
    assert manifest.mapping["time_format"] == "seconds", "what was found is kept"

    later = write_log(folder / "later.csv", 60, seed=2)
    evaluated = run_json("evaluate", out / "conversion", later)
    assert {part["part"] for part in evaluated["parts"]} == {"all", "not seen in training"}
    scored = run_json("score", later, "--bundle", out / "conversion", "--out", folder / "s.csv")
    assert scored["rows"] == 60

    renamed = folder / "renamed.csv"
    renamed.write_text(later.read_text().replace("zeit;", "moment;", 1))
    refused = run("evaluate", out / "conversion", renamed)
    assert refused.exit_code == 2
    assert "the mapping in the bundle: key 'time' names column 'zeit'" in refused.stderr
    other = folder / "other.toml"
    other.write_text((folder / "shop.toml").read_text().replace('"zeit"', '"moment"'))
    assert run("evaluate", out / "conversion", renamed, "--mapping", other).exit_code == 0
    other.write_text(other.read_text().replace('context = ["geraet"]\n', ""))
    refused = run("evaluate", out / "conversion", renamed, "--mapping", other)
    assert refused.exit_code == 2
    assert "the bundle takes events with the context columns geraet" in refused.stderr
