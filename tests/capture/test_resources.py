"""Time and memory of what is under way: real threads, real memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from jupyter_gov.capture.cells._resources import INTERVAL, Resources


@pytest.fixture
def resources() -> Iterator[Resources]:
    made = Resources()
    made.start()
    yield made
    made.stop()


def test_short_long_and_within_each_other(resources: Resources) -> None:
    outer = resources.begin()
    wall, cpu, peak = resources.end(resources.begin())
    assert 0 <= wall < INTERVAL
    assert cpu >= 0
    assert peak is None
    inner = resources.begin()
    held = bytearray(300 << 20)
    time.sleep(4 * INTERVAL)
    del held
    grown = resources.end(inner)
    assert grown[0] >= 4 * INTERVAL
    assert grown[2] is not None
    assert grown[2] > 300 << 20
    after = resources.begin()
    time.sleep(3 * INTERVAL)
    later = resources.end(after)[2]
    assert later is not None
    assert later < grown[2]
    whole = resources.end(outer)
    assert whole[2] is not None
    assert whole[2] >= grown[2]


def test_processor_time_is_of_all_threads(resources: Resources) -> None:
    def work() -> None:
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            pass

    usage = resources.begin()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert resources.end(usage)[1] >= 0.2


def test_the_thread_ends() -> None:
    before = set(threading.enumerate())
    resources = Resources()
    resources.start()
    resources.end(resources.begin())
    resources.stop()
    assert set(threading.enumerate()) == before
