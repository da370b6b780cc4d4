"""One shopper: a session that is built click by click, or a row that is filled in."""
