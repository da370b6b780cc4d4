"""Whatever is asked, no service fails, breaks its own schema or takes what it says it does not."""

from __future__ import annotations

import pytest

from load_tests.fuzz import fuzz
from tests.services.serving import SERVICES, Server

CASES = 300
AT_LEAST = 1_000


@pytest.mark.parametrize("task", SERVICES)
def test_no_odd_request_gets_a_wrong_answer(served: dict[str, Server], task: str) -> None:
    found = fuzz(served[task].url, CASES)
    assert not found.failures, found.said
    assert found.cases >= AT_LEAST
