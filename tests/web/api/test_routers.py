from flask.testing import FlaskClient

from tests.web.conftest import MadeUpEngine


def test_the_engine_is_told_which_router_set_and_entries_are_meant(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers |= {"router_facts": lambda params: params, "set_entries": lambda params: params}
    facts = client.get("/api/v1/routers/hq-gw/facts?network=demo@1").get_json()
    assert (facts["router"], facts["network"]) == ("hq-gw", "demo@1")
    entries = client.get("/api/v1/routers/hq-gw/entries?set=bad%20guys&search=10.1&offset=500").get_json()
    assert (entries["router"], entries["set"], entries["search"], entries["offset"]) == (
        "hq-gw",
        "bad guys",
        "10.1",
        500,
    )


def test_what_is_no_page_of_a_set_is_refused(client: FlaskClient, engine: MadeUpEngine) -> None:
    for query in ("", "set=", "set=a&offset=-1", "set=a&offset=many", "set=a&search=" + "x" * 300):
        assert client.get(f"/api/v1/routers/hq-gw/entries?{query}").status_code == 422
    assert engine.asked[-1][0] != "set_entries"
