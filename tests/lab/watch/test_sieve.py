"""What the programs let through is seen with real packets, in test_tap.py."""

import struct

import pytest

from backend.lab.watch import sieve


@pytest.mark.parametrize("program", [sieve.everything(), sieve.connecting()], ids=["everything", "connecting"])
def test_jumps_end_in_the_program_and_the_program_in_a_verdict(program: bytes) -> None:
    instructions = list(struct.iter_unpack("=HBBI", program))
    for number, (code, true, false, _) in enumerate(instructions):
        if code in (sieve.JUMP_EQUAL, sieve.JUMP_SET):
            assert number + 1 + max(true, false) < len(instructions)
    assert [(code, value) for code, _, _, value in instructions[-2:]] == [(0x06, sieve.COPIED), (0x06, 0)]
