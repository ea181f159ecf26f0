from backend.facts.sysctl import path_of, read_switch, read_sysctls
from tests.facts.sample import read


def test_settings_by_path_and_by_dots() -> None:
    text = (
        "net/ipv4/conf/eth0.100/rp_filter = 0\nnet.ipv4.conf.eth0/100.accept_local = 1\n"
        "/proc/sys/net/ipv4/ip_forward = 1\nnet.ipv6.conf.all.forwarding=1\n"
        "net/ipv4/ip_local_port_range = 32768\t60999\n"
    )
    found, diagnostics = read(read_sysctls, text)
    assert found == {
        "net/ipv4/conf/eth0.100/rp_filter": "0",
        "net/ipv4/conf/eth0.100/accept_local": "1",
        "net/ipv4/ip_forward": "1",
        "net/ipv6/conf/all/forwarding": "1",
        "net/ipv4/ip_local_port_range": "32768\t60999",
    }
    assert diagnostics == []


def test_dots_in_names_of_interfaces_are_no_riddle() -> None:
    assert path_of("net.ipv4.conf.eth0/100.rp_filter") == path_of("net/ipv4/conf/eth0.100/rp_filter")


def test_what_is_no_setting_is_told() -> None:
    found, diagnostics = read(read_sysctls, 'sysctl: permission denied on key "x"\nrp_filter = 1\nnet/a = 1')
    assert found == {"net/a": "1"}
    assert len(diagnostics) == 2


def test_forwarding_alone_in_its_section() -> None:
    assert read(read_switch, "1\n", "net/ipv4/ip_forward") == ({"net/ipv4/ip_forward": "1"}, [])
    assert read(read_switch, "net.ipv4.ip_forward = 0", "net/ipv4/ip_forward")[0] == {"net/ipv4/ip_forward": "0"}
    found, diagnostics = read(read_switch, "cat: no such file", "net/ipv4/ip_forward")
    assert found == {}
    assert diagnostics == ["r1_facts.txt:section:1: expected the value of net/ipv4/ip_forward 'cat: no such file'"]
