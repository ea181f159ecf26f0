"""The web, and what stands in front of it: asked at the address that people use."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from backend.cli.doctor.finding import Finding, note, well, wrong
from backend.cli.doctor.starting import started_by
from backend.config import Config

TIMEOUT_S = 5.0
SOCKET = "/socket.io/?EIO=4&transport=websocket"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dHNpbSBhc2tzIGZvciBpdA==",
}
NGINX = (
    "nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
    'proxy_set_header Connection "upgrade"; in the location of /socket.io/'
)
GUNICORN = "make run, or gunicorn -c python:backend.gunicorn_config backend.wsgi:app"
TRUSTED = (
    "let an authority sign one that browsers trust; where it is meant to be so, ask with "
    "SSL_CERT_FILE=/etc/tsim/tls/certificate.pem before tsimsh"
)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
Answer = tuple[int, "http.client.HTTPMessage"]


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self._path)


def look(config: Config, address: str | None = None) -> Iterator[Finding]:
    """`address`: that of a proxy, as people type it."""
    url = urlsplit(address or _own(config))
    try:
        status, headers = _ask(url, "/readyz")
    except PermissionError:
        yield note("web", f"{url.geturl()} may not be asked by this user", "run this as root, or give --url")
        return
    except ssl.SSLCertVerificationError as error:
        yield wrong("certificate", f"{url.geturl()} shows one that is not trusted: {error.verify_message}", TRUSTED)
        return
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield wrong(
            "web",
            f"{url.geturl()} does not answer: {error}",
            f"start it: {started_by('web', GUNICORN)}",
        )
        return
    yield _ready(url, status)
    if status in (200, 503):
        yield _sockets(url)
    yield from _settings(config, url, headers)


def _own(config: Config) -> str:
    return config.bind if config.bind.startswith("unix:") else f"http://{config.bind}{config.root_path}"


def _ask(url: SplitResult, path: str, **headers: str) -> Answer:
    connection = _connection(url)
    prefix = "" if url.scheme == "unix" else url.path.rstrip("/")
    try:
        connection.request("GET", prefix + path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers
    finally:
        connection.close()


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    if url.scheme == "unix":
        return _Unix(url.path)
    if url.scheme == "https":
        return http.client.HTTPSConnection(url.netloc, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return http.client.HTTPConnection(url.netloc, timeout=TIMEOUT_S)


def _ready(url: SplitResult, status: int) -> Finding:
    match status:
        case 200:
            return well("web", f"{url.geturl()} is ready")
        case 503:
            return wrong("web", f"{url.geturl()} answers, and its engine does not", "see what is said of the engine")
        case 502 | 504:
            text = f"the proxy at {url.geturl()} does not reach the web (status {status})"
            return wrong("proxy", text, "start the web; the proxy's address of it should be that of GUNICORN_BIND")
    text = f"{url.geturl()}/readyz is answered with status {status}"
    return wrong("web", text, "something else is served there: look at --url, TSIM_ROOT_PATH and the proxy's paths")


def _sockets(url: SplitResult) -> Finding:
    """Nobody has signed in, so it is refused; how, says whether the upgrade came as far as the web."""
    try:
        status, _ = _ask(url, SOCKET, **UPGRADE)
    except (OSError, http.client.HTTPException) as error:
        return wrong("sockets", f"a WebSocket ends at once: {error}", "the proxy must pass on Upgrade and Connection")
    match status:
        case 401 | 101:
            return well("sockets", "an upgrade to WebSocket comes as far as the web")
        case 421:
            text = "the web is not asked under one of its own names"
            return wrong("sockets", text, f"add {url.hostname} to TSIM_HOSTS")
        case 400:
            return wrong("sockets", "the upgrade to WebSocket is lost on its way through the proxy", NGINX)
    text = f"an upgrade to WebSocket is answered with status {status}"
    return wrong("sockets", text, "the proxy must pass /socket.io/ on to the web")


def _settings(config: Config, url: SplitResult, headers: "http.client.HTTPMessage") -> Iterator[Finding]:
    if url.scheme == "https":
        if not config.secure_cookies:
            text = "browsers send the session without TLS too"
            yield wrong("cookies", text, "TSIM_SECURE_COOKIES=1, since the page is served over TLS")
        if "Strict-Transport-Security" not in headers:
            text = "the web does not know that it is served over TLS"
            mend = "name the proxy in TSIM_PROXIES, and have it set X-Forwarded-Proto and X-Forwarded-For"
            yield wrong("proxy", text, mend)
    host = config.bind.rpartition(":")[0]
    if config.bind.startswith("unix:") or host in LOOPBACK:
        return
    if not config.secure_cookies:
        text = f"{config.bind} is open to others without TLS"
        yield note("web", text, "bind to loopback or a Unix socket behind a proxy with TLS")
