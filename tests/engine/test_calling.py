import asyncio
import threading
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor

from backend.engine.calling import Caller, in_thread


def test_what_blocks_is_done_beside_the_loop() -> None:
    async def ask() -> object:
        with ThreadPoolExecutor(1, "beside") as executor:
            call = in_thread(lambda params: (params["a"], threading.current_thread().name), executor)
            answer = call(Caller(1, 0, is_owner=True), {"a": 5})
            assert isinstance(answer, Awaitable)
            return await answer

    assert asyncio.run(ask()) == (5, "beside_0")
