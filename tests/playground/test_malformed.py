"""Whatever a bot sends, it is taken or refused: no body makes the playground itself fail."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.messages.forms import Form
from playground.messages.messages import ALL, Message
from playground.refusals import ApiError
from playground.server import Playground
from playground.validate.command_rules import check_autocomplete, check_commands
from playground.validate.components import check_modal
from tests.playground.ids import BOT_ID, GENERAL_ID, MIKA_ID

NAMES = """
    content embeds components attachments flags allowed_mentions parse users roles id type label
    style custom_id url media items file options value values name description title fields footer
    author image text icon_url accessory component min_values max_values placeholder emoji required
    min_length max_length choices autocomplete default_member_permissions contexts nonce tts
    integration_types name_localizations zh-CN message_reference message_id
"""
KEYS = st.sampled_from(NAMES.split())
NUMBERS = st.sampled_from([1 << 15, 1 << 70, 1.5])
TEXTS = st.sampled_from(["", "x", "attachment://a.png", "https://a.b/c", "x" * 99])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 30),
    NUMBERS,
    TEXTS,
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
BODIES = st.dictionaries(KEYS, JSON, max_size=6)
# Component trees that come close to being right, so that the deeper rules are reached.
COMPONENTS = st.recursive(
    st.fixed_dictionaries({"type": st.integers(0, 24)}, optional={"custom_id": SCALARS}),
    lambda inner: st.fixed_dictionaries(
        {"type": st.sampled_from([1, 2, 3, 9, 12, 13, 17, 18])},
        optional={
            "components": st.lists(inner, max_size=3) | JSON,
            "accessory": inner | JSON,
            "component": inner | JSON,
            "options": JSON,
            "items": JSON,
            "file": JSON,
            "label": SCALARS,
            "style": SCALARS,
        },
    ),
    max_leaves=8,
)
MANY = settings(max_examples=100, deadline=None)


PLAYGROUND = Playground()


def send(body: dict) -> None:
    draft, form = Message("1", GENERAL_ID, BOT_ID, 0.0), Form(body)
    composer = PLAYGROUND.chat.composer
    with suppress(ApiError):
        composer.check(form, draft)
        PLAYGROUND.renderer.for_person(composer.apply(form, draft, {}, ALL), MIKA_ID)


@MANY
@given(BODIES)
def test_any_message_is_taken_or_refused(body: dict) -> None:
    send(body)


@MANY
@given(st.lists(COMPONENTS, max_size=4), st.sampled_from([0, 1 << 15]))
def test_any_components_are_taken_or_refused(components: list, flags: int) -> None:
    send({"components": components, "flags": flags})


@MANY
@given(st.lists(BODIES | JSON, max_size=3))
def test_any_commands_are_taken_or_refused(commands: list) -> None:
    with suppress(ApiError):
        check_commands(commands)


@MANY
@given(BODIES, st.lists(COMPONENTS, max_size=3) | JSON)
def test_any_modal_is_taken_or_refused(modal: dict, components: object) -> None:
    with suppress(ApiError):
        check_modal({"title": "t", "custom_id": "c", **modal, "components": components})


@MANY
@given(JSON, st.sampled_from([3, 4, 10]))
def test_any_choices_are_taken_or_refused(choices: object, kind: int) -> None:
    with suppress(ApiError):
        check_autocomplete(choices, kind)
