"""How often something may be asked, by each user, each token, and each address where nobody has signed in.

It is counted before anything else is done. In memory, or in Redis where several webs serve the same users; while Redis
is away each web counts by itself, since a limit that fails must not be the end of the service.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from http import HTTPStatus
from ipaddress import ip_network
from math import ceil
from threading import Lock
from time import monotonic, time

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage
from msgspec import Struct

from backend.config import Config
from backend.engine import EngineError
from backend.web import access, known
from backend.web.errors import ProblemError
from backend.web.headers import more

log = logging.getLogger(__name__)
OFF = "off"
ALL = "all"
RATE = "tsim.rate"
DEFAULT = (
    "all=6000/minute",
    "sign-in=60/minute",
    "traces=600/minute",
    "jobs=60/minute",
    "uploads=60/hour",
    "sockets=600/minute",
)
KINDS: Mapping[tuple[str, str], str] = {
    ("POST", "/api/v1/sessions"): "sign-in",
    ("POST", "/api/login"): "sign-in",
    ("POST", "/api/v1/traces"): "traces",
    ("POST", "/api/v1/reach"): "traces",
    ("POST", "/api/v1/policies/check"): "traces",
    ("POST", "/api/v1/jobs"): "jobs",
    ("POST", "/api/main"): "jobs",
    ("POST", "/api/v1/networks"): "uploads",
}
FREE = frozenset(("/healthz", "/readyz", "/health", "/metrics"))
"""Asked by machines that look after us, from one address each."""
BELIEVED_S = 300.0
MOST_KNOWN = 10_000
AGAIN_S = 5.0
"""So long Redis is left alone after it failed."""
TIMEOUT_S = 0.5


class Limit(Struct, frozen=True):
    kind: str
    amount: int
    expiry_s: int
    policy: tuple[str, str]
    """As a header: structured fields, as draft-ietf-httpapi-ratelimit-headers has them."""


class Memory:
    """The two things that are asked of a storage. That of `limits` starts a thread every 10 ms, to forget."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[int, float]] = {}
        """How often, and until when."""
        self._lock = Lock()

    def incr(self, key: str, expiry: int) -> int:
        now_s = time()
        with self._lock:
            if len(self._windows) >= MOST_KNOWN:
                self._forget(now_s)
            count, until_s = self._windows.get(key, (0, 0.0))
            self._windows[key] = (count + 1, until_s) if until_s > now_s else (1, now_s + expiry)
            return self._windows[key][0]

    def get_expiry(self, key: str) -> float:
        return self._windows[key][1] if key in self._windows else time()

    def _forget(self, now_s: float) -> None:
        """What is over, or else all: it must not grow without end."""
        self._windows = {key: window for key, window in self._windows.items() if window[1] > now_s}
        if len(self._windows) >= MOST_KNOWN:
            self._windows.clear()


class Rates:
    def __init__(self, config: Config) -> None:
        self.limits = {} if OFF in config.rate else read_limits((*DEFAULT, *config.rate))
        self._redis = re.sub("^unix:", "redis+unix:", config.redis)
        self._storages: list[Memory | RedisStorage] = []
        """The first one is asked, the last one counts in memory; made when they are needed."""
        self._alone_until_s = 0.0
        self._known: dict[tuple[str, str], tuple[str, float]] = {}
        """Users by what they show."""
        self.refused: dict[str, int] = {}

    def check(self, kind: str) -> None:
        """ProblemError where it was asked too often."""
        if not self.limits:
            return
        for each in (ALL,) if kind == ALL else (ALL, kind):
            if each in self.limits:
                for who in self._askers(each):
                    self._take(self.limits[each], who)

    def _askers(self, kind: str) -> Iterator[str]:
        credentials = access.credentials()
        if kind == "sign-in" or not credentials:
            yield address_key(request.remote_addr or "")
            return
        shown = next(iter(credentials.items()))
        user = self._user(shown)
        if user is None:  # whoever makes up sessions is nobody
            yield address_key(request.remote_addr or "")
            user = self._asked(shown)
        if user:
            g.user = user
            yield f"user:{user}"
            if shown[0] == "token":
                yield f"token:{sha256(shown[1].encode()).hexdigest()[:32]}"

    def _user(self, shown: tuple[str, str]) -> str | None:
        name, until_s = self._known.get(shown, (None, 0.0))
        return name if until_s > monotonic() else None

    def _asked(self, shown: tuple[str, str]) -> str:
        try:
            name = known.who(dict([shown])).username
        except EngineError:  # who asks is told so by the view
            return ""
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[shown] = (name, monotonic() + BELIEVED_S)
        return name

    def _take(self, limit: Limit, who: str) -> None:
        is_allowed, left, reset_s = self._hit(limit, f"{limit.kind}:{who}")
        request.environ[RATE] = limit, left, reset_s
        if not is_allowed:
            self.refused[limit.kind] = self.refused.get(limit.kind, 0) + 1
            text = f"Asked too often: {limit.amount} times in {limit.expiry_s} s are the limit here."
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, text, retry_after_s=reset_s)

    def _hit(self, limit: Limit, key: str) -> tuple[bool, int, int]:
        """Whether it is allowed, how many are left, and after how many seconds there are more."""
        try:
            return _hit(self._storage(), limit, key)
        except StorageError as error:
            log.warning("limits are counted here alone for a while: Redis: %s", error)
            self._alone_until_s = monotonic() + AGAIN_S
            return _hit(self._storage(), limit, key)

    def _storage(self) -> Memory | RedisStorage:
        if not self._storages:
            if self._redis:
                self._storages.append(_redis(self._redis))
            self._storages.append(Memory())
        return self._storages[-1 if monotonic() < self._alone_until_s else 0]


def register(app: Flask, config: Config) -> None:
    app.extensions["tsim_rates"] = rates = Rates(config)
    if not rates.limits:
        return

    @app.before_request
    def _check() -> None:
        method, path = request.method, request.path
        if path not in FREE:
            rates.check(KINDS.get((method, path), ALL))

    app.after_request(_tell)


def check(kind: str) -> None:
    rates: Rates = current_app.extensions["tsim_rates"]
    rates.check(kind)


def read_limits(words: Sequence[str]) -> Mapping[str, Limit]:
    """The last word on each kind counts."""
    split = [word.partition("=") for word in words]
    return {kind: _limit(kind, parse(often)) for kind, _, often in split}


def _limit(kind: str, item: RateLimitItem) -> Limit:
    policy = f'"{kind}";q={item.amount};w={item.get_expiry()}'
    return Limit(kind, item.amount, item.get_expiry(), ("RateLimit-Policy", policy))


def address_key(address: str) -> str:
    """Of IPv6 a network, since that is what one customer has (RFC 6177)."""
    return f"address:{ip_network(f'{address}/64', strict=False)}" if ":" in address else f"address:{address}"


def _tell(response: Response) -> Response:
    environ = request.environ
    if RATE in environ:
        limit, left, reset_s = environ[RATE]
        more(environ).extend((limit.policy, ("RateLimit", f'"{limit.kind}";r={left};t={reset_s}')))
    return response


def _hit(storage: Memory | RedisStorage, limit: Limit, key: str) -> tuple[bool, int, int]:
    """In windows that begin with the first request, as limits.strategies.FixedWindowRateLimiter counts; that asks twice
    more for what is said here about what is left.
    """
    count = storage.incr(key, limit.expiry_s)
    reset_s = storage.get_expiry(key) - time()
    return count <= limit.amount, max(limit.amount - count, 0), max(ceil(reset_s), 1)


def _redis(url: str) -> RedisStorage:
    return RedisStorage(
        url, key_prefix="tsim", wrap_exceptions=True, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S
    )
