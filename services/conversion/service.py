"""The conversion service, as `bentoml serve services.conversion.service` runs it."""

from __future__ import annotations

from functools import partial

import bentoml
from bentoml.models import BentoModel

from services.common.gate import Gate
from services.common.starting import TRAFFIC, check_start

__all__ = ["Conversion"]

_TASK = "conversion"
_gate = Gate()
_stored = BentoModel("clickwise-conversion:latest")


@bentoml.service(name="clickwise-conversion", traffic=TRAFFIC)
@bentoml.asgi_app(_gate)
class Conversion:
    """Will this shopper buy, given what they did so far?"""

    # BentoML puts a model into the Bento only if it is a class variable.
    stored = _stored

    # A damaged bundle ends the server; a worker that failed alone would be started forever.
    check_start = bentoml.on_deployment(lambda: check_start(_stored.resolve(), _TASK))

    def __init__(self) -> None:
        # What only workers need, the process that starts them does not load.
        from services.common.application import make_application
        from services.common.hosting import open_service
        from services.conversion.answers import ConversionPrediction

        make = partial(make_application, kind=ConversionPrediction)
        self._open = open_service(_gate, self.stored, _TASK, make)

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    def close(self) -> None:
        """Write what is left of the logs."""
        self._open.close()
