"""The kernel: whether a lab can be built here, with rules, sets and the trace of what decides. Tried in a lab."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

from backend.cli.doctor.finding import Finding, note, well, wrong
from backend.lab.build import tool
from backend.lab.build.backend import choose
from backend.lab.build.settings import Settings
from backend.lab.build.space import Space
from backend.lab.error import LabError
from backend.lab.kernel.namespace import new_network, right
from backend.lab.plan.operation import Backend, SetSysctl
from backend.lab.process import Pipe, Process

TRIAL_S = 60.0
SETS = {
    "bitmap:ip": "range 10.0.0.0/24", "bitmap:ip,mac": "range 10.0.0.0/24", "bitmap:port": "range 1-99", "hash:ip": "",
    "hash:ip,mac": "", "hash:ip,mark": "", "hash:ip,port": "", "hash:ip,port,ip": "", "hash:ip,port,net": "",
    "hash:mac": "", "hash:net": "", "hash:net,iface": "", "hash:net,net": "", "hash:net,port": "",
    "hash:net,port,net": "", "list:set": "",
}  # fmt: skip
BOTH = [SetSysctl("trial", "net/ipv4/ip_forward", value) for value in "01"]
"""One of them is written, as only what is another value is."""
NAMESPACES = (
    "run as root, or allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), "
    "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), user.max_user_namespaces=10000"
)


def look() -> Iterator[Finding]:
    process = Process(_try, None)
    try:
        found = process.receive(TRIAL_S)
    except LabError as error:
        yield wrong("namespaces", f"a lab cannot be built: {error}", NAMESPACES)
        return
    finally:
        process.close()
    yield well("namespaces", f"a lab can be built {found['right']}")
    yield _rules(found["backend"], found["refusals"])
    yield _sets(found["sets"])


def _try(pipe: Pipe, _: Any) -> None:
    Settings(BOTH, Space.make(["trial"])).set(BOTH)
    choice = choose((4, 6), tuple(Backend))
    pipe.send({"right": right(), "backend": choice.backend, "refusals": choice.refusals, "sets": _refused_sets()})


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


def _rules(backend: str | None, refusals: Sequence[str]) -> Finding:
    if backend is None:
        text = f"no rules with a trace can be loaded: {'; '.join(refusals)}"
        mend = "apt-get install iptables; as root: modprobe -a ip_tables ip6_tables xt_TRACE nf_tables nfnetlink_log"
        return wrong("rules", text, mend)
    return well("rules", f"iptables-{backend} loads them, and the kernel traces packets through them")


def _sets(refused: dict[str, str]) -> Finding:
    if not refused:
        return well("sets", "all types of ipset exist")
    first = next(iter(refused.values()))
    if len(refused) == len(SETS) or "not installed" in first:
        return wrong("sets", f"no set can be made: {first}", "apt-get install ipset; as root: modprobe ip_set")
    text = f"this kernel lacks sets of {', '.join(refused)}: rules with them are predicted, not proved"
    return note("sets", text, "as root: modprobe the modules of these, or take another kernel")
