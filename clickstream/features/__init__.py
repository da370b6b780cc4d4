"""Features: what is known of a unit up to its cut, as Ibis expressions over `events` and `cuts`.

The expressions are compiled to the bundle's `features.sql`; training runs that same text.
"""

from clickstream.features.catalogue import Feature
from clickstream.features.categories import frequent_categories
from clickstream.features.customer import customer_features
from clickstream.features.groups import PRODUCT_GROUPS, UNKNOWN_PRODUCT, with_groups
from clickstream.features.session import session_features
from clickstream.features.sets import FeatureSet, features_sql

__all__ = [
    "PRODUCT_GROUPS",
    "UNKNOWN_PRODUCT",
    "Feature",
    "FeatureSet",
    "customer_features",
    "features_sql",
    "frequent_categories",
    "session_features",
    "with_groups",
]
