"""With a real engine."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.sent import tar, zipped
from tests.small import write_small_network
from tests.web.real import Asker, Town, town

pytestmark = pytest.mark.serial
PATH = "/api/v1/networks"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def admin(place: Town) -> Iterator[Asker]:
    yield place.asker(place.person("admin"))
    assert os.listdir(place.engine.config.state / "uploads") == []


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    directory = write_small_network(tmp_path / "made", dropped=[80])
    return {f"sent/{file.name}": file.read_bytes() for file in sorted(directory.iterdir())}


def test_an_archive_is_the_body(admin: Asker, files: dict[str, bytes]) -> None:
    large = {**files, "sent/beside": os.urandom(2 << 20)}
    sent = admin.ask("POST", f"{PATH}?file=lab.zip", data=zipped(large), content_type="application/zip")
    assert sent.status_code == 201, sent.text
    found = sent.get_json()
    assert (found["network"]["name"], found["network"]["is_active"], found["ignored"]) == (
        "sent",
        False,
        ["sent/beside"],
    )
    assert admin.ask("GET", sent.headers["Location"]).get_json() == found["network"]


def test_files_of_a_form_are_one_network_and_what_is_fetched_is_the_same_again(
    place: Town, admin: Asker, files: dict[str, bytes]
) -> None:
    before = place.engine.plain("health")["network"]
    parts = [(io.BytesIO(content), name.rpartition("/")[2]) for name, content in files.items()]
    sent = admin.ask("POST", f"{PATH}?name=form&activate=true", data={"file": parts, "note": "said beside"})
    label = sent.get_json()["network"]["label"]
    assert (sent.status_code, label.partition("@")[0]) == (201, "form")
    assert place.engine.plain("health")["network"] == label
    fetched = admin.ask("GET", f"{PATH}/active/facts.tar.gz")
    assert fetched.mimetype == "application/gzip"
    assert f'filename="{label}.tar.gz"' in fetched.headers["Content-Disposition"]
    again = admin.ask("POST", PATH, data=fetched.data, content_type="application/gzip")
    assert again.get_json()["network"]["label"] == label
    place.engine.ask("activate", network=before)


def test_to_validate_keeps_nothing(admin: Asker, files: dict[str, bytes]) -> None:
    kept = admin.ask("GET", PATH).get_json()["kept"]
    said = admin.ask(
        "POST", f"{PATH}?validate=true", data=tar({**files, "sent/x_facts.txt": b""}), content_type="application/x-tar"
    )
    assert (said.status_code, said.get_json()["network"]["name"]) == (200, "sent")
    assert "x_facts.txt" in {each["file"] for each in said.get_json()["diagnostics"]}
    assert admin.ask("GET", PATH).get_json()["kept"] == kept


def test_what_is_wrong_is_told_and_gone(place: Town, admin: Asker, files: dict[str, bytes]) -> None:
    def asked(data: object, type_: str, query: str = "") -> tuple[int, str]:
        answer = admin.ask("POST", f"{PATH}?{query}", data=data, content_type=type_)
        assert answer.mimetype == "application/problem+json"
        return answer.status_code, answer.get_json()["detail"]

    binary, form = "application/octet-stream", "multipart/form-data"
    assert asked(b"nonsense", binary, "file=x.tar")[0] == 422
    assert "x.tar" in asked(b"nonsense", binary, "file=x.tar")[1]
    assert asked(b"{}", "application/json")[0] == 415
    assert asked(b"", binary, "name=../up")[0] == 422
    assert asked(b"no form", f"{form}; boundary=b")[0] in (400, 422)
    assert asked(b"no form", form)[0] in (400, 422)
    assert asked({"file": [(io.BytesIO(b""), "a_facts.txt"), (io.BytesIO(b""), "b/a_facts.txt")]}, form)[0] == 422
    limit = place.engine.config.upload_mb << 20
    large = admin.ask("POST", PATH, content_type=binary, environ_overrides={"CONTENT_LENGTH": str(limit + 1)})
    assert large.status_code == 413
    assert admin.ask("GET", f"{PATH}/none@1/facts.tar.gz").status_code == 404
