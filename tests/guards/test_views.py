"""Every door has a lock, or says in writing that it has none."""

PUBLIC = {
    "static",
    "ballots.promise",
    "people.sign_in",
    "people.second_step",
    "people.first_factor",
    "people.sign_in_with",
    "people.back_from",
    "people.set_password",
    "people.forgot",
    "desk.health",
    "desk.ready",
    "desk.company.style",
    "desk.company.logo",
    "operations.metrics",
}
"""Grows only after a review of what a stranger may then see or do."""


def test_every_view_names_its_permission_or_is_public(app):
    unguarded = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static"
        and not hasattr(view, "permission")
        and not getattr(view, "is_public", False)
    }

    assert unguarded == set()


def test_no_view_is_public_that_is_not_on_the_list(app):
    public = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint == "static" or getattr(view, "is_public", False)
    }

    assert public == PUBLIC


def test_no_view_is_both_public_and_guarded(app):
    both = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if hasattr(view, "permission") and getattr(view, "is_public", False)
    }

    assert both == set()


def test_a_stranger_is_sent_to_the_sign_in_page_by_every_guarded_address(app, client):
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC or "GET" not in (rule.methods or set()):
            continue
        values = dict.fromkeys(rule.arguments, 1)
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **values)

        response = client.get(address)

        assert response.status_code == 302, address
        assert response.location.startswith("/sign-in"), address


def test_no_view_that_changes_something_answers_to_get_alone(app):
    verbs = ("delete", "remove", "send", "close", "publish", "extend", "withhold", "confirm")
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[2] in verbs and "POST" not in (rule.methods or set())
    }

    assert changing == set()


def test_nothing_is_exempt_from_the_csrf_check(app):
    csrf = app.extensions["csrf"]

    assert not csrf._exempt_views
    assert not csrf._exempt_blueprints
