"""What the documents say of the code is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("CONTRIBUTING.md", "docs/architecture.md")
CODE = ("bot", "cogs", "generation", "migrations", "playground", "tests")


@pytest.fixture(scope="module")
def code() -> str:
    paths = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    return "\n".join(path.read_text("utf-8") for path in paths)


def named(document: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", (ROOT / document).read_text("utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_it_names_exists(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    paths = [name for name in named(document) if re.fullmatch(r"\.?\w[\w./-]*/[\w./-]*", name)]
    paths += [name for name in named(document) if re.fullmatch(r"[\w.-]+\.(py|md|toml|txt)", name)]

    missing = [path for path in paths if not (ROOT / path).exists()]
    missing += [path for path in linked if not ((ROOT / document).parent / path).exists()]

    assert missing == []
    assert len(paths) > 20


def test_every_part_that_the_illustrators_document_names_exists() -> None:
    parts = ROOT / "generation" / "illustrator"
    names = [name for name in named("docs/illustrator.md") if re.fullmatch(r"\w+(\.py|/)", name)]

    assert [name for name in names if not (parts / name).exists()] == []
    assert len(names) > 10


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_and_method_it_names_exists(document: str, code: str) -> None:
    tests = [name for name in named(document) if re.fullmatch(r"test_\w+", name)]
    methods = [name for name in named(document) if re.fullmatch(r"[A-Z][a-z]\w+\.[a-z]\w*", name)]

    missing = [test for test in tests if f"def {test}(" not in code]
    for method in methods:
        owner, _, name = method.partition(".")
        if f"class {owner}" not in code or f"def {name}(" not in code:
            missing.append(method)

    assert missing == []
    assert len(tests + methods) > 5
