"""The application as gunicorn serves it. eventlet patches the standard library before anything else is loaded."""

import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
warnings.filterwarnings("ignore", message="The eventlet worker is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

from backend import bootstrap, config  # noqa: E402

app = bootstrap.web_app(config.from_environment())
