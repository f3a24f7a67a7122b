"""`@bot kriteria …`: criteria as cards for whoever has a seat, by the version of their province."""

from __future__ import annotations

from bot.telegram.rendering import letters
from flows.model.events import Inline
from flows.model.outcome import Card, InlineAnswer
from tests.flows.world import World
from tests.storage.test_criteria import HOUSES, agree, propose, season


def cards(world: World, who: str, query: str) -> tuple[Card, ...]:
    (answer,) = world.send(who, Inline(query, "q")).messages
    assert isinstance(answer, InlineAnswer)
    return answer.cards


def titles(world: World, who: str, query: str) -> list[str]:
    return [card.title for card in cards(world, who, query)]


def test_contacts_and_staff_find_criteria_by_words_number_and_right() -> None:
    world = season()
    for who in ("Siti", "Budi"):
        assert titles(world, who, "KRITERIA air bersih") == [
            title for title in titles(world, who, "kriteria") if "air bersih" in title
        ]
        assert len(titles(world, who, "kriteria")) == 17
        assert titles(world, who, "kriteria 9")[0].startswith("9. ")
        assert [title[0] for title in titles(world, who, "kriteria hak hidup")] == ["1", "2", "3"]
        assert titles(world, who, "kriteria zzzz") == []


def test_strangers_and_those_who_left_get_nothing() -> None:
    world = season()
    assert titles(world, "Orang", "kriteria 9") == []
    world.do("Budi", "leaves")
    assert titles(world, "Budi", "kriteria 9") == []


def test_a_card_has_the_version_of_the_province_and_nothing_that_was_said() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    agree(world, 9)
    propose(world, 9, "Pemilik data", "Dinas yang membidangi perumahan")
    world.type("Siti", "/kriteria 9")
    world.press("Siti", "💬 Komentar")
    world.type("Siti", "Ambangnya terlalu ketat untuk kota padat.")
    (card,) = cards(world, "Siti", "kriteria 9")
    assert card.view["indicator"]["rows"][0]["printed"] == "≤ 12"
    assert (card.view["comments"], card.view["proposals"]) == ([], [])
    for language, words in (("id", "🤝 disepakati · Hak"), ("en", "🤝 agreed · Hak")):
        (letter,) = letters(InlineAnswer("q", (card,)), 1, language)
        (result,) = letter.payload["results"]
        assert result["description"].startswith(words)
        text = result["input_message_content"]["message_text"]
        assert "≤ 12" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_other_words_are_for_the_status_of_staff_alone() -> None:
    world = season()
    assert titles(world, "Siti", "kriteriaku") == []
    assert titles(world, "Budi", "jakpus") == ["Jakarta Pusat"]
