"""The page about the models: cards and reports, data, windows, leaks, limits and versions."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui.context import Context
from ui.errors import GatewayError
from ui.fetched import once
from ui.fields import kept
from ui.language import known_text, number, sentence, text, translated
from ui.models import Answer, Model, Task
from ui.naming import data_name, family_name, task_title, title
from ui.status import age_of, show_simulated

__all__ = ["show"]


def show(context: Context) -> None:
    """Draw the page.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    st.title(text("pages.about"))
    st.markdown(text("purpose.about"))
    show_simulated(context)
    task = st.segmented_control(
        text("about.which"),
        list(Task),
        format_func=task_title,
        required=True,
        key=kept("about", Task.CONVERSION),
        label_visibility="collapsed",
    )
    model = context.models[Task(task)]
    if isinstance(model, GatewayError):
        st.warning(str(model), icon=":material/cloud_off:")
        return
    _facts(model)
    for name in model.names:
        _answer(model, name, model.answers[name])
    _refused(model)
    _texts(context, model)


def _facts(model: Model) -> None:
    facts = {
        "service": f"clickwise-{model.task}",
        "version": model.model_version,
        "data": data_name(model),
        "trained": " ".join(filter(None, [model.run.started.replace("T", " "), age_of(model)])),
        "engine": model.run.engine,
        "machine": model.run.machine,
        "commit": model.run.commit or "",
        "seed": "" if model.seed is None else str(model.seed),
        "libraries": ", ".join(f"{name} {version}" for name, version in model.versions.items()),
    }
    lines = [
        {text("about.columns.what"): text(f"about.facts.{name}"), text("about.columns.is"): value}
        for name, value in facts.items()
        if value
    ]
    st.table(pd.DataFrame(lines).set_index(text("about.columns.what")))


def _answer(model: Model, name: str, answer: Answer) -> None:
    st.subheader(title(model, name))
    st.markdown(f"{sentence(translated(answer.meaning))} {sentence(answer.status_reason)}")
    windows = answer.windows
    lines = [
        text("about.family", family=family_name(answer.family), members=number(answer.members))
    ]
    if windows.target_days is not None:
        lines.append(text("about.target", days=number(windows.target_days)))
    if windows.history_days is not None:
        lines.append(text("about.history", days=number(windows.history_days)))
    if answer.evidence is not None and answer.evidence.split:
        lines.append(text("about.split", split=answer.evidence.split))
    lines += [text("about.limit", limit=warning) for warning in answer.warnings]
    st.markdown("\n".join(f"- {line}" for line in lines))
    _leaks(answer)
    with st.expander(text("about.inputs", count=number(len(answer.inputs)))):
        st.dataframe(_inputs(answer), hide_index=True, placeholder="–")


def _leaks(answer: Answer) -> None:
    if not answer.leaks:
        st.caption(text("report.no_leaks"))
    for leak in answer.leaks:
        columns = ", ".join(leak.columns) or leak.kind
        action = known_text(f"report.actions.{leak.action.replace(' ', '_')}", leak.action)
        st.warning(f"**{columns}**: {sentence(leak.reason)} {action}", icon=":material/leak_add:")


def _inputs(answer: Answer) -> pd.DataFrame:
    name, what, unit, seen = (
        text(f"about.columns.{part}") for part in ("input", "description", "unit", "seen")
    )
    return pd.DataFrame(
        [
            {
                name: one.name,
                what: translated(one.description),
                unit: translated(one.unit),
                seen: one.seen,
            }
            for one in answer.inputs
        ]
    )


def _refused(model: Model) -> None:
    if not model.refused:
        return
    st.subheader(text("about.refused"))
    for name, reason in model.refused.items():
        st.markdown(f"- **{known_text(f'answers.{name}', name)}**: {sentence(reason)}")


def _texts(context: Context, model: Model) -> None:
    st.subheader(text("about.texts"))
    pages = {
        name: once(model, name, lambda name=name: context.gateway.page(model.task, f"/{name}"))
        for name in ("card", "report")
    }
    left, right = st.columns(2)
    kinds = {"card": ("md", "text/markdown", left), "report": ("html", "text/html", right)}
    for name, (ending, mime, column) in kinds.items():
        page = pages[name]
        if isinstance(page, GatewayError):
            column.warning(str(page))
            continue
        column.download_button(
            text(f"about.download_{name}"),
            page,
            file_name=f"clickwise-{model.task}-{name}.{ending}",
            mime=mime,
            on_click="ignore",
            width="stretch",
        )
    url = f"{context.gateway.settings.url(model.task)}/report"
    st.markdown(text("about.open_report", url=url))
    if isinstance(pages["card"], str):
        with st.expander(text("about.read_card"), icon=":material/article:"):
            st.markdown(pages["card"])
