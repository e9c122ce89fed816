"""What a language must be able to say about a character; one subclass a language."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from generation.lexicon.loader import Words
from generation.traits import Traits


@dataclass(frozen=True, slots=True)
class Speaker(ABC):
    """Phrases about `traits` in one language. A phrase is empty when nothing of it is settled."""

    traits: Traits
    words: Words

    @abstractmethod
    def hair(self) -> str:
        """Style and colours of the hair."""

    @abstractmethod
    def eyes(self) -> str:
        """Shape and colours of the eyes."""

    @abstractmethod
    def outfit(self) -> str:
        """The outfit in its colour."""

    @abstractmethod
    def accessories(self) -> str:
        """What is worn beside the outfit, in its colour."""

    @abstractmethod
    def background(self) -> str:
        """The background in its colour."""

    @abstractmethod
    def joined(self, names: list[str]) -> str:
        """`names` as a list in running text."""

    @abstractmethod
    def sentence(self) -> str:
        """Everything in one line, the person first."""

    def name(self, trait: str) -> str:
        """Display name of the value of `trait`, "" where it is open."""
        value = getattr(self.traits, trait)
        return "" if value is None else self.words.value(trait, str(value))

    def names(self, trait: str) -> list[str]:
        """Display names of the values of a trait that has many."""
        return [self.words.value(trait, value) for value in getattr(self.traits, trait) or ()]

    def accessory_names(self) -> tuple[list[str], list[str]]:
        """Display names of the accessories: those without the accessory colour, those in it."""
        in_color = self.traits.accessories_in_color()
        plain: list[str] = []
        colored: list[str] = []
        for value in self.traits.accessories or ():
            name = self.words.value("accessories", value)
            (colored if value in in_color else plain).append(name)
        return plain, colored

    def tips_color(self) -> str:
        """The second colour of two-tone hair."""
        one_color = self.traits.hair_tips_color == self.traits.hair_color
        return "" if one_color else self.name("hair_tips_color")

    def eye_colors(self) -> list[str]:
        """The colours of both eyes, one where they are alike."""
        return list(
            dict.fromkeys(filter(None, (self.name("eye_color"), self.name("left_eye_color"))))
        )

    def person(self) -> str:
        """The noun for the person, by age and gender."""
        kind = "_".join(filter(None, (self.traits.age, self.traits.gender)))
        return self.words.phrase(kind or "anyone")

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(label, value) pairs of the traits that are settled; see `trait_lines`."""
        traits = self.traits
        lines = (
            ("gender" if traits.gender else "age", self._aged()),
            ("expression", self.name("expression")),
            ("hair_style" if traits.hair_style else "hair_color", self.hair()),
            ("bangs", self.name("bangs")),
            ("eye_color" if self.eye_colors() else "eye_shape", self.eyes()),
            ("skin", self.name("skin")),
            ("marks", self._many("marks")),
            ("outfit" if traits.outfit else "outfit_color", self.outfit()),
            ("accessories", self.accessories() or self._many("accessories")),
            ("accessory_color", "" if traits.accessories else self.name("accessory_color")),
            ("without", self.joined(self.names("without"))),
            ("background" if traits.background else "background_color", self.background()),
            ("chibiness", self.name("chibiness")),
            ("style", self.name("style")),
        )
        return tuple((self.words.label(trait), value) for trait, value in lines if value)

    def _aged(self) -> str:
        return self.person() if self.traits.gender or self.traits.age else ""

    def _many(self, trait: str) -> str:
        """The values of `trait`, or the word for none where there are settled to be none."""
        none = getattr(self.traits, trait) == ()
        return self.words.label("none") if none else self.joined(self.names(trait))
