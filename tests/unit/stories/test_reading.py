"""A story is read whole, or what is wrong with it is said in French: which line, what, and what to write."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from local.customers import Put
from local.stories.model import Passed, Until
from local.stories.reading import (
    PHRASES,
    UnreadableStory,
    example_of,
    expressions,
    read_file,
    read_law,
    read_stories,
    stories_called,
)
from local.stories.values import TYPES
from local.stories.vocabulary import PAGE, page

HEAD = "# language: fr\nFonctionnalité: F\n\n  @une\n  Scénario: Une histoire\n    en: A story\n"
PAID = "    Quand le client paie toute sa dette par carte\n    Alors la puissance est rétablie\n"


def written(tmp_path: Path, steps: str, head: str = HEAD) -> Path:
    path = tmp_path / "essai.feature"
    path.write_text(head + steps, encoding="utf-8")
    return path


def test_story_waits_for_all_before_it_goes_on(tmp_path: Path) -> None:
    steps = "    Étant donné sa puissance est limitée à 1 kVA\n    Quand le client paie 1 070,50 € par chèque\n"
    (story,) = read_file(written(tmp_path, steps + "    Et trois jours passent\n    Alors il reste 50 € à payer\n"))
    *_, rest, paid, passed = story.steps
    assert rest is Until.AT_REST
    assert isinstance(paid, Put)
    assert (paid.amount, paid.fields["means"]) == (1070.5, "CHEQUE")
    assert passed == Passed(timedelta(days=3))
    assert story.limited[0].balances == (Decimal(50),)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (
            "    Quand le client pait 50 € par carte\n" + PAID,
            "ligne 7 : phrase inconnue : « le client pait 50 € par carte » ; les plus proches : « le client paie",
        ),
        ("    Quand le client paie 50.5 € par carte\n" + PAID, "« 50.5 € » n'est pas de la forme {montant}"),
        ("    Quand le client paie 50 € en bitcoin\n" + PAID, "admis : par carte, en espèces"),
        (
            "    Étant donné sa puissance est limitée à 7 kVA\n" + PAID,
            "la puissance souscrite est de 6 kVA",
        ),
        ("    Quand le 31 novembre 2026 arrive\n" + PAID, "novembre 2026 a 30 jours"),
        ("    Quand le 0 mai 2026 arrive\n" + PAID, "mai 2026 a 31 jours"),
        (PAID + "    Quand trois jours passent\n", "il manque « Alors"),
        ("    Quand la puissance est rétablie\n" + PAID, "se dit avec : Alors"),
        ("    Alors le client paie 50 € par carte\n" + PAID, "se dit avec : Étant donné, Quand"),
        (PAID + "    Alors rien n'est dû à la loi\n", "se dit avec : Alors, dans loi.feature"),
        ("    Quand ce paiement est encaissé\n" + PAID, "aucun paiement n'a été fait"),
        ("    Alors le client reçoit « bonjour »\n", "« bonjour » n'est pas un message"),
        ("    Quand le client paie toute sa dette par carte\n", "il manque l'issue"),
        (PAID + "    Quand le 1er avril 2026 arrive\n", "le 01/04/2026 est passé"),
        (PAID + "    Étant donné le point est coupé\n", "se dit au début"),
        (PAID + "    Ensuite il pleut\n", "« Ensuite il pleut » n'est pas à sa place"),
        (PAID + "      | 50 € |\n", "« la puissance est rétablie » ne prend ni tableau ni texte"),
        (PAID + '      """\n      demain\n      """\n', "« la puissance est rétablie » ne prend ni tableau ni texte"),
        (PAID + "    Exemples:\n      | jour |\n", "ligne 9 : il manque ce qui va sous « Exemples: »"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, steps: str, says: str) -> None:
    with pytest.raises(UnreadableStory) as caught:
        read_file(written(tmp_path, steps))
    assert says in str(caught.value)
    assert "essai.feature, ligne" in str(caught.value)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (HEAD.replace("# language: fr\n", ""), "# language: fr"),
        (HEAD.replace("  @une\n", ""), "doit avoir un nom court"),
        (HEAD.replace("Scénario:", "Scenario:"), "^essai.feature, ligne 5 : écrire « Scénario: », avec son accent$"),
        (HEAD.replace("  @une\n", "  @une @deux\n"), "doit avoir un nom court"),
        (HEAD.replace("    en: A story\n", "    A story\n"), "titre en anglais"),
    ],
)
def test_story_has_a_language_a_name_and_two_titles(tmp_path: Path, head: str, says: str) -> None:
    with pytest.raises(UnreadableStory, match=says):
        read_file(written(tmp_path, PAID, head))


@pytest.mark.parametrize(("rest", "line"), [("", 2), ("  Règle: Art. 1\n", 3)])
def test_file_or_rule_without_a_scenario_is_refused(tmp_path: Path, rest: str, line: int) -> None:
    for read in (read_file, read_law):
        with pytest.raises(UnreadableStory, match=f"ligne {line} : il manque"):
            read(written(tmp_path, rest, "# language: fr\nFonctionnalité: F\n"))


def test_two_stories_of_one_name_are_refused(tmp_path: Path) -> None:
    written(tmp_path, PAID).rename(tmp_path / "autre.feature")
    written(tmp_path, PAID)
    with pytest.raises(UnreadableStory, match="@une"):
        read_stories(tmp_path)


def test_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "essai.feature"
    path.write_bytes((HEAD + PAID).encode("latin-1"))
    with pytest.raises(UnreadableStory, match="UTF-8"):
        read_file(path)


LAW = "# language: fr\nFonctionnalité: F\n\n  Règle: Art. 1\n\n    Scénario: Un exemple\n"
LIMITED = "      Étant donné sa puissance est limitée à 1 kVA\n"
NOTHING = "      Alors rien n'est dû à la loi\n"


@pytest.mark.parametrize(
    ("head", "steps", "says"),
    [
        (LAW, LIMITED, "une seule issue"),
        (LAW, LIMITED + 2 * NOTHING, "une seule issue"),
        (LAW, LIMITED + "      Alors la puissance est rétablie\n", "il manque le motif"),
        (LAW, "      Étant donné un client qui doit 5 €\n" + NOTHING, "manque la limitation"),
        (LAW, LIMITED + "      Et les opérations arrêtent le service\n" + NOTHING, "parle d'Enedis ou des opérations"),
        (LAW, LIMITED + "      Alors rien n'est dû à la lois\n", "« rien n'est dû à la loi »"),
        (LAW, "      Étant donné le client a souscrit 50000 kVA\n" + LIMITED + NOTHING, "n'admet pas"),
        (LAW.replace("  Règle: Art. 1\n", ""), LIMITED + NOTHING, "sous une « Règle: »"),
        (LAW, "      Étant donné le point est coupé\n" + LIMITED + NOTHING, "sauf dans loi.feature"),
        (LAW, "      Quand chaque étape échoue une fois chez AWS\n" + LIMITED + NOTHING, "sauf dans loi.feature"),
        (LAW, "      Alors le client reçoit « solde à payer »\n" + LIMITED + NOTHING, "sauf dans loi.feature"),
    ],
)
def test_what_is_wrong_with_an_example_of_the_law_is_said(tmp_path: Path, head: str, steps: str, says: str) -> None:
    with pytest.raises(UnreadableStory, match=r"essai\.feature, ligne") as caught:
        read_law(written(tmp_path, steps, head))
    assert says in str(caught.value)


def test_unknown_story_is_told_with_the_nearest() -> None:
    with pytest.raises(UnreadableStory, match="carte"):
        stories_called(["cartes"])
    assert [story.name for story in stories_called(["@carte"])] == ["carte"]


@pytest.mark.parametrize("expression", [phrase.expression for phrase in PHRASES])
def test_each_sentence_of_the_vocabulary_is_found_by_its_example(expression: str) -> None:
    found = [phrase.expression for known, phrase in expressions() if known.match(example_of(expression)) is not None]
    assert found == [expression]


def test_each_value_is_used_by_a_sentence() -> None:
    assert [name for name in TYPES if not any(f"{{{name}}}" in it.expression for it in PHRASES)] == []


def test_page_of_the_vocabulary_is_drawn_from_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make stories"


def test_second_protection_of_a_story_is_another_one(tmp_path: Path) -> None:
    steps = "    Étant donné sa puissance est limitée à 3 kVA\n    Quand le client conteste sa dette\n"
    (story,) = read_file(written(tmp_path, steps + "    Et le client est en surendettement\n" + PAID))
    limited, *granted = [it for it in story.steps if isinstance(it, Put) and it.detail_type != "PaymentReceived"]
    assert [(it.fields["kind"], it.key) for it in granted] == [("DISPUTE", ""), ("OVER_INDEBTEDNESS", "-2")]
    assert (limited.fields["limitedPowerKva"], story.limited[0].power_kva) == (3, 3)
    assert story.limited[0].point == {"limited_power_kva": 3}
