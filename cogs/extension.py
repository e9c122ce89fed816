"""The extension that discord.py loads: every cog, and which services each is given.

The others are plain modules. discord.py runs an extension's code anew, so that whatever it defines
would exist twice.
"""

from __future__ import annotations

from bot.client import Moevatar
from cogs.actions import ActionsCog
from cogs.avatar import AvatarCog
from cogs.chibi import ChibiCog
from cogs.config import ConfigCog
from cogs.models import ModelsCog


async def setup(bot: Moevatar) -> None:
    """Called by discord.py when the extension is loaded."""
    cogs = (ChibiCog(bot), AvatarCog(bot), ModelsCog(bot), ConfigCog(bot))
    for cog in cogs:
        await bot.add_cog(cog)
    await bot.add_cog(ActionsCog(cogs, bot.services.texts))
