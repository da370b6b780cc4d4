import pytest

from automl.segments import limits
from automl.segments.limits import Limit


def test_trials_are_dealt_evenly_and_leftovers_go_on():
    limit = Limit(None, 10, 3)
    assert limit.deal() == (None, 4)
    limit.count_trial()
    assert limit.deal() == (None, 5)
    for _ in range(5):
        limit.count_trial()
    assert limit.deal() == (None, 4)


def test_trials_that_a_family_makes_in_any_case_are_lost_to_no_other():
    limit = Limit(None, 6, 3)
    assert limit.deal(at_least=8) == (None, 8)
    for _ in range(8):
        limit.count_trial()
    assert limit.done() == pytest.approx(8 / 12)
    assert limit.deal() == (None, 2)


class Clock:
    """A clock that goes when it is told to, so that no test waits or depends on the machine."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


def test_half_the_time_left_is_dealt_and_the_last_family_gets_it_all(clock: Clock):
    limit = Limit(30.0, None, 3)
    assert limit.deal() == (15.0, -1)
    clock.now = 4.0
    assert not limit.out_of_time()
    assert limit.deal() == (13.0, -1)
    clock.now = 10.0
    assert limit.deal() == (20.0, -1)


def test_a_family_is_out_of_time_after_its_share(clock: Clock):
    limit = Limit(30.0, None, 3)
    limit.deal()
    clock.now = 15.0
    assert not limit.out_of_time()
    clock.now = 15.1
    assert limit.out_of_time()
    clock.now = 31.0
    assert limit.done() == 1


@pytest.mark.parametrize(("budget", "trials"), [(None, None), (1.0, 10), (0.0, None), (None, 2)])
def test_limits_that_cannot_be_kept_are_refused(budget, trials):
    with pytest.raises(ValueError, match=r"budget|trials"):
        Limit(budget, trials, 3)
