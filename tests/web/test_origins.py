import msgspec
import pytest
from flask.testing import FlaskClient

from backend.config import Config
from backend.web import create_app
from tests.web.conftest import HEADERS, MadeUpEngine

PORTAL = "https://portal.example.org"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
QUESTION = {"source": "a", "destination": "b"}


def client(config: Config, **changed: object) -> FlaskClient:
    engine = MadeUpEngine()
    made = create_app(msgspec.structs.replace(config, **changed), engine).test_client()
    assert made.post("/api/v1/sessions", json={"username": "ann", "password": "right"}).status_code == 201
    return made


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "LOCALHOST.", "127.0.0.1:8000", "[::1]:8000"])
def test_names_of_loopback_are_ours(visitor: FlaskClient, host: str) -> None:
    assert visitor.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.1.1.1", "", "a,localhost", "[::2]", "["]
)
@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/nothing", "/socket.io/?EIO=4&transport=polling"])
def test_another_name_is_not_answered(visitor: FlaskClient, host: str, path: str) -> None:
    answer = visitor.get(path, headers={"Host": host})
    assert answer.status_code == 421
    assert "TSIM_HOSTS" in answer.get_json()["detail"]
    assert "Content-Security-Policy" in answer.headers


def test_load_balancers_ask_by_address(visitor: FlaskClient) -> None:
    assert visitor.get("/healthz", headers={"Host": "10.1.1.1"}).status_code == 200


def test_configured_names_and_the_address_that_is_served_are_ours(config: Config) -> None:
    ours = client(config, hosts=("tsim.example.org", "[2001:db8::1]"), bind="10.1.1.1:80")
    for host, status in (("Tsim.example.org", 200), ("[2001:db8::1]:80", 200), ("10.1.1.1", 421), ("b.example", 421)):
        assert ours.get("/", headers={"Host": host}).status_code == status
    assert client(config, bind="10.1.1.1:80").get("/", headers={"Host": "10.1.1.1:80"}).status_code == 200


def test_who_serves_all_addresses_is_asked_by_any_of_them_but_by_no_other_name(config: Config) -> None:
    ours = client(config, bind="0.0.0.0:80")
    assert ours.get("/", headers={"Host": "10.1.1.1"}).status_code == 200
    assert ours.get("/", headers={"Host": "rebound.example"}).status_code == 421


def test_without_a_list_no_browser_is_told_that_other_sites_may_ask(config: Config) -> None:
    ours = client(config)
    answer = ours.options("/api/v1/traces", headers=ASKS | {"Origin": PORTAL})
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118
    assert ours.post("/api/v1/traces", json=QUESTION, headers=HEADERS | {"Origin": PORTAL}).status_code == 403


def test_a_site_of_the_list_may_ask_and_no_other(config: Config) -> None:
    ours = client(config, origins=(PORTAL,))
    before = ours.options("/api/v1/traces", headers=ASKS | {"Origin": PORTAL})
    assert before.status_code == 204
    assert before.headers["Access-Control-Allow-Origin"] == PORTAL
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert "X-Requested-With" in before.headers["Access-Control-Allow-Headers"]
    answer = ours.post("/api/v1/traces", json=QUESTION, headers=HEADERS | {"Origin": PORTAL})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, PORTAL)
    assert "Origin" in answer.headers["Vary"]
    for other in (f"{PORTAL}.evil.example", "http://portal.example.org", "null"):
        answer = ours.options("/api/v1/traces", headers=ASKS | {"Origin": other})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert ours.post("/api/v1/traces", json=QUESTION, headers=HEADERS | {"Origin": other}).status_code == 403


def test_our_own_page_without_tls_is_another_one_where_we_have_tls(config: Config) -> None:
    ours = client(config)
    for scheme, origin, status in (
        ("http", "http://localhost", 200),
        ("http", "https://localhost", 200),
        ("https", "https://localhost", 200),
        ("https", "http://localhost", 403),
    ):
        headers = HEADERS | {"Origin": origin}
        answer = ours.post("/api/v1/traces", json=QUESTION, headers=headers, base_url=f"{scheme}://localhost")
        assert answer.status_code == status, (scheme, origin)
