"""The process that holds a lab: reads a plan, builds it, says how it went, and waits to be ended.

Its namespaces have no other name than its open files, so nothing is left when it ends, however it ends.
"""

import pickle
import sys

import msgspec
from msgspec import Struct

from backend.lab.build.apply import apply
from backend.lab.build.space import Refusal
from backend.lab.kernel.namespace import leave


class Ready(Struct, frozen=True):
    descriptors: dict[str, int]
    """Namespace → its open file in this process."""
    refusals: list[Refusal]
    error: str = ""


def main() -> None:
    plan = pickle.loads(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))
    try:
        leave()
        ready = Ready(*apply(plan))
    except OSError as error:
        ready = Ready({}, [], str(error))
    answer = msgspec.msgpack.encode(ready)
    sys.stdout.buffer.write(b"%d\n" % len(answer) + answer)
    sys.stdout.buffer.flush()
    sys.stdin.buffer.read()  # ends when the one who started this closes its end, or is gone


if __name__ == "__main__":
    main()
