"""SVG to PNG, by libvips. Blocking, and safe to call from any thread."""

from __future__ import annotations

MIN_SIZE_PX, MAX_SIZE_PX = 32, 2048


def rasterise(svg: str, size_px: int, pixels: int | None = None) -> bytes:
    """A square PNG, `size_px` wide, with transparency where something is transparent.

    With `pixels` the picture has that many true pixels a side, enlarged without smoothing. Raises
    `ValueError` for a size outside 32..2048.
    """
    import pyvips

    from generation.rendition import encode_png

    if not MIN_SIZE_PX <= size_px <= MAX_SIZE_PX:
        raise ValueError(f"size {size_px} is outside {MIN_SIZE_PX}..{MAX_SIZE_PX}")
    drawn = min(pixels or size_px, size_px)
    image = pyvips.Image.svgload_buffer(svg.encode(), scale=drawn / 256)
    if drawn != size_px:
        image = image.resize(size_px / drawn, kernel="nearest")
    return encode_png(image)
