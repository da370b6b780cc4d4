"""The app's words: what a number is called, in which unit it is, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from ui.models import Model, Scope, Task

__all__ = [
    "ASKED_OF",
    "COLOURS",
    "FITS_NONE",
    "SIMULATED",
    "TASK_TITLES",
    "UNIT_NAMES",
    "amount",
    "answer_name",
    "counted",
    "data_name",
    "percent",
    "sentence",
    "source_line",
    "title",
]

COLOURS: dict[Task, str] = {
    Task.CONVERSION: "#1d4ed8",
    Task.REVENUE: "#0f766e",
    Task.SEGMENTATION: "#7c3aed",
}
"""One colour per task, the same on every chart and card."""

TASK_TITLES: dict[Task, str] = {
    Task.CONVERSION: "Conversion",
    Task.REVENUE: "Revenue",
    Task.SEGMENTATION: "Segmentation",
}

ANSWER_TITLES = {
    "purchase": "Chance to buy",
    "exit": "Chance that this was the last click",
    "repurchase": "Chance to order again{window}",
    "session_spend": "Expected spend",
    "customer_spend": "Expected spend per customer{window}",
    "segment": "Segment",
    "interest": "Next interest",
    "next_segment": "Next segment",
}

ASKED_OF = {"repurchase": "customers who have ordered before"}
"""Whom an answer is about where it is not about every unit of its scope."""

UNIT_NAMES: dict[Scope, tuple[str, str]] = {
    "session": ("session", "sessions"),
    "customer": ("customer", "customers"),
    "row": ("row", "rows"),
}

SIMULATED = (
    "Simulated data: the models below were trained on a simulated shop. "
    "Their figures say how the method works, not what your shop earns."
)
FITS_NONE = "fits no segment"


def counted(number: int, scope: Scope) -> str:
    """A number of units as text, such as `1 customer` or `1,000 sessions`.

    Parameters
    ----------
    number : int
        How many.
    scope : {"session", "customer", "row"}
        Of what.
    """
    one, many = UNIT_NAMES[scope]
    return f"{number:,} {one if number == 1 else many}"


def answer_name(model: Model) -> str:
    """What the number of a model is called, with the window that it looks ahead.

    Parameters
    ----------
    model : Model
        Whose default answer is meant.
    """
    days = model.answer.windows.target_days
    window = "" if days is None else f" within {days} {'day' if days == 1 else 'days'}"
    return ANSWER_TITLES.get(model.default_answer, model.default_answer).format(window=window)


def title(model: Model) -> str:
    """The name of a model's number; a proxy is called a proxy.

    Parameters
    ----------
    model : Model
        Whose default answer is meant.
    """
    name = answer_name(model)
    return f"{name} (proxy)" if model.answer.status == "proxy" else name


def source_line(models: Iterable[Model]) -> str:
    """Who computed what stands above, with which model and on what data.

    Parameters
    ----------
    models : iterable of Model
        The models that had a part in it.
    """
    parts = [
        f"clickwise-{model.task} {model.model_version} on {data_name(model)}" for model in models
    ]
    return f"Computed by {'; '.join(parts)}."


def data_name(model: Model) -> str:
    """What a model was trained on, with the beginning of the data's version.

    Parameters
    ----------
    model : Model
        Whose data is meant.
    """
    kind = "simulated data" if model.simulated else f"{model.source} data"
    return f"{kind} {model.data_version[:12]}"


def sentence(text: str) -> str:
    """A manifest's phrase as a sentence.

    Parameters
    ----------
    text : str
        With or without a capital and a full stop.
    """
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def percent(share: float, digits: int = 1) -> str:
    """A share as text in percent.

    Parameters
    ----------
    share : float
        From 0 to 1.
    digits : int, default 1
        Decimals.
    """
    return f"{share:.{digits}%}"


def amount(value: float) -> str:
    """An amount in currency units as text.

    Parameters
    ----------
    value : float
        Currency units.
    """
    return f"{value:,.2f}"
