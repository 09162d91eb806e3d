"""How a paper is written: fonts, sheets, tables, structure."""
