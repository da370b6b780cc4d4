from __future__ import annotations

import pytest

from automl.gate import refuse_leaks, require_gain, require_order, require_parity
from clickstream.errors import LeakFound, ReleaseRefused
from clickstream.manifest import Leak, Metric, Parity


def leak(action: str, reason: str) -> Leak:
    return Leak(kind="split", columns=["x"], reason=reason, action=action)


def test_an_open_leak_stops_the_release_and_is_named() -> None:
    dropped, first, second = (
        leak("dropped", "was dropped"),
        leak("blocks release", "x knows"),
        leak("blocks release", "y knows"),
    )
    refuse_leaks("purchase", [])
    refuse_leaks("purchase", [dropped])
    with pytest.raises(LeakFound) as refused:
        refuse_leaks("purchase", [dropped, first, second])
    assert str(refused.value) == "A leak gives purchase away: x knows; y knows."


@pytest.mark.parametrize(
    ("difference", "passes"),
    [(0.0, True), (1e-5, True), (1.01e-5, False), (float("nan"), False), (float("inf"), False)],
)
def test_a_graph_may_differ_by_the_tolerance_at_most(difference: float, passes: bool) -> None:
    parity = Parity(rows=10, largest_difference=difference, tolerance=1e-5)
    if passes:
        require_parity("purchase", parity)
        return
    with pytest.raises(ReleaseRefused, match="on 10 holdout rows \\(tolerance 1e-05\\)"):
        require_parity("purchase", parity)


@pytest.mark.parametrize(
    ("low", "passes"), [(0.001, True), (0.0, False), (-0.1, False), (float("nan"), False)]
)
def test_a_gain_must_surely_be_above_zero(low: float, passes: bool) -> None:
    gain = Metric(value=0.01, low=low, high=0.02)
    if passes:
        require_gain("purchase", gain, "log loss", "the prior")
        return
    with pytest.raises(ReleaseRefused) as refused:
        require_gain("purchase", gain, "log loss", "the prior")
    assert f"by 0.01, 95 % interval {low:.4g} to 0.02" in str(refused.value)
    assert "which does not exclude zero" in str(refused.value)


@pytest.mark.parametrize("low", [0.5, 0.48, float("nan")])
def test_a_chance_must_surely_tell_units_apart(low: float) -> None:
    require_order("exit", Metric(value=0.6, low=0.51, high=0.7))
    with pytest.raises(ReleaseRefused, match=r"exit does not surely tell .* above 0\.5"):
        require_order("exit", Metric(value=0.52, low=low, high=0.6))
