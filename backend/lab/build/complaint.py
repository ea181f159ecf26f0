"""What the tools say of lines that they refuse. Pure."""

import re

from msgspec import Struct

LINES = (
    re.compile(
        r"^line (?P<line>\d+): (?P<reason>.+)$", re.MULTILINE
    ),  # iptables-nft, of each rule that the kernel refused
    re.compile(r"(?P<reason>.*)^Error occurred at line: (?P<line>\d+)$", re.MULTILINE | re.DOTALL),
    re.compile(r"Error in line (?P<line>\d+): (?P<reason>.+)", re.DOTALL),  # ipset
    re.compile(r"^(?P<reason>.*Can't set policy .*line (?P<line>\d+): .*)$", re.MULTILINE),
    re.compile(r"^\S+: line (?P<line>\d+) failed(?:: )?(?P<reason>.*)$", re.MULTILINE),
)
"""xshared.c, iptables-restore.c and nft.c of iptables, ipset.c of ipset."""
SPEAKER = re.compile(r"^(ip6?tables|ipset)[\w-]* v[\w.]+( \(\w+\))?: ")


class Complaint(Struct, frozen=True):
    line: int | None
    """Of the input, from 1; None where the tool names none."""
    reason: str


def complaints(errors: str) -> list[Complaint]:
    for pattern in LINES:
        found = [Complaint(int(each["line"]), _reason(each["reason"])) for each in pattern.finditer(errors)]
        if found:
            return found
    return [Complaint(None, _reason(errors))]


def _reason(text: str) -> str:
    return SPEAKER.sub("", " ".join(text.split())) or "refused by the kernel"
