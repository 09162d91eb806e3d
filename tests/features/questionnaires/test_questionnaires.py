import pytest

from app.infra.db import db, transaction
from app.questionnaires import default, services
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import questionnaire_by_id
from app.questionnaires.rewording import Rewording, Wording
from app.questionnaires.services import WordingRefusedError
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
        )
        for number in range(1, 15)
    ]


def posted(**over):
    fields = {f"competency_{place}": f"Competency {place}" for place in range(1, 8)}
    fields |= {f"text_{number}": f"Does {number}." for number in range(1, 15)}
    fields |= {f"same_{number}": "meaning" for number in range(1, 15)}
    return fields | over


def test_the_default_holds_14_short_behaviours_in_7_competencies(app):
    assert len(default.STATEMENTS) == 14
    assert len(set(default.COMPETENCIES)) == 7
    assert (
        services.wording_faults(
            [
                Wording(default.COMPETENCIES[number // 2], one.text)
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
        ([Wording("Same", one.text) for one in wording()], "Two competencies have the same name."),
        ([Wording("", one.text) for one in wording()], "Competency 1 has no name."),
        ([*wording()[:1], Wording("Other", "Does."), *wording()[2:]], "name different"),
    ],
)
def test_a_faulty_wording_is_refused_and_changes_nothing(app, statements, fault):
    draft = make_questionnaire()

    with pytest.raises(WordingRefusedError, match=fault), transaction():
        services.change_wording(questionnaire_by_id(draft.id), statements)

    assert questionnaire_by_id(draft.id).statements[0].text == "Does good thing number 1."


def test_all_faults_are_told_at_once(app):
    assert len(services.wording_faults(wording(s3="", s4="x" * 111))) == 2


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
