import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.engine import EngineError
from backend.engine.asked.accounts import WRONG
from backend.engine.asked.guessing import PAIR, UNDER_ATTACK
from backend.engine.asked.passwords import HASHES, QUEUE
from tests.engine.desk import PASSWORD, Desk

pytestmark = pytest.mark.serial


def refused(desk: Desk, call: str, **params: object) -> EngineError:
    with pytest.raises(EngineError) as caught:
        desk.engine.plain(call, **params)
    return caught.value


def test_signing_in_gives_a_session_that_is_good_until_signing_out(desk: Desk) -> None:
    person = desk.person("admin")
    answer = desk.engine.plain("sign_in", username=person.name, password=PASSWORD)
    assert (answer["username"], answer["role"], answer["origin"]) == (person.name, "admin", "local")
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
    crowd = 2 * (HASHES + QUEUE)

    def sign_in(number: int) -> str:
        try:
            # The engine's own hashes take their time, also where there is nobody of that name.
            desk.engine.client.call("sign_in", {"username": f"nobody{number}", "password": PASSWORD}, deadline_s=60)
        except EngineError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(crowd) as threads:
        answers = list(threads.map(sign_in, range(crowd)))
    assert set(answers) == {"busy", "denied"}
    assert answers.count("denied") >= HASHES + QUEUE
    assert desk.engine.plain("sign_in", username=person.name, password=PASSWORD)["username"] == person.name


def test_others_are_answered_while_passwords_are_checked(desk: Desk) -> None:
    with ThreadPoolExecutor(HASHES) as threads:
        checks = [threads.submit(refused, desk, "sign_in", username=f"none{at}", password="x") for at in range(HASHES)]
        person = desk.person()
        while not all(check.done() for check in checks):
            assert person.ask("session")["username"] == person.name


def sign_in(desk: Desk, name: str, password: str, address: str = "192.0.2.1") -> EngineError | None:
    try:
        desk.engine.plain("sign_in", username=name, password=password, address=address)
    except EngineError as error:
        return error
    return None


@pytest.mark.parametrize("exists", [True, False])
def test_who_guesses_has_to_wait_whether_there_is_such_a_name_or_not(desk: Desk, exists: bool) -> None:
    name = desk.person().name if exists else f"nobody-{desk.person().name}"
    tries = 0
    while (error := sign_in(desk, name, "wrong")) is not None and error.code == "denied":
        tries += 1  # on a machine that stands still for the second, one more is looked at, and the next wait is longer
    assert tries >= PAIR.free
    assert error is not None
    assert error.code == "busy"
    assert error.retry_after_s is not None
    assert 0 < error.retry_after_s <= PAIR.wait_s(tries)
    assert re.fullmatch(r"Too many wrong passwords; try again in \d+ s\.", error.message)
    right = sign_in(desk, name, PASSWORD)
    assert right is not None
    assert right.code == "busy"


def test_others_are_not_shut_out_by_who_guesses_their_name_elsewhere(desk: Desk) -> None:
    ann = desk.person()
    for at in range(UNDER_ATTACK // PAIR.free + 1):
        for _ in range(PAIR.free):
            sign_in(desk, ann.name, "wrong", f"198.51.100.{at}")
    assert sign_in(desk, ann.name, PASSWORD, "192.0.2.77") is None


def test_a_locked_account_is_told_like_a_wrong_password(desk: Desk) -> None:
    ann = desk.person()
    desk.person("admin").ask("change_user", username=ann.name, is_locked=True)
    wrong, right = sign_in(desk, ann.name, "wrong"), sign_in(desk, ann.name, PASSWORD)
    assert wrong is not None
    assert right is not None
    assert (wrong.code, wrong.message) == (right.code, right.message) == ("denied", WRONG)


def test_each_sign_in_has_an_id_of_its_own(desk: Desk) -> None:
    ann = desk.person()
    answers = [desk.engine.plain("sign_in", username=ann.name, password=PASSWORD) for _ in range(2)]
    assert len({answer["session"] for answer in answers} | {answer["id"] for answer in answers}) == 4
    assert answers[0]["expires"]


def test_one_changes_the_own_password_and_other_sessions_end(desk: Desk) -> None:
    ann = desk.person()
    other = desk.engine.plain("sign_in", username=ann.name, password=PASSWORD)["session"]
    refused_ = ann.refused("change_password", old="wrong", new="battery staple")
    assert (refused_.code, refused_.field) == ("bad_value", "old")
    assert ann.ask("change_password", old=PASSWORD, new="battery staple") == {"changed": True}
    assert ann.ask("session")["username"] == ann.name
    assert refused(desk, "session", session=other).code == "denied"
    assert sign_in(desk, ann.name, PASSWORD) is not None
    assert sign_in(desk, ann.name, "battery staple") is None


@pytest.mark.parametrize("new", ["", "short", "x" * 1025])
def test_what_is_no_password_is_refused_and_not_repeated(desk: Desk, new: str) -> None:
    refused_ = desk.person().refused("change_password", old=PASSWORD, new=new)
    assert (refused_.code, refused_.field) == ("bad_value", "new")
    assert not new or new not in refused_.message


def test_the_old_password_cannot_be_guessed_with_a_session_either(desk: Desk) -> None:
    ann = desk.person()
    codes = [ann.refused("change_password", old="wrong", new="battery staple").code for _ in range(PAIR.free + 1)]
    assert codes == ["bad_value"] * PAIR.free + ["busy"]
