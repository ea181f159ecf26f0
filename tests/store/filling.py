"""`python -m tests.store.filling DIRECTORY`: a store on a disk of 2 MB, filled up, and then with room again.

In a mount namespace of its own. Says as JSON what it was told and what was there afterwards.
"""

import json
import subprocess
import sys
from pathlib import Path

from backend.store.database import open_database
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from backend.store.retention import Limits, tidy
from tests.store.sample import NOON, event, job


def filled(jobs: Jobs) -> tuple[int, StoreError]:
    """How many jobs were kept until one could not be."""
    number = 0
    while True:
        try:
            jobs.keep([job(number + 1, ended=NOON)], [event(number + 1, 1, b"x" * 3000)])
        except StoreError as error:
            return number, error
        number += 1


def main(place: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], check=True)
    (place / "ballast").write_bytes(b"x" * 500_000)
    database = open_database(place / "db")
    jobs = Jobs(database)
    number, error = filled(jobs)
    said = {"error": str(error), "is_passing": error.is_passing, "kept": number, "found": jobs.last_number()}
    said["whole"] = all(jobs.last_seq(f"job{at}") == 1 for at in range(1, number + 1))
    (place / "ballast").unlink()
    jobs.keep([job(number + 1, ended=NOON)], [event(number + 1, 1)])
    said["removed"] = tidy(database, Limits(age_s=0), NOON).jobs_removed
    with database.reading() as connection:
        said["soundness"] = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
