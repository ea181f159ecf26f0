"""Words of iptables-extensions(8) that random rules are made of."""

FLAGS = ("SYN", "ACK", "FIN", "RST", "URG", "PSH")
STATES = ("NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED")
STATUSES = ("NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED")
TYPES = {
    4: ("UNICAST", "LOCAL", "BROADCAST", "UNREACHABLE", "BLACKHOLE", "PROHIBIT", "MULTICAST", "ANYCAST"),
    6: ("UNICAST", "LOCAL", "UNREACHABLE", "MULTICAST", "ANYCAST"),
}
"""Others the kernel does not ask in IPv6 (addrtype_mt_checkentry_v1 of net/netfilter/xt_addrtype.c)."""
ICMP = (
    "echo-request", "echo-reply", "destination-unreachable", "3/1", "port-unreachable", "11", "any", "time-exceeded",
    "8/0", "13",
)  # fmt: skip
ICMP6 = ("echo-request", "echo-reply", "destination-unreachable", "1/4", "128", "time-exceeded", "packet-too-big")
PORTED = ("tcp", "udp", "sctp", "udplite", "dccp")
INWARD = ("PREROUTING", "INPUT", "FORWARD")

PLAIN = {
    "length": ("? --length 0:60", "? --length 40", "? --length 44", "--length 61:", "? --length 100:1500"),
    "ttl": ("--ttl-eq 64", "--ttl-lt 2", "--ttl-gt 63", "! --ttl-eq 1"),
    "hl": ("--hl-eq 64", "--hl-lt 2", "--hl-gt 63", "! --hl-eq 1"),
    "dscp": ("? --dscp 0x02", "? --dscp 0x2e", "--dscp-class EF", "! --dscp-class AF11"),
    "ecn": ("? --ecn-ip-ect 0", "? --ecn-ip-ect 2", "? --ecn-ip-ect 3"),
    "pkttype": ("? --pkt-type unicast", "? --pkt-type multicast", "? --pkt-type broadcast"),
    "comment": ('--comment "as \\"agreed\\""', "--comment plain"),
    "helper": ("? --helper ftp",),
    "u32": ('? --u32 "6&0xFF=0x11"', '? --u32 "0&0xFFFF=0x1:0x3C"', '? --u32 "0>>22&0x3C@0>>16=0x35,0x50"'),
    "string": ('? --string "probe" --algo bm',),
    "limit": ("--limit 10000/sec --limit-burst 10000",),
    "statistic": ("--mode random --probability 0.5",),
    "ipv6header": ("? --header hop --soft", "? --header frag --soft", "--header none"),
    "frag": ("--fragid 0:4294967295",),
    "realm": ("? --realm 0x0",),
    "cpu": ("? --cpu 63",),
    "socket": ("", "--transparent"),
    "quota": ("--quota 1000000000",),
    "connbytes": ("--connbytes 0 --connbytes-dir both --connbytes-mode packets",),
    "connlimit": ("--connlimit-upto 100000",),
    "time": ("--timestart 00:00:00 --timestop 23:59:59",),
}
"""`?` is a negation, or nothing."""
RARE = frozenset(
    ("string", "u32", "limit", "statistic", "quota", "connbytes", "connlimit", "time", "mac", "frag", "cpu")
)
"""What makes the answer depend on something else, or is seldom seen."""
CHAINS = {
    "rpfilter": ("PREROUTING",), "mac": INWARD, "devgroup": INWARD, "socket": ("PREROUTING", "INPUT"),
    "realm": ("INPUT", "FORWARD", "POSTROUTING"), "addrtype": (*INWARD, "OUTPUT", "POSTROUTING"),
    "policy": (*INWARD, "OUTPUT", "POSTROUTING"),
}  # fmt: skip
TABLES = {"rpfilter": ("raw", "mangle")}
