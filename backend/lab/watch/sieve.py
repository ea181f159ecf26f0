"""Which packets a tap copies, as a program of the kernel's classic packet filter. Pure.

Documentation/networking/filter.rst. The program sees a packet from its network header on; what stands in front of it is
asked for by addresses that no packet has.
"""

import struct

LOAD_BYTE, LOAD_HALF, LOAD_WORD, LOAD_HEADER_LENGTH, LOAD_BYTE_FROM_X = 0x30, 0x28, 0x20, 0xB1, 0x50
JUMP_EQUAL, JUMP_SET, RETURN = 0x15, 0x45, 0x06
PROTOCOL, PACKET_TYPE = 0xFFFFF000, 0xFFFFF004
"""SKF_AD_OFF with SKF_AD_PROTOCOL and SKF_AD_PKTTYPE of include/uapi/linux/filter.h."""
IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
BARRIER = 0x88B5
"""Of IEEE 802 for experiments: no protocol of the kernel's, so that after the taps nobody takes such a frame."""
OTHER_HOST = 3
TCP, SYN_OR_RESET = 6, 0x06
COPIED = 256


def everything() -> bytes:
    """Of IP and ARP, and our barriers; not what is sent to others, which the kernel drops unread (ip_rcv_core)."""
    return _assembled(_of_networks("take", "take"))


def connecting() -> bytes:
    """Of TCP only what opens or resets a connection, and all else."""
    return _assembled(
        [
            *_of_networks("ipv4", "ipv6"),
            ("ipv4", LOAD_BYTE, "", "", 9),
            ("", JUMP_EQUAL, "", "take", TCP),
            ("", LOAD_HALF, "", "", 6),
            ("", JUMP_SET, "take", "", 0x1FFF),
            ("", LOAD_HEADER_LENGTH, "", "", 0),
            ("", LOAD_BYTE_FROM_X, "", "", 13),
            ("", JUMP_SET, "take", "leave", SYN_OR_RESET),
            ("ipv6", LOAD_BYTE, "", "", 6),
            ("", JUMP_EQUAL, "", "take", TCP),
            ("", LOAD_BYTE, "", "", 40 + 13),
            ("", JUMP_SET, "take", "leave", SYN_OR_RESET),
        ]
    )


Line = tuple[str, int, str, str, int]
"""The line's own mark, the code, the marks to go on at when it is true and when not, and a number."""


def _of_networks(ipv4: str, ipv6: str) -> list[Line]:
    return [
        ("", LOAD_WORD, "", "", PACKET_TYPE),
        ("", JUMP_EQUAL, "leave", "", OTHER_HOST),
        ("", LOAD_WORD, "", "", PROTOCOL),
        ("", JUMP_EQUAL, ipv4, "", IPV4),
        ("", JUMP_EQUAL, ipv6, "", IPV6),
        ("", JUMP_EQUAL, "take", "", ARP),
        ("", JUMP_EQUAL, "take", "leave", BARRIER),
    ]


def _assembled(lines: list[Line]) -> bytes:
    """struct sock_filter; a jump counts the instructions that it passes over, and an empty mark is the next one."""
    program = [*lines, ("take", RETURN, "", "", COPIED), ("leave", RETURN, "", "", 0)]
    marks = {line[0]: number for number, line in enumerate(program) if line[0]}
    made = b""
    for number, (_, code, true, false, value) in enumerate(program):
        jumps = (marks[mark] - number - 1 if mark else 0 for mark in (true, false))
        made += struct.pack("=HBBI", code, *jumps, value)
    return made
