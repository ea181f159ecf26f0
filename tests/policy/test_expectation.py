from backend.policy.expectation import Expectation, Ports


def test_ports_are_written_as_people_do() -> None:
    texts = [Ports("tcp", 22, 22), Ports("udp", 5, 9), Ports("icmp"), Ports("tcp", 1, 65535)]
    assert [each.text for each in texts] == ["22/tcp", "5-9/udp", "icmp", "any tcp"]


def test_a_name_stands_for_an_expectation() -> None:
    assert Expectation((), (), (), True, text="a must reach b").title == "a must reach b"
    assert Expectation((), (), (), True, text="a must reach b", name="shop").title == "shop"
