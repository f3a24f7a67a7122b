"""The local Bot API server's objects, held to types that others wrote: aiogram's and @grammyjs/types."""
