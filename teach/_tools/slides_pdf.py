def make(out, made): pass
