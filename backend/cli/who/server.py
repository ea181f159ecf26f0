"""A server elsewhere, asked over HTTP. What it refuses is said as the engine says it, where the engine could."""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from backend.cli.error import FailureError, UsageError
from backend.engine.protocol import Code, EngineError

JSON, PROBLEM = "application/json", "application/problem+json"
LONGEST_S = 60.0
MOST = 256 << 20
CODES = {
    HTTPStatus.UNPROCESSABLE_ENTITY: Code.BAD_VALUE,
    HTTPStatus.BAD_REQUEST: Code.BAD_VALUE,
    HTTPStatus.NOT_FOUND: Code.NOT_FOUND,
    HTTPStatus.CONFLICT: Code.BAD_VALUE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Code.INTERNAL,
}
HINTS = {
    HTTPStatus.UNAUTHORIZED: "; a token is given with --token-file or TSIM_TOKEN",
    HTTPStatus.FORBIDDEN: "; another token may be allowed to",
}


class Address(Struct, frozen=True):
    url: str
    token: str = ""
    ca_file: str | None = None
    """Of the authority that the server's certificate is from, where the system does not know it."""


class Server:
    def __init__(self, address: Address) -> None:
        self.url = address.url.rstrip("/")
        self._token = address.token
        self._place = _place(address)
        self._tls = _tls(address.ca_file) if self._place.scheme == "https" else None
        self._kept: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
        """Over one connection for all questions."""
        answer = self._answered(method, path, body, headers or {})
        data = self.read(answer, MOST + 1)
        if len(data) > MOST:
            raise FailureError(f"{self.url} answers with more than {MOST >> 20} MiB")
        return data

    def document(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": JSON} if body is not None else {}
        data = self.ask(method, path, sent, {"Accept": JSON, **kind, **headers})
        return self.decoded(data) if data else None

    def decoded(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError:
            raise FailureError(f"{self.url} does not answer as tsim does: {data[:60]!r}") from None

    def opened(self, path: str, headers: Mapping[str, str], silence_s: float) -> http.client.HTTPResponse:
        """An answer that is read as it comes, over a connection of its own; a failure when nothing comes for long."""
        return self._checked(self._sent(self._connection(silence_s), "GET", path, None, headers))

    def read(self, answer: http.client.HTTPResponse, size: int) -> bytes:
        try:
            data = answer.read(size)
        except (http.client.HTTPException, OSError) as error:
            raise FailureError(f"{self.url} stopped in the middle: {error or type(error).__name__}") from None
        if answer.length and len(data) < size:  # http.client takes it for whole
            raise FailureError(f"{self.url} stopped in the middle of an answer")
        return data

    def lines(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        """To the end, however that comes."""
        with suppress(http.client.HTTPException, OSError):
            while line := answer.readline(MOST):
                yield line

    def _answered(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        if self._kept is not None:
            try:
                return self._checked(self._sent(self._kept, method, path, body, headers))
            except (http.client.RemoteDisconnected, ConnectionError):
                self._kept.close()  # it was closed while nobody spoke: the question is asked again
        self._kept = self._connection(LONGEST_S)
        try:
            return self._checked(self._sent(self._kept, method, path, body, headers))
        except (http.client.HTTPException, ConnectionError) as error:
            raise FailureError(f"{self.url} ended the connection: {error or type(error).__name__}") from None

    def _sent(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> http.client.HTTPResponse:
        given = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            connection.request(method, f"{self._place.path.rstrip('/')}{path}", body, {**given, **headers})
            return connection.getresponse()
        except ssl.SSLCertVerificationError as error:
            text = f"the certificate of {self.url} is not trusted: {error.verify_message}"
            raise FailureError(f"{text}; --ca-file names the authority that it is from") from None
        except ssl.SSLError as error:
            raise FailureError(f"{self.url} does not speak TLS as expected: {error.reason or error}") from None
        except TimeoutError:
            raise FailureError(f"{self.url} does not answer in time") from None
        except (ConnectionRefusedError, socket.gaierror) as error:
            raise FailureError(f"{self.url} cannot be reached: {error.strerror or error}") from None
        except (http.client.RemoteDisconnected, ConnectionError):
            raise
        except (http.client.HTTPException, OSError) as error:
            raise FailureError(f"{self.url} cannot be reached: {getattr(error, 'strerror', None) or error}") from None

    def _checked(self, answer: http.client.HTTPResponse) -> http.client.HTTPResponse:
        if answer.status < 300:
            return answer
        if answer.status < 400:
            answer.read()
            raise FailureError(f"{self.url} sends one on to {answer.getheader('Location')}: ask there")
        raise self._refusal(answer, answer.read(1 << 20))

    def _refusal(self, answer: http.client.HTTPResponse, body: bytes) -> Exception:
        status = HTTPStatus(answer.status) if answer.status in HTTPStatus._value2member_map_ else None
        problem = _problem(answer, body)
        if problem is None:
            return FailureError(f"{self.url} does not answer as tsim does: {answer.status} {answer.reason}")
        detail, field = str(problem["detail"]), problem.get("field")
        if status in CODES:
            return EngineError(CODES[status], detail, field)
        again = answer.getheader("Retry-After")
        wait = f"; try again in {again} s" if again else ""
        hint = HINTS.get(status, "") if status is not None else ""
        return FailureError(f"{self.url}: {detail.rstrip('.')}{hint}{wait}")

    def _connection(self, timeout_s: float) -> http.client.HTTPConnection:
        host, port = self._place.hostname or "", self._place.port
        if self._tls is not None:
            return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=timeout_s)


def _problem(answer: http.client.HTTPResponse, body: bytes) -> Any:
    if (answer.getheader("Content-Type") or "").partition(";")[0] != PROBLEM:
        return None
    try:
        problem = json.loads(body)
    except ValueError:
        return None
    return problem if isinstance(problem, dict) and "detail" in problem else None


def _place(address: Address) -> SplitResult:
    """UsageError. A token is shown to nobody on the way."""
    try:
        place = urlsplit(address.url)
        has_port = place.port is None or place.port > 0
    except ValueError:
        has_port = False
        place = SplitResult("", "", "", "", "")
    if place.scheme not in ("http", "https") or not place.hostname or not has_port or place.query or place.username:
        raise UsageError(f"--server: {address.url[:80]!r} is no address such as https://tsim.example.org")
    if place.scheme == "http" and address.token and not _is_here(place.hostname):
        raise UsageError(f"--server: with {address.url[:80]} the token would be there for all on the way: use https://")
    if not address.token.isascii() or not (address.token or "x").isprintable() or " " in address.token:
        raise UsageError("the token is no token: letters, digits and signs in one word are expected")
    return place


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tls(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise UsageError(f"--ca-file: {ca_file} holds no certificate") from None
    except OSError as error:
        raise UsageError(f"--ca-file: {ca_file}: {error.strerror}") from None
