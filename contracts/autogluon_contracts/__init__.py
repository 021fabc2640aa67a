"""Define what packages say to each other, once: names, documents, answer columns, wording.

Standard library only: settings, Lambdas, container code, client and tests all import it.
"""
