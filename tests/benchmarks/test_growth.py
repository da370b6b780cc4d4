from __future__ import annotations

import pytest

from benchmarks.growth import exponent


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_is_the_power_of_the_size(power: float) -> None:
    sizes = [1_000_000, 2_000_000, 50_000_000]
    assert exponent(sizes, [3e-6 * size**power for size in sizes]) == pytest.approx(power)
