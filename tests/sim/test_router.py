from tests.sim.build import router

ETH0 = """
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
"""


def loaded(table: str, rule: str) -> str:
    return f"iptables = '''*{table}\n:PREROUTING ACCEPT [0:0]\n{rule}\nCOMMIT\n'''\n"


def test_untouched_rules_leave_local_and_main_in_one_trie() -> None:
    assert router(ETH0).routing[4].merged is not None
    assert router(f'rules = ["from 10.9.9.9 lookup main priority 5"]{ETH0}').routing[4].merged is None
    assert router(ETH0).routing[6].merged is None, "IPv6 always asks table local first"


def test_local_routes_that_an_administrator_made_are_told_from_the_kernels_own() -> None:
    assert not router(ETH0).routing[4].has_custom_local_routes
    assert router(f'routes = ["local 10.5.0.0/16 dev lo table local"]{ETH0}').routing[4].has_custom_local_routes


def test_marks_set_in_mangle_are_said_where_rules_ask_for_marks() -> None:
    mangle = loaded("mangle", "-A PREROUTING -p udp -j MARK --set-xmark 0x1/0xff")
    by_mark = 'rules = ["fwmark 1 lookup main priority 5"]\n'

    assert router(mangle + by_mark + ETH0).conditions == ("r sets marks in its mangle table and routes by them",)
    assert router(mangle + ETH0).conditions == ()


def test_translation_of_destinations_is_said() -> None:
    nat = loaded("nat", "-A PREROUTING -p tcp -j DNAT --to-destination 10.1.1.9")
    assert router(nat + ETH0).conditions == ("r translates destination addresses (NAT)",)
