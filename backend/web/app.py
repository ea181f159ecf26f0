"""The Flask application, built from a config and an engine client. Building it starts nothing."""

from datetime import timedelta

from flask import Flask

from backend.config import Config
from backend.web import errors, headers, health, networks, pages, sessions, traces
from backend.web.engine import Engine

BODY_LIMIT = 256 * 1024


def create_app(config: Config, engine: Engine) -> Flask:
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        SESSION_COOKIE_NAME="tsim_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.extensions["tsim_engine"] = engine
    app.extensions["tsim_page"] = config.page
    for part in (pages, health, sessions, networks, traces):
        app.register_blueprint(part.blueprint)
    errors.register(app)
    headers.register(app)
    return app
