"""The page of `inspect --html` says what was found, fetches nothing, runs nothing of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from automl.description_figures import histogram_figure
from automl.description_page import description_page
from automl.html import packed_plotly
from automl.inspection import inspection
from clickstream.description import describe
from clickstream.sources import read_source
from clickstream.tables import Dataset
from tests.automl.conftest import run, run_json
from tests.automl.pages import Page
from tests.clickstream.logs import event, read_log, ready_made, write_log

HOSTILE = "</script><script>window.stolen = 1</script>"
MARKUP = "<b onmouseover=alert(1)>&amp;"


def page_of(dataset: Dataset, title: str = "a log") -> str:
    return description_page(title, inspection(dataset), describe(dataset))


@pytest.fixture(scope="module")
def shop_page(shop: Path) -> str:
    return page_of(read_source([shop]), "shop.parquet")


def own(text: str) -> str:
    """The page without plotly.js."""
    return text.replace(packed_plotly(), "")


def test_it_is_one_file_that_fetches_nothing(shop_page: str) -> None:
    page = Page(shop_page)
    assert page.fetched == []
    assert "http:" not in own(shop_page)
    assert "https:" not in own(shop_page)
    assert shop_page.count(packed_plotly()) == 1
    assert len(page.names) == len(set(page.names))


def test_it_says_what_was_found(shop: Path, shop_page: str) -> None:
    found = inspection(read_source([shop]))
    text = Page(shop_page).text
    assert "The data is simulated" in text
    assert f"{found['rows']['kept']:,}" in text
    for answer in found["answers"].values():
        assert answer["reason"] in text
    evidence = found["answers"]["purchase"]["evidence"]
    yes = evidence["training_positives"] + evidence["holdout_positives"]
    assert f"\n{yes:,}\n" in text


@pytest.mark.parametrize(
    "title",
    [
        "Balance of the labels",
        "Sessions that view, fill a cart and buy",
        "Bounce and exit rate by category",
        "commonest beginnings of sessions",
        "Prices of the products of events",
        "Length of sessions",
        "Duration of sessions",
        "Time between two clicks",
        "Events by event_type",
        "Events by product_id",
        "Events by country",
        "Events per day",
        "Events by weekday and hour",
        "Correlations over all sessions",
        "Pairs of columns, 1,000 sessions",
    ],
)
def test_a_log_has_every_figure(shop_page: str, title: str) -> None:
    assert title in own(shop_page)


def test_the_same_data_give_the_same_page(shop: Path, shop_page: str) -> None:
    assert page_of(read_source([shop]), "shop.parquet") == shop_page


def test_what_the_file_holds_is_never_run(tmp_path: Path) -> None:
    names = {"product_id": HOSTILE, "category": MARKUP, "country": HOSTILE, "device": HOSTILE}
    hostile, plain = (
        page_of(
            read_log(tmp_path / f"{kind}.csv", [event("s1", 1, **changes), event("s2", 1)]), title
        )
        for kind, changes, title in (("hostile", names, HOSTILE), ("plain", {}, "a log"))
    )
    assert HOSTILE not in hostile
    assert "<b onmouseover" not in hostile
    assert Page(hostile).scripts == Page(plain).scripts
    assert '"&lt;b onmouseover=alert(1)&gt;&amp;amp;"' in hostile, "shown as it is, not as markup"


def test_leaks_missing_values_and_columns_of_rows_are_shown(real_data) -> None:
    dataset = read_source([real_data("online-shoppers/online_shoppers_intention.csv")])
    text = page_of(dataset)
    page = Page(text)
    assert dataset.derived["PageValues"] in page.text
    assert "Complete in every row: Administrative," in page.text
    for title in ("Rows by ExitRates", "Rows by Month", "Correlations over all rows"):
        assert title in own(text)
    assert "Sessions that view" not in own(text)


def test_a_log_of_one_click_has_a_page(tmp_path: Path) -> None:
    text = own(page_of(read_log(tmp_path / "log.csv", [event("s1", 1)])))
    assert "Events by weekday and hour" in text
    assert "Events per day" not in text
    assert "Nothing was found that gives an answer away" in text


def test_a_log_of_order_lines_has_a_page(tmp_path: Path) -> None:
    lines = [event("o1", index, "purchase") for index in (1, 2)]
    text = own(page_of(read_log(tmp_path / "log.csv", lines)))
    assert "Length of orders: lines per order" in text
    assert "Bounce and exit rate" not in text


def test_the_command_writes_the_page_beside_what_it_prints(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.csv", [event("s1", 1)])
    assert run_json("inspect", log, "--html", tmp_path / "log.html") == run_json("inspect", log)
    assert "<h1>What is in log.csv</h1>" in (tmp_path / "log.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.csv", [event("s1", 1)])
    result = run("inspect", log, "--html", tmp_path / "nowhere" / "log.html")
    assert result.exit_code == 2
    assert "log.html cannot be written: No such file or directory" in result.stderr


def test_a_column_of_rows_is_never_markup() -> None:
    dataset = ready_made("SELECT n AS \"<b>n</b>\", 'yes' AS bought FROM range(9) r(n)")
    figure = histogram_figure(describe(dataset).histograms[0])
    assert figure.layout.title.text == "Rows by &lt;b&gt;n&lt;/b&gt;"
    assert figure.layout.xaxis.title.text == "&lt;b&gt;n&lt;/b&gt; (as in the file)"
