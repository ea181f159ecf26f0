"""`python -m tests.store.crashing ADDRESS ROUNDS`: somebody writes jobs in a loop and is killed, again and again.

After each time, all that the writer was told is committed must be there, and what it was doing is there as a whole or
not at all. Says how much was written.
"""

import os
import random
import signal
import sys
import time

from backend.store.audit import Audit, Entry
from backend.store.database import Database, open_database
from backend.store.jobs import Jobs
from backend.store.networks import Networks
from backend.store.retention import Limits, tidy
from tests.store.sample import NOON, event, job, network

EVENTS = 5
KEPT = 20


def write(address: str, done: int) -> None:
    """Until it is killed; says each number when that is committed."""
    database = open_database(address)
    jobs = Jobs(database)
    number = jobs.last_number()
    while True:
        number += 1
        name = f"job{number}"
        jobs.keep([job(number)], [event(number, 1)])
        Networks(database).add(network(f"demo@{number % 7}", is_active=True), {"r_facts.txt": bytes(5000)})
        jobs.keep([job(number, ended=NOON)], [event(number, seq) for seq in range(2, EVENTS + 1)], (name, bytes(9000)))
        jobs.keep_report(name, os.urandom(20_000))
        Audit(database).add(Entry(NOON, "ann", "test", name, "", "done"))
        os.write(done, f"{number} ".encode())
        if number % 10 == 0:
            tidy(database, Limits(bytes=KEPT * 30_000), NOON)


def killed(address: str) -> list[int]:
    """The numbers that were said."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        write(address, write_end)
    os.close(write_end)
    said = b""
    for _ in range(random.randint(1, 6)):
        said += os.read(read_end, 100)
    time.sleep(random.uniform(0, 0.03))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with os.fdopen(read_end, "rb") as rest:
        return [int(number) for number in (said + rest.read()).split()]


def check(database: Database, told: set[int], last: int) -> None:
    with database.writing() as connection:  # a server may still have to find out that the writer is gone
        if database.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    jobs = Jobs(database)
    found = jobs.find()
    assert jobs.last_number() in (last, last + 1), (jobs.last_number(), last)
    assert len(found) >= min(last, KEPT // 2), (len(found), last)
    for record in found:
        is_told, has_ended = record.number in told, record.ended is not None
        assert has_ended or not is_told, record
        assert jobs.last_seq(record.id) == (EVENTS if has_ended else 1), record
        assert (jobs.result(record.id) is not None) == has_ended, record
        assert not is_told or len(jobs.report(record.id) or b"") == 20_000, record
    assert not told or f"job{max(told)}" in [entry.object for entry in Audit(database).find()[:2]]
    networks = Networks(database)
    active = [record.label for record in networks.find() if record.is_active]
    assert not told or [networks.files(label) for label in active] == [{"r_facts.txt": bytes(5000)}]


def main(address: str, rounds: int) -> None:
    told: set[int] = set()
    last = 0
    for _ in range(rounds):
        told.update(killed(address))
        database = open_database(address)
        check(database, told, max(told | {last}))
        last = Jobs(database).last_number()
        database.close()  # before the next fork
    print(len(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
