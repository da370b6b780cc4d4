"""What is foretold of customers after their first session or order."""

from __future__ import annotations

import streamlit as st

from ui.charts import why
from ui.charts.confusion import confusion
from ui.context import Context
from ui.errors import GatewayError
from ui.evaluations import ClassEvaluation
from ui.fetched import once
from ui.figures import show_figure
from ui.gateway import OF_NEWCOMERS
from ui.language import known_text, number, sentence, text
from ui.models import Model
from ui.quality.choosing import Chosen
from ui.quality.shared import show_head, show_metrics

__all__ = ["show_newcomers"]

_FIGURES = ("accuracy", "accuracy_2", "accuracy_3", "macro_f1", "log_loss")


def show_newcomers(context: Context, model: Model) -> None:
    """Draw how well the interest and the next segment of newcomers are foretold.

    Parameters
    ----------
    context : Context
        Whom to ask.
    model : Model
        Of segmentation.
    """
    asked = [name for name in OF_NEWCOMERS if name in model.answers or name in model.refused]
    if not asked:
        return
    st.subheader(text("segments.newcomers"))
    for name in asked:
        with st.expander(known_text(f"answers.{name}", name)):
            if name in model.answers:
                _quality(context, model, name)
            else:
                st.info(sentence(model.refused[name]))


def _quality(context: Context, model: Model, name: str) -> None:
    found = once(model, f"evaluation {name}", lambda: context.gateway.evaluation(model.task, name))
    if isinstance(found, GatewayError):
        st.warning(str(found), icon=":material/cloud_off:")
        return
    chosen = Chosen(model, name, found)
    show_head(chosen)
    show_metrics(chosen, _FIGURES)
    left, right = st.columns(2)
    if isinstance(found, ClassEvaluation) and found.confusion:
        with left:
            figure = confusion(found.classes, found.confusion, model.task)
            note = text("segments.confusion_note")
            show_figure(text("segments.confusion"), figure, f"confusion_{name}", [model], note)
    if found.importance is not None:
        with right:
            values = {"loss": found.importance.loss_name, "rows": number(found.importance.rows)}
            figure = why.importance(found.importance, chosen.inputs, model.task)
            note = text("quality.importance_note", **values)
            show_figure(text("quality.importance"), figure, f"why_{name}", [model], note)
