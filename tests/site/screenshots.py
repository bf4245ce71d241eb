"""Take a picture of every page, for eyes: python -m tests.site.screenshots FOLDER [PAGE ...]

Wide and phone, light and dark; pages are named as in the table of contents, for example notebooks/01_sampling.
"""

import sys
import tempfile
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from tests.site.conftest import ROOT, build, is_fresh, open_browser, serve

WIDTHS = {"wide": 1440, "phone": 390}


def main(folder, *pages):
    """Write FOLDER/page-width-theme.png for every page."""
    site = ROOT / "_build" / "html"
    if not is_fresh(site):
        site = build(tempfile.mkdtemp())
    Path(folder).mkdir(parents=True, exist_ok=True)
    with serve(site) as address, open_browser() as browser:
        for theme in ("light", "dark"):
            for name, width in WIDTHS.items():
                size = {"width": width, "height": 900}
                tab = browser.new_page(viewport=size, color_scheme=theme, reduced_motion="reduce")
                for page in pages or parse_toc_yaml(ROOT / "book" / "_toc.yml"):
                    tab.goto(f"{address}/{page}.html", wait_until="networkidle")
                    picture = Path(folder, f"{page.replace('/', '-')}-{name}-{theme}.png")
                    tab.screenshot(path=picture, full_page=True)
                    print(picture)
                tab.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
