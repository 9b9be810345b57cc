"""The JSON-LD is valid by the shapes of CASE 1.5, which the package case-utils carries."""

import importlib.resources
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph

from disclosed_messages import HEAD, disclosed, enclose_attributions
from disclosure.forms import reading
from underseal.core.records import Kind, Verdict
from underseal.evidence.disclosure import Attached
from underseal.evidence.disclosure.forms import case

ONTOLOGY = importlib.resources.files("case_utils.ontology")
PICTURE = Attached(
    name="foto.jpg", mime="image/jpeg", size=3, sha256="0a" * 32, file="media/" + "0a" * 32, state="opened"
)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(str(ONTOLOGY / "case-1.5.0.ttl"))


@pytest.fixture(scope="module")
def kinds() -> Graph:
    """Which class is below which: what of the ontology the shapes need to find their targets."""
    return Graph().parse(str(ONTOLOGY / "case-1.5.0-subclasses.ttl"))


def test_the_graph_is_valid_by_the_published_shapes(tmp_path: Path, shapes: Graph, kinds: Graph) -> None:
    messages = [
        disclosed(1, attached=PICTURE, kind=Kind.PICTURE),
        disclosed(2, text=None, verdict=Verdict.NO_KEY, kind=Kind.SEALED),
        disclosed(3, sender="", recipients=(), conversation="", event="", time=-1),
    ]
    enclose_attributions(tmp_path)
    (folder := tmp_path / "forms").mkdir()
    case.write(HEAD, lambda: iter(messages), folder)
    assert _problems(reading.case_graph(folder), shapes, kinds) == ""


def test_the_shapes_would_tell(tmp_path: Path, shapes: Graph, kinds: Graph) -> None:
    case.write(HEAD, lambda: iter([disclosed(1)]), tmp_path)
    file = tmp_path / "messages.case.jsonld"
    file.write_text(file.read_text().replace('"observable:messageText":"ok"', '"observable:messageText":5'))
    assert "xsd:string" in _problems(reading.case_graph(tmp_path), shapes, kinds)


def _problems(graph: Graph, shapes: Graph, kinds: Graph) -> str:
    """Return what does not conform, be it only a recommendation."""
    conforms, _, words = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=kinds, inference="none")
    return "" if conforms else words
