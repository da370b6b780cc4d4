"""The page on the API: its requests run as they stand, and are answered as it shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services import serving

PAGE = (serving.ROOT / "docs" / "api.md").read_text(encoding="utf-8")
PORTS = {"conversion": 3001, "revenue": 3002, "segmentation": 3003}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, str, Any]]:
    """Of each part of the page with an answer: heading, request in curl, in Python, and answer."""
    found = []
    for part in PAGE.split("\n### ")[1:]:
        blocks = dict(BLOCK.findall(part))
        found.append(
            (part.partition("\n")[0], blocks["sh"], blocks["python"], json.loads(blocks["json"]))
        )
    return found


@pytest.fixture(scope="module")
def urls(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, str]]:
    home = tmp_path_factory.mktemp("bentoml")
    serving.store(home, [trained / task for task in PORTS])
    with serving.started(home, serving.SERVICES) as servers:
        yield {port: servers[task].url for task, port in PORTS.items()}


def answer(command: list[str], text: str, urls: dict[int, str]) -> Any:
    for port, url in urls.items():
        text = text.replace(f"http://127.0.0.1:{port}", url)
    done = subprocess.run([*command, text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_like(documented: Any, found: Any, where: str = "answer") -> None:
    """The found one has every part of the documented one, of the same type."""
    if isinstance(documented, dict):
        assert isinstance(found, dict), where
        # Which inputs moved a prediction most depends on the model.
        documented = {} if where.endswith(".values") else documented
        for name, part in documented.items():
            assert name in found, f"{where}.{name} is not answered"
            assert_like(part, found[name], f"{where}.{name}")
    elif isinstance(documented, list):
        assert isinstance(found, list), where
        # What there is to be warned of depends on the data.
        assert where.endswith("warnings") or bool(documented) == bool(found), where
        for one, other in zip(documented, found, strict=False):
            assert_like(one, other, where)
    elif isinstance(documented, bool) or isinstance(found, bool):
        assert type(documented) is type(found), where
    else:
        kinds = ((int, float), (str,), (type(None),))
        kind = next(kind for kind in kinds if isinstance(documented, kind))
        assert isinstance(found, kind), where


@pytest.mark.parametrize("example", examples(), ids=lambda one: one[0])
def test_the_request_in_curl_is_answered_as_shown(example, urls) -> None:
    assert_like(example[3], answer(["bash", "-ec"], example[1], urls))


@pytest.mark.parametrize("example", examples(), ids=lambda one: one[0])
def test_the_request_in_python_is_answered_as_shown(example, urls) -> None:
    assert_like(example[3], answer([sys.executable, "-c"], example[2], urls))


def test_every_path_of_the_services_is_on_the_page(urls) -> None:
    import httpx

    for url in urls.values():
        for path in httpx.get(f"{url}/docs.json", timeout=30).json()["paths"]:
            assert f" {path}" in PAGE, path
