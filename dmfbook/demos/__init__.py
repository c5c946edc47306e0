"""The explorables of the book: one module per chapter, named as the chapter is."""
