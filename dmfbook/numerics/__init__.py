"""The numerics, numpy and scipy only: one module or package a chapter.

Modules whose names begin with an underscore are shared by several chapters; readers import the
public names from `dmfbook` itself.
"""
