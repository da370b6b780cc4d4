import os
import signal
import threading
import time

import numpy as np
import pytest

from automl.families.balancing import BalancedClassifier
from automl.families.interrupts import Interrupts
from automl.search import search
from tests.automl.test_search import N_NUMERIC, ONE_FOLD, shop

__all__ = ["shop"]


def _press() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0)


def test_it_ends_a_fit_at_once_and_waits_between_fits():
    interrupts = Interrupts()
    with interrupts.heeded():
        _press()
        assert interrupts.pending
        with pytest.raises(KeyboardInterrupt), interrupts.at_once():
            pytest.fail("a fit began after Ctrl-C")
    again = Interrupts()
    with again.heeded(), pytest.raises(KeyboardInterrupt), again.at_once():
        _press()


def test_it_waits_where_an_exception_would_do_harm():
    interrupts, survived = Interrupts(), []

    def _next_wrapper():
        _press()
        survived.append(True)

    with interrupts.heeded(), pytest.raises(KeyboardInterrupt), interrupts.at_once():
        _next_wrapper()
    assert survived


def test_what_ctrl_c_did_before_comes_back():
    before = signal.getsignal(signal.SIGINT)
    with Interrupts().heeded():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def _pressed_at_fit(monkeypatch, number):
    fit, count = BalancedClassifier.fit, []

    def fit_and_press(self, X, y):
        count.append(1)
        if len(count) == number:
            _press()
        return fit(self, X, y)

    monkeypatch.setattr(BalancedClassifier, "fit", fit_and_press)


def _search(shop, **limit):
    return search(
        shop[0],
        shop[1]["conversion"],
        ONE_FOLD,
        n_numeric=N_NUMERIC,
        kind="conversion",
        seed=3,
        **{"budget": None, "trials": None, **limit},
    )


@pytest.mark.parametrize("limit", [{"trials": 50}, {"budget": 60}], ids=["trials", "budget"])
def test_a_search_keeps_the_best_found_so_far(shop, monkeypatch, limit):
    _pressed_at_fit(monkeypatch, 7)
    found = _search(shop, **limit)
    assert found.interrupted
    assert len(found.path) == 6
    assert found.loss == found.path[-1].best
    assert np.isfinite(found.unseen).all()


def test_without_anything_found_it_goes_on(shop, monkeypatch):
    _pressed_at_fit(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        _search(shop, trials=50)


def test_a_search_off_the_main_thread_leaves_ctrl_c_alone(shop):
    found = []
    thread = threading.Thread(target=lambda: found.append(_search(shop, trials=5)))
    thread.start()
    thread.join()
    assert len(found[0].path) == 5
