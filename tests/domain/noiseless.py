"""Random bytes from which no noise is made, so that released counts are the exact ones."""


def no_noise(size: int) -> bytes:
    """In base 2 as in base 3 these bytes begin with another digit than 0."""
    return bytes([242]) * size
