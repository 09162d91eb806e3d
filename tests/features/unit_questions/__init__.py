"""Questions of departments: put, confirmed, asked, counted, read."""
