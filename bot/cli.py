"""The subcommands of `moevatar`; each takes the arguments and the settings and returns a status."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path

from bot.settings import ENV_PREFIX, Settings
from generation.backends import BACKENDS, create_backend
from generation.backends.base import GeneratedImage
from generation.errors import BackendError, PromptError, PromptTooLong
from generation.prompt import Reading, read_prompt
from generation.request import COUNTS, DEFAULT_SIZE_PX, MAX_SEED, SIZES_PX, AvatarRequest, new_seed

log = logging.getLogger(__name__)

OK, FAILED, BAD_INPUT = 0, 1, 2


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """The arguments; `command` is the function to call. Exits with 2 on what it cannot read."""
    parser = argparse.ArgumentParser(
        prog="moevatar", description="A chibi avatar for every member of a Discord server."
    )
    parser.set_defaults(command=run)
    commands = parser.add_subparsers(metavar="COMMAND")
    commands.add_parser(
        "run", help="run the bot: on Discord with a token, else in the playground (the default)"
    ).set_defaults(command=run)
    drawing = commands.add_parser("draw", help="draw without Discord")
    drawing.add_argument("prompt", help="what it should look like, in English or Chinese")
    drawing.add_argument("--backend", choices=tuple(BACKENDS), help="what draws")
    drawing.add_argument("--seed", type=_seed, help=f"0 to {MAX_SEED}; random if left out")
    drawing.add_argument("--count", type=int, choices=COUNTS, default=1)
    drawing.add_argument("--size", type=int, choices=SIZES_PX, default=DEFAULT_SIZE_PX)
    drawing.add_argument("-o", "--output", type=Path, default=Path("avatar.png"))
    drawing.add_argument("--json", action="store_true", help="print what was read, as JSON")
    drawing.set_defaults(command=draw)
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(
        command=migrate
    )
    return parser.parse_args(argv)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {MAX_SEED}")
    return int(text)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run the bot, where the settings say."""
    if settings.discord_token is None:
        return _run_in_playground(settings)
    from bot.running import run_on_discord  # discord.py is imported where it is needed alone

    return run_on_discord(settings, settings.discord_token.get_secret_value())


def _run_in_playground(settings: Settings) -> int:
    """Become the playground, which starts this program again with a token of its own."""
    greeting = (
        f"Moevatar runs in the playground, since {ENV_PREFIX}DISCORD_TOKEN is not set. Open {{url}}"
    )
    command = [
        *(sys.executable, "-m", "playground"),
        *("--port", str(settings.playground_port)),
        *("--data", str(settings.data_dir / "playground")),
        *("--token-env", f"{ENV_PREFIX}DISCORD_TOKEN", "--url-env", f"{ENV_PREFIX}DISCORD_URL"),
        *("--greeting", greeting, "--open"),
        *("--", sys.executable, "-m", "bot"),
    ]
    os.execv(sys.executable, command)


def draw(arguments: argparse.Namespace, settings: Settings) -> int:
    """Draw a prompt into files, and say or print as JSON what was read."""
    backend = arguments.backend or settings.backend
    try:
        reading = read_prompt(arguments.prompt)
        started = time.perf_counter()
        images = asyncio.run(_generate(backend, _request(arguments, reading)))
        seconds = time.perf_counter() - started
        files = _write(images, arguments.output)
    except PromptError as error:
        return _fail(_in_words(error), BAD_INPUT)
    except BackendError as error:
        log.error("Drawing failed", exc_info=error)
        return _fail(str(error), FAILED)
    except OSError as error:
        return _fail(str(error), FAILED)
    if arguments.json:
        print(_report(arguments.prompt, reading, backend, seconds, files, images))
    else:
        for file, image in zip(files, images, strict=True):
            print(f"{file}  (seed {image.seed})")
    return OK


def _report(
    prompt: str,
    reading: Reading,
    backend: str,
    seconds: float,
    files: list[Path],
    images: tuple[GeneratedImage, ...],
) -> str:
    report = {
        "prompt": prompt,
        "traits": reading.traits.to_json(),
        "leftover": list(reading.leftover),
        "backend": backend,
        "seconds": round(seconds, 3),
        "images": [
            {"file": str(file), "seed": image.seed, "traits": image.traits.to_json()}
            for file, image in zip(files, images, strict=True)
        ],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _fail(sentence: str, status: int) -> int:
    print(f"moevatar draw: {sentence}", file=sys.stderr)
    return status


def _request(arguments: argparse.Namespace, reading: Reading) -> AvatarRequest:
    return AvatarRequest(
        prompt=arguments.prompt,
        traits=reading.traits,
        leftover=reading.leftover,
        count=arguments.count,
        seed=new_seed() if arguments.seed is None else arguments.seed,
        size_px=arguments.size,
    )


async def _generate(backend_name: str, request: AvatarRequest) -> tuple[GeneratedImage, ...]:
    backend = create_backend(backend_name)
    try:
        return await backend.generate(request, lambda progress: None)
    finally:
        await backend.aclose()


def _write(images: tuple[GeneratedImage, ...], output: Path) -> list[Path]:
    """Write the pictures: to `output`, or numbered beside it where there are several."""
    names = (
        [output]
        if len(images) == 1
        else [output.with_stem(f"{output.stem}-{number}") for number in range(1, len(images) + 1)]
    )
    for name, image in zip(names, images, strict=True):
        name.write_bytes(image.png)
    return names


def _in_words(error: PromptError) -> str:
    if isinstance(error, PromptTooLong):
        return f"the prompt has {error.length} characters; at most {error.limit} are read"
    return "the prompt is empty. Say a few words, such as: silver hair, cat ears, smiling"


def migrate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring the database up to date."""
    from bot.running import migrate_database

    return migrate_database(settings)
