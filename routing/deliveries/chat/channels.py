"""channels.yaml: the chats, pagers and text messages that a municipality uses, by a name of its own."""

from pathlib import Path

from models.configuration import ConfigurationError, Written, read_optional_yaml
from models.gazetteer import Slug
from outside.secrets import Secret

FILE = "channels.yaml"


class Channel(Written):
    """One way to reach people at once. `url` is where apprise's address for it is kept: it holds a password."""

    url: Secret
    purpose: str
    """Whom it reaches and what for, for colleagues."""
    quotes: bool = False
    """Whether whole letters may go there, with what residents wrote; false for services outside the municipality."""


class Channels(Written):
    """channels.yaml"""

    channels: dict[Slug, Channel] = {}


def load_channels(folder: Path) -> Channels:
    """The channels of a municipality; none where there is no such file.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    return read_optional_yaml(folder / FILE, Channels)


def channel_named(folder: Path, name: str) -> Channel:
    """One channel.

    Raises:
        ConfigurationError: the file cannot be used, or has no channel of this name.
    """
    found = load_channels(folder).channels.get(name)
    if found is None:
        raise ConfigurationError(f"Er is geen kanaal {name!r} in {FILE}. Zet het erin, of verbeter de naam waar die genoemd wordt.")
    return found
