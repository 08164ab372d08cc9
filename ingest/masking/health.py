"""Whether a message tells about somebody's health: a special kind of personal data (AVG article 9), flagged and not masked.

A department must be able to read what care is asked for; nobody else needs to have it quoted.
"""

import re

STEMS = """
    kanker tumor leukemie chemo bestraling dialyse transplantatie dementie dement alzheimer parkinson epilep beroerte hersenbloeding
    hersenletsel hartaanval hartinfarct hartpatiënt hartpatient diabetes suikerziekte copd astma longziekte reuma artrose
    fibromyalgie dwarslaesie spierziekte depressie burn-out burnout psychose psychotisch schizofren borderline bipolair ptss
    angststoornis eetstoornis anorexia verslaafd verslaving alcoholist autis adhd asperger downsyndroom verstandelijk slechtziend
    slechthorend doofblind hepatitis tuberculose zwanger miskraam abortus suïcid suicid zelfmoord zelfbeschadig ggz psychiat
    medicatie medicijn insuline geopereerd terminaal palliatie uitbehandeld incontinent stoma katheter amputatie geamputeerd
    bedlegerig rolstoel scootmobiel rollator reumatisch dyslexie spastisch beademing zuurstoffles
    """.split()
ABBREVIATED = re.compile(r"(?<!\w)(?:ALS|MS|HIV|hiv|COPD|NAH|PTSS|ADHD|ADD|ASS)(?!\w)")
_SOMEBODY = re.compile(
    r"(?<!\w)(?:ik|mij|me|mijn|m['’]?n|hij|zij|ze|haar|hem|zoon\w*|dochter\w*|moeder|vader|man|vrouw|partner|kind\w*|broer|zus\w*|opa|oma|"
    r"buurman|buurvrouw|mw|mevr|mevrouw|dhr|meneer|cli[eë]nt\w*|klant|pati[eë]nt)(?!\w)",
    re.I,
)
_SENTENCE = re.compile(r"[.!?\n]+")


def about_health(text: str) -> bool:
    """Whether a sentence of the text names a condition or treatment together with somebody who may have it."""
    return any(_names_a_condition(sentence) and _SOMEBODY.search(sentence) is not None for sentence in _SENTENCE.split(text))


def _names_a_condition(sentence: str) -> bool:
    small = sentence.lower()
    return any(stem in small for stem in STEMS) or ABBREVIATED.search(sentence) is not None
