"""The facts that the engine keeps, read here."""

import io
import tarfile
from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory

from backend.cli.error import FailureError
from backend.cli.who.link import Link
from backend.facts import FactsError, Reading, read_directory
from backend.facts.snapshot import is_facts_name, write_files


def fetched(link: Link, label: str = "") -> Reading:
    """EngineError. Without a label: those that are active."""
    events = link.events("download", network=label)
    name = str(next(events)["network"]["label"]).rpartition("@")[0]
    return unpacked(b"".join(b64decode(piece["data"]) for piece in events), name)


def unpacked(archive: bytes, name: str) -> Reading:
    """Nothing of it is written under a name that is not that of facts."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            files = {Path(each.name).name: tar.extractfile(each) for each in tar if each.isfile()}
            found = {each: file.read() for each, file in files.items() if file is not None and is_facts_name(each)}
        with TemporaryDirectory(prefix="tsimsh-") as folder:
            directory = Path(folder) / (Path(name).name or "facts")
            write_files(found, directory)
            return read_directory(directory)
    except (tarfile.TarError, EOFError, OSError, FactsError) as error:
        raise FailureError(f"the facts that came cannot be read: {error}") from None
