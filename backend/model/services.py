"""Ports by the names that /etc/services has for them on every system."""

PORTS = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "whois": 43, "tacacs": 49, "domain": 53,
    "bootps": 67, "bootpc": 68, "tftp": 69, "finger": 79, "http": 80, "www": 80, "kerberos": 88, "pop3": 110,
    "sunrpc": 111, "nntp": 119, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap2": 143,
    "imap": 143, "snmp": 161, "snmp-trap": 162, "bgp": 179, "ldap": 389, "https": 443, "microsoft-ds": 445,
    "kpasswd": 464, "submissions": 465, "isakmp": 500, "syslog": 514, "printer": 515, "route": 520, "submission": 587,
    "ipp": 631, "ldaps": 636, "domain-s": 853, "rsync": 873, "imaps": 993, "pop3s": 995, "socks": 1080, "openvpn": 1194,
    "ms-sql-s": 1433, "l2tp": 1701, "radius": 1812, "radius-acct": 1813, "nfs": 2049, "squid": 3128, "mysql": 3306,
    "ms-wbt-server": 3389, "sip": 5060, "sip-tls": 5061, "mdns": 5353, "postgresql": 5432, "x11": 6000, "redis": 6379,
    "http-alt": 8080, "git": 9418,
}  # fmt: skip

_OF_UDP = (
    "bootps", "bootpc", "tftp", "ntp", "netbios-ns", "netbios-dgm", "snmp", "snmp-trap", "isakmp", "syslog", "route",
    "openvpn", "l2tp", "radius", "radius-acct", "mdns",
)  # fmt: skip
_OF_BOTH = ("domain", "kerberos", "kpasswd", "sip")
_CALLED = {
    "dns": "53/tcp 53/udp", "dhcp": "67/udp", "http3": "443/udp", "https-alt": "8443/tcp", "smtps": "465/tcp",
    "ftps": "990/tcp", "smb": "445/tcp", "rdp": "3389/tcp", "vnc": "5900/tcp", "winrm": "5985/tcp 5986/tcp",
    "mssql": "1433/tcp", "oracle": "1521/tcp", "mongodb": "27017/tcp", "elasticsearch": "9200/tcp",
    "postgres": "5432/tcp", "global-catalog": "3268/tcp",
}  # fmt: skip
"""What people say beside those names."""

Usual = tuple[tuple[str, int], ...]
"""Protocols and ports."""


def _usual(name: str) -> Usual:
    protocols = ("udp",) if name in _OF_UDP else ("tcp", "udp") if name in _OF_BOTH else ("tcp",)
    return tuple((protocol, PORTS[name]) for protocol in protocols)


def _read(text: str) -> Usual:
    pairs = [pair.split("/") for pair in text.split()]
    return tuple((protocol, int(port)) for port, protocol in pairs)


USUAL: dict[str, Usual] = {name: _usual(name) for name in PORTS} | {name: _read(text) for name, text in _CALLED.items()}
"""What each name means to who says no protocol."""


def ports_of(name: str) -> tuple[int, ...]:
    """For who says one."""
    return tuple(dict.fromkeys(port for _, port in USUAL[name]))
