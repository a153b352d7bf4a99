"""What a watermark looks like: the creator's handle, small, white with a dark edge, in the lower left corner."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WATERMARK = "watermark.png"
_TEXT_MOST = 64
_HEIGHT = 0.04
_MARGIN = 0.04


def margin(width: int, height: int) -> int:
    """Between the mark and the edges of pictures of this size, in pixels."""
    return max(2, round(min(width, height) * _MARGIN))


def draw_watermark(text: str, width: int, height: int) -> bytes:
    """A PNG with transparency, for pictures of ``width`` × ``height``: no text ever reaches a filter's syntax. What can't
    be printed is left out, and so is what is longer than any handle.
    """
    shown = "".join(letter for letter in text if letter.isprintable())[:_TEXT_MOST] or " "
    size = max(8, round(min(width, height) * _HEIGHT))
    font = ImageFont.load_default(size)
    edge = max(1, size // 14)
    left, top, right, bottom = (round(each) for each in font.getbbox(shown, stroke_width=edge))
    room = min(right - left, max(1, width - 2 * margin(width, height)))
    image = Image.new("RGBA", (room, bottom - top), (0, 0, 0, 0))
    ImageDraw.Draw(image).text(
        (-left, -top),
        shown,
        font=font,
        fill=(255, 255, 255, 215),
        stroke_width=edge,
        stroke_fill=(0, 0, 0, 130),
    )
    png = BytesIO()
    image.save(png, "PNG")
    return png.getvalue()
