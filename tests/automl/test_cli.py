"""The `clickwise` command: results on stdout, sentences on stderr, and exit codes that mean it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from clickstream.bundle import open_bundle
from tests.automl.conftest import COMMAND, run, run_json
from tests.clickstream.logs import event, write_log
from tests.clickstream.test_reading import BAD

ESHOP_HEADER = "event_time,event_type,product,price\n"


def assert_refused(*arguments: str | Path, saying: str) -> str:
    """Exit code 2, nothing on stdout, and one line on stderr that says it."""
    result = run(*arguments)
    assert result.exit_code == 2, (result.exit_code, result.output, result.exception)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("clickwise: ")
    assert saying in lines[0], lines[0]
    return lines[0]


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("verb", ["inspect", "train"])
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, verb: str, name: str) -> None:
    content, *said = BAD[name]
    file = tmp_path / "log.csv"
    file.write_bytes(content)
    out = ["--out", tmp_path / "out"] if verb == "train" else []
    line = assert_refused(verb, file, *out, saying=said[0])
    assert str(file) in line
    assert not (tmp_path / "out").exists()


def test_other_bad_input_is_refused_in_one_line(shop: Path, tmp_path: Path, real_data) -> None:
    (tmp_path / "shape.csv").write_text(ESHOP_HEADER + "a,b,c,d\n")
    (tmp_path / "header.csv").write_text(write_log(tmp_path / "l.csv", []).read_text())
    (tmp_path / "half.parquet").write_bytes(shop.read_bytes()[:5_000])
    rees46 = real_data("rees46/2019-Oct.csv")
    for files, said in (
        ([tmp_path / "missing.csv"], "does not exist"),
        ([tmp_path], "is a folder"),
        ([tmp_path / "header.csv"], "only a header"),
        ([tmp_path / "half.parquet"], "begins like Parquet"),
        ([shop, rees46], "different sources (event-log, simulated)"),
        ([shop, "--source", "shop"], "There is no source 'shop'; the sources are simulated"),
        ([shop, "--source", "event-log"], "holds simulated data, but event-log data is expected"),
    ):
        assert_refused("inspect", *files, saying=said)


@pytest.mark.parametrize(
    ("options", "saying"),
    [
        (["--budget", "0"], "must be above zero"),
        (["--budget", "-1"], "must be above zero"),
        (["--trials", "0"], "must be above zero"),
        (["--budget", "5", "--trials", "5"], "either a budget in seconds or a number of trials"),
        (["--trials", "7"], "7 trials do not try each of the 8 families of session_spend"),
        (["--tasks", "sales"], "There is no task 'sales'; the tasks are conversion, revenue"),
        (["--answers", "churns"], "There is no answer 'churns'; the answers are purchase"),
        (["--tasks", "revenue", "--answers", "segment"], "No answer is left"),
        (["--seed", "-1"], "The seed is -1"),
        (["--target-window", "0"], "The target window is 0 days"),
        (["--out", "/proc/nowhere"], "cannot be made a folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_options_are_refused_in_one_line(
    shop: Path, tmp_path: Path, options: list[str], saying: str
) -> None:
    assert_refused("train", shop, "--out", tmp_path / "out", *options, saying=saying)


def test_bundles_that_do_not_fit_are_refused_in_one_line(
    trained: Path, shop: Path, tmp_path: Path, real_data
) -> None:
    test = real_data("eshop2008/Test.csv")
    bundle = trained / "conversion"
    out = ["--out", tmp_path / "scores.csv"]
    assert_refused("evaluate", trained, shop, saying="is not a bundle: it has no manifest.json")
    other = "holds eshop2008 data, but simulated data is expected here"
    assert_refused("evaluate", bundle, test, saying=other)
    assert_refused("score", test, "--bundle", bundle, *out, saying=other)
    assert_refused("evaluate", bundle, shop, "--truth", shop, saying="purchase_probability")
    nowhere = ["--out", tmp_path / "missing" / "scores.csv"]
    assert_refused("score", shop, "--bundle", bundle, *nowhere, saying="cannot be written")
    assert_refused("simulate", "--out", tmp_path / "no" / "shop.parquet", saying="cannot write")


@pytest.mark.parametrize(
    "arguments",
    [[], ["train"], ["train", "x.csv"], ["inspect"], ["score", "x.csv"], ["sing"], ["--loud"]],
    ids=" ".join,
)
def test_missing_and_unknown_arguments_exit_with_2(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


VERBS = ["simulate", "inspect", "train", "evaluate", "score", "package"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert "--json" in result.stdout
    assert verb in run("--help").stdout


def test_the_installed_command_refuses_as_its_function_does(tmp_path: Path) -> None:
    for arguments, said in (
        (["inspect", tmp_path / "missing.csv"], "does not exist. Check the path"),
        (["package", tmp_path], "holds no bundle: expected one of conversion"),
    ):
        done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith(f"clickwise: {arguments[1]} {said}")
        assert done.stderr.count("\n") == 1


def test_simulate_writes_the_log_and_the_truth_and_counts_them(tmp_path: Path) -> None:
    log, truth = tmp_path / "shop.parquet", tmp_path / "truth.parquet"
    made = run_json("simulate", "--events", "900", "--out", log, "--truth", truth, "--seed", "3")
    assert made["events"] == pq.read_metadata(log).num_rows >= 900
    assert "purchase_probability" in pq.read_schema(truth).names
    again = run("simulate", "--events", "900", "--out", tmp_path / "again.parquet", "--seed", "3")
    assert again.exit_code == 0
    assert "(simulated, seed 3)" in again.stdout
    assert pq.read_table(tmp_path / "again.parquet").equals(pq.read_table(log))


def test_inspect_tells_readers_what_it_tells_machines(real_data: Callable[[str], Path]) -> None:
    file = real_data("rees46/2019-Oct.csv")
    found = run_json("inspect", file)
    assert found["source"] == "event-log"
    assert found["rows"] == {
        "read": 17_435,
        "kept": 17_428,
        "quarantined": {
            "an exact copy of another row": 5,
            "fewer columns than the header (cut off?)": 1,
            "its session belongs to another customer": 1,
        },
    }
    assert found["units"]["sessions"] == 5_066
    text = run("inspect", file).stdout
    assert "rows read 17435 = 17428 + 5 + 1 + 1 (kept + quarantined)" in text
    assert "quarantined 1: fewer columns than the header (cut off?)" in text
    assert found["data_version"][:12] in text
    for name, answer in found["answers"].items():
        assert any(
            line.split()[:2] == [name, answer["status"]] and line.endswith(answer["reason"])
            for line in text.splitlines()
        )


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_inspect_writes_the_rows_that_are_not_kept(tmp_path: Path, name: str) -> None:
    events = [event("s1", 1), event("s1", 2, price=""), event("s1", 3), event("s2", 1)]
    log = write_log(tmp_path / "log.csv", events)
    log.write_text(log.read_text() + "s3,c1,1\n")
    found = run_json("inspect", log, "--quarantine", tmp_path / name)
    assert sum(found["rows"]["quarantined"].values()) == 2
    rows = duckdb.sql(f"SELECT file, \"row\", reason, content FROM '{tmp_path / name}'").fetchall()
    assert [row[:3] for row in rows] == [
        (str(log), 2, "no price"),
        (str(log), 5, "fewer columns than the header (cut off?)"),
    ]
    assert json.loads(rows[0][3]) == {key: str(value) for key, value in events[1].items()} | {
        "price": None
    }
    assert rows[1][3] == "s3,c1,1"


def test_a_quarantine_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.csv", [event("s1", 1), event("s1", 2)])
    result = run("inspect", log, "--quarantine", tmp_path / "nowhere" / "rows.csv")
    assert result.exit_code == 2
    assert "nowhere/rows.csv cannot be written" in result.stderr
    assert result.stderr.strip().endswith("Name another file.")


def test_train_lists_every_answer_and_writes_what_it_says(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    file = real_data("online-shoppers/online_shoppers_intention.csv")
    out = tmp_path / "new" / "out"
    tasks = ["--tasks", "revenue,segmentation"]
    result = run("train", file, "--out", out, *tasks, "--trials", "3")
    assert result.exit_code == 0, result.output
    copies, session, customer, segment, *new_customers = result.stdout.splitlines()
    assert copies.startswith("125 rows are exact copies of another and kept")
    names = ("session_spend", "customer_spend", "interest", "next_segment")
    refused = dict(zip(names, (session, customer, *new_customers), strict=True))
    for name, line in refused.items():
        assert line.startswith(f"{name}: refused. {name} cannot be answered: no column")
    assert segment.startswith("segment: packaged. ")
    assert [path.name for path in out.iterdir()] == ["segmentation"]
    assert open_bundle(out / "segmentation").manifest.default_answer == "segment"


@pytest.mark.parametrize(("days", "moments"), [("14", 13), ("49", 3)])
def test_the_target_window_decides_what_inspect_says_of_customers(
    orders: Path, days: str, moments: int
) -> None:
    found = run_json("inspect", orders, "--target-window", days)["answers"]
    for name in ("repurchase", "customer_spend"):
        assert found[name]["status"] == "yes"
        said = f"which hold {moments} moments with a target window of {days} days before and after"
        assert found[name]["reason"].endswith(said)
        split = found[name]["evidence"]["split"]
        assert split.endswith(f"each with the {days} days that follow as the label")
        assert split.count("2026-") == moments


def test_a_target_window_too_long_for_the_log_is_refused_with_its_figures(
    orders: Path, tmp_path: Path
) -> None:
    reason = "customers need four target windows (240 days)"
    told = run("inspect", orders, "--target-window", "60").stdout
    for name in ("repurchase", "customer_spend"):
        (line,) = [line for line in told.splitlines() if line.split()[:1] == [name]]
        assert line.split()[1:4] == ["no", "per", "customer:"]
        assert line.endswith(reason)
    asked = ["--answers", "repurchase,customer_spend", "--target-window", "60", "--trials", "8"]
    result = run("train", orders, "--out", tmp_path / "out", *asked)
    assert result.exit_code == 3
    lines = result.stdout.splitlines()[-2:]
    for name, line in zip(("repurchase", "customer_spend"), lines, strict=True):
        assert line.startswith(f"{name}: refused. {name} cannot be answered: the log spans ")
        assert reason in line


def test_refusing_everything_exits_with_3(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.csv", [event("s1", 1), event("s1", 2)])
    result = run("train", log, "--out", tmp_path / "out", "--answers", "purchase", "--budget", "1")
    assert result.exit_code == 3
    assert result.stdout == (
        "The data is simulated: no real shopper is behind these figures.\n"
        "purchase: refused. purchase cannot be answered: no event says that anyone bought "
        "anything.\n"
    )


def test_json_is_all_that_stands_on_stdout(shop: Path, trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.parquet"
    done = subprocess.run(
        [COMMAND, "score", shop, "--bundle", trained / "revenue", "--out", out, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["rows"] == pq.read_metadata(out).num_rows
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("memory", "said"), [("1x", "Give one such as 4GB"), ("1MB", "Give more with --memory")]
)
def test_memory_that_is_none_or_too_little_is_a_sentence(
    shop: Path, memory: str, said: str
) -> None:
    assert_refused("inspect", shop, "--memory", memory, saying=said)
