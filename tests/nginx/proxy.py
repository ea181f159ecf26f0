"""A real nginx with the site that is installed, in front of whatever is given to it."""

import http.client
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tests.live.site import free_port
from tests.waiting import wait_for

RENDER = Path(__file__).resolve().parent.parent.parent / "deploy" / "nginx" / "render.sh"
MAIN = """
{user}daemon off;
worker_processes 1;
worker_rlimit_nofile 40000;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 16000; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site/site.conf;
}}
"""


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: list[tuple[str, str]]
    """Each name in small letters, as often as it came."""
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    def header(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each == name]


class Nginx:
    def __init__(self, folder: Path, values: Mapping[str, object]) -> None:
        """`values` as render.sh takes them."""
        self.folder = folder
        self.http, self.https = free_port(), free_port()
        folder.mkdir(parents=True)
        self._certify()
        given: dict[str, object] = {
            "NAME": "localhost", "HTTP": f"127.0.0.1:{self.http}", "HTTPS": f"127.0.0.1:{self.https}",
            "CERTIFICATE": folder / "certificate.pem", "KEY": folder / "key.pem", **values,
        }  # fmt: skip
        subprocess.run([RENDER, folder / "site", *(f"{name}={value}" for name, value in given.items())], check=True)
        user = "user root;\n" if Path("/proc/self").stat().st_uid == 0 else ""
        self.config = folder / "nginx.conf"
        self.config.write_text(MAIN.format(folder=folder, user=user))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"localhost:{self.https}"

    @property
    def url(self) -> str:
        return f"https://{self.address}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return (self.folder / "error.log").read_text()

    def start(self) -> None:
        self._process = subprocess.Popen(["nginx", "-c", str(self.config), "-e", str(self.folder / "error.log")])
        wait_for(self._is_ready, f"nginx ({self.folder / 'error.log'})")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """A body that is no bytes goes as JSON."""
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        given = {
            "X-Requested-With": "tests",
            **kind,
            **{name.replace("_", "-"): each for name, each in headers.items()},
        }
        with closing(http.client.HTTPSConnection("localhost", self.https, timeout=60, context=self.trust())) as one:
            one.request(method, path, data, given)
            answer = one.getresponse()
            told = [(name.lower(), value) for name, value in answer.getheaders()]
            return Answer(answer.status, told, answer.read())

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def curl(self, *arguments: str) -> str:
        command = ["curl", "-sS", "--cacert", str(self.folder / "certificate.pem"), "--max-time", "60", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        try:
            self.ask("GET", "/healthz")
        except OSError:
            return False
        return True

    def _certify(self) -> None:
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "certificate.pem")]
        subprocess.run([*command, *names, *files], check=True, capture_output=True)


@contextmanager
def nginx(folder: Path, values: Mapping[str, object]) -> Iterator[Nginx]:
    running = Nginx(folder, values)
    try:
        running.start()
        yield running
    finally:
        running.stop()
