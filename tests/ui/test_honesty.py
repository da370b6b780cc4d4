"""What is refused, a proxy or thin is said on each page where its numbers would stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui import standins
from tests.ui.opening import opened, texts
from ui.models import Task

PAGES = ["home", "predict", "conversion", "revenue", "segments"]
ASKED = {"conversion": "conversion", "revenue": "revenue", "segments": "segmentation"}
THIN = "trained on 60 positives, which is little evidence"


def _three(answer: dict[str, Any]) -> dict[Task, standins.Standin]:
    return {task: standins.standin(task, answer) for task in Task}


@pytest.mark.parametrize("page", [*PAGES, "about"])
def test_little_evidence_is_said(page: str) -> None:
    with opened(_three({"warnings": [THIN]}), "" if page == "home" else page) as app:
        assert THIN in texts(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_proxy_is_called_so_with_its_reason(page: str) -> None:
    proxy = {"status": "proxy", "status_reason": "the log has no purchase"}
    with opened(_three(proxy), "" if page == "home" else page) as app:
        said = texts(app)
        assert "proxy" in said
        assert "the log has no purchase" in said or "The log has no purchase" in said


def test_a_refused_answer_is_told_with_its_reason() -> None:
    services = standins.three()
    refused = {"exit": "the log ends with every purchase"}
    services[Task.CONVERSION] = standins.standin(Task.CONVERSION, refused=refused)
    with opened(services, "about") as app:
        said = texts(app)
        assert "What was refused" in said
        assert "The log ends with every purchase." in said


def test_what_is_not_foretold_of_newcomers_is_told_with_its_reason() -> None:
    services = standins.three()
    refused = {"interest": "the log has no category"}
    services[Task.SEGMENTATION] = standins.standin(Task.SEGMENTATION, refused=refused)
    with opened(services, "segments") as app:
        assert "The log has no category." in texts(app)


def test_segments_that_were_refused_are_told_with_their_reason() -> None:
    services = standins.three()
    model = standins.model(Task.SEGMENTATION, refused={"segment": "no clustering is stable"})
    model["answers"] = {"interest": model["answers"]["segment"]}
    model["default_answer"] = "interest"
    services[Task.SEGMENTATION] = standins.Standin(model, {"units": []})
    for page in PAGES:
        with opened(services, "" if page == "home" else page) as app:
            assert "no clustering is stable" in texts(app).lower(), page
