"""Whatever we make is for its owner only, also what lay there before the start."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from app.infra.private import close_to_others
from tests.conftest import make_settings


@pytest.fixture
def careless_umask():
    """A machine on which new files are for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(*folders):
    """What others may read, write or enter."""
    places = [place for folder in folders for place in (folder, *folder.rglob("*"))]
    return [place for place in places if stat.S_IMODE(place.lstat().st_mode) & 0o077]


def test_a_start_under_a_careless_umask_leaves_nothing_open(careless_umask, tmp_path):
    settings = make_settings(tmp_path / "data")

    with create_app(settings).app_context():  # also makes the queue, and the keys' own name
        (settings.data_folder / "made later").write_text("x")

    assert (settings.data_folder / "jobs.sqlite").exists()
    assert settings.keys.is_dir()
    assert open_to_others(settings.data_folder, settings.keys) == []


def test_what_was_open_before_the_start_is_closed(careless_umask, tmp_path):
    settings = make_settings(tmp_path / "data")
    for name in ("full-circle.sqlite", "full-circle.sqlite-wal", "secret", "bundles/1/a.zip"):
        place = settings.data_folder / name
        place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        place.write_text("x")
    settings.keys.mkdir()
    (settings.keys / "cycle-1.key").write_text("x")
    assert open_to_others(settings.data_folder, settings.keys)

    assert close_to_others(settings) == []

    assert open_to_others(settings.data_folder, settings.keys) == []


def test_a_database_elsewhere_is_closed_but_not_the_folder_it_lies_in(careless_umask, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("own.sqlite", "own.sqlite-wal", "of somebody else"):
        (elsewhere / name).write_text("x")
    settings = make_settings(
        tmp_path / "data", database_url=f"sqlite:///{elsewhere / 'own.sqlite'}"
    )

    close_to_others(settings)

    assert open_to_others(elsewhere) == [elsewhere, elsewhere / "of somebody else"]


def test_a_link_is_not_followed_out_of_the_folder(careless_umask, tmp_path):
    other = tmp_path / "other"
    other.write_text("x")
    settings = make_settings(tmp_path / "data")
    settings.data_folder.mkdir()
    (settings.data_folder / "secret").symlink_to(other)

    assert close_to_others(settings) == []

    assert stat.S_IMODE(other.stat().st_mode) == 0o666


def test_the_start_says_so_when_a_file_cannot_be_closed(
    careless_umask, tmp_path, monkeypatch, capsys
):
    settings = make_settings(tmp_path / "data")
    settings.data_folder.mkdir()
    for name in ("secret", "full-circle.sqlite"):
        (settings.data_folder / name).write_text("x")

    def refused(place, _mode):
        raise PermissionError(1, "Operation not permitted", str(place))

    monkeypatch.setattr(Path, "chmod", refused)
    create_app(settings)

    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"{settings.data_folder} and ")
    assert "can be read by other accounts of this machine" in sentence


def test_keys_lie_beside_the_data_folder_and_not_in_it(tmp_path):
    settings = make_settings(tmp_path / "data")

    assert settings.keys == tmp_path / "data-keys"
    assert not settings.keys_share_a_folder()


def test_keys_that_lay_in_the_data_folder_are_moved_out_with_a_sentence(tmp_path, capsys):
    settings = make_settings(tmp_path / "data")
    old = settings.data_folder / "keys"
    old.mkdir(parents=True)
    (old / "cycle-1.key").write_text("x")

    create_app(settings)
    create_app(settings)

    assert not old.exists()
    assert (settings.keys / "cycle-1.key").read_text() == "x"
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence == (
        f"The keys of open cycles were moved from {old} to {settings.keys}, out of the data folder."
    )


def test_a_start_with_keys_in_two_places_is_refused(tmp_path):
    settings = make_settings(tmp_path / "data")
    for folder in (settings.data_folder / "keys", settings.keys):
        folder.mkdir(parents=True)
        (folder / "cycle-1.key").write_text(str(folder))

    with pytest.raises(SystemExit, match="Move them by hand"):
        create_app(settings)

    assert (settings.keys / "cycle-1.key").read_text() == str(settings.keys)


def test_a_key_folder_that_was_named_so_is_left_where_it_is(tmp_path):
    settings = make_settings(tmp_path / "data")
    settings = replace(settings, key_folder=settings.data_folder / "keys")
    settings.keys.mkdir(parents=True)

    assert close_to_others(settings) == []
    assert settings.keys.is_dir()
