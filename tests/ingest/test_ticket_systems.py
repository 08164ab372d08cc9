"""Signalen, Zammad and TOPdesk, in the documented shapes: the conformance suite, and what is particular to each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from models.words import RunOutcome
from tests.ingest.conformance import US, Author, Conformance, Fake, Said, said
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site


def changed(one: Said) -> datetime:
    return one.edited_at or one.at


def person(author: Author) -> int:
    return sum(author.handle.encode())


class SignalenFake(Fake):
    """The private API: reports by moment of update. An answer is the status of the report that it answers."""

    kind = "signalen"
    secrets = {"SIGNALEN_TOKEN": "geheim-van-signalen"}
    later = timedelta(hours=25)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.reports: list[dict[str, Any]] = []
        site.say["/signals/v1/private/signals/"] = self._list
        site.say["/signals/v1/private/signals/*"] = self._one

    def entry(self) -> dict[str, Any]:
        return {"base": self.site.url, "token": {"env": "SIGNALEN_TOKEN"}, "allow_private": True, "first_days": 400}

    def serve(self, everything: Sequence[Said]) -> None:
        answers = {one.answers.number: one for one in everything if one.answers}
        self.reports = [self.report(one, answers.get(one.number)) for one in everything if not one.answers]

    def name(self, one: Said) -> str:
        return f"{one.answers.number}/{one.at.isoformat()}" if one.answers else str(one.number)

    def report(self, one: Said, answer: Said | None = None) -> dict[str, Any]:
        status: dict[str, Any] = {
            "state": "m",
            "state_display": "Gemeld",
            "text": None,
            "send_email": False,
            "created_at": one.at.isoformat(),
        }
        if answer:
            told = {"state": "o", "text": answer.text, "send_email": True, "created_at": answer.at.isoformat(), "user": answer.author.mail}
            status |= told
        address = {"openbare_ruimte": "Kerkstraat", "huisnummer": 1, "postcode": "3511AB", "woonplaats": "Rivierstad"}
        return {
            "_links": {"self": {"href": f"{self.site.url}/signals/v1/private/signals/{one.number}"}},
            "_display": f"{one.number} - m - None",
            "id": one.number,
            "text": one.text,
            "status": status,
            "source": "online",
            "location": {
                "stadsdeel": None,
                "buurt_code": "BU1",
                "area_name": "Centrum",
                "address": address,
                "address_text": one.author.name,
            },
            "category": {"sub_slug": "container", "main_slug": "afval"},
            "reporter": {"email": one.author.handle + "@post.example", "phone": one.author.phone, "sharing_allowed": True},
            "created_at": None if one.broken else one.at.isoformat(),
            "updated_at": (answer.at if answer else changed(one)).isoformat(),
            "notes": [{"text": f"interne notitie over {one.author.name}", "created_by": one.author.mail}],
        }

    def _list(self, asked: Asked) -> Answer:
        query = parse_qs(asked.query)
        since, page = datetime.fromisoformat(query["updated_after"][0]), int(query["page"][0])
        assert query["ordering"] == ["updated_at"]
        found = sorted((r for r in self.reports if datetime.fromisoformat(r["updated_at"]) >= since), key=lambda r: r["updated_at"])
        here = found[(page - 1) * self.page : page * self.page]
        more = f"{self.site.url}{asked.path}?page={page + 1}" if len(found) > page * self.page else None
        return Answer.json({"_links": {"next": {"href": more}}, "count": len(found), "results": here})

    def _one(self, asked: Asked) -> Answer:
        found = [report for report in self.reports if str(report["id"]) == asked.path.rsplit("/", 1)[1]]
        return Answer.json(found[0]) if found else Answer.json({"detail": "Not found."}, 404)


class ZammadFake(Fake):
    """Tickets of one question each, with the articles that answer it."""

    kind = "zammad"
    secrets = {"ZAMMAD_TOKEN": "geheim-van-zammad"}
    later = timedelta(hours=25)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.tickets: dict[int, list[Said]] = {}
        self.elasticsearch = True
        site.say["/api/v1/tickets"] = lambda asked: Answer.json([self._ticket(number) for number in self.tickets][:1])
        site.say["/api/v1/tickets/search"] = self._search
        site.say["/api/v1/tickets/*"] = lambda asked: self._one(asked, self._ticket)
        site.say["/api/v1/ticket_articles/by_ticket/*"] = lambda asked: self._one(asked, self._articles)

    def entry(self) -> dict[str, Any]:
        return {"base": self.site.url, "token": {"env": "ZAMMAD_TOKEN"}, "allow_private": True, "first_days": 400}

    def serve(self, everything: Sequence[Said]) -> None:
        self.tickets = {one.number: [one, *(a for a in everything if a.answers == one)] for one in everything if not one.answers}

    def name(self, one: Said) -> str:
        return f"{one.answers.number if one.answers else one.number}/{one.number}"

    def _ticket(self, number: int) -> dict[str, Any]:
        said = self.tickets[number]
        return {
            "id": number,
            "number": f"2200{number}",
            "title": "Vraag",
            "customer_id": person(said[0].author),
            "customer": said[0].author.mail,
            "updated_at": max(map(changed, said)).isoformat(),
        }

    def _articles(self, number: int) -> list[dict[str, Any]]:
        return [article(one, number) for one in self.tickets[number]]

    def _search(self, asked: Asked) -> Answer:
        query = parse_qs(asked.query)
        assert query["expand"] == ["true"]
        wanted = query["query"][0]
        if not self.elasticsearch:
            return Answer.json([])
        if wanted.startswith("id:"):
            return Answer.json([self._ticket(int(wanted[3:]))])
        since, page = datetime.fromisoformat(wanted.removeprefix("updated_at:[").split()[0]), int(query["page"][0])
        size = int(query["per_page"][0])
        tickets = sorted(map(self._ticket, self.tickets), key=lambda ticket: str(ticket["updated_at"]))
        found = [ticket for ticket in tickets if datetime.fromisoformat(ticket["updated_at"]) >= since]
        return Answer.json(found[(page - 1) * size : page * size])

    def _one(self, asked: Asked, give: Any) -> Answer:
        number = int(asked.path.rsplit("/", 1)[1])
        return Answer.json(give(number)) if number in self.tickets else Answer.json({"error": "not found"}, 404)


def article(one: Said, ticket: int, **more: Any) -> dict[str, Any]:
    return {
        "id": one.number,
        "ticket_id": ticket,
        "sender": "Agent" if one.author is US else "Customer",
        "type": "email",
        "internal": False,
        "from": f"{one.author.name} <{one.author.mail}>",
        "subject": "Vraag",
        "body": one.text,
        "content_type": "text/plain",
        "origin_by_id": None,
        "created_by_id": person(one.author),
        "created_by": one.author.handle,
        "created_at": None if one.broken else one.at.isoformat(),
        "updated_at": changed(one).isoformat(),
    } | more


class TopdeskFake(Fake):
    """Incidents with one request each, and the actions that answer it."""

    kind = "topdesk"
    secrets = {"TOPDESK_WACHTWOORD": "geheim-van-topdesk"}
    later = timedelta(hours=25)

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.incidents: dict[str, list[Said]] = {}
        site.say["/tas/api/incidents"] = self._list
        site.say["/tas/api/incidents/id/*"] = self._one

    def entry(self) -> dict[str, Any]:
        token = {"env": "TOPDESK_WACHTWOORD"}
        return {"base": self.site.url, "username": "luisterpost", "token": token, "allow_private": True, "first_days": 400}

    def serve(self, everything: Sequence[Said]) -> None:
        self.incidents = {f"i-{one.number}": [one, *(a for a in everything if a.answers == one)] for one in everything if not one.answers}

    def name(self, one: Said) -> str:
        return f"i-{one.answers.number if one.answers else one.number}/e-{one.number}"

    def incident(self, number: str) -> dict[str, Any]:
        first = self.incidents[number][0]
        return {
            "id": number,
            "briefDescription": "Vraag",
            "callerLookup": {"id": f"p-{person(first.author)}", "name": first.author.name},
            "caller": {"dynamicName": first.author.name, "email": first.author.mail, "handle": first.author.handle},
            "request": f"19-11-2026 08:45 {first.author.name}:\n{first.text}",
            "entryType": {"id": "1", "name": "telefoon"},
            "closed": False,
            "creationDate": _topdesk(first.at),
            "modificationDate": _topdesk(max(map(changed, self.incidents[number]))),
        }

    def _list(self, asked: Asked) -> Answer:
        query = parse_qs(asked.query)
        since = datetime.fromisoformat(query["query"][0].removeprefix("modificationDate=ge="))
        found = [number for number, said in self.incidents.items() if max(map(changed, said)) >= since]
        start, size = int(query["start"][0]), int(query["pageSize"][0])
        here = sorted(found, key=lambda number: max(map(changed, self.incidents[number])))[start : start + size]
        return (
            Answer.json([self.incident(number) for number in here], 206 if len(found) > start + size else 200)
            if here
            else Answer(status=204)
        )

    def _one(self, asked: Asked) -> Answer:
        number, _, part = asked.path.removeprefix("/tas/api/incidents/id/").partition("/")
        if number not in self.incidents:
            return Answer.json([{"message": "not found"}], 404)
        if not part:
            return Answer.json(self.incident(number))
        entries = [self.entry_of(one) for one in self.incidents[number] if (one.author is US) == (part == "actions")][::-1]
        return Answer.json(entries) if entries else Answer(status=204)

    def entry_of(self, one: Said) -> dict[str, Any]:
        name = {"id": "x", "name": one.author.name}
        return {
            "id": f"e-{one.number}",
            "memoText": one.text,
            "invisibleForCaller": False,
            "entryDate": None if one.broken else _topdesk(one.at),
            "operator": name if one.author is US else None,
            "person": None if one.author is US else name,
        }


def _topdesk(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


class TestSignalen(Conformance):
    fake = SignalenFake

    def test_of_where_it_is_only_street_and_neighbourhood_are_kept(self, remote: SignalenFake, post: Post) -> None:
        remote.serve([said(1)])
        post.hear()
        assert post.texts() == ["de bak in straat 1 is vol\n\nKerkstraat, Centrum"]

    def test_a_report_that_is_dealt_with_is_answered_also_without_words(self, remote: SignalenFake, post: Post) -> None:
        remote.serve([said(1)])
        remote.reports[0]["status"] |= {"state": "o", "created_at": NOW.isoformat()}
        post.hear()
        assert [message.answered_at for message in post.messages()] == [NOW]

    def test_what_was_answered_stays_answered_when_the_status_moves_on(self, remote: SignalenFake, post: Post) -> None:
        question = said(9)
        remote.serve([question, said(2, "Wij komen morgen.", author=US, answers=question)])
        post.hear()
        remote.serve([question])
        outcome = post.hear(now=NOW + remote.later)
        assert outcome.removed == 0 and "Wij komen morgen." in post.texts()


class TestZammad(Conformance):
    fake = ZammadFake

    def test_internal_notes_and_the_system_are_left_out(self, remote: ZammadFake, post: Post, site: Site) -> None:
        question = said(3)
        remote.serve([question])
        told = [article(question, 3), article(said(2), 3, internal=True), article(said(1), 3, sender="System")]
        site.say["/api/v1/ticket_articles/by_ticket/3"] = Answer.json(told)
        assert post.hear().added == 1
        message = post.messages()[0]
        assert (message.text, message.private, message.medium) == ("Vraag\n\nde bak in straat 3 is vol", True, "e-mail")

    def test_quoted_mail_is_left_out(self, remote: ZammadFake, post: Post, site: Site) -> None:
        remote.serve([said(3)])
        body = "<div>Nog steeds vol!</div><div>Op do 19 nov 2026 om 09:12 schreef Gemeente &lt;x@y.example&gt;:</div><div>Wij komen.</div>"
        site.say["/api/v1/ticket_articles/by_ticket/3"] = Answer.json([article(said(3), 3, body=body, content_type="text/html")])
        post.hear()
        assert post.texts() == ["Vraag\n\nNog steeds vol!"]

    def test_a_search_that_is_blind_is_told(self, remote: ZammadFake, post: Post) -> None:
        remote.serve([said(1)])
        remote.elasticsearch = False
        outcome = post.hear()
        assert outcome.outcome is RunOutcome.FAILED and "Elasticsearch" in outcome.mend

    def test_many_tickets_of_one_moment_are_all_read(self, remote: ZammadFake, post: Post) -> None:
        remote.serve([said(n, minutes_ago=60) for n in range(1, 121)])
        assert post.hear().added == 120


class TestTopdesk(Conformance):
    fake = TopdeskFake

    def test_what_the_caller_does_not_see_and_what_nobody_wrote_is_left_out(self, remote: TopdeskFake, post: Post, site: Site) -> None:
        question, action = said(3), remote.entry_of(said(2, author=US))
        remote.serve([question])
        hidden = [action | {"id": "a", "invisibleForCaller": True}, action | {"id": "b", "operator": None}]
        site.say["/tas/api/incidents/id/i-3/actions"] = Answer.json(hidden)
        assert post.hear().added == 1
        assert post.texts() == ["Vraag\n\nde bak in straat 3 is vol"]

    def test_it_signs_in_with_name_and_application_password(self, remote: TopdeskFake, post: Post, site: Site) -> None:
        post.hear()
        assert site.asked[-1].headers["authorization"] == "Basic bHVpc3RlcnBvc3Q6Z2VoZWltLXZhbi10b3BkZXNr"
