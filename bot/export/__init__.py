"""What a period holds as a file for spreadsheets and scripts: the log, the reminders, the answers.

`scope` says which rows are meant, `log`, `reminders` and `answers` make a `Table`, `files` writes it.
"""
