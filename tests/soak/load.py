"""Everybody at once: each does one thing again and again, and whatever goes wrong is kept."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.auth import person
from tests.nginx.proxy import Answer
from tests.soak.place import Place

PAUSE_S = 2.0
"""At most, before a round of one of them."""
USERS = ("ann", "bob", "cem", "dot")
PASSWORD = "a long one for all"


class Load:
    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.counts = Counter[str]()
        """Rounds, and answers by their status."""
        self.wrong: list[str] = []
        self._rng = random.Random(seed)
        self._lock = threading.Lock()
        admin = Visitor(self, self._rng)
        with admin.signed_in_as_admin():
            for name in USERS:
                admin.ask("POST", "/api/v1/users", {"username": name, "password": PASSWORD}, 201)

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def fail(self, text: str) -> None:
        with self._lock:
            self.wrong.append(text)

    @contextmanager
    def under_way(self, *rounds: "Round") -> Iterator[None]:
        """Until it is left; a round that has begun is ended."""
        ends = threading.Event()
        seeds = [self._rng.random() for _ in rounds]
        threads = [
            threading.Thread(target=self._repeat, args=(each, random.Random(seed), ends))
            for each, seed in zip(rounds, seeds, strict=True)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            ends.set()
            for thread in threads:
                thread.join()

    def _repeat(self, one: "Round", rng: random.Random, ends: threading.Event) -> None:
        while not ends.wait(rng.uniform(0, PAUSE_S)):
            try:
                one(Visitor(self, rng))
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on; it is told at the end
                self.fail(f"{one.__name__}: {type(error).__name__}: {error}")
            self.count(one.__name__)


class Visitor:
    """Somebody who comes through nginx."""

    def __init__(self, load: Load, rng: random.Random) -> None:
        self.load = load
        self.place = load.place
        self.rng = rng
        self.cookie = ""

    def ask(self, method: str, path: str, body: object = None, *statuses: int, **headers: str) -> Answer:
        """An answer with any other status than these, or 200, is one that is wrong. Who is to wait does so."""
        given = ({"Cookie": self.cookie} if self.cookie else {}) | headers
        while True:
            answer = self.place.nginx.ask(method, path, body, **given)
            self.load.count(f"answered {answer.status}")
            if answer.status != 429:
                break
            threading.Event().wait(float(answer.header("retry-after")[0]))
        if answer.status not in (statuses or (200,)):
            self.load.fail(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return answer

    @contextmanager
    def signed_in_as(self, name: str, password: str, leaves: bool = True) -> Iterator[None]:
        answer = self.ask("POST", "/api/v1/sessions", {"username": name, "password": password}, 201)
        if answer.status != 201:
            raise RuntimeError(f"{name} cannot sign in")
        self.cookie = answer.header("set-cookie")[0].partition(";")[0]
        yield
        if leaves:
            self.ask("DELETE", "/api/v1/sessions/current", None, 204)
        self.cookie = ""

    def signed_in_as_admin(self) -> AbstractContextManager[None]:
        """With a password of the machine."""
        return self.signed_in_as(self.place.person.name, person.PASSWORD)

    def signed_in(self) -> AbstractContextManager[None]:
        """As any of the users; one of four closes the browser and does not sign out."""
        return self.signed_in_as(self.rng.choice(USERS), PASSWORD, self.rng.random() < 0.75)


Round = Callable[[Visitor], None]
