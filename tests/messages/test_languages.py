"""A language is a folder: English is complete for staff, and what a language lacks is Indonesian as a whole."""

from __future__ import annotations

import re
import shutil
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2 import meta, nodes

from bot.telegram.rendering import NOTICE_LIMIT, length, letters
from bot.typed_words import vocabulary
from flows.model.buttons import Button
from flows.model.outcome import Picture, Say
from flows.model.roles import Role
from flows.route_table import TABLE, WALKS
from messages import LANGUAGES, drawing, label, names, render, spoken
from messages.environment import FOLDER
from messages.languages import COMMANDS, INDONESIAN, LABELS, Languages
from tests.flows.test_transcripts import FILES, Played, played_once
from tests.support.tables import each_row

ENGLISH = LANGUAGES["en"]
CONSTANT = re.compile(r"""["']([a-z_]+/[a-z_]*)(?=["'{])""")
"""The name of a message in code; of an f-string its beginning, which ends in a stroke."""
TO_OFFICES = ("reminder/",)
"""What the walks of staff say to contacts alone, and is shown to staff as those get it."""
WORDLESS = {"threads/asked", "threads/told", "import/map_file"}
"""Messages of names and of what somebody wrote."""
COMMON = ("help/", "notice/", "language/", "explained/")
"""Folders that staff may always be told from."""
ROOT = Path(__file__).parents[2]


def of_staff() -> list[str]:
    """Names of the messages that the walks of staff can say, whatever part of the code says them."""
    begun = {
        begins
        for walk in WALKS
        if walk.__name__.startswith("flows.staff.")
        for path in Path(walk.__file__ or "").parent.glob("*.py")
        for begins in CONSTANT.findall(path.read_text(encoding="utf-8"))
    }
    begun.update(COMMON)
    begins = tuple(one for one in begun if one.endswith(("_", "/")))
    candidates = (name for name in names() if name in begun or name.startswith(begins))
    return [name for name in candidates if not name.startswith(TO_OFFICES)]


MESSAGES = of_staff()
STAFF = (": kanwil", ": coordinator", ": admin")
A_SCREEN_WIDE = 40
"""Characters of a button that has a row of its own, on a phone."""


@cache
def tree_of(name: str, language: str) -> nodes.Template:
    environment = LANGUAGES[language].environment
    assert environment.loader is not None
    return environment.parse(environment.loader.get_source(environment, f"{name}.j2")[0])


@cache
def used(name: str, language: str) -> set[str]:
    """Variables and attributes that a message prints or asks for, with those of what it quotes."""
    tree = tree_of(name, language)
    variables = meta.find_undeclared_variables(tree)
    variables |= {node.attr for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all(nodes.Filter):
        if node.name == "quoted":
            assert isinstance(node.args[0], nodes.Const)
            variables |= used(node.args[0].value, INDONESIAN)
    return variables


def asked(name: str, language: str) -> set[object]:
    """The codes that a message tells apart: in comparisons, and as keys of its little tables."""
    tree = tree_of(name, language)
    compared = (operand.expr for operand in tree.find_all(nodes.Operand))
    keys = (pair.key for pair in tree.find_all(nodes.Pair))
    return {
        node.value
        for node in (*compared, *keys)
        if isinstance(node, nodes.Const) and isinstance(node.value, str)
    }


@each_row("name", MESSAGES)
def test_english_has_it_and_shows_the_same(name: str) -> None:
    assert spoken(name, "en") == "en"
    assert used(name, "en") == used(name, "id")
    quotes = name in ("staff/reminder_preview", "staff/not_joined")
    assert quotes or asked(name, "en") == asked(name, "id")


def test_english_has_no_message_that_indonesian_has_not() -> None:
    for path in ENGLISH.folder.rglob("*.*"):
        assert (FOLDER / path.relative_to(ENGLISH.folder)).is_file(), path


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.typ")), ids=lambda path: path.stem)
def test_english_has_every_drawing(path: Path) -> None:
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    assert drawing.spoken(name, "en") == "en"
    assert drawing.source(name, "en").count(b"view.") == drawing.source(name).count(b"view.")


def test_english_has_every_line_about_commands() -> None:
    lines = tomllib.loads((FOLDER.parent / COMMANDS).read_text(encoding="utf-8"))
    assert set(lines) == TABLE.names
    for command, kinds in lines.items():
        assert "menu" in kinds
        assert set(kinds) <= {"menu", "help", *(f"help_{role}" for role in Role)}, command
        for kind, texts in kinds.items():
            assert set(texts) >= {"id", "en"}, f"{command}: {kind}"
    assert ENGLISH.menu_line("bahasa") == "The language of messages to you · Bahasa"
    with pytest.raises(KeyError):
        ENGLISH.menu_line("nothing")


def test_english_has_every_button_and_state() -> None:
    for code, texts in tomllib.loads((FOLDER.parent / LABELS).read_text(encoding="utf-8")).items():
        assert {"id", "en"} <= set(texts) <= set(LANGUAGES.codes), code
    for of, states in LANGUAGES["id"].table("marks").items():
        shown = ENGLISH.own("marks")[of]
        assert {state: mark for state, (mark, _) in states.items()} == {
            state: mark for state, (mark, _) in shown.items()
        }


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> list[Played]:
    """What transcripts with staff in them say."""
    paths = (path for path in FILES if any(role in path.read_text("utf-8") for role in STAFF))
    return [played_once(path, tmp_path_factory) for path in paths]


def test_whatever_is_said_to_staff_alone_is_there_in_english(heard: list[Played]) -> None:
    to_staff = {name for played in heard for name in played.to_staff}
    assert len(to_staff) > 60
    assert [name for name in sorted(to_staff) if spoken(name, "en") != "en"] == []


def test_what_staff_read_is_said_in_english(heard: list[Played]) -> None:
    views = [pair for played in heard for pair in played.views.items() if pair[0] in MESSAGES]
    assert len({name for name, _ in views}) > 40
    for name, shown in views:
        for view in shown:
            text = render(name, view, "en")
            assert text
            assert text != render(name, view) or name in WORDLESS, name
            if name.startswith("notice/"):
                assert length(text) <= NOTICE_LIMIT
    buttons = [pair for played in heard for pair in played.buttons.items()]
    assert len({code for code, _ in buttons}) > 60
    for code, shown in buttons:
        for view in shown:
            width = max(A_SCREEN_WIDE, length(label(code, view)))
            assert length(label(code, view, "en")) <= width, code


# A language that is not all there


@pytest.fixture
def third(tmp_path: Path) -> Languages:
    """Indonesian, and a folder with two messages in Javanese, one of them without a part that it includes."""
    shutil.copytree(FOLDER, tmp_path / "id")
    lines = (FOLDER.parent / COMMANDS).read_text(encoding="utf-8")
    lanjut = 'menu.id = "Pertanyaan berikutnya"\n'
    assert lanjut in lines
    (tmp_path / COMMANDS).write_text(
        lines.replace(lanjut, f'{lanjut}menu.zz = "Pitakonan sabanjure"\n'), encoding="utf-8"
    )
    folder = tmp_path / "zz"
    (folder / "notice").mkdir(parents=True)
    (folder / "staff").mkdir()
    (folder / "language.toml").write_text(
        'name = "Basa Jawa"\nlocale = "jv"\n[patterns]\ndate = "d MMMM y"\n'
        'moment = "d MMMM y \'tabuh\' HH.mm"\nday = "EEEE, d MMMM y"\n',
        encoding="utf-8",
    )
    (folder / "notice/extension_answered.j2").write_text(
        'Panyuwunan iki wis {{ "disarujuki" if granted else "ditolak" }} dening {{ by }}.\n',
        encoding="utf-8",
    )
    (folder / "staff/overview.j2").write_text(
        '<b>Kabeh dhaerah</b>\n{% for row in rows %}\n{% include "totals/_row.j2" %}\n\n{% endfor %}\n',
        encoding="utf-8",
    )
    (tmp_path / LABELS).write_text(
        (FOLDER.parent / LABELS).read_text(encoding="utf-8")
        + 'yes.zz = "Inggih"\nreading.zz = "{{ value|number }}"\n', encoding="utf-8",
    )  # fmt: skip
    (folder / "marks.toml").write_text(
        '[answers]\nempty = ["▫️", "durung diisi"]\n', encoding="utf-8"
    )
    return Languages(tmp_path)


def test_a_new_language_needs_no_code(third: Languages) -> None:
    assert third.codes == ("id", "zz")
    view = {"granted": True, "by": "Budi & Ani"}
    text = third.render("notice/extension_answered", view, "zz")
    assert text == "Panyuwunan iki wis disarujuki dening Budi &amp; Ani."
    assert third.label("yes", {}, "zz") == "Inggih"
    assert third.menu_line("lanjut", "zz") == "Pitakonan sabanjure"
    assert third["zz"].help_line("lanjut", "contact") == "pitakonan sabanjure"
    assert third["zz"].state("empty") == "durung diisi"
    assert (
        third["zz"]
        .printing.moment(datetime(2017, 3, 1, 9, 5, tzinfo=UTC))
        .endswith("2017 tabuh 09.05")
    )


def test_what_it_lacks_is_indonesian_as_a_whole(third: Languages) -> None:
    row = {
        "region": "Jakarta Pusat", "stage": "open", "claimed": Decimal("12.5"), "filled": 3, "total": 43,
        "sent": 1, "joined": 2, "offices": 5,
    }  # fmt: skip
    row |= {"on_time": 0, "open": 21, "levels": []}
    view = {"rows": [row], "of_year": None, "is_over": False, "proposed": []}
    assert third.spoken("staff/overview", "zz") == "id", "a part of it is not there"
    assert third.render("staff/overview", view, "zz") == third.render("staff/overview", view)
    assert "12,50 bila ditutup hari ini" in third.render("staff/overview", view, "zz")
    assert third.render("notice/saved", {"receipt": 4}, "zz") == "Tersimpan · R-0004"
    assert third.label("no", {}, "zz") == "Tidak"
    assert third.menu_line("kategori", "zz") == "Semua pertanyaan, lihat dan ubah"
    assert third["zz"].help_line("jeda", "contact") == "jeda pengingat beberapa hari"
    assert third["zz"].state("draft") == "terisi, belum dikirim"
    assert third["zz"].table("words") == third["id"].table("words")


def test_a_part_that_is_chosen_when_it_is_rendered_may_be_lacking_too(third: Languages) -> None:
    folder = third["zz"].folder
    for name in ("answering/_worked.j2", "answering/_marks.j2", "explained/yes_no.j2"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(FOLDER / name, folder / name)
    (folder / "explained/_points.j2").write_text("poin\n", encoding="utf-8")
    assert Languages(folder.parent).spoken("answering/_worked", "zz") == "id", "no explained/count"
    for path in (FOLDER / "explained").glob("*.j2"):
        shutil.copy(path, folder / "explained")
    assert Languages(folder.parent).spoken("answering/_worked", "zz") == "zz"


def test_an_unknown_language_is_indonesian(third: Languages) -> None:
    assert third.spoken("notice/saved", "xx") == "id"
    assert third.render("notice/saved", {"receipt": 4}, "xx") == "Tersimpan · R-0004"
    assert third.label("yes", {}, "xx") == "Ya"
    with pytest.raises(jinja2.TemplateNotFound):
        third.render("notice/nothing", {}, "zz")
    with pytest.raises(KeyError):
        third.label("nothing", {}, "zz")


def test_buttons_speak_as_their_message_does() -> None:
    keyboard = ((Button("cancel", "x"),),)

    def texts(name: str, view: dict[str, Any]) -> tuple[str, str]:
        (letter,) = letters(Say(name, view, keyboard), 5, "en")
        return letter.payload["text"], letter.payload["reply_markup"]["inline_keyboard"][0][0][
            "text"
        ]

    assert texts("staff/reminder_dropped", {"announced": False}) == (
        "Reminder cancelled. Nothing was sent.",
        "◀️ Cancel",
    )
    text, button = texts("forwarding/confirm_first", {})
    assert text == render("forwarding/confirm_first", {})
    assert button == "◀️ Batal"


def test_a_drawing_waits_with_its_language() -> None:
    view = {"region": "X", "stage": "final", "value": Decimal(80), "rating": None, "claimed": Decimal("79.5"),
            "deciding": [], "day": date(2017, 3, 31), "filled": 1, "total": 1, "verified": 1}  # fmt: skip
    (indonesian,) = letters(Picture("staff/picture", view), 5)
    (english,) = letters(Picture("staff/picture", view), 5, "en")
    assert "language" not in indonesian.payload
    assert indonesian.payload["figures"]["claimed"]["text"] == "79,50"
    assert english.payload["language"] == "en"
    assert english.payload["figures"]["claimed"]["text"] == "79.50"
    assert "final verified score 80.00" in english.payload["caption"]


# What English prints


def test_figures_and_dates_the_english_way() -> None:
    printing = ENGLISH.printing
    assert printing.number(Decimal("14250.5")) == "14,250.5"
    assert printing.total(Decimal("76.5")) == "76.50"
    assert printing.date(date(2017, 3, 31)) == "31 March 2017"
    assert printing.day(date(2017, 4, 17)) == "Monday, 17 April 2017"
    assert printing.moment(datetime(2017, 3, 1, 9, 5, tzinfo=UTC)) == "1 March 2017 at 09:05"
    filters = ENGLISH.environment.filters
    assert filters["tanggal"] is filters["date"], "both names, one filter"


def test_what_goes_to_others_is_shown_as_they_get_it() -> None:
    view = {
        "offices": [{"name": "Suku Dinas Sosial", "region": "Jakarta Pusat"}], "more": 0, "year": 2016,
        "deadline": date(2017, 3, 31), "sender": None, "institution": "Kanwil <DKI>",
    }  # fmt: skip
    text = render("staff/not_joined", view, "en")
    assert text.startswith("<b>Not joined</b>")
    assert "paling lambat 31 Maret 2017. Terima kasih. Kanwil &lt;DKI&gt;</blockquote>" in text


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("yes", ("ya", "iya", "simpan", "yes", "save")), ("no", ("tidak", "ubah", "no", "cancel")),
        ("has", ("ya", "ada", "yes")), ("has_not", ("t", "tidak ada", "not yet")),
        ("finished", ("selesai", "nanti saja", "done")), ("send", ("kirim", "send")),
    ],
)  # fmt: skip
def test_what_stands_for_a_tap_is_understood_in_every_language(
    choice: str, words: tuple[str, ...]
) -> None:
    assert set(words) <= set(vocabulary().choice(choice))


def test_what_is_typed_for_a_choice_is_understood_in_every_language() -> None:
    typed = vocabulary()
    assert typed.choice("all")[:3] == ("semua", "semua daerah", "provinsi")
    assert "all regions" in typed.choice("all")
    assert typed.choice("nothing") == ()
    own = {code: LANGUAGES[code].own("words").get("choices", {}) for code in LANGUAGES.codes}
    assert set(own["en"]) <= set(own["id"])
    assert all(words for choices in own.values() for words in choices.values())
