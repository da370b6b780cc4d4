"""What a bundle is read by: a page with plots, and a card."""

from __future__ import annotations

from automl.reporting.card import card
from automl.reporting.page import report

__all__ = ["card", "report"]
