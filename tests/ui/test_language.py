"""Every text is there in every language, with the same names in braces."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from automl.segments import naming
from clickstream.answers import ANSWERS
from clickstream.features import catalogue
from clickstream.rfm import CLASSES
from tests.ui import standins
from tests.ui.opening import go_to, opened, texts
from ui.language import (
    LANGUAGES,
    Count,
    Said,
    amount,
    counted,
    number,
    percent,
    sentence,
    signed,
    text,
    texts_of,
    translated,
    use_language,
)
from ui.naming import segment_name

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"
FORMS = r"\.(zero|one|two|few|many|other)$"
CYRILLIC = re.compile("[\u0400-\u04ff]")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def _plain(code: str) -> set[str]:
    """Keys of the app's own texts; what services say needs a translation where it is not theirs."""
    return {re.sub(FORMS, "", key) for key in texts_of(code) if not key.startswith("said.")}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_is_missing_or_left_over(code: str) -> None:
    assert _plain(code) == _plain("en")


@pytest.mark.parametrize("code", LANGUAGES)
def test_texts_have_the_same_names_in_braces(code: str) -> None:
    english = texts_of("en")
    for key, said in texts_of(code).items():
        if key in english:
            assert set(re.findall(r"{(\w+)}", said)) == set(re.findall(r"{(\w+)}", english[key]))


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_number_with_a_noun_has_all_forms_of_the_language(code: str) -> None:
    wanted = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}[code]
    forms: dict[str, set[str]] = {}
    for key in texts_of(code):
        if match := re.search(FORMS, key):
            forms.setdefault(key[: match.start()], set()).add(match.group(1))
    assert forms
    assert all(found == wanted for found in forms.values())


def test_the_code_uses_texts_that_are_there() -> None:
    used = set()
    for path in UI.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'\b(?:text|Said)\(\s*"([a-z_.]+)"', source))
        used |= {
            f"{key}.other" for key in re.findall(r'\b(?:counted|Count)\(\s*"([a-z_.]+)"', source)
        }
        used |= set(re.findall(r'"((?:errors)\.[a-z_]+)"', source))
    assert len(used) > 200
    assert used <= set(texts_of("en"))


def test_russian_is_written_in_russian() -> None:
    same = {
        key
        for key, said in texts_of("ru").items()
        if CYRILLIC.search(said) is None and re.search(r"[a-z]{3,}", re.sub(r"{\w+}", "", said))
    }
    # Names that are the same everywhere.
    names = {"metrics.roc_auc", "metrics.rmsle", "source.part"}
    assert same <= names | {f"families.{name}" for name in ("xgboost", "dbscan", "k-means")}


def test_numbers_are_written_as_the_language_does() -> None:
    assert (number(1234.5, 1), percent(0.1234), amount(1e6)) == ("1,234.5", "12.3%", "1,000,000.00")
    assert (signed(-2), signed(2.5, 1), signed(0)) == ("−2", "+2.5", "+0")
    use_language("ru")
    assert number(1234.5, 1) == "1\u00a0234,5"
    assert percent(0.1234) == "12,3\u00a0%"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 сеанс"), (3, "3 сеанса"), (5, "5 сеансов"), (11, "11 сеансов"), (21, "21 сеанс")],
)
def test_russian_nouns_follow_their_numbers(count: int, said: str) -> None:
    use_language("ru")
    assert counted("units.session", count) == said


def test_what_was_said_late_is_said_in_the_language_of_its_reader() -> None:
    said = Said("fitting.left_out", {"units": Count("units.row", 2), "events": 5, "mebibytes": 7})
    assert str(said).startswith("2 rows left out")
    use_language("ru")
    assert str(said).startswith("Пропущено: 2 строки")


def test_a_phrase_becomes_a_sentence() -> None:
    assert sentence("the log has no purchase") == "The log has no purchase."
    assert sentence("It has.") == "It has."


def test_a_missing_text_fails_loudly() -> None:
    with pytest.raises(KeyError):
        text("no.such.text")


def _phrases() -> set[str]:
    """What services choose from lists: inputs, units, topics, segments, plans, classes."""
    features = [*catalogue.SESSION.values(), *catalogue.CUSTOMER.values()]
    said = {part for one in features for part in (one.description, one.unit, one.topic) if part}
    said |= {part for pair in naming._PHRASES.values() for part in pair}
    said |= {rule.name for rules in naming.RULES.values() for rule in rules}
    plans = tomllib.loads((ROOT / "automl/segments/strategies.toml").read_text(encoding="utf-8"))
    said |= {part for plan in plans.values() for part in plan.values()}
    answers = [one for one in ANSWERS.values() if one.name != "segment"]
    said |= {one.meaning.format(days=28) for one in answers}
    return said | set(CLASSES)


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_what_services_choose_from_lists_is_translated(code: str) -> None:
    use_language(code)
    assert {said for said in _phrases() if translated(said) == said} == set()


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_translations_keep_what_completes_a_phrase(code: str) -> None:
    names = {
        name
        for key, meant in texts_of(code).items()
        if key.startswith("said.")
        for name in set(re.findall(r"{(\w+)}", meant)) ^ set(re.findall(r"{(\w+)}", key))
    }
    assert names == set()


def test_a_phrase_is_translated_with_what_completes_it() -> None:
    use_language("ru")
    assert translated("views of products in category hats") == "просмотры товаров категории hats"
    assert translated("events of the last 28 days less the 28 before").count("28") == 2
    assert segment_name("best customers: many orders") == "лучшие покупатели: много заказов"
    assert segment_name("high spend, few visits") == "тратят много, мало посещений"
    assert translated("what nobody knows") == "what nobody knows"
    use_language("en")
    assert translated("the cart") == "the cart"
    assert segment_name("best customers: many orders") == "best customers: many orders"


@pytest.mark.parametrize("page", ["", "data", "predict", "segments", "about"])
def test_a_page_can_be_read_in_russian(page: str) -> None:
    with opened(standins.three()) as app:
        app.selectbox(key="kept_language").select("ru")
        app = app.run()
        app = go_to(app, page)
        assert not app.exception
        assert CYRILLIC.search(texts(app))
        for english in ("Simulated data", "Check the services", "No file yet"):
            assert english not in texts(app)
