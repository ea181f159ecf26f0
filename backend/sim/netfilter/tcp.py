"""The states of a TCP connection as conntrack follows them (tcp_conntracks in nf_conntrack_proto_tcp.c).

A state is a letter: N none yet, S a SYN was seen, R its answer too, E established, F a FIN was seen, C it was
acknowledged, L one of the other side too, T that as well, X reset; 2 is a SYN from both sides. Packets that do not fit
are I, invalid; those that may fit are G, and change nothing. Numbers of segments are not looked at.
"""

FIN, SYN, RST, ACK = 1, 2, 4, 16
NEW, INVALID, IGNORED = "N", "I", "G"
STATES = "NSREFCLTX2"
ORIGINAL = {
    "syn": "SSGGGGGSS2",
    "syn-ack": "IIGGGGGGGR",
    "fin": "IIFFLLLTXI",
    "ack": "EIEECCTTXI",
    "rst": "IXXXXXXXXX",
    "none": "IIIIIIIIII",
}
REPLY = {
    "syn": "I2IIIIISI2",
    "syn-ack": "IRGGGGGGGR",
    "fin": "IIFFLLLTXI",
    "ack": "IGRECCTTXG",
    "rst": "IXXXXXXXXX",
    "none": "IIIIIIIIII",
}


def following(state: str, flags: int, is_reply: bool) -> str:
    """The next state, the same one where the packet is ignored, or INVALID."""
    found = (REPLY if is_reply else ORIGINAL)[_kind(flags)][STATES.index(state)]
    return state if found == IGNORED else found


def _kind(flags: int) -> str:
    """get_conntrack_index"""
    if flags & RST:
        return "rst"
    if flags & SYN:
        return "syn-ack" if flags & ACK else "syn"
    if flags & FIN:
        return "fin"
    return "ack" if flags & ACK else "none"
