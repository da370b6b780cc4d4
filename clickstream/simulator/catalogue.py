"""What the shop sells: categories, products, their prices, bands and popularity."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

import numpy as np

from clickstream.simulator.arrays import Floats, Ints, draw_index

PRODUCTS_PER_CATEGORY = 30
BANDS = ("below", "around", "above")
# A product is "below" under this share of its category's typical price, "above" over the other.
BAND_BORDERS = (0.8, 1.25)
PRICE_SPREAD = 0.45  # standard deviation of log price within a category
POPULARITY_EXPONENT = 0.9  # Zipf: the product of rank r is drawn in proportion to r ** -0.9
CHARM_CENTS = (1, 5, 10, 50)  # prices end in .99, .95, .90 or .50


@dataclass(frozen=True)
class Category:
    """One shelf of the shop.

    Attributes
    ----------
    name : str
    typical_price : float, currency units
    popularity : float
        Relative frequency among visitors without a favourite.
    return_rate : float
        Probability that a purchased line comes back.
    nouns, materials : tuple of str
        What descriptions are made of; materials go from cheap to dear.
    """

    name: str
    typical_price: float
    popularity: float
    return_rate: float
    nouns: tuple[str, ...]
    materials: tuple[str, ...]


CATEGORIES = (
    Category("shoes", 85, 1.6, 0.20, ("trainers", "loafers", "ankle boots"),
             ("canvas", "knit", "suede", "full-grain leather")),
    Category("jackets", 120, 1.0, 0.16, ("parka", "rain jacket", "blazer"),
             ("polyester", "waxed cotton", "wool-blend", "goose-down")),
    Category("dresses", 65, 1.2, 0.24, ("midi dress", "shirt dress", "wrap dress"),
             ("viscose", "cotton", "linen", "silk")),
    Category("shirts", 38, 1.3, 0.10, ("shirt", "polo shirt", "blouse"),
             ("jersey", "cotton", "oxford", "linen")),
    Category("jumpers", 55, 0.9, 0.11, ("crew-neck jumper", "cardigan", "roll-neck"),
             ("acrylic", "cotton", "lambswool", "cashmere")),
    Category("bags", 70, 0.8, 0.09, ("tote", "backpack", "shoulder bag"),
             ("nylon", "canvas", "recycled", "leather")),
    Category("accessories", 18, 1.1, 0.05, ("belt", "scarf", "beanie"),
             ("woven", "cotton", "wool", "leather")),
    Category("jewellery", 45, 0.6, 0.07, ("necklace", "earrings", "bracelet"),
             ("brass", "steel", "silver", "gold-plated")),
    Category("kitchen", 28, 0.8, 0.04, ("saucepan", "bowl set", "chopping board"),
             ("enamel", "stoneware", "steel", "cast-iron")),
    Category("home textiles", 34, 0.7, 0.06, ("cushion", "throw", "bath towels"),
             ("polyester", "cotton", "linen", "mohair")),
)  # fmt: skip
CATEGORY_NAMES = tuple(category.name for category in CATEGORIES)
STYLES = ("classic", "slim", "relaxed", "everyday", "lightweight", "heritage", "minimal", "striped")
COLOURS = ("black", "navy", "sand", "olive", "burgundy", "off-white", "charcoal")


@dataclass(frozen=True)
class Catalogue:
    """All products, and how to draw one of a category and a price band.

    Attributes
    ----------
    product_ids, descriptions : tuples of n_products str
    category, band : arrays of shape (n_products,)
        Indices into ``CATEGORIES`` and ``BANDS``; the band is fixed for good.
    cents : array of shape (n_products,), price in cents
    pools : array of shape (n_categories, n_bands, pool_size)
        The products of a category and band, filled up with -1.
    pool_weights : array of the same shape
        Popularity, 0 where filled up.
    """

    product_ids: tuple[str, ...]
    descriptions: tuple[str, ...]
    category: Ints
    band: Ints
    cents: Ints
    pools: Ints
    pool_weights: Floats

    def prices(self) -> list[Decimal]:
        """List the price of every product in currency units, exact to the cent."""
        return [Decimal(int(cents)).scaleb(-2) for cents in self.cents]

    def draw(
        self, category: Ints, band: Ints, exclude: tuple[Ints, ...], rng: np.random.Generator
    ) -> Ints:
        """Draw products by popularity within category and band.

        Parameters
        ----------
        category, band : arrays of shape (n,)
        exclude : tuple of arrays of shape (n,)
            Products not to draw, -1 for none. They are visible in the log, and so is what is left
            to draw from: the draw says nothing about the hidden side of the shopper.
        rng : numpy.random.Generator

        Returns
        -------
        array of shape (n,) of product indices
        """
        pool = self.pools[category, band]
        weights = self.pool_weights[category, band]
        for products in exclude:
            weights = np.where(pool == products[:, None], 0.0, weights)
        drawn = draw_index(weights.cumsum(axis=1), rng.random(len(category)))
        return np.asarray(pool[np.arange(len(category)), drawn], dtype=np.int64)


def build_catalogue(rng: np.random.Generator) -> Catalogue:
    """Fill the shop with ``PRODUCTS_PER_CATEGORY`` products in each category."""
    cents = np.concatenate([_price_ladder(category, rng) for category in CATEGORIES])
    category = np.repeat(np.arange(len(CATEGORIES)), PRODUCTS_PER_CATEGORY)
    band = price_band(cents, category)
    pools, weights = _pools(category, band, rng)
    return Catalogue(
        product_ids=tuple(f"p{number:04d}" for number in range(1, len(cents) + 1)),
        descriptions=tuple(text for shelf in CATEGORIES for text in _descriptions(shelf, rng)),
        category=category,
        band=band,
        cents=cents,
        pools=pools,
        pool_weights=weights,
    )


def price_band(cents: Ints, category: Ints) -> Ints:
    """Place prices (cents) below, around or above the typical price of their category."""
    typical = np.array([shelf.typical_price for shelf in CATEGORIES])[category]
    return np.asarray(np.digitize(cents / 100 / typical, BAND_BORDERS), dtype=np.int64)


def _price_ladder(category: Category, rng: np.random.Generator) -> Ints:
    """Price one category in cents, ascending: a log-normal, one product per equal slice of it.

    The slices see to it that every band has about ten products, whatever the seed.
    """
    quantiles = (np.arange(PRODUCTS_PER_CATEGORY) + rng.random(PRODUCTS_PER_CATEGORY)) / (
        PRODUCTS_PER_CATEGORY
    )
    normal = NormalDist(np.log(category.typical_price), PRICE_SPREAD)
    units = np.exp([normal.inv_cdf(min(max(q, 0.002), 0.998)) for q in quantiles])
    charm = rng.choice(CHARM_CENTS, PRODUCTS_PER_CATEGORY)
    return np.sort(np.maximum(np.round(units), 2).astype(np.int64) * 100 - charm)


def _descriptions(category: Category, rng: np.random.Generator) -> list[str]:
    """Describe one category's products in order of price, so dearer ones have dearer materials."""
    looks = [(style, colour) for style in STYLES for colour in COLOURS]
    chosen = rng.permutation(len(looks))[:PRODUCTS_PER_CATEGORY]
    nouns = rng.integers(len(category.nouns), size=PRODUCTS_PER_CATEGORY)
    rungs = np.arange(PRODUCTS_PER_CATEGORY) * len(category.materials) // PRODUCTS_PER_CATEGORY
    return [
        f"{looks[look][0]} {category.materials[rung]} {category.nouns[noun]} in {looks[look][1]}"
        for look, noun, rung in zip(chosen, nouns, rungs, strict=True)
    ]


def _pools(category: Ints, band: Ints, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Gather products by category and band, most popular first."""
    size = PRODUCTS_PER_CATEGORY
    pools = np.full((len(CATEGORIES), len(BANDS), size), -1, dtype=np.int64)
    weights = np.zeros(pools.shape)
    for shelf, level in np.ndindex(pools.shape[:2]):
        members = rng.permutation(np.flatnonzero((category == shelf) & (band == level)))
        pools[shelf, level, : len(members)] = members
        weights[shelf, level, : len(members)] = np.arange(1, len(members) + 1) ** (
            -POPULARITY_EXPONENT
        )
    longest = int((pools >= 0).sum(axis=2).max())
    return pools[..., :longest], weights[..., :longest]
