"""What /models says of each model, page by page."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from discord import ui

from bot.fetches import Fetch
from bot.lanes import Business
from bot.texts import Catalogue, Sentences
from cogs.ui.roster import ON_A_PAGE, Entry, roster_content
from generation.capabilities import Capabilities, Model, OfferedLora, Price
from generation.download_errors import DiskFull
from generation.errors import ModelMissing
from generation.lexicon import LANGUAGES
from generation.problems import problem_of
from generation.shapes import SHAPES
from generation.tuning import Adjustable, Limit

CATALOGUE = Catalogue.load()
ENGLISH = CATALOGUE.bound("en-US")
IDLE = Business(0, None)
CAN = Capabilities(
    tasks=frozenset({"text-to-image", "image-to-image", "inpaint"}),
    sizes_px=(1024, 768),
    loras=(OfferedLora(name="glow"), OfferedLora(name="ink")),
    reads=("en",),
    takes_negative=True,
)
ANIME = Model(
    backend="diffusers",
    name="anime",
    title="Animagine XL 4.0",
    capabilities=CAN,
    memory_gb=8,
    loaded=True,
    device="cuda:0",
    licence="Open",
)
FAR = replace(ANIME, name="far", title="Far", is_here=False, download_gb=7, loaded=False)
UNMEASURED = replace(FAR, name="unmeasured", title="Unmeasured", download_gb=None)
LOST = replace(
    ANIME, name="lost", title="Lost", problem=problem_of(ModelMissing("Lost", "someone/lost"))
)
PAINTER = Model(
    backend="openai",
    name="openai",
    title="OpenAI gpt-image",
    capabilities=Capabilities(sizes_px=(1024,), price=Price(0.0463), reads=("en", "zh")),
)
ILLUSTRATOR = Model(
    backend="illustrator",
    name="illustrator",
    title="Illustrator",
    capabilities=Capabilities(sizes_px=(512,)),
)
FULLEST = replace(
    ANIME,
    title="A model with a long name, " * 8,
    name="n" * 40,
    device="d" * 300,
    capabilities=replace(
        CAN,
        loras=tuple(OfferedLora(name=f"lora_{n}_" + "x" * 60) for n in range(40)),
        reads=("en", "zh"),
        shapes=SHAPES,
        references=16,
        poses=True,
        refines=frozenset({"hires", "face"}),
        settings=Adjustable(steps=Limit(1, 60, 28), guidance=None, samplers={"euler": "Euler"}),
    ),
    licence="l" * 300,
    licence_note="It forbids _everything_. " * 80,
    download_gb=33.4,
    is_here=False,
)


@pytest.fixture(params=[language.tag for language in LANGUAGES])
def t(request: pytest.FixtureRequest) -> Sentences:
    return CATALOGUE.bound(request.param)


def page(models: list[Model], number: int = 0, t: Sentences = ENGLISH, **changes: Any) -> Any:
    entries = [Entry(model, changes.get("business", IDLE), model is ANIME) for model in models]
    return roster_content(entries, number, t).view


def items(view: Any) -> Iterator[Any]:
    return iter(view.walk_children())


def text(view: Any) -> str:
    return "\n".join(item.content for item in items(view) if isinstance(item, ui.TextDisplay))


def buttons(view: Any) -> list[Any]:
    return [item for item in items(view) if isinstance(item, ui.Button)]


def test_a_model_on_the_disk_says_what_it_is_good_for() -> None:
    said = text(page([ANIME], business=Business(3, 4.25)))

    assert "🟢 **Animagine XL 4.0** `diffusers/anime` · **the default here**" in said
    assert "-# ready · on cuda:0 · about 4.2 s a picture here · 3 waiting" in said
    assert (
        "-# can draw from words, start from a picture, paint a part of a picture · 768, 1024 px"
        " · reads English · has a negative prompt · LoRAs: glow · ink"
    ) in said
    assert "-# wants 8 GB of memory · free · licence Open" in said


def test_what_has_to_be_downloaded_is_not_green_and_says_how_much() -> None:
    said = text(page([FAR, UNMEASURED]))

    assert "⬇️ **Far** `diffusers/far`" in said
    assert "-# about 7 GB are downloaded when first used" in said
    assert "⬇️ **Unmeasured** `diffusers/unmeasured`" in said
    assert "-# downloaded when first used" in said
    assert "🟢" not in said


def test_what_is_missing_says_why_and_what_to_do() -> None:
    said = text(page([LOST]))

    assert "⚪ **Lost** `diffusers/lost`" in said
    assert "models.toml" in said
    assert "🟢" not in said


def test_what_costs_money_says_how_much_and_what_draws_from_traits_says_so() -> None:
    said = text(page([PAINTER, ILLUSTRATOR]))

    assert "reads English and Chinese" in said
    assert "about $0.046 a picture" in said
    assert "draws what it has learned" in said
    assert "OpenAI checks prompts and pictures" in said


def test_those_that_can_draw_at_once_come_first_and_the_default_before_them() -> None:
    said = text(page([LOST, FAR, PAINTER, ANIME]))

    places = [said.index(f"**{model.title}**") for model in (ANIME, PAINTER, FAR, LOST)]
    assert places == sorted(places)


def test_every_model_is_on_one_page_and_the_buttons_lead_there() -> None:
    models = [replace(ILLUSTRATOR, name=f"m{n}", title=f"Model {n}") for n in range(ON_A_PAGE + 2)]

    first, second = (page(models, number) for number in (0, 1))

    assert [f"**{m.title}**" in text(first) for m in models] == [True] * ON_A_PAGE + [False] * 2
    assert [f"**{m.title}**" in text(second) for m in models] == [False] * ON_A_PAGE + [True] * 2
    assert "Page 2 of 2 · 6 models" in text(second)
    assert [button.disabled for button in buttons(first)] == [True, False]
    assert [button.custom_id for button in buttons(first)] == [
        "mv:models:page=0:by=previous",
        "mv:models:page=1:by=next",
    ]
    assert [button.disabled for button in buttons(second)] == [False, True]
    assert text(page(models, 99)) == text(second)


def test_where_all_fit_one_page_there_is_nothing_to_turn() -> None:
    assert buttons(page([ANIME])) == []
    assert "Page" not in text(page([ANIME]))


def test_what_a_member_can_use_is_said(t: Sentences) -> None:
    used, plain = text(page([FULLEST], t=t)), text(page([ANIME], t=t))

    for said in (
        t("models.shapes", shapes=t.listed([t(f"shape.{each}") for each in SHAPES[1:]])),
        t("models.references", count=16),
        *map(t, ("models.poses", "models.refines", "models.settings")),
    ):
        assert said in used
        assert said not in plain


def test_the_fullest_page_fits_a_message(t: Sentences) -> None:
    view = page([FULLEST] * (ON_A_PAGE + 1), t=t, business=Business(10**6, 1234.5))

    assert view.content_length() <= 4000
    assert view.total_children_count <= 40


FETCHABLE = replace(FAR, can_fetch=True)
HALF_WAY = Fetch(3_100_000_000, 7_000_000_000, 12_000_000.0)


def fetching(fetch: Fetch | None, t: Sentences = ENGLISH, *, may_fetch: bool = True) -> Any:
    entries = [Entry(FETCHABLE, IDLE, fetch=fetch)]
    return roster_content(entries, 0, t, may_fetch=may_fetch).view


def test_who_may_has_a_button_to_fetch_what_is_not_here(t: Sentences) -> None:
    (offered,) = buttons(fetching(None, t))

    assert offered.custom_id == "mv:fetch:model=diffusers/far:page=0"
    assert "Far" in offered.label
    assert buttons(fetching(None, t, may_fetch=False)) == []
    assert buttons(roster_content([Entry(ANIME, IDLE)], 0, t, may_fetch=True).view) == []


def test_a_download_shows_how_far_it_is_and_can_be_stopped() -> None:
    view = fetching(HALF_WAY)

    (stop,) = buttons(view)
    assert stop.custom_id == "mv:stop-fetch:model=diffusers/far:page=0"
    assert "⏬ 44 % · 3.1 of 7.0 GB · 12.0 MB/s · here <t:" in text(view)
    assert "the download begins" in text(fetching(Fetch()))


def test_a_download_that_failed_says_why_and_can_be_begun_again() -> None:
    problem = problem_of(DiskFull("Far", 6_900_000_000, 500_000_000))

    view = fetching(Fetch(is_running=False, problem=problem))

    assert "6.9 GB are still to be downloaded, and 0.5 GB are free" in text(view)
    assert [button.label for button in buttons(view)] == ["Fetch Far"]


def test_the_fullest_page_with_downloads_fits_a_message(t: Sentences) -> None:
    entries = [Entry(replace(FULLEST, can_fetch=True), Business(10**6, 1234.5), fetch=HALF_WAY)] * (
        ON_A_PAGE + 1
    )

    view: Any = roster_content(entries, 0, t, may_fetch=True).view

    assert view.content_length() <= 4000
    assert view.total_children_count <= 40
    assert all(len(button.label or "") <= 80 for button in buttons(view))
