"""A BentoML service that does nothing: what every request to BentoML costs at least."""

from __future__ import annotations

from typing import Any

import bentoml


@bentoml.service
class Nothing:
    """Answers without looking."""

    @bentoml.api
    async def predict(self, units: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002
        """Say nothing."""
        return {"predictions": []}
