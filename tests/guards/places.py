"""Where the guards look."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"


def python_files(*folders: str) -> list[Path]:
    """Every Python file below `folders` of the project."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def templates(pattern: str = "*.html") -> list[Path]:
    """Every template."""
    return sorted(TEMPLATES.rglob(pattern))


def tree(file: Path) -> ast.Module:
    """What Python sees in `file`."""
    return ast.parse(file.read_text(), str(file))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of `file`, methods included."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name(file: Path) -> str:
    """`file` as it is called from the project's folder."""
    return str(file.relative_to(ROOT))
