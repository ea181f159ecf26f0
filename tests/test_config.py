import os
import re
from pathlib import Path

import pytest

from backend import config
from backend.config import ConfigError
from backend.web import rates


def test_nothing_set_gives_loopback_and_the_demo_network() -> None:
    settings = config.read({})
    assert settings.bind == "127.0.0.1:8000"
    assert settings.facts.parts[-3:] == ("backend", "demo", "facts")
    assert settings.state == config.ROOT / ".state"


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "tsim.toml"
    file.write_text('bind = "127.0.0.1:9000"\nworkers = 2\nsecure_cookies = true\nfacts = "/srv/facts"\n')
    settings = config.read({"CONFIG_PATH": str(file), "GUNICORN_BIND": "[::1]:9001"})
    assert (settings.bind, settings.workers, settings.secure_cookies) == ("[::1]:9001", 2, True)
    assert settings.facts == Path("/srv/facts")


def test_an_empty_variable_is_not_set() -> None:
    assert config.read({"GUNICORN_BIND": "", "TSIM_FACTS": ""}) == config.read({})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GUNICORN_BIND", "127.0.0.1"),
        ("GUNICORN_BIND", "127.0.0.1:99999"),
        ("GUNICORN_BIND", ":8000"),
        ("GUNICORN_WORKERS", "0"),
        ("GUNICORN_WORKERS", "many"),
        ("GUNICORN_WORKERS", "²"),
        ("GUNICORN_LOG_LEVEL", "loud"),
        ("GUNICORN_WORKER_CLASS", "sync"),
        ("TSIM_REDIS", "localhost:6379"),
        ("TSIM_REDIS", "redis://"),
        ("GUNICORN_BIND", "unix:/"),
        ("GUNICORN_BIND", "host name:80"),
        ("TSIM_HOSTS", "a:1"),
        ("TSIM_RATE", "sing-in=5/minute"),
        ("TSIM_RATE", "all=0/minute"),
        ("TSIM_HTTP", "off"),
        ("TSIM_HTTP", "0"),
        ("TSIM_HTTPS", "https"),
        ("TSIM_HTTPS", "10.0.0.1:65536"),
        ("TSIM_USER_SOCKETS", "0"),
        ("TSIM_SECURE_COOKIES", "maybe"),
        ("TSIM_MAX_SERVICES", "0"),
        ("TSIM_JOBS_AT_ONCE", "-1"),
        ("TSIM_JOBS_AT_ONCE", "257"),
        ("TSIM_JOB_MEMORY_MB", "4 GB"),
        ("TSIM_WATCH_FACTS_S", "0.5"),
        ("TSIM_KEEP_HOURS", "0"),
        ("TSIM_SESSION_IDLE_MINUTES", "0"),
        ("TSIM_PAM", "perhaps"),
        ("TSIM_PAM_SERVICE", "../etc/shadow"),
        ("TSIM_ADMIN_GROUP", "a b"),
        ("TSIM_HOSTS", "tsim.example.org:443"),
        ("TSIM_HOSTS", "a/b"),
        ("TSIM_ORIGINS", "portal.example.org"),
        ("TSIM_ORIGINS", "https://portal.example.org/"),
        ("TSIM_PROXIES", "10.0.0.1/8"),
        ("TSIM_PROXIES", "proxy"),
        ("TSIM_ROOT_PATH", "tsim"),
        ("TSIM_ROOT_PATH", "/../etc"),
        ("TSIM_ROOT_PATH", "/a//b"),
        ("TSIM_RATE", "often"),
        ("TSIM_RATE", "all=1/day"),
        ("TSIM_LOG_FORMAT", "xml"),
        ("TSIM_KEEP_MB", "99999999999999999999999999"),
    ],
)
def test_a_bad_variable_is_named_with_its_value(variable: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.read({variable: value})
    assert variable in str(caught.value)
    assert value in str(caught.value)


def test_lists_have_commas_in_the_environment_and_are_lists_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "tsim.toml"
    file.write_text('hosts = ["tsim.example.org", "[::1]"]\norigins = ["https://portal.example.org"]\n')
    settings = config.read({"CONFIG_PATH": str(file), "TSIM_PROXIES": "unix, 10.0.0.0/8", "TSIM_ROOT_PATH": "/tsim/"})
    assert settings.hosts == ("tsim.example.org", "[::1]")
    assert settings.origins == ("https://portal.example.org",)
    assert (settings.proxies, settings.root_path) == (("unix", "10.0.0.0/8"), "/tsim")
    assert config.read(config.environment(settings)) == settings


def test_a_short_secret_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY") as caught:
        config.read({"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("bind = 5\n", "5"),
        ("workers = true\n", "True"),
        ("binding = 'x'\n", "binding"),
        ("facts = []\n", "[]"),
        ("state = 'here'\n", "should begin with / or ~"),
        ("bind = \n", "line 1"),
        ("secret_key = 12345678901234567890\n", "secret_key"),
    ],
)
def test_a_bad_file_is_named_with_the_setting(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "tsim.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        config.read({"CONFIG_PATH": str(file)})
    assert str(file) in str(caught.value)
    assert named in str(caught.value)


def test_what_is_kept_has_its_place_in_the_state(tmp_path: Path) -> None:
    given = config.Config(state=tmp_path)
    assert {given.engine_socket.parent.parent, given.lab.parent, given.first_password_file.parent} == {tmp_path}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        config.read({"CONFIG_PATH": str(tmp_path / "none.toml")})


def test_a_child_process_reads_the_same_config(tmp_path: Path) -> None:
    given = config.Config(
        bind="127.0.0.1:9", workers=3, state=tmp_path, secure_cookies=True, secret_key="k" * 20,
        database="postgresql://tsim@/tsim", jobs_at_once=4, max_services=50, job_memory_mb=512, watch_facts_s=60,
        keep_hours=48, keep_mb=100, session_hours=8, session_idle_minutes=5, pam=True, pam_service="login",
        admin_group="wheel", user_group="staff", engine_user="tsim",
        run=tmp_path / "run", web_user="tsim-web",
    )  # fmt: skip
    assert config.read(config.environment(given)) == given
    assert config.read(config.environment(config.Config(state=tmp_path))).database_url.endswith("/tsim.sqlite3")


def test_the_database_is_a_file_in_the_state_where_nobody_names_another(tmp_path: Path) -> None:
    assert config.read({"TSIM_STATE": str(tmp_path)}).database_url == f"sqlite:///{tmp_path}/tsim.sqlite3"
    assert config.read({"TSIM_STATE": str(tmp_path)}).database_file == tmp_path / "tsim.sqlite3"


@pytest.mark.parametrize(
    ("given", "file"),
    [
        ("postgresql://tsim@localhost/tsim", None),
        ("postgresql://tsim:p:ss@[::1]:5433/tsim?connect_timeout=3", None),
        ("postgresql://tsim@/tsim?host=/run/postgresql", None),
        ("sqlite:////srv/tsim.db", Path("/srv/tsim.db")),
    ],
)
def test_the_database_may_be_a_server_or_another_file(given: str, file: Path | None) -> None:
    found = config.read({"TSIM_DATABASE": given})
    assert (found.database_url, found.database_file) == (given, file)


@pytest.mark.parametrize(
    "given",
    ["tsim", "mysql://tsim@h/tsim", "postgresql://h", "postgresql+psycopg://h/tsim", "sqlite:///here", "sqlite://"],
)
def test_another_kind_of_database_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match=r"TSIM_DATABASE: .*should be postgresql://USER@HOST/NAME or sqlite:////PATH"):
        config.read({"TSIM_DATABASE": given})


def test_where_nginx_listens_may_be_a_number_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tsim.toml"
    file.write_text('http = 8080\nhttps = "[::]:8443"\n')
    found = config.read({"CONFIG_PATH": str(file)})
    assert (found.http, found.https, config.read({"TSIM_HTTPS": "off"}).https) == ("8080", "[::]:8443", "off")


def test_a_password_in_an_address_is_not_told() -> None:
    with pytest.raises(ConfigError) as caught:
        config.read({"TSIM_DATABASE": "postgres://tsim:hu/n:t@er2@h/tsim"})
    assert "'postgres://tsim:…@h/tsim'" in str(caught.value)


def test_settings_of_the_engine_may_stand_in_the_file_as_numbers(tmp_path: Path) -> None:
    file = tmp_path / "tsim.toml"
    file.write_text("jobs_at_once = 3\nkeep_hours = 12\nwatch_facts_s = 0\n")
    settings = config.read({"CONFIG_PATH": str(file), "TSIM_JOBS_AT_ONCE": "0"})
    assert (settings.jobs_at_once, settings.keep_hours, settings.watch_facts_s) == (0, 12, 0)
    file.write_text("keep_hours = 1.5\n")
    with pytest.raises(ConfigError, match=r"keep_hours in .*: 1\.5 should be a whole number"):
        config.read({"CONFIG_PATH": str(file)})


def test_an_installed_tsim_keeps_its_state_in_the_home_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "IS_CHECKOUT", False)
    assert config.read({"HOME": "/home/ann"}).state == Path("/home/ann/.local/state/tsim")
    assert config.read({"HOME": "/home/ann", "XDG_STATE_HOME": "/var/ann"}).state == Path("/var/ann/tsim")


@pytest.mark.parametrize(("worker_class", "is_green"), [("eventlet", True), ("gthread", False)])
def test_a_web_keeps_connections_for_requests_whatever_its_threads_are(worker_class: str, is_green: bool) -> None:
    found = config.read({"GUNICORN_WORKER_CLASS": worker_class, "TSIM_REDIS": "unix:///run/redis"})
    assert (found.is_green, found.redis) == (is_green, "unix:///run/redis")
    assert 0 < found.live_connections < found.connections


@pytest.mark.parametrize(("pid", "is_ours"), [("{pid}", True), ("1", False), ("", False)])
def test_a_socket_of_systemd_is_ours_only_when_it_was_passed_to_this_very_process(
    monkeypatch: pytest.MonkeyPatch, pid: str, is_ours: bool
) -> None:
    monkeypatch.setenv("LISTEN_PID", pid.format(pid=os.getpid()))
    monkeypatch.setenv("LISTEN_FDS", "1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/notify")
    monkeypatch.setenv("WATCHDOG_PID", pid.format(pid=os.getpid()) or "1")
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    assert config.supervisor() == config.Supervisor(is_ours, "/run/notify", 60.0 if is_ours else 0.0)
    assert not {"LISTEN_PID", "LISTEN_FDS", "NOTIFY_SOCKET"} & config.environment(config.Config()).keys()


def test_the_readme_names_each_variable_with_its_default() -> None:
    text = (config.ROOT / "README.md").read_text()
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", text, re.MULTILINE))
    assert rows.keys() == config.VARIABLES.keys()
    for variable, shown in rows.items():
        default = getattr(config.Config(), config.VARIABLES[variable])
        if isinstance(default, int | bool):
            assert shown == f"`{str(default).lower()}`", variable
    for limit in rates.DEFAULT:
        assert f"`{limit}`" in text
