"""Limits on components: what each kind may hold, and what a tree or a modal as a whole may."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from playground.interactions.presses import SELECTS, ComponentType
from playground.messages import tree
from playground.validate.names import is_unicode_emoji
from playground.validate.rules import (
    MEDIA,
    WEB,
    Path,
    Problems,
    Rule,
    anything,
    boolean,
    items,
    missing,
    number,
    objects,
    one_of,
    shape,
    snowflake,
    text,
    url,
)
from playground.wire import Json, is_list, is_object

T = ComponentType
MAX_ROWS, MAX_WIDTH = 5, 5
MAX_V2 = 40
MAX_TEXT = 4000
MAX_GROUP = 10
LINK, PREMIUM = 5, 6

CUSTOM_ID = text(100, 1)
_EMOJI = shape({}, {"id": snowflake, "name": text(100), "animated": boolean})


def _emoji(problems: Problems, path: Path, value: Any) -> None:
    """One of Unicode's, by itself as its name, or a custom one by its id.

    The code says "button" in a select's option too (discord-api-docs#8071).
    """
    _EMOJI(problems, path, value)
    if not is_object(value) or value.get("id"):
        return
    if not is_unicode_emoji(str(value.get("name"))):
        problems.add((*path, "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


OPTION = shape(
    {"label": text(100, 1), "value": text(100, 1)},
    {"description": text(100), "emoji": _emoji, "default": boolean},
)
_ID = number(0, 2**31 - 1)
_MEDIA = shape({"url": url(MEDIA)}, {})
_DESCRIBED = {"description": text(1024), "spoiler": boolean}
_SELECT_OPTIONAL: Mapping[str, Rule] = {
    "placeholder": text(150),
    "min_values": number(0, 25),
    "max_values": number(1, 25),
    "disabled": boolean,
    "required": boolean,
}


def component(allowed: Collection[ComponentType]) -> Rule:
    """A component of one of these kinds, with all that is inside it."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        kind = value.get("type") if is_object(value) else None
        if kind not in allowed:
            listed = ", ".join(str(int(k)) for k in sorted(allowed))
            sentence = f'Value of field "type" must be one of ({listed},).'
            problems.add((*path, "type"), "UNION_TYPE_CHOICES", sentence)
            return
        shape({}, {"id": _ID})(problems, path, value)
        RULES[ComponentType(kind)](problems, path, value)

    return check


def _button(problems: Problems, path: Path, value: Json) -> None:
    shape(
        {"style": one_of(1, 2, 3, 4, 5, 6)},
        {"label": text(80), "emoji": _emoji, "disabled": boolean},
    )(problems, path, value)
    style = value.get("style")
    if style == LINK:
        shape({"url": url(WEB, 512)}, {})(problems, path, value)
        if value.get("custom_id"):
            sentence = "A custom id and url cannot both be specified"
            problems.add(
                (*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", sentence
            )
    elif style == PREMIUM:
        shape({"sku_id": snowflake}, {})(problems, path, value)
        return
    elif not value.get("custom_id"):
        sentence = "A custom id is required"
        problems.add((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", sentence)
    else:
        CUSTOM_ID(problems, (*path, "custom_id"), value["custom_id"])
    if not value.get("label") and not value.get("emoji"):
        problems.add(
            path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required"
        )


def _string_select(problems: Problems, path: Path, value: Json) -> None:
    required = {"custom_id": CUSTOM_ID, "options": items(OPTION, 25, 1)}
    shape(required, _SELECT_OPTIONAL)(problems, path, value)
    _check_options(problems, path, value)
    options = value.get("options")
    most = value.get("max_values")
    if is_list(options) and isinstance(most, int) and most > len(options):
        sentence = f"Must be less than or equal to the number of options ({len(options)})."
        problems.add((*path, "max_values"), "SELECT_COMPONENT_MAX_VALUES_TOO_HIGH", sentence)
    _check_defaults(problems, path, value, "options", 1)


def _check_options(problems: Problems, path: Path, value: Json) -> None:
    options = objects(value.get("options"))
    counts = Counter(str(option.get("value")) for option in options)
    for index, option in enumerate(options):
        if counts[str(option.get("value"))] > 1:
            sentence = "The specified option value is already used"
            where = (*path, "options", index, "value")
            problems.add(where, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", sentence)


def _check_defaults(problems: Problems, path: Path, value: Json, key: str, most: int) -> None:
    """Note more defaults under `key` than may be chosen; `most` where the body does not say."""
    given = objects(value.get(key))
    defaults = [each for each in given if key == "default_values" or each.get("default")]
    allowed = value.get("max_values")
    if len(defaults) > (allowed if isinstance(allowed, int) else most):
        sentence = "The specified number of default values exceeds the specified maximum values"
        problems.add((*path, key), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", sentence)


def _row(problems: Problems, path: Path, value: Json) -> None:
    inside = component((T.BUTTON, *SELECTS, T.TEXT_INPUT))
    shape({"components": items(inside, MAX_WIDTH, 1)}, {})(problems, path, value)
    kinds = [child.get("type") for child in objects(value.get("components"))]
    if len(kinds) > 1 and any(kind != T.BUTTON for kind in kinds):
        for index, kind in enumerate(kinds):
            if kind != T.BUTTON:
                sentence = "The specified component exceeds the maximum width"
                where = (*path, "components", index)
                problems.add(where, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", sentence)


def _text_input(problems: Problems, path: Path, value: Json) -> None:
    shape(
        {"custom_id": CUSTOM_ID, "style": one_of(1, 2)},
        {
            "label": text(45),
            "min_length": number(0, 4000),
            "max_length": number(1, 4000),
            "placeholder": text(100),
            "value": text(4000),
            "required": boolean,
        },
    )(problems, path, value)
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        sentence = "Must be greater than or equal to min_length."
        problems.add((*path, "max_length"), "TEXT_INPUT_MAX_LENGTH_TOO_SMALL", sentence)


def _file(problems: Problems, path: Path, value: Json) -> None:
    local = shape({"url": url(("attachment",))}, {})
    shape({"file": local}, {"spoiler": boolean})(problems, path, value)


def _select(problems: Problems, path: Path, value: Json) -> None:
    defaults = items(shape({"id": snowflake, "type": one_of("user", "role", "channel")}, {}), 25)
    optional = {**_SELECT_OPTIONAL, "default_values": defaults, "channel_types": items(anything)}
    shape({"custom_id": CUSTOM_ID}, optional)(problems, path, value)
    _check_defaults(problems, path, value, "default_values", 1)


def _group(least: int) -> Rule:
    optional = {"min_values": number(0, 10), "max_values": number(1, 10), "required": boolean}

    def check(problems: Problems, path: Path, value: Json) -> None:
        required = {"custom_id": CUSTOM_ID, "options": items(OPTION, MAX_GROUP, least)}
        shape(required, optional)(problems, path, value)
        _check_options(problems, path, value)
        is_radio = value.get("type") == T.RADIO_GROUP
        _check_defaults(problems, path, value, "options", 1 if is_radio else MAX_GROUP)

    return check


IN_CONTAINER = (
    T.ACTION_ROW,
    T.SECTION,
    T.TEXT_DISPLAY,
    T.MEDIA_GALLERY,
    T.FILE,
    T.SEPARATOR,
)
IN_LABEL = (
    T.TEXT_INPUT,
    *SELECTS,
    T.FILE_UPLOAD,
    T.RADIO_GROUP,
    T.CHECKBOX_GROUP,
    T.CHECKBOX,
)

RULES: Mapping[ComponentType, Rule] = {
    T.ACTION_ROW: _row,
    T.BUTTON: _button,
    T.STRING_SELECT: _string_select,
    T.TEXT_INPUT: _text_input,
    **dict.fromkeys(SELECTS[1:], _select),
    T.SECTION: shape(
        {
            "components": items(component([T.TEXT_DISPLAY]), 3, 1),
            "accessory": component([T.BUTTON, T.THUMBNAIL]),
        },
        {},
    ),
    T.TEXT_DISPLAY: shape({"content": text(4000, 1)}, {}),
    T.THUMBNAIL: shape({"media": _MEDIA}, _DESCRIBED),
    T.MEDIA_GALLERY: shape({"items": items(shape({"media": _MEDIA}, _DESCRIBED), 10, 1)}, {}),
    T.FILE: _file,
    T.SEPARATOR: shape({}, {"divider": boolean, "spacing": one_of(1, 2)}),
    T.CONTAINER: shape(
        {"components": items(component(IN_CONTAINER), None, 1)},
        {"accent_color": number(0, 0xFFFFFF), "spoiler": boolean},
    ),
    T.LABEL: shape(
        {"label": text(45, 1), "component": component(IN_LABEL)}, {"description": text(100)}
    ),
    T.FILE_UPLOAD: shape(
        {"custom_id": CUSTOM_ID},
        {"min_values": number(0, 10), "max_values": number(1, 10), "required": boolean},
    ),
    T.RADIO_GROUP: _group(2),
    T.CHECKBOX_GROUP: _group(1),
    T.CHECKBOX: shape({"custom_id": CUSTOM_ID}, {"default": boolean}),
}


def message_components(*, is_v2: bool) -> Rule:
    """What a message may hold at its top, and all below it."""
    if is_v2:
        return items(component([*IN_CONTAINER, T.CONTAINER]))
    return items(component([T.ACTION_ROW]), MAX_ROWS)


def check_tree(problems: Problems, path: Path, components: list[Json]) -> None:
    """Note what is wrong with components that are each right by themselves."""
    nodes = list(tree.walk(components))
    if len(nodes) > MAX_V2:
        sentence = f"The message has {len(nodes)} components; at most {MAX_V2} are allowed."
        problems.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", sentence)
    if any(node["type"] == T.TEXT_INPUT for node in nodes):
        sentence = "The specified component type is invalid in this context"
        problems.add(path, "COMPONENT_TYPE_INVALID", sentence)
    texts = [str(node["content"]) for node in nodes if node["type"] == T.TEXT_DISPLAY]
    if sum(map(len, texts)) > MAX_TEXT:
        # In no document yet: discord-api-docs#8562, and what bots have been answered.
        sentence = f"Components displayable text size exceeds maximum size of {MAX_TEXT}"
        problems.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", sentence)
    check_unique(problems, path, components)


def check_unique(problems: Problems, path: Path, components: Any) -> None:
    """Note custom ids and numeric ids that occur twice."""
    nodes = list(tree.walk(components))
    for key, code in (
        ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ("id", "COMPONENT_ID_DUPLICATED"),
    ):
        counts = Counter(node[key] for node in nodes if node.get(key))
        for value, count in counts.items():
            if count > 1:
                what = key.replace("_", " ")
                problems.add(path, code, f"Component {what} cannot be duplicated: {value}")


def check_label_in_row(problems: Problems, path: Path, row: Json) -> None:
    """Note a text input in an action row that has no label of its own."""
    for index, child in enumerate(row.get("components") or ()):
        if not child.get("label"):
            missing(problems, (*path, "components", index, "label"))


_TOP = (ComponentType.LABEL, ComponentType.TEXT_DISPLAY, ComponentType.ACTION_ROW)
_MODAL = shape(
    {"title": text(45, 1), "custom_id": CUSTOM_ID, "components": items(component(_TOP), 5, 1)}, {}
)


def check_modal(modal: Json) -> None:
    """Raise `InvalidForm` with every limit that `modal` breaks."""
    problems = Problems()
    _MODAL(problems, ("data",), modal)
    problems.raise_if_any()
    check_unique(problems, ("data", "components"), modal["components"])
    for index, top in enumerate(modal["components"]):
        _check_top(problems, ("data", "components", index), top)
    problems.raise_if_any()


def _check_top(problems: Problems, path: Path, top: Json) -> None:
    if top["type"] == ComponentType.ACTION_ROW:
        if any(child["type"] != ComponentType.TEXT_INPUT for child in top["components"]):
            sentence = 'Value of field "type" must be one of (4,).'
            problems.add((*path, "components", 0, "type"), "UNION_TYPE_CHOICES", sentence)
        check_label_in_row(problems, path, top)
    for node in tree.walk(top):
        _check_input(problems, path, node)


def _check_input(problems: Problems, path: Path, node: dict[str, Any]) -> None:
    if node.get("disabled"):
        sentence = "Disabled components cannot be used in a modal"
        problems.add(path, "COMPONENT_DISABLED_IN_MODAL", sentence)
    needs_one = node["type"] in SELECTS and node.get("required", True)
    if needs_one and node.get("min_values") == 0:
        sentence = "A required select needs min_values of at least 1"
        problems.add((*path, "component", "min_values"), "NUMBER_TYPE_MIN", sentence)
