"""Many callers at once get right answers, and a slow one holds nobody up."""

from __future__ import annotations

import asyncio

import httpx
from starlette.types import ASGIApp

from tests.services import hand_made
from tests.services.calling import Caller
from tests.services.contract import application

CALLERS = 16


def test_sixteen_callers_at_once_get_their_own_answers(conversion: Caller) -> None:
    bodies = [
        {"units": [{"id": f"caller-{number}", "events": hand_made.SESSION_EVENTS[:1] * number}]}
        for number in range(1, CALLERS + 1)
    ]
    alone = [conversion.post("/predict", json=body).json() for body in bodies]
    together = conversion.together([("POST", "/predict", {"json": body}) for body in bodies] * 4)
    assert [answer.json() for answer in together] == alone * 4
    assert len({answer["predictions"][0]["value"] for answer in alone}) == CALLERS


def test_a_long_prediction_does_not_hold_up_other_requests() -> None:
    finished = asyncio.run(_finishing_order(application("conversion")))
    assert finished == ["model", "predict"]


async def _finishing_order(app: ASGIApp) -> list[str]:
    finished: list[str] = []
    first, second = hand_made.SESSION_EVENTS
    events = [first] * 10 + [second] * 10
    units = [{"id": str(number), "events": events} for number in range(1_000)]

    async def finish(name: str, call: httpx.Response) -> None:
        assert call.status_code == 200
        finished.append(name)

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:

        async def predict() -> None:
            await finish("predict", await client.post("/predict", json={"units": units}))

        async def model() -> None:
            await asyncio.sleep(0.05)
            await finish("model", await client.get("/model"))

        await asyncio.gather(predict(), model())
    return finished
