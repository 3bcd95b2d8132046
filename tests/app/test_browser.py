"""The app as a person has it: a server, a browser, keys and clicks."""

import re
import shutil
from urllib.parse import parse_qs, urlencode, urlparse

import pytest

pytest.importorskip("playwright", reason="no Playwright: .ci/servers installs it")

from benchmarks.app import chromium, served

KEYS = {"L": "ArrowLeft", "R": "ArrowRight", "F": "ArrowUp"}
HEADLINE = "1L-16d-2h-1k-index-ours-r1-ours-s1"
TO_THE_GOAL = {"world": "agent 3 6 up; goal 6 6 green"}
pytestmark = pytest.mark.skipif(
    not shutil.which("chromium"), reason="no chromium: .ci/servers installs it"
)


@pytest.fixture(scope="module")
def server(project):
    with served(project) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def visit(server, browser):
    """A visitor of their own, at a page; what they see is there before it is given."""
    contexts = []

    def visit(page="", **address):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}))
        tab = contexts[-1].new_page()
        tab.set_default_timeout(60_000)
        tab.goto(f"{server}/{page}?{urlencode({'model': HEADLINE, **address})}")
        tab.locator("img[alt^='the room']").first.wait_for()
        if not page:
            tab.wait_for_function("window.dtlensKeys")
        return tab

    yield visit
    for context in contexts:
        context.close()


def room(tab):
    return tab.locator("img[alt^='the room']").first.get_attribute("alt")


def address(tab):
    return {name: values[0] for name, values in parse_qs(urlparse(tab.url).query).items()}


def wait_for(tab, text):
    tab.wait_for_function("text => document.body.innerText.includes(text)", arg=text)


def test_one_plays_to_the_goal_with_the_arrow_keys(visit):
    tab = visit(**TO_THE_GOAL)
    for letter in "RFFF":
        tab.keyboard.press(KEYS[letter])
    wait_for(tab, "in the goal")
    wait_for(tab, f"return {1 - 0.9 * 4 / 40:.2f}")
    assert address(tab)["actions"] == "RFFF"
    assert room(tab).startswith("the room: agent 6 6 right")
    tab.keyboard.press(KEYS["L"])  # it is over
    tab.wait_for_timeout(1000)
    assert address(tab)["actions"] == "RFFF"


def test_no_key_press_is_lost_however_quick(visit):
    tab = visit()
    pressed = "LLRLRRRL" * 8
    for letter in pressed:
        tab.keyboard.press(KEYS[letter])
    wait_for(tab, "out of time")
    assert address(tab)["actions"] == pressed[:40]  # the small game ends there


def test_an_address_restores_the_state(visit):
    tab = visit(seed=5, rtg=-0.5, ablated="L0H1", reference="zero", towards="left")
    for letter in "RLRL":
        tab.keyboard.press(KEYS[letter])
    wait_for(tab, "step 4, t = 4")
    tab.wait_for_url(re.compile("at=4"))
    again = visit(**address(tab))
    assert room(again) == room(tab)
    wait_for(again, "step 4, t = 4")
    assert address(again) == address(tab)
    assert {"ablated", "reference", "towards", "rtg", "seed"} <= set(address(again))


def test_a_visitor_does_not_see_anothers_state(visit):
    one, other = visit(**TO_THE_GOAL), visit(seed=3)
    one.keyboard.press(KEYS["R"])
    wait_for(one, "step 1, t = 1")
    other.keyboard.press(KEYS["L"])
    other.keyboard.press(KEYS["L"])
    wait_for(other, "step 2, t = 2")
    assert address(one)["actions"] == "R" and address(other)["actions"] == "LL"
    assert room(one) != room(other)


def test_the_world_is_edited_by_clicks_and_played_in(visit):
    tab = visit("world", world="agent 1 1 right; goal 6 6 green")
    tab.locator(".st-key-cell-2-1 button").first.click()
    tab.wait_for_selector("img[alt*='ball 2 1']")
    tab.get_by_role("link", name="Play").click()
    tab.wait_for_function("window.dtlensKeys")
    tab.wait_for_selector("img[alt*='ball 2 1']")
    tab.keyboard.press(KEYS["F"])
    wait_for(tab, "into an obstacle")


def test_a_head_is_ablated_and_the_choice_changes(visit):
    tab = visit("what_if", **TO_THE_GOAL)
    wait_for(tab, "Choose parts under")
    tab.get_by_label("Without").click()
    tab.get_by_role("option", name="L0H0").click()
    wait_for(tab, "Before, and without L0H0")
    assert address(tab)["ablated"] == "L0H0"


def test_a_damaged_checkpoint_is_a_line_and_the_app_lives_on(server, browser, project):
    context = browser.new_context()
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    tab.goto(f"{server}/?{urlencode({'file': str(project / 'damaged.pt')})}")
    wait_for(tab, "damaged.pt: ")
    tab.get_by_text("A file instead").click()
    tab.get_by_role("textbox", name="Path").fill("")
    tab.keyboard.press("Enter")
    tab.locator("img[alt^='the room']").first.wait_for()
    context.close()
