"""The sysctls that routing asks for, with the kernel's way of joining `all` and the interface's own value."""

from collections.abc import Mapping

from msgspec import Struct


class Sysctls(Struct, frozen=True):
    values: Mapping[str, str]

    def number(self, scope: str, name: str, family: int = 4) -> int | None:
        """The value for an interface, or for `all`; None where the facts do not have it."""
        text = self.values.get(f"net/ipv{family}/conf/{scope}/{name}")
        return int(text) if text is not None and text.lstrip("-").isdigit() else None

    def largest(self, interface: str, name: str) -> int | None:
        """IN_DEV_MAXCONF and IN_DEV_ORCONF of include/linux/inetdevice.h; None where neither value is known."""
        known = [value for scope in ("all", interface) if (value := self.number(scope, name)) is not None]
        return max(known) if known else None

    def is_on(self, interface: str, name: str) -> bool:
        return bool(self.largest(interface, name))
