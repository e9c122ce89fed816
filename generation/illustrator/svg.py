"""A drawing printed as SVG, and made into a PNG by libvips. Safe to call from any thread."""

from __future__ import annotations

from typing import assert_never

from generation.illustrator.display import (
    VIEW_BOX,
    Affine,
    Clip,
    Drawing,
    Ellipse,
    Gradient,
    Group,
    Layer,
    Paint,
    Path,
    Stroke,
)

MIN_SIZE_PX, MAX_SIZE_PX = 32, 2048


def document(drawing: Drawing, *, crisp: bool = False) -> str:
    """A whole SVG file; `crisp` draws without smoothed edges. Numbers have fixed decimals, so that
    the text is the same in every process.
    """
    printer = _Printer()
    printer.print(drawing)
    edges = ' shape-rendering="crispEdges"' if crisp else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{VIEW_BOX}" height="{VIEW_BOX}" '
        f'viewBox="0 0 {VIEW_BOX} {VIEW_BOX}" fill="none" stroke-linejoin="round"'
        f' stroke-linecap="round"{edges}><defs>{"".join(printer.definitions)}</defs>'
        f"{''.join(printer.parts)}</svg>"
    )


def rasterise(svg: str, size_px: int, pixels: int | None = None, *, opaque: bool = False) -> bytes:
    """A square PNG, `size_px` wide, with transparency where something is transparent. Blocking.

    With `pixels` the picture has that many true pixels a side, enlarged without smoothing. One that
    is `opaque` is written without its opacity. Raises `ValueError` for a size outside 32..2048.
    """
    import pyvips

    from generation.rendition import encode_flat_png

    if not MIN_SIZE_PX <= size_px <= MAX_SIZE_PX:
        raise ValueError(f"size {size_px} is outside {MIN_SIZE_PX}..{MAX_SIZE_PX}")
    drawn = min(pixels or size_px, size_px)
    image = pyvips.Image.svgload_buffer(svg.encode(), scale=drawn / VIEW_BOX)
    if drawn != size_px:
        image = image.resize(size_px / drawn, kernel="nearest")
    return encode_flat_png(image, opaque=opaque)


class _Printer:
    """Collects the text of one drawing, and the gradients and clips that it refers to."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.definitions: list[str] = []
        self._names: dict[Gradient | str, str] = {}

    def print(self, drawing: Drawing) -> None:
        add = self.parts.append
        for node in drawing:
            match node:
                case Path(d, fill, stroke, opacity):
                    add(f'<path d="{d}"{self._fill(fill)}{_line(stroke)}{_opacity(opacity)}/>')
                case Ellipse(cx, cy, rx, ry, fill, stroke, opacity):
                    add(
                        f'<ellipse cx="{cx:.1f}" cy="{cy:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"'
                        f"{self._fill(fill)}{_line(stroke)}{_opacity(opacity)}/>"
                    )
                case Group(body, transform, opacity):
                    add(f"<g{_transform(transform)}{_opacity(opacity)}>")
                    self.print(body)
                    add("</g>")
                case Clip(body, d):
                    add(f'<g clip-path="url(#{self._clip(d)})">')
                    self.print(body)
                    add("</g>")
                case Layer(_, body):
                    self.print(body)
                case _:
                    assert_never(node)

    def _fill(self, paint: Paint | None) -> str:
        if paint is None:
            return ""
        color = f"url(#{self._gradient(paint)})" if isinstance(paint, Gradient) else paint
        return f' fill="{color}"'

    def _gradient(self, gradient: Gradient) -> str:
        name = self._names.get(gradient)
        if name is None:
            name = self._names[gradient] = f"gradient-{len(self._names)}"
            stops = "".join(
                f'<stop offset="{at:.2f}" stop-color="{color}"/>' for at, color in gradient.stops
            )
            self.definitions.append(
                f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0"'
                f' y1="{gradient.y1:.1f}" x2="0" y2="{gradient.y2:.1f}">{stops}</linearGradient>'
            )
        return name

    def _clip(self, d: str) -> str:
        name = self._names.get(d)
        if name is None:
            name = self._names[d] = f"clip-{len(self._names)}"
            self.definitions.append(f'<clipPath id="{name}"><path d="{d}"/></clipPath>')
        return name


def _line(stroke: Stroke | None) -> str:
    return f' stroke="{stroke.color}" stroke-width="{stroke.width:.2f}"' if stroke else ""


def _opacity(opacity: float) -> str:
    return "" if opacity == 1.0 else f' opacity="{opacity:.2f}"'


def _transform(to: Affine) -> str:
    return f' transform="matrix({to.a:.6f},{to.b:.6f},{to.c:.6f},{to.d:.6f},{to.e:.4f},{to.f:.4f})"'
