"""FollowTheMoney and GraphML: entities that the model knows, and sums that are the messages."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import networkx as nx
from rdflib.namespace import RDF

from disclosed_messages import HEAD, disclosed
from disclosure.forms import reading
from underseal.evidence.disclosure import Disclosed
from underseal.evidence.disclosure.forms import graphml

MODEL: Mapping[str, Mapping[str, str]] = {
    "Folder": {"title": "string", "summary": "text", "author": "string", "parent": "Folder"},
    "UserAccount": {
        "username": "string",
        "service": "string",
        "name": "name",
        "owner": "Person",
        "proof": "Document",
        "notes": "text",
    },
    "Person": {"name": "name", "birthDate": "day", "proof": "Document", "notes": "text"},
    "UnknownLink": {
        "subject": "Person",
        "object": "UserAccount",
        "role": "string",
        "status": "string",
        "startDate": "date",
        "endDate": "date",
        "recordId": "string",
        "summary": "text",
        "proof": "Document",
    },
    "Message": {
        "name": "name",
        "parent": "Folder",
        "date": "date",
        "senderAccount": "UserAccount",
        "recipientAccount": "UserAccount",
        "threadTopic": "string",
        "messageId": "string",
        "inReplyTo": "string",
        "recordId": "string",
        "bodyText": "text",
        "notes": "text",
    },
    "Document": {
        "parent": "Folder",
        "title": "string",
        "fileName": "string",
        "fileSize": "number",
        "mimeType": "mimetype",
        "notes": "text",
    },
}
"""Properties of the model (followthemoney 4.11) that are used. A `Message` is a `Folder` too. The library itself is no part of the tests,
since it needs a compiler and ICU."""

VALUES = {
    "string": r"[^\x00-\x1f]{1,1024}",
    "name": r"[^\x00-\x1f]{1,1024}",
    "text": r"(?s).+",
    "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "day": r"\d{4}-\d\d-\d\d",
    "number": r"\d+",
    "mimetype": r"[\w.+-]+/[\w.+-]+",
}


def test_every_entity_is_of_the_model(written: Path) -> None:
    schemas = {name: set[str]() for name in ("Folder", "UserAccount", "Person", "Document")}
    for entity in reading.ftm_entities(written):
        assert entity.keys() == {"id", "schema", "properties"}
        for name, values in entity["properties"].items():
            kind = MODEL[entity["schema"]][name]
            for value in values:
                assert value in schemas[kind] if kind in schemas else re.fullmatch(VALUES[kind], value), name
        schemas.setdefault(entity["schema"], set()).add(entity["id"])
        if entity["schema"] == "Message":
            schemas["Folder"].add(entity["id"])


def test_a_person_is_there_by_an_enclosed_attribution_and_with_its_grade(written: Path) -> None:
    entities = reading.ftm_entities(written)
    names = {one["id"]: one["properties"]["name"][0] for one in entities if one["schema"] == "Person"}
    accounts = {one["id"]: one["properties"]["username"][0] for one in entities if one["schema"] == "UserAccount"}
    files = {one["id"]: one["properties"]["fileName"][0] for one in entities if one["schema"] == "Document"}
    links = [
        (names[said["subject"][0]], accounts[said["object"][0]], said["role"][0], said["status"][0], files[said["proof"][0]])
        for said in (one["properties"] for one in entities if one["schema"] == "UnknownLink")
    ]  # fmt: skip
    jan = 'Jan "Кай" <Peeters>'
    assert links == [
        (jan, "@k7q2zp:server.example", "used the account: moderately strong support", "in force", "attributions/A1.json"),
        ("Els", "@k7q2zp:server.example", "used the account: inconclusive", "in force", "attributions/A2.json"),
        (jan, "@m3x9aa:server.example", "used the account: strong support", "withdrawn", "attributions/A10.json"),
    ]  # fmt: skip
    owners = [(accounts[one["id"]], names[owner]) for one in entities for owner in one["properties"].get("owner", ())]
    assert owners == [("@k7q2zp:server.example", jan)]  # neither the withdrawn claim nor the inconclusive one


def test_the_other_graphs_have_the_same_attributions(written: Path) -> None:
    graph = reading.case_graph(written)
    said = {
        (
            str(graph.value(graph.value(link, reading.CORE.source), reading.CORE.name)),
            str(graph.value(link, reading.OURS.grade)),
            str(graph.value(link, reading.OURS.state)),
        )
        for link in graph.subjects(RDF.type, reading.CORE.Relationship)
    }
    jan = 'Jan "Кай" <Peeters>'
    assert said == {
        (jan, "moderately_strong", "in force"),
        ("Els", "inconclusive", "in force"),
        (jan, "strong", "withdrawn"),
    }
    persons = {
        node["label"]: node["persons"]
        for _, node in nx.read_graphml(written / "accounts.graphml").nodes(data=True)
        if node.get("persons")
    }
    assert persons == {
        "@k7q2zp:server.example": (
            f"{jan} (Attribution A1: moderately strong support, in force)\nEls (Attribution A2: inconclusive, in force)"
        ),
        "@m3x9aa:server.example": f"{jan} (Attribution A10: strong support, withdrawn)",
    }


def test_the_sums_of_the_graph_are_the_messages(written: Path, messages: Sequence[Disclosed]) -> None:
    graph = nx.read_graphml(written / "accounts.graphml")
    assert graph.graph["messages"] == len(messages) == sum(sent for _, sent in graph.nodes(data="sent"))
    wrote: dict[int, set[tuple[str, str]]] = {}
    for source, target, edge in graph.edges(data=True):
        records = [int(record) for record in edge["records"].split()]
        assert edge["messages"] == len(records)
        for record in records:
            wrote.setdefault(record, set()).add((graph.nodes[source]["label"], graph.nodes[target]["label"]))
    for message in messages:
        targets = message.recipients or (message.conversation,)
        assert wrote[message.record] == {(message.sender, target) for target in targets}
    assert wrote.keys() == {message.record for message in messages}


def test_an_edge_says_when_the_first_and_the_last_were_sent(tmp_path: Path) -> None:
    messages = [disclosed(1, time=7_000), disclosed(2, time=-5), disclosed(3, time=9)]
    graphml.write(HEAD, lambda: iter(messages), tmp_path)
    ((_, _, edge),) = nx.read_graphml(tmp_path / "accounts.graphml").edges(data=True)
    assert (edge["first"], edge["last"]) == ("1970-01-01T00:59:59.995+01:00", "1970-01-01T01:00:07.000+01:00")


def test_what_is_held_back_is_no_account(written: Path) -> None:
    graph = nx.read_graphml(written / "accounts.graphml")
    kinds = {(node["kind"], node["label"]) for _, node in graph.nodes(data=True)}
    assert ("held back", "█████") in kinds
    assert ("account", "█████") not in kinds
