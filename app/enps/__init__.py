"""The internal Net Promoter Score of the company and its units."""
