"""Every limit of a message: the last that passes, the first that does not."""

import pytest

from tests.playground.build import (
    MESSAGES,
    button,
    buttons,
    cases,
    embed,
    field,
    gallery,
    options,
    people,
    row,
    select,
    text,
    v2,
)
from tests.playground.ids import MIKA_ID

MESSAGE_LIMITS = [
    ("content", {"content": "x" * 2000}, {"content": "x" * 2001}, "content BASE_TYPE_MAX_LENGTH"),
    (
        "nonce",
        {"content": "x", "nonce": "n" * 25},
        {"content": "x", "nonce": "n" * 26},
        "nonce BASE_TYPE_MAX_LENGTH",
    ),
    (
        "embeds",
        {"embeds": [{"title": "x"}] * 10},
        {"embeds": [{"title": "x"}] * 11},
        "embeds BASE_TYPE_MAX_LENGTH",
    ),
    (
        "embed title",
        embed(title="x" * 256),
        embed(title="x" * 257),
        "embeds.0.title BASE_TYPE_MAX_LENGTH",
    ),
    (
        "embed description",
        embed(description="x" * 4096),
        embed(description="x" * 4097),
        "embeds.0.description BASE_TYPE_MAX_LENGTH",
    ),
    (
        "embed fields",
        embed(fields=[field()] * 25),
        embed(fields=[field()] * 26),
        "embeds.0.fields BASE_TYPE_MAX_LENGTH",
    ),
    (
        "embed field name",
        embed(fields=[field("x" * 256)]),
        embed(fields=[field("x" * 257)]),
        "embeds.0.fields.0.name BASE_TYPE_BAD_LENGTH",
    ),
    (
        "embed field name there",
        embed(fields=[field()]),
        embed(fields=[field("")]),
        "embeds.0.fields.0.name BASE_TYPE_REQUIRED",
    ),
    (
        "embed field value",
        embed(fields=[field("n", "x" * 1024)]),
        embed(fields=[field("n", "x" * 1025)]),
        "embeds.0.fields.0.value BASE_TYPE_BAD_LENGTH",
    ),
    (
        "embed footer",
        embed(footer={"text": "x" * 2048}),
        embed(footer={"text": "x" * 2049}),
        "embeds.0.footer.text BASE_TYPE_BAD_LENGTH",
    ),
    (
        "embed author",
        embed(author={"name": "x" * 256}),
        embed(author={"name": "x" * 257}),
        "embeds.0.author.name BASE_TYPE_BAD_LENGTH",
    ),
    (
        "embed sum",
        {"embeds": [{"description": "x" * 3000}] * 2},
        {"embeds": [{"description": "x" * 3001}] * 2},
        "embeds.0 MAX_EMBED_SIZE_EXCEEDED",
    ),
    (
        "embed color",
        embed(title="x", color=0xFFFFFF),
        embed(title="x", color=0x1000000),
        "embeds.0.color NUMBER_TYPE_MAX",
    ),
    (
        "embed url",
        embed(title="x", url="https://a.b"),
        embed(title="x", url="ftp://a.b"),
        "embeds.0.url URL_TYPE_INVALID_SCHEME",
    ),
    (
        "embed picture",
        embed(title="x", image={"url": "https://a.b/c.png"}),
        embed(title="x", image={"url": "c.png"}),
        "embeds.0.image.url URL_TYPE_INVALID_URL",
    ),
    (
        "embed field of spaces",
        embed(fields=[field("\u200b", " x ")]),
        embed(fields=[field(" \n", "x")]),
        "embeds.0.fields.0.name BASE_TYPE_REQUIRED",
    ),
    (
        "emoji",
        {"components": [row(button(emoji={"name": "🧑🏽‍🎨"}))]},
        {"components": [row(button(emoji={"name": "▲"}))]},
        "components.0.components.0.emoji.name BUTTON_COMPONENT_INVALID_EMOJI",
    ),
    (
        "emoji by its name",
        {"components": [row(button(emoji={"id": "1", "name": "smile"}))]},
        {"components": [row(button(emoji={"name": ":smile:"}))]},
        "components.0.components.0.emoji.name BUTTON_COMPONENT_INVALID_EMOJI",
    ),
    (
        "emoji of an option",
        {"components": [row(select(options=options(1, emoji={"name": "🇯🇵"})))]},
        {"components": [row(select(options=options(1, emoji={"name": "😀😀"})))]},
        "components.0.components.0.options.0.emoji.name BUTTON_COMPONENT_INVALID_EMOJI",
    ),
    (
        "defaults",
        {"components": [row(select(options=options(2, default=True), max_values=2))]},
        {"components": [row(select(options=options(2, default=True)))]},
        "components.0.components.0.options SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    (
        "default people",
        {"components": [row(people(1))]},
        {"components": [row(people(2))]},
        "components.0.components.0.default_values SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    (
        "texts in all",
        v2(text("x" * 2000), text("x" * 2000)),
        v2(text("x" * 2000), text("x" * 2001)),
        "components COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    (
        "text of spaces",
        v2(text(" x ")),
        v2(text(" \n ")),
        "components.0.content BASE_TYPE_REQUIRED",
    ),
    (
        "rows",
        {"components": [row(b) for b in buttons(5)]},
        {"components": [row(b) for b in buttons(6)]},
        "components BASE_TYPE_MAX_LENGTH",
    ),
    (
        "row width",
        {"components": [row(*buttons(5))]},
        {"components": [row(*buttons(6))]},
        "components.0.components BASE_TYPE_BAD_LENGTH",
    ),
    (
        "one select a row",
        {"components": [row(select())]},
        {"components": [row(button(), select())]},
        "components.0.components.1 COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    (
        "only rows",
        {"components": [row(button())]},
        {"components": [button()]},
        "components.0.type UNION_TYPE_CHOICES",
    ),
    (
        "no text without V2",
        v2(text()),
        {"components": [text()]},
        "components.0.type UNION_TYPE_CHOICES",
    ),
    (
        "custom_id",
        {"components": [row(button(custom_id="x" * 100))]},
        {"components": [row(button(custom_id="x" * 101))]},
        "components.0.components.0.custom_id BASE_TYPE_BAD_LENGTH",
    ),
    (
        "custom_id there",
        {"components": [row(button())]},
        {"components": [row(button(custom_id=""))]},
        "components.0.components.0.custom_id BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
    ),
    (
        "custom_id unique",
        {"components": [row(*buttons(2))]},
        {"components": [row(button(), button())]},
        "components COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    (
        "component id unique",
        {"components": [row(*buttons(2))]},
        {"components": [row(button(id=3), button(id=3, custom_id="y"))]},
        "components COMPONENT_ID_DUPLICATED",
    ),
    (
        "button label",
        {"components": [row(button(label="x" * 80))]},
        {"components": [row(button(label="x" * 81))]},
        "components.0.components.0.label BASE_TYPE_MAX_LENGTH",
    ),
    (
        "button empty",
        {"components": [row(button(label=None, emoji={"name": "🐱"}))]},
        {"components": [row(button(label=None))]},
        "components.0.components.0 BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
    ),
    (
        "link url",
        {"components": [row({"type": 2, "style": 5, "label": "x", "url": "https://a.b"})]},
        {"components": [row({"type": 2, "style": 5, "label": "x"})]},
        "components.0.components.0.url BASE_TYPE_REQUIRED",
    ),
    (
        "link without custom_id",
        {"components": [row({"type": 2, "style": 5, "label": "x", "url": "https://a.b"})]},
        {"components": [row(button(style=5, url="https://a.b"))]},
        "components.0.components.0.custom_id BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    (
        "button style",
        {"components": [row(button(style=4))]},
        {"components": [row(button(style=7))]},
        "components.0.components.0.style BASE_TYPE_CHOICES",
    ),
    (
        "select options",
        {"components": [row(select(options=options(25)))]},
        {"components": [row(select(options=options(26)))]},
        "components.0.components.0.options BASE_TYPE_BAD_LENGTH",
    ),
    (
        "select options there",
        {"components": [row(select())]},
        {"components": [row(select(options=[]))]},
        "components.0.components.0.options BASE_TYPE_REQUIRED",
    ),
    (
        "select option label",
        {"components": [row(select(options=options(1, label="x" * 100)))]},
        {"components": [row(select(options=options(1, label="x" * 101)))]},
        "components.0.components.0.options.0.label BASE_TYPE_BAD_LENGTH",
    ),
    (
        "select option value",
        {"components": [row(select(options=options(1, value="x" * 100)))]},
        {"components": [row(select(options=options(1, value="x" * 101)))]},
        "components.0.components.0.options.0.value BASE_TYPE_BAD_LENGTH",
    ),
    (
        "select option description",
        {"components": [row(select(options=options(1, description="x" * 100)))]},
        {"components": [row(select(options=options(1, description="x" * 101)))]},
        "components.0.components.0.options.0.description BASE_TYPE_MAX_LENGTH",
    ),
    (
        "select option unique",
        {"components": [row(select(options=options(2)))]},
        {"components": [row(select(options=options(2, value="x")))]},
        "components.0.components.0.options.0.value SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    (
        "select placeholder",
        {"components": [row(select(placeholder="x" * 150))]},
        {"components": [row(select(placeholder="x" * 151))]},
        "components.0.components.0.placeholder BASE_TYPE_MAX_LENGTH",
    ),
    (
        "select min_values",
        {"components": [row(select(min_values=0))]},
        {"components": [row(select(min_values=26))]},
        "components.0.components.0.min_values NUMBER_TYPE_MAX",
    ),
    (
        "select max_values",
        {"components": [row(select(max_values=2))]},
        {"components": [row(select(max_values=3))]},
        "components.0.components.0.max_values SELECT_COMPONENT_MAX_VALUES_TOO_HIGH",
    ),
    (
        "V2 total",
        v2(*[text()] * 40),
        v2(*[text()] * 41),
        "components COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    (
        "V2 total nested",
        v2({"type": 17, "components": [text()] * 39}),
        v2({"type": 17, "components": [text()] * 40}),
        "components COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    (
        "V2 no content",
        v2(text()),
        {**v2(text()), "content": "x"},
        "content MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        "V2 no embeds",
        v2(text()),
        {**v2(text()), **embed(title="x")},
        "embeds MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        "text display",
        v2(text("x" * 4000)),
        v2(text("x" * 4001)),
        "components.0.content BASE_TYPE_BAD_LENGTH",
    ),
    ("gallery", v2(gallery(10)), v2(gallery(11)), "components.0.items BASE_TYPE_BAD_LENGTH"),
    ("gallery there", v2(gallery(1)), v2(gallery(0)), "components.0.items BASE_TYPE_REQUIRED"),
    (
        "alt text",
        v2(gallery(1, description="x" * 1024)),
        v2(gallery(1, description="x" * 1025)),
        "components.0.items.0.description BASE_TYPE_MAX_LENGTH",
    ),
    (
        "section texts",
        v2({"type": 9, "components": [text()] * 3, "accessory": button()}),
        v2({"type": 9, "components": [text()] * 4, "accessory": button()}),
        "components.0.components BASE_TYPE_BAD_LENGTH",
    ),
    (
        "section accessory",
        v2({"type": 9, "components": [text()], "accessory": button()}),
        v2({"type": 9, "components": [text()]}),
        "components.0.accessory BASE_TYPE_REQUIRED",
    ),
    (
        "container color",
        v2({"type": 17, "accent_color": 0, "components": [text()]}),
        v2({"type": 17, "accent_color": -1, "components": [text()]}),
        "components.0.accent_color NUMBER_TYPE_MIN",
    ),
    (
        "no container in a container",
        v2({"type": 17, "components": [text()]}),
        v2({"type": 17, "components": [{"type": 17, "components": [text()]}]}),
        "components.0.components.0.type UNION_TYPE_CHOICES",
    ),
    (
        "separator",
        v2({"type": 14, "spacing": 2}),
        v2({"type": 14, "spacing": 3}),
        "components.0.spacing BASE_TYPE_CHOICES",
    ),
    (
        "file is an attachment",
        v2(text()),
        v2({"type": 13, "file": {"url": "https://a.b/c"}}),
        "components.0.file.url URL_TYPE_INVALID_SCHEME",
    ),
    (
        "file was uploaded",
        v2(text()),
        v2({"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}),
        "components.0.items.0.media.url UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    (
        "no input in a message",
        v2(row(button())),
        v2(row({"type": 4, "custom_id": "i", "style": 1})),
        "components COMPONENT_TYPE_INVALID",
    ),
    (
        "mentions parse",
        {"content": "x", "allowed_mentions": {"parse": ["users"]}},
        {"content": "x", "allowed_mentions": {"parse": ["all"]}},
        "allowed_mentions.parse.0 BASE_TYPE_CHOICES",
    ),
    (
        "mentions exclusive",
        {"content": "x", "allowed_mentions": {"users": [MIKA_ID]}},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": [MIKA_ID]}},
        "allowed_mentions MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    (
        "mentions ids",
        {"content": "x", "allowed_mentions": {"users": ["1"] * 100}},
        {"content": "x", "allowed_mentions": {"users": ["1"] * 101}},
        "allowed_mentions.users BASE_TYPE_MAX_LENGTH",
    ),
    (
        "attachments known",
        {"content": "x", "attachments": []},
        {"content": "x", "attachments": [{"id": 0}]},
        "attachments.0.id ATTACHMENT_NOT_FOUND",
    ),
]


@pytest.mark.parametrize(("good", "bad", "problem"), cases(MESSAGE_LIMITS))
async def test_a_message_keeps_the_limit(rest, good: dict, bad: dict, problem: str) -> None:
    taken, refused = await rest("POST", MESSAGES, good), await rest("POST", MESSAGES, bad)
    path, code = problem.split(" ")

    assert taken.status == 200, taken.body
    assert (refused.status, refused.body["code"]) == (400, 50035)
    assert refused.problems[path] == code


async def test_an_empty_message_is_refused(rest) -> None:
    assert (await rest("POST", MESSAGES, {})).body["code"] == 50006


async def test_components_v2_stay(rest) -> None:
    sent = await rest("POST", MESSAGES, v2(text()))
    path = f"{MESSAGES}/{sent.body['id']}"

    removed = await rest("PATCH", path, {"flags": 0, "components": [], "content": "x"})
    edited = await rest("PATCH", path, {"content": "x"})

    assert removed.problems["flags"] == "MESSAGE_FLAGS_COMPONENTS_V2_CANNOT_BE_REMOVED"
    assert "content" in edited.problems
