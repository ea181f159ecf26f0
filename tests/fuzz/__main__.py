"""`python -m tests.fuzz [NAME…]`: run every module of this folder, or those named, one after the other."""

import subprocess
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    modules = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))
    failed = []
    for name in names or modules:
        print(f"fuzz {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.fuzz.{name}"]).returncode != 0:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "nothing found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
