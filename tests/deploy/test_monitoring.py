"""Rules of alerts and the dashboard ask for figures that there are; what an alert is about stands in the manual."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.conftest import TOKEN
from tests.deploy.machine import HOST, Machine, Visitor

ROOT = Path(__file__).resolve().parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))
BOARD = json.loads((ROOT / "deploy/grafana/tsim.json").read_text("utf-8"))
FIGURE = re.compile(r"\b((?:tsim|process)_[a-z_]+)(\{[^}]*\})?")
LABEL = re.compile(r'([a-z]+)\s*(?:=~?|!=|!~)\s*"([^"]*)"')
SAMPLE = re.compile(r"^([a-z_]+)(\{[^}]*\})? [-+0-9.e]", re.MULTILINE)
OF_PROMETHEUS = {"job", "instance", "le"}


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


def test_expressions_are_whole() -> None:
    for expression in asked():
        assert all(expression.count(left) == expression.count(right) for left, right in ("()", "[]", "{}")), expression


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
