"""How people type names: each finds the one that is meant, or is asked back; never another one."""

from __future__ import annotations

import pytest

from flows.model.facts import Board, Region
from flows.reading import names
from flows.reading.names import Found, RightQuery, find
from tests.flows.boards import INSTRUMENT, SHORT, jakarta
from tests.support.tables import each_row

BOARD = jakarta()
PUSAT = Board(
    BOARD.regions[1:2], tuple(o for o in BOARD.offices if o.unit.region_id == 2), BOARD.words
)
EACH = tuple(SHORT.values())


def shorthand(match: Found) -> str:
    """What was found: `pus` a region, `kes-pus` an office, `hak perempuan` (with regions unless all)."""
    codes = []
    for meaning in match.meant:
        if isinstance(meaning, Region):
            codes.append(SHORT[meaning.id])
        elif isinstance(meaning, RightQuery):
            at = [SHORT[region.id] for region in meaning.regions]
            codes.append(
                f"hak {meaning.right.code}" + (f" {','.join(at)}" if len(at) < len(EACH) else "")
            )
        else:
            codes.append(meaning.unit.code)
    return " ".join(codes) if match.single else "? " + " ".join(codes)


def each(code: str) -> str:
    return "? " + " ".join(f"{code}-{short}" for short in EACH)


SURE = """
jakpus = pus
Jakpus? = pus
JAKPUS = pus
jak pus = pus
jkt pusat = pus
jakarta pusat = pus
pusat = pus
kota jakarta pusat = pus
kota adm. jakarta pusat = pus
kota administrasi jakarta pusat = pus
jakartapusat = pus
pemkot jakpus = pus
jakpust = pus
31.71 = pus
3172 = ?
tolong status jakpus dong pak = pus
gimana jakut? = ut
jakut = ut
jakarta utara = ut
jak ut = ut
wilayah jakbar = bar
jakarta barat = bar
jakarta brat = ? bar
jaksel = sel
jkt sel = sel
jakarta selatn = sel
jaktim = tim
status jaktim gmn bu = tim
jakarta tmr = tim
kep seribu = seribu
kab kep seribu = seribu
kab. adm. kepulauan seribu = seribu
pulau seribu = seribu
P. Seribu = seribu
seribu = seribu
kepulauan seribuu = seribu
jakarta = ? pus ut bar sel tim
sudinkes jakpus = kes-pus
jakpus sudinkes = kes-pus
sudin kes jakpus = kes-pus
sudin kesehatan jakarta pusat = kes-pus
suku dinas kesehatan kota jakarta pusat = kes-pus
sudin kesehtan jakpus = kes-pus
sudin kesehatn jakpus = kes-pus
dinkes jakpus = kes-pus
kesehatan jakpus = kes-pus
sudinkesjakpus = kes-pus
sukudinaskesehatan jakpus = kes-pus
tolong status sudinkes jakpus pak = kes-pus
UKPD sudinkes jakpus? = kes-pus
berapa progres sudinkes di jakpus = kes-pus
kasudin kesehatan jakpus = kes-pus
sudinkes pusat = kes-pus
sudinkes jakut = kes-ut
kesehatan kep. seribu = kes-seribu
sudin tamhut jakbar = tamhut-bar
tamhut jakbar = tamhut-bar
pertamanan jakbar = tamhut-bar
hutan kota jakbar = tamhut-bar
sudin pertamanan & hutan kota jakbar = tamhut-bar
jakbar pertamanan dan hutan = tamhut-bar
sudindik1 jaksel = dik1-sel
sudindik 1 jaksel = dik1-sel
sudindik wil 1 jaksel = dik1-sel
sudindik wil. I jaksel = dik1-sel
sudin pendidikan wilayah satu jaksel = dik1-sel
pendidikan wilayah I jaksel = dik1-sel
pendidikan 1 jaksel = dik1-sel
sudin dik 1 jaksel = dik1-sel
sudindik II jaksel = dik2-sel
sudindik2 jaksel = dik2-sel
pendidikan wilayah dua jaksel = dik2-sel
pendidikan jaksel = ? dik1-sel dik2-sel
sudindik jaksel = ? dik1-sel dik2-sel
pendidkan 2 jaksel = dik2-sel
disdik jaksel = ? dik1-sel dik2-sel
sudin sda jakpus = sda-pus
sumber daya air jakpus = sda-pus
sda pusat = sda-pus
sudin prkp jakut = prkp-ut
perumahan jakut = prkp-ut
perkim jakut = prkp-ut
pemukiman jakut = prkp-ut
sudin naker jaktim = naker-tim
nakertrans jaktim = naker-tim
nakertransgi jaktim = naker-tim
disnaker jaktim = naker-tim
tenaga kerja jaktim = naker-tim
ketenagakerjaan jaktim = ?
sudinsos jakbar = sos-bar
sudin sos jakbar = sos-bar
sosial jakbar = sos-bar
dinsos jakbar = sos-bar
sudin sosail jakbar = sos-bar
suban kesbangpol jakpus = kesbang-pus
kesbangpol jakpus = kesbang-pus
kes bang pol jakpus = kesbang-pus
kesbang jakpus = kesbang-pus
bakesbangpol jakpus = kesbang-pus
kesatuan bangsa jakpus = kesbang-pus
suku badan kesatuan bangsa dan politik jakpus = kesbang-pus
kepegawaian jakut = pegawai-ut
suban kepeg jakut = pegawai-ut
suku badan kepegawain jakut = pegawai-ut
ppapp jaktim = ppapp-tim
sudin pppapp jaktim = ppapp-tim
perlindungan anak jaktim = ppapp-tim
dukcapil jaksel = capil-sel
disdukcapil jaksel = capil-sel
pencatatan sipil jaksel = capil-sel
sudin lh jakut = lh-ut
lingkungan hidup jakut = lh-ut
dishub jakbar = hub-bar
sudinhub jakbar = hub-bar
perhubungan jakbar = hub-bar
sudin kpkp jakbar = pangan-bar
pertanian jakbar = pangan-bar
kesejahteraan = hak kesejahteraan
hak kesejahteraan = hak kesejahteraan
hak atas kesejahteraan = hak kesejahteraan
status hak kesejahteraan dong = hak kesejahteraan
kesejahtraan = hak kesejahteraan
hak perempuan = hak perempuan
perempuan = hak perempuan
rasa aman = hak rasa-aman
rasaaman = hak rasa-aman
hak atas rasa aman = hak rasa-aman
hak hidup = hak hidup
hidup = hak hidup
mengembangkan diri = hak mengembangkan-diri
kesejahteraan jakpus = hak kesejahteraan pus
jakpus kesejahteraan = hak kesejahteraan pus
hak perempuan jaktim = hak perempuan tim
rasa aman kep seribu = hak rasa-aman seribu
hak = ? hak hidup hak mengembangkan-diri hak kesejahteraan hak rasa-aman hak perempuan
jabar = ? bar
kesehat jakpus = kes-pus
pert jakbar = ? tamhut-bar pangan-bar
kese jakpus = ? kes-pus hak kesejahteraan pus
jakba = ? bar
"""
EVERYWHERE = """
sudinkes = kes
sudin kesehatan = kes
sudinsos = sos
kesbangpol = kesbang
sda = sda
sudindik 1 = dik1
lh = lh
"""


@each_row("line", SURE.strip().splitlines())
def test_what_people_type(line: str) -> None:
    typed, _, wanted = line.partition(" = ")
    if wanted == "?":
        assert find(BOARD, INSTRUMENT.rights, typed).single is None
    else:
        assert shorthand(find(BOARD, INSTRUMENT.rights, typed)) == wanted


@pytest.mark.parametrize("line", EVERYWHERE.strip().splitlines())
def test_an_office_of_every_region_is_asked_back_unless_one_sees_one_region(line: str) -> None:
    typed, _, code = line.partition(" = ")
    assert shorthand(find(BOARD, INSTRUMENT.rights, typed)) == each(code)
    assert shorthand(find(PUSAT, INSTRUMENT.rights, typed)) == f"{code}-pus"


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("sudinkes bandung", each("kes").split()[1]), ("sudindik 3 jaksel", "dik1-sel"),
        ("dinas kesenian jakpus", "kes-pus"), ("sudin kesahatn jakpus", "kes-pus"),
        ("sudinkes jakpus 2017", "kes-pus"),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_never_answered_but_suggested(typed: str, suggested: str) -> None:
    match = find(BOARD, INSTRUMENT.rights, typed)
    assert match.single is None
    assert suggested in shorthand(match).split()
    assert names.offices(BOARD, typed) == []
    assert names.regions(BOARD, typed) == []


@pytest.mark.parametrize("typed", ["bandung", "xyzzy", "123456", "mantap"])
def test_what_nobody_here_is_called_finds_nothing(typed: str) -> None:
    assert find(BOARD, INSTRUMENT.rights, typed).meant == ()


@pytest.mark.parametrize("typed", ["", "tolong pak", "status dong", "?"])
def test_words_that_say_nothing_name_nothing(typed: str) -> None:
    assert find(BOARD, INSTRUMENT.rights, typed).empty


def test_there_are_a_hundred_ways_and_more() -> None:
    assert len(SURE.strip().splitlines()) >= 100


def test_the_other_walks_get_regions_and_offices() -> None:
    assert [one.name for one in names.regions(BOARD, "jakpus")] == ["Jakarta Pusat"]
    assert [one.unit.code for one in names.offices(BOARD, "sudinkes jakpus")] == ["kes-pus"]
    assert names.words("Bagian Hukum, Jakpus!") == "bagian hukum jakpus"
