"""The extension that discord.py loads: every cog, and what each is given.

The others are plain modules. discord.py runs an extension's code anew, so that whatever it defines
would exist twice.
"""

from __future__ import annotations

from bot.client import Moevatar
from bot.messenger import Messenger
from bot.repainting import Repainting
from cogs.actions import ActionsCog
from cogs.avatar import AvatarCog
from cogs.chibi import ChibiCog
from cogs.compare import CompareCog
from cogs.comparison import Comparisons
from cogs.config import ConfigCog
from cogs.delivery import Delivery
from cogs.drawing import DrawingCog
from cogs.models import ModelsCog
from cogs.picture import PictureCog
from cogs.repaint import RepaintCog


async def setup(bot: Moevatar) -> None:
    """Called by discord.py when the extension is loaded."""
    services, messenger = bot.services, Messenger(bot)
    delivery = Delivery(services, messenger)
    comparisons = Comparisons(services, messenger, delivery)
    repainting = Repainting(services.service, services.collection, services.pictures)
    pictures = PictureCog(services, messenger, delivery, repainting)
    cogs = (
        ChibiCog(services, messenger, delivery),
        CompareCog(services, messenger, delivery, comparisons),
        DrawingCog(services, messenger, delivery, comparisons),
        pictures,
        RepaintCog(services, messenger, delivery, pictures, repainting),
        AvatarCog(services, messenger, delivery, pictures),
        ModelsCog(services, messenger),
        ConfigCog(services, messenger),
    )
    for cog in cogs:
        await bot.add_cog(cog)
    await bot.add_cog(ActionsCog(cogs, services.texts))
