"""Reads each form back by a reader that did not write it."""

import csv
import email
import email.policy
import io
import json
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pypdf
from openpyxl.utils.escape import unescape
from rdflib import Graph, Literal, Namespace
from rdflib.namespace import RDF

from underseal.evidence.disclosure import Disclosed
from underseal.evidence.disclosure.forms.csv import GUARD

CORE = Namespace("https://ontology.unifiedcyberontology.org/uco/core/")
OBSERVABLE = Namespace("https://ontology.unifiedcyberontology.org/uco/observable/")
OURS = Namespace("urn:underseal:disclosure:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every form must say of a message."""

    line: int
    record: int
    leaf: str
    iso: str
    sender: str
    text: str | None
    verdict: str
    redactions: str
    sha256: str


def expected(message: Disclosed) -> Row:
    """Return what is right."""
    return Row(
        line=message.line,
        record=message.record,
        leaf=message.leaf,
        iso=message.iso,
        sender=message.sender,
        text=message.text,
        verdict=message.verdict,
        redactions="\n".join(f"{held.field}: {held.why} ({held.by})" for held in message.redactions),
        sha256=message.attached.sha256 if message.attached else "",
    )


def from_columns(columns: Mapping[str, Any]) -> Row:
    """Return the row of a table."""
    return Row(
        line=int(columns["line"]),
        record=int(columns["record"]),
        leaf=columns["leaf"],
        iso=columns["iso"],
        sender=columns.get("sender") or "",
        text=(columns.get("text") or "") if columns["readable"] == "yes" else None,
        verdict=columns["verdict"],
        redactions=columns.get("redactions") or "",
        sha256=columns.get("attached_sha256") or "",
    )


def read_csv(folder: Path) -> list[Row]:
    """Read messages.csv, taking the guard off each text."""
    with (folder / "messages.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            from_columns({name: cell.removeprefix(GUARD) for name, cell in row.items()})
            for row in csv.DictReader(file, strict=True)
        ]


def read_xlsx(folder: Path) -> list[Row]:
    """Read the sheet of messages, joining parts."""
    book = openpyxl.load_workbook(folder / "messages.xlsx", read_only=True)
    titles, *rows = book["messages"].iter_rows(values_only=True)
    joined: dict[object, dict[str, Any]] = {}
    for cells in rows:
        row = {
            str(name): unescape(cell) if isinstance(cell, str) else cell
            for name, cell in zip(titles, cells, strict=True)
        }
        if row["part"].startswith("1/"):
            assert row["line"] not in joined
            joined[row["line"]] = row
        else:
            for name, cell in row.items():
                if name not in {"line", "part"} and cell:
                    joined[row["line"]][name] += cell
    return [from_columns(row) for row in joined.values()]


def manifests(folder: Path) -> Iterator[tuple[email.message.EmailMessage, dict[str, Any], list[str]]]:
    """Yield the mail, the manifest and the names of the other files of each RSMF."""
    for file in sorted(folder.glob("rsmf/*.rsmf")):
        with file.open("rb") as opened:
            mail = email.message_from_binary_file(opened, policy=email.policy.default)
        (attachment,) = mail.iter_attachments()
        assert attachment.get_filename() == "rsmf.zip"
        with zipfile.ZipFile(io.BytesIO(attachment.get_content())) as archive:
            names = archive.namelist()
            names.remove("rsmf_manifest.json")
            yield mail, json.loads(archive.read("rsmf_manifest.json")), names


def read_rsmf(folder: Path) -> list[Row]:
    """Read the events of all files."""
    rows = []
    for _, manifest, _ in manifests(folder):
        accounts = {person["id"]: person.get("account_id", "") for person in manifest["participants"]}
        for event in manifest["events"]:
            custom = {one["name"]: one["value"] for one in event["custom"]}
            text = event.get("body") if event["type"] == "message" else None
            rows.append(
                from_columns(
                    custom | {"iso": event["timestamp"], "text": text, "sender": accounts[event["participant"]]}
                )
            )
    return rows


def case_graph(folder: Path) -> Graph:
    """Read messages.case.jsonld."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's reader uses what rdflib has given up
        return Graph().parse(folder / "messages.case.jsonld", format="json-ld")


def read_case(folder: Path) -> list[Row]:
    """Read the graph."""
    graph = case_graph(folder)
    digests = {}
    for link in graph.subjects(RDF.type, OBSERVABLE.ObservableRelationship):
        source = graph.value(link, CORE.source)
        for facet in graph.objects(source, CORE.hasFacet):
            for held in graph.objects(facet, OBSERVABLE.hash):
                value = next(
                    graph.objects(held, Namespace("https://ontology.unifiedcyberontology.org/uco/types/").hashValue)
                )
                digests[graph.value(link, CORE.target)] = str(value).lower()
    rows = []
    for message in graph.subjects(RDF.type, OBSERVABLE.Message):
        facets = {
            kind: facet for facet in graph.objects(message, CORE.hasFacet) for kind in graph.objects(facet, RDF.type)
        }
        sent, ours = facets[OBSERVABLE.MessageFacet], facets[OURS.DisclosedMessageFacet]
        columns = {str(name).removeprefix(str(OURS)): str(value) for name, value in graph.predicate_objects(ours)}
        sender, text = graph.value(sent, OBSERVABLE["from"]), graph.value(sent, OBSERVABLE.messageText)
        facets_of_sender = graph.objects(sender, CORE.hasFacet) if sender else iter(())
        account = next((graph.value(facet, OBSERVABLE.accountIdentifier) for facet in facets_of_sender), "")
        moment = graph.value(sent, OBSERVABLE.sentTime)
        assert isinstance(moment, Literal)
        assert moment.toPython().isoformat(timespec="milliseconds") == columns["iso"]
        own = {"sender": account or "", "text": text, "attached_sha256": digests.get(message, "")}
        rows.append(from_columns(columns | {name: str(value) for name, value in own.items() if value is not None}))
    return sorted(rows, key=lambda row: row.line)


def ftm_entities(folder: Path) -> list[dict[str, Any]]:
    """Read messages.ftm.json."""
    with (folder / "messages.ftm.json").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read_ftm(folder: Path) -> list[Row]:
    """Read the messages, and the accounts that they lead to."""
    entities = ftm_entities(folder)
    accounts = {one["id"]: one["properties"]["username"][0] for one in entities if one["schema"] == "UserAccount"}
    notes = {
        one["properties"]["parent"][0]: one["properties"]["notes"][0] for one in entities if one["schema"] == "Document"
    }
    rows = []
    for one in entities:
        if one["schema"] != "Message":
            continue
        columns = json.loads(one["properties"]["notes"][0])
        assert one["properties"]["name"] == [f"Line {columns['line']}, {columns['iso']}"]
        assert one["properties"].get("bodyText", [""]) == [columns["text"] or ""]
        sender = [accounts[account] for account in one["properties"].get("senderAccount", [])]
        digest = re.search(r"^SHA-256: ([0-9a-f]{64})$", notes.get(one["id"], ""), re.MULTILINE)
        rows.append(
            from_columns(columns | {"sender": "".join(sender), "attached_sha256": digest.group(1) if digest else ""})
        )
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What the PDF shows of a message: all without white space.

    Attributes:
        words: between the line of time and sender and that of the record.
    """

    line: int
    iso: str
    who: str
    words: str
    record: int
    leaf: str
    verdict: str


def heads(folder: Path) -> dict[str, str]:
    """Return what each form says at its head."""
    (about,) = (sheet for sheet in openpyxl.load_workbook(folder / "messages.xlsx") if sheet.title == "about")
    graph = json.loads((folder / "messages.case.jsonld").read_text())["@graph"]
    first = ftm_entities(folder)[0]
    with (folder / "about.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return {
        "pdf": pdf_pages(folder)[0],
        "xlsx": "\n".join(str(cell) for row in about.values for cell in row),
        "csv": "\n".join(value for _, value in rows),
        "rsmf": "\n".join(one["value"] for one in next(manifests(folder))[1]["conversations"][0]["custom"]),
        "case": "\n".join(graph[-1]["core:description"]),
        "ftm": "\n".join(first["properties"]["summary"]),
        "graphml": "\n".join(str(value) for value in nx.read_graphml(folder / "accounts.graphml").graph.values()),
    }


def bare(text: str) -> str:
    """Return a text without white space and without characters that only order others."""
    return "".join(
        sign for sign in text if not sign.isspace() and unicodedata.bidirectional(sign) not in {"FSI", "PDI"}
    )


def pdf_pages(folder: Path) -> list[str]:
    """Return the text of each page without its head and its foot."""
    pages = []
    for number, page in enumerate(pypdf.PdfReader(folder / "messages.pdf").pages, 1):
        rows = page.extract_text().splitlines()
        assert f"Page {number} of " in rows[-1]
        pages.append("\n".join(rows[1 if number > 1 else 0 : -1]))
    return pages


def read_pdf(folder: Path) -> list[Printed]:
    """Read the PDF, over the breaks of its pages."""
    text = "\n".join(pdf_pages(folder)[1:])
    found = re.finditer(
        r"^(?P<line>\d+) (?P<iso>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d) (?P<words>.*?)^record (?P<record>\d+) · "
        r"leaf (?P<leaf>[0-9a-f]{64}) · (?:item|context)\n[a-z_]+, (?P<verdict>[a-z_]+) · ",
        text,
        re.MULTILINE | re.DOTALL,
    )
    rows = []
    for one in found:
        who, _, words = one["words"].partition("\n")
        rows.append(
            Printed(
                line=int(one["line"]),
                iso=one["iso"],
                who=bare(who),
                words=bare(words),
                record=int(one["record"]),
                leaf=one["leaf"],
                verdict=one["verdict"],
            )
        )
    return rows
