"""How the statement page looks where eyes, paper or settings differ."""

import pytest

pytestmark = pytest.mark.browser

WATCH_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifts.push(
    [entry.value, ...entry.sources.map(({ node }) => `${node?.nodeName}.${node?.className}`)]
  ))).observe({ type: "layout-shift", buffered: true });
"""
# Asked again by the page itself: what Playwright repeats for us, the page's policy refuses as eval.
UNTIL_SEEN = """async () => {
  for (let n = 0; n < 600 && !shifts.length; n++) await new Promise(requestAnimationFrame);
}"""
STYLE = """(node, name) => getComputedStyle(node)[name]"""
MOVING = """() => [...document.querySelectorAll("*")].filter((node) => {
  const style = getComputedStyle(node);
  return style.transitionDuration !== "0s" || style.animationName !== "none"
    || style.scrollBehavior !== "auto";
}).length"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
VISIBLE = 0.0005
"""What Lighthouse would not round to a layout shift of 0."""
INK = "rgb(38, 34, 29)"


@pytest.fixture
def page(typist):
    """Statement 1 with its first three rows answered."""
    typist.open("/review/statements/1")
    typist.focus_row(1)
    typist.type("340")
    typist.wait_until_saved()
    return typist.page


def style(page, selector, name):
    return page.locator(selector).first.evaluate(STYLE, name)


def shifted(page):
    """How much of the page has moved by itself, summed up over everything so far."""
    return sum(value for value, *_ in page.evaluate("shifts"))


def test_nothing_shifts_while_a_page_loads_is_filled_in_and_says_how_it_stands(window, typist):
    window.add_init_script(WATCH_SHIFTS)
    typist.open("/review/statements/1")
    typist.focus_row(1)
    typist.type("3450")
    typist.wait_until_saved()
    window.set_offline(True)
    typist.type("12")
    typist.expect_status("No connection, 2 answers kept on this device.")
    window.set_offline(False)
    typist.wait_until_saved()
    typist.row(1).get_by_role("button", name="clear").click()
    typist.wait_until_saved()
    assert shifted(typist.page) < VISIBLE, typist.page.evaluate("shifts")

    typist.page.reload()
    typist.wait_until_nothing_is_kept()
    assert shifted(typist.page) < VISIBLE, typist.page.evaluate("shifts")
    typist.page.locator(".steps").evaluate("(bar) => bar.remove()")  # the watch works
    typist.page.evaluate(UNTIL_SEEN)
    assert shifted(typist.page) > VISIBLE


def test_in_forced_colours_an_answer_is_still_seen(page):
    chosen, other = "#row-1 :checked + span", "#row-1 :not(:checked) + span"
    page.emulate_media(forced_colors="active")

    assert style(page, chosen, "backgroundColor") != style(page, other, "backgroundColor")
    assert style(page, chosen, "color") != style(page, other, "color")
    assert style(page, "#row-1 .scale", "borderTopStyle") == "solid"
    mark = "(row) => getComputedStyle(row, '::before').borderBottomWidth"
    assert page.locator("#row-1 legend").evaluate(mark) not in {"", "0px"}
    page.locator("#row-4 input").first.focus()
    page.keyboard.press("Shift")  # so that the focus counts as the keyboard's
    assert style(page, "#row-4 input:focus + span", "outlineStyle") == "solid"


def test_on_paper_the_answers_are_ink_and_the_tools_are_gone(page):
    page.emulate_media(media="print", color_scheme="light")

    for tool in ("#saving", ".go", ".masthead nav", ".account", ".views", "#row-1 .clear"):
        assert page.locator(tool).first.is_hidden(), tool
    assert page.locator("h1").is_visible()
    assert page.locator("#row-24 legend").is_visible()
    for chosen in ("#row-1 :checked + span", "#row-3 .no :checked + span"):
        assert style(page, chosen, "outlineColor") == INK
        assert style(page, chosen, "outlineStyle") == "solid"
    assert style(page, "#row-1 :not(:checked) + span", "outlineStyle") == "none"
    assert style(page, ".scale-head", "position") == "static"


def test_text_twice_as_large_fits_a_screen_and_a_narrow_phone(page):
    for width, text in ((1280, "200%"), (320, "100%"), (320, "200%")):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("(size) => (document.documentElement.style.fontSize = size)", text)
        assert page.evaluate(OVERFLOW) <= 0, (width, text)


def test_nothing_moves_for_who_asked_for_less_motion(page):
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == 0

    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0
