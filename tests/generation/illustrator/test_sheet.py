from __future__ import annotations

from generation.illustrator.sheet import CELL_PX, LABEL_PX, Cell, contact_sheet, subjects
from generation.traits import Traits, vocabulary


def test_the_sheets_show_every_value_of_every_trait() -> None:
    sheets = subjects()
    shown = {cell.label for cells in sheets.values() for cell in cells}

    traits = ("hair_style", "bangs", "eye_shape", "expression", "skin", "marks", "outfit",
              "accessories", "background", "style")  # fmt: skip
    assert {value for trait in traits for value in vocabulary(trait)} <= shown


def test_a_sheet_has_a_row_for_every_eight_pictures() -> None:
    sheet = contact_sheet([Cell(str(seed), Traits(), seed) for seed in range(9)])

    assert sheet.size == (8 * CELL_PX, 2 * (CELL_PX + LABEL_PX))
