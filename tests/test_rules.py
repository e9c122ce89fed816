"""Rules over all our code, including code that is not written yet."""

import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import bot
import cogs
import generation
import playground

ROOT = Path(__file__).parents[1]
TEXTS = (".md", ".py", ".po", ".toml", ".sh")
HEAVY = ("torch", "diffusers", "transformers", "openai", "pyvips")


def modules() -> list[str]:
    names = [
        module.name
        for package in (bot, cogs, generation, playground)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not module.name.endswith("__main__")
    ]
    assert len(names) > 60
    return names


def run(code: str, folder: Path) -> str:
    """What `code` prints in a fresh interpreter with an empty environment."""
    finished = subprocess.run(  # a child is the point: nothing is imported there yet
        [sys.executable, "-W", "ignore", "-c", code],
        env={"PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout


def test_nothing_happens_at_import(tmp_path: Path) -> None:
    """No module wants an environment, opens a file or prints."""
    code = "import importlib\n" + "\n".join(
        f"importlib.import_module({name!r})" for name in modules()
    )

    assert run(code, tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_nothing_heavy_is_imported_with_the_bot(tmp_path: Path) -> None:
    code = (
        "import sys, bot.app, cogs.extension\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    assert run(code, tmp_path).strip() == "[]"


def test_the_playground_imports_no_code_of_the_bot(tmp_path: Path) -> None:
    code = (
        "import sys, playground.__main__\n"
        "print([n for n in ('bot', 'cogs', 'generation', 'discord') if n in sys.modules])"
    )

    assert run(code, tmp_path).strip() == "[]"


def test_every_action_on_a_message_has_somebody_who_answers_it() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "cogs").rglob("*.py"))
    answered = re.findall(r'^    @action\("([a-z-]+)"', source, re.MULTILINE)
    shown = set(re.findall(r'[( ](?:act|carrying|reopening)\(\s*"([a-z-]+)"', source))
    shown |= set(re.findall(r'\("([a-z-]+)", "[^\w\s"]+"\)', source))  # a name and its emoji
    shown |= set(re.findall(r'_image_row\("([a-z-]+)"', source))

    assert len(answered) == len(set(answered))
    assert shown == set(answered)
    assert len(answered) > 10


def test_no_module_has_more_than_four_hundred_lines() -> None:
    sources = [
        p
        for name in ("bot", "cogs", "generation", "playground")
        for p in (ROOT / name).rglob("*.py")
    ]

    assert [path.name for path in sources if len(path.read_text("utf-8").splitlines()) > 400] == []
    assert len(sources) > 60


def test_every_make_target_that_is_named_anywhere_exists() -> None:
    files = [ROOT / ".env.example", ROOT / ".ci" / "run", *ROOT.glob("*.md")]
    for folder in ("docs", "scripts", "bot", "cogs", "generation", "playground", "benchmarks"):
        files += [p for p in (ROOT / folder).rglob("*") if p.suffix in TEXTS]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    named = {
        found: path.name
        for path in files
        for found in re.findall(
            r"(?:`|^ *|: )make ([a-z-]+)(?=`| PYTHON| +#|$)", path.read_text("utf-8"), re.M
        )
    }

    assert {target: file for target, file in named.items() if target not in targets} == {}
    assert {"start", "test", "check", "diffusion", "sheet"} <= set(named)


def test_without_the_extra_diffusion_its_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    code = (
        "import sys, pytest\n"
        "sys.modules.update(dict.fromkeys(['torch', 'diffusers', 'transformers', 'peft']))\n"
        "sys.exit(pytest.main(['--collect-only', '-q', '-rs', '-p', 'no:cacheprovider',\n"
        "    'tests/generation/backends', 'tests/generation/test_ranking.py', 'tests/e2e']))"
    )

    said = run(code, ROOT)

    assert re.search(r"SKIPPED \[[12]\d\] .*needs the extra `diffusion`: make diffusion", said)
