"""What is sent from the start page and the desk."""

from app.infra.forms import Form


class ButtonForm(Form):
    """Nothing to fill in: the button alone."""
