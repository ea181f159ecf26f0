"""A call says what parameters it takes; what they are not is an error that names the parameter and the value."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.snapshots import SnapshotError, UnknownNetworkError
from backend.engine.workers.error import Why, WorkerError
from backend.jobs.error import UnknownJobError
from backend.jobs.queue import RefusedError
from backend.jobs.record import RecordError
from backend.lab.error import LabError
from backend.store.error import StoreError

P = TypeVar("P", bound=Struct)
AT = " - at `$"


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of a call that has none."""


def declared(kind: type[P], answer: Callable[[Caller, P], object]) -> Call:
    def call(caller: Caller, params: Mapping[str, Any]) -> object:
        asked = read(kind, params)
        with told():
            found = answer(caller, asked)
        if isinstance(found, AsyncGenerator):
            return _told_events(found)
        return _told_value(found) if isinstance(found, Awaitable) else found

    return call


def read(kind: type[P], params: Mapping[str, Any]) -> P:
    try:
        return msgspec.convert(params, kind)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(AT)
        field = place.strip(".`") or None
        raise EngineError(Code.BAD_VALUE, f"{field}: {text}" if field else text, field) from None


async def _told_value(found: Awaitable[object]) -> object:
    with told():
        return await found


async def _told_events(events: AsyncGenerator[object, None]) -> AsyncIterator[object]:
    with told():
        async with aclosing(events):  # who watches no more leaves nothing behind
            async for event in events:
                yield event


@contextmanager
def told() -> Iterator[None]:
    """What went wrong, as the one who asked is told it."""
    try:
        yield
    except RefusedError as error:
        raise EngineError(Code.BUSY, str(error), retry_after_s=error.retry_after_s) from error
    except UnknownJobError as error:
        raise EngineError(Code.NOT_FOUND, str(error)) from error
    except StoreError as error:
        raise EngineError(Code.UNAVAILABLE if error.is_passing else Code.BAD_VALUE, str(error)) from error
    except UnknownNetworkError as error:
        raise EngineError(Code.NOT_FOUND, str(error), "network") from error
    except (SnapshotError, RecordError, LabError) as error:
        raise EngineError(Code.UNAVAILABLE, str(error)) from error
    except WorkerError as error:
        raise EngineError(Code.TIMEOUT if error.why is Why.LATE else Code.INTERNAL, str(error)) from error
