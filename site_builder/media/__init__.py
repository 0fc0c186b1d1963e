"""Pictures and documents below `filer/` are looked at here, and made fit for the public.

asset        what is known of one file, as plain values
inspect      one file becomes an asset and its problems
pictures     turned, scaled, without metadata; several widths (Pillow)
documents    what a PDF gets wrong, and whose name is in it (pypdf)
drawings     SVG without programs, links out and metadata (lxml)
published    the files that an asset becomes, with their bytes
shown        how pages show pictures, and say what kind of file a link leads to
"""
