"""What shops call their columns and their events."""

from __future__ import annotations

from collections.abc import Iterable

from clickstream.sources.columns import plain_name

__all__ = ["COLUMN_NAMES", "EVENT_NAMES", "event_kinds"]

EVENT_NAMES: dict[str, tuple[str, ...]] = {
    # A favourite is a look with some interest; the canonical table has no wish list.
    "view": (
        "view", "views", "pv", "pageview", "page_view", "click", "clicks", "detail", "details",
        "product_view", "product_detail", "view_product", "view_item", "item_view", "viewed",
        "fav", "favorite", "favourite", "wishlist", "add_to_wishlist", "add_to_favorites",
        "просмотр", "просмотр товара", "клик", "избранное",
    ),
    "cart": (
        "cart", "add", "addtocart", "add_to_cart", "cart_add", "added_to_cart", "basket",
        "addtobasket", "add_to_basket", "корзина", "в корзину", "добавление в корзину",
    ),
    "remove": (
        "remove", "remove_from_cart", "removed_from_cart", "cart_remove", "remove_from_basket",
        "delete_from_cart", "удаление", "удаление из корзины", "из корзины",
    ),
    "purchase": (
        "purchase", "purchased", "buy", "bought", "transaction", "order", "ordered", "sale",
        "order_completed", "checkout_completed", "conversion", "покупка", "заказ", "продажа",
    ),
    "return": (
        "return", "returned", "refund", "refunded", "cancel", "cancelled", "canceled",
        "возврат", "отмена",
    ),
}  # fmt: skip
"""By canonical event type, the names that shops give it; case and punctuation play no part."""

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "time": (
        "time", "timestamp", "ts", "event_time", "event_timestamp", "datetime", "date_time",
        "event_date", "date", "created_at", "occurred_at", "invoice_date", "order_date",
        "order_time", "purchase_date", "click_time", "время", "дата", "дата и время",
        "время события", "дата заказа",
    ),
    "event": (
        "event", "event_type", "event_name", "type", "action", "action_type", "behavior",
        "behaviour", "behavior_type", "behaviour_type", "activity", "interaction",
        "событие", "тип события", "действие",
    ),
    "session": (
        "session", "session_id", "user_session", "visit", "visit_id", "sid", "сеанс", "сессия",
        "визит", "id сессии",
    ),
    "order": (
        "invoice", "invoice_no", "invoice_id", "order_id", "order_no", "order_number",
        "transaction_id", "basket_id", "order", "номер заказа", "заказ", "чек", "номер чека",
    ),
    "customer": (
        "customer", "customer_id", "user", "user_id", "visitor", "visitor_id", "uid", "client",
        "client_id", "user_pseudo_id", "buyer_id", "member_id", "shopper_id",
        "покупатель", "клиент", "пользователь", "посетитель", "id клиента", "id покупателя",
        "id пользователя",
    ),
    "product": (
        "product", "product_id", "item", "item_id", "sku", "stock_code", "article", "article_id",
        "article_no", "product_code", "asin", "goods_id",
        "товар", "артикул", "код товара", "id товара",
    ),
    "description": (
        "description", "product_description", "item_description", "product_name", "item_name",
        "product_title", "item_title", "наименование", "название товара", "описание",
    ),
    "category": (
        "category_code", "category", "category_name", "category_id", "item_category",
        "product_category", "product_type", "department", "cat", "категория",
        "категория товара", "раздел",
    ),
    "price": (
        "price", "unit_price", "item_price", "product_price", "sale_price", "price_each", "цена",
        "цена за единицу",
    ),
    "quantity": (
        "quantity", "qty", "units", "item_quantity", "count", "amount_of_items", "количество",
        "кол-во",
    ),
    "context": (
        "brand", "country", "device", "device_type", "browser", "os", "platform", "channel",
        "source", "medium", "region", "city", "gender", "age", "colour", "color", "size",
        "language", "store", "currency", "payment_method", "campaign", "referrer",
        "бренд", "страна", "город", "устройство", "источник", "канал", "регион",
    ),
    "label": (
        "revenue", "purchase", "purchased", "bought", "buy", "converted", "conversion", "label",
        "target", "is_buyer", "has_purchased", "transaction", "купил", "куплено",
    ),
    "amount": (
        "amount", "spend", "spent", "total_spend", "order_value", "purchase_amount",
        "transaction_revenue", "sales", "total", "revenue_amount", "сумма",
        "сумма заказа", "выручка",
    ),
}  # fmt: skip
"""By key of a mapping, what its column is usually called, the most telling name first; `order` is
what a session is in order lines."""


def event_kinds(values: Iterable[str], codes: dict[str, str]) -> dict[str, str | None]:
    """The canonical event type of each value of a column of events, None where unknown.

    Parameters
    ----------
    values : iterable of str
        As the file writes them.
    codes : dict of str to str
        A mapping's own codes, which come before the usual names.
    """
    known = {plain_name(name): kind for kind, names in EVENT_NAMES.items() for name in names}
    own = {_coded(code): kind for code, kind in codes.items()}
    return {
        value: own.get(_coded(value)) or known.get(plain_name(value) or value) for value in values
    }


def _coded(code: str) -> str:
    return code.strip().lower()
