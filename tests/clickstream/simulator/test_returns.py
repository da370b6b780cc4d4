import pandas as pd


def test_only_what_was_bought_comes_back_and_only_once(log):
    lines = log.events[log.events["event_type"].isin(["purchase", "return"])]
    key = ["customer_id", "product_id", "quantity"]
    counts = lines.groupby([*key, "event_type"]).size().unstack(fill_value=0)
    assert counts["return"].sum() > 50
    assert (counts["return"] <= counts["purchase"]).all()


def test_things_come_back_days_after_they_were_bought(log):
    key = ["customer_id", "product_id", "quantity"]
    bought = log.events[log.events["event_type"] == "purchase"].groupby(key)["event_time"].min()
    back = log.events[log.events["event_type"] == "return"]
    pairs = back.merge(bought.rename("bought_at").reset_index(), on=key)
    assert len(pairs) == len(back)
    assert ((pairs["event_time"] - pairs["bought_at"]) > pd.Timedelta(days=3)).all()


def test_a_return_is_a_session_of_its_own_without_cuts(log):
    back = log.events[log.events["event_type"] == "return"]
    own = log.events[log.events["session_id"].isin(back["session_id"])]
    assert len(own) == len(back)
    assert (back["event_index"] == 1).all()
    assert not log.truth["session_id"].isin(back["session_id"]).any()
