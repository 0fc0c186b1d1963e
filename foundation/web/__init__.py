"""The pages of every service stand on this room: FastAPI, server-rendered, no script.

trailing_signs  addresses with a sign of the sentence after them
guard        what every request must pass and every answer carries
server       uvicorn, with patience limited
shell        templates inside the site's own shell
forms        what a form posted
static_site  the built site, served as it is
"""
