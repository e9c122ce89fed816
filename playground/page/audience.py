"""The people in front of their clients: who is told what."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.messages.messages import Message
from playground.messages.renderer import Renderer
from playground.wire import Json
from playground.world.permissions import Permission
from playground.world.world import World


@dataclass(frozen=True, slots=True)
class Event:
    """Something a client is told; names and data as in PROTOCOL.md."""

    name: str
    data: Json | list[Json]

    def payload(self) -> Json:
        """As it goes to the page."""
        return {"t": self.name, "d": self.data}


Listener = Callable[[Event], None]


class Audience:
    """Tells every listening client what its person may know."""

    def __init__(self, world: World, renderer: Renderer) -> None:
        self._world = world
        self._renderer = renderer
        self._listeners: dict[str, list[Listener]] = {}

    def join(self, user_id: str, listener: Listener) -> None:
        """Tell `listener` everything that concerns that person from now on."""
        self._listeners.setdefault(user_id, []).append(listener)

    def leave(self, user_id: str, listener: Listener) -> None:
        """Stop telling `listener`."""
        self._listeners[user_id].remove(listener)

    def tell(self, user_id: str, name: str, data: Json | list[Json]) -> None:
        """Tell one person."""
        for listener in tuple(self._listeners.get(user_id, ())):
            listener(Event(name, data))

    def tell_each(self, name: str, data: Callable[[str], Json | list[Json]]) -> None:
        """Tell everyone, with data made for them by their id."""
        for user_id, listeners in self._listeners.items():
            if listeners:
                self.tell(user_id, name, data(user_id))

    def sees(self, user_id: str, message: Message) -> bool:
        """Whether that person sees `message`."""
        channel = self._world.channels.get(message.channel_id)
        if channel is None or message.only_for not in (None, user_id):
            return False
        return bool(self._world.permissions(user_id, channel) & Permission.VIEW_CHANNEL)

    def show(self, name: str, message: Message) -> None:
        """Tell everyone who sees `message` that it was created or updated."""
        for user_id in tuple(self._listeners):
            if self.sees(user_id, message):
                self.tell(user_id, name, self._renderer.for_person(message, user_id))

    def remove(self, message: Message) -> None:
        """Tell everyone who saw `message` that it is gone."""
        for user_id in tuple(self._listeners):
            if self.sees(user_id, message):
                data = {"id": message.id, "channel_id": message.channel_id}
                self.tell(user_id, "message_delete", data)
