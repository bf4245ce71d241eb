"""Take the book with you: python book/export.py offline | pdf

offline  packs the built site into one zip; unpacked, its index.html opens in any browser, without a network
pdf      builds the book as one page and prints it with Chromium or Chrome

Both write to ``_build``, or to the folder that --to names, and say where.
"""

import argparse
import os
import shutil
import subprocess
import sysconfig
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


BUILD = ROOT / "_build"
NAME = "from-a-wave-to-a-name"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
FOOT = (
    '<div style="width: 100%; text-align: center; font: 8pt sans-serif; color: #555">'
    '<span class="pageNumber"></span></div>'
)
MARGINS = {"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"}
READY = """async () => {
    if (window.MathJax?.startup) await MathJax.startup.promise;
    document.querySelectorAll("img").forEach(image => image.loading = "eager");
    document.querySelectorAll("details").forEach(box => box.open = true);
    await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
}"""


def offline(site, target):
    """Pack a built site.

    Parameters
    ----------
    site : Path of the folder with index.html
    target : Path of the zip to write
    """
    if not (site / "index.html").is_file():
        raise SystemExit(f"{site} holds no index.html; run: make book")
    files = sorted(path for path in site.rglob("*") if path.is_file() and path.name != ".buildinfo")
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as pack:
        for path in files:
            pack.write(path, f"{NAME}/{path.relative_to(site).as_posix()}")
    os.replace(part, target)


def one_page(output, toc=ROOT / "book" / "_toc.yml"):
    """Build the book as one page; return its path."""
    command = [str(Path(sysconfig.get_path("scripts"), "jupyter-book")), "build", ".", "--toc", str(toc), "--quiet"]
    done = subprocess.run(
        [*command, "--path-output", str(output), "--builder", "singlehtml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    folder = Path(output, "_build", "singlehtml")
    return Path(shutil.copy(folder / "book" / "intro.html", folder / "all.html"))  # its addresses start from here


def pdf(page, target):
    """Print a page.

    Parameters
    ----------
    page : Path of an HTML file
    target : Path of the PDF to write
    """
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(f"printing needs Chromium or Chrome on the PATH; looked for {', '.join(BROWSERS)}")
    part = target.with_suffix(".part")
    options = {
        "format": "A4",
        "print_background": True,
        "margin": MARGINS,
        "outline": True,
        "tagged": True,
        "scale": 0.75,
    }
    with sync_playwright() as playwright:
        handle = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        tab = handle.new_page(color_scheme="light", reduced_motion="reduce")
        tab.set_default_timeout(300_000)
        tab.goto(page.as_uri(), wait_until="load")
        tab.evaluate(READY)
        tab.pdf(path=part, display_header_footer=True, header_template="<i></i>", footer_template=FOOT, **options)
        handle.close()
    os.replace(part, target)


def main(arguments=None):
    """Make what is asked for."""
    parser = argparse.ArgumentParser(description="Pack or print the book.")
    parser.add_argument("what", choices=["offline", "pdf"])
    parser.add_argument("--site", type=Path, default=BUILD / "html", help="the built site, for offline")
    parser.add_argument("--to", type=Path, default=BUILD, help="the folder to write to")
    options = parser.parse_args(arguments)
    target = options.to / f"{NAME}.{'zip' if options.what == 'offline' else 'pdf'}"
    options.to.mkdir(parents=True, exist_ok=True)
    if options.what == "offline":
        offline(options.site, target)
    else:
        pdf(one_page(options.to / "one-page"), target)
    print(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
