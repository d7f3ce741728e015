"""Every page of every desk as pictures, in three sizes, light and dark, with one page that shows them all."""

import html
import re
import shutil

from ops.audit.town import SIZES, Town


def look(town: Town) -> list[str]:
    """Finds pages that are wider than their window; the rest is for a person's eyes."""
    folder = town.folder / "shots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found, rows = [], []
    for who in dict.fromkeys(page.who for page in town.pages):
        with town.session(who) as context:
            window = context.new_page()
            for page in (one for one in town.pages if one.who == who):
                window.goto(page.path)
                stem = f"{who or 'khach'}-{re.sub(r'[^a-z0-9]+', '-', page.path.lower()).strip('-') or 'ban-lam-viec'}"[
                    :110
                ]
                for width, height in SIZES.items():
                    window.set_viewport_size({"width": width, "height": height})
                    for scheme in ("light", "dark"):
                        # A colour on its way from dark to light is neither.
                        window.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                        name = f"{stem}-{width}-{scheme}.png"
                        window.screenshot(path=folder / name)
                        rows.append((page.title, name))
                    if window.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                        found.append(f"{page.title} is wider than its window at {width}")
    pictures = "\n".join(
        f'<figure><img loading="lazy" width="480" src="{name}" alt=""><figcaption>{html.escape(title)} {name}</figcaption></figure>'
        for title, name in rows
    )
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Pages</title>{pictures}")
    print(f"  {len(rows)} pictures: {folder / 'index.html'}", flush=True)
    return found
