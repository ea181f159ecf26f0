"""Who is in front of us. What a proxy says of a request is believed of those that are configured, and of nobody else.

werkzeug's ProxyFix counts hops and asks nobody who they are; here it is the address of the connection that counts, and
of X-Forwarded-For the last address that is no proxy of ours, since everything before it may have been made up.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
SAID = "HTTP_X_FORWARDED_"
FORWARDED = "tsim.forwarded"
"""In the environment, where somebody in front said whom the request comes from, whether it was believed or not."""
UNIX = "unix"
PREFIX = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")


class Proxies:
    def __init__(self, words: Sequence[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(word) for word in words if word != UNIX]
        self._has_unix = UNIX in words

        self._is_one = lru_cache(1024)(self._is_proxy)

    def __contains__(self, address: str) -> bool:
        """Without an address comes who comes by a Unix socket."""
        if not address:
            return self._has_unix
        return bool(self._networks) and self._is_one(address)

    def _is_proxy(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)


class Proxy:
    """In front of everything: behind it a request is as its client made it."""

    def __init__(self, inside: Application, proxies: Sequence[str], root_path: str) -> None:
        self._inside = inside
        self._proxies = Proxies(proxies)
        self._root_path = root_path

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        said = _taken(environ)
        environ[FORWARDED] = bool(said)
        _place(environ, self._root_path)
        if environ.get("REMOTE_ADDR", "") in self._proxies:
            self._believe(environ, said)
        return self._inside(environ, start_response)

    def _believe(self, environ: Environ, said: Mapping[str, str]) -> None:
        addresses = [word.strip() for word in said.get("FOR", "").split(",")]
        client = next((word for word in reversed(addresses) if word not in self._proxies), "")
        if _parsed(client) is not None:
            environ["REMOTE_ADDR"] = client
        if (scheme := _last(said, "PROTO")) in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if host := _last(said, "HOST"):
            environ["HTTP_HOST"] = host
        prefix = _last(said, "PREFIX").rstrip("/")
        if PREFIX.fullmatch(prefix):
            environ["SCRIPT_NAME"] = prefix


def _taken(environ: Environ) -> Mapping[str, str]:
    """What somebody in front says; nobody behind us finds it again."""
    environ.pop("HTTP_FORWARDED", None)
    names = [name for name in environ if name.startswith(SAID)]
    return {name.removeprefix(SAID): environ.pop(name) for name in names}


def _last(said: Mapping[str, str], name: str) -> str:
    """Of the proxy that is nearest."""
    return said.get(name, "").rpartition(",")[2].strip()


def _place(environ: Environ, root_path: str) -> None:
    """Also for a proxy that passes the path on as it is."""
    if not root_path:
        return
    environ["SCRIPT_NAME"] = root_path
    path = environ.get("PATH_INFO", "")
    if path == root_path or path.startswith(f"{root_path}/"):
        environ["PATH_INFO"] = path[len(root_path) :]


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
