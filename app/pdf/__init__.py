"""Papers drawn with ReportLab, and only here."""
