"""Sets and rules in the kernel's form, as one process of a network hands them to the next: plain values, no pickle."""

from collections.abc import Mapping

from msgspec import Struct, msgpack

from backend.lab.build.compiled import Compiled, CompiledRules, CompiledSets


class _Handed(Struct, frozen=True):
    rules: dict[bytes, CompiledRules]
    sets: dict[bytes, CompiledSets]


_decoder = msgpack.Decoder(_Handed)


def encode(compiled: Mapping[bytes, Compiled]) -> bytes:
    rules = {key: value for key, value in compiled.items() if isinstance(value, CompiledRules)}
    sets = {key: value for key, value in compiled.items() if isinstance(value, CompiledSets)}
    return msgpack.encode(_Handed(rules, sets))


def decode(data: bytes) -> dict[bytes, Compiled]:
    """Raises msgspec.MsgspecError."""
    read = _decoder.decode(data)
    return {**read.rules, **read.sets}
