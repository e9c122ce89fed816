"""A bot that shows everything the page can draw: what the page's tests look at."""

import asyncio
import io
from collections.abc import Callable

import discord
from discord import app_commands, ui
from PIL import Image

from tests.playground.bot import Bot

SIZES = ((512, 512), (640, 400), (400, 640))
MARKDOWN = """# Heading
**bold** *italic* __under__ ~~struck~~ ||a secret|| `code` <t:1700000000:D> <t:1700000000:R>
> a quote
- one
  - inner
1. first
```py
print("hi")
```
-# small print, [a link](https://example.com/x), <script>alert(1)</script> and <img src=x>"""


def drawing(at: int, name: str | None = None) -> discord.File:
    """A picture of its own colour and shape."""
    width, height = SIZES[at % len(SIZES)]
    picture = Image.linear_gradient("L").resize((width, height))
    painted = Image.merge("RGB", [picture.point(_tone(at, band)) for band in range(3)])
    data = io.BytesIO()
    painted.save(data, "PNG")
    data.seek(0)
    return discord.File(data, name or f"picture{at}.png")


def _tone(at: int, band: int) -> Callable[[int], int]:
    return lambda value: (value // 2 + 70 * at + 85 * band) % 256


def gallery_of(count: int) -> tuple[ui.MediaGallery, list[discord.File]]:
    files = [drawing(at) for at in range(count)]
    items = [
        discord.MediaGalleryItem(file, description=f"drawing {at + 1}")
        for at, file in enumerate(files)
    ]
    return ui.MediaGallery(*items), files


class Press(ui.Button[ui.LayoutView]):
    """Answers with a note that names it."""

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"pressed {self.label}", ephemeral=True)


class Counts(ui.Button[ui.LayoutView]):
    """Changes its message with every press."""

    presses = 0

    async def callback(self, interaction: discord.Interaction) -> None:
        assert self.view is not None
        self.presses += 1
        self.label = f"Count {self.presses}"
        await interaction.response.edit_message(view=self.view)


class Dead(ui.Button[ui.LayoutView]):
    """Never answers."""

    async def callback(self, interaction: discord.Interaction) -> None:
        await asyncio.sleep(0)


class Opens(ui.Button[ui.LayoutView]):
    """Opens the form."""

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())


class Chooses(ui.Select[ui.LayoutView]):
    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"chose {', '.join(self.values)}", ephemeral=True)


class ChoosesPeople(ui.UserSelect[ui.LayoutView]):
    async def callback(self, interaction: discord.Interaction) -> None:
        names = ", ".join(user.name for user in self.values)
        await interaction.response.send_message(f"chose {names}", ephemeral=True)


class Form(ui.Modal, title="Describe your chibi"):
    """A form with every kind of input a modal of five takes."""

    about = ui.TextDisplay("Everything here can be **changed later**.")
    prompt = ui.Label(
        text="Prompt",
        description="What you look like",
        component=ui.TextInput(max_length=40, default="a fox"),
    )
    mood = ui.Label(
        text="Mood",
        component=ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label="Happy", value="happy"),
                discord.RadioGroupOption(label="Grumpy", value="grumpy", description="hmpf"),
            ]
        ),
    )
    extras = ui.Label(
        text="Extras",
        component=ui.CheckboxGroup(
            required=False,
            options=[
                discord.CheckboxGroupOption(label="Hat", value="hat"),
                discord.CheckboxGroupOption(label="Scarf", value="scarf"),
            ],
        ),
    )
    public = ui.Label(text="Show it to everyone", component=ui.Checkbox())

    async def on_submit(self, interaction: discord.Interaction) -> None:
        prompt, mood, extras, public = (
            label.component for label in (self.prompt, self.mood, self.extras, self.public)
        )
        assert isinstance(prompt, ui.TextInput)
        assert isinstance(mood, ui.RadioGroup)
        assert isinstance(extras, ui.CheckboxGroup)
        assert isinstance(public, ui.Checkbox)
        said = f"{prompt.value} | {mood.value} | {','.join(extras.values)} | {public.value}"
        await interaction.response.send_message(f"form: {said}")


class Upload(ui.Modal, title="Bring a picture"):
    """The inputs for which the other form has no room."""

    long = ui.Label(
        text="Story",
        component=ui.TextInput(style=discord.TextStyle.paragraph, required=False, max_length=200),
    )
    style = ui.Label(
        text="Style",
        component=ui.Select(options=[discord.SelectOption(label=s) for s in ("Soft", "Bold")]),
    )
    friend = ui.Label(text="With whom", component=ui.UserSelect(required=False))
    file = ui.Label(text="Picture", component=ui.FileUpload(required=False, max_values=2))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        style, file = self.style.component, self.file.component
        assert isinstance(style, ui.Select)
        assert isinstance(file, ui.FileUpload)
        files = ", ".join(f"{a.filename} {a.size}" for a in file.values)
        await interaction.response.send_message(f"upload: {style.values[0]} | {files}")


def showcase() -> tuple[ui.LayoutView, list[discord.File]]:
    """A Components V2 message with all there is."""
    thumbnail, listing = drawing(4, "thumb.png"), discord.File(io.BytesIO(b"seed 7\n"), "seed.txt")
    buttons = ui.ActionRow(
        *(
            Press(label=style.name.title(), style=style, custom_id=f"press-{style.name}")
            for style in (
                discord.ButtonStyle.primary,
                discord.ButtonStyle.secondary,
                discord.ButtonStyle.success,
                discord.ButtonStyle.danger,
            )
        ),
        ui.Button(label="Link", url="https://example.com/"),
    )
    more = ui.ActionRow(
        Press(emoji="🎲", custom_id="press-emoji"),
        ui.Button(label="Disabled", disabled=True, custom_id="off"),
        Opens(label="Open form", emoji="📝", custom_id="open-form"),
        Dead(label="Dead", custom_id="dead"),
        Counts(label="Count 0", custom_id="count"),
    )
    options = [discord.SelectOption(label=f"Style {n}", description=f"number {n}") for n in "abcd"]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("## A title above\nand a line"))
    view.add_item(
        ui.Container(
            ui.Section(
                ui.TextDisplay("### A section"),
                ui.TextDisplay("with a thumbnail beside it"),
                accessory=ui.Thumbnail(thumbnail, description="small one"),
            ),
            ui.Separator(spacing=discord.SeparatorSpacing.large),
            ui.Section("A section with a button", accessory=Press(label="Beside")),
            ui.File(listing),
            buttons,
            more,
            ui.ActionRow(Chooses(options=options, max_values=3, placeholder="Some styles")),
            ui.ActionRow(ChoosesPeople(placeholder="Somebody")),
            accent_color=discord.Color(0xFF8FB1),
        )
    )
    view.add_item(ui.Container(ui.TextDisplay("hidden words"), spoiler=True))
    return view, [thumbnail, listing]


async def _animals(
    interaction: discord.Interaction, current: str
) -> list[app_commands.Choice[str]]:
    animals = ("axolotl", "badger", "cat", "capybara")
    return [app_commands.Choice(name=a.title(), value=a) for a in animals if current in a]


@app_commands.describe(prompt="What you look like", count="How many", seed="The same again")
@app_commands.choices(size=[app_commands.Choice(name=n, value=n) for n in ("small", "large")])
async def chibi(
    interaction: discord.Interaction,
    prompt: app_commands.Range[str, 1, 1000],
    count: app_commands.Range[int, 1, 4] = 4,
    seed: int | None = None,
    size: str = "small",
    private: bool = False,
) -> None:
    await interaction.response.defer(ephemeral=private)
    gallery, files = gallery_of(count)
    view = ui.LayoutView(timeout=None)
    text = ui.TextDisplay(f"**{discord.utils.escape_markdown(prompt)}**\n-# seed {seed} {size}")
    row = ui.ActionRow(Press(label="Reroll", emoji="🎲", custom_id="reroll"))
    view.add_item(ui.Container(text, gallery, row))
    await interaction.edit_original_response(view=view, attachments=files)


async def pictures(interaction: discord.Interaction, count: app_commands.Range[int, 1, 10]) -> None:
    gallery, files = gallery_of(count)
    view = ui.LayoutView(timeout=None)
    view.add_item(gallery)
    await interaction.response.send_message(view=view, files=files)


async def everything(interaction: discord.Interaction) -> None:
    view, files = showcase()
    await interaction.response.send_message(view=view, files=files)


async def markdown(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(f"<@{interaction.user.id}> {MARKDOWN}")


async def form(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Form())


async def upload(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Upload())


@app_commands.autocomplete(animal=_animals)
async def fields(
    interaction: discord.Interaction,
    animal: str,
    file: discord.Attachment | None = None,
    user: discord.User | None = None,
    channel: discord.TextChannel | None = None,
    role: discord.Role | None = None,
    number: app_commands.Range[float, 0, 1] | None = None,
    flag: bool | None = None,
) -> None:
    shown = (animal, file and file.filename, user and user.name, channel, role, number, flag)
    await interaction.response.send_message(f"fields: {' | '.join(map(str, shown))}")


async def slow(interaction: discord.Interaction) -> None:
    await asyncio.sleep(0)


async def think(interaction: discord.Interaction) -> None:
    await interaction.response.defer()


async def show_embed(interaction: discord.Interaction) -> None:
    embed = discord.Embed(title="Gallery", description="*nothing* yet", color=0x57A55A)
    embed.set_author(name="Bot").set_footer(text="page 1")
    embed.add_field(name="One", value="1").add_field(name="Two", value="2")
    embed.set_image(url="attachment://picture1.png")
    embed.set_thumbnail(url="attachment://picture0.png")
    files = [drawing(0), drawing(1)]
    await interaction.response.send_message(embed=embed, files=files, ephemeral=True)


async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"quoted {message.id}")


class PageBot(Bot):
    """Commands of every shape."""

    def __init__(self) -> None:
        super().__init__()
        avatar = app_commands.Group(name="avatar", description="Your avatars")
        avatar.command(name="gallery", description="Look through your pictures")(show_embed)
        avatar.command(name="delete", description="Delete a picture")(think)
        self.tree.add_command(avatar)
        add = self.tree.command
        add(name="chibi", description="Draw a chibi from a description")(chibi)
        add(name="pictures", description="A mosaic of pictures")(pictures)
        add(name="everything", description="All components")(everything)
        add(name="markdown", description="All markdown")(markdown)
        add(name="form", description="Open a form")(form)
        add(name="upload", description="Open a form that takes files")(upload)
        add(name="fields", description="Options of every type")(fields)
        add(name="slow", description="Never answers")(slow)
        add(name="think", description="Thinks forever")(think)
        self.tree.context_menu(name="Quote this")(quote)
