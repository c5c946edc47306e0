"""The three forms of an explorable: an element of the page, a widget of Jupyter, a still image."""
