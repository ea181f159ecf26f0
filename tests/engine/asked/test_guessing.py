from itertools import count

import pytest

from backend.engine.asked import guessing
from backend.engine.asked.guessing import ADDRESS, FORGET_S, PAIR, STRICT, UNDER_ATTACK, Guesses, network_of

HOME, AWAY = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def guesses() -> Guesses:
    return Guesses()


def wrong(guesses: Guesses, name: str, address: str, now_s: float = 0.0, times: int = 1) -> None:
    for _ in range(times):
        guesses.begin(name, address, now_s)


def addresses() -> list[str]:
    return [f"10.{at // 256}.{at % 256}.1" for at in range(UNDER_ATTACK)]


def test_some_are_free_and_then_each_waits_twice_as_long(guesses: Guesses) -> None:
    wrong(guesses, "ann", HOME, times=PAIR.free - 1)
    assert guesses.wait_s("ann", HOME, 0) == 0
    now_s, waits = 0.0, []
    for _ in range(12):
        guesses.begin("ann", HOME, now_s)
        waits.append(guesses.wait_s("ann", HOME, now_s))
        now_s += waits[-1]
        assert guesses.wait_s("ann", HOME, now_s) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_it_is_forgotten_in_time(guesses: Guesses) -> None:
    wrong(guesses, "ann", HOME, times=50)
    assert guesses.wait_s("ann", HOME, PAIR.longest_s - 1) == 1
    wrong(guesses, "ann", HOME, now_s=FORGET_S)
    assert guesses.wait_s("ann", HOME, FORGET_S) == 0


def test_the_right_password_forgives_what_the_same_name_did_there(guesses: Guesses) -> None:
    wrong(guesses, "ann", HOME, times=PAIR.free - 1)
    guesses.right(guesses.begin("ann", HOME, 0))
    wrong(guesses, "ann", HOME, times=PAIR.free - 1)
    assert guesses.wait_s("ann", HOME, 0) == 0


def test_a_right_password_of_ones_own_does_not_let_one_guess_those_of_others(guesses: Guesses) -> None:
    for at in range(ADDRESS.free):
        wrong(guesses, f"victim{at}", AWAY)
        guesses.right(guesses.begin("mallory", AWAY, 0))
    assert guesses.wait_s("victim99", AWAY, 0) > 0


def test_what_could_not_be_looked_at_does_not_count(guesses: Guesses) -> None:
    wrong(guesses, "ann", HOME, times=PAIR.free)
    before = guesses.wait_s("ann", HOME, 0.5)
    for _ in range(100):
        guesses.undone(guesses.begin("ann", HOME, 0.5))
    assert guesses.wait_s("ann", HOME, 0.5) == before
    for _ in range(100):
        guesses.undone(guesses.begin("bob", HOME, 0.5))
    assert guesses.wait_s("bob", HOME, 0.5) == 0


def test_many_at_the_same_time_are_no_way_around(guesses: Guesses) -> None:
    tries = [guesses.begin("ann", HOME, 0) for _ in range(PAIR.free) if guesses.wait_s("ann", HOME, 0) == 0]
    assert len(tries) == PAIR.free
    assert guesses.wait_s("ann", HOME, 0) > 0, "though none of them has been answered"


def test_nobody_is_shut_out_by_what_others_do_elsewhere(guesses: Guesses) -> None:
    for address in addresses():
        wrong(guesses, "ann", address, times=50)
    for owner_at in (HOME, "2001:db8::1", ""):
        assert guesses.wait_s("ann", owner_at, 0) == 0, "also where she has never been"
        guesses.right(guesses.begin("ann", owner_at, 0))
        assert guesses.wait_s("ann", owner_at, 0) == 0


def test_a_name_that_many_guess_has_stricter_rules_but_not_where_it_is_at_home(guesses: Guesses) -> None:
    guesses.right(guesses.begin("ann", HOME, 0))
    for address in addresses():
        wrong(guesses, "ann", address)
    wrong(guesses, "ann", AWAY, times=STRICT.free)
    assert guesses.wait_s("ann", AWAY, 0) == STRICT.first_s
    wrong(guesses, "ann", HOME, times=PAIR.free - 1)
    assert guesses.wait_s("ann", HOME, 0) == 0
    wrong(guesses, "bob", AWAY, times=STRICT.free)
    assert guesses.wait_s("bob", AWAY, 0) == 0, "a name that nobody guesses has the usual rules there"


def test_who_tries_many_names_waits_and_those_behind_the_same_address_go_on(guesses: Guesses) -> None:
    guesses.right(guesses.begin("ann", HOME, 0))
    for at in range(ADDRESS.free):
        assert guesses.wait_s(f"name{at}", HOME, 0) == 0
        wrong(guesses, f"name{at}", HOME)
    assert guesses.wait_s("another", HOME, 0) == ADDRESS.first_s
    assert guesses.wait_s("ann", HOME, 0) == 0
    wrong(guesses, "another", HOME, times=100)
    assert guesses.wait_s("yet another", HOME, 0) == ADDRESS.longest_s


def test_nobody_waits_for_others_whose_address_is_not_known(guesses: Guesses) -> None:
    for at in range(200):
        wrong(guesses, f"name{at}", "")
    assert guesses.wait_s("ann", "", 0) == 0


def test_memory_has_a_bound_and_the_longest_quiet_go_first(guesses: Guesses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "MOST", 100)
    wrong(guesses, "early", HOME, times=50)
    numbers = count()
    for at in numbers:
        if guesses.wait_s("early", HOME, 0) == 0:
            break
        wrong(guesses, f"name{at}", f"10.0.{at}.1")
        guesses.right(guesses.begin(f"user{at}", f"10.1.{at}.1", 0))
        assert at < 100
    assert sum(len(counts._found) for counts in (guesses._pairs, guesses._addresses, guesses._names)) <= 300
    assert len(guesses._at_home) <= 100


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""), ("unix", ""), ("192.0.2.1:80", ""), ("fe80::1%eth0", "fe80::/64"), ("x" * 10_000, ""),
    ],
)  # fmt: skip
def test_an_address_stands_for_all_that_one_customer_has(address: str, expected: str) -> None:
    assert network_of(address) == expected
