"""Chinese descriptions of a character, in either script."""

from __future__ import annotations

from generation.lexicon.speaker import Speaker

_SHORT = tuple("黑灰银棕金黄橙红粉紫蓝青绿銀黃紅藍綠")
"""Colours that stand before 发 and 眼 without 色; 白眼 would be a scornful look."""


class Chinese(Speaker):
    """Says in Chinese what a character looks like."""

    __slots__ = ()

    def hair(self) -> str:
        """Style and colours: "银色双马尾，粉色发尾"."""
        styled = self.name("hair_color") + self.name("hair_style")
        return "，".join(filter(None, (styled, self._tips())))

    def eyes(self) -> str:
        """Shape and colours: "下垂眼，蓝色"."""
        return "，".join(filter(None, (self.name("eye_shape"), self.joined(self.eye_colors()))))

    def outfit(self) -> str:
        """The outfit in its colour: "藏青色水手服"."""
        return self.name("outfit_color") + self.name("outfit")

    def accessories(self) -> str:
        """What is worn: "红色蝴蝶结", "猫耳、蝴蝶结（红色）"."""
        plain, colored = self.accessory_names()
        color = self.name("accessory_color")
        if len(colored) == 1:
            colored = [color + colored[0]]
        elif colored and color:
            colored[-1] += f"（{color}）"
        return self.joined([*plain, *colored])

    def background(self) -> str:
        """The background in its colour: "粉色波点背景"."""
        return self.name("background_color") + self.name("background")

    def joined(self, names: list[str]) -> str:
        """`names` with the mark for lists between them."""
        return "、".join(names)

    def sentence(self) -> str:
        """Everything in one line, what describes the person before the noun."""
        expression, marks = self.name("expression"), self.joined(self.names("marks"))
        described = self._haired() + self._eyed()
        person = (f"{expression}的" if expression else "") + described + self.person()
        parts = [
            person,
            self._tips(),
            self.name("skin"),
            marks,
            self._said("wearing", self.outfit() if self.traits.outfit else ""),
            self._said("dressed", "" if self.traits.outfit else self.outfit()),
            self.accessories(),
            self._surrounded(),
        ]
        return "，".join(filter(None, parts))

    def _haired(self) -> str:
        if self.traits.hair_style:
            return self.name("hair_color") + self.name("hair_style")
        return self._said("haired", _short(self.name("hair_color")))

    def _eyed(self) -> str:
        colors = [_short(color) for color in self.eye_colors()]
        return self._said("odd_eyed" if len(colors) > 1 else "eyed", self.joined(colors))

    def _tips(self) -> str:
        return self._said("tipped", self.tips_color())

    def _surrounded(self) -> str:
        return (
            self.background() if self.traits.background else self._said("behind", self.background())
        )

    def _said(self, phrase: str, what: str) -> str:
        """`what` in the phrase of that name, or nothing."""
        return self.words.phrase(phrase).format(what=what) if what else ""


def _short(color: str) -> str:
    bare = color.removesuffix("色")
    return bare if bare in _SHORT else color
