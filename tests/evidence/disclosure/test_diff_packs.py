"""`disclose diff`: every difference between two packs has its reason."""

from pathlib import Path

from underseal.core.verify.disclosure.diff import Where, diff, open_pack
from underseal.evidence.dossier.coding import Choice
from underseal.evidence.dossier.exclusions import ExclusionDraft, Source, SourceKind

from .quay import Quay


def told(old: Path, new: Path) -> dict[tuple[Where, int], str]:
    return {(each.where, each.record): each.reason for each in diff(open_pack(old), open_pack(new))}


def test_every_difference_between_two_packs_is_explained(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$a2", "$b0", "$c0", "$open")
    locked = quay.number("$c0")
    quay.disclosure().redact(dossier, quay.number("$a2"), "text", why="a test")
    dossiers = quay.case().dossiers
    dossiers.codings.code(dossier, quay.number("$a5"), Choice.RELEVANT)
    old = quay.pack(dossier, "old")
    assert told(old, quay.pack(dossier, "same.zip", zipped=True)) == {}

    quay.keys("LATE", [quay.senders["cas"].key()])
    quay.investigation.release(workers=1)
    opened = quay.number("$c0")
    assert opened != locked
    quay.disclosure().redact(dossier, quay.number("$a1"), "text", why="a third party")
    quay.disclosure().show(dossier, quay.number("$a2"), "text", why="they agreed")
    quay.add(dossier, "$a5", "$b1")
    (gone,) = (i for i in dossiers.items.page(dossier).items if i.record == quay.number("$b0"))
    dossiers.items.remove(dossier, gone.id, why="of no weight")
    assert told(old, quay.pack(dossier, "new")) == {
        (Where.CHANGED, quay.number("$a1")): "newly redacted: text",
        (Where.CHANGED, quay.number("$a2")): "redacted no longer: text",
        (Where.CHANGED, opened): f"a key opened it since: it was no_key, as record {locked}",
        (Where.ONLY_NEW, quay.number("$a5")): "new item; it was on the schedule of unused material",
        (Where.ONLY_NEW, quay.number("$b1")): "new item",
        (Where.ONLY_OLD, quay.number("$b0")): "now on the schedule of unused material",
    }


def test_what_an_exclusion_took_out_and_brought_back_is_said(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$open")
    whole = quay.pack(dossier, "whole")
    said = ExclusionDraft(decision="J-7", judge="M. Maes", why="no warrant")
    sources, source = quay.case().dossiers.sources, Source(kind=SourceKind.EXHIBIT, value="KEYS")
    sources.exclude(source, said)
    without = quay.pack(dossier, "without")
    number = quay.number("$a1")
    assert told(whole, without) == {
        (Where.ONLY_OLD, number): "removed: its source was excluded by decision J-7 of M. Maes"
    }
    sources.readmit(source, said)
    assert told(without, quay.pack(dossier, "again")) == {
        (Where.ONLY_NEW, number): "new item; its source was excluded by decision J-7 of M. Maes"
    }


def test_what_disappears_without_a_word_is_said_to(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$a2")
    before = quay.pack(dossier, "before")
    quay.disclosure().hold_back(dossier, quay.number("$a2"), why="a source")
    (reason,) = told(before, quay.pack(dossier, "after")).values()
    assert "does not say why" in reason
    assert "sensitive" in reason
