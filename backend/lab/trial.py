"""What a lab can do here, for whom it is built and with what the kernel has: tried in one."""

import os
from typing import Any

from msgspec import Struct

from backend.lab.build import tool
from backend.lab.build.backend import choose
from backend.lab.build.settings import Settings
from backend.lab.build.space import Space
from backend.lab.kernel.namespace import new_network, right
from backend.lab.plan.operation import Backend, SetSysctl
from backend.lab.process import Pipe, working

LIMIT_S = 60.0
SETS = {
    "bitmap:ip": "range 10.0.0.0/24", "bitmap:ip,mac": "range 10.0.0.0/24", "bitmap:port": "range 1-99", "hash:ip": "",
    "hash:ip,mac": "", "hash:ip,mark": "", "hash:ip,port": "", "hash:ip,port,ip": "", "hash:ip,port,net": "",
    "hash:mac": "", "hash:net": "", "hash:net,iface": "", "hash:net,net": "", "hash:net,port": "",
    "hash:net,port,net": "", "list:set": "",
}  # fmt: skip
BOTH = [SetSysctl("trial", "net/ipv4/ip_forward", value) for value in "01"]
"""One of them is written, as only what is another value is."""


class Trial(Struct, frozen=True):
    right: str
    """By which the namespaces are had."""
    backend: str | None
    """That loads rules whose packets are traced; None: neither, for the reasons in `refusals`."""
    refusals: tuple[str, ...]
    sets: dict[str, str]
    """Types that there are not, with what was said of them."""


def tried() -> Trial:
    """LabError where none can be built at all."""
    with working(_try, None) as process:
        found: Trial = process.receive(LIMIT_S)
        return found


def _try(pipe: Pipe, _: Any) -> None:
    Settings(BOTH, Space.make(["trial"])).set(BOTH)
    choice = choose((4, 6), tuple(Backend))
    pipe.send(Trial(right(), choice.backend, tuple(choice.refusals), _refused_sets()))


def _refused_sets() -> dict[str, str]:
    refused = {}
    with new_network() as descriptor:
        pass
    try:
        for kind, more in SETS.items():
            said = tool.run(descriptor, ("ipset", "restore"), f"create trial {kind} {more}\ndestroy trial\n")
            if not said.is_done:
                refused[kind] = said.errors
            if said.is_broken:
                break
    finally:
        os.close(descriptor)
    return refused
