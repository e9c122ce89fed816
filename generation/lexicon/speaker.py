"""What a language must be able to say about a character; one subclass a language."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from generation.lexicon.labels import language, trait_label, value_label
from generation.traits import Traits


@dataclass(frozen=True, slots=True)
class Speaker(ABC):
    """Phrases about `traits` in one language. A phrase is empty when nothing of it is settled."""

    traits: Traits
    locale: str

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
        return "" if value is None else value_label(trait, str(value), self.locale)

    def names(self, trait: str) -> list[str]:
        """Display names of the values of a trait that has many."""
        return [
            value_label(trait, value, self.locale) for value in getattr(self.traits, trait) or ()
        ]

    def accessory_names(self) -> tuple[list[str], list[str]]:
        """Display names of the accessories: those without the accessory colour, those in it."""
        in_color = self.traits.accessories_in_color()
        plain: list[str] = []
        colored: list[str] = []
        for value in self.traits.accessories or ():
            name = value_label("accessories", value, self.locale)
            (colored if value in in_color else plain).append(name)
        return plain, colored

    def label(self, trait: str) -> str:
        """Display name of `trait`."""
        return trait_label(trait, self.locale)

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
        return language(self.locale).phrase(kind or "anyone")
