"""Every source file has its test at the same place under tests/."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Tested through what starts them: a gunicorn and an engine that really run.
STARTED = {"wsgi.py": "cli/test_serve.py", "gunicorn_config.py": "cli/test_serve.py"}


def mirror(source: Path) -> Path:
    """The test of a source file, both relative to their roots."""
    if str(source) in STARTED:
        return Path(STARTED[str(source)])
    name = "main" if source.stem == "__main__" else source.stem
    return source.with_name(f"test_{name}.py")


def has_code(source: str) -> bool:
    """Whether it does anything: words and the shapes of values are tested by those who use them."""
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(ast.parse(source)))


def untested(backend: Path, tests: Path) -> list[str]:
    sources = [file.relative_to(backend) for file in sorted(backend.rglob("*.py")) if has_code(file.read_text("utf-8"))]
    sources += [Path(name) for name in STARTED if (backend / name).exists()]
    return [f"{source} needs tests/{mirror(source)}" for source in sources if not (tests / mirror(source)).exists()]


def test_every_source_file_has_its_test() -> None:
    assert untested(ROOT / "backend", ROOT / "tests") == []


def test_a_source_without_test_is_named(tmp_path: Path) -> None:
    for name in ("backend/sim/walk.py", "backend/sim/lookup.py", "tests/sim/test_lookup.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("def f() -> None: ...\n")
    assert untested(tmp_path / "backend", tmp_path / "tests") == ["sim/walk.py needs tests/sim/test_walk.py"]
