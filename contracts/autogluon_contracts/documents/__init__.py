"""Define the documents that packages exchange, one file each; `all_documents` lists them.

Nothing is imported here: a model server reads two of them, and its start is waited for.
"""
