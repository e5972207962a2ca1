"""The queue of jobs: one at a time, in order, bounded, told of sparingly, and ended with the server."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from jupyter_gov.errors import ConflictError, ExecutionError, NotFoundError
from jupyter_gov.records import new_id
from jupyter_gov.server import _jobs
from jupyter_gov.server._jobs import Jobs, Task


class Work:
    """Stands for the work, which ends when it is let."""

    def __init__(self):
        self.order, self.threads, self.steps = [], set(), 1
        self.begun, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.error = None

    def task(self, kind="report", run=None, **asked):
        run = run or new_id()

        def work(progress, stopped):
            self.order.append(run)
            self.threads.add(threading.current_thread())
            self.begun.release()
            for step in range(self.steps):
                self.go.acquire()
                if kind == "reproduction" and stopped():
                    raise ExecutionError("It was interrupted.")
                progress("Filling", step, self.steps)
            if self.error:
                raise self.error
            return {kind: new_id(), "files": ["a.html"]}

        return Task(kind=kind, run=run, asked=asked, empty={kind: None, "files": []}, work=work)


@pytest.fixture
def working():
    return Work()


@pytest.fixture
def events():
    return []


@pytest.fixture
def jobs(events):
    return Jobs(events.append, logging.getLogger("test"))


@pytest.fixture(autouse=True)
def jp_server_cleanup():
    """There is no server here to clean up."""


async def begun(working):
    await asyncio.to_thread(working.begun.acquire)
    await asyncio.sleep(0)


async def finished(*jobs):
    while any(job.finished is None for job in jobs):
        await asyncio.sleep(0.001)


async def test_one_at_a_time_in_order(jobs, working):
    made = [jobs.submit(working.task()) for _ in range(3)]
    await begun(working)
    assert [job.status for job in made] == ["running", "waiting", "waiting"]
    assert [job.started is None for job in made] == [False, True, True]
    assert jobs.newest() == made[::-1]
    working.go.release(3)
    await finished(*made)
    assert working.order == [job.task.run for job in made]
    assert threading.main_thread() not in working.threads
    assert [job.status for job in made] == ["done"] * 3
    assert made[0].to_json()["files"] == ["a.html"]
    await jobs.stop()


async def test_kinds_do_not_wait_for_each_other(jobs, working):
    made = [jobs.submit(working.task(kind)) for kind in ("reproduction", "report")]
    await begun(working)
    await begun(working)
    assert [job.status for job in made] == ["running", "running"]
    working.go.release(2)
    await finished(*made)
    assert len(working.threads) == 2
    await jobs.stop()


async def test_the_same_is_not_made_twice_at_once(jobs, working):
    first = jobs.submit(working.task(template="a"))
    run = first.task.run
    with pytest.raises(ConflictError, match="This report is being made already"):
        jobs.submit(working.task(run=run, template="a"))
    others = [jobs.submit(working.task(run=run, template="b")), jobs.submit(working.task("reproduction", run))]
    working.go.release(3)
    await finished(first, *others)
    working.go.release()
    again = jobs.submit(working.task(run=run, template="a"))
    await finished(again)
    assert again.status == "done"
    await jobs.stop()


async def test_only_so_many_are_kept(jobs, working, monkeypatch):
    monkeypatch.setattr(_jobs, "KEPT", 3)
    working.go.release(100)
    old = jobs.submit(working.task())
    await finished(old)
    while working.go.acquire(blocking=False):
        pass
    waiting = [jobs.submit(working.task()) for _ in range(3)]
    assert jobs.newest() == waiting[::-1]
    with pytest.raises(NotFoundError, match="No job"):
        jobs.get(old.id)
    with pytest.raises(ConflictError, match="3 jobs are waiting already"):
        jobs.submit(working.task())
    working.go.release(3)
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


async def test_progress_is_told_sparingly(jobs, working, events, monkeypatch):
    pass_time = hold_time(monkeypatch)
    working.steps = 200
    job = jobs.submit(working.task())
    await begun(working)

    async def reach(step):
        while job.progress != {"what": "Filling", "done": step, "total": 200}:
            await asyncio.sleep(0.001)

    working.go.release(100)
    await reach(99)
    # Taken on, and begun.
    assert len(events) == 2
    await pass_time()
    assert len(events) == 3
    # Where it stands is told once.
    await pass_time()
    assert len(events) == 3
    working.go.release(99)
    await reach(198)
    assert len(events) == 3
    working.go.release()
    await finished(job)
    # What waits to be told is told with the end, and not again.
    await pass_time()
    assert len(events) == 5
    assert {e["action"] for e in events[:-1]} == {"job.updated"}
    assert events[-1] == {"action": "report.rendered", "job": job.id, "run": job.task.run, "report": job.made["report"]}
    await jobs.stop()


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ExecutionError("Cell 3 raised KeyError of sqlite://ada:s3cret@/x"), "execution", "of sqlite:///x"),
        (RuntimeError("secret"), "execution", "The report could not be made."),
    ],
)
async def test_work_that_fails(jobs, working, events, caplog, error, code, message):
    working.error = error
    working.go.release(2)
    job = jobs.submit(working.task())
    await finished(job)
    assert (job.status, job.error["code"], job.to_json()["report"]) == ("failed", code, None)
    assert job.error["message"].endswith(message)
    assert events[-1] == {"action": "report.failed", "job": job.id, "run": job.task.run}
    assert ("secret" in caplog.text) == isinstance(error, RuntimeError)
    working.error = None
    after = jobs.submit(working.task())
    await finished(after)
    assert after.status == "done"
    await jobs.stop()


async def test_a_server_that_stops_ends_its_jobs(jobs, working, events):
    working.steps = 100
    made = [jobs.submit(working.task()) for _ in range(3)]
    await begun(working)
    stopping = asyncio.ensure_future(jobs.stop())
    await asyncio.sleep(0)
    working.go.release()
    await stopping
    assert working.order == [made[0].task.run]
    assert [job.status for job in made] == ["failed"] * 3
    assert {job.error["message"] for job in made} == {"The server was stopped."}
    assert not any(thread.is_alive() for thread in working.threads)


@pytest.mark.parametrize("kind", ["report", "reproduction"])
async def test_a_job_that_is_cancelled(jobs, working, events, kind):
    working.steps = 100
    first, second, third = [jobs.submit(working.task(kind)) for _ in range(3)]
    await begun(working)
    # One that waits never begins.
    assert jobs.cancel(second.id) is second
    await finished(second)
    assert (second.status, second.started, second.error) == ("cancelled", None, None)
    assert events[-1] == {"action": f"{kind}.cancelled", "job": second.id, "run": second.task.run}
    # One at work ends where it next looks, whatever it makes of it.
    assert jobs.cancel(first.id).finished is None
    working.go.release()
    await finished(first)
    assert (first.status, first.error, first.progress, first.to_json()[kind]) == ("cancelled", None, None, None)
    await begun(working)
    assert third.status == "running"
    working.go.release(100)
    await finished(third)
    assert working.order == [first.task.run, third.task.run]
    # One that has ended stays as it is.
    assert jobs.cancel(third.id).status == "done"
    assert jobs.cancel(second.id).status == "cancelled"
    with pytest.raises(NotFoundError, match="No job"):
        jobs.cancel("none")
    await jobs.stop()


async def test_one_that_is_cancelled_at_once(jobs, working):
    job = jobs.submit(working.task())
    jobs.cancel(job.id)
    await finished(job)
    assert job.status == "cancelled"
    working.go.release()
    await jobs.stop()


async def test_stopping_with_nothing_to_do(jobs):
    await jobs.stop()
    await jobs.stop()
