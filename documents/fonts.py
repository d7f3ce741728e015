"""The fonts that the product brings along."""

from pathlib import Path

FONTS = Path(__file__).resolve().parents[1] / "static" / "fonts"
