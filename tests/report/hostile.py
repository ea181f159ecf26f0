"""Results that nobody makes by accident."""

import json
from typing import Any

from tests.report.results import read

NASTY = (
    "<b>bold</b><script>alert(1)</script>",
    "&amp; ]]> -->",
    "(unbalanced \\( parenthesis",
    "\x1b[31mred\x07\x00\r\n\tend",
    "\u202etxt.exe\u2066 \u200b",
    "כלל חומת אש 10.1.1.1",
    "قاعدة",
    "防火墙 🔥",
    "\ud800",
    "%PDF-1.4 endstream endobj",
    "x" * 2000,
    "-A FORWARD " + "-m comment --comment y " * 90 + "-j DROP",
    "",
)


def nasty(name: str) -> dict[str, Any]:
    """Every text of it is one of them, in turn; verdicts and dates too."""
    count = 0

    def spoilt(value: Any) -> Any:
        nonlocal count
        if isinstance(value, str):
            count += 1
            return NASTY[count % len(NASTY)]
        if isinstance(value, dict):
            return {key: spoilt(each) for key, each in value.items()}
        return [spoilt(each) for each in value] if isinstance(value, list) else value

    document: dict[str, Any] = spoilt(read(name))
    return document


def huge(services: int = 100, routers: int = 30, letters: int = 2000) -> dict[str, Any]:
    """Each service has rules of its own, so that nothing can be told of two at once."""
    document = read("accepted")
    ports = range(1000, 1000 + services)
    (summary,) = document["services"]
    document["services"] = [summary | {"port": port} for port in ports]
    document["asked"]["services"] = [{"port": port, "protocol": "tcp"} for port in ports]
    for answer in (document["prediction"], document["proof"]):
        (service,) = answer["services"]
        answer["services"] = [_service(service, port, routers, letters) for port in ports]
    return document


def _service(service: dict[str, Any], port: int, routers: int, letters: int) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(service).replace("--dport 22 ", f"--dport {port} "))
    names = [f"router-{number}" for number in range(routers)]
    for way in (made["forward"], made["return"]):
        for hop in way["path"]:
            for step in hop["steps"]:
                step["comment"] = f"of {port}"
        way["path"] = [way["path"][0] | {"name": name} for name in names]
    made["routers"] = [made["routers"][0] | {"name": name} for name in names]
    long = made["routers"][0]["counted"][0] | {"text": "-A FORWARD " + "z" * letters}
    made["routers"][0] = made["routers"][0] | {"counted": [long]}
    return made | {"port": port}
