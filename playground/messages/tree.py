"""Components and embeds as trees: walked, numbered, and the files that are shown inside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playground.wire import Json, is_list, is_object

SCHEME = "attachment://"
_EMBED_PICTURES, _EMBED_ICONS = ("image", "thumbnail", "video"), ("author", "footer")
_COMPONENT_MEDIA = ("media", "file")

Path = tuple[str | int, ...]
Change = Callable[[str], str]
Resolve = Callable[[str], Json]


@dataclass(frozen=True, slots=True)
class Reference:
    """Where `attachment://NAME` stands in components."""

    path: Path
    name: str


def references(tree: Any, path: Path = ()) -> Iterator[Reference]:
    """Every file that components show."""
    if is_list(tree):
        for index, value in enumerate(tree):
            yield from references(value, (*path, index))
    elif is_object(tree):
        for key, value in tree.items():
            if not _is_media(key, value):
                yield from references(value, (*path, key))
            elif value["url"].startswith(SCHEME):
                yield Reference((*path, key, "url"), value["url"].removeprefix(SCHEME))


def shown_in_embed(embed: Json) -> set[str]:
    """The names of the files that `embed` shows."""
    parts: list[Json] = [embed.get(place) or {} for place in (*_EMBED_PICTURES, *_EMBED_ICONS)]
    urls = [str(part.get(key, "")) for part in parts for key in ("url", "icon_url")]
    return {url.removeprefix(SCHEME) for url in urls if url.startswith(SCHEME)}


def change_embed(embed: Json, change: Change) -> Json:
    """A copy of `embed` in which the addresses of pictures and icons went through `change`."""
    changed = dict(embed)
    for places, key in ((_EMBED_PICTURES, "url"), (_EMBED_ICONS, "icon_url")):
        for place in places:
            part = embed.get(place)
            if part and part.get(key):
                changed[place] = {**part, key: change(part[key])}
    return changed


def change_components(tree: Any, change: Change) -> Any:
    """A copy of components in which the addresses of media went through `change`."""
    if is_list(tree):
        return [change_components(value, change) for value in tree]
    if not is_object(tree):
        return tree
    return {
        key: {"url": change(value["url"])}
        if _is_media(key, value)
        else change_components(value, change)
        for key, value in tree.items()
    }


def resolve_embed(embed: Json, resolve: Resolve) -> Json:
    """`embed` with its files as links; `resolve` gives `{url, proxy_url, width, ...}` for an id."""
    shown = dict(embed)
    for place in _EMBED_PICTURES:
        part: Json = embed.get(place) or {}
        if str(part.get("url", "")).startswith(SCHEME):
            item = resolve(part["url"].removeprefix(SCHEME))
            kept = ("url", "proxy_url", "width", "height", "content_type")
            shown[place] = {**part, **{key: item[key] for key in kept}}
    for place in _EMBED_ICONS:
        part: Json = embed.get(place) or {}
        if str(part.get("icon_url", "")).startswith(SCHEME):
            item = resolve(part["icon_url"].removeprefix(SCHEME))
            shown[place] = {**part, "icon_url": item["url"], "proxy_icon_url": item["proxy_url"]}
    return shown


def resolve_components(tree: Any, resolve: Resolve) -> Any:
    """Components with their media as Discord's unfurled media items."""
    if is_list(tree):
        return [resolve_components(value, resolve) for value in tree]
    if not is_object(tree):
        return tree
    return {
        key: _unfurled(value["url"], resolve)
        if _is_media(key, value)
        else resolve_components(value, resolve)
        for key, value in tree.items()
    }


def _unfurled(url: str, resolve: Resolve) -> Json:
    if url.startswith(SCHEME):
        return {**resolve(url.removeprefix(SCHEME)), "loading_state": 2}
    return {"url": url, "proxy_url": url, "loading_state": 2}


def _is_media(key: str, value: Any) -> bool:
    return key in _COMPONENT_MEDIA and is_object(value) and isinstance(value.get("url"), str)


def number_components(components: list[Json]) -> list[Json]:
    """A copy in which every component has an `id`: its own, or the lowest that is free."""
    taken = {node["id"] for node in walk(components) if node.get("id")}
    free = iter(n for n in range(1, 10_000) if n not in taken)

    def numbered(node: Any) -> Any:
        if is_list(node):
            return [numbered(child) for child in node]
        if not is_object(node):
            return node
        own = {"id": node.get("id") or next(free)} if _is_component(node) else {}
        return {**{key: numbered(value) for key, value in node.items()}, **own}

    return numbered(components)


def walk(tree: Any) -> Iterator[Json]:
    """Every component in `tree`, parents before children."""
    if is_list(tree):
        for child in tree:
            yield from walk(child)
    elif is_object(tree):
        if _is_component(tree):
            yield tree
        for key in ("components", "accessory", "component"):
            yield from walk(tree.get(key))


def _is_component(node: Json) -> bool:
    return isinstance(node.get("type"), int)
