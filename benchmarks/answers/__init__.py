"""The local Bot API server's objects, held to types that others wrote: aiogram's models and @grammyjs/types."""
