"""What a feeling does to the face: gaze, brows, mouth and the mark that floats beside the head."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gaze:
    """How one eye is held. `open` 1 is at rest; `aside` and `down` move the iris, in units."""

    kind: str = "open"
    """open, heart, smiling (shut, curved up), shut (curved down) or squeezed (a wink)."""
    open: float = 1.0
    squint: float = 0.0
    iris: float = 1.0
    aside: float = 0.0
    down: float = 0.0
    slant: float = 0.0
    """How far the inner half of the lid comes down, in units; up where negative."""
    droop: float = 0.0
    """How far the outer corner sinks, from 0 to 1."""
    dull: bool = False
    teary: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """One feeling. `brow` is the brow on the viewer's left; `mouth` and `mark` name drawings."""

    left_gaze: Gaze
    right_gaze: Gaze
    brow: str
    mouth: str
    mark: str | None = None
    right_brow: str | None = None
    """The other brow as if it were the left one, where the two differ."""


def _both(gaze: Gaze, brow: str, mouth: str, mark: str | None = None) -> Expression:
    return Expression(gaze, gaze, brow, mouth, mark)


_CALM = "M83,108 Q95,101 110,106"
_WORRIED = "M82,113 Q94,105 110,102"
_RAISED = "M84,100 Q96,91 110,96"
_FROWN = "M82,103 Q96,107 111,115"

EXPRESSIONS: dict[str, Expression] = {
    "neutral": _both(Gaze(), _CALM, "smile"),
    "happy": _both(Gaze(), "M83,106 Q95,98 110,104", "open smile", "sparkles"),
    "laughing": _both(Gaze("smiling"), "M83,105 Q95,97 110,103", "laugh", "sparkles"),
    "grinning": _both(Gaze(squint=0.25), "M83,107 Q95,99 110,106", "grin"),
    "sad": _both(Gaze(open=0.88, teary=True, down=1.5, slant=-4), _WORRIED, "frown", "tear"),
    "crying": _both(Gaze("shut"), _WORRIED, "wail", "streams"),
    "angry": _both(Gaze(open=0.86, iris=0.92, slant=8), "M82,102 L111,117", "snarl", "vein"),
    "surprised": _both(Gaze(open=1.1, iris=0.86), _RAISED, "oh", "dashes"),
    "shocked": _both(Gaze(open=1.14, iris=0.5), "M84,98 Q98,90 111,97", "gasp", "gloom"),
    "shy": _both(Gaze(open=0.9, aside=3.5, down=2, teary=True), _WORRIED, "wobble", "drop"),
    "smug": Expression(
        Gaze(open=0.5, aside=3.0, squint=0.15),
        Gaze(open=0.5, aside=-3.0, squint=0.15),
        "M83,110 Q96,108 110,113",
        "cat",
        right_brow="M83,101 Q95,94 110,104",
    ),
    "sleepy": _both(
        Gaze(open=0.18, dull=True, down=3, droop=1), "M82,109 Q95,101 110,103", "yawn", "zzz"
    ),
    "winking": Expression(Gaze(), Gaze("squeezed"), _CALM, "tongue"),
    "love": _both(Gaze("heart"), "M83,106 Q95,98 110,104", "open smile", "hearts"),
    "confused": Expression(
        Gaze(iris=0.9), Gaze(open=0.78, iris=0.84), _RAISED, "skew", "question", right_brow=_FROWN
    ),
    "serious": _both(Gaze(open=0.72, slant=3), "M82,106 Q96,107 111,112", "firm"),
}
