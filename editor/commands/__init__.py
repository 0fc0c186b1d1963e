"""What the editor brings to `site-builder`, by the entry-point group `site_builder.commands`.

plan  says what a build would do now
edit  starts the editor alone, on this machine
"""
