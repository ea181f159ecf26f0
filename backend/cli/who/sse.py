"""Server-sent events, line by line (HTML Living Standard, 9.2)."""

from collections.abc import Iterable, Iterator

from msgspec import Struct


class Told(Struct, frozen=True):
    data: str
    name: str = ""
    id: str = ""


def read(lines: Iterable[bytes]) -> Iterator[Told]:
    """What is not finished is not told; comments are passed over."""
    data: list[str] = []
    fields = {"event": "", "id": ""}
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if not line:
            if data:
                yield Told("\n".join(data), fields["event"], fields["id"])
            data, fields = [], {"event": "", "id": ""}
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        elif name in fields:
            fields[name] = value
