"""`python -m tests.fuzz.web [SEED]`: requests made of the OpenAPI description, with new seeds until the time is up."""

import os
import random
import sys
import tempfile
from pathlib import Path
from time import monotonic

from schemathesis.core.failures import FailureGroup
from schemathesis.errors import SchemathesisError

from tests.web.generated import Generated
from tests.web.real import town

EACH = 40


def main() -> int:
    start = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(2**31)
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, town(Path(folder)) as place:
        generated = Generated(place)
        end = monotonic() + float(os.environ.get("FUZZ_SECONDS", "20"))
        while not found and monotonic() < end:
            try:
                generated.run(EACH, start)
                start += 1
            except (FailureGroup, SchemathesisError) as error:
                found = [str(error), *getattr(error, "__notes__", [])]
    print(f"{generated.statuses.total()} requests {dict(generated.statuses)}, seed {start}", *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
