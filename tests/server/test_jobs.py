"""The queue of jobs: one at a time, in order, bounded, told of sparingly, and ended with the server."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

import pytest

from jupyter_gov import services
from jupyter_gov.errors import ConflictError, ExecutionError, NotFoundError
from jupyter_gov.records import Report, new_id
from jupyter_gov.server import _jobs
from jupyter_gov.server._jobs import Jobs


class Rendering:
    """Stands for the work, which ends when it is let."""

    def __init__(self):
        self.order, self.threads, self.steps = [], set(), 1
        self.begun, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.error = None

    def __call__(self, run, template, *, to, output, progress):
        self.order.append(run)
        self.threads.add(threading.current_thread())
        self.begun.release()
        for step in range(self.steps):
            self.go.acquire()
            progress("Filling", step, self.steps)
        if self.error:
            raise self.error
        return Report(template=template, files=(str(output / "a.html"),), digests=("",), rendered="")


@pytest.fixture
def rendering(monkeypatch):
    made = Rendering()
    monkeypatch.setattr(services, "render_report", made)
    return made


@pytest.fixture
def events():
    return []


@pytest.fixture
def jobs(events):
    return Jobs(events.append, logging.getLogger("test"))


@pytest.fixture(autouse=True)
def jp_server_cleanup():
    """There is no server here to clean up."""


def submit(jobs, run=None, template="model-card"):
    return jobs.submit(run or new_id(), template, ["html"], Path("out"))


async def begun(rendering):
    await asyncio.to_thread(rendering.begun.acquire)
    await asyncio.sleep(0)


async def finished(*jobs):
    while any(job.finished is None for job in jobs):
        await asyncio.sleep(0.001)


async def test_one_at_a_time_in_order(jobs, rendering):
    made = [submit(jobs) for _ in range(3)]
    await begun(rendering)
    assert [job.status for job in made] == ["running", "waiting", "waiting"]
    assert [job.started is None for job in made] == [False, True, True]
    assert jobs.newest() == made[::-1]
    rendering.go.release(3)
    await finished(*made)
    assert rendering.order == [job.run for job in made]
    assert threading.main_thread() not in rendering.threads
    assert [job.status for job in made] == ["done"] * 3
    assert made[0].files == [{"name": "a.html", "format": "html"}]
    await jobs.stop()


async def test_the_same_report_is_not_rendered_twice_at_once(jobs, rendering):
    first = submit(jobs)
    with pytest.raises(ConflictError, match="being rendered already"):
        submit(jobs, first.run)
    other = submit(jobs, first.run, "another")
    rendering.go.release(2)
    await finished(first, other)
    rendering.go.release()
    again = submit(jobs, first.run)
    await finished(again)
    assert again.status == "done"
    await jobs.stop()


async def test_only_so_many_are_kept(jobs, rendering, monkeypatch):
    monkeypatch.setattr(_jobs, "KEPT", 3)
    rendering.go.release(100)
    old = submit(jobs)
    await finished(old)
    while rendering.go.acquire(blocking=False):
        pass
    waiting = [submit(jobs) for _ in range(3)]
    assert jobs.newest() == waiting[::-1]
    with pytest.raises(NotFoundError, match="No job"):
        jobs.get(old.id)
    with pytest.raises(ConflictError, match="3 reports are waiting already"):
        submit(jobs)
    rendering.go.release(3)
    await finished(*waiting)
    assert jobs.get(waiting[2].id) is waiting[2]
    await jobs.stop()


def hold_time(monkeypatch):
    """Return a function that puts the event loop's clock forward, which is the only way for a timer to run out."""
    monkeypatch.setattr(_jobs, "_EVERY_SECONDS", 3600.0)
    loop, passed = asyncio.get_running_loop(), 0.0
    clock = loop.time
    monkeypatch.setattr(loop, "time", lambda: clock() + passed)

    async def put_forward():
        nonlocal passed
        passed += 4000.0
        # Once to see which timers have run out, once to run them.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    return put_forward


async def test_progress_is_told_sparingly(jobs, rendering, events, monkeypatch):
    pass_time = hold_time(monkeypatch)
    rendering.steps = 200
    job = submit(jobs)
    await begun(rendering)

    async def reach(step):
        while job.progress != {"what": "Filling", "done": step, "total": 200}:
            await asyncio.sleep(0.001)

    rendering.go.release(100)
    await reach(99)
    # Taken on, and begun.
    assert len(events) == 2
    await pass_time()
    assert len(events) == 3
    # Where it stands is told once.
    await pass_time()
    assert len(events) == 3
    rendering.go.release(99)
    await reach(198)
    assert len(events) == 3
    rendering.go.release()
    await finished(job)
    # What waits to be told is told with the end, and not again.
    await pass_time()
    assert len(events) == 5
    assert {e["action"] for e in events[:-1]} == {"job.updated"}
    assert events[-1] == {"action": "report.rendered", "job": job.id, "run": job.run, "report": job.report}
    await jobs.stop()


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ExecutionError("Cell 3 raised KeyError of sqlite://ada:s3cret@/x"), "execution", "of sqlite:///x"),
        (RuntimeError("secret"), "report", "The report could not be rendered."),
    ],
)
async def test_work_that_fails(jobs, rendering, events, caplog, error, code, message):
    rendering.error = error
    rendering.go.release(2)
    job = submit(jobs)
    await finished(job)
    assert (job.status, job.error["code"], job.report) == ("failed", code, None)
    assert job.error["message"].endswith(message)
    assert events[-1] == {"action": "report.failed", "job": job.id, "run": job.run}
    assert ("secret" in caplog.text) == isinstance(error, RuntimeError)
    rendering.error = None
    after = submit(jobs)
    await finished(after)
    assert after.status == "done"
    await jobs.stop()


async def test_a_server_that_stops_ends_its_jobs(jobs, rendering, events):
    rendering.steps = 100
    made = [submit(jobs) for _ in range(3)]
    await begun(rendering)
    stopping = asyncio.ensure_future(jobs.stop())
    await asyncio.sleep(0)
    rendering.go.release()
    await stopping
    assert rendering.order == [made[0].run]
    assert [job.status for job in made] == ["failed"] * 3
    assert {job.error["message"] for job in made} == {"The server was stopped."}
    assert not any(thread.is_alive() for thread in rendering.threads)


async def test_stopping_with_nothing_to_do(jobs):
    await jobs.stop()
    await jobs.stop()
