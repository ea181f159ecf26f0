import asyncio
import os
import signal
from contextlib import suppress

import pytest

from backend.engine.workers import Pool, Why, WorkerError
from tests.engine.workers.running import LIMIT_S, children, on_loop, template, until

pytestmark = pytest.mark.serial


async def failure(pool: Pool, message: bytes, deadline_s: float = LIMIT_S) -> tuple[Why, str]:
    with pytest.raises(WorkerError) as caught:
        await pool.ask(message, deadline_s)
    return caught.value.why, str(caught.value)


@on_loop
async def test_questions_are_answered_by_so_many_processes_and_each_gets_its_own_answer() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 3)
        await pool.start()
        assert len(children(started.pid)) == 3
        asked = [b"%d" % number for number in range(200)]
        assert await asyncio.gather(*(pool.ask(each, LIMIT_S) for each in asked)) == asked
        assert pool.replaced == 0
        assert len(children(started.pid)) == 3
        await pool.close()
        assert children(started.pid) == []
        assert await failure(pool, b"x") == (Why.DIED, "nothing is answered by 'echo' any more: it is closed")
        await pool.close()


@on_loop
async def test_one_that_was_not_started_starts_with_the_first_question() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 2)
        assert await pool.ask(b"x", LIMIT_S) == b"x"
        await pool.close()


@on_loop
async def test_questions_wait_in_their_order() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 1)
        order: list[int] = []

        async def ask(number: int) -> None:
            await pool.ask(b"x", LIMIT_S)
            order.append(number)

        await asyncio.gather(*map(ask, range(50)))
        assert order == list(range(50))
        await pool.close()


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGSEGV])
def test_a_dead_one_is_replaced_before_anybody_asks_it(signal_: signal.Signals) -> None:
    @on_loop
    async def replaced() -> None:
        async with template() as started:
            pool = Pool(started, "echo", 2)
            await pool.start()
            before = children(started.pid)
            os.kill(before[0], signal_)
            await until(
                lambda: before[0] not in children(started.pid) and len(children(started.pid)) == 2, "another one"
            )
            assert pool.replaced == 1
            asked = [b"%d" % number for number in range(20)]
            assert await asyncio.gather(*(pool.ask(each, LIMIT_S) for each in asked)) == asked
            assert pool.replaced == 1
            await pool.close()

    replaced()


@on_loop
async def test_a_question_whose_process_dies_is_asked_once_more_and_others_do_not_notice() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 2)
        await pool.start()
        asking = asyncio.create_task(pool.ask(b"x" * (1 << 20), LIMIT_S))
        await asyncio.sleep(0)
        for pid in children(started.pid)[:1]:
            os.kill(pid, signal.SIGKILL)
        others = [pool.ask(b"%d" % number, LIMIT_S) for number in range(50)]
        assert await asyncio.gather(*others) == [b"%d" % number for number in range(50)]
        assert len(await asking) == 1 << 20
        await pool.close()


@on_loop
async def test_one_that_kills_each_process_is_asked_twice_and_told_why_it_failed() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 2)
        others = [pool.ask(b"%d" % number, LIMIT_S) for number in range(20)]
        found = await asyncio.gather(failure(pool, b"die"), *others)
        assert found[0] == (Why.DIED, "the process 'echo' ended by signal SIGKILL")
        assert found[1:] == [b"%d" % number for number in range(20)]
        assert pool.replaced == 2
        await pool.close()


@on_loop
async def test_one_that_hangs_is_ended_at_its_deadline_and_not_asked_again() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 1)
        await pool.start()
        (pid,) = children(started.pid)
        hanging = asyncio.create_task(failure(pool, b"hang", 0.2))
        await asyncio.sleep(0)
        assert await pool.ask(b"waits behind it", LIMIT_S) == b"waits behind it"
        assert await hanging == (Why.LATE, "the process 'echo' did not answer in time")
        await until(lambda: pid not in children(started.pid) and len(children(started.pid)) == 1, "another one")
        assert pool.replaced == 1
        (pid,) = children(started.pid)
        os.kill(pid, signal.SIGSTOP)
        assert (await failure(pool, b"x", 0.1))[0] is Why.LATE
        assert await pool.ask(b"x", LIMIT_S) == b"x"
        await pool.close()


@on_loop
async def test_who_waits_too_long_for_a_free_one_is_told_and_the_next_is_answered() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 1)
        hanging = asyncio.create_task(failure(pool, b"hang", 0.3))
        await asyncio.sleep(0)
        assert await failure(pool, b"x", 0.05) == (Why.LATE, "no process 'echo' was free in time")
        assert await pool.ask(b"y", LIMIT_S) == b"y"
        await hanging
        assert pool.replaced == 1
        await pool.close()


@on_loop
async def test_who_says_why_it_cannot_is_not_asked_again() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 1)
        assert await failure(pool, b"fail") == (Why.FAILED, "cannot do it")
        assert await pool.ask(b"x", LIMIT_S) == b"x"
        assert pool.replaced == 1
        await pool.close()


@on_loop
async def test_who_goes_away_does_not_leave_an_answer_to_the_next() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 1)
        await pool.start()
        for turns in range(6):
            going = asyncio.create_task(pool.ask(b"answer to one who has gone", LIMIT_S))
            waiting = asyncio.create_task(pool.ask(b"mine", LIMIT_S))
            for _ in range(turns):
                await asyncio.sleep(0)
            going.cancel()
            assert await waiting == b"mine"
        first = asyncio.create_task(pool.ask(b"x" * 100_000, LIMIT_S))
        waiting = asyncio.create_task(pool.ask(b"never asked", LIMIT_S))
        await asyncio.sleep(0)
        waiting.cancel()
        assert await first == b"x" * 100_000
        assert await pool.ask(b"x", LIMIT_S) == b"x"
        assert pool.replaced == 0
        await pool.close()


@on_loop
async def test_who_goes_away_when_it_is_its_turn_leaves_the_process_to_the_next() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 1)
        await pool.start()

        async def first() -> None:
            await pool.ask(b"x", LIMIT_S)
            going.cancel()  # it has the process, and does not know yet

        asking = asyncio.create_task(first())
        await asyncio.sleep(0)
        going = asyncio.create_task(pool.ask(b"never asked", LIMIT_S))
        await asyncio.gather(asking, going, return_exceptions=True)
        assert going.cancelled()
        assert await pool.ask(b"y", 5) == b"y"
        assert pool.replaced == 0
        await pool.close()


@on_loop
async def test_where_all_die_at_once_they_come_more_and_more_slowly_and_the_error_says_why() -> None:
    async with template() as started:
        pool = Pool(started, "dies", 2)
        assert await failure(pool, b"x") == (Why.DIED, "the process 'dies' ended with code 7")
        await asyncio.sleep(0.5)
        assert pool.replaced < 20
        async with asyncio.timeout(LIMIT_S):
            while "the process 'dies' ended with code 7" not in (await failure(pool, b"x", 0.01))[1]:
                pass  # a new one was just there, and may have been given the question
        await pool.close()


@on_loop
async def test_a_work_that_is_not_known_is_said_to_who_asks() -> None:
    async with template() as started:
        pool = Pool(started, "nothing", 1)
        assert (await failure(pool, b"x"))[1] == "nothing is answered by 'nothing' any more: there is no work 'nothing'"
        with pytest.raises(WorkerError, match="there is no work 'nothing'"):
            await Pool(started, "nothing", 1).start()
        await pool.close()


@on_loop
async def test_all_who_wait_are_told_when_the_template_is_gone() -> None:
    async with template() as started:
        pool = Pool(started, "echo", 2)
        await pool.start()
        asking = [asyncio.create_task(failure(pool, b"hang")) for _ in range(5)]
        await asyncio.sleep(0)
        os.kill(started.pid, signal.SIGKILL)
        for why, text in await asyncio.gather(*asking):
            assert why is Why.DIED
            assert "SIGKILL" in text
        assert (await failure(pool, b"x"))[0] is Why.DIED
        await pool.close()


@on_loop
async def test_a_hundred_killed_while_they_are_asked_cost_no_answer() -> None:
    """But to a question whose process was killed twice."""
    async with template() as started:
        pool = Pool(started, "echo", 2)
        await pool.start()
        answered = 0

        async def ask(number: int) -> None:
            nonlocal answered
            while pool.replaced < 100:
                said = b"%d" % number
                with suppress(WorkerError):
                    assert await pool.ask(said, LIMIT_S) == said
                    answered += 1

        asking = [asyncio.create_task(ask(number)) for number in range(4)]
        while pool.replaced < 100:
            before = answered
            await until(lambda before=before: answered > before, "an answer")  # type: ignore[misc]
            for pid in children(started.pid)[:1]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        await asyncio.gather(*asking)
        assert await pool.ask(b"x", LIMIT_S) == b"x"
        await until(lambda: len(children(started.pid)) == 2, "both to be there")
        await pool.close()
