"""What can be done with a finished picture: upscale, cut out, crop to the face, sharpen."""

from __future__ import annotations

from bot.client import Moevatar
from cogs.ui.ordering import order
from cogs.ui.persistent import Persistent, Press
from generation.postprocess import TOOLS


class Tool(Persistent, action="tool"):
    """Have a tool work on one picture of one's own: `numbers` are the picture and the tool's place
    in `TOOLS`.
    """

    async def pressed(self, press: Press) -> None:
        """Order it in a new message, for the owner's eyes: they will want to look before others."""
        image_id, number = self.numbers
        await press.client.collection.own_image(press.user.id, image_id)
        await order(
            press,
            lambda origin: press.client.avatars.apply(TOOLS[number], image_id, origin),
            private=True,
        )


async def setup(bot: Moevatar) -> None:
    """Called by discord.py when the extension is loaded."""
    bot.add_dynamic_items(Tool)
