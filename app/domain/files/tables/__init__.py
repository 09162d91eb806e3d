"""Tables out of bytes, however a program wrote them: text in any encoding, and workbooks."""
