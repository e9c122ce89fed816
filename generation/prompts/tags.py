"""What our vocabulary is called by models that were taught with booru tags, and in plain English.

Where a value has several tags, the first is the one that takes a colour.
"""

from __future__ import annotations

from collections.abc import Mapping

ALWAYS = ("solo", "chibi", "looking at viewer")
FRAMING = "upper body"
OTHER_FRAMINGS: Mapping[str, tuple[str, ...]] = {
    "full body": ("full body", "full-body", "whole body", "全身"),
    "close-up": ("close-up", "close up", "closeup", "特写", "特寫"),
}
"""A framing that is not the usual one → the words of a prompt that ask for it."""

TAGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "gender": {
        "feminine": ("1girl",),
        "masculine": ("1boy",),
        "neutral": ("1other", "androgynous"),
    },
    "age": {"child": ("child",), "teen": ("teenage",), "adult": ("adult",)},
    "hair_style": {
        "short hair": ("short hair",),
        "pixie cut": ("pixie cut", "very short hair"),
        "bob cut": ("bob cut", "short hair"),
        "messy hair": ("messy hair",),
        "spiky hair": ("spiked hair",),
        "curly hair": ("curly hair",),
        "afro": ("afro",),
        "side part": ("hair parted to the side", "short hair"),
        "undercut": ("undercut",),
        "buzz cut": ("buzz cut", "very short hair"),
        "wolf cut": ("wolf cut", "layered hair"),
        "long straight hair": ("long hair", "straight hair"),
        "long wavy hair": ("long hair", "wavy hair"),
        "hime cut": ("hime cut", "long hair"),
        "twin tails": ("twintails",),
        "low twin tails": ("low twintails",),
        "ponytail": ("ponytail",),
        "side ponytail": ("side ponytail",),
        "braids": ("twin braids",),
        "side braid": ("side braid",),
        "double buns": ("double bun",),
        "bun": ("single hair bun",),
        "drill hair": ("twin drills", "drill hair"),
    },
    "bangs": {
        "straight": ("blunt bangs",),
        "swept": ("swept bangs",),
        "parted": ("parted bangs",),
        "spiky": ("choppy bangs",),
        "between eyes": ("hair between eyes",),
        "fluffy": ("wispy bangs",),
        "none": ("forehead",),
    },
    "eye_shape": {
        "round": ("round eyes", "big eyes"),
        "sharp": ("tsurime",),
        "droopy": ("tareme",),
        "almond": ("almond-shaped eyes",),
        "cat": ("slit pupils",),
        "narrow": ("narrowed eyes",),
    },
    "expression": {
        "neutral": ("expressionless",),
        "happy": ("smile",),
        "laughing": ("laughing", "open mouth", "closed eyes"),
        "grinning": ("grin",),
        "sad": ("sad", "frown"),
        "crying": ("crying", "tears"),
        "angry": ("angry", "v-shaped eyebrows"),
        "surprised": ("surprised", "open mouth"),
        "shocked": ("shocked", "wide-eyed"),
        "shy": ("shy", "embarrassed"),
        "smug": ("smug",),
        "sleepy": ("sleepy", "half-closed eyes"),
        "winking": ("one eye closed", "wink"),
        "love": ("heart-shaped pupils",),
        "confused": ("confused",),
        "serious": ("serious",),
    },
    "skin": {
        "porcelain": ("pale skin",),
        "fair": ("fair skin",),
        "light": ("light skin",),
        "honey": ("olive skin",),
        "tan": ("tan",),
        "bronze": ("tanned skin",),
        "brown": ("brown skin", "dark skin"),
        "deep": ("very dark skin", "dark skin"),
    },
    "marks": {
        "freckles": ("freckles",),
        "blush": ("blush",),
        "fang": ("fang",),
        "scar": ("scar on face",),
        "beard": ("beard",),
        "mustache": ("mustache",),
        "beauty mark": ("mole under eye",),
        "bandage": ("bandaid on face",),
    },
    "outfit": {
        "sailor uniform": ("serafuku", "sailor collar"),
        "hoodie": ("hoodie",),
        "school blazer": ("blazer", "school uniform"),
        "maid dress": ("maid", "maid apron"),
        "kimono": ("kimono",),
        "t-shirt": ("t-shirt",),
        "turtleneck sweater": ("turtleneck sweater",),
        "overalls": ("overalls",),
        "suit": ("suit", "formal"),
        "cape": ("cape",),
        "qipao": ("china dress",),
        "hanfu": ("hanfu",),
        "summer dress": ("sundress",),
        "bomber jacket": ("bomber jacket",),
        "armor": ("armor",),
        "wizard robe": ("robe",),
        "pajamas": ("pajamas",),
        "jersey": ("track jacket",),
    },
    "accessories": {
        "beret": ("beret",),
        "witch hat": ("witch hat",),
        "crown": ("crown",),
        "tiara": ("tiara",),
        "cap": ("baseball cap",),
        "straw hat": ("straw hat",),
        "beanie": ("beanie",),
        "top hat": ("top hat",),
        "cat ears": ("cat ears",),
        "dog ears": ("dog ears",),
        "fox ears": ("fox ears",),
        "bunny ears": ("rabbit ears",),
        "bear ears": ("bear ears",),
        "mouse ears": ("mouse ears",),
        "elf ears": ("pointy ears",),
        "earrings": ("earrings",),
        "headphones": ("headphones",),
        "horns": ("horns",),
        "halo": ("halo",),
        "ribbon": ("hair ribbon",),
        "flower": ("hair flower",),
        "hairclip": ("hairclip",),
        "headband": ("hairband",),
        "round glasses": ("round eyewear", "glasses"),
        "square glasses": ("rectangular eyewear", "glasses"),
        "sunglasses": ("sunglasses",),
        "eyepatch": ("eyepatch",),
        "mask": ("mouth mask",),
        "scarf": ("scarf",),
        "choker": ("choker",),
        "necklace": ("necklace",),
        "bell collar": ("neck bell", "collar"),
    },
    "background": {
        "plain": ("simple background",),
        "gradient": ("gradient background",),
        "dots": ("polka dot background",),
        "stripes": ("striped background",),
        "hearts": ("heart background",),
        "stars": ("starry background",),
        "sunburst": ("sunburst background",),
        "circle": ("round background", "simple background"),
        "checks": ("checkered background",),
        "bubbles": ("bubble background",),
        "clouds": ("sky", "clouds"),
        "sakura": ("cherry blossoms", "falling petals"),
        "night sky": ("night sky", "starry sky"),
        "transparent": ("simple background", "white background"),
    },
    "style": {
        "bold": ("bold outlines", "flat color"),
        "soft": ("pastel colors", "soft shading"),
        "sketch": ("sketch", "pencil drawing"),
        "pixel": ("pixel art",),
        "sticker": ("sticker", "white outline"),
    },
}
"""Trait → value → its tags."""

BIG_HEAD = ("big head",)
BIG_HEAD_FROM = 70
"""The chibiness from which a head is bigger than the word "chibi" alone makes it."""
NO_ACCESSORIES = ("hat", "glasses", "hair ornament", "jewelry")
"""What is ruled out where a character is settled to wear nothing beside the outfit."""

COLOR_WORDS: Mapping[str, str] = {
    "charcoal": "dark grey",
    "gray": "grey",
    "chestnut": "reddish brown",
    "caramel": "light brown",
    "platinum": "platinum blonde",
    "ginger": "orange",
    "wine": "dark red",
    "maroon": "dark red",
    "lavender": "light purple",
    "navy": "dark blue",
    "mint": "light green",
    "cyan": "aqua",
}
"""Colours that go by another name among tags; the others keep theirs."""
THING_COLORS: Mapping[str, str] = {"blonde": "yellow", "platinum": "pale yellow"}
"""What the colours of hair alone are called on anything else."""

STYLE_SENTENCES: Mapping[str, str] = {
    "bold": "Drawn with bold clean outlines and flat colours.",
    "soft": "Drawn in soft pastel colours with thin lines.",
    "sketch": "Drawn as a hand-made pencil sketch.",
    "pixel": "Drawn as pixel art.",
    "sticker": "Drawn as a die-cut sticker with a white outline.",
}
