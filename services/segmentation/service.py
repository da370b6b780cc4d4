"""The segmentation service, as `bentoml serve services.segmentation.service` runs it."""

from __future__ import annotations

import bentoml
from bentoml.models import BentoModel

from services.common.gate import Gate
from services.common.starting import TRAFFIC, check_start

__all__ = ["Segmentation"]

_TASK = "segmentation"
_gate = Gate()
_stored = BentoModel("clickwise-segmentation:latest")


@bentoml.service(name="clickwise-segmentation", traffic=TRAFFIC)
@bentoml.asgi_app(_gate)
class Segmentation:
    """Which kind of customer is this, and what comes next?"""

    # BentoML puts a model into the Bento only if it is a class variable.
    stored = _stored

    # A damaged bundle ends the server; a worker that failed alone would be started forever.
    check_start = bentoml.on_deployment(lambda: check_start(_stored.resolve(), _TASK))

    def __init__(self) -> None:
        # What only workers need, the process that starts them does not load.
        from services.common.hosting import open_service
        from services.segmentation.application import segmentation_application

        self._open = open_service(_gate, self.stored, _TASK, segmentation_application)

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    def close(self) -> None:
        """Write what is left of the logs."""
        self._open.close()
