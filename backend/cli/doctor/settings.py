"""The settings: whether the file that has them is kept as it should be, and whether what they name is there."""

import os
import stat
from collections.abc import Iterator

from backend import config
from backend.cli.doctor.finding import Finding, well, wrong
from backend.config import Config


def look(settings: Config) -> Iterator[Finding]:
    """What cannot be read at all has been told before, with its line."""
    path = config.file_named()
    has_secret = settings.secret_key or settings.metrics_token or "@" in settings.database
    if path and has_secret and os.stat(path).st_mode & stat.S_IROTH:
        yield wrong("settings", f"{path} holds a secret and can be read by everybody", f"chmod o-r {path}")
    missing = [
        (name, place)
        for name, place in (
            ("facts", settings.facts),
            ("page", settings.page / "index.html"),
            ("services", settings.services),
        )
        if not place.exists()
    ]
    for name, place in missing:
        mend = f"mend {name} in {path}" if path else f"mend TSIM_{name.upper()}"
        yield wrong("settings", f"{name}: {place} does not exist", mend)
    if not missing:
        yield well("settings", f"those of {path or 'the environment'} name what is there")
