import pytest
from flask.testing import FlaskClient

from backend.web.cgi import MOVED


@pytest.mark.parametrize("name", list(MOVED))
def test_an_address_of_before_leads_to_the_one_of_today_with_its_query(visitor: FlaskClient, name: str) -> None:
    for method, status in (("GET", 301), ("POST", 308)):
        answer = visitor.open(f"/cgi-bin/{name}.py?run_id=1&a=%2F", method=method)
        assert (answer.status_code, answer.headers["Location"]) == (status, f"/api/{MOVED[name]}?run_id=1&a=%2F")


def test_what_it_leads_to_is_there(visitor: FlaskClient) -> None:
    rules = {rule.rule for rule in visitor.application.url_map.iter_rules()}
    assert {f"/api/{target}" for target in MOVED.values()} <= rules
    assert visitor.get("/cgi-bin/nothing.py").status_code == 404


def test_behind_a_prefix_it_stays_there(visitor: FlaskClient) -> None:
    answer = visitor.get("/cgi-bin/login.py", environ_overrides={"SCRIPT_NAME": "/tsim"})
    assert answer.headers["Location"] == "/tsim/api/login"
