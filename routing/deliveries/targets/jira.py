"""Jira: an issue of a project, with a comment for everything that is new. The cloud speaks version 3 of the API, an own server 2.

Our reference is a label, by which it is found again. https://developer.atlassian.com/cloud/jira/platform/rest/v3/
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, Literal

from models.words import TicketStatus
from routing.deliveries.attempt import Attempt, Fate
from routing.deliveries.targets.answers import at, named, rows
from routing.deliveries.targets.desk import Desk
from routing.deliveries.targets.target import Case, Standing, TargetEntry, TargetError, Turn
from routing.digests.letters import shortened

SUMMARY = 255
COMMENTS = 100
DONE = "done"
STATES: Mapping[str, TicketStatus] = {"new": TicketStatus.OPEN, "indeterminate": TicketStatus.IN_HAND, DONE: TicketStatus.SETTLED}
"""Jira's own three categories, under which every project puts its words."""


class JiraEntry(TargetEntry):
    """`kind: jira`. With `username` (an e-mail address) the token is an API token of the cloud; without, a personal access token."""

    kind: Literal["jira"]
    version: Literal[2, 3] = 3
    username: str | None = None
    project: str
    issue_type: str = "Task"

    def open(self) -> "Jira":
        token = self.token.reveal(self.name)
        basic = b64encode(f"{self.username}:{token}".encode()).decode()
        return Jira(self, Desk(self, {"Authorization": f"Basic {basic}" if self.username else f"Bearer {token}"}))


@dataclass(frozen=True)
class Jira:
    entry: JiraEntry
    desk: Desk

    @property
    def _base(self) -> str:
        return f"/rest/api/{self.entry.version}"

    def find(self, case: Case) -> str | None:
        query = f"project = {dumps(self.entry.project)} AND labels = {dumps(case.reference)}"
        search = "/search/jql" if self.entry.version == 3 else "/search"
        found = self.desk.get(f"{self._base}{search}", {"jql": query, "fields": "labels", "maxResults": 2})
        issues = rows(at(found, "issues"))
        return next((named(row, "key") for row in issues if case.reference in rows(at(row, "fields", "labels"))), None)

    def create(self, case: Case) -> str:
        fields: dict[str, Any] = {
            "project": {"key": self.entry.project},
            "issuetype": {"name": self.entry.issue_type},
            "summary": shortened(case.title, SUMMARY),
            "description": self._prose(f"{case.text}\n{case.link}"),
            "labels": ["luisterpost", case.reference],
        }
        made = named(self.desk.send("POST", f"{self._base}/issue", {"fields": fields}), "key")
        if not made:
            raise self.desk.nonsense("noemt geen issue")
        return made

    def update(self, reference: str, case: Case) -> None:
        issue = f"{self._base}/issue/{reference}"
        comments = at(self.desk.get(f"{issue}/comment", {"orderBy": "-created", "maxResults": COMMENTS}), "comments")
        if not any(f"[{case.mark}]" in dumps(at(comment, "body"), ensure_ascii=False) for comment in rows(comments)):
            self.desk.send("POST", f"{issue}/comment", {"body": self._prose(case.marked_note)})
        if case.turn is not Turn.STAYS:
            self._turn(issue, closes=case.turn is Turn.CLOSES)

    def standing(self, reference: str) -> Standing | None:
        status = at(self.desk.get(f"{self._base}/issue/{reference}", {"fields": "status"}), "fields", "status")
        state, category = named(status, "name"), named(status, "statusCategory", "key")
        return Standing(state, self.entry.states.get(state) or STATES.get(category))

    def close(self) -> None:
        self.desk.close()

    def _turn(self, issue: str, *, closes: bool) -> None:
        """Take the first way that the project's workflow offers, unless it is there already."""
        if (named(self.desk.get(issue, {"fields": "status"}), "fields", "status", "statusCategory", "key") == DONE) == closes:
            return
        offered = rows(at(self.desk.get(f"{issue}/transitions"), "transitions"))
        way = next((named(one, "id") for one in offered if (named(one, "to", "statusCategory", "key") == DONE) == closes), None)
        if not way:
            wish = "sluiten" if closes else "heropenen"
            problem = f"{self.entry.name} biedt geen stap om {issue.rpartition('/')[2]} te {wish}. Doe het daar met de hand."
            raise TargetError(Attempt(Fate.NEVER, problem))
        self.desk.send("POST", f"{issue}/transitions", {"transition": {"id": way}})

    def _prose(self, text: str) -> Any:
        """Plain text for version 2; for version 3 the same in Atlassian's document format, a paragraph a line."""
        if self.entry.version == 2:
            return text
        lines = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.splitlines() if line.strip()]
        return {"type": "doc", "version": 1, "content": lines}
