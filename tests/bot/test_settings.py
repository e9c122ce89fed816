"""Settings: typed, strict, and explained when wrong."""

import re
from pathlib import Path

import pytest

from bot.settings import ENV_PREFIX, BadSetting, Settings, read_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env` and no settings of the machine's own."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(ENV_PREFIX + name.upper(), raising=False)


def test_everything_has_a_default() -> None:
    settings = read_settings({})

    assert settings.discord_token is None
    assert settings.backend == "illustrator"


def test_an_empty_line_in_the_env_file_means_the_default(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MOEVATAR_DISCORD_TOKEN=\nMOEVATAR_OPEN_JOBS=\n")

    settings = read_settings({})

    assert settings.discord_token is None
    assert settings.open_jobs == 3


def test_a_token_does_not_show_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOEVATAR_DISCORD_TOKEN", "very-secret")

    assert "very-secret" not in repr(read_settings({}))


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("MOEVATAR_BACKEND", "dall-e-3", "illustrator"),
        ("MOEVATAR_OPEN_JOBS", "0", "greater than or equal to 1"),
        ("MOEVATAR_OPEN_JOBS", "many", "valid integer"),
        ("MOEVATAR_LOG_LEVEL", "LOUD", "DEBUG"),
        ("MOEVATAR_PLAYGROUND_PORT", "70000", "65535"),
        ("MOEVATAR_DISCORD_URL", "https://example.org", "127.0.0.1"),
        ("MOEVATAR_DISCORD_URL", "http://127.0.0.1.example.org", "127.0.0.1"),
    ],
)
def test_a_bad_setting_names_itself_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=f"{name}.*{re.escape(allowed)}"):
        read_settings({})


def test_a_bad_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOEVATAR_BACKEND", "secret-in-the-wrong-line")

    with pytest.raises(BadSetting) as caught:
        read_settings({})

    assert "secret-in-the-wrong-line" not in str(caught.value)


def test_a_misspelt_name_in_the_environment_stops_the_start() -> None:
    with pytest.raises(BadSetting, match=r"MOEVATAR_TOKEN is not a setting.*DISCORD_TOKEN"):
        read_settings({"MOEVATAR_TOKEN": "x"})


def test_a_misspelt_name_in_the_env_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MOEVATAR_DISCORD_TOKNE=x\n")

    with pytest.raises(BadSetting, match=r"MOEVATAR_DISCORD_TOKNE is not a setting"):
        read_settings({})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("MOEVATAR_OPEN_JOBS=7\n".encode("utf-16"), ".env looks like UTF-16"),
        ("MOEVATAR_OPEN_JOBS=7\n".encode("utf-16-le"), ".env looks like UTF-16"),
        ("# 我的机器人\nMOEVATAR_OPEN_JOBS=7\n".encode("gbk"), ".env, line 1, is not UTF-8"),
        (
            "\nMOEVATAR_DATA_DIR=dépôt\n".encode("latin-1"),
            ".env, line 2 (MOEVATAR_DATA_DIR), is not UTF-8",
        ),
    ],
    ids=["utf-16", "utf-16 without its mark", "gbk", "latin-1"],
)
def test_an_env_file_in_another_encoding_is_named(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(BadSetting) as caught:
        read_settings({})

    assert told in str(caught.value)
    assert "Save" in str(caught.value)


def test_an_env_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MOEVATAR_OPEN_JOBS=7\n", "utf-8-sig")

    assert read_settings({}).open_jobs == 7


def test_a_folder_in_place_of_the_env_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    with pytest.raises(BadSetting, match=r"\.env is a folder"):
        read_settings({})


def test_an_env_file_that_cannot_be_read_is_named_in_words(tmp_path: Path) -> None:
    (tmp_path / ".env").symlink_to(".env")

    with pytest.raises(BadSetting, match=r"\.env cannot be read: [A-Z]") as caught:
        read_settings({})

    assert "Errno" not in str(caught.value)


@pytest.mark.parametrize("name", ["DATA_DIR", "MODELS_FILE", "MODEL_CACHE_DIR", "CLIP_FOLDER"])
def test_a_tilde_is_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(f"MOEVATAR_{name}", "~/kept")

    assert getattr(read_settings({}), name.lower()) == tmp_path / "kept"


def test_somebody_who_has_no_home_here_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOEVATAR_DATA_DIR", "~nobody-of-this-name/data")

    with pytest.raises(BadSetting, match=r"MOEVATAR_DATA_DIR: nobody here has such a home"):
        read_settings({})


def test_blanks_around_a_key_are_not_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOEVATAR_OPENAI_API_KEY", " sk-key \t")

    key = read_settings({}).openai_api_key

    assert key
    assert key.get_secret_value() == "sk-key"


def test_the_example_file_names_every_setting_once() -> None:
    names = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)

    assert sorted(names) == sorted(ENV_PREFIX + name.upper() for name in Settings.model_fields)


def test_every_setting_is_used() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").glob("*.py"))

    unused = [name for name in Settings.model_fields if f"settings.{name}" not in source]

    assert unused == []
    assert len(Settings.model_fields) > 10


def test_the_example_file_is_a_valid_env_file(tmp_path: Path) -> None:
    without_a_file = read_settings({})

    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text("utf-8"))

    assert read_settings({}) == without_a_file
