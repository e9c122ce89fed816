"""Discord's languages, and commands with their names in one of them."""

from typing import Any

from playground.wire import Json

LOCALES = (
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi",
    "th", "zh-CN", "ja", "zh-TW", "ko",
)  # fmt: skip


def localized(command: Json, locale: str) -> Json:
    """`command` with `name_localized` and `description_localized`, down to options and choices."""
    shown: Json = dict(command)
    for key in ("name", "description"):
        if key in command:
            translations: Any = command.get(f"{key}_localizations") or {}
            shown[f"{key}_localized"] = translations.get(locale, command[key])
    for key in ("options", "choices"):
        if command.get(key):
            shown[key] = [localized(inner, locale) for inner in command[key]]
    return shown
