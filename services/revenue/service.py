"""The revenue service, as `bentoml serve services.revenue.service` runs it."""

from __future__ import annotations

from functools import partial

import bentoml
from bentoml.models import BentoModel

from services.common.gate import Gate
from services.common.starting import TRAFFIC, check_start

__all__ = ["Revenue"]

_TASK = "revenue"
_gate = Gate()
_stored = BentoModel("clickwise-revenue:latest")


@bentoml.service(name="clickwise-revenue", traffic=TRAFFIC)
@bentoml.asgi_app(_gate)
class Revenue:
    """How much will this shopper spend?"""

    # BentoML puts a model into the Bento only if it is a class variable.
    stored = _stored

    # A damaged bundle ends the server; a worker that failed alone would be started forever.
    check_start = bentoml.on_deployment(lambda: check_start(_stored.resolve(), _TASK))

    def __init__(self) -> None:
        # What only workers need, the process that starts them does not load.
        from services.common.application import make_application
        from services.common.hosting import open_service
        from services.revenue.answers import RevenuePrediction

        make = partial(make_application, kind=RevenuePrediction)
        self._open = open_service(_gate, self.stored, _TASK, make)

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    def close(self) -> None:
        """Write what is left of the logs."""
        self._open.close()
