"""A certificate of somebody's own authority, given to install.sh. What was there is there again at the end."""

from collections.abc import Iterator

import pytest

from tests.deploy.machine import HOST, Machine

pytestmark = [pytest.mark.root, pytest.mark.serial]
TLS = "/etc/tsim/tls"
MADE = """
set -e
mkdir /root/ca && cd /root/ca
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Authority of tests' -keyout ca.key -out ca.pem
for name in site other late; do
  days=30; if [ $name = late ]; then days=0; fi; signed="-CA ca.pem -CAkey ca.key -CAcreateserial -days $days"
  openssl req -newkey rsa:2048 -nodes -subj '/CN={host}' -keyout $name.key -out $name.csr
  printf 'subjectAltName=DNS:{host}\\nextendedKeyUsage=serverAuth\\n' >extensions
  openssl x509 -req -in $name.csr $signed -extfile extensions -out $name.pem
done
openssl rsa -aes128 -passout pass:secret -in site.key -out locked.key
echo nonsense >nonsense
chmod 644 site.key
"""


@pytest.fixture(scope="module")
def authority(served: Machine) -> Iterator[Machine]:
    served.do("bash", "-c", MADE.format(host=HOST))
    served.do("cp", "-a", TLS, "/root/tls")
    yield served
    served.do("sh", "-c", f"cp -a /root/tls/. {TLS} && systemctl reload nginx")


def shown(machine: Machine) -> str:
    """All that an installation writes, and what runs."""
    files = "find /etc/tsim /etc/nginx /etc/systemd/system -type f | sort | xargs sha256sum; ls -l /opt/tsim/*"
    runs = "systemctl show -p MainPID --value tsim-auth tsim-engine tsim-web nginx"
    return machine.do("sh", "-c", f"{files}; {runs}")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--certificate site.pem", "--certificate needs --key as well"),
        ("--key site.key", "--key needs --certificate as well"),
        ("--certificate none.pem --key site.key", "'none.pem' is no file that can be read"),
        ("--certificate site.pem --key /root", "'/root' is no file that can be read"),
        ("--certificate nonsense --key site.key", "--certificate: 'nonsense' is no certificate in PEM"),
        ("--certificate site.pem --key nonsense", "--key: 'nonsense' is no private key in PEM"),
        ("--certificate site.pem --key locked.key", "--key: 'locked.key' is no private key in PEM without a password"),
        ("--certificate site.pem --key other.key", "'other.key' does not belong to the certificate 'site.pem'"),
        ("--certificate late.pem --key late.key", "--certificate: 'late.pem' has expired"),
    ],
)
def test_what_cannot_be_served_is_refused_before_anything_is_touched(
    authority: Machine, unpacked: str, words: str, reason: str
) -> None:
    before = shown(authority)
    done = authority.run("sh", "-c", f"cd /root/ca && {unpacked}/deploy/install.sh {words}")
    assert done.code == 1
    assert reason in done.said.splitlines()[-1]
    assert shown(authority) == before


def test_people_who_trust_the_authority_reach_the_site(authority: Machine, unpacked: str) -> None:
    assert asked(authority).endswith("60"), "nobody trusts the one that install.sh has made"
    said = authority.do(
        "sh", "-c", f"cd /root/ca && {unpacked}/deploy/install.sh --certificate site.pem --key site.key"
    )
    assert "BAD" not in said
    assert_it_is_served(authority)


def test_an_upgrade_keeps_it(authority: Machine, unpacked: str) -> None:
    authority.do("sh", "-c", "rm /root/ca/site.*")
    said = authority.do(f"{unpacked}/deploy/install.sh", "--name", HOST)
    assert "making a certificate" not in said
    assert_it_is_served(authority)


def test_the_one_that_is_there_may_be_given_again(authority: Machine, unpacked: str) -> None:
    given = ("--certificate", f"{TLS}/certificate.pem", "--key", f"{TLS}/key.pem")
    authority.do(f"{unpacked}/deploy/install.sh", *given)
    assert_it_is_served(authority)


def asked(machine: Machine) -> str:
    """The status of the site, and how curl ended."""
    trust = f"--cacert /root/ca/ca.pem --resolve {HOST}:443:127.0.0.1"
    command = f"curl -s {trust} -o /dev/null -w '%{{http_code}}' https://{HOST}/readyz; echo -n \" $?\""
    return machine.do("sh", "-c", command)


def assert_it_is_served(machine: Machine) -> None:
    assert asked(machine) == "200 0"
    modes = machine.do("stat", "-c", "%n %a %U:%G", f"{TLS}/certificate.pem", f"{TLS}/key.pem").splitlines()
    assert modes == [f"{TLS}/certificate.pem 644 root:root", f"{TLS}/key.pem 600 root:root"]
