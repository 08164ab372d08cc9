"""What the pages refuse: one tree, every message for the person who asked."""

from models.language import _


class PageError(Exception):
    """Parent of all refusals of this package."""


class AssetError(PageError):
    """A part that the pages are made of is not there; the message says how to get it."""


class SignInNeeded(PageError):
    """Nobody is signed in. `back` is where the visitor wanted to go."""

    def __init__(self, back: str) -> None:
        super().__init__("Meld u eerst aan met een aanmeldlink.")
        self.back = back


class Refusal(PageError):
    """A page that ends in plain words: an HTTP status, a heading and what to do next."""

    def __init__(self, status: int, heading: str, what_now: str) -> None:
        super().__init__(f"{heading} {what_now}")
        self.status = status
        self.heading = heading
        self.what_now = what_now


def not_found(what: str) -> Refusal:
    return Refusal(
        404,
        _("%(what)s is er niet.", what=what),
        _("Misschien is het adres niet goed overgenomen. Ga naar Vandaag en zoek het van daaruit."),
    )


def not_yours(what_now: str) -> Refusal:
    return Refusal(403, _("Dit mag u niet doen."), what_now)
