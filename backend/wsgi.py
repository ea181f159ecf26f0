"""The application as gunicorn serves it. eventlet patches the standard library before anything else is loaded."""

import warnings

from backend import config

settings = config.from_environment()

if settings.is_green:
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    warnings.filterwarnings("ignore", message="The eventlet worker is deprecated")

    import eventlet

    eventlet.monkey_patch()

from backend import bootstrap  # noqa: E402

app = bootstrap.web_app(settings)
