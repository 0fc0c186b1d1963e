"""What the editor brings to `site-builder`, by the entry-point group `site_builder.commands`.

edit  starts the editor alone, on this machine
"""
