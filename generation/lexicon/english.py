"""English descriptions of a character."""

from __future__ import annotations

from collections.abc import Callable

from generation.lexicon.speaker import Speaker

_UNCOUNTED = ("armor",)


class English(Speaker):
    """Says in English what a character looks like."""

    __slots__ = ()

    def hair(self) -> str:
        """Style and colours: "silver twin tails, pink tips"."""
        tips = self.tips_color()
        return ", ".join(filter(None, (self._styled_hair(), tips and f"{tips} tips")))

    def eyes(self) -> str:
        """Shape and colours: "droopy, blue and green"."""
        shape = self.name("eye_shape").removesuffix(" eyes")
        return ", ".join(filter(None, (shape, self.joined(self.eye_colors()))))

    def outfit(self) -> str:
        """The outfit in its colour: "navy sailor uniform"."""
        return _words(self.name("outfit_color"), self.name("outfit"))

    def accessories(self) -> str:
        """What is worn: "ribbon in red", "cat ears and ribbon in red"."""
        return self._in_color(lambda name: name)

    def background(self) -> str:
        """The background in its colour: "pink polka dots"."""
        return _before_last(self.name("background_color"), self.name("background"), "background")

    def joined(self, names: list[str]) -> str:
        """`names` as "a", "a and b", "a, b and c"."""
        return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))

    def sentence(self) -> str:
        """Everything in one line, the person first."""
        person = _words(self.name("expression"), self.person())
        features = self.joined([phrase for phrase in self._features() if phrase])
        parts = [
            f"{person} with {features}" if features else person,
            self._dressed(),
            self._in_color(_with_article),
            self._surrounded(),
        ]
        return ", ".join(filter(None, parts))

    def _styled_hair(self) -> str:
        return _before_last(self.name("hair_color"), self.name("hair_style"), "hair")

    def _features(self) -> tuple[str, ...]:
        hair, tips, eyes = self._styled_hair(), self.tips_color(), self.joined(self.eye_colors())
        if hair and not self.traits.hair_style:
            hair += " hair"
        return (
            " with ".join(filter(None, (hair, tips and f"{tips} tips"))),
            eyes and f"{eyes} eyes",
            self.name("skin"),
            *map(_with_article, self.names("marks")),
        )

    def _dressed(self) -> str:
        if self.traits.outfit:
            return f"wearing {_with_article(self.outfit())}"
        return f"dressed in {self.outfit()}" if self.outfit() else ""

    def _in_color(self, phrase: Callable[[str], str]) -> str:
        """All that is worn, and last what the colour is of."""
        plain, colored = self.accessory_names()
        color = self.name("accessory_color")
        in_color = self.joined([phrase(name) for name in colored])
        if in_color and color:
            return self.joined([*map(phrase, plain), f"{in_color} in {color}"])
        return self.joined([*map(phrase, plain + colored)])

    def _surrounded(self) -> str:
        background = self.background()
        if background and not self.traits.background:
            background += " background"
        if background.endswith("background"):
            return f"on {_with_article(background)}"
        return background and f"{background} in the background"


def _words(*words: str) -> str:
    return " ".join(filter(None, words))


def _before_last(color: str, thing: str, last: str) -> str:
    """`color` put before the word `last` at the end of `thing`, else before all of it."""
    stem = thing.removesuffix(last).strip()
    return _words(stem, color, last) if thing.endswith(last) else _words(color, thing)


def _with_article(thing: str) -> str:
    """`thing` with "a" or "an", unless it is many or uncounted."""
    if thing.endswith(_UNCOUNTED) or (thing.endswith("s") and not thing.endswith("ss")):
        return thing
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"
