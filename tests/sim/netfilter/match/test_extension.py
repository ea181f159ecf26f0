import pytest

from tests.sim.netfilter.match.asking import said

V6 = "[2001:db8::1] [2001:db8::2]"


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-p esp -m esp --espspi 500", "esp spi=500", True),
        ("-p esp -m esp --espspi 500:600", "esp spi=601", False),
        ("-p esp -m esp ! --espspi 500:600", "esp spi=601", True),
        ("-p esp -m esp --espspi 0x1f4", "esp spi=500", True),
        ("-p esp -m esp --espspi 500", "esp", "the flow names no SPI"),
        ("-p esp -m esp --espspi 0:4294967295", "esp", True),
        ("-p esp -m esp", "esp", True),
        ("-p ah -m ah --ahspi 500", "ah spi=500", True),
        ("-m ah ! --ahspi 500", f"tcp {V6}", False),
        ("-m ah --ahspi 500 --ahres", f"ah {V6} spi=500", "ah: ahspi 500, ahres"),
        ("-m ah --ahspi 501 --ahres", f"ah {V6} spi=500", False),
        ("-p ipcomp -m ipcomp --ipcompspi 5", "ipcomp", "ipcomp: ipcompspi 5"),
    ],
)
def test_ipsec(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet) == expected


@pytest.mark.parametrize(
    ("match", "header"),
    [
        ("frag --fragmore", 44),
        ("frag ! --fragid 5", 44),
        ("rt ! --rt-type 0", 43),
        ("srh --srh-segs-left-eq 1", 43),
        ("hbh ! --hbh-len 8", 0),
        ("dst --dst-opts 1:2", 60),
    ],
)
def test_an_extension_header_that_is_not_there_does_not_match(match: str, header: int) -> None:
    assert said(f"-m {match}", f"tcp {V6}") is False
    assert said(f"-m {match.split()[0]}", f"{header} {V6}") is True
    assert str(said(f"-m {match}", f"{header} {V6}")).startswith(f"{match.split()[0]}: ")
    assert said(f"-m {match}", f"- {V6}") == "the flow names no protocol"


def test_mobility_header() -> None:
    assert said("-p mh -m mh --mh-type 1", f"mh {V6}") == "mh: type 1"
    assert said("-p ipv6-mh --mh-type binding-update", f"tcp {V6}") is False


@pytest.mark.parametrize(
    ("options", "protocol", "expected"),
    [
        ("--header prot", "tcp", True),
        ("! --header prot", "tcp", False),
        ("--header frag,prot", "tcp", False),
        ("--header frag,prot --soft", "tcp", False),
        ("--header prot --soft", "tcp", True),
        ("! --header frag --soft", "tcp", True),
        ("! --header frag,prot --soft", "tcp", False),
        ("--header none", "59", True),
        ("--header ipv6-nonxt", "59", True),
        ("--header esp", "esp", True),
        ("--header auth,prot", "ah", "ipv6header: header auth,prot"),
        ("--header hop-by-hop", "60", "ipv6header: header hop-by-hop"),
        ("--header 255", "udp", True),
        ("--header warp", "udp", "? ipv6header: header warp (no such word: warp)"),
        ("--soft", "udp", "? ipv6header: soft (--header expected)"),
    ],
)
def test_headers_of_ipv6(options: str, protocol: str, expected: bool | str) -> None:
    assert said(f"-m ipv6header {options}", f"{protocol} {V6}") == expected
