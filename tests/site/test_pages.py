"""Every page of the built site, as a reader's browser sees it."""

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = [f"{name}.html" for name in parse_toc_yaml(ROOT / "book" / "_toc.yml")]
CHAPTERS = [page for page in PAGES if page.startswith("notebooks/")]
OTHERS = ["index.html", "search.html", "genindex.html", "py-modindex.html", "_modules/index.html"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
HEAVIEST = 1_500_000  # bytes of a first visit without the sounds, as served: no compression

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
    });
    return element.readyState >= 3 && element.duration;
}"""


class Visit:
    """One page, loaded, with what the browser complained about and all that it asked for."""

    def __init__(self, browser, address, page, **options):
        self.complaints, self.requests, self.size = [], [], 0
        self.context = browser.new_context(**{"viewport": DESK, **options})
        self.tab = self.context.new_page()
        self.tab.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("requestfailed", lambda r: self.complaints.append(f"{r.failure} {r.url[:200]}"))
        self.tab.on("request", lambda r: self.requests.append(r.url))
        self.tab.on("response", self._receive)
        self.url = f"{address}/{page}"
        self.tab.goto(self.url, wait_until="networkidle")

    def _receive(self, response):
        if response.status >= 400:
            self.complaints.append(f"status {response.status} {response.url}")
        self.size += int(response.headers.get("content-length", 0))


@pytest.fixture(scope="module")
def visit(browser, address):
    """Load pages, each once for the same options."""
    seen = {}

    def load(page, **options):
        key = (page, repr(options))
        if key not in seen:
            seen[key] = Visit(browser, address, page, **options)
        return seen[key]

    yield load
    for each in seen.values():
        each.context.close()


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_page_loads_without_complaint(visit, page):
    assert visit(page).complaints == []


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_page_asks_for_nothing_elsewhere(visit, address, page):
    seen = visit(page)
    assert [url for url in seen.requests if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_first_visit_is_light(visit, site, page):
    sounds = re.findall(r'src="(data:audio/[^"]*)"', (site / page).read_text(encoding="utf-8"))
    assert 10_000 < visit(page).size - sum(map(len, sounds)) < HEAVIEST


@pytest.mark.parametrize("page", PAGES)
def test_every_image_says_what_it_shows(visit, page):
    images = visit(page).tab.locator("img").evaluate_all("list => list.map(i => [i.alt.trim(), i.src.slice(0, 80)])")
    assert [source for alt, source in images if len(alt) < 4 or source.endswith(alt)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_image_is_shown(visit, page):
    tab = visit(page).tab
    tab.locator("img").evaluate_all("list => list.forEach(i => i.loading = 'eager')")
    tab.wait_for_function("[...document.images].every(i => i.complete)")
    broken = tab.locator("img").evaluate_all("list => list.filter(i => !i.naturalWidth).map(i => i.src.slice(0, 80))")
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_formulas_are_set(visit, page):
    tab = visit(page).tab
    formulas = tab.locator(".math:not(.mathjax_ignore .math)").count()
    if formulas:
        tab.wait_for_function("window.MathJax?.startup?.promise.then(() => true)")
    assert tab.locator("mjx-container").count() >= formulas
    assert tab.locator("mjx-merror, .merror").count() == 0
    assert tab.locator("mjx-container:not(:has(mjx-assistive-mml))").count() == 0, "not readable by a screen reader"


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_player_plays_and_says_what(visit, page):
    players = visit(page).tab.locator("audio")
    assert players.count() >= 1
    for player in players.all():
        assert player.evaluate(PLAYS) > 0
        assert (player.get_attribute("aria-label") or "").strip()


@pytest.mark.parametrize("page", PAGES + OTHERS)
def test_nothing_is_wider_than_a_phone(visit, page):
    tab = visit(page, viewport=PHONE).tab
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_page_follows_the_readers_system_and_stays_readable(visit, page, theme):
    seen = visit(page, color_scheme=theme)
    assert seen.tab.evaluate("document.documentElement.dataset.theme") == theme
    assert seen.complaints == []
    assert seen.tab.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_no_figure_has_a_white_box_in_the_dark(visit, page):
    images = visit(page, color_scheme="dark").tab.locator(".bd-article img")
    grounds = images.evaluate_all("list => list.map(i => getComputedStyle(i).backgroundColor)")
    assert set(grounds) <= {"rgba(0, 0, 0, 0)"}


@pytest.mark.parametrize("page", PAGES)
def test_page_is_readable_without_scripts(browser, address, page):
    seen = Visit(browser, address, page, java_script_enabled=False)
    text = seen.tab.locator("article").inner_text()
    seen.context.close()
    assert len(text.split()) >= 30


@pytest.mark.parametrize("page", PAGES)
def test_page_works_by_keyboard(visit, page):
    """The first Tab reaches the link that jumps over the navigation, and every control has a name."""
    tab = visit(page).tab
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('#pst-skip-link, .skip-link') !== null")
    nameless = tab.locator("button, a[href], summary, input, audio").evaluate_all(
        """list => list.filter(e => e.checkVisibility() && e.type !== "hidden" && !(e.innerText?.trim() || e.title
           || e.ariaLabel || e.placeholder || e.labels?.length || e.querySelector("img[alt]")
           || e.dataset.bsOriginalTitle)).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_links_and_their_anchors_lead_somewhere(site):
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    anchors = {page: set(re.findall(r'\sid="([^"]+)"', text)) for page, text in pages.items()}
    broken = []
    for page, text in pages.items():
        for link in re.findall(r'<a\b[^>]*\shref="([^"]*)"', text):
            target, anchor = urldefrag(urljoin(f"site:///{page}", link.replace("&amp;", "&")))
            if urlsplit(target).scheme != "site" and urlsplit(link).scheme:
                continue
            path = unquote(urljoin(page, link.split("#")[0].split("?")[0]) if link.split("#")[0] else page)
            if not (site / path).is_file() or (anchor and path in anchors and unquote(anchor) not in anchors[path]):
                broken.append(f"{page} -> {link}")
    assert broken == []


def test_search_finds_a_word_without_a_server(browser, site):
    """Opened from the disk, as `make book` suggests."""
    tab = browser.new_page()
    tab.goto(f"{(site / 'search.html').as_uri()}?q=aliasing")
    tab.wait_for_selector("#search-results li a")
    links = tab.locator("#search-results li a").evaluate_all("list => list.map(a => a.href)")
    assert any("glossary" in link for link in links)
    tab.close()


def test_front_page_opens_from_the_root(visit):
    assert visit("index.html").tab.url.endswith("/book/intro.html")


def test_theme_button_changes_the_theme_and_is_remembered(browser, address):
    seen = Visit(browser, address, "book/intro.html", color_scheme="light")
    button = seen.tab.locator("button.theme-switch-button:visible").first
    for _ in range(3):
        button.click()
        if seen.tab.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    seen.tab.goto(f"{address}/book/glossary.html")
    assert seen.tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert seen.complaints == []
    seen.context.close()
