"""The conversion service, as `bentoml serve services.conversion.service` runs it."""

from __future__ import annotations

import bentoml
from bentoml.models import BentoModel

from services.common.application import make_application
from services.common.hosting import Gate, open_stored
from services.conversion.answers import ConversionPrediction

__all__ = ["Conversion"]

_TASK = "conversion"
_gate = Gate()
_stored = BentoModel("clickwise-conversion:latest")


@bentoml.service(name="clickwise-conversion")
@bentoml.asgi_app(_gate)
class Conversion:
    """Will this shopper buy, given what they did so far?"""

    # BentoML puts a model into the Bento only if it is a class variable.
    stored = _stored

    # A damaged bundle ends the server; a worker that failed alone would be started forever.
    check_bundle = bentoml.on_deployment(lambda: open_stored(_stored.resolve(), _TASK))

    def __init__(self) -> None:
        bundle = open_stored(self.stored, _TASK)
        _gate.open(make_application(bundle, ConversionPrediction))
