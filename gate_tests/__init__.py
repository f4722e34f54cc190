"""The bundled gate tests: each calls one check and hands over its findings."""
