"""What a test may be about: the services to choose from, and the limits."""

import msgspec
from flask import Response, current_app
from flask.typing import ResponseReturnValue
from msgspec import Raw, Struct

from backend.config import Config
from backend.web import documents
from backend.web.access import who
from backend.web.engine import JSON, told
from backend.web.quick import Quick
from backend.web.route import Route

EXAMPLE = "22/tcp,80,443/tcp,1000-1010/udp,53/tcp,53/udp,ssh"
COMMON = ("22/tcp", "25/tcp", "53/udp", "80/tcp", "123/udp", "389/tcp", "443/tcp", "445/tcp", "3389/tcp", "icmp")
TRACE = {"max_hops": 64, "packet_size": 60, "protocol": ["icmp", "udp", "tcp"]}


class OnlyServices(Struct):
    services: Raw


def quick() -> Quick:
    found: Quick = current_app.extensions["tsim_quick"]
    return found


def services() -> ResponseReturnValue:
    who()
    return Response(quick().document, mimetype=JSON)


def test_config() -> ResponseReturnValue:
    who()
    config: Config = current_app.extensions["tsim_config"]
    chosen = msgspec.json.decode(quick().document, type=OnlyServices).services
    return told(
        {
            "available_ports": {"quick": chosen, "common": COMMON, "custom": EXAMPLE},
            "protocols": ["tcp", "udp", "icmp"],
            "max_services": config.max_services,
            "timeout": config.job_seconds,
            "trace_options": TRACE,
        }
    )


TAG = "tests"
ROUTES = [
    Route("GET", "/api/v1/services", services, "Services to choose from", TAG, {200: documents.Choices}),
    Route("GET", "/api/v1/test-config", test_config, "What a test may be about", TAG, {200: documents.TestConfig}),
]
