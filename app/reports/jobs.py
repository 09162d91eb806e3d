"""Jobs of reports: the next volume of whatever was asked for."""

from app.infra.jobs import huey, in_app
from app.reports import bundling


@huey.task()
@in_app
def make_volumes() -> None:
    """Make one volume, and ring again for the next one."""
    if bundling.make_next_volume():
        make_volumes()
