"""One picture of all 29 kinds of paper: `make kinds-sheet` writes docs/img/kinds.webp.

The first page of each, in the order of the law, small: to see at a glance what a change of the layout has moved.
"""

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
COLUMNS, WIDE, HIGH, GAP = 8, 248, 351, 6
MOST = 250_000  # bytes


def main() -> None:
    from documents.layout import render
    from documents.layout.samples import samples
    from documents.pdf import page_image

    pages = [Image.open(io.BytesIO(page_image(render(page), 1, 2 * WIDE))) for page in samples().values()]
    rows = -(-len(pages) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (WIDE + GAP) + GAP, rows * (HIGH + GAP) + GAP), "#bebebe")
    for index, page in enumerate(pages):
        row, column = divmod(index, COLUMNS)
        small = page.convert("RGB").resize((WIDE, HIGH), Image.Resampling.LANCZOS)
        sheet.paste(small, (GAP + column * (WIDE + GAP), GAP + row * (HIGH + GAP)))
    out = ROOT / "docs/img/kinds.webp"
    sheet.save(out, "WEBP", quality=55, method=6)
    print(f"{out.relative_to(ROOT)}: {out.stat().st_size // 1000} kB")
    if out.stat().st_size > MOST:
        raise SystemExit("docs/img/kinds.webp is too large")


if __name__ == "__main__":
    main()
