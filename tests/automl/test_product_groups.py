"""Descriptions fall into the groups that their words make, whatever their order."""

from __future__ import annotations

import numpy as np
import pytest

from automl.product_groups import group_products
from clickstream.errors import NotAnswerable
from tests.gifts_file import WORDS, describe

TEXTS = [describe(kind, number) for kind in WORDS for number in range(30)]
KINDS = [kind for kind in WORDS for _ in range(30)]
EVERYONE = np.ones(len(TEXTS), dtype=bool)


def test_products_of_one_kind_are_in_groups_of_their_own() -> None:
    groups = group_products(TEXTS, EVERYONE, 0)
    for group in set(groups):
        assert len({kind for kind, own in zip(KINDS, groups, strict=True) if own == group}) == 1
    assert 4 <= len(set(groups)) <= 12


def test_a_group_is_named_by_words_of_its_products() -> None:
    for kind, group in zip(KINDS, group_products(TEXTS, EVERYONE, 0), strict=True):
        first, *_ = group.split(", ")
        assert first in WORDS[kind]


def test_groups_are_found_among_what_is_learned_and_others_follow() -> None:
    learned = np.arange(len(TEXTS)) % 30 < 20
    groups = group_products(TEXTS, learned, 0)
    changed = [*TEXTS]
    changed[29] = "SILVER SPACE ROCKET"
    assert group_products(changed, learned, 0)[:29] == groups[:29], "what is later moves nothing"
    for kind in WORDS:
        own = {g for k, g, early in zip(KINDS, groups, learned, strict=True) if k == kind and early}
        late = {g for k, g, e in zip(KINDS, groups, learned, strict=True) if k == kind and not e}
        assert late <= own


def test_too_few_descriptions_or_none_in_common_are_refused() -> None:
    with pytest.raises(NotAnswerable, match="only 59 were sold early enough"):
        group_products(TEXTS[:59], EVERYONE[:59], 0)
    numbers = [f"{number}" for number in range(80)]
    with pytest.raises(NotAnswerable, match="share no words"):
        group_products(numbers, np.ones(80, dtype=bool), 0)
