"""Every route with no, wrong, another one's, right credentials, and an administrator's, at a real engine.

A route that is served and stands in no row fails the test.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec import Struct

from backend.web.access import Access
from backend.web.pages import ADDRESSES
from backend.web.surface import routes
from tests.web.real import PASSWORD, QUESTION, SCOPES, Asker, Town, town

pytestmark = pytest.mark.serial
FLOW = {"source": "10.0.1.50", "destination": "10.0.2.50"}
FORM = {"source_ip": "10.0.1.50", "dest_ip": "10.0.2.50", "dest_ports": "80/tcp"}
SIGN_IN = {"username": "ann", "password": PASSWORD}
TOKEN = {"name": "t", "scopes": ["admin"]}


class Row(Struct, frozen=True):
    """Statuses for nobody, a wrong session or token, another user, the one whose it is, an administrator."""

    nobody: int
    wrong: int
    other: int
    own: int
    admin: int
    body: Any = None
    query: str = ""


ANYONE = (200, 200, 200, 200, 200)
EACH = (401, 401, 200, 200, 200)
OWN = (401, 401, 404, 200, 200)
ADMIN = (401, 401, 403, 403, 200)
ROWS: dict[str, Row] = {
    "POST /api/v1/sessions": Row(201, 201, 201, 201, 201, SIGN_IN),
    "GET /api/v1/sessions": Row(*EACH),
    "DELETE /api/v1/sessions": Row(*EACH),
    "GET /api/v1/sessions/current": Row(*ANYONE),
    "DELETE /api/v1/sessions/current": Row(401, 401, 204, 204, 204),
    "DELETE /api/v1/sessions/{session}": Row(401, 401, 404, 204, 404),
    "GET /api/v1/me": Row(*EACH),
    "PUT /api/v1/me/password": Row(401, 401, 204, 204, 204, {"old": PASSWORD, "new": PASSWORD}),
    "GET /api/v1/tokens": Row(*EACH),
    "POST /api/v1/tokens": Row(401, 401, 201, 201, 201, TOKEN),
    "DELETE /api/v1/tokens/{token}": Row(401, 401, 404, 204, 404),
    "GET /api/v1/users": Row(*ADMIN),
    "POST /api/v1/users": Row(401, 401, 403, 403, 201, {"username": "new", "password": PASSWORD}),
    "PATCH /api/v1/users/{user}": Row(*ADMIN, {"is_locked": True}),
    "DELETE /api/v1/users/{user}": Row(401, 401, 403, 403, 204),
    "GET /api/v1/networks": Row(*EACH),
    "POST /api/v1/networks": Row(401, 401, 403, 403, 415),
    "GET /api/v1/networks/{network}/facts.tar.gz": Row(*ADMIN),
    "POST /api/v1/networks/reload": Row(*ADMIN),
    "GET /api/v1/networks/{network}": Row(*EACH),
    "DELETE /api/v1/networks/{network}": Row(401, 401, 403, 403, 422),
    "POST /api/v1/networks/{network}/activate": Row(*ADMIN),
    "GET /api/v1/networks/{network}/diagnostics": Row(*EACH),
    "GET /api/v1/networks/{network}/difference/{other}": Row(*EACH),
    "GET /api/v1/topology": Row(*EACH),
    "GET /api/v1/topology/layout": Row(*EACH),
    "GET /api/v1/topology.svg": Row(*EACH),
    "GET /api/v1/topology.png": Row(*EACH),
    "GET /api/v1/routers": Row(*EACH),
    "GET /api/v1/routers/{router}": Row(*EACH),
    "GET /api/v1/routers/{router}/facts": Row(*EACH),
    "GET /api/v1/routers/{router}/entries": Row(401, 401, 404, 404, 404, query="set=none"),
    "POST /api/v1/traces": Row(*EACH, FLOW),
    "POST /api/v1/reach": Row(*EACH, FLOW | {"services": "22,80"}),
    "POST /api/v1/policies/check": Row(*EACH, {"policy": "- 10.0.1.0/24 must reach 10.0.2.50 on 22"}),
    "POST /api/v1/jobs": Row(401, 401, 202, 202, 202, QUESTION),
    "POST /api/v1/jobs/check": Row(*EACH, {"source": "10.0.1.50"}),
    "GET /api/v1/jobs": Row(401, 401, 403, 200, 200, query="user=ann"),
    "GET /api/v1/jobs/{job}": Row(*OWN),
    "DELETE /api/v1/jobs/{job}": Row(401, 401, 404, 204, 204),
    "POST /api/v1/jobs/{job}/cancel": Row(*OWN),
    "GET /api/v1/jobs/{job}/events": Row(*OWN),
    "GET /api/v1/jobs/{job}/result": Row(*OWN),
    "GET /api/v1/jobs/{job}/compare/{other}": Row(*OWN),
    "GET /api/v1/jobs/{job}/path.json": Row(*OWN),
    "GET /api/v1/jobs/{job}/result.csv": Row(*OWN),
    "GET /api/v1/jobs/{job}/path.svg": Row(*OWN),
    "GET /api/v1/jobs/{job}/path.png": Row(*OWN),
    "GET /api/v1/jobs/{job}/report.pdf": Row(*OWN),
    "GET /api/v1/services": Row(*EACH),
    "GET /api/v1/test-config": Row(*EACH),
    "GET /api/v1/queue": Row(*ADMIN),
    "GET /api/v1/checks": Row(*ADMIN),
    "GET /api/v1/cleanup": Row(*ADMIN),
    "POST /api/v1/cleanup": Row(*ADMIN),
    "GET /api/v1/audit": Row(*ADMIN),
    "POST /api/login": Row(*ANYONE, SIGN_IN),
    "POST /api/logout": Row(*EACH),
    "POST /api/main": Row(401, 401, 202, 202, 202, FORM),
    "GET /api/pdf": Row(*OWN, query="id={job}"),
    "GET /api/progress": Row(*OWN, query="run_id={job}"),
    "GET /api/progress-stream": Row(*OWN, query="run_id={job}"),
    "GET /api/services-config": Row(*EACH),
    "GET /api/test-config": Row(*EACH),
    "POST /api/cleanup": Row(*ADMIN),
    "GET /healthz": Row(*ANYONE),
    "GET /readyz": Row(*ANYONE),
    "GET /health": Row(*ANYONE),
    "GET /metrics": Row(*ANYONE),
    "GET /api/v1/openapi.json": Row(*ANYONE),
    "GET /api/docs": Row(*ANYONE),
    "GET /api/docs.css": Row(*ANYONE),
}
PAGES = {*ADDRESSES, "/assets/<path:name>", "/<name>", "/cgi-bin/<name>.py"}
"""For anybody, and without data."""
ROUTES = {f"{route.method} {route.path}": route for route in routes()}


class Scene:
    """ann, whose everything is, bob, and root, who administers."""

    def __init__(self, place: Town) -> None:
        self.town = place
        for name, role in (("ann", "user"), ("bob", "user"), ("root", "admin")):
            place.person(role, name)
        self.network = place.engine.plain("health")["network"]
        self.job = place.job(place.bearer("ann"))

    def asked(self, asker: Asker, route: str) -> int:
        """The status of a request whose path names what is ann's, or what is there for this one request."""
        method, _, path = route.partition(" ")
        row = ROWS[route]
        values = {"network": self.network, "router": "gw-a", "job": self.job}
        values["other"] = values["network" if "/networks/" in path else "job"]
        makers: dict[str, Callable[[], str]] = {"session": self._session, "token": self._token, "user": self._user}
        values |= {name: make() for name, make in makers.items() if f"{{{name}}}" in path}
        if route == "DELETE /api/v1/jobs/{job}":
            values["job"] = self.town.job(self.town.bearer("ann"))
        query = row.query.format(**values)
        answer = asker.ask(method, f"{path.format(**values)}?{query}", json=row.body)
        status = answer.status_code
        answer.close()
        return status

    def _session(self) -> str:
        known = self.town.asker("ann").ask("GET", "/api/v1/sessions").get_json()["sessions"]
        return next(str(each["id"]) for each in known if each["is_current"])

    def _token(self) -> str:
        made = self.town.asker("ann").ask("POST", "/api/v1/tokens", json=TOKEN)
        return str(made.get_json()["id"])

    def _user(self) -> str:
        return self.town.person()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with town(tmp_path_factory.mktemp("town")) as place:
        yield Scene(place)


def test_every_route_that_is_served_stands_in_the_table(scene: Scene) -> None:
    served = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in scene.town.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule not in PAGES
    }
    assert served == set(ROUTES) == set(ROWS)


@pytest.mark.parametrize("route", list(ROWS))
def test_who_may_ask_what(scene: Scene, route: str) -> None:
    row, place = ROWS[route], scene.town
    ended = place.session("ann")
    place.engine.plain("sign_out", session=ended)
    wrong = {
        "token": scene.asked(Asker(place.app, token="tsim_wrong"), route),
        "session": scene.asked(Asker(place.app, ended), route),
    }
    found = {"nobody": scene.asked(Asker(place.app), route), **wrong}
    found |= {name: scene.asked(place.asker(name), route) for name in ("bob", "ann")}
    found["root"] = scene.asked(place.asker("root"), route)
    # A cookie of a session that has ended may be signed out, as often as one likes.
    signed_out = {"POST /api/logout": 200, "DELETE /api/v1/sessions/current": 204}.get(route, row.wrong)
    expected = {"nobody": row.nobody, "token": row.wrong, "session": signed_out}
    assert found == expected | {"bob": row.other, "ann": row.own, "root": row.admin}


@pytest.mark.parametrize("route", [name for name, route in ROUTES.items() if route.access is not Access.ANYONE])
def test_a_token_is_good_for_what_its_scope_says(scene: Scene, route: str) -> None:
    scope = ROUTES[route].scope.value
    is_admins = ROUTES[route].access is Access.ADMIN
    user, expected = ("root", ROWS[route].admin) if is_admins else ("ann", ROWS[route].own)
    for scopes in ([scope], [scope, "read"]):
        if route not in ("POST /api/v1/users",):  # the name is taken by then
            assert scene.asked(scene.town.bearer(user, scopes), route) == expected, scopes
    others = [each for each in SCOPES if each != scope]
    assert scene.asked(scene.town.bearer(user, others), route) == 403


def test_an_administrator_ends_the_sessions_of_another_one_and_nobody_else_does(scene: Scene) -> None:
    place = scene.town
    ann = place.asker("ann")
    assert place.asker("bob").ask("GET", "/api/v1/sessions?user=ann").status_code == 403
    assert place.asker("bob").ask("DELETE", "/api/v1/sessions?user=ann").status_code == 403
    root = place.asker("root")
    known = root.ask("GET", "/api/v1/sessions?user=ann").get_json()["sessions"]
    assert {each["user"] for each in known} == {"ann"}
    assert root.ask("DELETE", f"/api/v1/sessions/{known[0]['id']}?user=ann").status_code == 204
    assert root.ask("DELETE", "/api/v1/sessions?user=ann").get_json()["ended"] == len(known) - 1
    assert ann.ask("GET", "/api/v1/me").status_code == 401
    assert root.ask("GET", "/api/v1/me").status_code == 200


def test_nobody_sees_what_another_one_has(scene: Scene) -> None:
    place = scene.town
    bob, root = place.asker("bob"), place.asker("root")
    place.token("ann")
    for path, what in (("sessions", "sessions"), ("tokens", "tokens"), ("jobs", "jobs")):
        anns = {each["id"] for each in place.asker("ann").ask("GET", f"/api/v1/{path}").get_json()[what]}
        bobs = {each["id"] for each in bob.ask("GET", f"/api/v1/{path}").get_json()[what]}
        assert anns
        assert not anns & bobs
    assert scene.job in {each["id"] for each in root.ask("GET", "/api/v1/jobs?user=ann").get_json()["jobs"]}
