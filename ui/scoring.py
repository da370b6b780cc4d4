"""The page that scores a whole shop: a file of the reader's own, or the example."""

from __future__ import annotations

import streamlit as st
from plotly.graph_objects import Figure

from ui import charts
from ui.errors import GatewayError, UploadError
from ui.figures import show_figure, show_number
from ui.gateway import Gateway, Outcomes
from ui.join import Joined, Shopper, score
from ui.models import (
    ConversionEvaluation,
    Evaluation,
    Model,
    RevenueEvaluation,
    SegmentationEvaluation,
    Task,
)
from ui.shop import Shop, example_shop, main_scope
from ui.status import missing_services, show_missing
from ui.table import column_settings, frame
from ui.texts import ASKED_OF, UNIT_NAMES, amount, counted, percent, source_line, title
from ui.upload import read_upload

__all__ = ["show_scoring"]

NO_FILE = (
    "No file yet. Upload one of the kind that the models were trained on, "
    "or use the example shop to see the answers first."
)
NO_ANSWER = "no answer"


def show_scoring(gateway: Gateway, models: Outcomes[Model]) -> None:
    """Draw the page.

    Parameters
    ----------
    gateway : Gateway
        Whom to ask.
    models : dict
        What each service serves.
    """
    _choose(gateway, models)
    shop: Shop | None = st.session_state.get("shop")
    if problem := st.session_state.get("upload_problem"):
        st.error(f"{problem} Upload another file, or use the example shop.")
    if shop is None:
        if not problem:
            st.info(NO_FILE, icon=":material/upload_file:")
        return
    joined = st.session_state.get("joined")
    if joined is None:
        st.error("No service answered. Start them with `make serve`, then press «Ask again».")
        return
    for note in shop.notes:
        st.info(note, icon=":material/content_cut:")
    _results(joined, st.session_state["evaluations"], missing_services(models))


def _choose(gateway: Gateway, models: Outcomes[Model]) -> None:
    limit = gateway.settings.max_units
    scope = main_scope(models) or "session"
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    file = left.file_uploader(
        f"{_wanted(models)} as CSV or Parquet; of it, at most {counted(limit, scope)} are scored",
        type=["csv", "parquet", "tsv", "txt"],
    )
    example = right.button("Use the example shop", width="stretch", type="primary")
    again = right.button("Ask again", width="stretch", disabled="shop" not in st.session_state)
    if example:
        _take(example_shop(models, gateway.examples()), gateway, models)
    elif file is not None and file.file_id != st.session_state.get("file_id"):
        st.session_state["file_id"] = file.file_id
        _read(file.name, file.getvalue(), gateway, models)
    elif again:
        _take(st.session_state["shop"], gateway, models)


def _wanted(models: Outcomes[Model]) -> str:
    return "Ready-made rows" if main_scope(models) == "row" else "Click log"


def _read(name: str, content: bytes, gateway: Gateway, models: Outcomes[Model]) -> None:
    try:
        with st.spinner(f"Reading {name}"):
            shop = read_upload(name, content, models, gateway.settings.max_units)
    except UploadError as error:
        # Results of an earlier file under the name of this one would mislead.
        st.session_state.pop("shop", None)
        st.session_state["upload_problem"] = str(error)
    else:
        _take(shop, gateway, models)


def _take(shop: Shop, gateway: Gateway, models: Outcomes[Model]) -> None:
    with st.spinner("Asking the services"):
        st.session_state["joined"] = score(shop, gateway, models)
        st.session_state["evaluations"] = gateway.evaluations()
    st.session_state["shop"] = shop
    st.session_state.pop("upload_problem", None)
    # What was drawn so far, such as a button that can be pressed only now, was drawn without it.
    st.rerun()


def _results(joined: Joined, evaluations: Outcomes[Evaluation], down: set[Task]) -> None:
    # Who is down right now is said at the top of the page.
    show_missing({task: joined.errors[task] for task in joined.errors if task not in down})
    total = counted(joined.total, joined.scope)
    st.subheader(f"{len(joined.shoppers):,} of {total} of {joined.name}")
    _summary(joined)
    _conversion_and_revenue(joined, evaluations)
    _segments(joined, evaluations)
    _table(joined)


def _summary(joined: Joined) -> None:
    numbers = {
        Task.CONVERSION: _likely,
        Task.REVENUE: _spend,
        Task.SEGMENTATION: _met,
    }
    shown = [task for task in numbers if task in joined.models]
    for column, task in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        label, value, note = numbers[task](joined, joined.models[task])
        with column.container(border=True):
            show_number(label, value)
            st.caption(f"{note} {source_line([joined.models[task]])}")


def _likely(joined: Joined, model: Model) -> tuple[str, str, str]:
    shoppers = list(joined.once(Task.CONVERSION).values())
    values = [shopper.conversion.value for shopper in shoppers if shopper.conversion]
    notes = (_answered(joined, model), _likely_note(shoppers, model), _complement(shoppers, model))
    mean = percent(_mean(values)) if values else NO_ANSWER
    return (f"{title(model)}, mean", mean, " ".join(filter(None, notes)))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _answered(joined: Joined, model: Model) -> str:
    """For how many units there is an answer, where that is not one per line."""
    count = len(joined.once(model.task))
    if count == len(joined.shoppers) and model.answer.scope == joined.scope:
        return ""
    about = f"; it is about {wanted}" if (wanted := ASKED_OF.get(model.default_answer)) else ""
    return f"{counted(count, model.answer.scope)} with an answer{about}."


def _complement(shoppers: list[Shopper], model: Model) -> str:
    values = [shopper.complement for shopper in shoppers if shopper.complement is not None]
    if model.answer.complement is None or not values:
        return ""
    units = counted(len(values), model.answer.scope)
    name, meaning = model.answer.complement.name, model.answer.complement.meaning
    return f"{name.capitalize()} ({meaning}): {percent(_mean(values))} on average of {units}."


def _likely_note(shoppers: list[Shopper], model: Model) -> str:
    if model.answer.threshold is None:
        return ""
    likely = sum(bool(shopper.conversion and shopper.conversion.likely) for shopper in shoppers)
    return f"{likely:,} of them at {percent(model.answer.threshold)} or more: likely."


def _spend(joined: Joined, model: Model) -> tuple[str, str, str]:
    values, answered = _spends(joined), _answered(joined, model)
    if not values:
        return (title(model), NO_ANSWER, answered)
    mean = amount(_mean(values))
    if model.answer.status == "proxy":
        # What stands in for a spend need not be an amount that adds up.
        return (f"{title(model)}, mean", mean, f"Currency units. {answered}")
    note = f"Currency units, {mean} on average. {answered}"
    return (f"{title(model)}, sum", amount(sum(values)), note)


def _spends(joined: Joined) -> list[float]:
    shoppers = joined.once(Task.REVENUE).values()
    return [shopper.revenue.value for shopper in shoppers if shopper.revenue]


def _met(joined: Joined, model: Model) -> tuple[str, str, str]:
    shoppers = joined.once(Task.SEGMENTATION).values()
    parts = [shopper.segmentation for shopper in shoppers if shopper.segmentation]
    met = {part.value for part in parts if part.fits}
    stray = sum(not part.fits for part in parts)
    note = f"{counted(len(parts), model.answer.scope)} have an answer, {stray:,} fit none."
    return ("Segments met", f"{len(met)}", note)


def _conversion_and_revenue(joined: Joined, evaluations: Outcomes[Evaluation]) -> None:
    shown = [task for task in (Task.CONVERSION, Task.REVENUE) if task in joined.models]
    draw = {Task.CONVERSION: _chances, Task.REVENUE: _amounts}
    for column, task in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column:
            draw[task](joined, joined.models[task], evaluations.get(task))


def _chances(joined: Joined, model: Model, holdout: object) -> None:
    shoppers = joined.once(Task.CONVERSION).values()
    st.markdown(f"**{title(model)}: how it is spread**")
    figure = charts.chances(
        [shopper.conversion.value for shopper in shoppers if shopper.conversion],
        UNIT_NAMES[model.answer.scope][1],
        model.answer.threshold,
        holdout if isinstance(holdout, ConversionEvaluation) else None,
    )
    _chart(figure, "chances", model, holdout)


def _amounts(joined: Joined, model: Model, holdout: object) -> None:
    st.markdown(f"**{title(model)}: how it is spread**")
    figure = charts.amounts(
        _spends(joined),
        UNIT_NAMES[model.answer.scope][1],
        holdout if isinstance(holdout, RevenueEvaluation) else None,
    )
    _chart(figure, "amounts", model, holdout)


def _segments(joined: Joined, evaluations: Outcomes[Evaluation]) -> None:
    model = joined.models.get(Task.SEGMENTATION)
    shoppers = joined.once(Task.SEGMENTATION)
    if model is None or not shoppers:
        return
    names = list(shoppers)
    predictions = [shopper.segmentation for shopper in shoppers.values() if shopper.segmentation]
    training = evaluations.get(Task.SEGMENTATION)
    left, right = st.columns(2)
    with left:
        st.markdown(f"**Segments: share of {counted(len(names), model.answer.scope)}**")
        _chart(charts.segment_shares(predictions), "shares", model)
    with right:
        st.markdown("**Segments: the map**")
        sample = training if isinstance(training, SegmentationEvaluation) else None
        _chart(charts.segment_map(predictions, names, sample), "map", model, training)


def _chart(figure: Figure, key: str, model: Model, holdout: object = None) -> None:
    show_figure(figure, f"chart_{key}", model)
    if isinstance(holdout, GatewayError):
        st.caption(f"Drawn without what the model was trained on: {holdout}")


def _amounts_note(joined: Joined) -> str:
    if Task.REVENUE not in joined.models:
        return ""
    parts = [shopper.revenue.interval for shopper in joined.shoppers if shopper.revenue]
    level = next((part.level for part in parts if part is not None), None)
    bounds = "" if level is None else f"; low and high bound {level:.0%} of the cases"
    return f"Amounts are in currency units{bounds}. "


def _table(joined: Joined) -> None:
    st.markdown(f"**Every {UNIT_NAMES[joined.scope][0]}**")
    table = frame(joined)
    st.dataframe(table, hide_index=True, column_config=column_settings(joined))
    st.caption(f"{_amounts_note(joined)}{source_line(joined.models.values())}")
    st.download_button(
        "Download the table as CSV",
        table.to_csv(index=False),
        file_name="clickwise-scores.csv",
        mime="text/csv",
        on_click="ignore",
    )
