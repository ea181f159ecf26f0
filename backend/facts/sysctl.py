"""Kernel settings, keyed by their path below /proc/sys."""

import re

from backend.facts.notes import Notes
from backend.facts.sections import Section

LINE = re.compile(r"^(?:/proc/sys/)?([\w./:@+~%-]+)\s*[=:]\s*(.*)$")


def read_sysctls(section: Section, notes: Notes) -> dict[str, str]:
    found = {}
    for line, text in section:
        setting = LINE.match(text.strip())
        if setting is None or not ("/" in setting[1] or "." in setting[1]):
            notes.add(section.name, line, text, "expected a setting such as 'net/ipv4/ip_forward = 1'")
            continue
        found[path_of(setting[1])] = setting[2].strip()
    return found


def path_of(key: str) -> str:
    """sysctl(8) swaps the two signs in dotted keys: `net.ipv4.conf.eth0/100.rp_filter` is about eth0.100."""
    dot, slash = key.find("."), key.find("/")
    if slash >= 0 and (dot < 0 or slash < dot):
        return key
    return key.translate(str.maketrans("./", "/."))


def read_switch(section: Section, key: str, notes: Notes) -> dict[str, str]:
    """A section that holds the value of one setting alone, such as `ip_forwarding`."""
    for line, text in section:
        value = text.rpartition("=")[2].strip()
        if value.isdecimal():
            return {key: value}
        notes.add(section.name, line, text, f"expected the value of {key}")
    return {}
