"""The one table of rights: what each role may see and do. Every route names the right it asks for (`dashboards.visit.needs`)."""

from collections.abc import Mapping
from enum import StrEnum

from models.account import Account
from models.language import msgid
from models.words import Role


class Right(StrEnum):
    """Something that one may do; the value is what the page calls it."""

    SIGNED_IN = "aangemeld zijn"
    READ = "lezen wat inwoners vertellen"
    REVIEW = "duidingen verbeteren"
    KEEP = "vragen bij Trends bewaren"
    HANDLE = "tickets behandelen"
    EDIT = "dagberichten bewerken"
    POST = "post zien"
    DECIDE = "besluiten en akkoord geven"
    CRISIS = "een crisis uitroepen"
    AGENDA = "de agenda bijhouden"
    ASSESS = "de Meetlat invullen"
    SCORE = "cijfers van de scorekaart aanleveren"
    ROSTER = "het dienstrooster veranderen"
    AMBASSADORS = "ambassadeurs bijhouden"
    RESEND = "post opnieuw versturen"
    SOURCES = "bronnen zien"
    MEND = "bronnen herstellen"
    RULES = "regels zien"
    CHANGE_RULES = "regels laten ingaan"
    READERS = "lezers beheren"
    SEE_PEOPLE = "zien wie wat mag"
    PEOPLE = "mensen beheren"


_EVERYONE = frozenset({Right.SIGNED_IN, Right.SOURCES, Right.RULES})
_READER = _EVERYONE | {Right.READ}
_ANALYST = _READER | {Right.REVIEW, Right.KEEP}
_DEPARTMENT = _ANALYST | {Right.HANDLE, Right.EDIT, Right.POST}
_WEBCARE = _DEPARTMENT | {Right.DECIDE, Right.AMBASSADORS}
_NEWSROOM = _WEBCARE | {
    Right.CRISIS,
    Right.AGENDA,
    Right.ASSESS,
    Right.SCORE,
    Right.ROSTER,
    Right.RESEND,
    Right.MEND,
    Right.CHANGE_RULES,
}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.READER: _READER,
    Role.ANALYST: _ANALYST | {Right.SCORE},
    Role.DEPARTMENT: _DEPARTMENT,
    Role.WEBCARE: _WEBCARE,
    Role.NEWSROOM: _NEWSROOM,
    Role.PRIVACY_OFFICER: _EVERYONE | {Right.SEE_PEOPLE},
    Role.ADMINISTRATOR: _NEWSROOM | {Right.READERS, Right.SEE_PEOPLE, Right.PEOPLE},
}
"""Whose tickets and digests: a department's and webcare's account those of its own department, the newsroom and administrators all
(`models.account.may_handle`). Which words of residents: `models.sight`."""

WHO_ELSE: Mapping[Right, str] = {
    Right.READ: msgid("U ziet bronnen, regels en wie wat mag, maar niet wat inwoners schreven."),
    Right.REVIEW: msgid("Vraag uw beheerder om een andere rol als u duidingen wilt verbeteren."),
    Right.KEEP: msgid("Vraag een collega met een andere rol om deze vraag te bewaren; de link van de vraag zelf kunt u altijd delen."),
    Right.HANDLE: msgid("Tickets behandelen de afdelingen en de redactie. U kunt meelezen."),
    Right.EDIT: msgid("Alleen de redactie en de afdeling zelf kunnen een dagbericht bewerken."),
    Right.POST: msgid("Wat verstuurd is, zien de afdelingen en de redactie."),
    Right.DECIDE: msgid("Besluiten en akkoord geven doen webcare en de redactie. Zeg het hun; u kunt meelezen."),
    Right.CRISIS: msgid("Alleen de redactie en het beheer kunnen een crisis uitroepen of afsluiten. Bel de redactie."),
    Right.AGENDA: msgid("De redactie houdt de agenda bij. Geef het daar door."),
    Right.ASSESS: msgid("De redactie vult de Meetlat in. Geef het daar door; u kunt alles lezen."),
    Right.SCORE: msgid("Cijfers van de scorekaart vullen de redactie en analisten in. Geef ze daar door; u kunt alles lezen."),
    Right.ROSTER: msgid("De redactie en het beheer veranderen het dienstrooster. Geef het daar door."),
    Right.AMBASSADORS: msgid("Ambassadeurs houden webcare en de redactie bij."),
    Right.RESEND: msgid("Opnieuw versturen doet de redactie. Vraag het daar of bij de beheerder."),
    Right.MEND: msgid("Vraag de redactie of uw beheerder om dit te doen."),
    Right.CHANGE_RULES: msgid("Regels laten ingaan doet de redactie of een beheerder. Er is niets veranderd."),
    Right.READERS: msgid("Vraag uw beheerder om lezers toe te voegen of weg te halen."),
    Right.SEE_PEOPLE: msgid("Vraag uw beheerder of de privacy officer wie wat mag."),
    Right.PEOPLE: msgid("Vraag uw beheerder om accounts te maken of te veranderen."),
}
"""What somebody without the right is told to do."""


def rights_of(account: Account, webcare: str) -> frozenset[Right]:
    """What this account may do; `webcare` is the department that answers residents: its accounts are webcare's."""
    if account.role is Role.DEPARTMENT and account.department_id == webcare:
        return RIGHTS[Role.WEBCARE]
    return RIGHTS[account.role]


def home_of(rights: frozenset[Right]) -> str:
    """Where somebody with these rights begins."""
    return "/" if Right.READ in rights else "/bronnen"
