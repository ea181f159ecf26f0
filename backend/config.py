"""The one frozen Config, read once from the environment and an optional TOML file, then passed on.

No other module reads the environment. An environment variable wins over the file, the file over the default.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file()
WORKER_CLASSES = ("eventlet", "gthread")
QUEUE = re.compile(r"rediss?://[^/?#\s]+(/[0-9]*)?(\?\S*)?|unix:///\S+")
DATABASE = re.compile(r"postgresql://[^/?#\s]*/[^/?#\s]+(\?\S*)?|sqlite:///(/[^?#\s]+)")
PASSWORD = re.compile(r"(?<=:)(?!//).*(?=@)")
WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
LISTENED = re.compile(r"(?:(?:[0-9.]+|\[[0-9A-Fa-f:.]+\]):)?([0-9]{1,5})")
HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|\[?[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]?")
SOCKET = re.compile(r"unix:/(\S*[^\s/])")
ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
ROOT_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
RATES = ("all", "sign-in", "traces", "jobs", "uploads", "sockets")
RATE = re.compile(rf"({'|'.join(RATES)})=[1-9][0-9]{{0,8}}/(second|minute|hour)")
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")

VARIABLES = {
    "GUNICORN_BIND": "bind",
    "GUNICORN_LOG_LEVEL": "log_level",
    "GUNICORN_WORKERS": "workers",
    "GUNICORN_WORKER_CLASS": "worker_class",
    "SECRET_KEY": "secret_key",
    "TSIM_FACTS": "facts",
    "TSIM_STATE": "state",
    "TSIM_RUN": "run",
    "TSIM_PAGE": "page",
    "TSIM_SERVICES": "services",
    "TSIM_BACKUPS": "backups",
    "TSIM_HTTP": "http",
    "TSIM_HTTPS": "https",
    "TSIM_CERTIFICATE": "certificate",
    "TSIM_KEY": "key",
    "TSIM_SECURE_COOKIES": "secure_cookies",
    "TSIM_START_ENGINE": "start_engine",
    "TSIM_DATABASE": "database",
    "TSIM_REDIS": "redis",
    "TSIM_USER_SOCKETS": "user_sockets",
    "TSIM_JOBS_AT_ONCE": "jobs_at_once",
    "TSIM_MAX_SERVICES": "max_services",
    "TSIM_JOB_MEMORY_MB": "job_memory_mb",
    "TSIM_JOB_SECONDS": "job_seconds",
    "TSIM_GRACE_SECONDS": "grace_seconds",
    "TSIM_WATCH_FACTS_S": "watch_facts_s",
    "TSIM_KEEP_HOURS": "keep_hours",
    "TSIM_KEEP_MB": "keep_mb",
    "TSIM_UPLOAD_MB": "upload_mb",
    "TSIM_SESSION_HOURS": "session_hours",
    "TSIM_SESSION_IDLE_MINUTES": "session_idle_minutes",
    "TSIM_PAM": "pam",
    "TSIM_PAM_SERVICE": "pam_service",
    "TSIM_ADMIN_GROUP": "admin_group",
    "TSIM_USER_GROUP": "user_group",
    "TSIM_ENGINE_USER": "engine_user",
    "TSIM_WEB_USER": "web_user",
    "TSIM_HOSTS": "hosts",
    "TSIM_ORIGINS": "origins",
    "TSIM_PROXIES": "proxies",
    "TSIM_ROOT_PATH": "root_path",
    "TSIM_RATE": "rate",
    "TSIM_METRICS_TOKEN": "metrics_token",
    "TSIM_LOG_FORMAT": "log_format",
}


class ConfigError(ValueError):
    """A setting that cannot be used; the text names the value and where it stands."""


class Config(Struct, frozen=True):
    bind: str = "127.0.0.1:8000"
    log_level: str = "warning"
    workers: int = 1
    worker_class: str = "eventlet"
    """Or `gthread`: a thread for each open socket, so of fewer of them."""
    secret_key: str = ""
    """Signs the session cookies; when empty, one is generated and kept in the state directory."""
    facts: Path = ROOT / "backend" / "demo" / "facts"
    state: Path = ROOT / ".state"
    run: Path | None = None
    """Directory of the sockets of engine and password check; None: the state, which then nobody else may enter."""
    page: Path = ROOT / "frontend" / "dist"
    services: Path = ROOT / "backend" / "web" / "services.toml"
    """Those that people choose from instead of typing ports."""
    backups: Path = Path("/var/backups/tsim")
    """Where copies of the store are kept."""
    http: str = "80"
    """Where nginx listens: PORT or ADDRESS:PORT. This and what follows is for deploy/install.sh."""
    https: str = "443"
    """off: another proxy is in front."""
    certificate: Path = Path("/etc/tsim/tls/certificate.pem")
    """Of nginx."""
    key: Path = Path("/etc/tsim/tls/key.pem")
    secure_cookies: bool = False
    """Set where the page is served over TLS: then browsers send the session over nothing else."""
    start_engine: bool = False
    """Whether the web starts the engine when there is none; where a supervisor does, it must not."""
    database: str = ""
    """`postgresql://…` or `sqlite:////FILE`; when empty, a file of SQLite in the state directory."""
    redis: str = ""
    """`redis://…` or `unix://…`, where webs of several engines serve the same users."""
    user_sockets: int = 100
    """Of one user, in one web process."""
    jobs_at_once: int = 0
    """0: one for each core."""
    max_services: int = 10
    """Of one test."""
    job_memory_mb: int = 4096
    """For each running test, beside the facts; it fails when it needs more."""
    job_seconds: int = 120
    """A running test that takes longer is ended, with what is known until then."""
    grace_seconds: int = 10
    """So long tests run on when the engine is stopped."""
    watch_facts_s: int = 5
    """How often the directory of facts is looked at for changes; 0: never."""
    keep_hours: int = 30 * 24
    """Tests that ended longer ago are removed."""
    keep_mb: int = 2048
    """When tests that have ended and facts that nobody uses take more, the oldest are removed."""
    upload_mb: int = 64
    """Of facts that somebody sends; unpacked they may be four times as much."""
    session_hours: int = 12
    """After signing in, a session ends, however it is used."""
    session_idle_minutes: int = 120
    """After its last use, a session ends."""
    pam: bool = False
    """Users of the machine may sign in too, with their passwords there."""
    pam_service: str = "tsim"
    """The file of /etc/pam.d that says how; deploy/pam.d/tsim is one for it."""
    admin_group: str = "tsim-admin"
    """Of the machine: its members are administrators here."""
    user_group: str = ""
    """Of the machine: only its members and administrators may sign in; empty: all may."""
    engine_user: str = ""
    """Who may ask whether a password is right; empty: who runs the process that answers."""
    web_user: str = ""
    """Who may ask the engine for people who have signed in, and nothing as its owner; empty: nobody but the owner."""

    hosts: tuple[str, ...] = ()
    """Names under which it is asked; empty: those of loopback and the address of GUNICORN_BIND."""
    origins: tuple[str, ...] = ()
    """Of other sites whose pages may ask it, such as https://portal.example.org."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks whose X-Forwarded-For, -Proto, -Host and -Prefix are believed; unix: who comes by a
    Unix socket."""
    root_path: str = ""
    """The path under which a proxy serves it, such as /tsim."""
    rate: tuple[str, ...] = ()
    """How often something may be asked, as all=6000/minute; off: as often as one likes."""
    metrics_token: str = ""
    """Who has it may read /metrics, besides those on this machine."""
    log_format: str = "text"
    """Or json: an object in each line."""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path | None:
        """Of SQLite; None: a server of PostgreSQL has it."""
        if not self.database:
            return self.state / "tsim.sqlite3"
        kind, _, file = self.database.partition(":///")
        return Path(file) if kind == "sqlite" else None

    @property
    def is_green(self) -> bool:
        """Whether the web's threads are eventlet's."""
        return self.worker_class == "eventlet"

    @property
    def connections(self) -> int:
        """Of one web process at once. With eventlet, beyond it the next client hangs without an error."""
        return 6000 if self.is_green else 512

    @property
    def live_connections(self) -> int:
        """So many of them may stay open; the others are for requests."""
        return self.connections * 9 // 10

    @property
    def engine_socket(self) -> Path:
        return (self.run or self.state) / "engine" / "socket"

    @property
    def auth_socket(self) -> Path:
        """Where it is said whether a password of the machine is right."""
        return (self.run or self.state) / "auth" / "socket"

    @property
    def engine_log(self) -> Path:
        """Of an engine that a client started; another one's is where its stderr goes."""
        return self.state / "engine" / "log"

    @property
    def lab(self) -> Path:
        """Where the lab is spoken to that a person plays in."""
        return self.state / "lab"

    @property
    def first_password_file(self) -> Path:
        return self.state / "first-password"


class Supervisor(Struct, frozen=True):
    """What systemd told this process and no child of it (sd_listen_fds(3), sd_notify(3))."""

    has_socket: bool = False
    notify: str = ""
    watchdog_s: float = 0.0
    """It wants to hear within so long that this process goes on; 0: it does not."""


LARGEST = {
    "workers": 64, "max_services": 1000, "job_memory_mb": 1 << 20, "jobs_at_once": 256, "watch_facts_s": 86400,
    "user_sockets": 6000, "job_seconds": 86400, "grace_seconds": 3600, "keep_hours": 1_000_000, "keep_mb": 1 << 24,
    "upload_mb": 4096, "session_hours": 24 * 366, "session_idle_minutes": 60 * 24 * 366,
}  # fmt: skip
OWN = ("TSIM_SERVER", "TSIM_TOKEN")
SUPERVISED = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC")


def from_environment() -> Config:
    return read(os.environ)


def file_named() -> str:
    """The file of settings; empty where there is none."""
    return os.environ.get("CONFIG_PATH", "")


def are_facts_named() -> bool:
    """By who started this process, who then means those and not whatever the engine has."""
    return bool(os.environ.get("TSIM_FACTS"))


def server_named() -> tuple[str, str]:
    """A server elsewhere that a shell is to ask, and the token for it. They are no settings: no child inherits them."""
    return os.environ.get("TSIM_SERVER", ""), os.environ.get("TSIM_TOKEN", "")


def supervisor() -> Supervisor:
    own = str(os.getpid())
    has_socket = os.environ.get("LISTEN_PID") == own and os.environ.get("LISTEN_FDS") == "1"
    is_watched = os.environ.get("WATCHDOG_PID", own) == own
    watchdog_s = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000 if is_watched else 0.0
    return Supervisor(has_socket, os.environ.get("NOTIFY_SOCKET", ""), watchdog_s)


def environment(config: Config) -> dict[str, str]:
    """The environment in which a child process reads this same config."""
    values = {variable: _text(getattr(config, field)) for variable, field in VARIABLES.items()}
    inherited = {name: value for name, value in os.environ.items() if name not in ("CONFIG_PATH", *OWN, *SUPERVISED)}
    return inherited | values


def read(environ: Mapping[str, str]) -> Config:
    path = environ.get("CONFIG_PATH", "")
    values = {name: (value, place) for name, value, place in _file(path)}
    for variable, field in VARIABLES.items():
        if environ.get(variable):
            values[field] = (environ[variable], variable)
    default = Config() if IS_CHECKOUT else Config(state=_user_state(environ))
    return msgspec.structs.replace(default, **{name: _value(name, *given) for name, given in values.items()})


def parse_bind(text: str, place: str) -> str:
    if SOCKET.fullmatch(text):
        return text
    host, _, port = text.rpartition(":")
    if not HOST.fullmatch(host) or not (port.isascii() and port.isdigit()) or not 1 <= int(port) <= 65535:
        raise ConfigError(f"{place}: {text!r} should be ADDRESS:PORT, such as 127.0.0.1:8000, or unix:/PATH")
    return text


def _file(path: str) -> Iterator[tuple[str, Any, str]]:
    """Each setting with its value and where it stands."""
    if not path:
        return
    try:
        text = Path(path).read_text("utf-8")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"CONFIG_PATH {path}: {getattr(error, 'strerror', None) or error}") from error
    known = set(VARIABLES.values())
    for name, value in values.items():
        place = f"{name} in {path}{_line(text, name)}"
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"is {near[0]} meant?" if near else f"there are {', '.join(sorted(known))}"
            raise ConfigError(f"{place}: no such setting; {hint}")
        yield name, value, place


def _line(text: str, name: str) -> str:
    """Of the first line that sets it or is its table; tomllib does not tell."""
    found = re.search(rf"""^\s*\[*\s*["']?{re.escape(name)}["']?\s*[=.\]]""", text, re.MULTILINE)
    return f", line {text.count(chr(10), 0, found.end()) + 1}" if found else ""


def _user_state(environ: Mapping[str, str]) -> Path:
    """Where an installed tsim keeps its state (XDG Base Directory Specification)."""
    base = environ.get("XDG_STATE_HOME") or str(Path(environ.get("HOME") or "/var/lib") / ".local" / "state")
    return Path(base) / "tsim"


def _value(name: str, value: object, place: str) -> Any:
    match name:
        case "facts" | "state" | "run" | "page" | "services" | "backups" | "certificate" | "key":
            return _path(value, place)
        case "workers" | "user_sockets" | "max_services" | "job_memory_mb" | "job_seconds" | "keep_hours" | "keep_mb":
            return _count(value, place, 1, LARGEST[name])
        case "jobs_at_once" | "grace_seconds" | "watch_facts_s":
            return _count(value, place, 0, LARGEST[name])
        case "session_hours" | "session_idle_minutes" | "upload_mb":
            return _count(value, place, 1, LARGEST[name])
        case "secure_cookies" | "start_engine" | "pam":
            return _boolean(value, place)
        case "pam_service" | "admin_group" | "user_group" | "engine_user" | "web_user":
            return _word(value, place)
        case "http" | "https":
            return _listened(value, place, " or off" if name == "https" else "")
        case "bind":
            return parse_bind(_string(value, place), place)
        case "log_level" if value not in LOG_LEVELS:
            raise ConfigError(f"{place}: {value!r} is no log level; there are {', '.join(LOG_LEVELS)}")
        case "worker_class" if value not in WORKER_CLASSES:
            raise ConfigError(f"{place}: {value!r} is no class of workers; there are {', '.join(WORKER_CLASSES)}")
        case "log_format" if value not in LOG_FORMATS:
            raise ConfigError(f"{place}: {value!r} is no format of logs; there are {', '.join(LOG_FORMATS)}")
        case "hosts":
            return _list(value, place, HOST.fullmatch, "a name or an address, without a port")
        case "origins":
            return _list(value, place, ORIGIN.fullmatch, "an origin, such as https://portal.example.org")
        case "proxies":
            return _list(value, place, _is_proxy, "an address, a network such as 10.0.0.0/8, or unix")
        case "rate":
            return _list(value, place, _is_rate, f"off, or such as all=6000/minute; there are {', '.join(RATES)}")
        case "root_path":
            return _root_path(value, place)
        case "redis":
            return _address(value, place, QUEUE, "redis://HOST:PORT or unix:///PATH")
        case "database":
            return _address(value, place, DATABASE, "postgresql://USER@HOST/NAME or sqlite:////PATH")
        case "secret_key" | "metrics_token" if len(_string(value, place)) < 16:
            raise ConfigError(f"{place}: at least 16 characters are needed, here are {len(str(value))}")
    return value


def _string(value: object, place: str) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ConfigError(f"{place}: {value!r} should be text")
    return value


def _path(value: object, place: str) -> Path:
    """What somebody types is seen from where they are; a file of settings is read from many places."""
    path = Path(_string(value, place)).expanduser()
    if not path.is_absolute() and place not in VARIABLES:
        raise ConfigError(f"{place}: {value!r} should begin with / or ~")
    return path.absolute()


def _address(value: object, place: str, pattern: re.Pattern[str], kinds: str) -> str:
    """Errors do not have the password that may stand in it: they go to the journal."""
    if not pattern.fullmatch(text := _string(value, place)):
        raise ConfigError(f"{place}: {PASSWORD.sub('…', text)!r} should be {kinds}")
    return text


def _word(value: object, place: str) -> str:
    """A name of the machine's: of a file, a group, a user."""
    if not WORD.fullmatch(text := _string(value, place)):
        raise ConfigError(f"{place}: {value!r} should be a name of letters, digits and _ . -")
    return text


def _listened(value: object, place: str, less: str) -> str:
    """As nginx's listen has it; a port alone may be a number."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _string(value, place)
    port = LISTENED.fullmatch(text)
    if not (less and text == "off") and (port is None or not 1 <= int(port[1]) <= 65535):
        raise ConfigError(f"{place}: {value!r} should be PORT or ADDRESS:PORT, such as [::]:443{less}")
    return text


def _list(value: object, place: str, is_one: Callable[[str], object], kind: str) -> tuple[str, ...]:
    """Of the environment with commas between, of a file as it is there."""
    given = value if isinstance(value, list) else _string(value, place).split(",")
    words = [_string(each, place).strip() for each in given]
    for word in words:
        if not is_one(word):
            raise ConfigError(f"{place}: {word!r} should be {kind}")
    return tuple(words)


def _is_proxy(word: str) -> bool:
    try:
        ip_network(word)
    except ValueError:
        return word == "unix"
    return True


def _is_rate(word: str) -> bool:
    return word == "off" or RATE.fullmatch(word) is not None


def _root_path(value: object, place: str) -> str:
    text = _string(value, place).rstrip("/")
    if not ROOT_PATH.fullmatch(text):
        raise ConfigError(f"{place}: {value!r} should be a path, such as /tsim")
    return text


def _count(value: object, place: str, least: int, most: int) -> int:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or not least <= int(text[:20]) <= most:
        raise ConfigError(f"{place}: {value!r} should be a whole number from {least} to {most}")
    return int(text)


def _boolean(value: object, place: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    answer = words.get(str(value).lower())
    if answer is None:
        raise ConfigError(f"{place}: {value!r} should be true or false")
    return answer


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
