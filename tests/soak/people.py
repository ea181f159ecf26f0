"""What people and programs do. One round of each, from signing in to whatever ends it."""

import re
import socket
import threading
from collections.abc import Callable
from typing import Any

import socketio

from tests.engine.sent import tar
from tests.live.watcher import Watcher
from tests.small import write_small_network
from tests.soak.load import Round, Visitor
from tests.waiting import wait_for

JOBS = "/api/v1/jobs"
NETWORKS = "/api/v1/networks"
ARCHIVE = "application/octet-stream"
HOSTS = ("hq-pc1", "br-pc1", "dc-db1", "dc-web1", "10.1.20.7", "8.8.8.8")
SERVICES = ("https", "5432,https", "22/tcp,53/udp,icmp", "443/tcp,53/udp,5432/tcp,icmp")
ENDED = ("succeeded", "failed", "cancelled", "expired")
END_S = 180.0


def looks_around(one: Visitor) -> None:
    with one.signed_in():
        flow = dict(zip(("source", "destination"), one.rng.sample(HOSTS, 2), strict=True))
        one.ask("GET", "/")
        one.ask("GET", "/api/v1/me")
        for path in ("topology", "routers", "topology.svg", "topology/layout", "jobs?q=443&limit=20", "services"):
            one.ask("GET", f"/api/v1/{path}")
        one.ask("POST", "/api/v1/traces", {**flow, "protocol": "tcp", "destination_port": 443, "tried": True})
        one.ask("POST", "/api/v1/reach", {**flow, "services": one.rng.choice(SERVICES)})
    one.ask("GET", "/readyz")


def tests_and_reads(one: Visitor) -> None:
    """With a socket, by WebSocket or by polling, and everything that there is of the result."""
    with one.signed_in():
        job = submitted(one, one.rng.choice(("predict", "prove", "prove")))
        watcher = opened(one)
        try:
            patiently(lambda: watcher.watch(job, 0))
            ended(one, job)
            watcher.wait_done(job)
        finally:
            watcher.close()
        found = one.ask("GET", f"{JOBS}/{job}").json
        if found["status"] != "succeeded":
            one.load.fail(f"{job}: {found['status']}, {found['reason']}")
        one.load.count(f"{found['mode']} {found['status']}")
        service = found["services"][0]
        name = f"{service['port']}/{service['protocol']}" if service["port"] else service["protocol"]
        for path in ("result", "result.csv", "report.pdf", "report.pdf?part=summary&paper=letter"):
            one.ask("GET", f"{JOBS}/{job}/{path}")
        for form in ("json", "svg", "png"):
            one.ask("GET", f"{JOBS}/{job}/path.{form}?service={name}")


def cancels(one: Visitor) -> None:
    """Three, each somewhere between its turn and its end; one of them is removed."""
    with one.signed_in():
        jobs = [submitted(one, "prove") for _ in range(3)]
        for job in jobs:
            threading.Event().wait(one.rng.uniform(0, 0.5))
            one.ask("POST", f"{JOBS}/{job}/cancel", None, 200, 409)
        for job in jobs:
            one.load.count(f"cancelled: {ended(one, job)}")
        one.ask("DELETE", f"{JOBS}/{jobs[0]}", None, 204)


def vanishes(one: Visitor) -> None:
    """Half an upload, a stream of events, a socket and a download: each connection is cut in the middle."""
    with one.signed_in():
        job = submitted(one, "predict")
        stream = f"GET {JOBS}/{job}/events HTTP/1.1\r\nAccept: text/event-stream"
        cut(one, stream, b"data:")
        key = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        cut(one, f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{key}", b"101 Switching")
        ended(one, job)
    with one.signed_in_as_admin():
        cut(one, f"POST {NETWORKS} HTTP/1.1\r\nContent-Type: {ARCHIVE}\r\nContent-Length: 1000000", b"")
        cut(one, f"GET {NETWORKS}/active/facts.tar.gz HTTP/1.1", b"200 OK")


def sends_a_network(one: Visitor) -> None:
    """One that nobody has seen before; it is asked about, compared, fetched and removed."""
    ports = one.rng.sample(range(1, 60000), 3)
    folder = write_small_network(one.place.folder / "sent" / str(ports[0]), ports)
    data = tar({file.name: file.read_bytes() for file in sorted(folder.iterdir())})
    for file in (*folder.iterdir(), folder):
        file.rmdir() if file.is_dir() else file.unlink()
    with one.signed_in_as_admin():
        # 503: two uploads of a user at once are the most, and those that were cut may not be gone yet.
        sent = one.ask("POST", f"{NETWORKS}?name=sent", data, 201, 503, Content_Type=ARCHIVE)
        if sent.status != 201:
            return
        label = sent.json["network"]["label"]
        flow = {"source": "10.0.1.5", "destination": "10.0.2.5", "services": f"{ports[1]}/tcp"}
        answer = one.ask("POST", f"/api/v1/reach?network={label}", flow).json
        if answer["services"][0]["verdict"] != "denied_forward":
            one.load.fail(f"{label}: {answer}")
        one.ask("GET", f"{NETWORKS}/{label}/difference/active")
        one.ask("GET", f"{NETWORKS}/{label}/facts.tar.gz")
        one.ask("DELETE", f"{NETWORKS}/{label}")


def gets_it_wrong(one: Visitor) -> None:
    """Addresses, values, archives and passwords that are wrong; each time others."""
    word = f"{one.rng.getrandbits(48):x}"
    one.ask("POST", "/api/v1/sessions", {"username": word, "password": word}, 401)
    one.ask("GET", f"/api/v1/{word}", None, 404)
    one.ask("GET", "/api/v1/me", None, 401, Authorization=f"Bearer tsim_{word}")
    with one.signed_in_as_admin():
        one.ask("GET", f"{JOBS}/{word}", None, 404)
        one.ask("POST", JOBS, {"source": word, "destination": "hq-pc1", "services": "1"}, 422)
        one.ask("POST", "/api/v1/traces", b"{", 400, Content_Type="application/json")
        one.ask("POST", NETWORKS, one.rng.randbytes(5000), 422, 503, Content_Type=ARCHIVE)


def runs_a_script(one: Visitor) -> None:
    """With a token of its own."""
    with one.signed_in():
        made = one.ask("POST", "/api/v1/tokens", {"name": "nightly", "scopes": ["read", "test"]}, 201).json
        mine = {"Authorization": f"Bearer {made['token']}"}
        script = Visitor(one.load, one.rng)
        question = {"source": "hq-pc1", "destination": "dc-db1", "services": "https,5432"}
        script.ask("POST", "/api/v1/reach", question, **mine)
        script.ask("GET", "/api/v1/me", **mine)
        one.ask("DELETE", f"/api/v1/tokens/{made['id']}", None, 204)
        script.ask("GET", "/api/v1/me", None, 401, **mine)


def collects(one: Visitor) -> None:
    """A router has another rule than before, and the engine reads it by itself."""
    threading.Event().wait(10.0)
    file = one.place.config.facts / "hq-gw_facts.txt"
    text = file.read_text("utf-8")
    last = 33534 if "33434:33535" in text else 33535
    file.with_suffix(".new").write_text(re.sub(r"33434:3353\d", f"33434:{last}", text), "utf-8")
    file.with_suffix(".new").replace(file)


def looks_after_it(one: Visitor) -> None:
    """An administrator, and Prometheus."""
    with one.signed_in_as_admin():
        one.ask("POST", "/api/v1/cleanup")
        for path in ("queue", "audit?limit=100", "checks", "users", "sessions?all=true"):
            one.ask("GET", f"/api/v1/{path}")
    one.ask("GET", "/health")
    one.ask("GET", "/metrics", Authorization=f"Bearer {one.place.config.metrics_token}")
    threading.Event().wait(5.0)


ROUNDS: tuple[Round, ...] = (
    looks_around, looks_around, tests_and_reads, tests_and_reads, tests_and_reads, cancels, vanishes, sends_a_network,
    gets_it_wrong, runs_a_script, collects, looks_after_it,
)  # fmt: skip


def submitted(one: Visitor, mode: str) -> str:
    source, destination = one.rng.sample(HOSTS, 2)
    question = {"source": source, "destination": destination, "services": one.rng.choice(SERVICES), "mode": mode}
    return str(one.ask("POST", JOBS, question, 202).json["id"])


def ended(one: Visitor, job: str) -> str:
    found: dict[str, Any] = {}

    def has_ended() -> bool:
        found.update(one.ask("GET", f"{JOBS}/{job}").json)
        return found["status"] in ENDED

    wait_for(has_ended, f"the end of {job}", END_S)
    return str(found["status"])


def opened(one: Visitor) -> Watcher:
    transport = one.rng.choice(("websocket", "polling"))
    trusted = str(one.place.nginx.folder / "certificate.pem")
    return Watcher(one.place.nginx.url, {"Cookie": one.cookie}, (transport,), trusted)


def patiently(ask: Callable[[], Any]) -> None:
    """Again, when the web was reloaded just then and the socket was another one."""
    for _ in range(20):
        try:
            ask()
        except socketio.exceptions.SocketIOError:
            threading.Event().wait(0.3)
        else:
            return
    ask()


def cut(one: Visitor, head: str, until: bytes) -> None:
    """Sends this, reads until something has come, and is gone without a word."""
    upgrade = "Upgrade" if "Upgrade:" in head else "close"
    words = [head, "Host: localhost", f"Cookie: {one.cookie}", "X-Requested-With: soak", f"Connection: {upgrade}"]
    with (
        socket.create_connection(("localhost", one.place.nginx.https), 60) as plain,
        one.place.nginx.trust().wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.sendall("\r\n".join([*words, "", ""]).encode())
        told = b""
        while until not in told and (data := connection.recv(65536)):
            told += data
        if until not in told:
            one.load.fail(f"{head.splitlines()[0]}: {told[:300]!r}")
