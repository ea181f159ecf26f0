from ipaddress import ip_address

import pytest

from backend.policy.kind import Kind
from tests.policy.grounds import between


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.1.0.77", Kind.HOST),
        ("10.1.0.1", Kind.ROUTER),
        ("10.1.0.0", Kind.NOBODY),
        ("10.1.0.255", Kind.NOBODY),
        ("224.0.0.5", Kind.NOBODY),
        ("255.255.255.255", Kind.NOBODY),
        ("169.254.7.7", Kind.NOBODY),
        ("10.77.0.1", Kind.NOWHERE),
        ("8.8.8.8", Kind.HOST),
    ],
)
def test_who_may_have_an_address(address: str, kind: Kind) -> None:
    assert between().kind(4, int(ip_address(address))) is kind
