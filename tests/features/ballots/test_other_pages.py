"""The pages around the ratings: yourself, comments, working here, the task list, the promise."""

import re

import pytest

from app.domain.ballot.document import EARLIER
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db, transaction
from tests.browsing import Browser, read
from tests.factories import make_person
from tests.guards.test_templates import blocked_in

PAGES = ("", "colleagues", "self", "statements/1", "comments", "recommend", "check", "promise")


def text_of(rater, page):
    """The page, as it is read: line breaks in its source are spaces."""
    return " ".join(read(rater.get(f"/review/{page}")).split())


@pytest.mark.parametrize("page", [one for one in PAGES if one != "promise"])
def test_every_page_asks_strangers_to_sign_in_first(client, page):
    response = client.get(f"/review/{page}")

    assert response.status_code == 302
    assert "/sign-in" in response.location


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_one_heading_a_title_and_no_inline_style_or_script(rater, page):
    html = text_of(rater, page)

    assert html.count("<h1") == 1
    assert " · Full Circle</title>" in html
    assert blocked_in(html) == []


def test_the_task_list_tells_how_far_everything_is(rater, save):
    save("statements/1", r1="4", r2="0")
    save("self", o1="3")
    save("comments", keep1="Asks the right questions.")

    html = text_of(rater, "")

    assert "2 of 336" in html
    assert "2 of 24" in html
    assert "1 of 14" in html
    assert "1 written" in html
    assert "not sent yet" in html.lower()


def test_continue_leads_to_the_first_page_that_waits(rater, save):
    assert 'class="button" href="/review/colleagues">Begin' in text_of(rater, "")

    save("self", **{f"o{number}": "3" for number in range(1, 15)})
    save("statements/1", **{f"r{position}": "4" for position in range(1, 25)})

    assert 'class="button" href="/review/statements/2">Continue' in text_of(rater, "")


def test_answers_about_oneself_are_saved_and_their_readers_named(rater, save, stored):
    html = text_of(rater, "self")
    save("self", o1="5", o14="2")

    manager = db.session.get_one(type(rater.person), rater.person.manager_id)
    assert f"you and {manager.name}" in html
    assert stored().ballot.own == [5, *[None] * 12, 2]


def test_about_oneself_there_is_no_not_observed(rater, save, stored):
    assert 'value="0"' not in text_of(rater, "self")
    assert save("self", o1="0", o2="4") == 422
    assert stored().own_answered == 0


def test_the_answers_of_all_statements_about_oneself_can_be_cleared(rater, save, stored):
    save("self", o1="5", o2="4")

    save("self", o1="5", o2="4", clear="2")

    assert stored().ballot.own[:2] == [5, None]


def test_comments_come_back_word_for_word_and_empty_ones_are_gone(rater, save, stored):
    words = 'Explains <why> & "how".\n\nThank you.'
    save("comments", keep1=words.replace("\n", "\r\n"), try2="Ask earlier.")
    subject, second = (colleague.person_id for colleague in stored().colleagues[:2])

    save("comments", keep1=words, try2="")

    assert stored().ballot.comments.get(subject) == {"keep": words}
    assert not stored().ballot.comments.get(second)
    assert "Explains &lt;why&gt; &amp;" in text_of(rater, "comments")


def test_a_comment_that_is_too_long_is_kept_on_the_page_and_not_saved(rater, stored):
    long = "x" * 1001
    response = rater.post("/review/comments", {"keep1": "Good.", "try2": long})

    html = response.get_data(as_text=True)
    assert response.status_code == 422
    name = stored().colleagues[1].name
    assert f"The comment about {name} has 1,001 characters; 1,000 fit." in html
    assert long in html
    assert "Good." in html
    assert stored().ballot.comments == {}


def test_a_comment_about_nobody_is_refused(save):
    assert save("comments", keep25="Who is this?") == 422


def test_a_comment_from_before_a_password_reset_stays_hidden_until_replaced(rater, save, stored):
    save("comments", keep1="A secret between us.", keep2="Another.")
    rater.person.credential_epoch += 1
    db.session.commit()

    html = text_of(rater, "comments")
    save("comments", keep1="", keep2="New words.")

    first, second = (colleague.person_id for colleague in stored().colleagues[:2])
    assert "A secret between us." not in html
    assert html.count("Written earlier and counted") == 2
    assert stored().ballot.earlier_comments == {(first, "keep")}
    assert stored().ballot.comments[second] == {"keep": "New words."}


@pytest.mark.parametrize("policy", [ReleasePolicy(shows_comments=False)])
def test_where_the_policy_shows_no_comments_none_are_asked(rater, cycle):
    assert rater.get("/review/comments").location == "/review/"
    assert "/review/comments" not in text_of(rater, "")
    assert rater.post("/review/statements/14", {"go": "next"}).location == "/review/recommend"


def test_the_answer_about_working_here_is_saved_with_reasons_and_comment(rater, save, stored):
    save("recommend", score="9", reason=["pay", "meaning"], comment="Good people.")

    html = text_of(rater, "recommend")
    ballot = stored().ballot
    assert (ballot.enps_score, ballot.enps_reasons) == (9, ["pay", "meaning"])
    assert ballot.enps_comment == "Good people."
    assert html.count(" checked") == 3


def test_the_answer_about_working_here_can_be_cleared(save, stored):
    save("recommend", score="0", reason=["pay"])
    assert stored().ballot.enps_score == 0

    save("recommend", score="0", reason=["pay"], clear="1")

    assert stored().ballot.enps_score is None
    assert stored().ballot.enps_reasons == ["pay"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"score": "11"}, "please choose 0 to 10"),
        ({"score": "-1"}, "please choose 0 to 10"),
        ({"score": "5", "reason": ["pay", "growth", "tools", "manager"]}, "up to 3 reasons"),
        ({"score": "5", "reason": ["the weather"]}, "not on the list"),
        ({"score": "5", "comment": "x" * 1001}, "1,001 characters"),
    ],
)
def test_a_faulty_answer_about_working_here_is_explained(rater, stored, fields, sentence):
    response = rater.post("/review/recommend", {"comment": "Kept words."} | fields)

    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert sentence in html
    assert fields.get("comment", "Kept words.") in html
    assert stored().ballot.enps_score is None


def test_what_was_answered_about_working_here_before_a_reset_is_not_shown(rater, save, stored):
    save("recommend", score="3", reason=["pay"], comment="Dark words.")
    rater.person.credential_epoch += 1
    db.session.commit()

    html = text_of(rater, "recommend")
    save("recommend", comment="")

    assert " checked" not in html
    assert "Dark words." not in html
    assert len(re.findall("[^“](?:answered earlier|written earlier)", html.lower())) == 3
    for page in ("recommend", "", "check", "statements/1", "comments"):
        assert "Where it says “answered earlier”" in text_of(rater, page)
    assert stored().ballot.enps_score == EARLIER
    assert stored().ballot.has_earlier_enps_comment


@pytest.mark.parametrize("policy", [ReleasePolicy(blind_raters=7, unit_respondents=22)])
def test_the_promise_is_read_from_the_frozen_policy(rater, cycle):
    html = text_of(rater, "promise")

    assert "at least 7 colleagues" in html
    assert "at least 22 people" in html
    assert f">{cycle.frozen_hash[:16]}<" in html
    assert cycle.frozen_hash not in html
    assert "HR does not read it" in html
    assert "there was only one" in html


def test_the_promise_is_five_short_lines_and_the_rest_is_folded(rater, cycle):
    html = rater.get("/review/promise").text
    main = html[html.index("<main") : html.index("</main>")]
    lines = re.search(r"<ol class=\"promises\">(.*?)</ol>", main, re.DOTALL)
    unfolded = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)

    assert lines is not None
    assert lines.group(1).count("<li>") == 5
    assert len(re.sub(r"<[^>]+>", " ", unfolded).split()) <= 180
    assert "command line" not in main


@pytest.mark.parametrize("policy", [ReleasePolicy(hr_reads_reports=True)])
def test_the_promise_says_when_hr_reads_reports(rater, cycle):
    assert ", and HR" in text_of(rater, "promise")


def test_the_promise_can_be_read_when_no_review_is_open(alice):
    html = text_of(alice, "promise")

    assert "No review is open now" in html
    assert "at least 5 colleagues" in html


def test_a_stranger_reads_the_promise_and_nothing_of_the_open_review(client, cycle, company):
    response = client.get("/review/promise")

    page = response.text
    assert response.status_code == 200
    assert "This is how a review is planned unless HR decides otherwise" in page
    assert "No review is open now" not in page
    assert "at least 5 colleagues" in page  # as the program comes; this review says 7
    for secret in (cycle.name, cycle.frozen_hash[:16], *(one.name for one in company)):
        assert secret not in page
    assert 'href="/review/promise"' in client.get("/sign-in").text


def test_somebody_without_a_manager_reads_their_report_alone(app, cycle, company):
    chief = Browser(app, company[0])

    assert "by you alone" in text_of(chief, "self")


def test_somebody_who_joined_later_is_told_to_wait_for_the_next_review(app, cycle):
    joiner = Browser(app, make_person(name="Nora New"))

    response = joiner.get("/review/statements/1")

    assert response.status_code == 200
    assert "you are not on its list" in response.get_data(as_text=True)


def test_without_a_review_the_page_is_kind(alice):
    assert "No review is open." in text_of(alice, "")


def test_while_no_review_is_open_a_device_forgets_what_it_kept(rater, cycle, charlie):
    running = charlie.get("/review/")  # not on the list, as others at this device may be
    with transaction():
        cycle.state = CycleState.CLOSING
    over = rater.get("/review/")

    assert "Clear-Site-Data" not in running.headers
    assert over.headers["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize("policy", [ReleasePolicy(subject_reads_alone=True)])
def test_the_promise_says_when_only_the_person_reads_their_report(rater, cycle):
    promise = text_of(rater, "promise")

    assert "A report is read by the person alone. HR does not read it." in promise
    assert "Yours is read by you alone." in promise
    assert "There is none, for nobody reads the reports it is made of." in promise


@pytest.mark.parametrize("policy", [ReleasePolicy(hr_sees_numbers_only=True)])
def test_the_promise_says_when_hr_sees_numbers_only(rater, cycle):
    promise = text_of(rater, "promise")

    assert "HR sees how many have sent, in numbers, and nothing else" in promise
    assert "HR sees who has sent" not in promise


def test_who_would_rather_not_reads_that_nothing_needs_to_be_done(rater, save, stored):
    save("statements/1", r1="4")
    before = stored().ballot
    for page in ("", "check"):
        assert 'href="/review/rather-not"' in rater.get(f"/review/{page}").text

    page = text_of(rater, "rather-not")

    assert "It is noted nowhere that you opened this page." in page
    assert "HR sees that you have not sent, and not why." in page
    assert stored().ballot == before


def test_the_wish_not_to_take_part_stays_until_it_is_taken_back(rater, save, stored):
    save("statements/1", r1="4")

    rater.post("/review/rather-not")

    assert stored().ballot.declined
    assert stored().answered == 1
    assert "No more reminders come to you." in text_of(rater, "rather-not")
    assert "You said that you would rather not" in text_of(rater, "")
    assert "You said that you would rather not take part." in rater.get("/").text
    rater.post("/review/rather-not", {"wish": "again"})
    assert not stored().ballot.declined


def test_sending_ends_the_wish_not_to_take_part(rater, save, stored):
    save("statements/1", r1="4")
    rater.post("/review/rather-not")

    rater.post("/review/check")

    assert (stored().ballot.sent, stored().ballot.declined) == (True, False)
    refused = rater.post("/review/rather-not")
    assert refused.status_code == 409
    assert "Your review is sent" in refused.text


@pytest.mark.parametrize("wish", ["", "not", "x" * 5000, "\x00", "again; drop"])
def test_whatever_the_wish_says_only_again_takes_it_back(rater, stored, wish):
    answer = rater.post("/review/rather-not", {"wish": wish})

    assert answer.status_code in {302, 400}
    assert stored().ballot.declined is (answer.status_code == 302)


@pytest.mark.parametrize("policy", [ReleasePolicy(hr_sees_numbers_only=True)])
def test_where_reminders_go_to_everybody_no_wish_is_kept(rater, cycle, stored):
    refused = rater.post("/review/rather-not")

    assert refused.status_code == 409
    assert "reminders go to everybody alike" in refused.text
    assert not stored().ballot.declined
    assert "no more reminders" not in text_of(rater, "rather-not")


@pytest.mark.parametrize("policy", [ReleasePolicy(hr_sees_numbers_only=True)])
def test_who_would_rather_not_is_told_that_hr_sees_numbers_only(rater, cycle):
    page = text_of(rater, "rather-not")

    assert "HR sees how many have sent, and not who. Reminders go to everybody alike." in page
