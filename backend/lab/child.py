"""What the process of a lab does: builds a plan, says how it went, and waits to be ended.

Its namespaces have no other name than its open files, so nothing is left when it ends, however it ends.
"""

import gc

from backend.lab.build.apply import apply
from backend.lab.build.compiled import STORE
from backend.lab.plan.operation import Plan
from backend.lab.process import Pipe


def hold(pipe: Pipe, plan: Plan) -> None:
    gc.disable()  # all that is made is kept to the end
    pipe.send((apply(plan), STORE.taken()))
    pipe.receive()  # nothing comes but the end
