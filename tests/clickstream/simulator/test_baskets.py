from collections import Counter

import numpy as np

from clickstream.simulator.baskets import merge_lines


def test_slots_of_one_product_become_one_line():
    cart = np.array([[4, 7, 4, -1, -1], [1, 1, 1, 1, 1], [-1, -1, -1, -1, -1]])
    pieces = np.array([[1, 2, 3, 9, 9], [1, 1, 1, 1, 2], [5, 5, 5, 5, 5]])
    keep, total = merge_lines(cart, pieces)
    assert [total[i][keep[i]].tolist() for i in range(3)] == [[4, 2], [6], []]


def test_carts_explain_what_is_removed_and_bought(log):
    bought = 0
    shopping = log.events[log.events["event_type"].isin(["cart", "remove", "purchase"])]
    for _, session in shopping.groupby("session_id"):
        cart: Counter[str] = Counter()
        events = zip(session["event_type"], session["product_id"], session["quantity"], strict=True)
        ordering = False
        for kind, product, quantity in events:
            if kind != "purchase":
                assert not ordering or not +cart, "an order takes the whole cart"
            ordering = kind == "purchase"
            cart[product] += quantity if kind == "cart" else -quantity
            assert cart[product] >= 0
            # An order takes all pieces of a product in one line.
            assert not ordering or cart[product] == 0
            bought += ordering
    assert bought == log.counts.purchases


def test_what_is_put_in_the_cart_is_on_screen(log):
    seen = log.events[log.events["event_type"].isin(["view", "cart"])]
    before = seen.shift()
    put = seen["event_type"] == "cart"
    assert (seen["product_id"] == before["product_id"])[put].all()
    assert (seen["session_id"] == before["session_id"])[put].all()


def test_two_views_in_a_row_show_two_products(log):
    events = log.events
    before = events.shift()
    views = (events["event_type"] == "view") & (before["event_type"] == "view")
    views &= events["session_id"] == before["session_id"]
    assert views.sum() > 10_000
    assert not (events["product_id"] == before["product_id"])[views].any()


def test_a_product_has_one_price_category_and_description(log):
    columns = ["category", "description", "cents"]
    assert (log.events.groupby("product_id")[columns].nunique() == 1).all(axis=None)


def test_cheap_things_sell_in_larger_numbers(log):
    bought = log.events[log.events["event_type"] == "purchase"]
    cheap = bought["cents"] < 2500
    assert (bought["quantity"] >= 1).all()
    assert bought["quantity"][cheap].mean() > bought["quantity"][~cheap].mean() + 0.1
