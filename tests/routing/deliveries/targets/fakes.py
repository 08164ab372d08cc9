"""Departments' own systems in the shapes that their makers document, as far as a target asks them; each keeps its tickets in memory."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qs
from uuid import UUID, uuid5

from tests.site import Answer, Asked, Site

SECRET = "geheim-van-het-doel"
NAMES = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


@dataclass
class Kept:
    """A ticket as a fake keeps it."""

    name: str
    fields: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    state: str = ""


class Fake:
    """One kind of system. `works` is a state that means somebody is busy with it, `done` one that means it is over."""

    kind: ClassVar[str]
    works: ClassVar[str]
    done: ClassVar[str]
    creates: ClassVar[str]
    """Path at which tickets are made."""
    askable: ClassVar[bool] = True

    def __init__(self, site: Site) -> None:
        self.site = site
        self.kept: dict[str, Kept] = {}
        site.say["*"] = self._answer

    def entry(self) -> dict[str, Any]:
        return {"kind": self.kind, "name": "Ons systeem", "url": self.site.url, "token": {"env": "DOEL_TOKEN"}, "allow_private": True}

    def only(self) -> Kept:
        (kept,) = self.kept.values()
        return kept

    def closed(self) -> bool:
        return self.only().state == self.done

    def authorized(self, asked: Asked) -> bool:
        return SECRET in asked.headers.get("authorization", "")

    def answer(self, asked: Asked, body: Any) -> Answer:
        raise NotImplementedError

    def _answer(self, asked: Asked) -> Answer:
        if not self.authorized(asked):
            return Answer.json({"detail": "wie bent u?"}, 401)
        return self.answer(asked, json.loads(asked.body) if asked.body else None)

    def _keep(self, name: str, fields: dict[str, Any], state: str) -> Kept:
        self.kept[name] = Kept(name, fields, state=state)
        return self.kept[name]

    def _number(self) -> str:
        return str(1000 + len(self.kept) + 1)


def query(asked: Asked, name: str) -> str:
    return parse_qs(asked.query).get(name, [""])[0]


class ZammadFake(Fake):
    kind = "zammad"
    works, done = "open", "closed"
    creates = "/api/v1/tickets"

    def entry(self) -> dict[str, Any]:
        return super().entry() | {"group": "Reiniging", "customer": "luisterpost@rivierstad.example"}

    def answer(self, asked: Asked, body: Any) -> Answer:
        match asked.method, asked.path.removeprefix("/api/v1/").split("/"):
            case "GET", ["tickets", "search"]:
                wanted = query(asked, "query").removeprefix("title:").strip('"')
                return Answer.json([self._row(kept) for kept in self.kept.values() if wanted in kept.fields["title"]])
            case "POST", ["tickets"]:
                if not {"title", "group", "customer_id", "article"} <= body.keys():
                    return Answer.json({"error": "Missing"}, 422)
                kept = self._keep(self._number(), body, "new")
                kept.notes.append(body["article"]["body"])
                return Answer.json(self._row(kept), 201)
            case "GET", ["tickets", name]:
                return Answer.json(self._row(self.kept[name]))
            case "PUT", ["tickets", name]:
                self.kept[name].notes += [body["article"]["body"]] if "article" in body else []
                self.kept[name].state = body.get("state", self.kept[name].state)
                return Answer.json(self._row(self.kept[name]))
            case "GET", ["ticket_articles", "by_ticket", name]:
                return Answer.json([{"id": number, "body": note} for number, note in enumerate(self.kept[name].notes)])
        return Answer.json({"error": "not found"}, 404)

    def _row(self, kept: Kept) -> dict[str, Any]:
        return {"id": int(kept.name), "number": f"9{kept.name}", "title": kept.fields["title"], "state": kept.state}


class TopdeskFake(Fake):
    kind = "topdesk"
    works, done = "In behandeling", "closed"
    creates = "/tas/api/incidents"

    def entry(self) -> dict[str, Any]:
        return super().entry() | {"username": "luisterpost", "caller": "luisterpost@rivierstad.example", "operator_group": "Reiniging"}

    def authorized(self, asked: Asked) -> bool:
        given = asked.headers.get("authorization", "").removeprefix("Basic ")
        return b64decode(given).decode() == f"luisterpost:{SECRET}"

    def answer(self, asked: Asked, body: Any) -> Answer:
        match asked.method, asked.path.removeprefix("/tas/api/incidents").strip("/").split("/"):
            case "GET", [""]:
                wanted = query(asked, "query").removeprefix("externalNumber==").strip('"')
                found = [kept for kept in self.kept.values() if kept.fields["externalNumber"] == wanted]
                return Answer.json([self._row(kept) for kept in found], 206) if found else Answer(status=204)
            case "POST", [""]:
                if len(body["briefDescription"]) > 80 or "callerLookup" not in body:
                    return Answer.json([{"message": "The value for the field 'briefDescription' is not valid."}], 400)
                return Answer.json(self._row(self._keep(str(uuid5(NAMES, body["externalNumber"])), body, "Aangemeld")), 201)
            case "GET", ["id", name]:
                return Answer.json(self._row(self.kept[name]))
            case "PUT", ["id", name]:
                self.kept[name].notes += [body["action"]] if "action" in body else []
                if "closed" in body:
                    self.kept[name].state = "closed" if body["closed"] else "In behandeling"
                return Answer.json(self._row(self.kept[name]))
            case "GET", ["id", name, "actions"]:
                notes = self.kept[name].notes
                return Answer.json([{"id": str(n), "memoText": note} for n, note in enumerate(notes)]) if notes else Answer(status=204)
        return Answer.json([{"message": "not found"}], 404)

    def _row(self, kept: Kept) -> dict[str, Any]:
        row = {"id": kept.name, "number": "I 2611 001", "externalNumber": kept.fields["externalNumber"], "closed": kept.state == "closed"}
        return row | {"processingStatus": {"id": "x", "name": kept.state}}


class JiraFake(Fake):
    """The cloud; `version` 2 is the server of one's own."""

    kind = "jira"
    works, done = "Bezig", "Gereed"
    creates = "/rest/api/3/issue"
    version = 3
    CATEGORIES: ClassVar[dict[str, str]] = {"Te doen": "new", "Bezig": "indeterminate", "Gereed": "done"}

    def entry(self) -> dict[str, Any]:
        return super().entry() | {"project": "AFVAL", "version": self.version}

    def answer(self, asked: Asked, body: Any) -> Answer:
        match asked.method, asked.path.removeprefix(f"/rest/api/{self.version}/").split("/"):
            case "GET", ["search", *_]:
                issues = [kept for kept in self.kept.values() if f'"{kept.fields["labels"][1]}"' in query(asked, "jql")]
                return Answer.json({"issues": [{"key": kept.name, "fields": {"labels": kept.fields["labels"]}} for kept in issues]})
            case "POST", ["issue"]:
                if not isinstance(body["fields"]["description"], str if self.version == 2 else dict):
                    return Answer.json(
                        {"errorMessages": [], "errors": {"description": "Operation value must be an Atlassian Document"}}, 400
                    )
                kept = self._keep(f"AFVAL-{self._number()}", body["fields"], "Te doen")
                return Answer.json({"id": "10000", "key": kept.name}, 201)
            case "GET", ["issue", name]:
                state = self.kept[name].state
                status = {"name": state, "statusCategory": {"key": self.CATEGORIES[state]}}
                return Answer.json({"key": name, "fields": {"status": status}})
            case "GET", ["issue", name, "comment"]:
                return Answer.json({"comments": [{"body": json.loads(note)} for note in self.kept[name].notes]})
            case "POST", ["issue", name, "comment"]:
                self.kept[name].notes.append(json.dumps(body["body"], ensure_ascii=False))
                return Answer.json({"id": "1"}, 201)
            case "GET", ["issue", _, "transitions"]:
                ways = [{"id": str(n), "to": {"statusCategory": {"key": key}}} for n, key in enumerate(self.CATEGORIES.values())]
                return Answer.json({"transitions": ways})
            case "POST", ["issue", name, "transitions"]:
                self.kept[name].state = list(self.CATEGORIES)[int(body["transition"]["id"])]
                return Answer(status=204)
        return Answer.json({"errorMessages": ["not found"]}, 404)


class JiraServerFake(JiraFake):
    creates = "/rest/api/2/issue"
    version = 2


class SignalenFake(Fake):
    kind = "signalen"
    works, done = "b", "o"
    creates = "/signals/v1/private/signals/"

    def entry(self) -> dict[str, Any]:
        category = "/signals/v1/public/terms/categories/afval/sub_categories/overig-afval"
        return super().entry() | {"category": category, "spot": {"lon": 5.1, "lat": 52.1}}

    def answer(self, asked: Asked, body: Any) -> Answer:
        match asked.method, asked.path.removeprefix("/signals/v1/private/signals/"):
            case "GET", "":
                found = [self._row(kept) for kept in self.kept.values() if kept.fields["source"] == query(asked, "source")]
                return Answer.json({"_links": {"next": {"href": None}}, "count": len(found), "results": found})
            case "POST", "":
                missing = {"text", "category", "location", "reporter", "incident_date_start", "source"} - body.keys()
                if missing:
                    return Answer.json({name: ["Dit veld is vereist."] for name in missing}, 400)
                return Answer.json(self._row(self._keep(self._number(), body, "m")), 201)
            case "GET", name:
                return Answer.json(self._row(self.kept[name]))
            case "PATCH", name:
                self.kept[name].notes += [note["text"] for note in body.get("notes", [])]
                self.kept[name].state = body.get("status", {}).get("state", self.kept[name].state)
                return Answer.json(self._row(self.kept[name]))
        return Answer.json({"detail": "Niet gevonden."}, 404)

    def _row(self, kept: Kept) -> dict[str, Any]:
        notes = [{"text": note} for note in reversed(kept.notes)]
        return {"id": int(kept.name), "text": kept.fields["text"], "status": {"state": kept.state, "text": None}, "notes": notes}


class KlantinteractiesFake(Fake):
    """Tasks count as tickets; the contacts under them are kept apart."""

    kind = "klantinteracties"
    works, done = "te_verwerken", "verwerkt"
    creates = "/klantinteracties/api/v1/internetaken"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.contacts: dict[str, dict[str, Any]] = {}

    def entry(self) -> dict[str, Any]:
        return super().entry() | {"url": f"{self.site.url}/klantinteracties/api/v1", "actors": [str(uuid5(NAMES, "reiniging"))]}

    def answer(self, asked: Asked, body: Any) -> Answer:
        match asked.method, asked.path.removeprefix("/klantinteracties/api/v1/").split("/"):
            case "GET", ["klantcontacten"]:
                return self._page([row for row in self.contacts.values() if row["referentienummer"] == query(asked, "referentienummer")])
            case "POST", ["klantcontacten"]:
                row = _whole_contact(body)
                self.contacts[row["uuid"]] = row
                return Answer.json(row, 201)
            case "GET", ["internetaken"]:
                rows = [self._row(kept) for kept in self.kept.values()]
                return self._page([row for row in rows if row["referentienummer"] == query(asked, "referentienummer")])
            case "POST", ["internetaken"]:
                if body["aanleidinggevendKlantcontact"]["uuid"] not in self.contacts:
                    return Answer.json({"invalidParams": [{"name": "aanleidinggevendKlantcontact"}]}, 400)
                return Answer.json(self._row(self._keep(str(uuid5(NAMES, body["referentienummer"])), body, body["status"])), 201)
            case "GET", ["internetaken", name]:
                return Answer.json(self._row(self.kept[name]))
            case "PATCH", ["internetaken", name]:
                kept = self.kept[name]
                kept.state = body.get("status", kept.state)
                kept.fields |= body
                kept.notes = [*kept.notes, body["toelichting"]] if body["toelichting"] not in kept.notes else kept.notes
                return Answer.json(self._row(kept))
        return Answer.json({"detail": "Niet gevonden."}, 404)

    def _page(self, rows: list[dict[str, Any]]) -> Answer:
        return Answer.json({"count": len(rows), "next": None, "previous": None, "results": rows})

    def _row(self, kept: Kept) -> dict[str, Any]:
        base = "http://binnen.example/klantinteracties/api/v1"
        contact = kept.fields["aanleidinggevendKlantcontact"]
        row = kept.fields | {"uuid": kept.name, "url": f"{base}/internetaken/{kept.name}", "status": kept.state}
        row |= {"aanleidinggevendKlantcontact": contact | {"url": f"{base}/klantcontacten/{contact['uuid']}"}}
        row |= {"toegewezenAanActoren": [actor | {"url": f"{base}/actoren/{actor['uuid']}"} for actor in row["toegewezenAanActoren"]]}
        return {"afgehandeldOp": None} | row | {"toegewezenOp": "2026-11-19T07:00:00Z"}


def _whole_contact(body: dict[str, Any]) -> dict[str, Any]:
    name = str(uuid5(NAMES, f"contact {body['referentienummer']}"))
    lists = ("gingOverOnderwerpobjecten", "hadBetrokkenActoren", "omvatteBijlagen", "hadBetrokkenen", "leiddeTotInterneTaken")
    url = f"http://binnen.example/klantinteracties/api/v1/klantcontacten/{name}"
    return body | {"uuid": name, "url": url} | {part: [] for part in lists}


class WebhookFake(Fake):
    """A receiver of signed events, which keeps their ids: an event that came before changes nothing."""

    kind = "webhook"
    works, done = "in behandeling", "afgehandeld"
    creates = "/"
    askable = False

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.events: dict[str, dict[str, Any]] = {}
        self.signatures: list[tuple[str, bytes]] = []

    def authorized(self, asked: Asked) -> bool:
        self.signatures.append((asked.headers["luisterpost-signature"], asked.body))
        return asked.headers["content-type"].startswith("application/cloudevents+json")

    def answer(self, asked: Asked, body: Any) -> Answer:
        if body["id"] not in self.events:
            self.events[body["id"]] = body
            kept = self.kept.get(body["subject"]) or self._keep(body["subject"], body["data"], "open")
            kept.notes += [] if body["type"].endswith("opened") and not body["type"].endswith("reopened") else [body["data"]["text"]]
            kept.state = {"closed": "afgehandeld", "reopened": "open"}.get(body["type"].rpartition(".")[2], kept.state)
        return Answer(status=202)


FAKES: tuple[Callable[[Site], Fake], ...] = (
    ZammadFake,
    TopdeskFake,
    JiraFake,
    JiraServerFake,
    SignalenFake,
    KlantinteractiesFake,
    WebhookFake,
)
