"""What languages are called in Dutch."""

DUTCH = "nl"
UNKNOWN = "und"
"""A text without words: an emoji, a link."""

_NAMES = {
    "af": "Afrikaans",
    "am": "Amhaars",
    "ar": "Arabisch",
    "de": "Duits",
    "el": "Grieks",
    "en": "Engels",
    "es": "Spaans",
    "fa": "Farsi",
    "fr": "Frans",
    "fy": "Fries",
    "he": "Hebreeuws",
    "it": "Italiaans",
    "nl": "Nederlands",
    "pl": "Pools",
    "pt": "Portugees",
    "ro": "Roemeens",
    "ru": "Russisch",
    "so": "Somalisch",
    "tr": "Turks",
    "uk": "Oekraïens",
    "zh": "Chinees",
}


def language_name(code: str) -> str:
    """The Dutch name of a language, by its code; of a strange one the code itself."""
    return _NAMES.get(code, f"taal {code}")


def is_foreign(code: str) -> bool:
    """Whether a colleague needs to know which language it is."""
    return code not in (DUTCH, UNKNOWN)
