"""The picture of the key scenes for the README: an SVG that asks nobody for anything."""

import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

THEME = TerminalTheme(
    (30, 31, 34),
    (219, 222, 225),
    [
        (30, 31, 34),
        (242, 119, 122),
        (35, 200, 100),
        (240, 178, 50),
        (129, 140, 248),
        (204, 153, 204),
        (102, 204, 204),
        (219, 222, 225),
    ],
)
FONT_FACE = re.compile(r"\s*@font-face\s*{[^}]*}")
FONTS = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def write(recorded: Console, file: Path) -> None:
    """Write what was recorded; the fonts are those of whoever looks at it."""
    svg = recorded.export_svg(title="make demo", theme=THEME, unique_id="demo", font_aspect_ratio=0.6)
    svg = FONT_FACE.sub("", svg)
    svg = re.sub(r"font-family: ?Fira Code, ?monospace", f"font-family: {FONTS}", svg)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(svg, encoding="utf-8")
