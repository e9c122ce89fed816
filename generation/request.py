"""What somebody asks for, as a closed union: whole, frozen, and told apart by its type.

A reroll is the same request with another seed (`with_seed`). What is stored of one is its kind, the
version of its shape, and its fields (`to_json`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, assert_never, get_args

from generation.prompts.markup import has_choices
from generation.prompts.wildcards import Lists
from generation.shapes import Shape
from generation.traits import Traits

MAX_SEED = 2**31 - 1
"""Seeds fit what every backend takes (a signed 32-bit integer)."""
COUNTS = (1, 2, 3, 4)
SIZES_PX = (256, 512, 768, 1024)
DEFAULT_SIZE_PX = 512
DEFAULT_STRENGTH = 0.6
"""How far a picture goes from what it starts from, where nobody says."""
MASK_STRENGTH = 0.85
"""The same for what a mask opens: what stays is kept by the mask."""
REPAINT = "repaint"
"""The style that starts from the illustrator's figure."""
TOOLS = "tools"
"""The backend, and the model, that works on finished pictures and draws none."""

Rating = Literal["safe", "any"]
"""Fit for everybody, or whatever is asked for."""
VaryStrength = Literal["subtle", "strong"]
VaryOnly = Literal["outfit", "expression", "background"]
RefineHow = Literal["hires", "face"]
REFINE_STRENGTHS: dict[RefineHow, float] = {"hires": 0.33, "face": 0.38}
"""How far a second pass goes from the picture it works on: more and it becomes another one."""
Part = Literal["hair", "eyes", "mouth", "face", "hat", "glasses", "outfit", "background"]
"""What of a picture can be painted anew by itself."""
PARTS: tuple[Part, ...] = get_args(Part)
VARY_STRENGTHS: dict[VaryStrength, float] = {"subtle": 0.45, "strong": 0.65}
"""How far a model goes from the pixels of a picture whose traits nobody knows in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who is drawn: the words as typed, what was read from them, and the words that were not."""

    prompt: str
    traits: Traits
    leftover: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """What is to be left out, as typed beside the words."""
    lists: Lists = ()
    """The operator's lists that the words name, as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """How it is put out: `count` pictures of `shape`, of as many pixels as a square of `size_px`
    has, of the seeds `seed`, `seed + 1`, …, so that any of them can be asked for again by its own
    seed.
    """

    count: int
    seed: int
    size_px: int
    shape: Shape = "square"
    rating: Rating = "safe"
    """For whom: it is the channel's, whoever asked first, and wherever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a model is run, where somebody says so; what is `None` is as the model usually is run."""

    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    """A key of `Adjustable.samplers`."""


AS_USUAL = Settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guides:
    """Pictures to look at beside the words, by the sha256 of stored PNGs; none is painted over."""

    references: tuple[str, ...] = ()
    """Who or what is to be in the picture, in the order in which they were given."""
    pose: str | None = None
    """Whose pose is taken, and nothing else."""


NO_GUIDES = Guides()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Pictures of `subject`, from words, and from pictures that are looked at."""

    subject: Subject
    output: Output
    model: str
    """The key of the model that draws; the name of a backend alone stands for its first."""
    settings: Settings = AS_USUAL
    guides: Guides = NO_GUIDES


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaint:
    """Pictures of `subject` that start from a picture, or a part of one painted anew."""

    subject: Subject
    output: Output
    model: str
    init_image: str | None = None
    """The sha256 of a stored PNG; `None`: the illustrator's figure of `subject`."""
    mask: str | None = None
    """The sha256 of a stored PNG; what is transparent in it is painted anew, the rest is kept."""
    strength: float = DEFAULT_STRENGTH
    """0 (keep everything) to 1 (keep nothing)."""
    part: Part | None = None
    """What `mask` opens of one's own picture, which `init_image` is then, where that is known."""
    settings: Settings = AS_USUAL
    guides: Guides = NO_GUIDES


@dataclass(frozen=True, slots=True, kw_only=True)
class Vary:
    """Variations of one finished picture. `subject` is what was asked for when it was drawn."""

    subject: Subject
    output: Output
    model: str
    image: str
    """The sha256 of the picture."""
    traits: Traits | None = None
    """Everything about the character in it, where that is known: it is drawn anew by these then,
    and otherwise from the pixels.
    """
    strength: VaryStrength = "subtle"
    only: VaryOnly | None = None
    image_seed: int | None = None
    """The seed that drew the picture, where its traits are known: with `only`, hair and head are
    held as they were.
    """
    settings: Settings = AS_USUAL
    guides: Guides = NO_GUIDES
    """What was looked at when it was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyTool:
    """A tool's work on one finished picture, which `output.seed` has drawn."""

    subject: Subject
    output: Output
    tool: str
    """One of `generation.postprocess.TOOLS`."""
    image: str
    """The sha256 of the picture."""
    traits: Traits | None = None
    """Everything about the character in it, where the illustrator drew exactly it."""
    hand: int | None = None
    """The version of the illustrator that did; `None` where none is known."""

    @property
    def model(self) -> str:
        """As of the others."""
        return TOOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Refine:
    """A model's second pass over one finished picture, which `output.seed` has drawn: over all of
    it, enlarged, or over the face alone, which goes back to its place.

    `subject` is what was asked for when it was drawn, with the traits that it shows.
    """

    subject: Subject
    output: Output
    """Its size is that of the picture before the pass: the side of a square of the same area."""
    model: str
    image: str
    """The sha256 of the picture."""
    how: RefineHow
    face: tuple[float, float, float] | None = None
    """Where the face is, to refine it: its square's left, top and side, as shares of the picture's
    shorter side.
    """
    strength: float
    """0 (keep everything) to 1 (keep nothing)."""
    settings: Settings = AS_USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Pictures that go from `subject`, of the seed `output.seed`, to another character."""

    subject: Subject
    output: Output
    model: str
    other: Subject
    other_seed: int


Retouch = ApplyTool | Refine
"""What is done to one finished picture, for its owner."""
Request = Draw | Repaint | Vary | Retouch | Between
R = TypeVar("R", bound=Request)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One picture to draw. What `traits` leaves open is the backend's choice, by `seed`."""

    traits: Traits
    seed: int


def new_seed() -> int:
    """A seed nobody can guess, from 0 to `MAX_SEED`.

    The illustrator gives each of the pictures that it begins another skin, where that is open: of
    four seeds in a row two thirds would give one twice. What a seed draws does not depend on this.
    """
    from generation.illustrator.choose import open_skin

    while True:
        seed = secrets.randbelow(MAX_SEED + 1)
        skins = [open_skin(each) for each in _in_a_row(seed, COUNTS[-1])]
        if len(set(skins)) == len(skins):
            return seed


def _in_a_row(seed: int, count: int) -> list[int]:
    """The seeds of `count` pictures."""
    return [(seed + i) % (MAX_SEED + 1) for i in range(count)]


def with_seed(request: R, seed: int) -> R:
    """The same request with another seed."""
    return replace(request, output=replace(request.output, seed=seed))


def settings_of(request: Request) -> Settings:
    """How a model is to draw `request`; as usual where no model does."""
    return AS_USUAL if isinstance(request, ApplyTool | Between) else request.settings


def with_settings(request: R, settings: Settings) -> R:
    """The same request with other settings, where it has any."""
    if isinstance(request, ApplyTool | Between):
        return request
    return replace(request, settings=settings)


def with_rating(request: R, rating: Rating) -> R:
    """The same request for people of another channel."""
    return replace(request, output=replace(request.output, rating=rating))


def backend_of(model: str) -> str:
    """The name of the backend that a model's key begins with."""
    return model.partition("/")[0]


def candidates(request: Request) -> tuple[Candidate, ...]:
    """The pictures to draw, in order; the same for the same request."""
    output = request.output
    seeds = _in_a_row(output.seed, output.count)
    match request:
        case Vary(traits=Traits() as traits):
            from generation.vary import vary  # brings the illustrator, which not all who ask need

            asked, strength, only = request.subject.traits, request.strength, request.only
            varied = (vary(traits, asked, seed, strength=strength, only=only) for seed in seeds)
            if only is not None and request.image_seed is not None:
                return tuple(Candidate(some, request.image_seed) for some in varied)
            return tuple(Candidate(some, seed) for some, seed in zip(varied, seeds, strict=True))
        case ApplyTool(traits=Traits() as traits):
            return tuple(Candidate(traits, seed) for seed in seeds)
        case Refine():
            return tuple(Candidate(request.subject.traits, seed) for seed in seeds)
        case Between():
            return _steps(request)
        case Draw() | Repaint() | Vary() | ApplyTool():
            return tuple(Candidate(_traits(request, seed), seed) for seed in seeds)
        case _:
            assert_never(request)


def _steps(request: Between) -> tuple[Candidate, ...]:
    """The seed, which gives what no trait names, turns over in the middle."""
    from generation.between import between
    from generation.illustrator import complete

    ends = ((request.subject, request.output.seed), (request.other, request.other_seed))
    seeds = [seed for _, seed in ends]
    one, other = (complete(subject.traits, seed) for subject, seed in ends)
    steps = between(one, other, request.output.count)
    half = request.output.count / 2
    return tuple(Candidate(t, seeds[place >= half]) for place, t in enumerate(steps))


def _traits(request: Request, seed: int) -> Traits:
    """What is asked for with that seed: choices in the words may fall another way."""
    subject = request.subject
    if not has_choices(subject.prompt, subject.lists):
        return subject.traits
    # brings the reader, which not all who ask need
    from generation.prompt import chosen_style, read_prompt

    said = read_prompt(subject.prompt, seed, subject.without, subject.lists).traits
    return replace(said, style=chosen_style(subject, request.output.seed) or said.style)


def guides_of(request: Request) -> Guides:
    """What is looked at beside the words."""
    match request:
        case Draw() | Repaint() | Vary():
            return request.guides
        case ApplyTool() | Refine() | Between():
            return NO_GUIDES
        case _:
            assert_never(request)


def starts_from_figure(request: Request) -> bool:
    """Whether the illustrator's figure is what a model starts from."""
    return isinstance(request, Repaint) and request.init_image is None
