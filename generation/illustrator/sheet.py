"""Contact sheets to look at: `python -m generation.illustrator.sheet DIRECTORY`.

One PNG a subject, every value once; and the same characters at 512, 128 and 32 px, on light and
dark ground and in the circle that Discord cuts.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from generation.illustrator import draw
from generation.traits import (
    ACCESSORIES,
    AGES,
    BACKGROUNDS,
    BANGS,
    EXPRESSIONS,
    EYE_SHAPES,
    GENDERS,
    HAIR_STYLES,
    MARKS,
    OUTFITS,
    SKINS,
    STYLES,
    Traits,
)

CELL_PX = 192
LABEL_PX = 20
LIGHT, DARK = "#ffffff", "#313338"
"""The grounds of Discord's two themes."""

MODEL = Traits(
    gender="feminine",
    age="teen",
    skin="fair",
    hair_style="bob cut",
    hair_color="pink",
    bangs="between eyes",
    eye_shape="round",
    eye_color="blue",
    expression="neutral",
    marks=(),
    outfit="sailor uniform",
    outfit_color="navy",
    accessories=(),
    accessory_color="red",
    background="plain",
    background_color="light blue",
    chibiness=85,
)
"""The character on which one part after another is shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of a sheet."""

    label: str
    traits: Traits
    seed: int = 5


def subjects() -> dict[str, tuple[Cell, ...]]:
    """Every sheet's cells, by the sheet's name."""
    return {
        "hair": _each("hair_style", HAIR_STYLES),
        "bangs": _each("bangs", BANGS, hair_tips_color="purple"),
        "eyes": _each("eye_shape", EYE_SHAPES, bangs="none", left_eye_color="amber"),
        "expressions": _each("expression", EXPRESSIONS),
        "skins": _each("skin", SKINS, hair_color="teal"),
        "people": tuple(_people()),
        "marks": tuple(_marks()),
        "outfits": _each("outfit", OUTFITS, chibiness=30),
        "accessories": tuple(_accessories()),
        "backgrounds": _each("background", BACKGROUNDS, background_color="lavender"),
        "styles": tuple(_styles()),
        "chibiness": tuple(
            Cell(str(value), replace(MODEL, chibiness=value, hair_style="long straight hair"))
            for value in range(0, 101, 20)
        ),
        "seeds": tuple(Cell(str(seed), Traits(), seed) for seed in range(80)),
    }


def _each(trait: str, values: Sequence[str], **settled: object) -> tuple[Cell, ...]:
    model = MODEL.merged_with(Traits.from_json(settled))
    return tuple(
        Cell(value, model.merged_with(Traits.from_json({trait: value}))) for value in values
    )


def _people() -> Iterable[Cell]:
    styles = {"feminine": "ponytail", "masculine": "side part", "neutral": "wolf cut"}
    for gender in GENDERS:
        for age, chibiness in zip(AGES, (96, 82, 50), strict=True):
            person = replace(
                MODEL,
                gender=gender,
                age=age,
                chibiness=chibiness,
                hair_style=styles[gender],
                hair_color="brown",
                outfit="hoodie",
                bangs="swept",
            )
            yield Cell(f"{gender} {age}", person)


def _marks() -> Iterable[Cell]:
    for mark in MARKS:
        if mark in ("beard", "mustache"):
            man = replace(MODEL, gender="masculine", age="adult", hair_style="side part")
            yield Cell(mark, replace(man, hair_color="brown", marks=(mark,)))
        else:
            yield Cell(mark, replace(MODEL, marks=(mark,)))


def _accessories() -> Iterable[Cell]:
    for i, name in enumerate(ACCESSORIES):
        style = HAIR_STYLES[i * 5 % len(HAIR_STYLES)]
        yield Cell(name, replace(MODEL, hair_style=style, hair_color="brown", accessories=(name,)))


def _styles() -> Iterable[Cell]:
    for seed in (3, 8, 13, 22):
        for style in STYLES:
            yield Cell(style, Traits(style=style), seed)


def contact_sheet(cells: Sequence[Cell], columns: int = 8) -> Image.Image:
    """The cells in rows, each with its label below."""
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGB", (columns * CELL_PX, rows * (CELL_PX + LABEL_PX)), LIGHT)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for i, cell in enumerate(cells):
        x, y = i % columns * CELL_PX, i // columns * (CELL_PX + LABEL_PX)
        picture = _picture(cell, CELL_PX)
        sheet.paste(picture, (x, y), picture)
        pen.text((x + CELL_PX / 2, y + CELL_PX + 2), cell.label, "#333333", font, anchor="ma")
    return sheet


def size_sheet(cells: Sequence[Cell]) -> Image.Image:
    """The cells at 512, 128 and 32 px and in a circle, on light and dark ground."""
    sheet = Image.new("RGB", (2 * 700, 520 * len(cells)), LIGHT)
    for row, cell in enumerate(cells):
        for column, ground in enumerate((LIGHT, DARK)):
            left, top = column * 700, row * 520
            sheet.paste(ground, (left, top, left + 700, top + 520))
            for size, x, y in ((512, 4, 4), (128, 540, 20), (32, 560, 340)):
                picture = _picture(cell, size)
                sheet.paste(picture, (left + x, top + y), picture)
            round_one = _in_circle(_picture(cell, 128))
            sheet.paste(round_one, (left + 540, top + 180), round_one)
            small = _in_circle(_picture(cell, 32))
            sheet.paste(small, (left + 610, top + 340), small)
    return sheet


def _in_circle(picture: Image.Image) -> Image.Image:
    mask = Image.new("L", (picture.width * 4, picture.height * 4))
    ImageDraw.Draw(mask).ellipse((0, 0, *mask.size), 255)
    cut = Image.new("RGBA", picture.size)
    cut.paste(picture, (0, 0), mask.resize(picture.size))
    return cut


def _picture(cell: Cell, size_px: int) -> Image.Image:
    return Image.open(io.BytesIO(draw(cell.traits, cell.seed, size_px))).convert("RGBA")


def write_sheets(directory: Path) -> list[Path]:
    """Draw every sheet into `directory`, in 256 colours to keep them small; the paths written."""
    directory.mkdir(parents=True, exist_ok=True)
    sheets = {name: contact_sheet(cells) for name, cells in subjects().items()}
    sheets["sizes"] = size_sheet([Cell(str(seed), Traits(), seed) for seed in (4, 13, 22, 40)])
    written: list[Path] = []
    for name, sheet in sheets.items():
        written.append(directory / f"{name}.png")
        sheet.quantize(256, dither=Image.Dither.NONE).save(written[-1], optimize=True)
    return written


def main() -> None:
    """Read the directory from the command line and draw every sheet into it."""
    parser = argparse.ArgumentParser(prog="python -m generation.illustrator.sheet")
    parser.add_argument("directory", type=Path)
    for path in write_sheets(parser.parse_args().directory):
        print(path)


if __name__ == "__main__":
    main()
