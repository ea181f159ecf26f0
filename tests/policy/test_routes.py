from backend.policy.routes import routes
from tests.policy.grounds import between


def test_what_leads_the_same_way_has_one_key() -> None:
    (router,) = between().network.routers
    keys = {each.key for each in routes(router, 4) if each.low <= 0x0A020085 <= each.high}
    others = {each.key for each in routes(router, 4) if each.low <= 0x0A020032 <= each.high}
    assert keys
    assert "blackhole" in str(keys)
    assert "blackhole" not in str(others)
    assert not list(routes(router, 6)) or "blackhole" not in str(list(routes(router, 6)))
