"""`moevatar draw`: a picture without Discord, in one line."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import Settings, options_for
from generation.backends import BACKENDS, TOOLS, create_backend
from generation.backends.base import (
    Backend,
    BadOptions,
    Batch,
    BatchItem,
    ItemFailed,
    ItemFinished,
    ItemProgress,
    Progress,
    Result,
)
from generation.capabilities import Model, check
from generation.errors import DrawingFailed, GenerationError
from generation.lexicon import LANGUAGES
from generation.masks.attached import read_mask
from generation.photo import read_photo
from generation.problems import error_of
from generation.prompt import Reading, read_prompt, shape_said
from generation.prompt_errors import PromptError
from generation.prompts.markup import listed_things
from generation.prompts.wildcards import lists_for, read_lists
from generation.reading.spelling import closest_names
from generation.request import (
    COUNTS,
    DEFAULT_STRENGTH,
    MAX_SEED,
    REPAINT,
    SIZES_PX,
    Draw,
    Output,
    Repaint,
    Request,
    Subject,
    new_seed,
    with_settings,
)
from generation.shapes import SHAPES
from generation.traits import STYLES, Traits
from generation.tuning import read_settings

log = logging.getLogger(__name__)

OK, FAILED, BAD_INPUT = 0, 1, 2
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    ".png": {},
    ".webp": {"format": "WEBP", "lossless": True},
    ".jpg": {"format": "JPEG", "quality": 95},
    ".jpeg": {"format": "JPEG", "quality": 95},
}
"""The ending of a file → how Pillow writes it; PNGs are written as they were drawn."""


_SETTINGS = {"steps": "inference steps", "guidance": "guidance scale", "sampler": "sampler by name"}


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The files that a drawing starts from, read."""

    start: bytes | None
    mask: bytes | None


def add_draw(commands: Any) -> None:
    """Add the subcommand to argparse's subparsers."""
    drawing = commands.add_parser("draw", help="draw without Discord")
    drawing.add_argument("prompt", help="what it should look like, in English or Chinese")
    drawing.add_argument(
        "--backend", choices=[name for name in BACKENDS if name != TOOLS], help="what draws"
    )
    drawing.add_argument("--model", help="which of its models; its first if left out")
    drawing.add_argument("--image", type=Path, help="a photo or picture to start from")
    drawing.add_argument("--mask", type=Path, help="paint only what is transparent in this picture")
    drawing.add_argument("--without", default="", help="what must not be in the picture")
    drawing.add_argument("--strength", type=_percent, help="how far to go from it: 1 to 100")
    for name, meaning in _SETTINGS.items():
        drawing.add_argument(f"--{name}", default="", help=f"{meaning}, within the model's limits")
    drawing.add_argument("--style", choices=(*STYLES, REPAINT))
    drawing.add_argument("--seed", type=_seed, help=f"0 to {MAX_SEED}; random if left out")
    drawing.add_argument("--count", type=int, choices=COUNTS, default=1)
    drawing.add_argument("--shape", choices=SHAPES, help="square if the prompt says no --ar")
    drawing.add_argument("--size", type=int, choices=SIZES_PX, help="what suits the model")
    drawing.add_argument(
        *("-o", "--output"),
        type=_output,
        default=Path("avatar.png"),
        help=f"its ending says the format: {', '.join(_FORMATS)} (avatar.png if left out)",
    )
    drawing.add_argument("--force", action="store_true", help="write over files that are there")
    drawing.add_argument("--json", action="store_true", help="print what was read, as JSON")
    drawing.set_defaults(command=draw)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {MAX_SEED}")
    return int(text)


def _output(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in _FORMATS:
        raise argparse.ArgumentTypeError(f"its name ends in one of {', '.join(_FORMATS)}")
    return path


def _percent(text: str) -> float:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("a strength is a whole number from 1 to 100")
    return int(text) / 100


def draw(arguments: argparse.Namespace, settings: Settings) -> int:
    """Draw a prompt into files, and say or print as JSON what was read."""
    try:
        return _draw(arguments, settings)
    except PromptError as error:
        return _fail(sentence_for(error), BAD_INPUT)
    except GenerationError as error:
        if isinstance(error, DrawingFailed):  # all others are told in full by their sentence
            log.info("Drawing failed", exc_info=error)
        return _fail(sentence_for(error), FAILED)
    except BadOptions as error:
        return _fail(str(error), BAD_INPUT)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}", FAILED)


def _draw(arguments: argparse.Namespace, settings: Settings) -> int:
    name, _, model = settings.backend.partition("/")
    if arguments.backend:
        name, model = arguments.backend, ""
    key = f"{name}/{arguments.model or model}".removesuffix("/")
    files = _names(arguments.output, arguments.count)
    if mistake := _mistake(arguments, files):
        return _fail(mistake, BAD_INPUT)
    seed = new_seed() if arguments.seed is None else arguments.seed
    arguments.seed, arguments.without = seed, listed_things(arguments.without)
    arguments.lists = lists_for(arguments.prompt, read_lists(settings.wildcards_dir), seed)
    reading = read_prompt(arguments.prompt, seed, arguments.without, arguments.lists)
    pictures = _read(arguments.image, arguments.mask)
    started = time.perf_counter()
    backend = create_backend(name, options_for(name, settings))
    drawn = asyncio.run(_generate(backend, key, arguments, reading, pictures))
    seconds = time.perf_counter() - started
    for file, image in zip(files, drawn.images, strict=True):
        file.write_bytes(_encoded(image.png, file))
    if arguments.json:
        print(_report(arguments.prompt, reading, name, seconds, files, drawn))
        return OK
    for file, image in zip(files, drawn.images, strict=True):
        print(f"{file}  (seed {image.seed})")
    if reading.leftover and name == "illustrator":  # a model is given all words
        print(f"not understood: {', '.join(reading.leftover)}")
        if names := closest_names(reading.leftover, LANGUAGES[0].tag):
            print(f"did you mean: {', '.join(names)}")
    return OK


def _report(
    prompt: str, reading: Reading, backend: str, seconds: float, files: list[Path], drawn: Result
) -> str:
    report = {
        "prompt": prompt,
        "traits": reading.traits.to_json(),
        "leftover": list(reading.leftover),
        "backend": backend,
        "seconds": round(seconds, 3),
        "images": [
            {
                "file": str(file),
                "seed": image.seed,
                "traits": image.traits.to_json(),
                "given": dict(image.metadata),
            }
            for file, image in zip(files, drawn.images, strict=True)
        ],
    }
    if drawn.cost_usd is not None:
        report["cost_usd"] = drawn.cost_usd
    # What a console cannot show must still be JSON.
    return json.dumps(report, ensure_ascii=sys.stdout.encoding.lower() != "utf-8", indent=2)


def _fail(sentence: str, status: int) -> int:
    print(f"moevatar draw: {sentence}", file=sys.stderr)
    return status


async def _generate(
    backend: Backend,
    key: str,
    arguments: argparse.Namespace,
    reading: Reading,
    pictures: _Pictures,
) -> Result:
    await backend.open()
    try:
        description = backend.describe()
        model = description.model(key)
        settings = read_settings(
            arguments.steps,
            arguments.guidance,
            arguments.sampler,
            model.capabilities.settings,
            model.title,
        )
        request = _request(arguments, reading, pictures, model)
        request = with_settings(request, settings)
        check(request, model, description.models)
        item = BatchItem(
            id=f"draw-{new_seed()}",
            request=request,
            init_image=pictures.start,
            mask=pictures.mask,
        )
        async with aclosing(backend.run(Batch((item,)))) as events:
            async for event in events:
                match event:
                    case ItemProgress():
                        _show_progress(event.progress)
                    case ItemFinished():
                        return event.result
                    case ItemFailed():
                        raise error_of(event.problem)
                    case _:
                        pass
        raise DrawingFailed(description.name)
    finally:
        await backend.aclose()


def _request(
    arguments: argparse.Namespace,
    reading: Reading,
    pictures: _Pictures,
    model: Model,
) -> Request:
    styled = Traits() if arguments.style in (None, REPAINT) else Traits(style=arguments.style)
    subject = Subject(
        prompt=arguments.prompt,
        traits=reading.traits.merged_with(styled),
        leftover=reading.leftover,
        without=arguments.without,
        lists=arguments.lists,
    )
    can = model.capabilities
    output = Output(
        count=arguments.count,
        seed=arguments.seed,
        size_px=arguments.size or can.sizes_px[0],
        shape=arguments.shape or shape_said(subject, arguments.seed, can.shapes) or can.shapes[0],
    )
    if not pictures.start and arguments.style != REPAINT:
        return Draw(subject=subject, output=output, model=model.key)
    # Nothing is stored here, so that there are no hashes: that there is a picture is enough.
    return Repaint(
        subject=subject,
        output=output,
        model=model.key,
        init_image="file" if pictures.start else None,
        mask="file" if pictures.mask else None,
        strength=arguments.strength or DEFAULT_STRENGTH,
    )


def _show_progress(progress: Progress) -> None:
    """On standard error, where somebody looks; one line that is written over."""
    if sys.stderr.isatty():
        print(f"\r{progress.stage} {progress.done}/{progress.total} ", end="", file=sys.stderr)


def _read(image: Path | None, mask: Path | None) -> _Pictures:
    if image is None:
        return _Pictures(None, None)
    start = read_photo(image.read_bytes())
    return _Pictures(start, mask and read_mask(mask.read_bytes(), start).png)


def _names(output: Path, count: int) -> list[Path]:
    """`output`, or numbered files beside it where there are several pictures."""
    if count == 1:
        return [output]
    return [output.with_stem(f"{output.stem}-{number}") for number in range(1, count + 1)]


def _mistake(arguments: argparse.Namespace, files: list[Path]) -> str:
    """What arguments say against each other or the disk, before anything is drawn or paid for."""
    if arguments.mask and not arguments.image:
        return "--mask is for an --image"
    folder = files[0].parent
    if not folder.is_dir():
        return f"{files[0]}: there is no folder {folder}"
    there = [str(file) for file in files if file.exists()]
    if there and not arguments.force:
        return f"{', '.join(there)} is there already. Name another with -o, or add --force"
    return ""


def _encoded(png: bytes, file: Path) -> bytes:
    """A picture in the format that the name of `file` asks for; JPEGs on white."""
    options = _FORMATS[file.suffix.lower()]
    if not options:
        return png
    from PIL import Image

    written = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        if options["format"] == "JPEG":
            ground = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
        picture.save(written, **options)
    return written.getvalue()


def sentence_for(error: GenerationError) -> str:
    """As the bot says it."""
    from bot.texts import Catalogue
    from bot.user_errors import sentence  # discord.py comes with it, which drawing does not need

    return sentence(error, Catalogue.load().bound(LANGUAGES[0].tag))
