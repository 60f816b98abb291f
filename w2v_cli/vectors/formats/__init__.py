"""Vector files of other programs, one module a form; `names` lists them, `registry` opens them.

Every module has `read(path, rules)`, which returns `Contents` or raises one ModelError;
the rules say what becomes of words that are not of the encoding, empty or repeated. It also has
`write`, which takes the open file (or, where the form is a directory, an empty directory) and the
`Contents`.
"""
