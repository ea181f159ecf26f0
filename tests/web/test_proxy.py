from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from backend.web.proxy import FORWARDED, Proxies, Proxy

SAID = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "tsim.example.org",
    "X-Forwarded-Prefix": "/tsim",
    "Forwarded": "for=203.0.113.9",
}


def asked(proxies: tuple[str, ...], root_path: str = "") -> FlaskClient:
    app = Flask(__name__)

    @app.get("/<path:rest>")
    def tell(rest: str) -> dict[str, Any]:
        return {
            "address": request.remote_addr,
            "url": request.url,
            "left": sorted(name for name in request.headers.keys() if "Forwarded" in name),  # noqa: SIM118
            "forwarded": request.environ[FORWARDED],
        }

    app.wsgi_app = Proxy(app.wsgi_app, proxies, root_path)  # type: ignore[method-assign]
    return app.test_client()


def told(client: FlaskClient, path: str, address: str = "10.0.0.1", **said: str) -> Any:
    return client.get(path, headers=SAID | said, environ_base={"REMOTE_ADDR": address}).json


@pytest.mark.parametrize("proxies", [("10.0.0.1",), ("192.0.2.1", "10.0.0.0/8"), ("::/0", "10.0.0.1")])
def test_what_a_configured_proxy_says_is_believed(proxies: tuple[str, ...]) -> None:
    answer = told(asked(proxies), "/a")
    assert (answer["address"], answer["url"]) == ("203.0.113.9", "https://tsim.example.org/tsim/a")
    assert answer["forwarded"]


@pytest.mark.parametrize("proxies", [(), ("10.0.0.2",), ("192.0.2.0/24", "fd00::/8"), ("unix",)])
def test_what_anybody_else_says_is_not_even_seen(proxies: tuple[str, ...]) -> None:
    answer = told(asked(proxies), "/a")
    assert (answer["address"], answer["url"]) == ("10.0.0.1", "http://localhost/a")
    assert answer["left"] == []
    assert answer["forwarded"]


def test_who_comes_by_a_unix_socket_has_no_address_and_is_a_proxy_where_that_is_said() -> None:
    assert told(asked(("unix",)), "/a", address="")["address"] == "203.0.113.9"
    assert told(asked(("0.0.0.0/0", "::/0")), "/a", address="")["url"] == "http://localhost/a"


@pytest.mark.parametrize(
    ("given", "client"),
    [
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("10.0.0.7", "10.0.0.1"),
        ("1.2.3.4, made up", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_of_several_addresses_it_is_the_last_that_is_no_proxy(given: str, client: str) -> None:
    assert told(asked(("10.0.0.0/8",)), "/a", **{"X-Forwarded-For": given})["address"] == client


def test_of_several_words_of_a_chain_the_nearest_counts() -> None:
    said = {"X-Forwarded-Proto": "ftp, https", "X-Forwarded-Host": "evil.example, ours.example"}
    assert told(asked(("10.0.0.1",)), "/a", **said)["url"] == "https://ours.example/tsim/a"


@pytest.mark.parametrize("prefix", ["//evil.example", "/..", "tsim", "/a b", "/<b>", "https://evil.example"])
def test_a_prefix_that_leads_elsewhere_is_not_taken(prefix: str) -> None:
    answer = told(asked(("10.0.0.1",)), "/a", **{"X-Forwarded-Prefix": prefix})
    assert answer["url"] == "https://tsim.example.org/a"


@pytest.mark.parametrize(
    ("path", "url"),
    [("/tsim/a", "/tsim/a"), ("/a", "/tsim/a"), ("/tsimulator/a", "/tsim/tsimulator/a")],
)
def test_under_a_path_of_its_own_the_proxy_may_leave_it_or_take_it_off(path: str, url: str) -> None:
    assert told(asked((), "/tsim"), path)["url"] == f"http://localhost{url}"


def test_an_ipv4_address_in_ipv6_is_that_address() -> None:
    assert "::ffff:10.0.0.1" in Proxies(("10.0.0.0/8",))
    assert "10.0.0.1%eth0" not in Proxies(("10.0.0.0/8",))
