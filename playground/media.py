"""Where files occur inside embeds and components: finding, naming and numbering them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playground.wire import Json

SCHEME = "attachment://"
_EMBED_MEDIA = ("image", "thumbnail", "video", "author", "footer")
_COMPONENT_MEDIA = ("media", "file")

# What people read, where `attachment://` is only text.
_TEXTS = ("content", "label", "title", "description", "value", "text", "name", "custom_id")

Resolve = Callable[[str], Json]


@dataclass(frozen=True, slots=True)
class Place:
    """Where `attachment://NAME` stands in a tree."""

    path: tuple[str | int, ...]
    name: str


def places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[Place]:
    """Every reference to a file in `tree`."""
    match tree:
        case str() if tree.startswith(SCHEME):
            yield Place(path, tree.removeprefix(SCHEME))
        case dict():
            for key, value in tree.items():
                if key not in _TEXTS:
                    yield from places(value, (*path, key))
        case list() | tuple():
            for index, value in enumerate(tree):
                yield from places(value, (*path, index))
        case _:
            pass


def references(tree: Any) -> set[str]:
    """The names of all files that `tree` refers to."""
    return {place.name for place in places(tree)}


def replace_urls(tree: Any, change: Callable[[str], str]) -> Any:
    """A copy of `tree` in which every media `url` and `icon_url` went through `change`."""
    if isinstance(tree, list):
        return [replace_urls(value, change) for value in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: change(value)
        if key in ("url", "icon_url") and isinstance(value, str)
        else replace_urls(value, change)
        for key, value in tree.items()
    }


def resolve_embed(embed: Json, resolve: Resolve) -> Json:
    """`embed` with its files as links; `resolve` gives `{url, proxy_url, width, ...}` for an id."""
    shown = dict(embed)
    for place in _EMBED_MEDIA:
        part = embed.get(place)
        if not isinstance(part, dict):
            continue
        shown[place] = dict(part)
        if str(part.get("url", "")).startswith(SCHEME):
            item = resolve(part["url"].removeprefix(SCHEME))
            sized = {key: item[key] for key in ("width", "height", "content_type") if key in item}
            shown[place] |= {"url": item["url"], "proxy_url": item["proxy_url"], **sized}
        if str(part.get("icon_url", "")).startswith(SCHEME):
            item = resolve(part["icon_url"].removeprefix(SCHEME))
            shown[place] |= {"icon_url": item["url"], "proxy_icon_url": item["proxy_url"]}
    return shown


def resolve_component(component: Any, resolve: Resolve) -> Any:
    """`component` with its media as Discord's unfurled media items."""
    if isinstance(component, list):
        return [resolve_component(child, resolve) for child in component]
    if not isinstance(component, dict):
        return component
    return {
        key: _media_item(value, resolve)
        if key in _COMPONENT_MEDIA and isinstance(value, dict) and "url" in value
        else resolve_component(value, resolve)
        for key, value in component.items()
    }


def _media_item(media: Json, resolve: Resolve) -> Json:
    if not media["url"].startswith(SCHEME):
        return {"proxy_url": media["url"], "loading_state": 2, **media}
    return {**resolve(media["url"].removeprefix(SCHEME)), "loading_state": 2}


def number_components(components: list[Json]) -> list[Json]:
    """A copy in which every component has an `id`: its own, or the lowest that is free."""
    taken = {node["id"] for node in walk(components) if node.get("id")}
    free = iter(n for n in range(1, 10_000) if n not in taken)

    def numbered(node: Any) -> Any:
        if isinstance(node, list):
            return [numbered(child) for child in node]
        if not isinstance(node, dict):
            return node
        own = {"id": node.get("id") or next(free)} if _is_component(node) else {}
        return {**{key: numbered(value) for key, value in node.items()}, **own}

    return numbered(components)


def walk(tree: Any) -> Iterator[Json]:
    """Every component in `tree`, parents before children."""
    match tree:
        case list() | tuple():
            for child in tree:
                yield from walk(child)
        case dict():
            if _is_component(tree):
                yield tree
            for key in ("components", "accessory", "component"):
                yield from walk(tree.get(key))


def _is_component(node: Json) -> bool:
    return isinstance(node.get("type"), int)
