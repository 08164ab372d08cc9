"""What languages are called."""

from models.language import _, msgid, translated

DUTCH = "nl"
UNKNOWN = "und"
"""A text without words: an emoji, a link."""

_NAMES = {
    "af": msgid("Afrikaans"),
    "am": msgid("Amhaars"),
    "ar": msgid("Arabisch"),
    "de": msgid("Duits"),
    "el": msgid("Grieks"),
    "en": msgid("Engels"),
    "es": msgid("Spaans"),
    "fa": msgid("Farsi"),
    "fr": msgid("Frans"),
    "fy": msgid("Fries"),
    "he": msgid("Hebreeuws"),
    "it": msgid("Italiaans"),
    "nl": msgid("Nederlands"),
    "pl": msgid("Pools"),
    "pt": msgid("Portugees"),
    "ro": msgid("Roemeens"),
    "ru": msgid("Russisch"),
    "so": msgid("Somalisch"),
    "tr": msgid("Turks"),
    "uk": msgid("Oekraïens"),
    "zh": msgid("Chinees"),
}


def language_name(code: str) -> str:
    """The name of a language, by its code; of a strange one the code itself."""
    return translated(_NAMES[code]) if code in _NAMES else _("taal %(code)s", code=code)


def is_foreign(code: str) -> bool:
    """Whether a colleague needs to know which language it is."""
    return code not in (DUTCH, UNKNOWN)
