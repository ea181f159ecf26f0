"""The site as it is installed, with the real server behind it: what browsers, scripts and strangers get through it."""

import gzip
import socket
import ssl
from contextlib import ExitStack

import msgspec
import pytest

from backend.web.headers import ALWAYS, HSTS
from tests.engine.desk import PASSWORD, PREDICTION, Desk, Person
from tests.live.site import Web
from tests.live.sse import read
from tests.nginx.conftest import Opens
from tests.nginx.proxy import Answer, Nginx, nginx
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
ASSET = "/assets/index-1a2b.js"


def cookie(site: Web, person: Person) -> str:
    return site.cookie(person.session)["Cookie"]


def signed_in(front: Nginx, desk: Desk, path: str = "", **headers: str) -> tuple[Person, Answer]:
    person = desk.person()
    given = {"username": person.name, "password": PASSWORD}
    return person, front.ask("POST", f"{path}/api/v1/sessions", given, **headers)


def test_http_leads_to_https_and_old_tls_is_not_spoken(front: Nginx) -> None:
    told = front.curl(
        "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", f"http://localhost:{front.http}/jobs?a=1"
    )
    assert told == "308 https://localhost/jobs?a=1"
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert handshake(front, version) == version.name.replace("_", ".")
    with pytest.raises(ssl.SSLError):
        handshake(front, ssl.TLSVersion.TLSv1_1)


def handshake(front: Nginx, version: ssl.TLSVersion) -> str | None:
    trust = front.trust()
    trust.set_ciphers("DEFAULT:@SECLEVEL=0")  # so that it is nginx who refuses
    trust.minimum_version = trust.maximum_version = version
    with tls(front, trust) as connection:
        return connection.version()


def tls(front: Nginx, trust: ssl.SSLContext) -> ssl.SSLSocket:
    return trust.wrap_socket(socket.create_connection(("localhost", front.https), 30), server_hostname="localhost")


def test_browsers_get_http_2(front: Nginx) -> None:
    told = front.curl("--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", f"{front.url}/healthz")
    assert told == "2 200"


@pytest.mark.parametrize("path", ["/", ASSET, "/api/v1/me", "/nothing", "/socket.io/?EIO=4&transport=polling"])
def test_each_header_of_safety_comes_once_whoever_answers(front: Nginx, path: str) -> None:
    answer = front.ask("GET", path)
    for name, value in ALWAYS.items():
        assert answer.header(name.lower()) == [value], name
    assert answer.header("strict-transport-security") == [HSTS]


def test_files_of_the_page_are_kept_for_good_and_come_compressed(front: Nginx, site: Web) -> None:
    file = site.config.page / ASSET[1:]
    ready = file.with_name(f"{file.name}.gz")
    plain = front.ask("GET", ASSET)
    assert (plain.status, plain.body) == (200, file.read_bytes())
    assert plain.header("cache-control") == ["public, max-age=31536000, immutable"]
    ready.write_bytes(gzip.compress(b"// made when it was built"))
    try:
        small = front.ask("GET", ASSET, Accept_Encoding="gzip")
    finally:
        ready.unlink()
    assert (small.header("content-encoding"), gzip.decompress(small.body)) == (["gzip"], b"// made when it was built")
    assert front.ask("GET", "/assets/../index.html").status in (400, 404)
    assert front.ask("GET", "/assets/nothing.js").status == 404


def test_answers_are_compressed_and_known_again(front: Nginx, site: Web, desk: Desk) -> None:
    ann = desk.person()
    job = ann.submit()
    ann.ended(job)
    path = f"/api/v1/jobs/{job}/result"
    answer = front.ask("GET", path, Cookie=cookie(site, ann), Accept_Encoding="gzip")
    assert answer.header("content-encoding") == ["gzip"]
    assert msgspec.json.decode(gzip.decompress(answer.body))["services"]
    (tag,) = answer.header("etag")
    assert front.ask("GET", path, Cookie=cookie(site, ann), If_None_Match=tag).status == 304


@pytest.mark.root
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_socket_and_curl_are_told_the_same(front: Nginx, site: Web, desk: Desk, opens: Opens, transport: str) -> None:
    """With the curl that people have."""
    ann = desk.person()
    watcher = opens(ann, transport)
    with desk.halted():
        job = ann.submit(mode="prove")
        watcher.watch(job, 0)
    told = front.curl("-N", "-H", f"Cookie: {cookie(site, ann)}", f"{front.url}/api/progress-stream?run_id={job}")
    events = watcher.wait_done(job)
    assert read(told).events == events == ann.ask("events", job=job)["events"]
    assert read(told).is_whole


def test_who_asks_is_who_has_come_and_not_who_it_says(front: Nginx, desk: Desk) -> None:
    said = {
        "X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Prefix": "/evil", "Forwarded": "for=203.0.113.9",
    }  # fmt: skip
    _, answer = signed_in(front, desk, **said)
    (given,) = answer.header("set-cookie")
    assert "Path=/;" in given
    assert "Secure" in given
    mine = {"Cookie": given.partition(";")[0]}
    sessions = front.ask("GET", "/api/v1/sessions", **mine).json["sessions"]
    assert [one["address"] for one in sessions if one["is_current"]] == ["127.0.0.1"]
    taken = front.ask("POST", "/api/v1/jobs", PREDICTION, **mine, **said)
    assert taken.header("location")[0].startswith("/api/v1/jobs/")
    assert front.ask("GET", "/metrics", X_Forwarded_For="127.0.0.1").status == 403


def test_a_page_of_another_origin_is_refused_and_ours_is_not(front: Nginx, site: Web, desk: Desk) -> None:
    mine = {"Cookie": cookie(site, desk.person())}
    for origin, status in ((front.url, 202), ("https://evil.example", 403), (f"http://{front.address}", 403)):
        assert front.ask("POST", "/api/v1/jobs", PREDICTION, Origin=origin, **mine).status == status, origin
    assert front.ask("GET", "/api/v1/me", Host="evil.example", **mine).status == 421


def test_the_request_has_one_id_everywhere(front: Nginx) -> None:
    answer = front.ask("GET", "/api/v1/me", X_Request_ID="mine")
    (id_,) = answer.header("x-request-id")
    assert (len(id_), answer.json["request_id"]) == (32, id_)


def test_what_is_too_large_is_refused_and_what_is_sent_is_not_kept_here_first(
    front: Nginx, site: Web, desk: Desk
) -> None:
    mine = {"Cookie": cookie(site, desk.person())}
    for size in (300_000, 2_000_000):  # of the web, and of nginx
        refused = front.ask("POST", "/api/v1/jobs", b"{" + b" " * size + b"}", **mine)
        assert (refused.status, refused.json["status"]) == (413, 413)
        assert refused.header("content-security-policy") == [ALWAYS["Content-Security-Policy"]]
    head = f"POST /api/v1/networks HTTP/1.1\r\nHost: {front.address}\r\nContent-Length: 900000\r\n\r\n"
    with tls(front, front.trust()) as sending:
        sending.sendall(head.encode() + b"\x1f\x8b")
        assert b" 401 " in sending.recv(4096)  # long before all of it is there


def test_old_addresses_lead_to_the_new_ones(front: Nginx) -> None:
    moved = front.ask("GET", "/cgi-bin/pdf_viewer.py?id=1")
    assert (moved.status, moved.header("location")) == (301, ["/api/pdf?id=1"])
    assert front.ask("POST", "/cgi-bin/main.py", {}).status == 308


def test_headers_that_do_not_end_keep_nobody_up(front: Nginx, site: Web) -> None:
    with ExitStack() as stack:
        for _ in range(100):
            slow = stack.enter_context(socket.create_connection(("localhost", front.http), 30))
            slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert front.ask("GET", "/healthz").status == 200


def test_below_a_path_of_its_own_all_of_it_works(below: Nginx, desk: Desk, opens: Opens) -> None:
    person, answer = signed_in(below, desk, "/tsim")
    (given,) = answer.header("set-cookie")
    assert "Path=/tsim/" in given
    mine = {"Cookie": given.partition(";")[0]}
    for path in ("/tsim/", "/tsim/api/v1/me", f"/tsim{ASSET}", "/tsim/api/docs", "/tsim/healthz"):
        assert below.ask("GET", path, **mine).status == 200, path
    assert below.ask("GET", "/api/v1/me", **mine).status == 404
    moved = below.ask("GET", "/cgi-bin/main.py")
    assert (moved.status, moved.header("location")[0].endswith("/tsim/cgi-bin/main.py")) == (308, True)
    assert below.ask("GET", "/tsim/cgi-bin/main.py").header("location") == ["/tsim/api/main"]
    watcher = opens(person, "websocket", below, "/tsim")
    job = person.submit()
    watcher.watch(job, 0)
    assert watcher.wait_done(job) == person.ask("events", job=job)["events"]


def test_one_address_asks_only_so_often(front: Nginx, site: Web, tmp_path_factory: pytest.TempPathFactory) -> None:
    with nginx(tmp_path_factory.mktemp("slow") / "nginx", {"WEB": site.config.bind, "RATE": 1}) as slow:
        urls = [f"{slow.url}/healthz?[1-230]", "-o", "/dev/null", "-w", "%{http_code}\n"]
        statuses = slow.curl(*urls).split()
        assert {"200", "429"} == set(statuses)
        wait_for(lambda: slow.ask("GET", "/healthz").status == 200, "the next one")
        refused = next(answer for answer in iter(lambda: slow.ask("GET", "/healthz"), None) if answer.status == 429)
    assert refused.header("retry-after") == ["1"]
    assert refused.json["status"] == 429
