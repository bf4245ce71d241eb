"""Write the pages again when a style, a script or a picture of the site was changed.

Sphinx looks at no such file as long as no page has changed. Then it would not even copy it to the site, and the pages
would go on loading the old one, whose checksum they hold.
"""

import hashlib
from pathlib import Path


def checksum(app, config):
    """Make the content of the files a part of the configuration of HTML: Sphinx writes all pages where it changes."""
    digest = hashlib.sha256()
    for folder in config.html_static_path:
        for path in sorted(path for path in Path(app.confdir, folder).rglob("*") if path.is_file()):
            digest.update(path.relative_to(app.confdir).as_posix().encode() + b"\n" + path.read_bytes())
    config.static_files_checksum = digest.hexdigest()


def setup(app):
    """Register the step."""
    app.add_config_value("static_files_checksum", "", "html")
    app.connect("config-inited", checksum)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
