"""A cycle before it opens: drafted, judged, confirmed."""
