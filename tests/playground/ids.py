"""Ids in the default world."""

from playground.world.world import BOT_ID, FIRST, GUILD_ID

__all__ = [
    "BOT_ID",
    "GENERAL_ID",
    "GUILD_ID",
    "MIKA_ID",
    "MODERATOR_ID",
    "MODERATOR_ROLE_ID",
    "OWNER_ID",
    "STUDIO_ID",
    "YUE_ID",
]

GENERAL_ID, STUDIO_ID = str(FIRST + 101), str(FIRST + 102)
OWNER_ID, MODERATOR_ID, MIKA_ID, YUE_ID = (str(FIRST + n) for n in range(201, 205))
MODERATOR_ROLE_ID = str(FIRST + 302)
