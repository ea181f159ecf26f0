"""The application as gunicorn serves it. eventlet patches the standard library before anything else is loaded."""

import sys
import warnings

from backend import config

settings = config.from_environment()

if settings.is_green:
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    warnings.filterwarnings("ignore", message="The eventlet worker is deprecated")

    import eventlet

    eventlet.monkey_patch()

from backend import bootstrap  # noqa: E402

try:
    app = bootstrap.web_app(settings)
except config.ConfigError as error:
    from gunicorn.arbiter import Arbiter

    print(f"web: {error}", file=sys.stderr)
    sys.exit(Arbiter.WORKER_BOOT_ERROR)  # anything else has gunicorn try again for good
