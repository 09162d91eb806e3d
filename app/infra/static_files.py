"""Scripts and styles as browsers get them: few, small, and kept until they change.

Each script of a page is written as modules of one purpose each, which tests load one by one. A page
gets them as one file: ten small files would weigh a third more, and be asked for one by one.
"""

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from flask import Flask, Response, make_response, send_from_directory

MODULES: Final = "modules"
"""The folder of the modules."""
PAGES_SCRIPTS: Final = ("review", "texts", "marks", "folds", "passkeys")
"""Modules with which a page begins; each is served by its own name, with all that it imports."""
IMPORT: Final = re.compile(r'^import \{ [\w, ]+ \} from "\./(\w+)\.js";$', re.MULTILINE)
COMMENT: Final = re.compile(r"(^|\s)//[^'\"`]*$")
"""A comment to the end of its line; one with a quotation mark stays, it could be part of a text."""
YEAR: Final = 365 * 24 * 60 * 60


class StaticFiles:
    """What stands in `folder`, with scripts joined and styles without what only we read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, app: Flask) -> Self:
        """What `app` serves."""
        return cls(Path(app.root_path) / "static")

    @cached_property
    def made(self) -> dict[str, bytes]:
        """Files that are put together, by name."""
        scripts = {f"{name}.js": joined(self.folder / MODULES, name) for name in PAGES_SCRIPTS}
        styles = {file.name: tightened(file.read_text()) for file in self.folder.glob("*.css")}
        return {name: text.encode() for name, text in (scripts | styles).items()}

    @cached_property
    def version(self) -> str:
        """A part of every address, which changes as soon as one file does."""
        whole = hashlib.sha256()
        for file in sorted(self.folder.rglob("*.*")):
            whole.update(file.read_bytes())
        return whole.hexdigest()[:8]

    def answer(self, version: str, filename: str) -> Response:
        """The file; a browser asks for it once, unless its page is from before an update."""
        if filename in self.made:
            response = make_response(self.made[filename])
            response.mimetype = "text/css" if filename.endswith(".css") else "text/javascript"
            response.add_etag()
        else:
            response = send_from_directory(self.folder, filename)
        cache = response.cache_control
        if version == self.version:
            cache.no_cache, cache.public, cache.max_age, cache.immutable = None, True, YEAR, True
        return response


def init_static_files(app: Flask) -> None:
    """Serve everything in the app's folder `static`."""
    files = StaticFiles.of(app)
    app.add_url_rule("/static/<version>/<path:filename>", "static", files.answer)

    @app.url_defaults
    def with_version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static":
            values.setdefault("version", files.version)


def joined(folder: Path, name: str) -> str:
    """The module `name` and all that it imports, each once and before whoever imports it.

    They share one scope then. So no two of them may give the same name to a thing, and an import
    stands on a line of its own and renames nothing; a wrong one is no file of ours.
    """
    seen: dict[str, str] = {}

    def visit(module: str) -> None:
        if module in seen:
            return
        text = (folder / f"{module}.js").read_text()
        seen[module] = ""  # a circle ends here
        for found in IMPORT.findall(text):
            visit(found)
        del seen[module]
        seen[module] = _bare(IMPORT.sub("", text))

    visit(name)
    return "".join(seen.values())


def _bare(module: str) -> str:
    """A module without indentation, comments and `export`."""
    lines = (COMMENT.sub("", line).strip() for line in module.splitlines())
    return "".join(f"{line.removeprefix('export ')}\n" for line in lines if line)


def tightened(style: str) -> str:
    """A style sheet without comments, and without blanks where they mean nothing."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    style = re.sub(r"\s+", " ", style)
    style = re.sub(r" ?([{};,>]) ?", r"\1", style).replace(": ", ":")
    return style.replace(";}", "}").strip()
