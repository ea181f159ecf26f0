from ipaddress import ip_address

import pytest

from backend.facts.hosts import read_hosts
from backend.facts.notes import Notes
from backend.model.network import Host
from tests.facts.sample import shown


def read(text: str) -> tuple[tuple[Host, ...], list[str]]:
    notes = Notes("hosts.toml")
    return read_hosts(text, notes), shown(notes.diagnostics)


def test_hosts_of_both_families() -> None:
    hosts, diagnostics = read(
        '[[host]]\nname = "pc1"\naddresses = ["10.1.1.50/24", "2001:db8::50"]\ngateways = ["10.1.1.1"]\r\n'
        '[[host]]\nname = "pc2"\naddresses = ["10.1.1.51"]\n'
    )
    assert [[entry.text for entry in host.addresses] for host in hosts] == [
        ["10.1.1.50/24", "2001:db8::50/128"], ["10.1.1.51/32"],
    ]  # fmt: skip
    assert hosts[0].gateways == (ip_address("10.1.1.1"),)
    assert diagnostics == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[host", "hosts.toml: expected TOML"),
        ("host = 5", "hosts.toml:host: host 1: expected a name '5'"),
        ('[[host]]\naddresses = ["10.0.0.1"]', "hosts.toml:host: host 1: expected a name"),
        ('[[host]]\nname = "x"', "hosts.toml:host: host 1: expected at least one address"),
        ('[[host]]\nname = "x"\naddresses = "10.0.0.1"', "hosts.toml:host: host 1: expected addresses to be a list"),
        (
            '[[host]]\nname = "x"\naddresses = ["10.0.0.1/33"]',
            "hosts.toml:host: host 1: expected a prefix length up to 32",
        ),
        ('[[host]]\nname = "x"\naddresses = ["ten"]', "hosts.toml:host: host 1: expected an address"),
        (
            '[[host]]\nname = "x"\naddresses = ["10.0.0.1"]\ngateways = ["?"]',
            "hosts.toml:host: host 1: expected a gateway",
        ),
    ],
)
def test_what_is_not_understood_is_told(text: str, expected: str) -> None:
    hosts, diagnostics = read(text)
    assert hosts == ()
    assert len(diagnostics) == 1
    assert diagnostics[0].startswith(expected)


def test_a_name_counts_once() -> None:
    hosts, diagnostics = read('[[host]]\nname="x"\naddresses=["10.0.0.1"]\n' * 2)
    assert len(hosts) == 1
    assert "host 2: expected each host once; there are two of 'x'" in diagnostics[0]
