"""The article on the book: ``python -m paper`` checks it and makes a page of it."""
