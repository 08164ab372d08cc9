"""The fault walk: at every boundary of every step the process is killed with SIGKILL, and the retry makes it as if nothing had happened.

For each step: one undisturbed run gives the boundaries and the outcome that is right; then, from the same beginning, a run is killed at the
first boundary, at the second, and so on to the last, and after each a second run must reach that same outcome.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.border.key_ring import rotate
from models.embedded import Server
from tests.conftest import NOW
from tests.faults.databases import Databases
from tests.faults.orders import Zygote
from tests.faults.town import Town, build_town

STEPS = ("listen", "understand", "route", "digest", "deliver")
AFTERWARDS = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=2)
OUTCOME = {
    "messages": "SELECT o.source_id, o.external_id, m.text, m.author, m.channel, m.deleted_at FROM origin o "
    "JOIN message m ON m.id = o.message_id ORDER BY 1, 2",
    "shared": "SELECT count(*) FROM (SELECT FROM origin GROUP BY message_id HAVING count(*) > 1) AS message",
    "unoriginated": "SELECT count(*) FROM message WHERE id NOT IN (SELECT message_id FROM origin)",
    "rejected": "SELECT source_id, location, reason FROM rejected_row ORDER BY 1, 2",
    "annotations": "SELECT o.external_id, a.kind, t.rank, t.sub FROM annotation a JOIN origin o USING (message_id) "
    "LEFT JOIN annotation_theme t USING (message_id) ORDER BY 1, 3",
    "signals": "SELECT s.sub, s.title, s.messages, array_agg(o.external_id ORDER BY o.external_id) FROM signal s "
    "JOIN signal_message m ON m.signal_id = s.id JOIN origin o ON o.message_id = m.message_id GROUP BY s.id ORDER BY 1, 2, 4",
    "tickets": "SELECT s.title, t.department_id, t.status, t.messages_seen FROM ticket t JOIN signal s ON s.id = t.signal_id ORDER BY 1",
    "history": "SELECT s.title, e.step, e.actor FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id "
    "JOIN signal s ON s.id = t.signal_id ORDER BY 1, 2",
    "routings": "SELECT s.title, r.rule, r.department_id, r.reason FROM routing r JOIN signal s ON s.id = r.signal_id ORDER BY 1, 2, 4",
    "digests": "SELECT audience, day, subject FROM digest ORDER BY 1",
    "deliveries": "SELECT regexp_replace(regexp_replace(key, '^alert/.*', 'alert'), '/[0-9]+$', ''), status, way, recipient, subject "
    "FROM delivery ORDER BY 1, 4, 5",
    "left to do": "SELECT count(*) FILTER (WHERE annotation_due), count(*) FILTER (WHERE grouping_due) FROM message",
}

FEW_AUDIENCES = (
    "UPDATE department SET active = false WHERE id NOT IN ('reiniging', 'verkeer') AND id NOT IN (SELECT department_id FROM ticket)",
)
"""Each department's digest is built as any other's: the newsroom, the executive, the one with the ticket and a quiet one are enough."""
KEPT = "key LIKE 'alert/%' OR id = (SELECT min(id) FROM delivery WHERE way = 'smtp' AND key NOT LIKE 'alert/%')"
EVERY_WAY_OUT = (
    f"DELETE FROM delivery WHERE NOT ({KEPT})",
    "UPDATE department SET target = 'eigen' WHERE id IN (SELECT department_id FROM ticket)",
    "INSERT INTO delivery (key, way, status, recipient, subject, html, text, brief, created_at, due_at, attempts, problem) "
    "SELECT 'piket', 'chat', 'waiting', 'piket', 'Piek', '', '', 'Kijk even.', created_at, due_at, 0, '' FROM delivery LIMIT 1",
)
"""Each digest leaves as any other does; so of each way out a few remain, and the walk is short."""
BEFOREHAND = {"digest": FEW_AUDIENCES, "deliver": EVERY_WAY_OUT}
"""What changes a database before a step is walked."""


@pytest.fixture(scope="module")
def town(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with build_town(tmp_path_factory.mktemp("town"), trained_model, NOW) as built:
        yield built


@pytest.fixture(scope="module")
def zygote(town: Town) -> Iterator[Zygote]:
    process = Zygote("tests.faults.zygote", town.environment)
    yield process
    process.close()


@pytest.fixture(scope="module")
def stages(server: Server, town: Town, zygote: Zygote) -> Databases:
    """For each step a database `before_<step>` in which the steps before it have been done."""
    databases = Databases(server)
    with town.configured(server, "stage_configured"):
        pass
    before = "stage_configured"
    for step in STEPS:
        databases.copy(before, f"before_{step}")
        databases.change(f"before_{step}", *BEFOREHAND.get(step, ()))
        zygote.run(step, NOW, databases.copy(f"before_{step}", f"after_{step}"))
        before = f"after_{step}"
    return databases


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_boundary_a_step_loses_and_doubles_nothing(step: str, stages: Databases, town: Town, zygote: Zygote) -> None:
    undisturbed = zygote.run(step, NOW, stages.copy(f"before_{step}", "walk"))
    assert undisturbed.crossed, "a step without a boundary does nothing"
    right = stages.ask("walk", OUTCOME)
    wrong = {}
    for number, boundary in undisturbed.places_to_die():
        town.forget_post()
        environment = stages.copy(f"before_{step}", "walk")
        assert zygote.run(step, NOW, environment, kill_at=number).killed, f"{step} no longer reaches boundary {number} ({boundary})"
        zygote.run(step, AFTERWARDS, environment)
        found = stages.ask("walk", OUTCOME)
        if found != right:
            wrong[f"{number} {boundary}"] = [what for what in right if found[what] != right[what]]
        if step == "deliver":
            assert_arrived(town, right, f"{number} {boundary}")
    assert wrong == {}, f"of {len(undisturbed.crossed)} boundaries of {step}"


def assert_arrived(town: Town, right: dict[str, list[tuple[Any, ...]]], when: str) -> None:
    """Everything is outside, once to be seen; a chat, which knows no identities, may show one call twice."""
    by_way = Counter(way for _, _, way, *_ in right["deliveries"])
    found = town.arrived()
    assert len(found.mails) == by_way["smtp"], f"mail lost or doubled, {when}"
    assert len(found.tickets) == by_way["target"], f"ticket lost, {when}"
    assert set(found.tickets.values()) == {1}, f"note lost or doubled, {when}"
    assert by_way["chat"] <= found.chats <= by_way["chat"] + 1, f"chat lost or doubled, {when}"


@pytest.mark.parametrize("which", ["mail", "chat", "target"])
def test_a_way_out_that_fails_holds_up_no_other_and_loses_nothing(which: str, stages: Databases, town: Town, zygote: Zygote) -> None:
    zygote.run("deliver", NOW, stages.copy("before_deliver", "walk"))
    right = stages.ask("walk", OUTCOME)
    town.forget_post()
    environment = stages.copy("before_deliver", "walk")
    with town.failing(which):
        zygote.run("deliver", NOW, environment)
    state = {way: status for _, status, way, *_ in stages.ask("walk", OUTCOME)["deliveries"]}
    ways = {"mail": "smtp"}.get(which, which)
    assert {way: status for way, status in state.items() if way != ways} == {way: "sent" for way in state if way != ways}
    assert state[ways] == "waiting"
    zygote.run("deliver", AFTERWARDS, environment)
    assert stages.ask("walk", OUTCOME) == right
    asked = [call for call in town.site.asked if call.path.startswith("/piket")]
    town.site.asked = [call for call in town.site.asked if call not in asked] + asked[-1:]
    assert_arrived(town, right, which)


def test_killed_at_any_boundary_nobody_is_renamed_by_half(stages: Databases, town: Town, zygote: Zygote) -> None:
    """The key is new, and everybody is heard once more: a person has one name before and after, and no message is doubled."""
    rotate(Path(town.environment["LUISTERPOST_DATA"]) / "keys")
    before = {row[:2]: row[3] for row in stages.ask("after_listen", OUTCOME)["messages"]}
    undisturbed = zygote.run("listen", LATER, stages.copy("after_listen", "walk"))
    right = stages.ask("walk", OUTCOME)
    renamed = [row for row in right["messages"] if row[3] != before[row[:2]]]
    assert len(renamed) >= 5
    wrong = {}
    for number, boundary in undisturbed.places_to_die():
        environment = stages.copy("after_listen", "walk")
        assert zygote.run("listen", LATER, environment, kill_at=number).killed, f"boundary {number} ({boundary}) is no longer reached"
        halfway = {row[3] for row in stages.ask("walk", OUTCOME)["messages"]}
        assert len(halfway) == len({row[3] for row in right["messages"]}), f"somebody has two names at {number} {boundary}"
        zygote.run("listen", LATER + timedelta(minutes=5), environment)
        if stages.ask("walk", OUTCOME) != right:
            wrong[f"{number} {boundary}"] = [what for what, rows in stages.ask("walk", OUTCOME).items() if rows != right[what]]
    assert wrong == {}, f"of {len(undisturbed.crossed)} boundaries"


def test_the_walk_meets_what_it_is_meant_to_meet(stages: Databases, zygote: Zygote) -> None:
    """A walk over nothing proves nothing: the little town has a signal, a ticket, digests and mail, and several commits a step."""
    done = stages.ask("after_deliver", OUTCOME)
    assert len(done["messages"]) >= 25
    assert len(done["tickets"]) >= 1
    assert {"newsroom", "reiniging", "verkeer"} <= {audience for audience, *_ in done["digests"]}
    assert {status for _, status, *_ in done["deliveries"]} == {"sent"}
    assert done["rejected"]
    assert done["shared"][0][0] >= 5
    for step in STEPS:
        crossed = zygote.run(step, NOW, stages.copy(f"before_{step}", "walk")).crossed
        assert crossed.count("after commit") >= 2, step
