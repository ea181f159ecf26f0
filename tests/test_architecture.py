"""The house rules that a program can check: who imports whom, what is pure, who knows eventlet and the environment."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Package -> the packages it may import, besides itself.
BELOW: dict[str, set[str]] = {
    "model": set(),
    "wire": {"model"},
    "sim": {"model"},
    "facts": {"model"},
    "store": {"wire", "model"},
    "lab": {"facts", "store", "wire", "model"},
    "report": {"facts", "store", "wire", "model"},
    "policy": {"sim", "wire", "model"},
    "demo": {"facts", "lab", "model"},
    "jobs": {"lab", "report", "sim", "facts", "store", "wire", "model"},
    "engine": {"jobs", "policy", "lab", "report", "sim", "facts", "store", "wire", "model"},
    "auth": {"config"},
    "web": {"engine", "wire", "model", "config", "deadlines", "logs"},
    "logs": set(),
    "deadlines": set(),
    "config": set(),
    "cli": {
        "bootstrap", "config", "demo", "engine", "jobs", "lab", "logs", "policy", "report", "sim", "facts", "store",
        "wire", "model",
    },
    "bootstrap": {
        "auth", "config", "demo", "engine", "jobs", "lab", "report", "sim", "facts", "store", "web", "wire", "model",
    },
    "wsgi": {"bootstrap", "config"},
    "gunicorn_config": {"config", "deadlines", "logs"},
}  # fmt: skip

# Started as programs, so they choose real things as the command-line tools do.
PROGRAMS = {"backend.engine.__main__", "backend.demo.generate"}

PLANNING = (
    "plan", "kernel.ipset", "kernel.netlink", "kernel.nftables", "kernel.rtnetlink", "build.encode",
    "watch.event", "watch.packet", "watch.craft", "watch.nflog", "watch.nftrace", "watch.sieve", "watch.sighting",
    "hand.protocol", "hand.machines", "hand.site", "hand.joining",
)  # fmt: skip
READS_FILES = {"__init__", "directory", "collect", "snapshot"}
"""Of the facts; all else there makes values of text."""
READING = sorted(file.stem for file in (ROOT / "backend" / "facts").glob("*.py") if file.stem not in READS_FILES)
JOBS = (
    "asking", "comparison", "decided", "error", "estimate", "event", "forecast", "job", "limits", "moment", "order",
    "phase", "pipeline", "progress", "queue", "record", "recovery", "result", "snapshot", "state", "words",
)  # fmt: skip
PURE = (
    "model", "wire", "sim", "policy", "engine.protocol", "report.layout",
    *(f"jobs.{module}" for module in JOBS),
    *(f"lab.{module}" for module in PLANNING),
    *(f"facts.{module}" for module in READING),
)  # fmt: skip
EFFECTS = {
    "asyncio", "concurrent", "ctypes", "eventlet", "fcntl", "glob", "http", "io", "logging", "mmap", "multiprocessing",
    "os", "pathlib", "queue", "random", "secrets", "select", "selectors", "shutil", "signal", "socket", "socketserver",
    "sqlalchemy", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "flask",
}  # fmt: skip
EFFECT_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint", "__import__"}
# Only what asks the clock; datetime values themselves are plain data.
EFFECT_METHODS = {"now", "utcnow", "today"}
KNOWS_EVENTLET = {"backend.wsgi", "backend.gunicorn_config"}
READS_ENVIRONMENT = {"backend.config"}


def imports(tree: ast.Module, package: str) -> list[str]:
    """Full names of what a module imports, also inside functions; relative ones resolved against its package."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            names += [f"{origin}.{alias.name}" for alias in node.names]
    return names


def violations(module: str, tree: ast.Module, package: str) -> list[str]:
    """What a module `backend.…` does against the rules."""
    part = module.split(".")[1] if "." in module else ""
    names = imports(tree, package)
    found = _wrong_way(module, part, names)
    if any(_within(module, f"backend.{pure}") for pure in PURE):
        found += [f"is pure but imports {name}" for name in names if name.split(".")[0] in EFFECTS]
        found += [f"is pure but calls {call}" for call in _calls(tree) if call in EFFECT_CALLS | EFFECT_METHODS]
    if module not in KNOWS_EVENTLET:
        found += [f"must not know {name}" for name in names if name.split(".")[0] == "eventlet"]
    if module not in READS_ENVIRONMENT:
        found += [f"must not read the environment ({name})" for name in _environment(tree, names)]
    return found


def _wrong_way(module: str, part: str, names: list[str]) -> list[str]:
    allowed = BELOW["cli"] if module in PROGRAMS else BELOW.get(part, set())
    found = []
    for name in names:
        if not _within(name, "backend") or name == "backend":
            continue
        target = name.split(".")[1]
        if part and target != part and target not in allowed:
            found.append(f"must not import {name}")
    return found


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _calls(tree: ast.Module) -> list[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    plain = [call.id for call in calls if isinstance(call, ast.Name)]
    return plain + [call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in EFFECT_METHODS]


def _environment(tree: ast.Module, names: list[str]) -> list[str]:
    forbidden = ("environ", "environb", "getenv", "getenvb")
    read = [
        f"os.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in forbidden and getattr(node.value, "id", "") == "os"
    ]
    return read + [name for name in names if name in {f"os.{word}" for word in forbidden}]


def sources() -> list[Path]:
    return sorted((ROOT / "backend").rglob("*.py"))


def module_name(file: Path) -> tuple[str, str]:
    """Module and the package that its relative imports start from."""
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    if parts[-1] == "__init__":
        name = ".".join(parts[:-1])
        return name, name
    return ".".join(parts), ".".join(parts[:-1])


@pytest.mark.parametrize("file", sources(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_keeps_the_rules(file: Path) -> None:
    module, package = module_name(file)
    assert violations(module, ast.parse(file.read_text("utf-8")), package) == []


def test_every_package_says_what_it_must_not_do() -> None:
    silent = []
    for file in (ROOT / "backend").glob("*/__init__.py"):
        text = " ".join((ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").lower().split())
        if not any(word in text for word in ("must not", "never", "knows no")):
            silent.append(str(file.relative_to(ROOT)))
    assert silent == []


def test_every_folder_of_sources_is_a_package_in_the_graph() -> None:
    folders = {file.parent for file in sources() if file.parent != ROOT / "backend"}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
    parts = {module_name(file)[0].split(".")[1] for file in sources() if file.parent != ROOT / "backend"}
    assert parts <= set(BELOW)


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("backend.model.route", "from backend.sim import trace", "must not import backend.sim.trace"),
        ("backend.sim.walk", "import backend.lab.plan", "must not import backend.lab.plan"),
        ("backend.lab.plan", "from backend import sim", "must not import backend.sim"),
        ("backend.web.traces", "from backend.sim import trace", "must not import backend.sim.trace"),
        ("backend.web.app", "from backend import bootstrap", "must not import backend.bootstrap"),
        ("backend.engine.door.server", "from ...web import app", "must not import backend.web.app"),
        ("backend.facts.read", "def f():\n  from backend.store import users", "must not import backend.store.users"),
        ("backend.sim.walk", "import os", "is pure but imports os"),
        ("backend.sim.walk", "from time import monotonic", "is pure but imports time.monotonic"),
        ("backend.sim.walk", "import urllib.request", "is pure but imports urllib.request"),
        ("backend.wire.trace", "open('x')", "is pure but calls open"),
        ("backend.model.trace", "datetime.now()", "is pure but calls now"),
        ("backend.engine.protocol", "import socket", "is pure but imports socket"),
        ("backend.web.app", "import eventlet", "must not know eventlet"),
        ("backend.store.users", "import os\nos.environ['X']", "must not read the environment (os.environ)"),
        ("backend.web.app", "from os import getenv", "must not read the environment (os.getenv)"),
    ],
)
def test_a_wrong_source_is_found(module: str, source: str, complaint: str) -> None:
    assert complaint in violations(module, ast.parse(source), module.rpartition(".")[0])


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("backend.sim.walk", "from backend.model.route import Route\nfrom backend.sim import lookup"),
        ("backend.engine.door.server", "import socket, os\nfrom backend.engine import protocol"),
        ("backend.wsgi", "import eventlet\nfrom backend import bootstrap, config"),
        ("backend.config", "import os\nos.environ"),
        ("backend.engine.__main__", "from backend import bootstrap"),
        ("backend.lab.build.apply", "import os, socket"),
    ],
)
def test_a_right_source_passes(module: str, source: str) -> None:
    assert violations(module, ast.parse(source), module.rpartition(".")[0]) == []
