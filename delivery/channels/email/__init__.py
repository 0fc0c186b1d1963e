"""E-mail: a mail prepared once (mime), its bounce address (verp), the conversation with the relay (smtp)."""
