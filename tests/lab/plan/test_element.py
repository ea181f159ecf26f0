import pytest

from backend.lab.plan.element import ElementError, dimensions, part


@pytest.mark.parametrize(
    ("kind", "text", "flag", "match"),
    [
        ("ip", "10.0.0.1", "src", "iprange --src-range 10.0.0.1-10.0.0.1"),
        ("net", "10.1.0.0/16", "dst", "iprange --dst-range 10.1.0.0-10.1.255.255"),
        ("net", "2001:db8::/126", "dst", "iprange --dst-range 2001:db8::-2001:db8::3"),
        ("port", "udp:53", "src", "multiport --sports 53"),
        ("port", "tcp:80-90", "dst", "multiport --dports 80:90"),
        ("mac", "02:00:00:00:00:0A", "src", "mac --mac-source 02:00:00:00:00:0A"),
        ("mark", "0x00000063", "src", "mark --mark 0x63/0xffffffff"),
    ],
)
def test_an_element_asks_for_one_thing(kind: str, text: str, flag: str, match: str) -> None:
    found = part(kind, text, flag, {})
    (option,) = found.match.options
    assert f"{found.match.module} {option.name} {' '.join(option.values)}" == match


def test_a_mark_is_asked_for_as_the_set_masks_it() -> None:
    assert part("mark", "0x1ff", "src", {"markmask": ("0x000000ff",)}).match.options[0].values == ("0xff/0xff",)


@pytest.mark.parametrize(
    ("kind", "text", "flag"),
    [
        ("mac", "02:00:00:00:00:0a", "dst"),
        ("port", "icmp:8/0", "dst"),
        ("port", "80", "dst"),
        ("port", "tcp:http", "dst"),
        ("ip", "10.0.0.1-10.0.0.9", "src"),
        ("mark", "five", "src"),
    ],
)
def test_what_no_match_asks_for_is_refused(kind: str, text: str, flag: str) -> None:
    with pytest.raises(ElementError):
        part(kind, text, flag, {})


def test_what_the_elements_of_a_type_are() -> None:
    assert dimensions("hash:net,port,net", {}, 4) == ["net", "port", "net"]
    assert dimensions("hash:ip,mark", {"family": ("inet6",)}, 6) == ["ip", "mark"]
    assert dimensions("hash:mac", {}, 6) == ["mac"], "of any family"
    for kind, family in (("hash:ip,mark", 6), ("hash:net,iface", 4), ("bitmap:port", 4), ("list:set", 4)):
        with pytest.raises(ElementError):
            dimensions(kind, {}, 6 if family == 6 else 4)


def test_elements_that_no_packet_has_both_of_are_apart() -> None:
    def are_apart(kind: str, one: str, other: str) -> bool:
        return part(kind, one, "src", {}).is_apart(part(kind, other, "src", {}))

    assert are_apart("net", "10.0.0.0/24", "10.0.1.0/24")
    assert not are_apart("net", "10.0.0.0/16", "10.0.1.0/24")
    assert are_apart("port", "tcp:80", "udp:80")
    assert not are_apart("port", "tcp:80", "tcp:79-81")
    assert not are_apart("port", "tcp:80-90", "tcp:90-95")
    assert not are_apart("port", "tcp:90-95", "tcp:80-90")
    assert are_apart("mac", "02:00:00:00:00:01", "02:00:00:00:00:02")
