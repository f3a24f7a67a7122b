"""The local Bot API server held to Telegram's own code: TDLib reads the same texts, without a network."""
