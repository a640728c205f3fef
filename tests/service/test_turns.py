import threading

import pytest

from service.errors import Overloaded
from service.turns import LONGEST_RETRY_S, Turns


def test_a_turn_is_given_back_also_after_a_fault() -> None:
    turns = Turns(at_once=1, waiting=0)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_one_too_many_is_refused_at_once_and_told_when_to_return() -> None:
    turns = Turns(at_once=1, waiting=0)
    with turns.turn(), pytest.raises(Overloaded, match="1 scorings run or wait, the limit is 1"):
        turns.turn().__enter__()


def test_those_that_may_wait_get_their_turn_one_after_the_other() -> None:
    turns = Turns(at_once=1, waiting=3)
    running, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with turns.turn():
            with lock:
                running += 1
                most = max(most, running)
            threading.Event().wait(0.02)
            with lock:
                running -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    assert most == 1
    with turns.turn():  # all have left
        pass


@pytest.mark.parametrize(("last_s", "expected"), [(0.0, 1), (2.5, 5), (900.0, LONGEST_RETRY_S)])
def test_retry_after_follows_the_last_duration(last_s: float, expected: int) -> None:
    turns = Turns(at_once=1, waiting=1)
    turns._last_s = last_s
    release = threading.Event()
    inside = threading.Barrier(2)

    def hold() -> None:
        with turns.turn():
            inside.wait(timeout=5)
            release.wait(timeout=5)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(timeout=5)
    waiter = threading.Thread(target=lambda: turns.turn().__enter__())
    waiter.start()
    while turns._inside < 2:
        threading.Event().wait(0.005)
    with pytest.raises(Overloaded) as refused:
        turns.turn().__enter__()
    release.set()
    holder.join(timeout=5)
    waiter.join(timeout=5)
    assert refused.value.headers["Retry-After"] == str(expected)
