"""Rules of alerts and the dashboard ask for figures that there are; what an alert is about stands in the manual."""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.deploy.conftest import IS_CLEAN, PASSWORD, TOKEN
from tests.deploy.machine import HOST, Machine, Visitor
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))
BOARD = json.loads((ROOT / "deploy/grafana/tsim.json").read_text("utf-8"))
FIGURE = re.compile(r"\b((?:tsim|process)_[a-z_]+)(\{[^}]*\})?")
LABEL = re.compile(r'([a-z]+)\s*(?:=~?|!=|!~)\s*"([^"]*)"')
SAMPLE = re.compile(r"^([a-z_]+)(\{[^}]*\})? [-+0-9.e]", re.MULTILINE)
OF_PROMETHEUS = {"job", "instance", "le"}
SERIES = {
    "TsimDown": ("up{%s}", "0x60"),
    "TsimEngineDown": ("tsim_engine_up{%s}", "0x60"),
    "TsimCheckFailed": ('tsim_engine_check{check="store",%s}', "0x60"),
    "TsimRestarts": ("process_start_time_seconds{%s}", "1+100x60"),
    "TsimProcessesLost": ("tsim_engine_replaced_total{%s}", "0+1x60"),
    "TsimTestsFail": ('tsim_jobs_total{status="failed",%s}', "0+1x60"),
    "TsimQueueLong": ('tsim_queue{state="waiting",%s}', "21x60"),
    "TsimErrors": ('tsim_requests_total{status="503",%s}', "0+10x60"),
    "TsimSlow": ('tsim_request_seconds_bucket{le="5.0",%s}', "0+10x60"),
    "TsimPasswordsGuessed": ('tsim_sign_ins_total{outcome="wrong",%s}', "0+6x60"),
    "TsimFilesOpen": ("process_open_fds{%s}", "90x60"),
    "TsimMemory": ("process_resident_memory_bytes{%s}", "900000000x60"),
}
"""What fires each of them, for an hour, once a minute."""
BESIDE = {
    "TsimErrors": [('tsim_requests_total{status="200",%s}', "0+100x60")],
    "TsimSlow": [('tsim_request_seconds_bucket{le="+Inf",%s}', "0+10x60")],
    "TsimFilesOpen": [("process_max_fds{%s}", "100x60")],
}
WELL = [
    ("up{%s}", "1x60"), ("tsim_engine_up{%s}", "1x60"), ('tsim_engine_check{check="store",%s}', "1x60"),
    ("process_start_time_seconds{%s}", "1x60"), ('tsim_jobs_total{status="succeeded",%s}', "0+9x60"),
    ('tsim_queue{state="waiting",%s}', "5x60"), ('tsim_requests_total{status="200",%s}', "0+100x60"),
    ('tsim_requests_total{status="503",%s}', "0+1x60"), ('tsim_request_seconds_bucket{le="0.1",%s}', "0+10x60"),
    ('tsim_request_seconds_bucket{le="+Inf",%s}', "0+10x60"), ('tsim_sign_ins_total{outcome="wrong",%s}', "0+1x60"),
    ("process_open_fds{%s}", "50x60"), ("process_max_fds{%s}", "100x60"),
    ("process_resident_memory_bytes{%s}", "100000000x60"),
]  # fmt: skip
OF = 'job="tsim",instance="tsim.example.org"'
MINE = {
    "tsim.example.org": HOST,
    "  # tls_config": "  tls_config",
    "  #   ca_file": "    ca_file",
}
"""What whoever takes scrape.yml says in it, where the certificate is one of their own."""
WITHOUT = {"tsim_rate_limited_total"}
"""Perhaps nobody has asked too often."""


def rules() -> list[dict[str, Any]]:
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


def asked() -> list[str]:
    found = [rule["expr"] for rule in rules()]
    return found + [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]


@pytest.mark.root
@pytest.mark.serial
def test_all_that_is_asked_for_is_there(served: Machine) -> None:
    Visitor(served, "bob").sign_in("wrong")
    web = ("curl", "-sS", "--unix-socket", "/run/tsim/web", "-H", f"Authorization: Bearer {TOKEN}")
    told = served.do(*web, f"http://{HOST}/metrics")
    names = set(re.findall(r"^# TYPE (\S+) ", told, re.MULTILINE))
    names |= {f"{name}_bucket" for name in re.findall(r"^# TYPE (\S+) histogram", told, re.MULTILINE)}
    labels = {name: set(re.findall(r'([a-z]+)="', given)) for name, given in SAMPLE.findall(told)}
    assert labels["tsim_sign_ins_total"] == {"outcome"}
    for expression in asked():
        for name, chosen in FIGURE.findall(expression):
            assert name in names, expression
            given = labels.get(name)  # nothing has happened yet that some of them count
            assert given is None or {label for label, _ in LABEL.findall(chosen)} - OF_PROMETHEUS <= given, expression


def promtool(folder: Path, *tests: dict[str, Any]) -> str:
    """What Prometheus itself says of what should come of such figures; nothing where it agrees."""
    file = folder / "tests.yml"
    rules_ = [str(ROOT / "deploy/prometheus/alerts.yml")]
    file.write_text(yaml.safe_dump({"rule_files": rules_, "evaluation_interval": "1m", "tests": list(tests)}))
    done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def hour(series: list[tuple[str, str]], expression: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    given = [{"series": name % OF, "values": values} for name, values in series]
    question = {"expr": expression, "eval_time": "50m", "exp_samples": found}
    return {"interval": "1m", "input_series": given, "promql_expr_test": [question]}


def test_each_alert_fires_alone_and_none_when_all_is_well(tmp_path: Path) -> None:
    firing = 'count by (alertname) (ALERTS{alertstate="firing"})'
    assert {rule["alert"] for rule in rules()} == set(SERIES)
    tests = [
        hour([series, *BESIDE.get(alert, [])], firing, [{"labels": f'{{alertname="{alert}"}}', "value": 1}])
        for alert, series in SERIES.items()
    ]
    assert promtool(tmp_path, *tests, hour(WELL, firing, [])) == ""


def test_prometheus_understands_what_the_dashboard_asks_and_how_it_scrapes(tmp_path: Path) -> None:
    assert promtool(tmp_path, *(hour([], each.replace("$instance", ".*"), []) for each in asked())) == ""
    jobs = yaml.safe_load((ROOT / "deploy/prometheus/scrape.yml").read_text("utf-8"))
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump({"scrape_configs": jobs}))
    command = ["promtool", "check", "config", "--syntax-only", str(tmp_path / "prometheus.yml")]
    assert subprocess.run(command, capture_output=True).returncode == 0


def test_each_alert_says_what_it_is_about_and_the_manual_what_to_do() -> None:
    manual = (ROOT / "docs" / "admin.md").read_text("utf-8")
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"]
        assert f"`{rule['alert']}`" in manual, rule["alert"]


def test_each_panel_has_a_place_of_its_own() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in BOARD["panels"]})


def test_what_is_scraped_is_what_the_web_serves() -> None:
    (job,) = yaml.safe_load((ROOT / "deploy/prometheus/scrape.yml").read_text("utf-8"))
    assert (job["job_name"], job["metrics_path"], job["scheme"]) == ("tsim", "/metrics", "https")


class Prometheus:
    """A real one, in the machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def told(self, path: str, **asked: str) -> Any:
        words = [word for name, value in asked.items() for word in ("--data-urlencode", f"{name}={value}")]
        done = self._machine.run("curl", "-sS", "--get", *words, f"http://localhost:9090/api/v1/{path}")
        if done.code:
            return None  # it is starting
        answer = json.loads(done.said)
        assert answer["status"] == "success", (asked, answer)
        return answer["data"]

    def values(self, expression: str) -> list[float]:
        found = self.told("query", query=expression)
        return [float(each["value"][1]) for each in found["result"]] if found else []

    def has_seen(self, expression: str) -> bool:
        """Something that is a number: of what did not happen in the meantime a quantile is none."""
        return any(value == value for value in self.values(expression))

    def has_judged(self, alerts: int) -> bool:
        found = [rule for group in (self.told("rules") or {"groups": []})["groups"] for rule in group["rules"]]
        assert not any(rule.get("lastError") for rule in found), found
        return [rule["health"] for rule in found] == ["ok"] * alerts


@pytest.fixture
def prometheus(served: Machine) -> Iterator[Prometheus]:
    scrape = (ROOT / "deploy/prometheus/scrape.yml").read_text("utf-8")
    for given, mine in MINE.items():
        assert given in scrape
        scrape = scrape.replace(given, mine)
    rule_files = ["/etc/prometheus/alerts.yml"]
    settings = {
        "rule_files": rule_files,
        "global": {"evaluation_interval": "5s"},
        "scrape_configs": yaml.safe_load(scrape),
    }
    served.do("sh", "-c", "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus")
    served.do("tee", *rule_files, sent=(ROOT / "deploy/prometheus/alerts.yml").read_bytes())
    served.do("tee", "/etc/prometheus/tsim-token", sent=f"{TOKEN}\n".encode())
    served.do("cp", "/etc/tsim/tls/certificate.pem", "/etc/prometheus/tsim.pem")
    served.do("tee", "/etc/prometheus/prometheus.yml", sent=yaml.safe_dump(settings).encode())
    served.do("sh", "-c", f"echo 127.0.0.1 {HOST} >>/etc/hosts")
    served.do("systemctl", "restart", "prometheus")
    try:
        yield Prometheus(served)
    finally:
        served.run("systemctl", "stop", "prometheus")
        served.run("sed", "-i", f"/{HOST}/d", "/etc/hosts")


def proved(machine: Machine) -> None:
    """A test and what goes with it."""
    assert Visitor(machine, "bob").sign_in("wrong") == 401
    visitor = Visitor(machine, "ann")
    assert visitor.sign_in(PASSWORD) == 201
    assert visitor.ended(visitor.submit())["status"] == "succeeded"


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.skipif(not IS_CLEAN, reason="it takes minutes; make deploytest has it")
def test_a_real_prometheus_has_an_answer_to_each_question(served: Machine, prometheus: Prometheus) -> None:
    proved(served)
    wait_for(lambda: prometheus.has_seen("tsim_verdicts_total"), "what was counted", 120.0)
    proved(served)
    (instance,) = prometheus.told("label/instance/values", **{"match[]": "tsim_engine_up"})
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            expression = target["expr"].replace("$instance", re.escape(instance).replace("\\", "\\\\"))
            if any(name in expression for name in WITHOUT):
                prometheus.values(expression)
            else:
                wait_for(partial(prometheus.has_seen, expression), expression, 120.0)
    wait_for(lambda: prometheus.has_judged(len(rules())), "all alerts", 120.0)
    assert prometheus.values('ALERTS{alertstate="firing"}') == []


def as_known(given: Any, known: Any) -> Any:
    """The second as far as the first goes; it also has what is not said, with what it is then."""
    if isinstance(given, dict):
        return {name: as_known(value, known[name]) for name, value in given.items() if name in known}
    if isinstance(given, list):
        return [as_known(*pair) for pair in zip(given, known, strict=True)]
    return known


def test_grafana_knows_all_that_is_in_the_dashboard() -> None:
    register_default_plugins()
    known = json.loads(JSONEncoder().encode(Dashboard.from_json(BOARD)))
    assert as_known(BOARD, known) == BOARD
