from tests.sim.build import router

ETH0 = """
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
"""


def test_untouched_rules_leave_local_and_main_in_one_trie() -> None:
    assert router(ETH0).routing[4].merged is not None
    assert router(f'rules = ["from 10.9.9.9 lookup main priority 5"]{ETH0}').routing[4].merged is None
    assert router(ETH0).routing[6].merged is None, "IPv6 always asks table local first"


def test_local_routes_that_an_administrator_made_are_told_from_the_kernels_own() -> None:
    assert not router(ETH0).routing[4].has_custom_local_routes
    assert router(f'routes = ["local 10.5.0.0/16 dev lo table local"]{ETH0}').routing[4].has_custom_local_routes
