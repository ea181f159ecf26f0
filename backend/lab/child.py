"""What the process of a lab does: builds a plan, says how it went, and waits to be ended.

Its namespaces have no other name than its open files, so nothing is left when it ends, however it ends.
"""

from msgspec import Struct

from backend.lab.build.apply import apply
from backend.lab.build.loaded import Loaded
from backend.lab.build.space import Refusal
from backend.lab.plan.operation import Plan
from backend.lab.process import Pipe


class Ready(Struct, frozen=True):
    descriptors: dict[str, int]
    """Namespace → its open file in this process."""
    refusals: list[Refusal]
    loaded: Loaded


def hold(pipe: Pipe, plan: Plan) -> None:
    pipe.send(Ready(*apply(plan)))
    pipe.receive()  # nothing comes but the end
