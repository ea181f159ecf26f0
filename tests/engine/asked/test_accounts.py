from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.engine import EngineError
from backend.engine.asked.accounts import CHECKS, QUEUE
from tests.engine.desk import PASSWORD, Desk

pytestmark = pytest.mark.serial


def refused(desk: Desk, call: str, **params: object) -> EngineError:
    with pytest.raises(EngineError) as caught:
        desk.engine.plain(call, **params)
    return caught.value


def test_signing_in_gives_a_session_that_is_good_until_signing_out(desk: Desk) -> None:
    person = desk.person("admin")
    answer = desk.engine.plain("sign_in", username=person.name, password=PASSWORD)
    assert (answer["username"], answer["role"]) == (person.name, "admin")
    session = answer["session"]
    assert desk.engine.plain("session", session=session)["username"] == person.name
    desk.engine.plain("sign_out", session=session)
    assert refused(desk, "session", session=session).code == "denied"
    assert refused(desk, "sign_out", session=session).code == "denied"
    assert person.ask("session")["username"] == person.name, "another session of the same person goes on"


@pytest.mark.parametrize(("name", "password"), [("nobody", PASSWORD), ("", ""), ("\x00", PASSWORD), (None, "wrong")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(desk: Desk, name: str | None, password: str) -> None:
    name = desk.person().name if name is None else name
    error = refused(desk, "sign_in", username=name, password=password)
    assert (error.code, error.message) == ("denied", "The username or the password is wrong.")


def test_of_a_crowd_that_signs_in_some_are_told_to_come_again_and_the_others_get_in(desk: Desk) -> None:
    person = desk.person()
    crowd = 2 * (CHECKS + QUEUE)

    def sign_in(_: int) -> str:
        try:
            # The engine's own hashes take their time, also where there is nobody of that name.
            desk.engine.client.call("sign_in", {"username": "nobody", "password": PASSWORD}, deadline_s=60)
        except EngineError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(crowd) as threads:
        answers = list(threads.map(sign_in, range(crowd)))
    assert set(answers) == {"busy", "denied"}
    assert answers.count("denied") >= CHECKS + QUEUE
    assert desk.engine.plain("sign_in", username=person.name, password=PASSWORD)["username"] == person.name


def test_others_are_answered_while_passwords_are_checked(desk: Desk) -> None:
    with ThreadPoolExecutor(CHECKS) as threads:
        checks = [threads.submit(refused, desk, "sign_in", username="nobody", password="x") for _ in range(CHECKS)]
        person = desk.person()
        while not all(check.done() for check in checks):
            assert person.ask("session")["username"] == person.name
