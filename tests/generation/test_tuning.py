"""What may be set of how a model is run: what was typed, and what another model can do of it."""

import pytest

from generation.prompt_errors import NotAdjustable, SettingOutOfRange, UnknownSampler
from generation.request import Settings
from generation.tuning import Adjustable, Limit, check_settings, fitting, read_settings

SAMPLERS = {"euler-a": "Euler a", "dpmpp-2m-karras": "DPM++ 2M Karras"}
FULL = Adjustable(steps=Limit(1, 60, 28), guidance=Limit(0, 20, 5), samplers=SAMPLERS)
QUICK = Adjustable(steps=Limit(1, 8, 4), guidance=None, samplers={"flow-euler": "Euler"})


def read(steps: str = "", guidance: str = "", sampler: str = "") -> Settings:
    return read_settings(steps, guidance, sampler, FULL, "Anime")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", "", ""), Settings()),
        (("28", "5", "euler-a"), Settings()),
        (("28", "5.0", " Euler A "), Settings()),
        (("40", "5", "euler-a"), Settings(steps=40)),
        ((" 1 ", "0", "dpm++ 2m karras"), Settings(steps=1, guidance=0, sampler="dpmpp-2m-karras")),
        (("60", "20", ""), Settings(steps=60, guidance=20)),
        (("", "7,5", ""), Settings(guidance=7.5)),
        (("３０", "７．５", ""), Settings(steps=30, guidance=7.5)),
        (("30.0", "", ""), Settings(steps=30)),
    ],
)
def test_what_is_typed_is_read_and_what_is_usual_is_not_said(
    typed: tuple[str, str, str], said: Settings
) -> None:
    assert read(*typed) == said


@pytest.mark.parametrize(
    ("field", "typed", "most"),
    [
        *(
            ("steps", text, 60)
            for text in ("0", "61", "-3", "many", "20.5", "1e2", "九", "9" * 400)
        ),
        *(("guidance", text, 20) for text in ("20.1", "-1", "nan", "inf", "5 5", "∞")),
    ],
)
def test_what_is_out_of_range_or_no_number_is_refused_with_the_range(
    field: str, typed: str, most: float
) -> None:
    with pytest.raises(SettingOutOfRange) as refused:
        read(**{field: typed})

    assert (refused.value.field, refused.value.most) == (field, most)
    assert refused.value.value == typed


def test_a_sampler_that_the_model_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(UnknownSampler) as refused:
        read(sampler="Heun")

    assert refused.value.samplers == ("Euler a", "DPM++ 2M Karras")


@pytest.mark.parametrize(
    ("settings", "adjustable", "setting"),
    [
        (Settings(steps=20), None, "steps"),
        (Settings(sampler="euler"), None, "sampler"),
        (Settings(guidance=3.0), QUICK, "guidance"),
    ],
)
def test_what_a_model_does_not_have_is_said_with_its_title(
    settings: Settings, adjustable: Adjustable | None, setting: str
) -> None:
    with pytest.raises(NotAdjustable) as refused:
        check_settings(settings, adjustable, "Klein")

    assert (refused.value.field, refused.value.model) == (setting, "Klein")


@pytest.mark.parametrize(
    ("adjustable", "kept"),
    [
        (FULL, Settings(steps=8, guidance=7.0, sampler="euler-a")),
        (QUICK, Settings(steps=8)),
        (None, Settings()),
    ],
)
def test_another_model_takes_what_it_can(adjustable: Adjustable | None, kept: Settings) -> None:
    assert fitting(Settings(steps=8, guidance=7.0, sampler="euler-a"), adjustable) == kept
