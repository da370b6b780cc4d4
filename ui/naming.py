"""What a number is called, in which unit it is, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from ui.language import counted, known_text, text, translated
from ui.models import Model, Scope, Task

__all__ = [
    "FITS_NONE",
    "answer_name",
    "asked_of",
    "data_name",
    "family_name",
    "metric_name",
    "segment_name",
    "source_line",
    "task_title",
    "title",
    "units",
    "units_named",
]

FITS_NONE = "fits no segment"
"""What the service calls it."""

_AHEAD = {"repurchase", "customer_spend", "interest", "next_segment"}
"""Answers about what happens within a target window."""


def task_title(task: Task) -> str:
    """What a task is called."""
    return text(f"tasks.{task}")


def units(number: int, scope: Scope) -> str:
    """A number of units, such as `1 customer` or `1,000 sessions`.

    Parameters
    ----------
    number : int
        How many.
    scope : {"session", "customer", "row"}
        Of what.
    """
    return counted(f"units.{scope}", number)


def units_named(scope: Scope) -> str:
    """The plural of a unit without a number."""
    return text(f"units.{scope}.plural")


def answer_name(model: Model, answer: str | None = None) -> str:
    """What the number of an answer is called, with the window that it looks ahead.

    Parameters
    ----------
    model : Model
        Whose.
    answer : str, optional
        Its default where none is named.
    """
    name = answer or model.default_answer
    days = model.answers[name].windows.target_days
    title = known_text(f"answers.{name}", name)
    if days is None or name not in _AHEAD:
        return title
    return f"{title} {counted('answers.within', days)}"


def title(model: Model, answer: str | None = None) -> str:
    """The name of an answer's number; a proxy is called a proxy.

    Parameters
    ----------
    model : Model
        Whose.
    answer : str, optional
        Its default where none is named.
    """
    name = answer_name(model, answer)
    status = model.answers[answer or model.default_answer].status
    return text("answers.proxy", name=name) if status == "proxy" else name


def asked_of(answer: str) -> str | None:
    """Whom an answer is about, where it is not about every unit of its scope."""
    return known_text(f"asked_of.{answer}", "") or None


def segment_name(label: str) -> str:
    """A segment's name in the reader's language, part by part, as naming puts them together."""
    if label == FITS_NONE:
        return text("segments.fits_none")
    kind, colon, trait = label.partition(": ")
    return f"{_listed(kind)}{colon}{_listed(trait)}"


def _listed(traits: str) -> str:
    return ", ".join(translated(trait) for trait in traits.split(", "))


def metric_name(name: str) -> str:
    """What a figure of the manifest is called."""
    return known_text(f"metrics.{name}", name.replace("_", " "))


def family_name(family: str) -> str:
    """What a family of models is called."""
    return known_text(f"families.{family.replace(' ', '_')}", family)


def source_line(models: Iterable[Model]) -> str:
    """Who computed what stands above, with which model and on what data.

    Parameters
    ----------
    models : iterable of Model
        The models that had a part in it.
    """
    parts = [
        text(
            "source.part",
            service=f"clickwise-{model.task}",
            version=model.model_version,
            data=data_name(model),
        )
        for model in models
    ]
    return text("source.line", parts="; ".join(parts))


def data_name(model: Model) -> str:
    """What a model was trained on, with the beginning of the data's version.

    Parameters
    ----------
    model : Model
        Whose data is meant.
    """
    version = model.data_version[:12]
    if model.simulated:
        return text("source.simulated", version=version)
    return text("source.data", source=model.source, version=version)
