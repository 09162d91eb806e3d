"""What a browser would send of the form on a page, with nothing filled in."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.select = ""
        self.is_inside = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.is_inside = given.get("action", "").startswith("/people/import/check")
        if not self.is_inside:
            return
        if tag == "input":
            self._input(given)
        elif tag == "select":
            self.select = given["name"] or ""
            self.found[self.select] = ""
        elif tag == "option" and "selected" in given:
            self.found[self.select] = given.get("value") or ""

    def _input(self, given):
        kind = given.get("type", "text")
        if kind not in {"radio", "checkbox"} or "checked" in given:
            self.found[given["name"]] = given.get("value") or ""


def form_of(page: str) -> dict[str, str]:
    """The names and values of the import's form."""
    fields = _Fields()
    fields.feed(page)
    return {name: value for name, value in fields.found.items() if name != "csrf_token"}
