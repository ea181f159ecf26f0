"""Which device hangs on which cable or switch. Pure."""

from collections.abc import Mapping

from backend.lab.plan.operation import Device
from backend.lab.plan.wiring import SWITCHES

Links = dict[tuple[str, str], str]
"""Namespace and device → a name for the cable or switch that it hangs on."""


def links(devices: Mapping[str, Mapping[str, Device]]) -> Links:
    return {(namespace, name): _link(each) for namespace, by_name in devices.items() for name, each in by_name.items()}


def _link(device: Device) -> str:
    plug = next((end for end in (device.end, device.other) if end.namespace == SWITCHES), None)
    if plug is not None:
        return plug.dev.partition(".")[0]
    return "/".join(min((end.namespace, end.dev) for end in (device.end, device.other)))
