"""New words for a statement: the same statement in another spelling, or another one."""

import pytest
from sqlalchemy import select

from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.questionnaires import services
from app.questionnaires.queries import questionnaire_by_id
from app.questionnaires.rewording import Rewording, Wording
from app.questionnaires.services import WordingRefusedError
from tests.factories import COMPETENCIES, make_questionnaire

SPELLING, MEANING = Rewording.SPELLING, Rewording.MEANING


def good(number):
    return f"Does good thing number {number}."


@pytest.fixture
def draft(app):
    """Version 2, a copy of a version that a cycle uses."""
    first = make_questionnaire(is_frozen=True)
    with transaction():
        copy_id = services.draft_copy(questionnaire_by_id(first.id)).id
    return questionnaire_by_id(copy_id)


def change(draft, texts, rewordings=()):
    """Give some statements other words, by number; all others keep theirs."""
    answers = dict(rewordings)
    wordings = [
        Wording(
            COMPETENCIES[(n - 1) // 2],
            texts.get(n, one.text),
            answers.get(n),
            one.short_name,
            one.hint,
        )
        for n, one in enumerate(questionnaire_by_id(draft.id).statements, 1)
    ]
    with transaction():
        services.change_wording(questionnaire_by_id(draft.id), wordings, by=7)
    return identities(draft)


def identities(draft):
    return [one.identity for one in questionnaire_by_id(draft.id).statements]


def logged(tag):
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == tag)).all()
    return [
        (one.details["statement"], one.details["before"], one.details["after"]) for one in entries
    ]


def test_a_copy_carries_every_identity_along(draft):
    first = make_questionnaire()

    assert identities(draft) == [one.identity for one in first.statements]


def test_the_default_has_fourteen_identities_of_its_own(app):
    with transaction():
        made = services.ensure_default()
        found = {one.identity for one in made.statements}

    assert len(found) == 14
    assert all(len(one) == 32 for one in found)


def test_another_spelling_keeps_the_identity_and_is_logged_with_its_words(draft):
    before = identities(draft)

    after = change(draft, {3: "Does good thing no. 3."}, {3: SPELLING})

    assert after == before
    assert logged("questionnaire:respelled") == [(3, good(3), "Does good thing no. 3.")]
    assert logged("questionnaire:replaced") == []


def test_another_meaning_gets_a_new_identity_and_no_other_statement_does(draft):
    before = identities(draft)

    after = change(draft, {3: "Sings at work."}, {3: MEANING})

    assert after[2] not in before
    assert after[:2] + after[3:] == before[:2] + before[3:]
    assert logged("questionnaire:replaced") == [(3, good(3), "Sings at work.")]


def test_new_words_without_an_answer_are_refused_for_those_statements_only(draft):
    with pytest.raises(WordingRefusedError) as refused:
        change(draft, {3: "Sings at work.", 5: "Hums at work."}, {5: MEANING})

    assert refused.value.faults == [
        "Statement 3 has new words. Say whether only its spelling changes or its meaning."
    ]
    assert questionnaire_by_id(draft.id).statements[4].text == good(5)


def test_statements_that_change_places_are_known_by_their_words(draft):
    before = identities(draft)

    after = change(draft, {3: good(5), 5: good(3)})

    assert (after[2], after[4]) == (before[4], before[2])


def test_words_that_were_asked_before_are_that_statement_again(draft):
    before = identities(draft)
    change(draft, {3: "Sings at work."}, {3: MEANING})

    assert change(draft, {3: good(3)}) == before


def test_one_statement_in_two_spellings_is_refused(draft):
    with pytest.raises(WordingRefusedError, match="Statements 3 and 5 would be the same"):
        change(draft, {3: good(5), 5: "Does good thing no. 5."}, {5: SPELLING})


class TestOnThePage:
    def posted(self, draft, **over):
        fields = {f"competency_{place}": COMPETENCIES[place - 1] for place in range(1, 8)}
        fields |= {f"text_{number}": good(number) for number in range(1, 15)}
        return fields | over

    def test_only_changed_statements_are_asked_about_with_their_old_words(self, draft, hanna):
        address = f"/questionnaires/{draft.id}/edit"

        answer = hanna.post(address, self.posted(draft, text_4="Answers within a day."))

        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "Statement 4 has new words. Say whether" in page
        assert "Before: “Does good thing number 4.”" in page
        assert page.count('type="radio"') == 2
        assert questionnaire_by_id(draft.id).statements[3].text == good(4)

    def test_nothing_is_asked_before_anything_is_changed(self, draft, hanna):
        page = hanna.get(f"/questionnaires/{draft.id}/edit").get_data(as_text=True)

        assert 'type="radio"' not in page

    @pytest.mark.parametrize(("said", "stays"), [("spelling", True), ("meaning", False)])
    def test_the_answer_decides_and_the_log_reads_it(self, draft, hanna, said, stays):
        before = identities(draft)

        answer = hanna.post(
            f"/questionnaires/{draft.id}/edit",
            self.posted(draft, text_4="Does a good fourth thing.", same_4=said),
        )

        assert answer.status_code == 302
        assert (identities(draft)[3] == before[3]) is stays
        log = hanna.get("/audit").get_data(as_text=True)
        assert "“Does good thing number 4.” became “Does a good fourth thing.”" in log

    def test_an_answer_that_is_not_offered_is_refused(self, draft, hanna):
        answer = hanna.post(
            f"/questionnaires/{draft.id}/edit",
            self.posted(draft, text_4="Answers.", same_4="both"),
        )

        assert answer.status_code == 422
        assert questionnaire_by_id(draft.id).statements[3].text == good(4)
