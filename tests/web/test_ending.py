"""When who would stay for good is sent away; how they see it stands in tests/test_gunicorn_config.py."""

import pytest
from flask.testing import FlaskClient

from backend.web import ending
from backend.web.live import Live
from tests.web.test_live import opened


class OverError(Exception):
    pass


def test_nobody_is_sent_away_before_the_end_and_then_all_are_in_portions(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = client.application
    live: Live = app.extensions["tsim_live"]
    for _ in range(3):
        opened(client)
    left: list[tuple[int, bool]] = []

    def slept(_: float) -> None:
        left.append((len(live.sockets.open()), app.extensions["tsim_streams"].is_ending))
        if len(left) == 5:
            raise OverError

    monkeypatch.setattr(ending, "sleep", slept)
    monkeypatch.setattr(ending, "AT_ONCE", 2)
    wanted = iter([True, True, False])
    with pytest.raises(OverError):
        ending.follow(app, lambda: next(wanted))
    assert left == [(3, False), (3, False), (3, False), (1, True), (0, True)]
