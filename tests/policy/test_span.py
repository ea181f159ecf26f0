from ipaddress import ip_network

from backend.policy.span import Span, address_at, joined, span_of, spoken


def test_neighbours_become_one_and_families_stay_apart() -> None:
    spans = [Span(4, 8, 9), Span(4, 1, 3), Span(4, 4, 7), Span(6, 10, 12), Span(4, 20, 20)]
    assert joined(spans) == [Span(4, 1, 9), Span(4, 20, 20), Span(6, 10, 12)]


def test_they_are_written_as_a_person_does() -> None:
    prefix = span_of(ip_network("10.0.0.0/30"))
    assert (prefix.size, str(address_at(4, prefix.low))) == (4, "10.0.0.0")
    wide = Span(6, 1 << 64, (1 << 64) + 2)
    assert spoken([prefix, Span(4, prefix.high + 2, prefix.high + 2), wide]) == [
        "10.0.0.0/30",
        "10.0.0.5",
        "0:0:0:1::-::1:0:0:0:2",
    ]
