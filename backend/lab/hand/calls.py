"""What a lab by hand answers to each request."""

from collections.abc import Callable
from itertools import count
from typing import Any

from msgspec import Struct

from backend.lab.build.apply import Built
from backend.lab.hand.hosts import Hosts
from backend.lab.hand.machines import machines_of
from backend.lab.hand.probes import pinged, traced
from backend.lab.hand.protocol import (
    AddHost,
    Down,
    ListHosts,
    ListServices,
    Mtr,
    Ping,
    RemoveHost,
    Request,
    StartServices,
    Status,
    StopServices,
    TryServices,
)
from backend.lab.hand.services import Services
from backend.lab.hand.site import Ground
from backend.lab.hand.standing import Document, Standing
from backend.lab.hand.trial import tested
from backend.lab.probe.loop import Loop, Steps


class About(Struct, frozen=True):
    """What a lab says of itself."""

    since: str
    pid: int
    is_rootless: bool
    is_whole: bool
    """All routers of the network are in it."""


class Calls:
    def __init__(self, loop: Loop, ground: Ground, built: Built, about: About, end: Callable[[], None]) -> None:
        self._ground = ground
        self._built = built
        self._about = about
        self._end = end
        self._machines = machines_of(ground.survey.network, ground.plan)
        self._hosts = Hosts(ground, built, self._machines)
        self._services = Services(loop, built.descriptors)
        self._label = ground.survey.network.label
        numbers = count()
        self._standing = Standing(
            loop=loop,
            descriptors=built.descriptors,
            machines=self._machines,
            services=self._services,
            next_number=lambda: next(numbers),
            network=self._label,
        )

    def answer(self, asked: Request) -> Document | Steps[Document]:
        """At once, or after some steps. A LabError is what the person is told instead."""
        match asked:
            case Ping():
                return pinged(self._standing, asked)
            case Mtr():
                return traced(self._standing, asked)
            case TryServices():
                return tested(self._standing, asked)
        return {"success": True, "network": self._label, **self._at_once(asked)}

    def _at_once(self, asked: Request) -> Document:
        match asked:
            case Status():
                return self._status()
            case Down():
                self._end()
                return self._short()
            case AddHost():
                return self._hosts.add(asked)
            case RemoveHost(name):
                removed = self._hosts.remove(name)
                return removed | {"stopped": self._services.stop(name)["stopped"]}
            case ListHosts():
                return {"hosts": self._host_documents()}
            case StartServices(machine, services):
                return self._services.start(self._machines.meant(machine), services)
            case StopServices(machine, services):
                return self._services.stop(self._machines.meant(machine).name, services)
            case ListServices(machine):
                wanted = self._machines.meant(machine).name if machine is not None else None
                running = self._services.documents()
                return {"services": [each for each in running if wanted in (None, each["machine"])]}
        raise AssertionError(f"{asked} is answered in steps")

    def _short(self) -> Document:
        return {"hash": self._ground.survey.network.hash, "since": self._about.since, "pid": self._about.pid}

    def _status(self) -> Document:
        backend = self._built.loaded.backend
        return {
            **self._short(),
            "is_whole": self._about.is_whole,
            "is_rootless": self._about.is_rootless,
            "backend": backend.value if backend is not None else None,
            "machines": [
                {"name": each.name, "kind": each.kind, "addresses": [str(a) for a in each.addresses]}
                for each in self._machines
            ],
            "hosts": self._hosts.documents(),
            "services": self._services.documents(),
            "refusals": [str(each) for each in self._built.refusals],
            "omissions": [f"{each.router}: {each.text}: {each.reason}" for each in self._ground.plan.omissions],
        }

    def _host_documents(self) -> list[dict[str, Any]]:
        """Those of the network, then those by hand."""
        known = [each for each in self._machines if each.kind == "host"]
        of_network = [
            {"name": each.name, "addresses": [str(a) for a in each.addresses], "by_hand": False} for each in known
        ]
        return of_network + [{**each, "by_hand": True} for each in self._hosts.documents()]
