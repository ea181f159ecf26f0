"""Hosts that are added to a lab that stands, and taken away again."""

import os
from itertools import count
from typing import Any

from backend.lab.build.apply import Built, apply
from backend.lab.error import LabError
from backend.lab.hand.joining import Joining, joining
from backend.lab.hand.machines import Machine, Machines, UsageError
from backend.lab.hand.protocol import AddHost
from backend.lab.hand.site import Ground
from backend.lab.kernel import rtnetlink
from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import inside
from backend.lab.plan.guest import DEVICE
from backend.lab.plan.wiring import SWITCHES

BY_HAND = "by hand"


class Hosts:
    """`built` and `machines` are those of the lab, and are kept up to date."""

    def __init__(self, ground: Ground, built: Built, machines: Machines) -> None:
        self._ground = ground
        self._built = built
        self._machines = machines
        self._numbers = count(1)
        self._indexes = count(max(built.indexes[SWITCHES].values()) + 1)
        self._joined: dict[str, Joining] = {}

    def add(self, asked: AddHost) -> dict[str, Any]:
        joined = joining(self._ground, self._machines, asked, next(self._numbers), next(self._indexes))
        switches = self._built.descriptors[SWITCHES]
        new = apply(joined.plan, {SWITCHES: switches})
        name = asked.name
        if new.refusals:
            os.close(new.descriptors[name])
            raise LabError("; ".join(map(str, new.refusals)))
        self._built.descriptors[name] = new.descriptors[name]
        addresses = {entry.address: DEVICE for entry in joined.guest.addresses}
        self._machines.add(Machine(name, name, BY_HAND, addresses))
        self._joined[name] = joined
        return self._document(joined)

    def remove(self, name: str) -> dict[str, Any]:
        joined = self._joined.get(name)
        if joined is None:
            kind = "was not added by hand" if name in self._machines else "is no host of this lab"
            raise UsageError(f"name: {name} {kind}; `host list` lists those that were")
        self._machines.remove(name)
        del self._joined[name]
        os.close(self._built.descriptors.pop(name))
        _unplug(self._built.descriptors[SWITCHES], joined.plug)
        return self._document(joined)

    def documents(self) -> list[dict[str, Any]]:
        return [self._document(joined) for joined in self._joined.values()]

    def _document(self, joined: Joining) -> dict[str, Any]:
        guest = joined.guest
        assert guest.at is not None
        return {
            "name": guest.name,
            "addresses": [entry.text for entry in guest.addresses],
            "gateways": [str(each) for each in guest.gateways],
            "segment": joined.segment,
            "on": f"{guest.at.router}:{guest.at.interface}",
            "notes": list(joined.notes),
        }


def _unplug(switches: int, plug: str) -> None:
    """At once: the kernel would take a namespace down some time after its last descriptor is closed."""
    with inside(switches):
        channel = Channel()
        try:
            channel.send([rtnetlink.delete_link(plug)])
        finally:
            channel.close()
