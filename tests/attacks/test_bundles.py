"""Attack: a database administrator sends the app's own tidying up into the key folder.

What is remembered beside the keys (how often each ballot was saved, how long the log of acts
was) is out of reach for every user of the database; the name of a bundle's files is not.
"""

from dataclasses import replace

import pytest

from app.domain.errors import NotFoundError
from app.infra import audit, clock
from app.infra.db import db, transaction
from app.infra.keys import key_folder
from app.reports import bundling
from app.reports.models import ReportBundle
from tests.whole_cycles import make_team, open_cycle


@pytest.fixture
def settings(settings):
    """Folders with short names, which fit into the column that is forged."""
    return replace(settings, data_folder=settings.data_folder / "data")


@pytest.fixture
def cycle_id(app):
    """An open cycle, a witness of the log, and the folder in which bundles lie."""
    cycle_id = open_cycle(make_team(8))
    audit.leave_witness()
    bundling._folder().mkdir()
    return cycle_id


def forged(cycle_id, file_name):
    """A row as an administrator writes it by hand."""
    reader = make_team(1)[0]
    bundle = ReportBundle(
        cycle_id=cycle_id,
        reader_id=reader.id,
        file_name=file_name,
        asked_at=clock.now(),
        total=1,
        volumes=1,
        next_volume=2,
    )
    db.session.add(bundle)
    db.session.commit()
    return bundle


@pytest.mark.parametrize("victim", ["cycle-{}.saves", "cycle-{}.key", "log-head"])
def test_cancelling_a_forged_bundle_deletes_nothing_in_the_key_folder(cycle_id, victim):
    file = key_folder().folder / victim.format(cycle_id)
    data = bundling._folder().parent
    assert data.parent == file.parent.parent, "the attack needs this neighbourhood"
    assert file.exists()

    forged(cycle_id, f"../../{file.parent.name}/{victim.format(cycle_id)[:-1]}")
    with transaction():
        bundling.discard_all()

    assert file.exists()


def test_a_forged_bundle_hands_out_no_file_from_elsewhere(cycle_id):
    (bundling._folder().parent / "backup-1.zip").write_bytes(b"everything")

    with pytest.raises(NotFoundError):
        bundling.file_of(forged(cycle_id, "../backup"), 1)
