"""Where the guards look."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"
SETTINGS = sorted(ROOT.glob("*.py"))
"""What stands beside the app: how it is set up."""


def python_files(*folders: str) -> list[Path]:
    """Every Python file below `folders` of the project."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def templates(pattern: str = "*.html") -> list[Path]:
    """Every template."""
    return sorted(TEMPLATES.rglob(pattern))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """What Python sees in `file`: the module, and everything in it."""
    return tuple(ast.walk(ast.parse(file.read_text(), str(file))))


def tree(file: Path) -> ast.Module:
    """The module that `file` holds."""
    module = nodes(file)[0]
    assert isinstance(module, ast.Module)
    return module


def functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of `file`, methods included."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in nodes(file) if isinstance(node, kinds)]


def name(file: Path) -> str:
    """`file` as it is called from the project's folder."""
    return str(file.relative_to(ROOT))
