"""The process that owns a lab by hand: builds it, goes away from who started it, and answers until it is told to end.

Its namespaces have no other name than its open files, so nothing is left when it ends, however it ends.
"""

import logging
import os
import resource
import signal
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from msgspec import Struct, structs

from backend.lab.build.apply import apply
from backend.lab.error import LabError
from backend.lab.hand import place
from backend.lab.hand.calls import About, Calls
from backend.lab.hand.client import NotUpError, ask
from backend.lab.hand.joining import unlimited
from backend.lab.hand.machines import UsageError, shown
from backend.lab.hand.protocol import Status
from backend.lab.hand.server import Server
from backend.lab.hand.site import Ground
from backend.lab.kernel.namespace import is_machines_root
from backend.lab.plan.hosting import guest_of
from backend.lab.plan.operation import Plan
from backend.lab.plan.planner import Layout, lay_out
from backend.lab.plan.survey import Survey
from backend.lab.probe.loop import Loop
from backend.lab.process import Pipe, Process
from backend.model.network import Network, Router

TIMEOUT_S = 120.0
OTHER_S = 30.0
"""So long one waits for a lab that another process is building."""


LOOK_S = 10.0
"""So often a lab looks whether it can be asked still: one whose directory is gone ends."""


class Task(Struct, frozen=True):
    directory: Path
    network: Network
    routers: tuple[str, ...] = ()
    """Empty: all."""


class Ready(Struct, frozen=True):
    is_mine: bool
    """Or else another process had the lock."""


def start(task: Task) -> bool:
    """A lab is up when this returns: whether it was built here, or by somebody who came first."""
    chosen_routers(task.network, task.routers)
    place.make(task.directory)
    process = Process(own, task)
    try:
        said: Ready = process.receive(TIMEOUT_S)
    finally:
        process.close()
    if not said.is_mine:
        _wait_for_other(task.directory)
    return said.is_mine


def _wait_for_other(directory: Path) -> None:
    deadline = monotonic() + OTHER_S
    while True:
        try:
            ask(directory, Status())
        except NotUpError:
            if monotonic() > deadline:
                raise LabError(f"another process holds {directory}, but does not answer there") from None
            sleep(0.02)
        else:
            return


def own(pipe: Pipe, task: Task) -> None:
    """The work of the first process ends when the second one, that nobody waits for, has the lab."""
    try:
        held = place.lock(task.directory)
    except FileNotFoundError:
        raise LabError(f"{task.directory} cannot be below /run, which is another one in a lab") from None
    if held is None:
        pipe.send(Ready(is_mine=False))
        return
    _allow_many_files()
    survey = Survey(task.network)
    plan = plan_by_hand(survey, task.routers)
    built = apply(plan)
    if os.fork():
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listener = place.listen(task.directory)
    identity = place.identity(task.directory)
    loop = Loop()
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = About(since, os.getpid(), not is_machines_root(), not task.routers)
    calls = Calls(loop, Ground.of(survey, plan), built, about, lambda: server.end())
    server = Server(loop, listener, calls.answer, lambda: place.identity(task.directory) == identity, LOOK_S)
    _leave_terminal(task.directory)
    pipe.send(Ready(is_mine=True))
    pipe.close()
    try:
        server.run()
    finally:
        if place.identity(task.directory) == identity:
            place.forget(task.directory)
        server.close()


def plan_by_hand(survey: Survey, names: Iterable[str] = ()) -> Plan:
    """Of the whole network, or of some of its routers and the hosts beside them. All that is no tunnel hangs on
    switches, so that hosts can be added."""
    routers = chosen_routers(survey.network, names)
    chosen = {router.name for router in routers}
    guests = [guest_of(survey, host) for host in survey.network.hosts]
    beside = [
        guest
        for guest in guests
        if guest.at is None or chosen & {member.router for member in survey.segment_at(guest.at).members}
    ]
    uplinks = {at: held for at, held in survey.uplinks.items() if at.router in chosen}
    plan = lay_out(Layout(survey, routers, tuple(beside), uplinks, is_switched=True))
    settings = [each for namespace in plan.namespaces.values() for each in unlimited(namespace)]
    return structs.replace(plan, operations=(*plan.operations, *settings))


def chosen_routers(network: Network, names: Iterable[str]) -> tuple[Router, ...]:
    wanted = set(names)
    if not wanted:
        return network.routers
    known = sorted(router.name for router in network.routers)
    for name in sorted(wanted.difference(known)):
        raise UsageError(f"--routers: {shown(name)} is no router of this network; there are {', '.join(known)}")
    return tuple(router for router in network.routers if router.name in wanted)


def _allow_many_files() -> None:
    """Each namespace and each service is an open file."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _leave_terminal(directory: Path) -> None:
    """Whoever reads what the starter prints sees its end."""
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR)
    log = os.open(directory / place.LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for descriptor, file in ((0, nothing), (1, nothing), (2, log)):
        os.dup2(file, descriptor)
    os.close(nothing)
    os.close(log)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115 - to the end of the process
    logging.getLogger().handlers.clear()  # those of the starter, which are not ours to close
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
