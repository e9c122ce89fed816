"""Ways out of a refusal, as far as they are about pictures to look at."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.service import Wishes
from bot.texts import Catalogue
from cogs.attachments import Attachment, with_pictures
from cogs.refused import is_about_looking, ways_out
from generation.capabilities import Capabilities, Model
from generation.errors import CannotDraw, TooManyReferences
from generation.prompt_errors import MaskAlone, PictureDamaged

ABLE = Model(
    backend="able",
    name="able",
    title="Able",
    capabilities=Capabilities(sizes_px=(512,), references=16, poses=True),
)
TOO_MANY = TooManyReferences("Look", 3, 1, ("able",))


def offered(error: Exception, *, has_files: bool) -> dict[str | None, str | None]:
    """Labels and ids of the buttons."""
    t = Catalogue.load().bound("en-US")
    wishes = Wishes(count=2, model="look")
    buttons = ways_out(error, wishes, [ABLE], t, private=False, has_photo=True, has_files=has_files)
    return {button.label: button.custom_id for button in buttons}


def test_too_many_pictures_are_taken_as_far_as_they_fit_or_by_another_model() -> None:
    assert offered(TOO_MANY, has_files=True) == {
        "Look at the first picture only": "mv:plain:count=2:model=look:look=1",
        "Draw it with Able": "mv:plain:count=2:model=able:look=16",
        "Draw it without the picture": "mv:plain:count=2:model=look",
    }


@pytest.mark.parametrize("task", ["reference", "pose"])
def test_a_model_that_looks_at_none_leaves_it_to_one_that_does(task: str) -> None:
    error = CannotDraw("Illustrator", task, ("able",))

    assert list(offered(error, has_files=True)) == [
        "Draw it with Able",
        "Draw it without the picture",
    ]


def test_pictures_that_did_not_come_back_are_offered_to_nobody() -> None:
    assert list(offered(TOO_MANY, has_files=False)) == ["Draw it without the picture"]


def test_a_mask_alone_is_what_a_way_out_leaves_out() -> None:
    assert list(offered(MaskAlone(), has_files=True)) == ["Draw it without the mask"]


def test_other_refusals_are_not_about_pictures_to_look_at() -> None:
    errors = (TOO_MANY, CannotDraw("X", "image-to-image", ()), PictureDamaged())

    assert [is_about_looking(error) for error in errors] == [True, False, False]


def attachment(name: str) -> discord.Attachment:
    data: Any = {"id": "1", "filename": name, "size": 1, "url": "", "proxy_url": ""}
    offline: Any = SimpleNamespace(http=None)
    return discord.Attachment(data=data, state=offline)


def test_the_first_pictures_are_taken_up_and_the_pose() -> None:
    names = ("pose", "reference3", "reference", "reference2")
    interaction: Any = None
    messenger: Any = None

    def read(image: discord.Attachment) -> Attachment:
        return Attachment(interaction, messenger, False, image)

    attached = {name: attachment(name) for name in names}
    wishes = with_pictures(Wishes(), attached, read, 2)

    assert wishes.references == (read(attached["reference"]), read(attached["reference2"]))
    assert (wishes.pose, wishes.photo) == (read(attached["pose"]), None)
