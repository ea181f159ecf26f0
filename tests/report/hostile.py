"""Results that nobody makes by accident."""

import copy
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
    document = read("accepted")
    (summary,) = document["services"]
    document["services"] = [summary | {"port": 1000 + number} for number in range(services)]
    document["asked"]["services"] = [{"port": 1000 + number, "protocol": "tcp"} for number in range(services)]
    for answer in (document["prediction"], document["proof"]):
        (service,) = answer["services"]
        _lengthen(service, routers, letters)
        answer["services"] = [copy.deepcopy(service) | {"port": 1000 + number} for number in range(services)]
    return document


def _lengthen(service: dict[str, Any], routers: int, letters: int) -> None:
    (first, *_), (hop, *_) = service["routers"], service["forward"]["path"]
    service["routers"] = [first | {"name": f"router-{number}"} for number in range(routers)]
    service["forward"]["path"] = [hop | {"name": f"router-{number}", "hop": number} for number in range(routers)]
    for router in service["routers"][:1]:
        router["counted"] = [router["counted"][0] | {"text": "-A FORWARD " + "z" * letters}]
