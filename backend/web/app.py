"""The Flask application, built from a config and an engine client. Building it starts nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from backend.config import Config
from backend.engine.changes import Seen, beside
from backend.web import cgi, ending, errors, live, metrics, origins, pages, rates, request, route, stream, surface
from backend.web.cookie import Cookies
from backend.web.engine import Engine
from backend.web.headers import Headers
from backend.web.known import Known
from backend.web.patience import Patience
from backend.web.proxy import Proxy
from backend.web.quick import read_quick

BODY_LIMIT = 256 * 1024


class Application(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view and no hook is a coroutine, which Flask looks at for each of them with each request."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Without reading the host again, which `origins` does, and of which no route depends."""
        if request is None:
            return None
        environ = request.environ
        return MapAdapter(
            self.url_map, environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", "").rstrip("/") + "/", "",
            environ["wsgi.url_scheme"], request.path, environ["REQUEST_METHOD"], environ.get("QUERY_STRING", ""),
        )  # fmt: skip

    def accompany(self, is_wanted: Callable[[], bool]) -> None:
        """For good, in a thread of its own: whether this process still is wanted by who started it."""
        ending.follow(self, is_wanted)


def create_app(config: Config, engine: Engine) -> Flask:
    app = Application(__name__, static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=100,
        SESSION_COOKIE_NAME="tsim_session",
        SESSION_COOKIE_PATH=f"{config.root_path}/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.session_hours),
    )
    app.session_interface = Cookies(config.secret_key)
    app.extensions["tsim_config"] = config
    app.extensions["tsim_engine"] = engine
    app.extensions["tsim_known"] = Known(engine, Seen(beside(config.engine_socket)))
    app.extensions["tsim_quick"] = read_quick(config.services)
    app.extensions["tsim_page"] = config.page
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(cgi.blueprint)
    route.register(app, surface.routes())
    errors.register(app)
    request.register(app)
    metrics.register(app, engine)
    origins.register(app, config)
    rates.register(app, config)
    stream.register(app)
    live.register(app, config, engine)
    app.wsgi_app = Patience(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Proxy(Headers(app.wsgi_app), config.proxies, config.root_path)  # type: ignore[method-assign]
    return app
