"""The segmentation service, as `bentoml serve services.segmentation.service` runs it."""

from __future__ import annotations

import bentoml
from bentoml.models import BentoModel

from services.common.hosting import Gate, open_stored
from services.segmentation.application import segmentation_application

__all__ = ["Segmentation"]

_TASK = "segmentation"
_gate = Gate()
_stored = BentoModel("clickwise-segmentation:latest")


@bentoml.service(name="clickwise-segmentation")
@bentoml.asgi_app(_gate)
class Segmentation:
    """Which kind of customer is this, and what comes next?"""

    # BentoML puts a model into the Bento only if it is a class variable.
    stored = _stored

    # A damaged bundle ends the server; a worker that failed alone would be started forever.
    check_bundle = bentoml.on_deployment(lambda: open_stored(_stored.resolve(), _TASK))

    def __init__(self) -> None:
        bundle = open_stored(self.stored, _TASK)
        _gate.open(segmentation_application(bundle))
