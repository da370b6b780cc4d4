import time

import pytest

from automl.segments.limits import Limit


def test_trials_are_dealt_evenly_and_leftovers_go_on():
    limit = Limit(None, 10, 3)
    assert limit.deal() == (None, 4)
    limit.count_trial()
    assert limit.deal() == (None, 5)
    for _ in range(5):
        limit.count_trial()
    assert limit.deal() == (None, 4)


def test_time_is_dealt_evenly():
    limit = Limit(30.0, None, 3)
    seconds, trials = limit.deal()
    assert seconds == pytest.approx(10, abs=0.5)
    assert trials == -1
    assert not limit.out_of_time()


def test_a_family_is_out_of_time_after_its_share():
    limit = Limit(0.02, None, 2)
    limit.deal()
    time.sleep(0.03)
    assert limit.out_of_time()
    assert limit.done() == 1


@pytest.mark.parametrize(("budget", "trials"), [(None, None), (1.0, 10), (0.0, None), (None, 2)])
def test_limits_that_cannot_be_kept_are_refused(budget, trials):
    with pytest.raises(ValueError, match=r"budget|trials"):
        Limit(budget, trials, 3)
