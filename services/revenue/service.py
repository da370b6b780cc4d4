"""The revenue service, as `bentoml serve services.revenue.service` runs it."""

from __future__ import annotations

import bentoml
from bentoml.models import BentoModel

from services.common.application import make_application
from services.common.hosting import Gate, open_stored
from services.revenue.answers import RevenuePrediction

__all__ = ["Revenue"]

_TASK = "revenue"
_gate = Gate()
_stored = BentoModel("clickwise-revenue:latest")


@bentoml.service(name="clickwise-revenue")
@bentoml.asgi_app(_gate)
class Revenue:
    """How much will this shopper spend?"""

    # BentoML puts a model into the Bento only if it is a class variable.
    stored = _stored

    # A damaged bundle ends the server; a worker that failed alone would be started forever.
    check_bundle = bentoml.on_deployment(lambda: open_stored(_stored.resolve(), _TASK))

    def __init__(self) -> None:
        bundle = open_stored(self.stored, _TASK)
        _gate.open(make_application(bundle, RevenuePrediction))
