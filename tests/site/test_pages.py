"""Every page of the built site, as a reader's browser sees it."""

import html
import posixpath
import re
import zlib
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGES = [f"{name}.html" for name in parse_toc_yaml(ROOT / "book" / "_toc.yml")]
CHAPTERS = [page for page in PAGES if page.startswith("notebooks/")]
OTHERS = ["search.html", "genindex.html", "py-modindex.html", "_modules/index.html", "_modules/audiocls/audio.html"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
HEAVIEST = 1_000_000  # bytes, compressed as hosts send them, sounds aside

# Gives the text whose contrast with its ground is too low: WCAG 2.2, 1.4.3 (4.5, or 3 for large text).
LOW_CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = color => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => i < 3 ? v : v / 255);
    };
    const over = (top, below) => [0, 1, 2].map(i => top[3] * top[i] + (1 - top[3]) * below[i]);
    const luminance = rgb => {
        const [r, g, b] = rgb.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = element => {
        if (!element) return [255, 255, 255];
        const color = rgba(getComputedStyle(element).backgroundColor);
        return color[3] === 1 ? color.slice(0, 3) : over(color, ground(element.parentElement));
    };
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim().slice(0, 40), element = walker.currentNode.parentElement;
        if (!text || !element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) continue;
        const style = getComputedStyle(element), behind = ground(element), size = parseFloat(style.fontSize);
        const front = over(rgba(style.color), behind);
        const [light, dark] = [luminance(front), luminance(behind)].sort((a, b) => b - a);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const ratio = (light + 0.05) / (dark + 0.05);
        if (ratio < (large ? 3 : 4.5)) found.add(`${text} (${ratio.toFixed(2)})`);
    }
    return [...found];
}"""

PLAYS = """async element => {
    element.load();
    await new Promise((resolve, reject) => {
        element.oncanplaythrough = resolve;
        element.onerror = () => reject(element.error.message);
        setTimeout(reject, 30000, "nothing to play after 30 s");
    });
    return element.readyState >= 3 && element.duration;
}"""


IMAGES = """list => list.map(i => ({
    alt: i.alt.trim(), source: i.src.slice(0, 90), shown: i.naturalWidth > 0,
    ground: getComputedStyle(i).backgroundColor
}))"""

# Rules of WCAG 2.1 at the levels A and AA, as axe-core tests them; and those that depend on the theme, or on the width.
# It is kept from fetching the style sheets once more, whose imports it would look for in the wrong place.
QUIET = {"resultTypes": ["violations"], "preload": False}
WCAG = {
    "light": QUIET | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "dark": QUIET | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
    "phone": QUIET | {"runOnly": {"type": "rule", "values": ["scrollable-region-focusable"]}},
}

# A control without a name, in the tree that screen readers get: a bare role where others have `- button "Search"`.
NAMELESS = re.compile(r"^ *- (?:button|link|checkbox|textbox|searchbox|combobox)(?: \[[^]]*\])*:?$", re.MULTILINE)


def violations(tab, rules):
    """Ask axe-core what is wrong with a page as it is now."""
    found = pytest.importorskip("axe_playwright_python.sync_playwright").Axe().run(tab, options=rules)
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:200]} and {len(v['nodes']) - 1} more" for v in found.response["violations"]
    ]


class Visit:
    """What a reader meets who opens a page: at a desk by day, by night, then on a phone."""

    def __init__(self, browser, address, page):
        self.complaints, self.requests = [], []
        context = browser.new_context(viewport=DESK, color_scheme="light", reduced_motion="reduce")
        tab = context.new_page()
        tab.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("requestfailed", lambda r: self.complaints.append(f"{r.failure} {r.url[:200]}"))
        tab.on("request", lambda r: self.requests.append(r.url))
        tab.on("response", lambda r: self.complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        tab.goto(f"{address}/{page}", wait_until="load")
        if tab.locator(".math").count():
            tab.wait_for_function("window.MathJax?.startup?.promise?.then(() => true)")
        tab.locator("img").evaluate_all("list => list.forEach(i => i.loading = 'eager')")
        tab.wait_for_function("[...document.images].every(i => i.complete)")

        self.images = tab.locator("img").evaluate_all(IMAGES)
        self.formulas = tab.locator(".math").count()
        self.set_formulas = tab.locator("mjx-container:has(mjx-assistive-mml)").count()
        self.failed_formulas = tab.locator("mjx-merror").count()
        self.nameless = NAMELESS.findall(tab.locator("body").aria_snapshot())
        self.players = [(a.get_attribute("aria-label"), a.evaluate(PLAYS)) for a in tab.locator("audio[src]").all()]
        self.low_contrast, self.violations = {}, {}
        for theme in ("light", "dark"):
            tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
            tab.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
            self.low_contrast[theme] = tab.evaluate(LOW_CONTRAST)
            self.violations[theme] = violations(tab, WCAG[theme])
        self.dark_images = tab.locator(".bd-article img").evaluate_all(IMAGES)
        tab.keyboard.press("Tab")
        self.first_stop = tab.evaluate("document.activeElement.innerText")
        tab.set_viewport_size(PHONE)
        self.phone_width = tab.evaluate("document.documentElement.scrollWidth")
        tab.wait_for_timeout(600)  # the theme looks for boxes that scroll when the window has kept its size for a while
        self.violations["phone"] = violations(tab, WCAG["phone"])
        context.close()


@pytest.fixture(scope="module")
def visit(browser, address):
    """Open a page, once."""
    return cache(lambda page: Visit(browser, address, page))


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_page_loads_without_complaint(visit, page):
    assert visit(page).complaints == []


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_page_asks_for_nothing_elsewhere(visit, address, page):
    assert [url for url in visit(page).requests if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_first_visit_is_light(visit, site, address, page):
    paths = {urlsplit(url).path for url in visit(page).requests if url.startswith(address)}
    contents = [(site / unquote(path).lstrip("/")).read_bytes() for path in paths]
    without_sounds = [re.sub(rb'"data:audio/[^"]*"', b"", content) for content in contents]
    assert 50_000 < sum(len(zlib.compress(content)) for content in without_sounds) < HEAVIEST


@pytest.mark.parametrize("page", PAGES)
def test_every_image_is_shown_and_says_what_it_shows(visit, page):
    images = visit(page).images
    assert images, "not even the logo"
    assert [i["source"] for i in images if len(i["alt"]) < 4 or i["source"].endswith(i["alt"]) or not i["shown"]] == []


@pytest.mark.parametrize("page", PAGES)
def test_formulas_are_set_and_can_be_read_aloud(visit, page):
    seen = visit(page)
    assert seen.set_formulas == seen.formulas
    assert seen.failed_formulas == 0


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_player_plays_and_says_what(visit, page):
    players = visit(page).players
    assert players
    assert [(name, seconds) for name, seconds in players if not (name or "").strip() or not seconds > 0] == []


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_nothing_is_wider_than_a_phone(visit, page):
    assert visit(page).phone_width <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_page_follows_the_readers_system_and_stays_readable(visit, page, theme):
    assert visit(page).low_contrast[theme] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_picture_has_a_white_box_in_the_dark(visit, page):
    assert {image["ground"] for image in visit(page).dark_images} <= {"rgba(0, 0, 0, 0)"}


@pytest.mark.parametrize("page", PAGES)
def test_page_works_by_keyboard(visit, page):
    """The first Tab reaches the link that jumps over the navigation, and every control has a name."""
    assert visit(page).first_stop == "Skip to main content"
    assert visit(page).nameless == []


@pytest.mark.parametrize("view", WCAG)
@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_page_breaks_no_rule_of_accessibility(visit, page, view):
    assert visit(page).violations[view] == []


@pytest.mark.parametrize("page", ["book/intro.html", *CHAPTERS])
def test_page_is_readable_without_scripts(browser, address, page):
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(f"{address}/{page}")
    text = tab.locator("article").inner_text()
    tab.close()
    assert len(text.split()) >= 100


def test_links_and_their_anchors_lead_somewhere(site):
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    anchors = {page: set(re.findall(r'\sid="([^"]+)"', text)) for page, text in pages.items()}
    broken = []
    for page, text in pages.items():
        for link in set(re.findall(r'<a\b[^>]*\shref="([^"]*)"', text)):
            path, anchor = urldefrag(unquote(html.unescape(link)).split("?")[0])
            if not urlsplit(link).scheme:
                target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
                if not (site / target).is_file() or (anchor and anchor not in anchors.get(target, [anchor])):
                    broken.append(f"{page} -> {link}")
    assert broken == []


@pytest.mark.parametrize("word, page", [("aliasing", "book/glossary"), ("quefrency", "notebooks/07_cepstrum")])
def test_search_finds_a_word_without_a_server(browser, site, word, page):
    """Opened from the disk, as `make book` suggests."""
    tab = browser.new_page()
    tab.goto(f"{(site / 'search.html').as_uri()}?q={word}")
    tab.wait_for_selector("#search-results li a")
    links = tab.locator("#search-results li a").evaluate_all("list => list.map(a => a.href)")
    assert any(page in link for link in links)
    tab.close()


@pytest.mark.parametrize("page", CHAPTERS)
def test_launch_buttons_lead_to_the_notebook_of_the_page(site, page):
    project = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
    owner_and_name, branch = urlsplit(project["url"]).path.strip("/"), project["branch"]
    notebook = page.replace(".html", ".ipynb")
    assert (ROOT / notebook).is_file()
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', (site / page).read_text(encoding="utf-8"))]
    assert f"https://mybinder.org/v2/gh/{owner_and_name}/{branch}?urlpath=lab/tree/{notebook}" in links
    assert f"https://colab.research.google.com/github/{owner_and_name}/blob/{branch}/{notebook}" in links


def test_front_page_opens_from_the_root(browser, address):
    tab = browser.new_page()
    tab.goto(address)
    tab.wait_for_url("**/book/intro.html")
    tab.close()


def test_theme_button_changes_the_theme_and_is_remembered(browser, address):
    tab = browser.new_page(color_scheme="light")
    tab.goto(f"{address}/book/intro.html")
    button = tab.locator("button.theme-switch-button:visible").first
    for _ in range(3):
        button.click()
        if tab.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    tab.goto(f"{address}/book/glossary.html")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.close()
