"""The playable confusion matrix of chapter 13 in a browser: by mouse, by keyboard, and without the script."""

import pytest

pytestmark = pytest.mark.slow

PAGE = "notebooks/13_evaluation.html"
SOUND = """async element => {
    await new Promise((resolve, reject) => {
        element.ontimeupdate = () => element.currentTime > 0 && resolve();
        element.onerror = () => reject(element.error.message);
        element.play();
    });
    return element.currentTime;
}"""


@pytest.fixture
def tab(browser, address):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.faults = []
    tab.on("pageerror", lambda error: tab.faults.append(str(error)))
    tab.goto(f"{address}/{PAGE}")
    yield tab
    assert tab.faults == []
    tab.close()


def test_every_mistake_is_a_button_and_one_of_them_is_a_stop_for_tab(tab):
    buttons = tab.locator(".playable td button")
    assert buttons.count() > 10
    assert tab.locator(".playable td a").count() == 0
    assert buttons.evaluate_all("list => list.filter(b => b.tabIndex === 0).length") == 1
    assert not tab.locator(".playable details").first.is_visible()


def test_a_click_opens_a_panel_with_a_player_that_plays(tab):
    button = tab.locator(".playable td button").nth(2)
    button.click()
    panel = tab.locator(".playable .panel")
    assert panel.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    assert button.get_attribute("aria-controls") == panel.get_attribute("id")
    assert panel.get_by_role("status").inner_text() == button.get_attribute("aria-label")
    player = panel.locator("audio").first
    assert player.evaluate(SOUND) > 0
    assert panel.locator("figure img").first.is_visible()
    assert panel.locator("figure ol li").count() >= 3
    button.click()
    assert not panel.is_visible()
    assert button.get_attribute("aria-expanded") == "false"


def test_arrows_enter_tab_and_escape_are_enough(tab):
    buttons = tab.locator(".playable td button")
    buttons.first.focus()
    tab.keyboard.press("ArrowRight")
    assert buttons.nth(1).evaluate("b => b === document.activeElement")
    tab.keyboard.press("End")
    assert buttons.last.evaluate("b => b === document.activeElement")
    tab.keyboard.press("ArrowUp")
    row = "b => b.closest('tr').rowIndex"
    assert tab.locator(":focus").evaluate(row) < buttons.last.evaluate(row)
    tab.keyboard.press("Enter")
    panel = tab.locator(".playable .panel")
    assert panel.is_visible()
    opened = tab.locator(":focus").get_attribute("aria-label")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('.playable .panel').contains(document.activeElement)")
    tab.keyboard.press("Escape")
    assert not panel.is_visible()
    assert tab.locator(":focus").get_attribute("aria-label") == opened


def test_one_clip_stops_when_another_starts_and_all_can_be_played_in_turn(tab):
    counts = "list => list.map(b => b.clips.children.length)"
    most = tab.locator(".playable td button").evaluate_all(counts)
    tab.locator(".playable td button").nth(most.index(max(most))).click()
    panel = tab.locator(".playable .panel")
    panel.get_by_role("button", name="Play all").click()
    tab.wait_for_function("!document.querySelectorAll('.playable .panel audio')[1].paused", timeout=5_000)
    playing = "list => list.filter(a => !a.paused).length"
    assert panel.locator("audio").evaluate_all(playing) == 1
    panel.get_by_role("button", name="Close").click()
    assert tab.locator(".playable audio").evaluate_all(playing) == 0


def test_opening_another_cell_puts_the_first_one_back(tab):
    buttons, panel = tab.locator(".playable td button"), tab.locator(".playable .panel")
    for k in (0, 3, 5):
        buttons.nth(k).click()
        assert panel.locator(".clips").count() == 1
    assert tab.locator(".playable .clips").count() == buttons.count()
    assert tab.locator(".playable [aria-expanded=true]").count() == 1


def test_a_click_into_the_picture_plays_from_there(tab):
    tab.locator(".playable td button").first.click()
    figure = tab.locator(".playable .panel figure").first
    figure.locator("audio").evaluate("a => new Promise(done => a.readyState ? done() : (a.onloadedmetadata = done))")
    figure.locator("img").click()
    tab.wait_for_function("document.querySelector('.playable .panel audio').currentTime > 0.2")


def test_without_the_script_a_link_unfolds_its_list(browser, address):
    tab = browser.new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    tab.goto(f"{address}/{PAGE}")
    assert tab.locator(".playable td button").count() == 0
    link = tab.locator(".playable td a").nth(1)
    sheet = tab.locator(link.get_attribute("href"))
    assert not sheet.is_visible()
    link.click()
    sheet.wait_for(state="visible")
    assert sheet.locator("audio[controls]").first.is_visible()
    tab.close()


def test_the_script_is_small_and_on_no_other_page(site):
    assert (site / "_static" / "confusion.js").stat().st_size < 15_000
    assert "confusion.js" in (site / PAGE).read_text(encoding="utf-8")
    assert "confusion.js" not in (site / "notebooks" / "05_spectral_density.html").read_text(encoding="utf-8")
