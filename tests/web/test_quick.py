from pathlib import Path

import msgspec
import pytest

from backend.config import Config, ConfigError
from backend.web.quick import read_quick
from backend.wire.services import read_services


def test_the_packaged_list_has_about_45_services_in_groups_that_fit_one_test() -> None:
    quick = read_quick(Config().services)
    document = msgspec.json.decode(quick.document)
    assert 40 <= len(document["services"]) <= 50
    titles = {group["title"] for group in document["groups"]}
    assert {"Web", "E-mail", "File sharing", "Databases", "Directory", "Remote management"} <= titles
    for group in document["groups"]:
        assert 1 < len(read_services(group["ports"])) <= Config().max_services
        assert {each["name"] for each in document["services"] if each["group"] == group["name"]} == set(
            group["services"]
        )
    assert all(each["description"] and each["title"] for each in document["services"])


def test_each_name_of_the_list_means_the_same_where_it_is_typed() -> None:
    for service in msgspec.json.decode(read_quick(Config().services).document)["services"]:
        assert read_services(service["name"]) == read_services(service["ports"]), service["name"]


def test_names_become_ports_and_what_is_none_stays_as_it_is() -> None:
    quick = read_quick(Config().services)
    assert quick.resolved(["dns", "HTTPS ", "8000-8002/udp", "nobody-knows"]) == (
        "53/tcp,53/udp,443/tcp,8000-8002/udp,nobody-knows"
    )
    assert quick.resolved(["remote"]).startswith("22/tcp,23/tcp,3389/tcp")


def test_another_file_counts_instead(tmp_path: Path) -> None:
    file = tmp_path / "services.toml"
    file.write_text('[[service]]\nname = "app"\nports = "7000-7002"\n')
    document = msgspec.json.decode(read_quick(file).document)
    assert document == {
        "services": [
            {"name": "app", "title": "app", "ports": "7000/tcp,7001/tcp,7002/tcp", "description": "", "group": None}
        ],
        "groups": [],
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[service]]\nname = 'a'\nports = '99999'\n", "99999"),
        ("[[service]]\nname = 'a'\n", "ports"),
        ("[[service]]\nname = 'a'\nports = '1'\ncolour = 2\n", "colour"),
        ("[[service]]\nname = 'a'\nports = '1'\n[[service]]\nname = 'a'\nports = '2'\n", "'a'"),
        ("[[service]]\nname = 'A,b'\nports = '1'\n", "A,b"),
        ("[[service]\n", "line 1"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "services.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_quick(file)
    assert str(file) in str(caught.value)
    assert named in str(caught.value)
    with pytest.raises(ConfigError, match="No such file"):
        read_quick(tmp_path / "none.toml")
