import json

import pytest

from backend.cli import tsimsh
from backend.cli.doctor.command import spoken
from backend.cli.doctor.finding import well, wrong
from backend.config import Config, environment

pytestmark = pytest.mark.serial


def test_all_is_looked_at_and_the_exit_code_says_whether_it_is_well(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TSIM_FACTS")
    assert tsimsh.main(["doctor", "-j"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["success"] is False
    abouts = {each["about"] for each in document["findings"]}
    assert {"state", "engine", "store", "web", "memory", "open files"} <= abouts
    assert all(each["mend"] for each in document["findings"] if each["state"] != "well")
    assert not config.state.exists()


def test_what_is_wrong_is_said_with_what_mends_it() -> None:
    assert spoken(well("disk", "1 MB are free")) == "ok   disk: 1 MB are free"
    assert spoken(wrong("disk", "none is free", "free some")) == "BAD  disk: none is free\n     mend it: free some"
