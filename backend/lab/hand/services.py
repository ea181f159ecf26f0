"""Services that are started by hand: TCP and UDP echo at every address of a machine."""

from collections.abc import Iterable, Mapping
from typing import Any

from backend.lab.error import LabError
from backend.lab.hand.machines import Machine, UsageError
from backend.lab.probe.listen import Listeners
from backend.lab.probe.loop import Loop
from backend.model.flow import Service
from backend.wire.services import spoken


class Services:
    def __init__(self, loop: Loop, descriptors: Mapping[str, int]) -> None:
        """`descriptors` of the lab's namespaces."""
        self._loop = loop
        self._descriptors = descriptors
        self._running: dict[tuple[str, Service], Listeners] = {}

    def start(self, machine: Machine, services: Iterable[Service]) -> dict[str, Any]:
        started, already, notes = [], [], []
        for service in services:
            if not service.port:
                raise UsageError(f"services: {spoken(service)} needs no service: every machine answers pings by itself")
            if (machine.name, service) in self._running:
                already.append(spoken(service))
                continue
            reasons = self._listen(machine, service)
            if (machine.name, service) in self._running:
                started.append(spoken(service))
            notes += reasons
        if not started and not already:
            raise LabError("; ".join(notes) or f"{machine.name} has no address that others could reach")
        return {"machine": machine.name, "started": started, "already": already, "notes": notes}

    def stop(self, machine: str, services: Iterable[Service] = ()) -> dict[str, Any]:
        """All of the machine's, where none is named."""
        running = self.of(machine)
        wanted = list(services) or running
        stopped = [service for service in wanted if service in running]
        for service in stopped:
            self._running.pop((machine, service)).close()
        missing = [spoken(service) for service in wanted if service not in running]
        return {"machine": machine, "stopped": list(map(spoken, stopped)), "not_running": missing}

    def of(self, machine: str) -> list[Service]:
        return [service for name, service in self._running if name == machine]

    def documents(self) -> list[dict[str, Any]]:
        machines = dict.fromkeys(name for name, _ in self._running)
        return [{"machine": name, "services": list(map(spoken, self.of(name)))} for name in machines]

    def _listen(self, machine: Machine, service: Service) -> list[str]:
        """Each address by itself, so that answers come from the address that was asked. Where it could not be done, and
        why."""
        listeners, namespace = Listeners(self._loop), self._descriptors[machine.namespace]
        failed = []
        for address in machine.addresses:
            failed += listeners.start(namespace, address, [service])
        if len(failed) < len(machine.addresses):
            self._running[machine.name, service] = listeners
        return [f"{spoken(each.service)} at {each.address}: {each.reason}" for each in failed]
