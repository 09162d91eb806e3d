from dataclasses import replace

import pytest

from app.domain.scale import DEFAULT_LABELS
from app.infra.db import db, transaction
from app.questionnaires import default, queries, services
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import questionnaire_by_id
from app.questionnaires.rewording import Rewording, Wording
from app.questionnaires.services import WordingRefusedError
from app.questionnaires.wording_rules import wording_faults
from tests.factories import make_questionnaire


def text_of(answer):
    return answer.get_data(as_text=True)


def wording(**changed):
    """Fourteen statements that are fine; `changed` maps s1 … s14 to other words."""
    return [
        Wording(
            f"Competency {(number + 1) // 2}",
            changed.get(f"s{number}", f"Does {number}."),
            Rewording.MEANING,
            short_name=f"Doing {number}",
        )
        for number in range(1, 15)
    ]


def grouped(*sizes):
    """The same fourteen statements in competencies of these sizes."""
    names = [f"Competency {place}" for place, size in enumerate(sizes) for _ in range(size)]
    return [replace(one, competency=name) for one, name in zip(wording(), names, strict=True)]


def posted(**over):
    fields = {f"competency_{place}": f"Competency {place}" for place in range(1, 8)}
    fields |= {f"size_{place}": "2" for place in range(1, 8)}
    fields |= {f"label_{option}": label for option, label in enumerate(DEFAULT_LABELS, start=1)}
    fields |= {f"short_name_{number}": f"Doing {number}" for number in range(1, 15)}
    fields |= {f"text_{number}": f"Does {number}." for number in range(1, 15)}
    fields |= {f"same_{number}": "meaning" for number in range(1, 15)}
    return fields | over


def test_the_default_holds_14_short_behaviours_in_7_competencies(app):
    assert len(default.STATEMENTS) == 14
    assert len(set(default.COMPETENCIES)) == 7
    assert (
        wording_faults(
            [
                Wording(
                    default.COMPETENCIES[number // 2],
                    one.text,
                    short_name=one.short_name,
                    hint=one.hint,
                )
                for number, one in enumerate(default.STATEMENTS)
            ]
        )
        == []
    )
    for one in default.STATEMENTS:
        assert len(one.text) <= 110
        assert one.text.split()[0].endswith("s")  # a verb in the third person
        assert " not " not in one.text


def test_the_default_names_each_statement_shortly_and_says_how_it_is_done():
    assert len({one.short_name for one in default.STATEMENTS}) == 14
    for one in default.STATEMENTS:
        assert len(one.short_name) <= 30
        assert one.short_name[0].isupper()
        assert one.short_name[-1] != "."
        assert not one.hint.split()[0].endswith("s")  # "People who do this ask …"
        assert one.hint[0].islower()
        assert one.hint[-1] == "."
        assert len(one.hint) <= 100


def test_the_default_is_made_once(app):
    with transaction():
        services.ensure_default()
    with transaction():
        services.ensure_default()

    (made,) = db.session.query(Questionnaire)
    assert [one.number for one in made.statements] == list(range(1, 15))
    assert not made.is_frozen


def test_a_draft_copy_is_the_next_version_with_the_same_words(app):
    first = make_questionnaire(is_frozen=True)

    with transaction():
        copy_id = services.draft_copy(questionnaire_by_id(first.id)).id

    copy = questionnaire_by_id(copy_id)
    assert (copy.name, copy.version, copy.is_frozen) == (first.name, 2, False)
    assert [(one.text, one.short_name, one.hint) for one in copy.statements] == [
        (one.text, one.short_name, one.hint) for one in first.statements
    ]
    assert copy.scale_labels == first.scale_labels


def test_there_is_one_draft_at_a_time(app):
    first = make_questionnaire(is_frozen=True)
    with transaction():
        services.draft_copy(questionnaire_by_id(first.id))

    with (
        pytest.raises(WordingRefusedError, match=r"Version 2 of .* is still a draft"),
        transaction(),
    ):
        services.draft_copy(questionnaire_by_id(first.id))

    assert db.session.query(Questionnaire).count() == 2


def test_a_frozen_version_keeps_its_words(app):
    frozen = make_questionnaire()
    with transaction():
        services.freeze(questionnaire_by_id(frozen.id))

    with pytest.raises(WordingRefusedError, match="A cycle uses this version"), transaction():
        services.change_wording(questionnaire_by_id(frozen.id), wording())

    assert questionnaire_by_id(frozen.id).statements[0].text == "Does good thing number 1."


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (wording()[:13], "exactly 14 statements, not 13"),
        (wording() + wording()[:1], "exactly 14 statements, not 15"),
        (wording(s3=""), "Statement 3 is empty."),
        (wording(s3="x" * 111), "Statement 3 is longer than 110 characters."),
        (wording(s3="does 5."), "Statements 3 and 5 say the same."),
        (grouped(7, 7), "There are 2 competencies; there have to be 3 to 7."),
        (grouped(*[2] * 6, 1, 1), "There are 8 competencies; there have to be 3 to 7."),
        (grouped(6, 4, 4), "Competency 1 holds 6 statements; 5 are the most."),
        ([replace(one, competency="") for one in wording()], "Competency 1 has no name."),
        (
            [replace(one, competency="one" if n % 6 else "One") for n, one in enumerate(wording())],
            "Two competencies have the same name.",
        ),
        ([replace(one, short_name="") for one in wording()], "Statement 1 has no short name."),
        (
            [replace(one, short_name="Doing it") for one in wording()],
            "Statements 1 and 2 have the same short name.",
        ),
        (
            [replace(one, short_name="x" * 31) for one in wording()],
            "The short name of statement 1 is longer than 30 characters.",
        ),
        (
            [replace(one, hint="x" * 111) for one in wording()],
            "The hint of statement 1 is longer than 110 characters.",
        ),
    ],
)
def test_a_faulty_wording_is_refused_and_changes_nothing(app, statements, fault):
    draft = make_questionnaire()

    with pytest.raises(WordingRefusedError, match=fault), transaction():
        services.change_wording(questionnaire_by_id(draft.id), statements)

    assert questionnaire_by_id(draft.id).statements[0].text == "Does good thing number 1."


def test_all_faults_are_told_at_once(app):
    assert len(wording_faults(wording(s3="", s4="x" * 111))) == 2


def test_hr_changes_the_wording_of_a_draft(hanna):
    draft = make_questionnaire()

    hanna.post(f"/questionnaires/{draft.id}/edit", posted(text_4="Answers within a day."))

    found = questionnaire_by_id(draft.id)
    assert found.statements[3].text == "Answers within a day."
    assert found.statements[3].competency == "Competency 2"
    assert "Answers within a day." in text_of(hanna.get(f"/questionnaires/{draft.id}"))


def test_a_faulty_form_shows_every_fault_and_keeps_what_was_typed(hanna):
    draft = make_questionnaire()

    answer = hanna.post(
        f"/questionnaires/{draft.id}/edit",
        posted(text_4="", text_5="y" * 111, text_6="Typed words."),
    )

    page = text_of(answer)
    assert answer.status_code == 422
    assert "Statement 4 is empty." in page
    assert "Statement 5 is longer than 110 characters." in page
    assert "Typed words." in page
    assert questionnaire_by_id(draft.id).statements[5].text == "Does good thing number 6."


def test_two_statements_that_say_the_same_are_refused_on_the_page(hanna):
    draft = make_questionnaire()

    answer = hanna.post(f"/questionnaires/{draft.id}/edit", posted(text_4="Does 5."))

    assert answer.status_code == 422
    assert "Statements 4 and 5 say the same." in text_of(answer)


def test_a_version_in_use_offers_a_draft_copy_instead_of_editing(hanna):
    used = make_questionnaire(is_frozen=True)

    page = text_of(hanna.get(f"/questionnaires/{used.id}"))
    answer = hanna.post(f"/questionnaires/{used.id}/copy", page=f"/questionnaires/{used.id}")

    assert "Make a draft copy" in page
    assert "Change the wording" not in page
    assert answer.location.endswith("/edit")
    assert db.session.query(Questionnaire).count() == 2


def test_the_words_of_a_version_in_use_cannot_be_posted(hanna):
    used = make_questionnaire(is_frozen=True)

    answer = hanna.post(f"/questionnaires/{used.id}/edit", posted(), page="/cycles/new")

    assert answer.status_code == 422
    assert "A cycle uses this version" in text_of(answer)
    assert questionnaire_by_id(used.id).statements[0].text == "Does good thing number 1."


def test_every_version_is_listed(hanna):
    make_questionnaire(name="Ours", version=1)

    assert "Ours" in text_of(hanna.get("/questionnaires"))


@pytest.mark.parametrize("page", ["", "/1", "/1/edit"])
def test_questionnaires_are_for_hr_alone(client, alice, page):
    make_questionnaire()

    assert alice.get(f"/questionnaires{page}").status_code == 403
    assert client.get(f"/questionnaires{page}").status_code == 302
    assert alice.post("/questionnaires/1/copy", page="/").status_code == 403


SIZES = {f"size_{place}": str(size) for place, size in enumerate((5, 1, 3, 5, 0, 0, 0), start=1)}


def test_fourteen_statements_may_stand_in_three_to_seven_competencies_of_one_to_five(hanna):
    draft = make_questionnaire()

    hanna.post(f"/questionnaires/{draft.id}/edit", posted(**SIZES))

    found = questionnaire_by_id(draft.id)
    assert [(name, len(members)) for name, members in found.competencies()] == [
        ("Competency 1", 5),
        ("Competency 2", 1),
        ("Competency 3", 3),
        ("Competency 4", 5),
    ]


def test_competencies_that_do_not_hold_fourteen_statements_are_refused(hanna):
    draft = make_questionnaire()

    answer = hanna.post(f"/questionnaires/{draft.id}/edit", posted(**SIZES | {"size_4": "4"}))

    assert answer.status_code == 422
    assert "The competencies hold 13 statements together; there are 14." in text_of(answer)
    assert "In no competency yet" in text_of(answer)


def test_a_statement_keeps_its_short_name_and_its_hint(hanna):
    draft = make_questionnaire()
    words = {"short_name_6": "Raising problems early", "hint_6": "speak up at the first doubt."}

    hanna.post(f"/questionnaires/{draft.id}/edit", posted(**words))

    page = text_of(hanna.get(f"/questionnaires/{draft.id}"))
    assert "Raising problems early. People who do this speak up at the first doubt." in page


OWN = ["not at all", "a little", "partly", "mostly", "fully"]
LABELS = {f"label_{option}": label for option, label in enumerate(OWN, start=1)}


def test_hr_is_asked_what_new_labels_of_the_scale_mean(hanna):
    draft = make_questionnaire()

    answer = hanna.post(f"/questionnaires/{draft.id}/edit", posted(**LABELS))

    assert answer.status_code == 422
    assert "The answers have new labels." in text_of(answer)
    assert "What changes in the answers?" in text_of(answer)
    assert questionnaire_by_id(draft.id).scale_labels == [*DEFAULT_LABELS]


def test_answers_on_a_scale_of_another_meaning_are_not_compared(app):
    first = make_questionnaire(is_frozen=True)
    texts = [(one.competency, one.text) for one in first.statements]
    same = [Wording(*one, short_name=f"Name {n}") for n, one in enumerate(texts)]
    before = [one.identity for one in first.statements]

    def identities_with(labels, said=None):
        with transaction():
            draft = queries.open_draft(first.name)
            draft = draft or services.draft_copy(services.ensure_default())
            services.change_wording(draft, same, labels, scale_rewording=said)
        with transaction():
            found = services.ensure_default()
            services.freeze(found)
            return [one.identity for one in found.statements]

    respelled = identities_with(["hardly ever", *DEFAULT_LABELS[1:]], Rewording.SPELLING)
    replaced = identities_with(OWN, Rewording.MEANING)
    back = identities_with([*DEFAULT_LABELS])

    assert respelled == before
    assert not {*replaced} & {*before}
    assert back == before


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        (OWN[:4], "exactly 5 labels, not 4"),
        (["", *OWN[1:]], "Answer 1 has no label."),
        (["x" * 21, *OWN[1:]], "The label of answer 1 is longer than 20 characters."),
        (["Fully", *OWN[1:]], "Two answers have the same label."),
    ],
)
def test_faulty_labels_are_refused(app, labels, fault):
    draft = make_questionnaire()

    with pytest.raises(WordingRefusedError, match=fault), transaction():
        services.change_wording(questionnaire_by_id(draft.id), wording(), labels)

    assert questionnaire_by_id(draft.id).scale_labels == [*DEFAULT_LABELS]
