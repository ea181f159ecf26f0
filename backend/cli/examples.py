"""Examples, as the help and the manual show them."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "trace": (
        "trace -s hq-pc1 -d br-pc1 -v",
        "trace -s 10.1.1.50 -d 10.2.1.50 -p tcp --sport 40000 --dport 443 -vvv",
    ),
    "reach": ("reach -s hq-pc1 -d dc-db1 -P https,5432,icmp", "reach -s 10.1.1.50 -d 10.2.1.50 -P 1-1023/tcp -j"),
    "prove": ("prove -s hq-pc1 -d dc-db1 -P https,5432 -v", "prove -s hq-pc1 -d br-pc1 -P 22 --trace path.json"),
    "network": ("network", "network up --routers hq-gw,br-gw", "network upload facts --activate"),
    "facts": ("facts -j",),
    "job": ("job list --status failed --since 2d",),
    "job submit": ("job submit -s hq-pc1 -d br-pc1 -P 22,443 --wait",),
    "job list": ("job list --user anna --since 2026-01-31",),
    "job watch": ("job watch 1a2b3c4d -j",),
    "job report": ("job report 1a2b3c4d -o test.pdf",),
    "host": ("host add web 10.2.1.77 2001:db8:2:1::77 --gateway 10.2.1.1",),
    "host add": ("host add printer 10.1.30.99/24", "host add web 192.0.2.7 --on hq-gw:eth0"),
    "service": ("service start web 443,53/udp", "service test -s hq-pc1 -d web -P 443,22"),
    "ping": ("ping -s hq-pc1 -d br-pc1 -c 5 -i 0.2",),
    "mtr": ("mtr -s hq-pc1 -d dc-db1 -p tcp --dport 443",),
    "engine": ("engine status", "engine reload"),
    "report": (
        "report result.json -o result.pdf",
        "report 1a2b3c4d -o path.svg --service 443/tcp",
        "report 1a2b3c4d 5e6f7a8b -o both.pdf",
    ),
    "check": ("check policy.yaml --junit policy.xml", "check policy.yaml --prove 5 -v"),
    "diff": (
        "diff facts.old facts",
        "diff facts.old facts -s 10.1.0.0/16 -d any -P 443",
        "diff demo@549806d6 active -f policy.yaml",
    ),
    "set": ("set src hq-pc1", "trace -s $src -d ${src}"),
    "unset": ("unset src",),
    "completion": ("completion bash",),
    "complete": ("complete -- trace -s hq-",),
    "doctor": ("doctor --url https://tsim.example.org",),
}


def examples(command: str) -> str:
    """As a part of its help."""
    lines = EXAMPLES.get(command, ())
    return "\n".join(["examples:" if len(lines) > 1 else "example:", *(f"  {line}" for line in lines)]) if lines else ""
